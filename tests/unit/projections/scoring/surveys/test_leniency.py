"""The leniency of raters: worked by hand, and what it never does."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events.experience import FeedbackGiven
from domain.vocabulary import Facet, Side
from projections.method.document import default_method
from projections.scoring.surveys.leniency import leniency, without_leniency
from projections.scoring.surveys.survey_lines import survey_lines
from tests.support.partnership_story import COUNCIL, COUNTY, TENANTS, an_id
from tests.support.trust_figures import partnership
from tests.unit.projections.scoring.surveys.test_survey_lines import pulse

METHOD = default_method()
DAY = "2026-02-10"
ratings = st.dictionaries(
    st.integers(0, 6),
    st.dictionaries(st.integers(0, 3), st.lists(st.floats(0, 1), min_size=1, max_size=3), min_size=1),
    min_size=1,
)


def told(marks, *pulses):
    """Pulses of marks from 1 to 5 by body and person, all in one month, and counts."""
    story = partnership(COUNCIL, COUNTY, TENANTS, since="2025-01-01")
    for body, by_person in marks.items():
        for who, score in by_person.items():
            mark = FeedbackGiven(
                happened=DAY,
                feedback_id=an_id(f"{body.party_id} {who}"),
                about=body,
                rater_side=Side.RESIDENTS,
                rater_id=an_id(who),
                facet=Facet.EXPRESSED,
                score=score,
            )
            story.tell(mark)
    for event in pulses:
        story.tell(event)
    return story.at(date(2026, 12, 31))


def means(past):
    """The means of the lines, raw and without leniency, by body."""
    raw = survey_lines(past, METHOD)
    corrected = without_leniency(raw, METHOD)
    return {line.about: (raw[line][0].mean, corrected[line][0].mean) for line in raw}


GENEROUS = dict.fromkeys(("ann", "bob", "cat", "dan", "eve"), 5)


def test_who_gives_high_marks_to_everybody_counts_for_less():
    # Five give 5 to both, five others of each body 3. Of each body the mean is .75: the generous stand .25 above it
    # twice, .5 / (2 + 2) = .125 of leniency; the others .25 below it once, -.25 / (1 + 2) = -.0833. The mean of the
    # ten is (5 x .125 - 5 x .0833) / 10 = .0208, which is taken off.
    council = GENEROUS | dict.fromkeys(("fay", "gil", "hal", "ivy", "jon"), 3)
    county = GENEROUS | dict.fromkeys(("kay", "lee", "may", "ned", "ola"), 3)
    assert means(told({COUNCIL: council, COUNTY: county})) == {
        COUNCIL.party_id: (pytest.approx(0.75), pytest.approx(0.75 - 5 / 240)),
        COUNTY.party_id: (pytest.approx(0.75), pytest.approx(0.75 - 5 / 240)),
    }


def test_what_few_people_said_cannot_be_told_from_the_difference():
    few = dict.fromkeys(("ann", "bob", "cat", "dan"), 5)
    council, county = few | {"fay": 1, "gil": 1}, few | {"kay": 3, "lee": 3}
    for raw, corrected in means(told({COUNCIL: council, COUNTY: county})).values():
        assert corrected == raw


def test_where_everybody_rated_every_body_nothing_changes():
    marks = {"ann": 5, "bob": 3, "cat": 1, "dan": 4, "eve": 2}
    for raw, corrected in means(told({COUNCIL: marks, COUNTY: marks})).values():
        assert corrected == pytest.approx(raw)


def test_counts_without_names_are_set_beside_the_counts_of_other_sides():
    # Residents say .25 of the council, an agency .75: the mean is .5, each stands .25 away in one body, and
    # .25 / (1 + 2) = .0833 is taken off.
    residents = pulse("one", DAY, (0, 5, 0, 0, 0))
    agency = pulse("other", DAY, (0, 0, 0, 5, 0), rater_side=Side.AGENCY)
    raw = survey_lines(told({}, residents, agency), METHOD)
    corrected = without_leniency(raw, METHOD)
    assert {line.rater_side: readings[0].mean for line, readings in corrected.items()} == {
        Side.RESIDENTS: pytest.approx(0.25 + 0.25 / 3),
        Side.AGENCY: pytest.approx(0.75 - 0.25 / 3),
    }


def test_one_side_alone_cannot_be_told_from_whom_it_rates():
    raw = survey_lines(told({}, pulse("one", DAY, (5, 0, 0, 0, 0))), METHOD)
    assert without_leniency(raw, METHOD) == raw


@given(ratings, st.floats(0.1, 10))
def test_leniency_is_less_than_what_is_seen_and_of_one_who_rates_alone_none(told_ratings, prior_weight):
    lenient, unshrunk = leniency(told_ratings, prior_weight), leniency(told_ratings, 1e-12)
    for rater, own in told_ratings.items():
        others = {rated for each, of_another in told_ratings.items() if each != rater for rated in of_another}
        assert abs(lenient[rater]) <= abs(unshrunk[rater]) + 1e-9
        if not others & own.keys():
            assert lenient[rater] == 0


@given(ratings, st.floats(-0.5, 0.5))
def test_everybody_alike_more_generous_is_no_leniency(told_ratings, more):
    generous = {
        rater: {rated: [value + more for value in values] for rated, values in own.items()}
        for rater, own in told_ratings.items()
    }
    before, after = leniency(told_ratings, 2), leniency(generous, 2)
    assert all(after[rater] == pytest.approx(before[rater], abs=1e-9) for rater in before)
