"""Whose word agrees to what became of a promise, and whose record is whose to mend: no friend helps out."""

import pytest
from msgspec.structs import replace

from domain.decisions.asks import RaiseAsk
from domain.decisions.commitment_endings import ReassignCommitment
from domain.decisions.commitments import (
    AcknowledgeCommitment,
    ConfirmFulfilment,
    RenegotiateCommitment,
    ReportFulfilment,
)
from domain.decisions.experience import RecordPulse
from domain.decisions.interactions import AddToInteraction, ApproveMinutes, Attendee, RecordInteraction
from domain.decisions.records import ConfirmRecord, CorrectRecord, DisputeRecord, WithdrawRecord
from domain.decisions.refusals import Code
from domain.decisions.registries import AmendParty, FindPeopleSame
from domain.decisions.stewardship import RedactText
from domain.events import Participant
from domain.events.commitments import CommitmentMade, CommitmentReleased, CommitmentRenegotiated
from domain.events.interactions import InteractionRecorded, MinutesApproved
from domain.events.records import RecordConfirmed, RecordCorrected, RecordWithdrawn
from domain.events.registries import PersonRegistered
from domain.events.stewardship import SubjectErased
from domain.events.tags import tag
from domain.vocabulary import AskKind, InteractionKind, Materiality, PartyKind, Side
from tests.support.given_commands import Past, event_id_of, given, past, refuses
from tests.support.promise_commands import (
    ACKNOWLEDGED,
    CLAIMED,
    CONFIRMED,
    DENIED,
    MADE,
    MADE_TO_ALL,
    MADE_TO_MANY,
    PROMISE_ID,
    SETTLED,
)
from tests.support.small_world import (
    AMINA,
    BEN,
    BOARD_ID,
    COUNCIL,
    LOTTERY,
    OFFICER,
    POLICE,
    RESIDENT,
    SEALED,
    SERGEANT,
    STEWARD,
    TENANTS,
    TRUST,
    WORKER,
    YOUTH,
    YOUTH_WORKER,
    a_key,
    a_party,
    an_id,
    registered,
    seated,
)
from tests.unit.domain.decisions.test_records import correction_of

NEIGHBOURS = a_party("Ewan Road Neighbours", PartyKind.FRIENDS_OF_GROUP)
NEIGHBOUR = a_key("a neighbour without a vote", NEIGHBOURS)
AT_THE_TABLE = (registered(NEIGHBOURS, "Ewan Road Neighbours"), seated(NEIGHBOURS))
MEETING_ID = an_id("the meeting")
AT_A_MEETING = CommitmentMade(
    happened="2026-02-01",
    commitment_id=PROMISE_ID,
    promisers=(COUNCIL,),
    promisees=(TENANTS,),
    text=SEALED,
    interaction_id=MEETING_ID,
)
MINUTED = MinutesApproved(
    happened="2026-03-01",
    interaction_id=MEETING_ID,
    approving_interaction_id=an_id("the next meeting"),
    sides_present=(Side.RESIDENTS,),
)


def met(interaction_id=MEETING_ID, happened="2026-02-01", people=()):
    there = tuple(Participant(TENANTS, person_id=an_id(each)) for each in people) or (Participant(TENANTS),)
    return InteractionRecorded(
        happened=happened, interaction_id=interaction_id, kind=InteractionKind.MEETING, participants=there
    )


def naming(body, *people, by=COUNCIL):
    """Place an event in the past whose texts may name these people."""
    return Past(
        body=body,
        word=by,
        partition_id=BOARD_ID,
        event_id=event_id_of(body),
        subjects=frozenset(an_id(each) for each in people),
    )


def spoken_for_residents(party):
    confirm = ConfirmRecord(record=event_id_of(CLAIMED), confirmed_by=party.party_id)
    report = ReportFulfilment(commitment=PROMISE_ID, claimed_by=COUNCIL.party_id)
    matters = AcknowledgeCommitment(
        commitment=PROMISE_ID, acknowledged_by=party.party_id, materiality=Materiality.MINOR
    )
    move = RenegotiateCommitment(commitment=PROMISE_ID, asked_by=COUNCIL.party_id, due="2027")
    agree = RenegotiateCommitment(
        commitment=PROMISE_ID, asked_by=COUNCIL.party_id, due="2027", agreed_by=(party.party_id,)
    )
    return confirm, report, matters, move, agree


@refuses(ConfirmRecord, Code.TIED_TO_THE_PROMISER)
@refuses(ReportFulfilment, Code.TIED_TO_THE_PROMISER)
@refuses(AcknowledgeCommitment, Code.TIED_TO_THE_PROMISER)
@refuses(RenegotiateCommitment, Code.TIED_TO_THE_PROMISER)
def test_whom_the_promiser_pays_agrees_to_nothing_about_it_for_residents():
    for command in spoken_for_residents(YOUTH):
        given(MADE_TO_ALL, CLAIMED).when(command, by=YOUTH_WORKER).then_refused(Code.TIED_TO_THE_PROMISER)


@refuses(ConfirmRecord, Code.ONLY_THE_PROMISEE)
@refuses(ReportFulfilment, Code.ONLY_THE_PROMISEE)
@refuses(AcknowledgeCommitment, Code.ONLY_THE_PROMISEE)
@refuses(RenegotiateCommitment, Code.ONLY_THE_PROMISEE)
def test_who_has_no_vote_agrees_to_nothing_for_residents_at_large():
    for command in spoken_for_residents(NEIGHBOURS):
        hearing = given(*AT_THE_TABLE, MADE_TO_ALL, CLAIMED).when(command, by=NEIGHBOUR)
        hearing.then_refused(Code.ONLY_THE_PROMISEE)


def test_a_voting_residents_body_and_the_promiser_say_all_of_it():
    for command in spoken_for_residents(TENANTS):
        assert given(MADE_TO_ALL, CLAIMED).when(command, by=RESIDENT).drafts
    for command in spoken_for_residents(COUNCIL)[1:4]:
        assert given(MADE_TO_ALL).when(command, by=OFFICER).drafts


def test_others_write_a_report_down_as_their_own_word():
    (draft,) = given(MADE_TO_ALL).when(spoken_for_residents(TRUST)[1], by=WORKER).drafts
    assert draft.word == TRUST


def passed_to_police(agreed_by):
    return ReassignCommitment(
        commitment=PROMISE_ID,
        from_promiser=COUNCIL.party_id,
        to_promiser=POLICE.party_id,
        agreed_by=(agreed_by.party_id,),
    )


@refuses(ReassignCommitment, Code.MAY_NOT_SPEAK_FOR)
def test_who_takes_a_promise_over_does_not_write_down_that_the_promisee_agrees():
    given(MADE).when(passed_to_police(TENANTS), by=SERGEANT).then_refused(Code.MAY_NOT_SPEAK_FOR, at="#/agreed_by/0")


@refuses(ReassignCommitment, Code.TIED_TO_THE_PROMISER)
@refuses(ReassignCommitment, Code.ONLY_THE_PROMISEE)
def test_who_agrees_that_a_promise_passes_on_is_entitled_to():
    both = {YOUTH: Code.TIED_TO_THE_PROMISER, NEIGHBOURS: Code.ONLY_THE_PROMISEE}
    for party, code in both.items():
        key = a_key("who speaks for both", POLICE, speaks_for=frozenset({party.party_id}))
        hearing = given(*AT_THE_TABLE, MADE_TO_ALL).when(passed_to_police(party), by=key)
        hearing.then_refused(code, at="#/agreed_by/0")


def test_one_of_several_letting_off_leaves_the_promise_owed_to_the_others():
    let_off = CommitmentReleased(
        happened="2026-04", commitment_id=PROMISE_ID, released_by=TENANTS, promisers=(COUNCIL,)
    )
    confirm = ConfirmFulfilment(commitment=PROMISE_ID, confirmed_by=POLICE.party_id)
    report = ReportFulfilment(commitment=PROMISE_ID, claimed_by=COUNCIL.party_id)
    assert given(MADE_TO_MANY, let_off).when(confirm, by=SERGEANT).drafts
    assert given(MADE_TO_MANY, let_off).when(report, by=OFFICER).drafts
    assert given(MADE_TO_MANY, CONFIRMED).when(report, by=OFFICER).drafts
    again = ConfirmFulfilment(commitment=PROMISE_ID, confirmed_by=TENANTS.party_id)
    given(MADE_TO_MANY, let_off).when(again, by=RESIDENT).then_refused(Code.ALREADY_ENDED)


def test_whom_other_terms_name_confirms():
    terms = CommitmentRenegotiated(
        happened="2026-03", commitment_id=PROMISE_ID, asked_by=COUNCIL, promisees=(POLICE,), agreed_by=(TENANTS,)
    )
    confirm = ConfirmFulfilment(commitment=PROMISE_ID, confirmed_by=POLICE.party_id)
    assert given(MADE, terms).when(confirm, by=SERGEANT).drafts


@refuses(CorrectRecord, Code.MAY_NOT_SPEAK_FOR)
def test_a_confirmation_is_not_corrected_into_anothers():
    confirmation = RecordConfirmed(happened="2026-05", record_id=event_id_of(MADE), confirmed_by=LOTTERY)
    command = CorrectRecord(
        record=event_id_of(confirmation), changes={"confirmed_by": str(TENANTS.party_id)}, reasons="Misheard"
    )
    grant_officer = a_key("a grant officer", LOTTERY)
    hearing = given(MADE, confirmation).when(command, by=grant_officer)
    hearing.then_refused(Code.MAY_NOT_SPEAK_FOR, at="#/changes/confirmed_by")


@pytest.mark.parametrize("record", [DENIED, CONFIRMED], ids=["denied", "confirmed"])
def test_a_neighbour_on_the_same_side_does_not_take_back_a_bodys_own_word(record):
    withdraw = WithdrawRecord(record=event_id_of(record), reasons="A slip")
    correct = CorrectRecord(record=event_id_of(record), changes={"happened": "2026-09"}, reasons="A slip")
    for command in (withdraw, correct):
        hearing = given(MADE, CLAIMED, record).when(command, by=YOUTH_WORKER)
        hearing.then_refused(Code.ONLY_WHO_RECORDED_IT, at="#/record")
        assert given(MADE, CLAIMED, record).when(command, by=RESIDENT).drafts
        assert given(MADE, CLAIMED, record).when(command, by=STEWARD).drafts


@refuses(WithdrawRecord, Code.BOTH_SIDES_REQUIRED)
def test_the_record_of_a_promise_that_the_other_side_took_up_is_not_the_promisers_to_withdraw():
    taken_up = (
        (MADE, ACKNOWLEDGED),
        (MADE, CLAIMED, DENIED),
        (MADE, SETTLED),
        (MADE, a_move(asked_by=TENANTS)),
        (met(), AT_A_MEETING, MINUTED),
    )
    for promise, *since in taken_up:
        record = AT_A_MEETING if promise != MADE else MADE
        command = WithdrawRecord(record=event_id_of(record), reasons="A slip")
        hearing = given(promise, *since).when(command, by=OFFICER)
        hearing.then_refused(Code.BOTH_SIDES_REQUIRED, at="#/record")
        assert given(promise, *since).when(command, by=STEWARD).drafts


def a_move(**how):
    return CommitmentRenegotiated(happened="2026-03", commitment_id=PROMISE_ID, due="2026-09", **how)


@refuses(WithdrawRecord, Code.BOTH_SIDES_REQUIRED)
@refuses(CorrectRecord, Code.BOTH_SIDES_REQUIRED)
@pytest.mark.parametrize("is_in_the_record", [True, False])
def test_whoever_promised_takes_back_no_date_that_the_other_side_agreed_to(is_in_the_record):
    move = a_move(asked_by=COUNCIL, agreed_by=(TENANTS,) if is_in_the_record else ())
    agreed = RecordConfirmed(happened="2026-03", record_id=event_id_of(move), confirmed_by=TENANTS)
    past_events = (MADE, past(move, by=COUNCIL), *(() if is_in_the_record else (agreed,)))
    withdraw = WithdrawRecord(record=event_id_of(move), reasons="A slip")
    correct = CorrectRecord(record=event_id_of(move), changes={"due": "2027-09"}, reasons="A slip")
    for command, at in ((withdraw, "#/record"), (correct, "#/changes")):
        given(*past_events).when(command, by=OFFICER).then_refused(Code.BOTH_SIDES_REQUIRED, at=at)
        assert given(*past_events).when(command, by=STEWARD).drafts


def test_whoever_promised_takes_back_a_date_that_nobody_has_agreed_to():
    move = a_move(asked_by=COUNCIL)
    command = WithdrawRecord(record=event_id_of(move), reasons="A slip")
    assert given(MADE, past(move, by=COUNCIL)).when(command, by=OFFICER).drafts


LATER = replace(MADE, commitment_id=an_id("a promise for next year"), due="2027-06-30")
UNDATED = replace(MADE, commitment_id=an_id("a promise without a date"), due=None)


def test_the_record_of_a_promise_acknowledged_by_the_promiser_alone_may_be_withdrawn_in_time():
    own = past(replace(ACKNOWLEDGED, commitment_id=LATER.commitment_id), by=COUNCIL)
    assert given(LATER, own).when(WithdrawRecord(record=event_id_of(LATER), reasons="A slip"), by=OFFICER).drafts


@refuses(WithdrawRecord, Code.BOTH_SIDES_REQUIRED)
def test_whoever_is_late_takes_back_no_record_of_the_promise_though_nobody_took_it_up():
    first_date = past(replace(a_move(asked_by=COUNCIL), commitment_id=UNDATED.commitment_id), by=COUNCIL)
    for promise, *since in ((MADE,), (MADE, past(ACKNOWLEDGED, by=COUNCIL)), (UNDATED, first_date)):
        command = WithdrawRecord(record=event_id_of(promise), reasons="A slip")
        hearing = given(promise, *since).when(command, by=OFFICER)
        hearing.then_refused(Code.BOTH_SIDES_REQUIRED, at="#/record")
        assert given(promise, *since).when(command, by=STEWARD).drafts
    by_residents = past(MADE, by=TENANTS)
    assert given(by_residents).when(WithdrawRecord(record=event_id_of(MADE), reasons="A slip"), by=RESIDENT).drafts
    assert given(UNDATED).when(WithdrawRecord(record=event_id_of(UNDATED), reasons="A slip"), by=OFFICER).drafts


@refuses(WithdrawRecord, Code.NOT_WITH_THIS_KIND)
def test_who_was_registered_is_forgotten_and_not_withdrawn():
    person_id = an_id("person-carla")
    entry = PersonRegistered(happened="2020", person_id=person_id, name=SEALED)
    command = WithdrawRecord(record=event_id_of(entry), reasons="A slip")
    given(past(entry, by=COUNCIL)).when(command, by=OFFICER, partnership=person_id).then_refused(
        Code.NOT_WITH_THIS_KIND
    )


@refuses(CorrectRecord, Code.WRONG_REPLACEMENT)
def test_a_correction_makes_nobody_another_and_breaks_no_rule_of_a_first_record():
    entry = registered(POLICE, "Eastmoor Police")
    trader = registered(
        a_party("a trader", PartyKind.LOCAL_BUSINESS),
        None,
        sole_trader_name=SEALED,
        sole_trader_person_id=an_id(AMINA),
    )
    there = met()
    for body, word, home, changes in (
        (entry, POLICE, POLICE.party_id, {"side": "residents"}),
        (entry, POLICE, POLICE.party_id, {"kind": "tenants-residents-association"}),
        (entry, POLICE, POLICE.party_id, {"part_of_party_id": str(COUNCIL.party_id)}),
        (entry, POLICE, POLICE.party_id, {"paid_by_party_ids": [str(COUNCIL.party_id)]}),
        (trader, POLICE, trader.party_id, {"name": "Amina Begum, plumber"}),
        (there, POLICE, BOARD_ID, {"participants": [{"party": str(TENANTS.party_id), "person_id": str(an_id(BEN))}]}),
        (CONFIRMED, POLICE, BOARD_ID, {"extent": "part"}),
        (CLAIMED, POLICE, BOARD_ID, {"fraction": 0.5}),
    ):
        command = CorrectRecord(record=event_id_of(body), changes=changes, reasons="A slip")
        hearing = given(MADE, past(body, by=word)).when(command, by=STEWARD, partnership=home)
        hearing.then_refused(Code.WRONG_REPLACEMENT)


def test_a_date_too_far_ahead_to_count_on_from_is_no_date():
    command = CorrectRecord(record=event_id_of(MADE), changes={"due": "9999-12-31"}, reasons="A slip")
    given(MADE).when(command, by=OFFICER).then_refused(Code.IMPOSSIBLE_DATE, at="#/changes/due")


def test_one_persons_business_stays_under_their_reference():
    trader = a_party("a trader", PartyKind.LOCAL_BUSINESS)
    entry = registered(trader, None, sole_trader_name=SEALED, sole_trader_person_id=an_id(AMINA))
    amend = AmendParty(party=trader.party_id, kind=PartyKind.LOCAL_BUSINESS, name="Amina Begum, plumber")
    given(past(entry, by=COUNCIL)).when(amend, by=OFFICER).then_refused(Code.PERSON_REQUIRED, at="#/person")


def test_two_people_are_found_one_by_who_looks_after_the_record():
    given().when(FindPeopleSame(kept=AMINA, duplicate=BEN), by=OFFICER).then_refused(Code.STEWARDS_ONLY)


@refuses(RecordPulse, Code.MAY_NOT_SPEAK_FOR)
def test_a_body_does_not_count_by_itself_what_others_say_of_it():
    command = RecordPulse(about=COUNCIL.party_id, rater_side=Side.RESIDENTS, counts=(0, 0, 0, 0, 9))
    given().when(command, by=OFFICER).then_refused(Code.MAY_NOT_SPEAK_FOR, at="#/rater_side")
    assert given().when(command, by=STEWARD).drafts
    of_residents = RecordPulse(about=TENANTS.party_id, rater_side=Side.GOVERNMENT, counts=(0, 0, 0, 0, 9))
    assert given().when(of_residents, by=OFFICER).drafts


def test_minutes_are_not_approved_before_the_meeting_that_approves_them():
    next_id = an_id("the next meeting")
    early = ApproveMinutes(interaction=MEETING_ID, approved_at=next_id, happened="2026-02-15")
    meetings = (met(), met(next_id, "2026-03-01"))
    given(*meetings).when(early, by=OFFICER).then_refused(Code.BEFORE_WHAT_IT_REFERS_TO, at="#/happened")


ASK = RaiseAsk(kind=AskKind.REQUEST, raised_by=TENANTS.party_id, text="As Amina said")
FORGOTTEN = SubjectErased(happened="2026-06", subject_id=an_id(BEN))
SUBJECTS = (tag("subject", an_id(AMINA)), tag("subject", an_id(BEN)))


def subjects_of(draft):
    return {each for each in draft.tags if each.startswith("subject:")}


def said_about(record):
    dispute = DisputeRecord(record=record, disputed_by=TENANTS.party_id, reasons="Amina never said so")
    return (
        (CorrectRecord(record=record, changes={"title": "With Amina"}, reasons="Amina said so"), OFFICER),
        (WithdrawRecord(record=record, reasons="Amina was not there"), OFFICER),
        (dispute, RESIDENT),
        (AddToInteraction(interaction=MEETING_ID, asks=(ASK,)), OFFICER),
    )


def test_what_is_said_of_a_record_is_forgotten_with_whom_the_record_names_but_for_the_forgotten():
    meeting = met(people=(AMINA, BEN))
    for command, key in said_about(event_id_of(meeting)):
        (draft,) = given(naming(meeting, AMINA, BEN)).when(command, by=key).drafts
        assert subjects_of(draft) == set(SUBJECTS)
        (draft,) = given(naming(meeting, AMINA, BEN), FORGOTTEN).when(command, by=key).drafts
        assert subjects_of(draft) == {SUBJECTS[0]}


def test_a_second_correction_is_forgotten_with_whom_the_first_one_named():
    first = correction_of(MADE, due="2026-08")
    command = CorrectRecord(record=event_id_of(MADE), changes={"text": "As Amina said"}, reasons="Misheard")
    assert isinstance(first, RecordCorrected)
    (draft,) = given(MADE, naming(first, AMINA)).when(command, by=OFFICER).drafts
    assert subjects_of(draft) == {SUBJECTS[0]}


def test_a_meeting_without_a_text_yet_is_tagged_with_who_was_there():
    there = (Attendee(party=TENANTS.party_id, person=AMINA),)
    command = RecordInteraction(kind=InteractionKind.CALL, happened="2026-03", participants=there)
    (draft,) = given().when(command, by=OFFICER).drafts
    assert subjects_of(draft) == {SUBJECTS[0]}


def test_a_text_is_taken_out_of_a_record_that_was_withdrawn():
    withdrawn = RecordWithdrawn(happened="2026-05", record_id=event_id_of(MADE), reasons=SEALED)
    command = RedactText(record=event_id_of(MADE), field="text", ground="names a child")
    assert given(MADE, withdrawn).when(command, by=STEWARD).drafts
