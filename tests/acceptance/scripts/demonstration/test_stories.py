"""Each planted story is found by the figures where it was planted, and nowhere else.

What is looked for, and how much of it, is stated here before anything is looked at.
"""

from datetime import date, timedelta
from statistics import median

import pytest

from domain.vocabulary import Facet, Side
from projections.method.method import Dimension
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health.measure import HEADLINE
from projections.scoring.health.profile import health_rows
from projections.scoring.health.shown_profile import estimate
from scripts.demonstration.stories.habits import CastPart

TRUSTED, DISTRUSTED, SURELY_BELOW = 0.6, 0.3, 0.45
"""A figure that says a body keeps its word, one that says it does not, and how high the latter's range may reach."""

FEW = 0.5
"""H4: a quarter of those active make half of what is done. (A fifth, while only coming to meetings was counted.)"""

ANOTHER_KIND_OF_MONEY = 0.5
"""H9: so far apart are two neighbourhoods' terms."""

FROM_HAND_TO_HAND = 1.0
"""H2: as many hand-overs as asks."""


def reliability(county, index, part):
    trustee = county.plan.neighbourhoods[index].bodies[part].id
    trust, _ = county.figures(index)
    return next(
        figure
        for figure in trust
        if figure.facet is Facet.RELIABILITY and figure.truster_side is Side.RESIDENTS and figure.trustee_id == trustee
    )


def measure(county, index, dimension, name="headline"):
    _, profile = county.figures(index)
    dimension_row = next(each for each in profile.dimensions if each.id == dimension)
    if name == "headline":
        return dimension_row.headline.value
    return next(each.value for each in dimension_row.beside if each.name == name)


def flexibility(county, index):
    """Work out H9, also where too few awards run to say it."""
    now = county.known_partnership(index)
    (headline,) = [
        row
        for row in health_rows(now.history, now.method)
        if (row.dimension, row.name) == (Dimension.FUNDING_FLEXIBILITY, HEADLINE)
    ]
    return estimate(headline, now.method)


def shown(view, until=date.max):
    return [step.figure for step in view.timeline if step.figure.status is EvidenceStatus.ENOUGH and step.on <= until]


def expectation(figure):
    return (figure.r + 2 * figure.a) / (figure.r + figure.s + 2)


def a_council_stopped_keeping_promises(county, index):
    for part in (CastPart.DISTRICT, CastPart.COUNTY):
        view = reliability(county, index, part)
        was_trusted = any(expectation(step.figure) >= TRUSTED for step in view.timeline)
        is_shown = view.figure.status is EvidenceStatus.ENOUGH
        if was_trusted and is_shown and view.figure.trust <= DISTRUSTED and view.figure.high <= SURELY_BELOW:
            return True
    return False


def an_agency_won_trust_back(county, index):
    """Check that it fell, and that its usual figure over the last year is a good one."""
    view = reliability(county, index, CastPart.POLICE)
    of_late = view.timeline[-1].on - timedelta(days=365)
    before = [figure.trust for figure in shown(view, until=of_late)]
    lately = [expectation(step.figure) for step in view.timeline if step.on > of_late]
    return min(before, default=1.0) <= DISTRUSTED and median(lately) >= TRUSTED


def a_few_people_run_the_board(county, index):
    return measure(county, index, "H4") <= FEW


def asks_go_from_hand_to_hand(county, index):
    return measure(county, index, "H2", "hops") >= FROM_HAND_TO_HAND


FOUND_BY = {
    "council-stops": a_council_stopped_keeping_promises,
    "agency-wins-back": an_agency_won_trust_back,
    "few-people": a_few_people_run_the_board,
    "asks-passed-on": asks_go_from_hand_to_hand,
}


@pytest.mark.parametrize("story", FOUND_BY)
def test_a_story_is_found_where_it_was_planted(storied, story):
    assert all(FOUND_BY[story](storied, index) for index in storied.of(story))


@pytest.mark.parametrize("story", FOUND_BY)
def test_a_story_is_found_nowhere_else_in_the_county(storied, story):
    assert not [index for index in storied.elsewhere(story) if FOUND_BY[story](storied, index)]


@pytest.mark.parametrize("story", FOUND_BY)
def test_a_story_is_not_found_in_the_same_county_without_it(plain, story):
    everywhere = range(len(plain.plan.neighbourhoods))
    assert not [index for index in everywhere if FOUND_BY[story](plain, index)]


def test_competitive_money_is_told_from_flexible_money(storied):
    competitive, flexible = (flexibility(storied, index) for index in storied.of("terms-of-money"))
    assert flexible - competitive >= ANOTHER_KIND_OF_MONEY


def test_two_neighbourhoods_alike_in_all_but_their_money_are_alike_in_the_rest(storied):
    one, other = (storied.figures(index)[1] for index in storied.of("terms-of-money"))
    money = {"H9"}
    for first, second in zip(one.dimensions, other.dimensions, strict=True):
        if first.headline is not None and first.id not in money:
            assert (first.id, first.headline.value) == (second.id, pytest.approx(second.headline.value))


def test_no_two_neighbourhoods_have_other_money_in_the_county_without_that_story(storied, plain):
    figures = [flexibility(plain, index) for index in range(len(plain.plan.neighbourhoods))]
    figures += [flexibility(storied, index) for index in storied.elsewhere("terms-of-money")]
    values = [figure for figure in figures if figure is not None]
    assert max(values) - min(values) < ANOTHER_KIND_OF_MONEY
