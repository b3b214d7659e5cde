"""A late promiser corrects no term of the promise that would lessen that, unless whoever was promised agrees."""

import pytest

from domain.events.commitments import CommitmentAcknowledged, CommitmentRenegotiated
from domain.vocabulary import Materiality
from projections.lifecycles.commitment_states import CommitmentState as State
from projections.lifecycles.commitments import commitments
from projections.method.document import default_method
from projections.scoring.behaviour import evidence
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, COUNTY, FORUM, TENANTS, an_id
from tests.support.trust_figures import partnership

METHOD = default_method()
WAYS_OUT = {
    "made later": {"happened": "2026-06-25"},
    "made in a later month": {"happened": "2026-06"},
    "of less weight": {"materiality": Materiality.MINOR},
    "to be kept later": {"due": "2026-12-31"},
    "without a date": {"due": None},
    "due before it was made": {"due": "2025-12-31"},
    "to another": {"promisees": (FORUM,)},
    "by another": {"promisers": (COUNTY,)},
}


def dated(story, by):
    lights = an_id("lights")
    body = CommitmentRenegotiated(happened="2026-02-01", commitment_id=lights, asked_by=by, due="2026-06-01")
    return story.tell(body, by=by)


def with_a_date(story):
    return story.promised("lights", "2026-01-01", due="2026-06-01")


def first_dated_by_the_tenants(story):
    record = story.promised("lights", "2026-01-01")
    dated(story, TENANTS)
    return record


def first_dated_by_the_council(story):
    record = story.promised("lights", "2026-01-01")
    terms = dated(story, COUNCIL)
    story.confirmed(terms, "2026-02-05")
    return record


def first_dated_and_acknowledged(story):
    record = first_dated_by_the_tenants(story)
    body = CommitmentAcknowledged(happened="2026-02-02", commitment_id=an_id("lights"), acknowledged_by=TENANTS)
    story.tell(body, by=TENANTS)
    return record


def standing(story, *, known_at=None, method=METHOD):
    history = story.at("2026-06-30", known_at=known_at)
    (promise,) = commitments(history, method)
    state = promise.strands[0].at(history.end).state
    return state, [(row.weight, row.value) for row in evidence(history, method) if row.stands_at(history.end)]


@pytest.mark.parametrize("changes", WAYS_OUT.values(), ids=WAYS_OUT)
@pytest.mark.parametrize(
    "lights_of",
    [with_a_date, first_dated_by_the_tenants, first_dated_by_the_council, first_dated_and_acknowledged],
)
def test_a_late_promise_is_as_late_after_its_promiser_corrects_it(lights_of, changes):
    story = partnership()
    record = lights_of(story)
    story.corrected(record, "2026-06-30", by=COUNCIL)(**changes)
    before = standing(story, known_at=story.head - 1)
    assert before == (State.OVERDUE, [(1.0, 0.0)])
    assert standing(story) == before


@pytest.mark.parametrize("lights_of", [with_a_date, first_dated_by_the_tenants])
def test_whoever_was_promised_may_agree_that_it_weighs_less(lights_of):
    story = partnership()
    record = lights_of(story)
    correction = story.corrected(record, "2026-06-30", by=COUNCIL)(materiality=Materiality.MINOR)
    story.confirmed(correction, "2026-06-30")
    assert standing(story) == (State.OVERDUE, [(0.5, 0.0)])


def test_by_the_first_method_the_weight_of_a_late_promise_is_corrected_at_once():
    story = partnership()
    story.corrected(with_a_date(story), "2026-06-30", by=COUNCIL)(materiality=Materiality.MINOR)
    assert standing(story, method=folkmoot_2026()) == (State.OVERDUE, [(0.5, 0.0)])
