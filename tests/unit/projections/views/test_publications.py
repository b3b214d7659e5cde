"""The decision in force on what anybody may read is the one taken last; words that look personal count as none."""

from datetime import date

import pytest

from domain.events.asks import PublicWordingGiven
from domain.events.partnerships import PublicationDecided
from domain.vocabulary import PublicReport
from projections.lifecycles.publications import PublicWording, is_open, public_wordings
from projections.views.publications import publication_rows
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import PartnershipStory, an_id

STORIES = PublicReport.WHAT_BECAME_OF_ASKS


@pytest.fixture
def story():
    story = PartnershipStory()
    story.formed("2026-01-01")
    return story


def decided(story, on, *reports, opens=None):
    body = PublicationDecided(
        happened=on,
        publication_id=an_id(f"publication of {on}"),
        reports=reports,
        opens=opens,
    )
    return story.tell(body)


def open_on(story, day):
    return is_open(story.at(day).facts, STORIES, date.fromisoformat(day))


def test_nothing_is_open_until_it_was_decided_and_its_day_has_come(story):
    decided(story, "2026-02-01", STORIES, opens="2026-03-01")
    assert [open_on(story, day) for day in ("2026-01-31", "2026-02-28", "2026-03-01")] == [False, False, True]


def test_a_later_decision_takes_its_place_and_may_close_all(story):
    decided(story, "2026-02-01", STORIES, opens="2026-02-01")
    decided(story, "2026-04-01")
    assert [open_on(story, day) for day in ("2026-03-31", "2026-04-01")] == [True, False]
    rows = publication_rows(story.at("2026-04-02"), folkmoot_2026())
    assert [(row.reports, row.is_in_force) for row in rows] == [((STORIES,), False), ((), True)]


def test_a_decision_whose_record_was_withdrawn_opens_nothing(story):
    record = decided(story, "2026-02-01", STORIES, opens="2026-02-01")
    story.withdrawn(record, "2026-03-01")
    assert not open_on(story, "2026-03-02")


def test_the_words_given_last_are_told_unless_they_look_personal(story):
    for name, *wordings in (
        ("a", {"wording": "A crossing"}, {"wording": "A safe crossing"}),
        ("b", {"wording": "Ring Sam on 020 7946 0123"}),
        ("c", {"wording": "A bus"}, {"kept_back": True}),
    ):
        story.asked(name, "2026-02-01")
        for wording in wordings:
            story.tell(PublicWordingGiven(happened="2026-02-02", ask_id=an_id(name), **wording))
    assert public_wordings(story.at("2026-03-01")) == {
        an_id("a"): PublicWording("A safe crossing", is_kept_back=False),
        an_id("b"): PublicWording("", is_kept_back=False),
        an_id("c"): PublicWording("", is_kept_back=True),
    }
