"""Funding flexibility counts an award for as long as it runs, not only in the year after it was made."""

import pytest

from domain.events.funding import FundingEnded, FundingReturned
from domain.values import Money
from domain.vocabulary import Restriction
from projections.lifecycles.awards import runs_until
from projections.method.method import Dimension
from projections.views.funding import funding_rows
from tests.support.health_measures import award, measure, row, value
from tests.support.partnership_story import LOTTERY, TENANTS, an_id
from tests.support.trust_figures import method, partnership

H9 = Dimension.FUNDING_FLEXIBILITY
TEN_YEARS = {"on": "2016-03-03", "years": 10.0}


def awards_counted(story, as_of):
    return value(story, H9, "awards", as_of=as_of)


def ended(story, name, on):
    story.tell(FundingEnded(happened=on, award_id=an_id(name), funder=LOTTERY, recipient=TENANTS), by=LOTTERY)


def test_a_million_for_ten_years_counts_throughout_and_no_longer():
    story = partnership(since="2016-01-01")
    award(story, "million", 1_000_000, **TEN_YEARS)
    for day in ("2016-03-03", "2017-06-01", "2025-12-31", "2026-03-02"):
        assert awards_counted(story, day) == 1
        assert value(story, H9, as_of=day) == 1
    assert awards_counted(story, "2026-03-03") == 0


def test_enough_long_awards_keep_their_number_long_after_they_were_made():
    story = partnership(since="2016-01-01")
    for name in ("one", "two", "three"):
        award(story, name, 1_000_000, hours_to_apply=0.0, reports_a_year=0.0, decision_days=0, **TEN_YEARS)
    figure = measure(story, H9, as_of="2025-12-31")
    assert (figure.value, figure.n) == (1, 3)


def test_an_award_that_was_ended_early_counts_until_then():
    story = partnership(since="2016-01-01")
    award(story, "million", 1_000_000, **TEN_YEARS)
    ended(story, "million", "2020-06-30")
    assert awards_counted(story, "2020-06-30") == 1
    assert awards_counted(story, "2020-07-01") == 0


def test_in_its_first_year_an_award_counts_even_when_it_is_over():
    story = partnership(since="2016-01-01")
    award(story, "short", 10_000, on="2025-03-03", years=0.25)
    assert awards_counted(story, "2025-12-31") == 1


@pytest.mark.parametrize(
    ("terms", "until"),
    [
        ({"years": 10.0}, "2026-03-02"),
        ({"years": None, "spend_by": "2021-03"}, "2021-03-31"),
        ({"years": 2.0, "spend_by": "2021-03-31"}, "2021-03-31"),
        ({"years": 10.0, "spend_by": "2021-03-31"}, "2026-03-02"),
        ({"years": 0.5}, "2016-09-01"),
        ({"years": None}, None),
    ],
)
def test_an_award_runs_as_long_as_its_terms_say(terms, until):
    story = partnership(since="2016-01-01")
    award(story, "one", 10_000, on="2016-03-03", **terms)
    (row,) = funding_rows(story.at("2017-01-01"), method())
    assert (None if row.runs_until_on is None else row.runs_until_on.isoformat()) == until


def test_an_award_made_on_a_leap_day_ends_with_february():
    story = partnership(since="2016-01-01")
    award(story, "leap", 10_000, on="2016-02-29", years=1.0)
    history = story.at("2016-03-01")
    ((fact, body),) = [(fact, fact.body) for fact in history.facts if hasattr(fact.body, "award_id")]
    assert runs_until(history, fact, body).isoformat() == "2017-02-28"


def test_what_weighs_most_counts_most_while_it_runs():
    story = partnership(since="2016-01-01")
    award(story, "million", 1_000_000, **TEN_YEARS)
    award(story, "tied", 250_000, on="2025-03-03", restriction=Restriction.PROJECT)
    assert row(story, H9).n == 2
    assert value(story, H9, "weighted-by-amount", "GBP") == pytest.approx((1_000_000 + 250_000 * 4 / 5) / 1_250_000)


def test_an_award_that_went_back_whole_runs_no_more_and_a_part_of_it_does():
    story = partnership(since="2016-01-01")
    award(story, "million", 1_000_000, **TEN_YEARS)
    for day, pounds in (("2019-05-01", 400_000), ("2020-05-01", 600_000)):
        body = {"returned_by": TENANTS, "returned_to": LOTTERY, "amount": Money(pounds * 100)}
        story.tell(FundingReturned(happened=day, award_id=an_id("million"), **body), by=TENANTS)
    assert awards_counted(story, "2020-05-01") == 1
    assert awards_counted(story, "2020-05-02") == 0
