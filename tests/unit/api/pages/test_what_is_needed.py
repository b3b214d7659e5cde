"""Further acts that would be enough, in words that promise no more than was worked out."""

from datetime import date

import pytest

from api.pages.partnership.what_is_needed import needed_in_words
from projections.scoring.trust.further_acts import FurtherActs


@pytest.mark.parametrize(
    ("if_kept", "if_not", "before", "words"),
    [
        (1, 3, date(2027, 3, 1), "One more kept before March would be enough."),
        (2, 2, date(2027, 3, 1), "Two more before March would be enough, kept or not."),
        (1, 1, None, "One more would be enough, kept or not."),
        (5, 3, date(2027, 3, 1), "Five more kept would be enough; so would three not kept."),
        (12, None, None, "12 more kept would be enough."),
        (None, 4, None, "Four more that are not kept would be enough."),
        (1, 3, date(2026, 11, 28), "One more kept at once would be enough."),
        (None, None, None, ""),
    ],
)
def test_what_would_be_enough_is_said_with_what_must_become_of_it_and_by_when(if_kept, if_not, before, words):
    assert needed_in_words(FurtherActs(if_kept=if_kept, if_not=if_not, before=before), "kept") == words


def test_where_nothing_more_is_needed_nothing_is_said():
    assert needed_in_words(None, "kept") == ""
