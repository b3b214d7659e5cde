"""Why a headline of health moved: causes that add up, exactly where it is a quotient of sums, else event by event."""

from datetime import date
from math import fsum

import pytest

from projections.method.method import Dimension
from projections.scoring.health.headline_change import ChangeSharing, explain_headline
from projections.scoring.health.shown_profile import estimate
from projections.scoring.trust.explanation import CauseKind, sums_by_kind
from tests.support.health_measures import award, meet, row
from tests.support.partnership_story import COUNCIL, TENANTS
from tests.support.trust_figures import day, keep, leave_overdue, method, partnership
from tests.unit.projections.scoring.health.test_dimensions import person


@pytest.fixture
def story():
    """A partnership whose council kept promises, then did not, and whose meetings rest on fewer and fewer people."""
    slackening = partnership()
    keep(slackening, 6, start="2025-02-01")
    leave_overdue(slackening, 3, start="2025-06-01")
    for number in range(6):
        meet(slackening, day("2025-02-01", 9 * number), person("ann"), person("bea", COUNCIL), person(f"new {number}"))
    for number in range(8):
        meet(slackening, day("2025-06-01", 9 * number), person("ann"))
    award(slackening, "swings", 5_000, on="2025-03-03")
    return slackening


def explained(story, dimension, earlier="2025-05-01", later="2025-12-31"):
    change = explain_headline(story.at(earlier), story.at(later), dimension, method())
    assert change is not None
    return change


@pytest.mark.parametrize("dimension", [Dimension.RELIABILITY, Dimension.PARTICIPATION, Dimension.FUNDING_FLEXIBILITY])
def test_the_causes_add_up_to_the_whole_change(story, dimension):
    change = explained(story, dimension)
    before, after = (estimate(row(story, dimension, as_of=as_of), method()) for as_of in ("2025-05-01", "2025-12-31"))
    assert fsum(cause.change for cause in change.causes) == pytest.approx(after - before, abs=1e-12)


def test_a_headline_that_is_trust_in_a_block_is_shared_exactly_act_by_act(story):
    change = explained(story, Dimension.RELIABILITY)
    assert change.sharing is ChangeSharing.EXACTLY
    assert change.change == pytest.approx(change.after.value - change.before.value)
    kinds = sums_by_kind(change.causes)
    assert kinds[CauseKind.ARRIVAL] < 0
    assert len([cause for cause in change.causes if cause.kind is CauseKind.ARRIVAL]) == 3
    assert all(cause.events for cause in change.causes)


def test_any_other_headline_is_told_event_by_event_in_order(story):
    change = explained(story, Dimension.PARTICIPATION, later="2025-09-30")
    assert change.sharing is ChangeSharing.IN_ORDER
    later = story.at("2025-09-30")
    happened = {fact.event_id: fact.occurred_at for fact in later.facts}
    since = [happened[cause.events[-1]] for cause in change.causes if cause.kind is CauseKind.EVENT]
    assert since
    assert since == sorted(since)
    assert all(instant >= story.at("2025-05-01").end for instant in since)


def test_what_leaves_the_window_is_told_as_the_passage_of_time(story):
    change = explained(story, Dimension.PARTICIPATION, earlier="2026-01-31", later="2026-02-20")
    assert [(cause.kind, cause.events) for cause in change.causes] == [(CauseKind.PASSAGE_OF_TIME, ())]


def test_what_does_not_move_a_headline_is_no_cause_of_its_change(story):
    assert explained(story, Dimension.FUNDING_FLEXIBILITY).causes == ()


def test_where_there_is_not_enough_to_say_there_is_no_number_for_the_change(story):
    change = explained(story, Dimension.RELIABILITY, earlier="2025-01-31")
    assert change.before.value is None
    assert change.change is None


def test_a_dimension_that_is_context_alone_has_no_change_to_explain(story):
    assert explain_headline(story.at("2025-05-01"), story.at("2025-12-31"), Dimension.NETWORK, method()) is None


def test_a_first_value_has_nothing_to_add_up_from():
    story = partnership()
    meet(story, "2025-06-01", person("ann"), person("bea", TENANTS))
    change = explained(story, Dimension.PARTICIPATION)
    assert change.causes == ()
    assert date.fromisoformat("2025-06-01") < story.at("2025-12-31").as_of
