"""A seat is accepted by who sits there, or vouched for by a steward; until then it has no vote and no voice."""

import msgspec
import pytest
from msgspec.structs import replace

from domain.decisions.commitments import ConfirmFulfilment
from domain.decisions.interactions import Attendee, RecordInteraction
from domain.decisions.partnerships import AcceptSeat, AddMember, FirstSeat, FormPartnership
from domain.decisions.records import CorrectRecord, WithdrawRecord
from domain.decisions.references import NamedParty
from domain.decisions.refusals import Code
from domain.events import decode, encode, name_of
from domain.events.partnerships import MemberJoined, MemberLeft, SeatAccepted
from domain.events.registries import PartySucceeded
from domain.vocabulary import InteractionKind, PartyKind, Role
from tests.support.given_commands import event_id_of, given, past, records, refuses
from tests.support.promise_commands import CLAIMED, MADE_TO_ALL, PROMISE_ID
from tests.support.small_world import (
    BOARD_FORMED,
    BUILDER,
    COUNCIL,
    DEVELOPER,
    EVALUATOR,
    OFFICER,
    RESIDENT,
    STEWARD,
    TENANTS,
    TODAY,
    TRUST,
    WORKER,
    a_key,
    a_party,
    an_id,
    registered,
    seated,
)

SEAT_ID = an_id("a seat that the council gave")
GIVEN = seated(DEVELOPER, SEAT_ID, voting=True, awaits_acceptance=True)
ACCEPT = AcceptSeat(member=SEAT_ID)
ACCEPTED = SeatAccepted(happened="2026-02", member_id=SEAT_ID, party=DEVELOPER)
WHO_SEATS = {
    "the body itself": (OFFICER, COUNCIL.party_id, False),
    "a key that speaks for it": (
        a_key("a clerk", TRUST, speaks_for=frozenset({COUNCIL.party_id})),
        COUNCIL.party_id,
        False,
    ),
    "a steward": (STEWARD, DEVELOPER.party_id, False),
    "another": (OFFICER, DEVELOPER.party_id, True),
    "another, named in passing": (OFFICER, NamedParty("Moor Walkers", PartyKind.INFORMAL_GROUP), True),
}
EVERYBODY = pytest.mark.parametrize(("key", "who", "waits"), WHO_SEATS.values(), ids=WHO_SEATS.keys())


def seats_in(drafts):
    return [each.body for each in drafts if isinstance(each.body, MemberJoined)]


@EVERYBODY
def test_a_seat_waits_only_where_another_gave_it(key, who, waits):
    form = FormPartnership(name="Westmoor", kind=PartyKind.INQUIRY, members=(FirstSeat(party=who),))
    for command in (form, AddMember(party=who)):
        (seat,) = seats_in(given().when(command, by=key).drafts)
        assert seat.awaits_acceptance == waits


def test_what_was_recorded_before_this_rule_counts_as_accepted_and_vouched_for():
    for new in (GIVEN, replace(BOARD_FORMED, unvouched=True)):
        fields = msgspec.msgpack.decode(encode(new))
        (field,) = {"awaits_acceptance", "unvouched"} & fields.keys()
        del fields[field]
        as_before = decode(name_of(new), 1, msgspec.msgpack.encode(fields))
        assert as_before == replace(new, **{field: False})


def test_only_a_partnership_that_a_steward_formed_is_vouched_for():
    form = FormPartnership(name="Westmoor", kind=PartyKind.INQUIRY)
    for key, unvouched in ((OFFICER, True), (STEWARD, False)):
        (formed,) = given().when(form, by=key).drafts
        assert formed.body.unvouched == unvouched


@records(AcceptSeat)
def test_a_body_accepts_its_seat_in_its_own_word():
    (draft,) = given(GIVEN).when(ACCEPT, by=BUILDER).drafts
    assert draft.body == SeatAccepted(happened=TODAY, member_id=SEAT_ID, party=DEVELOPER)
    assert draft.word == DEVELOPER


def test_a_steward_vouches_and_says_so():
    (draft,) = given(GIVEN).when(ACCEPT, by=STEWARD).drafts
    assert draft.body == SeatAccepted(happened=TODAY, member_id=SEAT_ID, party=DEVELOPER, vouched_by=EVALUATOR)


def test_whoever_took_its_place_accepts_for_it():
    merged = PartySucceeded(happened="2026", succession_id=an_id("s"), predecessor=DEVELOPER, successor=TENANTS)
    (draft,) = given(GIVEN, merged).when(ACCEPT, by=RESIDENT).drafts
    assert (draft.body.vouched_by, draft.word) == (None, TENANTS)


@refuses(AcceptSeat, Code.MAY_NOT_SPEAK_FOR)
def test_nobody_accepts_for_another():
    for key in (OFFICER, WORKER):
        given(GIVEN).when(ACCEPT, by=key).then_refused(Code.MAY_NOT_SPEAK_FOR, at="#/member")


@refuses(AcceptSeat, Code.ALREADY_DONE)
def test_a_seat_is_accepted_once_and_one_that_never_waited_needs_it_not():
    given(GIVEN, ACCEPTED).when(ACCEPT, by=BUILDER).then_refused(Code.ALREADY_DONE, at="#/member")
    own = an_id(f"seat of {TENANTS.party_id}")
    given().when(AcceptSeat(member=own), by=RESIDENT).then_refused(Code.ALREADY_DONE)


@refuses(AcceptSeat, Code.ALREADY_ENDED)
def test_a_seat_that_was_given_up_is_not_accepted():
    leaving = MemberLeft(happened="2026-03", member_id=SEAT_ID, party=DEVELOPER)
    given(GIVEN, leaving).when(ACCEPT, by=BUILDER).then_refused(Code.ALREADY_ENDED, at="#/member")


def test_a_seat_is_not_accepted_before_it_was_given():
    early = AcceptSeat(member=SEAT_ID, happened="2024")
    given(GIVEN).when(early, by=BUILDER).then_refused(Code.BEFORE_WHAT_IT_REFERS_TO)


def test_whoever_has_not_accepted_is_a_visitor_without_a_vote():
    meeting = RecordInteraction(
        kind=InteractionKind.MEETING, happened="2026-03-14", participants=(Attendee(party=DEVELOPER.party_id),)
    )
    (waiting,) = given(GIVEN).when(meeting, by=OFFICER).drafts[0].body.participants
    assert (waiting.voting, waiting.member, waiting.role) == (False, False, Role.VISITOR)
    (sitting,) = given(GIVEN, ACCEPTED).when(meeting, by=OFFICER).drafts[0].body.participants
    assert (sitting.voting, sitting.member) == (True, True)


def test_a_seat_that_waits_confirms_nothing_for_residents():
    walkers = a_party("Moor Walkers", PartyKind.INFORMAL_GROUP)
    walker = a_key("a walker", walkers)
    seat = seated(walkers, SEAT_ID, voting=True, awaits_acceptance=True)
    command = ConfirmFulfilment(commitment=PROMISE_ID, confirmed_by=walkers.party_id)
    world = (registered(walkers, "Moor Walkers"), seat, MADE_TO_ALL, CLAIMED)
    given(*world).when(command, by=walker).then_refused(Code.ONLY_THE_PROMISEE)
    accepted = SeatAccepted(happened="2026-02", member_id=SEAT_ID, party=walkers)
    assert given(*world, accepted).when(command, by=walker).drafts


def test_no_correction_accepts_a_seat_and_only_a_steward_vouches_for_a_partnership_later():
    gift = past(GIVEN, by=COUNCIL)
    accept = CorrectRecord(record=gift.event_id, changes={"awaits_acceptance": False}, reasons="They would")
    for key in (OFFICER, STEWARD):
        given(gift).when(accept, by=key).then_refused(Code.WRONG_REPLACEMENT, at="#/changes/awaits_acceptance")
    vouch = CorrectRecord(record=event_id_of(BOARD_FORMED), changes={"unvouched": True}, reasons="Unknown to us")
    assert given().when(vouch, by=STEWARD).drafts
    own = given(past(BOARD_FORMED, by=COUNCIL)).when(vouch, by=OFFICER)
    assert Code.WRONG_REPLACEMENT in {fault.code for fault in own.outcome.faults}


def test_an_acceptance_is_taken_back_by_who_sits_there_alone():
    withdraw = WithdrawRecord(record=event_id_of(ACCEPTED), reasons="Never agreed")
    given(GIVEN, ACCEPTED).when(withdraw, by=OFFICER).then_refused(Code.ONLY_WHO_RECORDED_IT, at="#/record")
    for key in (BUILDER, STEWARD):
        assert given(GIVEN, ACCEPTED).when(withdraw, by=key).drafts


def test_whoever_took_the_place_of_a_body_sits_and_votes_as_it_did():
    merged = PartySucceeded(happened="2026", succession_id=an_id("s"), predecessor=DEVELOPER, successor=TRUST)
    vote = seated(DEVELOPER, SEAT_ID, voting=True)
    meeting = RecordInteraction(
        kind=InteractionKind.MEETING, happened="2026-03-14", participants=(Attendee(party=TRUST.party_id),)
    )
    (before,) = given(vote).when(meeting, by=OFFICER).drafts[0].body.participants
    (after,) = given(vote, merged).when(meeting, by=OFFICER).drafts[0].body.participants
    assert (before.voting, after.voting, after.member) == (False, True, True)
    (waits,) = given(GIVEN, merged).when(meeting, by=OFFICER).drafts[0].body.participants
    assert not waits.voting


def test_a_seat_that_was_accepted_is_mended_by_who_sits_there_and_no_more_by_who_gave_it():
    gift = past(GIVEN, by=COUNCIL)
    for mend in (
        CorrectRecord(record=gift.event_id, changes={"happened": "2024"}, reasons="Earlier"),
        WithdrawRecord(record=gift.event_id, reasons="Never sat"),
    ):
        assert given(gift).when(mend, by=OFFICER).drafts
        given(gift, ACCEPTED).when(mend, by=OFFICER).then_refused(Code.ONLY_WHO_RECORDED_IT, at="#/record")
        for key in (BUILDER, STEWARD):
            assert given(gift, ACCEPTED).when(mend, by=key).drafts
