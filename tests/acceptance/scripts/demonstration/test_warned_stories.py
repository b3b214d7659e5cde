"""Early warnings of the planted stories: each is warned of where it was planted, since it began, and nowhere else."""

from datetime import date, timedelta

import pytest

from domain.vocabulary import Side
from projections.engine.replay import known_partnership
from projections.method.document import default_method
from projections.scoring.early_warnings.warning_row import EarlyWarningRule, EarlyWarningState
from projections.scoring.formulas.quarters import quarter_ends
from projections.views.early_warnings import early_warnings
from scripts.demonstration.county import BEGINS_ON
from scripts.demonstration.stories.habits import CastPart
from tests.acceptance.scripts.demonstration.conftest import BEGINS, ENDS

LAST_TWO_YEARS = (*quarter_ends(ENDS, 8), ENDS)


def warned(county, index, day):
    neighbourhood = county.plan.neighbourhoods[index]
    history = known_partnership(county.recorder, neighbourhood.partnership_id, as_of=day).history
    rows = early_warnings(history, default_method())
    return [row for row in rows if row.state is EarlyWarningState.HOLDS]


def the_council_owes_more_and_more(county, index):
    council = county.plan.neighbourhoods[index].bodies[CastPart.DISTRICT].id
    return [
        row.since_on
        for row in warned(county, index, ENDS)
        if (row.rule, row.party_id) == (EarlyWarningRule.PROMISES_OVERDUE, council)
    ]


def few_residents_do_most(county, index):
    return [
        row.since_on
        for row in warned(county, index, ENDS)
        if (row.rule, row.side) == (EarlyWarningRule.FEW_DO_MOST, Side.RESIDENTS)
    ]


def asks_are_passed_on(county, index):
    return [
        day
        for day in LAST_TWO_YEARS
        for row in warned(county, index, day)
        if row.rule is EarlyWarningRule.ASKS_PASSED_ON
    ]


WARNED_BY = {
    "council-stops": the_council_owes_more_and_more,
    "few-people": few_residents_do_most,
    "asks-passed-on": asks_are_passed_on,
}
BEGAN = {"council-stops": BEGINS + (ENDS - BEGINS) * 0.6, "few-people": BEGINS, "asks-passed-on": BEGINS}


@pytest.mark.parametrize("story", WARNED_BY)
def test_a_story_is_warned_of_where_it_was_planted_and_not_before_it_began(storied, story):
    for index in storied.of(story):
        days = WARNED_BY[story](storied, index)
        assert days
        assert min(days) >= BEGAN[story]


@pytest.mark.parametrize("story", WARNED_BY)
def test_a_story_is_warned_of_nowhere_else_in_the_county(storied, story):
    assert not [index for index in storied.elsewhere(story) if WARNED_BY[story](storied, index)]


@pytest.mark.parametrize("story", WARNED_BY)
def test_a_story_is_not_warned_of_in_the_same_county_without_it(plain, story):
    assert not [index for index in range(len(plain.plan.neighbourhoods)) if WARNED_BY[story](plain, index)]


def test_the_council_is_warned_of_within_a_year_of_stopping(storied):
    (index,) = storied.of("council-stops")
    (since,) = the_council_owes_more_and_more(storied, index)
    assert since <= BEGAN["council-stops"] + timedelta(days=365)


def trust_in_the_police_fell(county, index, day):
    police = county.plan.neighbourhoods[index].bodies[CastPart.POLICE].id
    return [
        row
        for row in warned(county, index, day)
        if (row.rule, row.party_id, row.side) == (EarlyWarningRule.TRUST_FELL, police, Side.RESIDENTS)
    ]


def test_trust_is_seen_to_fall_in_the_second_year_of_failing_and_not_once_it_is_won_back(two_of_ten_years):
    (index,) = two_of_ten_years.of("agency-wins-back")
    failing_since = BEGINS_ON + (ENDS - BEGINS_ON) * 0.2
    quarters = [day for day in quarter_ends(ENDS, 39) if trust_in_the_police_fell(two_of_ten_years, index, day)]
    assert quarters
    assert failing_since < quarters[0] <= failing_since + timedelta(days=2 * 365)
    assert quarters[-1] < BEGINS_ON + (ENDS - BEGINS_ON) * 0.5


def test_nobody_calls_meetings_off_in_a_row_or_falls_silent_in_either_county(storied, plain):
    never = {EarlyWarningRule.CANCELLED_MEETINGS, EarlyWarningRule.NOTHING_RECORDED}
    for county in (storied, plain):
        for index in range(len(county.plan.neighbourhoods)):
            rules = {row.rule for day in (date(2025, 6, 30), ENDS) for row in warned(county, index, day)}
            assert not rules & never
