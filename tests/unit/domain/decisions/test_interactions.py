"""Planning, moving and calling off; recording a meeting whole and adding to it; minutes and notes."""

from domain.decisions.asks import AnswerAsk, DeferAsk, RaiseAsk
from domain.decisions.commitments import AcknowledgeCommitment, MakeCommitment
from domain.decisions.decisions import TakeDecision
from domain.decisions.interactions import (
    AddToInteraction,
    ApproveMinutes,
    Attendee,
    CancelInteraction,
    PlanInteraction,
    RecordInteraction,
    RescheduleInteraction,
    ShareNotes,
)
from domain.decisions.references import Here, NamedParty
from domain.decisions.refusals import Code
from domain.events.asks import AskAnswered, AskDeferred, AskRaised
from domain.events.commitments import CommitmentAcknowledged, CommitmentMade
from domain.events.decisions import DecisionTaken
from domain.events.declaration import Participant
from domain.events.interactions import (
    Crowd,
    InteractionCancelled,
    InteractionPlanned,
    InteractionRecorded,
    InteractionRescheduled,
    MinutesApproved,
    NotesShared,
)
from domain.events.registries import PartyRegistered
from domain.events.tags import tag
from domain.values import Plain
from domain.vocabulary import Answer, AskKind, Attendance, InteractionKind, Mode, PartyKind, Role, Side
from tests.support.given_commands import elsewhere, given, new, records, refuses
from tests.support.small_world import (
    AMINA,
    COUNCIL,
    NOBODY_KNOWS,
    OFFICER,
    PLACE_ID,
    POLICE,
    RESIDENT,
    TENANTS,
    TODAY,
    an_id,
)

MEETING_ID, LATER_ID = an_id("a meeting"), an_id("a later meeting")
THEY_MET = (
    Participant(COUNCIL, voting=True),
    Participant(TENANTS, Role.RESIDENT_MEMBER, voting=True),
    Participant(POLICE, attendance=Attendance.APOLOGIES, voting=True),
)
PLANNED = InteractionPlanned(
    happened="2026-02-01", interaction_id=MEETING_ID, kind=InteractionKind.MEETING, planned_for="2026-03-14"
)
CANCELLED = InteractionCancelled(happened="2026-03-01", interaction_id=MEETING_ID)
HELD = InteractionRecorded(
    happened="2026-03-14", interaction_id=MEETING_ID, kind=InteractionKind.MEETING, participants=THEY_MET
)
HELD_LATER = InteractionRecorded(
    happened="2026-04-14", interaction_id=LATER_ID, kind=InteractionKind.MEETING, participants=THEY_MET
)
WHO = (Attendee(party=COUNCIL.party_id), Attendee(party=TENANTS.party_id))


def a_meeting(**details: object) -> RecordInteraction:
    least = {"kind": InteractionKind.MEETING, "happened": "2026-03-14", "participants": WHO}
    return RecordInteraction(**{**least, **details})


@records(RecordInteraction)
def test_saving_a_meeting_needs_only_a_date_a_kind_and_who_was_there():
    given().when(a_meeting(), by=OFFICER).then(
        InteractionRecorded(
            happened="2026-03-14",
            interaction_id=new("interaction"),
            kind=InteractionKind.MEETING,
            participants=(
                Participant(COUNCIL, voting=True),
                Participant(TENANTS, Role.RESIDENT_MEMBER, voting=True),
            ),
        )
    )


@records(RecordInteraction)
def test_a_meeting_is_recorded_whole():
    command = a_meeting(
        convened_by=COUNCIL.party_id,
        mode=Mode.HYBRID,
        place=PLACE_ID,
        notes="A long evening",
        crowds=(Crowd(Side.RESIDENTS, 30),),
        asks=(RaiseAsk(kind=AskKind.REQUEST, raised_by=TENANTS.party_id, text="Lights"),),
        decisions=(TakeDecision(title="Lights first", decided_by=COUNCIL.party_id, answers=(Here(0),)),),
        answers=(AnswerAsk(ask=Here(0), answered_by=COUNCIL.party_id, answer=Answer.ADOPTED, decision=Here(0)),),
        commitments=(
            MakeCommitment(
                promisers=(COUNCIL.party_id,), promisees=(TENANTS.party_id,), text="Twelve", ask=Here(0), due="2026-06"
            ),
        ),
        acknowledgements=(AcknowledgeCommitment(commitment=Here(0), acknowledged_by=COUNCIL.party_id),),
        notes_shared_with=(Side.RESIDENTS,),
    )
    drafts = given().when(command, by=OFFICER).drafts
    assert [type(draft.body) for draft in drafts] == [
        InteractionRecorded,
        AskRaised,
        DecisionTaken,
        AskAnswered,
        CommitmentMade,
        CommitmentAcknowledged,
        NotesShared,
    ]
    _, ask, decision, answer, promise, acknowledgement, notes = (draft.body for draft in drafts)
    assert {each.interaction_id for each in (ask, decision, answer, promise, acknowledgement, notes)} == {
        new("interaction")
    }
    assert {draft.body.happened for draft in drafts} == {"2026-03-14"}
    assert ask.ask_id == new("asks/0")
    assert decision.answers_ask_ids == (ask.ask_id,)
    assert (answer.ask_id, answer.decision_id) == (ask.ask_id, decision.decision_id)
    assert promise.ask_id == ask.ask_id
    assert acknowledgement.commitment_id == promise.commitment_id == new("commitments/0")


def test_an_attendee_without_a_seat_is_a_visitor_and_one_named_in_passing_is_registered():
    visitors = (
        Attendee(party=NamedParty("Moor Walkers", PartyKind.INFORMAL_GROUP), count=3),
        Attendee(party=COUNCIL.party_id, role=Role.OFFICER, person=AMINA),
    )
    entry, meeting = given().when(a_meeting(participants=visitors), by=OFFICER).drafts
    assert isinstance(entry.body, PartyRegistered)
    walkers, officer = meeting.body.participants
    assert (walkers.role, walkers.member, walkers.voting, walkers.count) == (Role.VISITOR, False, False, 3)
    assert (officer.role, officer.member, officer.person_id) == (Role.OFFICER, True, an_id(AMINA))


def test_the_notes_of_a_meeting_are_forgotten_with_those_who_were_there():
    who = (Attendee(party=TENANTS.party_id, person=AMINA),)
    (meeting,) = given().when(a_meeting(participants=who, notes="Amina spoke"), by=OFFICER).drafts
    assert tag("subject", an_id(AMINA)) in meeting.tags


def test_before_it_had_its_seat_a_body_was_a_visitor():
    (meeting,) = given().when(a_meeting(happened="2019"), by=OFFICER).drafts
    assert [each.member for each in meeting.body.participants] == [False, False]


@records(RecordInteraction)
def test_a_planned_meeting_is_recorded_under_its_plan():
    (meeting,) = given(PLANNED).when(a_meeting(planned=MEETING_ID), by=OFFICER).drafts
    assert meeting.body.interaction_id == MEETING_ID


@refuses(RecordInteraction, Code.ALREADY_DONE)
def test_a_planned_meeting_is_recorded_once():
    given(PLANNED, HELD).when(a_meeting(planned=MEETING_ID), by=OFFICER).then_refused(Code.ALREADY_DONE, at="#/planned")


@refuses(RecordInteraction, Code.ALREADY_ENDED)
def test_a_meeting_called_off_did_not_take_place():
    given(PLANNED, CANCELLED).when(a_meeting(planned=MEETING_ID), by=OFFICER).then_refused(Code.ALREADY_ENDED)


@refuses(RecordInteraction, Code.ENDS_BEFORE_IT_STARTS)
def test_a_meeting_ended_after_it_began_and_before_now():
    given().when(a_meeting(ended="2026-03-13"), by=OFFICER).then_refused(Code.ENDS_BEFORE_IT_STARTS, at="#/ended")
    given().when(a_meeting(ended="2027"), by=OFFICER).then_refused(Code.IN_THE_FUTURE, at="#/ended")
    for end in ("2026", "2026-03-14", "2026-03-14T21:00Z", "2026-03-15"):
        assert given().when(a_meeting(ended=end), by=OFFICER).drafts


def test_a_meeting_of_an_evening_did_not_end_that_morning():
    evening = a_meeting(happened="2026-03-14T19:00:00Z", ended="2026-03-14T10:00:00Z")
    given().when(evening, by=OFFICER).then_refused(Code.ENDS_BEFORE_IT_STARTS, at="#/ended")
    for end in ("2026-03-14T19:00:00Z", "2026-03-14T21:00:00Z", "2026-03-14"):
        assert given().when(a_meeting(happened="2026-03-14T19:00:00Z", ended=end), by=OFFICER).drafts


def test_every_fault_of_a_meeting_is_named_where_it_stands():
    command = a_meeting(
        happened="2026-13",
        asks=(RaiseAsk(kind=AskKind.REQUEST, raised_by=NOBODY_KNOWS, text="Lights"),),
        answers=(
            AnswerAsk(ask=Here(0), answered_by=COUNCIL.party_id, answer=Answer.DECLINED),
            AnswerAsk(ask=Here(7), answered_by=COUNCIL.party_id, answer=Answer.ADOPTED),
        ),
    )
    hearing = given().when(command, by=OFFICER)
    expected = (Code.IMPOSSIBLE_DATE, Code.UNKNOWN_PARTY, Code.REASONS_REQUIRED, Code.UNKNOWN_ASK)
    hearing.then_refused(*expected, at="#/answers/1/ask")
    pointers = {fault.pointer for fault in hearing.outcome.faults}
    assert {"#/happened", "#/asks/0/raised_by", "#/answers/0/reasons"} <= pointers


@records(AddToInteraction)
def test_something_is_added_to_a_meeting_as_of_its_day():
    command = AddToInteraction(
        interaction=MEETING_ID,
        asks=(RaiseAsk(kind=AskKind.QUESTION, raised_by=TENANTS.party_id, text="When?"),),
        deferrals=(DeferAsk(ask=Here(0), deferred_by=COUNCIL.party_id, until="2026-05"),),
    )
    drafts = given(HELD).when(command, by=OFFICER).drafts
    assert [type(draft.body) for draft in drafts] == [AskRaised, CommitmentMade, AskDeferred]
    assert {draft.body.happened for draft in drafts} == {"2026-03-14"}
    assert {draft.body.interaction_id for draft in drafts} == {MEETING_ID}


@refuses(AddToInteraction, Code.NOTHING_TO_RECORD)
def test_adding_nothing_is_refused():
    given(HELD).when(AddToInteraction(interaction=MEETING_ID), by=OFFICER).then_refused(Code.NOTHING_TO_RECORD)


@records(PlanInteraction)
def test_a_meeting_is_planned():
    command = PlanInteraction(kind=InteractionKind.WORKSHOP, planned_for="2027-02-01", convened_by=TENANTS.party_id)
    given().when(command, by=RESIDENT).then(
        InteractionPlanned(
            happened=TODAY,
            interaction_id=new("interaction"),
            kind=InteractionKind.WORKSHOP,
            planned_for="2027-02-01",
            convened_by=TENANTS,
        )
    )


def test_a_meeting_is_planned_for_a_day_that_exists():
    command = PlanInteraction(kind=InteractionKind.MEETING, planned_for="2027-02-29")
    given().when(command, by=RESIDENT).then_refused(Code.IMPOSSIBLE_DATE, at="#/planned_for")


MOVE = RescheduleInteraction(interaction=MEETING_ID, planned_for="2026-12-14", rescheduled_by=COUNCIL.party_id)
CALL_OFF = CancelInteraction(interaction=MEETING_ID, cancelled_by=COUNCIL.party_id, reasons="Snow")


@records(RescheduleInteraction)
def test_a_planned_meeting_is_moved():
    given(PLANNED).when(MOVE, by=OFFICER).then(
        InteractionRescheduled(
            happened=TODAY, interaction_id=MEETING_ID, planned_for="2026-12-14", rescheduled_by=COUNCIL
        )
    )


@records(CancelInteraction)
def test_a_planned_meeting_is_called_off():
    given(PLANNED).when(CALL_OFF, by=OFFICER).then(
        InteractionCancelled(happened=TODAY, interaction_id=MEETING_ID, cancelled_by=COUNCIL, reasons=Plain("Snow"))
    )


@refuses(RescheduleInteraction, Code.ALREADY_DONE)
@refuses(CancelInteraction, Code.ALREADY_DONE)
def test_a_meeting_that_took_place_is_neither_moved_nor_called_off():
    for command in (MOVE, CALL_OFF):
        given(PLANNED, HELD).when(command, by=OFFICER).then_refused(Code.ALREADY_DONE, at="#/interaction")


@refuses(RescheduleInteraction, Code.ALREADY_ENDED)
@refuses(CancelInteraction, Code.ALREADY_ENDED)
def test_a_meeting_called_off_is_neither_moved_nor_called_off_again():
    for command in (MOVE, CALL_OFF):
        given(PLANNED, CANCELLED).when(command, by=OFFICER).then_refused(Code.ALREADY_ENDED, at="#/interaction")


@records(ApproveMinutes)
def test_minutes_are_approved_by_the_sides_whose_voters_came():
    command = ApproveMinutes(interaction=MEETING_ID, approved_at=LATER_ID)
    given(HELD, HELD_LATER).when(command, by=OFFICER).then(
        MinutesApproved(
            happened="2026-04-14",
            interaction_id=MEETING_ID,
            approving_interaction_id=LATER_ID,
            sides_present=(Side.RESIDENTS, Side.GOVERNMENT),
        )
    )


def test_minutes_are_approved_at_the_meeting_being_recorded():
    command = a_meeting(happened="2026-04-14", minutes_approved=(MEETING_ID,))
    _, approved = given(HELD).when(command, by=OFFICER).drafts
    assert approved.body.approving_interaction_id == new("interaction")
    assert approved.body.sides_present == (Side.RESIDENTS, Side.GOVERNMENT)


@refuses(ApproveMinutes, Code.SAME_MEETING)
def test_a_meeting_does_not_approve_its_own_minutes():
    command = ApproveMinutes(interaction=MEETING_ID, approved_at=MEETING_ID)
    given(HELD).when(command, by=OFFICER).then_refused(Code.SAME_MEETING, at="#/interaction")


def test_minutes_are_not_approved_before_the_meeting():
    command = ApproveMinutes(interaction=LATER_ID, approved_at=MEETING_ID)
    given(HELD, HELD_LATER).when(command, by=OFFICER).then_refused(Code.BEFORE_WHAT_IT_REFERS_TO)


@records(ShareNotes)
def test_notes_are_shared():
    command = ShareNotes(interaction=MEETING_ID, shared_with=(Side.RESIDENTS,), document="https://example.org/n")
    given(HELD).when(command, by=OFFICER).then(
        NotesShared(
            happened=TODAY,
            interaction_id=MEETING_ID,
            shared_with=(Side.RESIDENTS,),
            document="https://example.org/n",
        )
    )


def test_nothing_follows_a_meeting_that_was_not_held_here():
    for command in (
        MOVE,
        CALL_OFF,
        ApproveMinutes(interaction=MEETING_ID, approved_at=LATER_ID),
        ShareNotes(interaction=MEETING_ID, shared_with=(Side.RESIDENTS,)),
        AddToInteraction(interaction=MEETING_ID),
    ):
        hearing = given(elsewhere(PLANNED), elsewhere(HELD), HELD_LATER).when(command, by=OFFICER)
        hearing.then_refused(Code.UNKNOWN_INTERACTION, at="#/interaction")
