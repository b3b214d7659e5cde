"""Terms of a promise that were changed: renegotiated, corrected, dated for the first time, or weighed."""

from datetime import date

import pytest

from domain.events.commitments import (
    CommitmentAcknowledged,
)
from domain.vocabulary import Materiality
from projections.lifecycles.commitment_states import CommitmentState as State
from projections.lifecycles.commitments import commitments
from tests.support.partnership_story import COUNCIL, COUNTY, TENANTS, PartnershipStory
from tests.support.promise_stories import (
    LIGHTS,
    METHOD,
    a_partnership,
    a_promise,
    phase,
    renegotiated,
    state,
)


def test_renegotiated_before_due_and_agreed_the_date_moves():
    story = a_promise()
    renegotiated(story, "2026-01-15", "2026-05-01", agreed_by=(TENANTS,))
    promise = phase(story, "2026-04-01")
    assert (promise.state, promise.due_on, promise.renegotiated, promise.renegotiated_late) == (
        State.OPEN,
        date(2026, 5, 1),
        1,
        False,
    )


def test_renegotiated_without_the_promisee_nothing_moves():
    story = a_promise()
    request = renegotiated(story, "2026-01-15", "2026-05-01")
    assert state(story, "2026-04-01") is State.OVERDUE
    story.confirmed(request, "2026-04-02")
    assert state(story, "2026-04-02") is State.OPEN


def test_renegotiated_after_due_it_is_marked_late_for_good():
    story = a_promise()
    renegotiated(story, "2026-02-15", "2026-05-01", agreed_by=(TENANTS,))
    renegotiated(story, "2026-04-15", "2026-08-01", agreed_by=(TENANTS,))
    assert phase(story, "2026-04-16").renegotiated_late


def test_before_it_is_acknowledged_a_correction_of_the_date_counts_at_once():
    story = a_partnership()
    record = story.promised("lights", "2026-01-01", due="2026-02-01")
    story.corrected(record, "2026-01-05")(due="2026-05-01")
    assert phase(story, "2026-01-01").due_on == date(2026, 5, 1)
    assert phase(story, "2026-01-01", known_at=1).due_on == date(2026, 2, 1)


def named_by(who, due, *, seats=(COUNCIL, TENANTS)):
    """Let somebody name, on 1 February, a date for an acknowledged promise that has none."""
    story = a_promise(seats=seats, due=None)
    acknowledgement = CommitmentAcknowledged(happened="2026-01-02", commitment_id=LIGHTS, acknowledged_by=TENANTS)
    story.tell(acknowledgement, by=TENANTS)
    record = story.records[len(seats)].event_id
    return story, story.corrected(record, "2026-02-01", by=who)(due=due)


def test_a_first_date_that_the_promisee_names_is_agreed_by_silence():
    story, _ = named_by(TENANTS, "2026-09-30")
    assert phase(story, "2026-02-28").due_is_assumed
    (promise,) = commitments(story.at("2026-02-28"), METHOD)
    assert promise.waiting.silence_ends.date() == date(2026, 3, 1)
    later = phase(story, "2026-03-01")
    assert (later.due_on, later.due_is_assumed) == (date(2026, 9, 30), False)


@pytest.mark.parametrize(
    ("who", "due", "seats"),
    [
        (COUNCIL, "2026-09-30", (COUNCIL, TENANTS)),
        (TENANTS, "2026-01-20", (COUNCIL, TENANTS)),
        (TENANTS, "2026-09-30", (TENANTS,)),
    ],
    ids=["named by the promiser", "for a day that is over", "with nobody there to object"],
)
def test_silence_agrees_to_no_other_date(who, due, seats):
    story, _ = named_by(who, due, seats=seats)
    assert phase(story, "2026-06-01").due_is_assumed


def test_a_date_that_the_promiser_disputes_in_time_is_not_agreed_by_silence():
    story, correction = named_by(TENANTS, "2026-09-30")
    story.disputed(correction, "2026-02-20", by=COUNCIL)
    assert phase(story, "2026-06-01").due_is_assumed


@pytest.mark.parametrize("due", ["2026-12-01", None], ids=["moved after it passed", "taken away"])
def test_even_before_it_is_acknowledged_nobody_corrects_themselves_out_of_a_date(due):
    story = PartnershipStory()
    record = story.promised("lights", "2026-01-01", due="2026-02-01", by=COUNCIL)
    correction = story.corrected(record, "2026-01-05" if due is None else "2026-02-02", by=COUNCIL)(due=due)
    (promise,) = commitments(story.at("2026-03-01"), METHOD)
    assert promise.strands[0].at(story.at("2026-03-01").end).due_on == date(2026, 2, 1)
    story.confirmed(correction, "2026-03-02", by=TENANTS)
    (promise,) = commitments(story.at("2026-03-03"), METHOD)
    assert promise.strands[0].at(story.at("2026-03-03").end).due_on != date(2026, 2, 1)


def test_once_acknowledged_a_correction_of_the_date_waits_for_the_other_side():
    story = a_partnership()
    record = story.promised("lights", "2026-01-01", due="2026-02-01")
    story.tell(CommitmentAcknowledged(happened="2026-01-03", commitment_id=LIGHTS, acknowledged_by=TENANTS))
    correction = story.corrected(record, "2026-01-05", by=COUNCIL)(due="2026-05-01", theme="light")
    assert phase(story, "2026-01-10").due_on == date(2026, 2, 1)
    story.confirmed(correction, "2026-01-11", by=COUNTY)
    assert phase(story, "2026-01-12").due_on == date(2026, 2, 1)
    story.confirmed(correction, "2026-01-13", by=TENANTS)
    assert phase(story, "2026-01-12").due_on == date(2026, 2, 1)
    assert phase(story, "2026-01-13").due_on == date(2026, 5, 1)


def test_materiality_counts_as_far_as_the_promisee_agreed():
    story = a_promise(details={"materiality": Materiality.MINOR})
    assert phase(story, "2026-01-10").materiality is Materiality.ORDINARY
    story.tell(
        CommitmentAcknowledged(
            happened="2026-01-11", commitment_id=LIGHTS, acknowledged_by=TENANTS, materiality=Materiality.MAJOR
        )
    )
    assert phase(story, "2026-01-11").materiality is Materiality.MAJOR


# Who answers for it
