"""The market's relationship score beside residents' trust: where they disagree, by how much, and for which reasons."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events.experience import FeedbackGiven
from domain.vocabulary import Facet, Side
from projections.method.document import default_method
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.views.expressed import expressed
from projections.views.market_disagreement import MONTHS, market_disagreement
from tests.support.partnership_story import COUNCIL, COUNTY, TENANTS, an_id
from tests.support.trust_figures import keep, leave_overdue, method, partnership
from tests.support.trust_stories import stories
from tests.support.warning_stories import came

AT = "2025-08-31"


def rows_of(story, who=COUNCIL, as_of=AT, scoring=None):
    rows = market_disagreement(story.at(as_of), scoring or method())
    return {str(row.on): row for row in rows if row.party_id == who.party_id}


@pytest.fixture
def busy_and_idle():
    """A council that meets residents every week and leaves promises overdue, and a county that does the reverse."""
    story = partnership(COUNCIL, COUNTY, TENANTS)
    keep(story, 2, who=COUNCIL, start="2025-02-01", name="early")
    leave_overdue(story, 6, who=COUNCIL, start="2025-05-01")
    keep(story, 8, who=COUNTY, start="2025-03-01", name="quietly")
    for day in (5, 12, 19, 26):
        story.met(f"call {day}", f"2025-08-{day:02}", came(COUNCIL), came(TENANTS))
    return story


def test_many_contacts_while_promises_are_overdue_put_the_market_above_trust(busy_and_idle):
    row = rows_of(busy_and_idle)[AT]
    assert (row.contacts, row.market, row.overdue, row.promises) == (4, 80, 6, 8)
    assert row.trust == pytest.approx((2 + 2 * 0.9) / 10), "the usual rate is the county's: (8 + 2 * .5) / 10"
    assert row.difference == pytest.approx(0.8 - 0.38)
    assert [each.value for each in row.reasons] == ["many-contacts", "promises-overdue"]
    assert len(row.causes) == 4 + 6


def test_no_contact_while_promises_are_kept_put_it_below(busy_and_idle):
    row = rows_of(busy_and_idle, COUNTY)[AT]
    assert (row.contacts, row.market, row.kept_in_year) == (0, 1, 8)
    assert row.trust == pytest.approx((8 + 2 * 0.3) / 10), "the usual rate is the council's: (2 + 2 * .5) / 10"
    assert row.difference == pytest.approx(0.01 - 0.86)
    assert [each.value for each in row.reasons] == ["few-contacts", "promises-kept"]


def test_the_two_rank_them_the_other_way_round(busy_and_idle):
    council, county = (rows_of(busy_and_idle, who)[AT] for who in (COUNCIL, COUNTY))
    assert (council.market_rank, council.trust_rank, council.rank_difference) == (1, 2, 1)
    assert (county.market_rank, county.trust_rank, county.rank_difference) == (2, 1, -1)


def test_the_market_forgets_a_month_later_what_trust_remembers(busy_and_idle):
    later = rows_of(busy_and_idle, as_of="2025-09-30")
    assert (later["2025-08-31"].market, later["2025-09-30"].market) == (80, 1)
    assert later["2025-09-30"].overdue == 6


def test_where_there_is_not_enough_to_say_the_market_stands_alone():
    story = partnership(COUNCIL, TENANTS)
    keep(story, 1, start="2025-07-01")
    story.met("call", "2025-08-20", came(COUNCIL), came(TENANTS))
    row = rows_of(story)[AT]
    assert (row.market, row.trust, row.difference, row.market_rank, row.reasons) == (20, None, None, None, ())
    assert row.trust_status is EvidenceStatus.INSUFFICIENT_EVIDENCE


def rate(story, score, raters):
    for number in range(raters):
        body = FeedbackGiven(
            happened="2025-08-20",
            feedback_id=an_id(f"rating {number}"),
            about=COUNCIL,
            rater_side=Side.RESIDENTS,
            rater_id=an_id(f"rater {number}"),
            facet=Facet.RELIABILITY,
            score=score,
        )
        story.tell(body)


def test_kind_ratings_lift_the_market_where_enough_people_gave_them(busy_and_idle):
    rate(busy_and_idle, 5, 5)
    row = rows_of(busy_and_idle)[AT]
    assert (row.market, row.ratings) == (90, 5)
    assert [each.value for each in row.reasons] == ["many-contacts", "kind-ratings", "promises-overdue"]


def test_ratings_of_four_people_are_not_told(busy_and_idle):
    rate(busy_and_idle, 1, 4)
    row = rows_of(busy_and_idle)[AT]
    assert (row.market, row.ratings) == (80, None)


def rate_as(story, side, score, raters, on):
    for number in range(raters):
        body = FeedbackGiven(
            happened=on,
            feedback_id=an_id(f"{side} {on} {number}"),
            about=COUNCIL,
            rater_side=side,
            rater_id=an_id(f"{side} {on} {number}"),
            facet=Facet.EXPRESSED,
            score=score,
        )
        story.tell(body)


@pytest.mark.parametrize(("side", "on"), [(Side.AGENCY, "2025-08-20"), (Side.RESIDENTS, "2025-08-01")])
def test_no_rating_is_found_by_taking_survey_lines_from_the_market(busy_and_idle, side, on):
    shipped = default_method()
    rate_as(busy_and_idle, side, 1, 1, on)
    rate_as(busy_and_idle, Side.RESIDENTS, 4, 5, "2025-08-20")
    row = rows_of(busy_and_idle, scoring=shipped)[AT]
    (reading,) = expressed(busy_and_idle.at(AT), shipped)
    people = 5 if side is Side.AGENCY else 6
    assert (row.ratings, reading.raters) == (people, people)
    assert (row.market - 40) / 50 == pytest.approx(reading.mean)


def test_there_is_a_row_for_each_month_that_was_over_since_trust_began(busy_and_idle):
    months = list(rows_of(busy_and_idle, as_of="2025-08-30"))
    assert months == ["2025-02-28", "2025-03-31", "2025-04-30", "2025-05-31", "2025-06-30", "2025-07-31"]
    assert len(rows_of(busy_and_idle, as_of="2029-01-15")) == MONTHS


@given(stories(40), st.integers(0, 200))
def test_ranks_agree_in_sum_and_every_reason_lies_on_its_side(teller, later):
    as_of = date.fromordinal(teller.today.toordinal() + later)
    rows = market_disagreement(teller.told.at(as_of), default_method())
    above = {"many-contacts", "kind-ratings", "promises-overdue", "asks-unanswered"}
    for row in rows:
        assert 1 <= row.market <= 100
        assert (row.difference is None) == (row.trust is None) == (row.rank_difference is None)
        if row.difference:
            assert {each.value for each in row.reasons} <= above or row.difference < 0
            assert not {each.value for each in row.reasons} & above or row.difference > 0
    for on in {row.on for row in rows}:
        differences = [row.rank_difference for row in rows if row.on == on and row.rank_difference is not None]
        assert sum(differences) == pytest.approx(0)
