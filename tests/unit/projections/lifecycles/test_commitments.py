"""The state of a promise at the end of a day, given its story."""

from datetime import date, timedelta
from itertools import product

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.commitments import ENDS
from domain.events.commitments import (
    CommitmentAcknowledged,
    CommitmentFailed,
    CommitmentProposed,
    CommitmentReassigned,
    CommitmentReleased,
    CommitmentSuperseded,
    CommitmentWithdrawn,
    FulfilmentClaimed,
    PartSettled,
)
from domain.events.records import DisputeResolved
from domain.events.registries import PartySucceeded
from domain.vocabulary import Extent, ResolutionOutcome, Side
from projections.agreement.steps import Agreed
from projections.lifecycles.commitment_states import UNENDED
from projections.lifecycles.commitment_states import CommitmentState as State
from projections.lifecycles.commitments import commitments
from tests.support.partnership_story import COUNCIL, COUNTY, FORUM, ICB, TENANTS, an_id, words
from tests.support.promise_stories import (
    LIGHTS,
    METHOD,
    a_partnership,
    a_promise,
    phase,
    renegotiated,
    state,
)


def test_it_is_open_until_its_grace_has_run_out_and_then_overdue():
    story = a_promise()
    assert state(story, "2026-02-15") is State.OPEN
    assert state(story, "2026-02-16") is State.OVERDUE


def test_it_is_kept_when_the_promisee_confirms():
    story = a_promise()
    story.confirmed_done("lights", "2026-02-05")
    assert state(story, "2026-02-04") is State.OPEN
    promise = phase(story, "2026-02-05")
    assert (promise.state, promise.agreed, promise.done_on, promise.days_late) == (
        State.FULFILLED,
        Agreed.CONFIRMED,
        date(2026, 2, 5),
        4,
    )


def test_the_day_it_was_done_is_that_of_the_report_confirmed():
    story = a_promise()
    story.reported_done("lights", "2026-02-03", done_on="2026-01-20")
    story.confirmed_done("lights", "2026-03-01")
    assert phase(story, "2026-03-01").done_on == date(2026, 1, 20)
    assert phase(story, "2026-03-01").days_late == 0


def test_an_imprecise_day_done_means_its_latest():
    story = a_promise()
    story.confirmed_done("lights", "2026-04-02", details={"done": "2026-02"})
    assert phase(story, "2026-04-02").done_on == date(2026, 2, 28)


def test_a_month_due_means_its_last_day():
    assert phase(a_promise(due="2026-02"), "2026-01-02").due_on == date(2026, 2, 28)


def test_without_a_date_it_is_due_in_the_usual_term_and_says_so():
    promise = phase(a_promise(due=None), "2026-01-02")
    assert (promise.due_on, promise.due_is_assumed) == (date(2026, 4, 1), True)


def test_reported_in_time_it_waits_and_is_not_overdue():
    story = a_promise()
    story.reported_done("lights", "2026-02-15")
    assert state(story, "2026-06-01") is State.REPORTED


def test_reported_after_its_grace_it_stays_overdue_until_agreed():
    story = a_promise()
    story.reported_done("lights", "2026-02-16")
    promise = phase(story, "2026-06-01")
    assert (promise.state, promise.is_reported) == (State.OVERDUE, True)
    story.confirmed_done("lights", "2026-06-02")
    assert state(story, "2026-06-02") is State.FULFILLED


def test_silence_after_notice_keeps_it_tacitly():
    story = a_promise(seats=(TENANTS,))
    story.reported_done("lights", "2026-01-20")
    assert state(story, "2026-02-16") is State.REPORTED
    promise = phase(story, "2026-02-17")
    assert (promise.state, promise.agreed, promise.done_on) == (State.FULFILLED, Agreed.TACIT, date(2026, 1, 20))


def test_minutes_with_that_side_present_agree_a_report_made_at_the_meeting():
    story = a_promise()
    story.met("board", "2026-01-20")
    report = FulfilmentClaimed(
        happened="2026-01-20", commitment_id=LIGHTS, claimed_by=COUNCIL, interaction_id=an_id("board")
    )
    story.tell(report, by=COUNCIL)
    story.minuted("board", "2026-02-20", Side.RESIDENTS)
    assert state(story, "2026-02-19") is State.REPORTED
    assert phase(story, "2026-02-20").agreed is Agreed.MINUTES


def test_a_disputed_fulfilment_leaves_it_open_and_overdue_if_past_due():
    story = a_promise(seats=(TENANTS,))
    story.reported_done("lights", "2026-01-20")
    story.said_not_done("lights", "2026-01-25")
    assert state(story, "2026-01-25") is State.OPEN
    assert state(story, "2026-06-01") is State.OVERDUE


def test_a_dispute_of_the_confirmation_reopens_it_whichever_record_it_names():
    story = a_promise(seats=(TENANTS,))
    story.reported_done("lights", "2026-01-20")
    confirmation = story.confirmed_done("lights", "2026-01-22")
    story.disputed(confirmation, "2026-03-25", by=FORUM)
    assert state(story, "2026-01-23") is State.FULFILLED
    assert state(story, "2026-03-25") is State.OVERDUE


def test_reported_again_after_a_dispute_it_is_a_new_report():
    story = a_promise(seats=(TENANTS,))
    story.reported_done("lights", "2026-01-20")
    story.said_not_done("lights", "2026-01-25")
    story.reported_done("lights", "2026-01-30")
    assert state(story, "2026-02-10") is State.REPORTED
    story.confirmed_done("lights", "2026-02-11")
    assert phase(story, "2026-02-11").done_on == date(2026, 1, 30)


def test_part_kept_has_the_fraction_the_promisee_agreed():
    story = a_promise()
    story.confirmed_done("lights", "2026-01-22", details={"extent": Extent.PART, "fraction": 0.6})
    promise = phase(story, "2026-01-22")
    assert (promise.state, promise.fraction) == (State.PARTLY_FULFILLED, 0.6)


def test_a_confirmation_written_down_for_the_promiser_is_only_its_report():
    story = a_promise()
    story.confirmed_done("lights", "2026-01-22")
    story.records[-1] = _in_the_word_of(story.records[-1], COUNCIL)
    assert state(story, "2026-06-01") is State.REPORTED


def _in_the_word_of(record, party):
    envelope = msgspec.structs.replace(record.envelope, on_behalf_of=party)
    return msgspec.structs.replace(record, envelope=envelope)


# What binds, and when


def test_a_promise_written_down_by_the_promisee_binds_once_the_promiser_acknowledges():
    story = a_promise(by=TENANTS)
    assert state(story, "2026-03-01") is State.MADE
    story.tell(CommitmentAcknowledged(happened="2026-03-02", commitment_id=LIGHTS, acknowledged_by=COUNCIL))
    assert state(story, "2026-03-02") is State.OVERDUE


def test_a_promise_on_the_table_binds_nobody_until_made():
    story = a_partnership()
    offer = CommitmentProposed(
        happened="2026-01-01", commitment_id=LIGHTS, promisers=(COUNCIL,), promisees=(TENANTS,), text=words()
    )
    story.tell(offer, by=COUNCIL)
    assert state(story, "2026-12-01") is State.PROPOSED
    story.promised("lights", "2026-12-02", due="2027-01-01")
    assert state(story, "2026-12-02") is State.OPEN


def test_joint_promisers_are_each_bound_by_their_own_word():
    story = a_promise(who=(COUNCIL, COUNTY), by=COUNCIL)
    assert state(story, "2026-03-01", strand=0) is State.OVERDUE
    assert state(story, "2026-03-01", strand=1) is State.MADE


def test_each_promisee_confirms_for_itself():
    story = a_promise(to=(TENANTS, FORUM))
    story.confirmed_done("lights", "2026-01-20", by=FORUM)
    assert state(story, "2026-03-01", strand=0) is State.OVERDUE
    assert state(story, "2026-03-01", strand=1) is State.FULFILLED


# How it may end otherwise


def test_withdrawn_by_the_promiser_it_is_withdrawn_that_day():
    story = a_promise()
    story.tell(CommitmentWithdrawn(happened="2026-01-10", commitment_id=LIGHTS, withdrawn_by=COUNCIL), by=COUNCIL)
    assert state(story, "2026-01-09") is State.OPEN
    assert state(story, "2026-06-10") is State.WITHDRAWN


def test_one_of_two_promisers_withdraws_for_itself():
    story = a_promise(who=(COUNCIL, ICB), by=COUNCIL)
    story.tell(CommitmentAcknowledged(happened="2026-01-02", commitment_id=LIGHTS, acknowledged_by=ICB), by=ICB)
    story.tell(CommitmentWithdrawn(happened="2026-01-10", commitment_id=LIGHTS, withdrawn_by=ICB), by=ICB)
    assert state(story, "2026-01-11", strand=0) is State.OPEN
    assert state(story, "2026-01-11", strand=1) is State.WITHDRAWN


def test_what_the_promisee_says_is_undeliverable_waits_for_the_promiser():
    story = a_promise()
    story.tell(CommitmentFailed(happened="2026-01-10", commitment_id=LIGHTS, said_by=TENANTS), by=TENANTS)
    assert state(story, "2026-01-11") is State.OPEN
    story.tell(CommitmentFailed(happened="2026-01-12", commitment_id=LIGHTS, said_by=COUNCIL), by=COUNCIL)
    assert state(story, "2026-01-12") is State.FAILED


def test_only_the_promisee_lets_the_promiser_off():
    story = a_promise()
    body = CommitmentReleased(happened="2026-01-10", commitment_id=LIGHTS, released_by=TENANTS, promisers=(COUNCIL,))
    story.tell(body, by=COUNCIL)
    assert state(story, "2026-01-11") is State.OPEN
    story.tell(body, by=TENANTS)
    assert state(story, "2026-01-11") is State.RELEASED


def test_another_promise_takes_its_place_only_by_agreement():
    story = a_promise()
    body = CommitmentSuperseded(
        happened="2026-01-10", commitment_id=LIGHTS, successor_commitment_id=an_id("x"), agreed_by=(COUNCIL,)
    )
    superseding = story.tell(body, by=COUNCIL)
    assert state(story, "2026-01-20") is State.OPEN
    story.confirmed(superseding, "2026-01-21")
    assert state(story, "2026-01-21") is State.SUPERSEDED


ENDING_SAID_BY = {
    CommitmentFailed: (COUNCIL, {"said_by": COUNCIL}),
    CommitmentWithdrawn: (COUNCIL, {"withdrawn_by": COUNCIL}),
    CommitmentReleased: (TENANTS, {"released_by": TENANTS, "promisers": (COUNCIL,)}),
    CommitmentSuperseded: (TENANTS, {"successor_commitment_id": an_id("x"), "agreed_by": (TENANTS,)}),
    PartSettled: (TENANTS, {"settled_by": TENANTS, "fraction": 0.5}),
}


@pytest.mark.parametrize("ending", ENDS)
def test_what_ends_a_promise_for_commands_ends_it_here_too(ending):
    who, fields = ENDING_SAID_BY[ending]
    story = a_promise()
    story.tell(ending(happened="2026-01-10", commitment_id=LIGHTS, **fields), by=who)
    assert state(story, "2026-01-09") in UNENDED
    assert state(story, "2026-01-10") not in UNENDED


# Terms that change


def test_what_is_open_passes_to_a_successor_body_from_its_date():
    story = a_promise()
    story.tell(PartySucceeded(happened="2026-04-01", succession_id=an_id("s"), predecessor=COUNCIL, successor=COUNTY))
    assert phase(story, "2026-03-31").promiser == COUNCIL
    promise = phase(story, "2026-04-01")
    assert (promise.promiser, promise.state) == (COUNTY, State.OVERDUE)


def test_what_has_ended_does_not_pass_on():
    story = a_promise()
    story.confirmed_done("lights", "2026-01-20")
    story.tell(PartySucceeded(happened="2026-04-01", succession_id=an_id("s"), predecessor=COUNCIL, successor=COUNTY))
    assert phase(story, "2026-04-01").promiser == COUNCIL


@pytest.mark.parametrize("agreeing", [(), (ICB,), (TENANTS,)])
def test_passing_a_promise_on_takes_both_who_takes_it_and_who_it_was_made_to(agreeing):
    story = a_promise()
    body = CommitmentReassigned(
        happened="2026-01-10", commitment_id=LIGHTS, from_promiser=COUNCIL, to_promiser=ICB, agreed_by=agreeing
    )
    story.tell(body)
    assert phase(story, "2026-03-10").promiser == COUNCIL


def test_passed_on_by_agreement_the_other_answers_for_it():
    story = a_promise()
    body = CommitmentReassigned(
        happened="2026-01-10",
        commitment_id=LIGHTS,
        from_promiser=COUNCIL,
        to_promiser=ICB,
        agreed_by=(TENANTS, ICB),
    )
    story.tell(body)
    assert phase(story, "2026-03-10").promiser == ICB


def test_a_promise_disputed_and_set_aside_is_no_promise():
    story = a_partnership()
    record = story.promised("lights", "2026-01-01", by=COUNCIL)
    story.disputed(record, "2026-01-10", by=COUNCIL)
    assert phase(story, "2026-01-10").disputed
    for party in (COUNCIL, TENANTS):
        story.tell(
            DisputeResolved(
                happened="2026-01-11", record_id=record, agreed_by=party, outcome=ResolutionOutcome.SET_ASIDE
            )
        )
    assert state(story, "2026-01-11") is State.SET_ASIDE


def test_causes_name_every_event_it_rests_on():
    story = a_partnership()
    record = story.promised("lights", "2026-01-01", due="2026-02-01")
    report = story.reported_done("lights", "2026-01-20")
    confirmation = story.confirmed_done("lights", "2026-01-22")
    assert phase(story, "2026-01-22").causes == (record, confirmation, report)


# Laws

DAYS = st.integers(0, 300).map(lambda n: (date(2026, 1, 1) + timedelta(n)).isoformat())
ACTS = st.lists(
    st.tuples(st.sampled_from(["claim", "confirm", "dispute", "renegotiate", "withdraw", "release", "ack"]), DAYS)
)


def tell_acts(story, acts):
    for act, day in sorted(acts, key=lambda entry: entry[1]):
        match act:
            case "claim":
                story.reported_done("lights", day)
            case "confirm":
                story.confirmed_done("lights", day)
            case "dispute":
                story.said_not_done("lights", day)
            case "renegotiate":
                renegotiated(story, day, "2026-08-01", agreed_by=(TENANTS,))
            case "withdraw":
                story.tell(CommitmentWithdrawn(happened=day, commitment_id=LIGHTS, withdrawn_by=COUNCIL), by=COUNCIL)
            case "release":
                released = CommitmentReleased(
                    happened=day, commitment_id=LIGHTS, released_by=TENANTS, promisers=(COUNCIL,)
                )
                story.tell(released, by=TENANTS)
            case "ack":
                story.tell(CommitmentAcknowledged(happened=day, commitment_id=LIGHTS, acknowledged_by=TENANTS))


@given(acts=ACTS, as_of=DAYS, by=st.sampled_from([COUNCIL, TENANTS]))
def test_a_phase_at_a_day_is_what_is_asked_as_of_that_day(acts, as_of, by):
    story = a_promise(seats=(TENANTS, COUNCIL), by=by)
    tell_acts(story, acts)
    whole = story.at("2027-06-01")
    then = story.at(as_of)
    (late,), (early,) = commitments(whole, METHOD), commitments(then, METHOD)
    for one, other in zip(late.strands, early.strands, strict=True):
        assert one.at(then.end) == other.at(then.end)


@given(acts=ACTS, as_of=DAYS)
def test_acts_cut_off_by_the_day_change_nothing(acts, as_of):
    story, all_told = a_promise(), a_promise()
    tell_acts(story, [act for act in acts if act[1] <= as_of])
    tell_acts(all_told, acts)
    one, other = phase(story, as_of), phase(all_told, as_of)
    assert (one.state, one.due_on, one.done_on) == (other.state, other.due_on, other.done_on)


def test_the_phases_of_every_state_are_ranked():
    story = a_promise(who=(COUNCIL, ICB), to=(TENANTS, FORUM), by=COUNCIL)
    (only,) = commitments(story.at("2026-06-01"), METHOD)
    pairs = [(strand.promiser, strand.promisee) for strand in only.strands]
    assert pairs == list(product((COUNCIL, ICB), (TENANTS, FORUM)))
    assert only.pressing(story.at("2026-06-01").end).state is State.OVERDUE
