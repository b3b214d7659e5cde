"""Deciding about contact: planning, moving and calling it off; recording a meeting whole; its minutes and notes."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta, Struct

from domain.decisions.asks import AcceptReferral, AnswerAsk, DeferAsk, RaiseAsk, ReferAsk
from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.commitment_endings import DisputeFulfilment
from domain.decisions.commitments import (
    AcknowledgeCommitment,
    ConfirmFulfilment,
    MakeCommitment,
    RenegotiateCommitment,
    ReportFulfilment,
)
from domain.decisions.date_spans import is_over
from domain.decisions.decisions import AttestDecision, TakeDecision
from domain.decisions.documents import documents_at, minutes_attached
from domain.decisions.references import InteractionRef, PartyRef, PersonRef, PlaceRef
from domain.decisions.refusals import Code
from domain.decisions.warnings import Slip
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
from domain.events.recorded import Recorded
from domain.events.selection import Selections
from domain.values import Clear, Label, Language, PartyAt, Url, When
from domain.vocabulary import (
    Attendance,
    Challenge,
    Channel,
    Confidence,
    InteractionKind,
    Level,
    Mode,
    Role,
    Sensitivity,
    Side,
    Support,
)

_MANY = Meta(max_length=200)


class Attendee(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who was there, or was meant to be: a body, perhaps a person of it, or several people counted."""

    party: PartyRef
    person: PersonRef | None = None
    role: Role | None = None
    attendance: Attendance = Attendance.ATTENDED
    channel: Channel | None = None
    count: Annotated[int, Meta(ge=1, le=10_000)] = 1


class MeetingItems(Command, frozen=True, kw_only=True):
    """The items that came up at a meeting, decided in the order of these lists."""

    asks: Annotated[tuple[RaiseAsk, ...], _MANY] = ()
    decisions: Annotated[tuple[TakeDecision, ...], _MANY] = ()
    attestations: Annotated[tuple[AttestDecision, ...], _MANY] = ()
    answers: Annotated[tuple[AnswerAsk, ...], _MANY] = ()
    deferrals: Annotated[tuple[DeferAsk, ...], _MANY] = ()
    referrals: Annotated[tuple[ReferAsk, ...], _MANY] = ()
    referrals_accepted: Annotated[tuple[AcceptReferral, ...], _MANY] = ()
    commitments: Annotated[tuple[MakeCommitment, ...], _MANY] = ()
    acknowledgements: Annotated[tuple[AcknowledgeCommitment, ...], _MANY] = ()
    renegotiations: Annotated[tuple[RenegotiateCommitment, ...], _MANY] = ()
    fulfilments: Annotated[tuple[ReportFulfilment, ...], _MANY] = ()
    confirmations: Annotated[tuple[ConfirmFulfilment, ...], _MANY] = ()
    fulfilment_disputes: Annotated[tuple[DisputeFulfilment, ...], _MANY] = ()
    minutes_approved: Annotated[tuple[InteractionRef, ...], _MANY] = ()
    notes_shared_with: tuple[Side, ...] = ()

    def rests_on(self, records: Sequence[Recorded]) -> Selections:
        """The minutes attached to the meetings whose minutes are approved."""
        return documents_at(records, self.minutes_approved)

    def hear_items(self, case: Case, interaction_id: UUID, happened: str) -> None:
        """Hear every item as having come up at this meeting, unless it says otherwise."""
        case.interaction_id, case.at_meeting = interaction_id, happened
        for name in _ITEM_LISTS:
            items: tuple[Command, ...] = getattr(self, name)
            for index, item in enumerate(items):
                item.decide(case.part(name, index))
        for index, earlier in enumerate(self.minutes_approved):
            at = f"minutes_approved/{index}"
            _approve(case, earlier, interaction_id, None, at, at)
        if self.notes_shared_with:
            case.record(
                NotesShared(happened=happened, interaction_id=interaction_id, shared_with=self.notes_shared_with),
                at="notes_shared_with",
            )


_ITEM_LISTS = tuple(
    name
    for name in MeetingItems.__struct_fields__
    if name not in Command.__struct_fields__ and name not in {"minutes_approved", "notes_shared_with"}
)


@command
class RecordInteraction(MeetingItems, frozen=True, kw_only=True):
    """Record a contact or meeting whole: a date, a kind and who was there; anything else now or later."""

    refuses: ClassVar = (Code.ALREADY_DONE, Code.ALREADY_ENDED, Code.ENDS_BEFORE_IT_STARTS)

    kind: InteractionKind
    happened: When
    participants: Annotated[tuple[Attendee, ...], Meta(min_length=1, max_length=500)]
    planned: InteractionRef | None = None
    convened_by: PartyRef | None = None
    initiated_by: PartyRef | None = None
    chaired_by: PartyRef | None = None
    ended: When | None = None
    mode: Mode | None = None
    place: PlaceRef | None = None
    title: Clear | None = None
    notes: Clear | None = None
    crowds: Annotated[tuple[Crowd, ...], Meta(max_length=20)] = ()
    themes: tuple[Label, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    support: tuple[Support, ...] = ()
    level_promised: Level | None = None
    level_practised: Level | None = None
    confidence: Confidence = Confidence.WITNESSED
    sensitivity: Sensitivity = Sensitivity.OPEN
    language: Language | None = None
    document: Url | None = None

    def decide(self, case: Case) -> None:
        """Record who met, then everything that came up, as one."""
        interaction_id = self._identity(case)
        case.past_date(self.ended, "ended")
        participants = tuple(
            _participant(case.part("participants", index), attendee, self.happened)
            for index, attendee in enumerate(self.participants)
        )
        case.record(
            InteractionRecorded(
                happened=self.happened,
                interaction_id=interaction_id,
                kind=self.kind,
                participants=participants,
                convened_by=_maybe(case, self.convened_by, "convened_by"),
                initiated_by=_maybe(case, self.initiated_by, "initiated_by"),
                chaired_by=_maybe(case, self.chaired_by, "chaired_by"),
                ended=self.ended,
                mode=self.mode,
                place_id=case.thing("place", self.place, "place"),
                title=case.text(self.title),
                notes=case.text(self.notes),
                crowds=self.crowds,
                themes=self.themes,
                challenges=self.challenges,
                support=self.support,
                level_promised=self.level_promised,
                level_practised=self.level_practised,
                confidence=self.confidence,
                sensitivity=self.sensitivity,
                language=self.language,
                document=self.document,
            ),
        )
        self.hear_items(case, interaction_id, self.happened)

    def _identity(self, case: Case) -> UUID:
        """The meeting's id: that of its plan where there was one."""
        if self.planned is None:
            return case.identity("interaction")
        case.thing("interaction", self.planned, "planned")
        if case.facts.about("interaction_id", self.planned, InteractionRecorded):
            case.fault(Code.ALREADY_DONE, "planned", "this meeting has been recorded; add to it instead")
        if case.facts.about("interaction_id", self.planned, InteractionCancelled):
            case.fault(Code.ALREADY_ENDED, "planned", "this meeting was cancelled")
        return self.planned


@command
class AddToInteraction(MeetingItems, frozen=True, kw_only=True):
    """Add to a meeting already recorded what else came up at it."""

    refuses: ClassVar = (Code.NOTHING_TO_RECORD,)

    interaction: InteractionRef

    def decide(self, case: Case) -> None:
        """Hear each item as of the day of the meeting."""
        entry = case.facts.first("interaction_id", self.interaction, InteractionRecorded)
        if entry is None:
            case.fault(Code.UNKNOWN_INTERACTION, "interaction", f"no recorded meeting has the id {self.interaction}")
            return
        case.inherit(entry[0])
        self.hear_items(case, self.interaction, entry[1].happened)
        if not case.drafts and not case.faults:
            case.fault(Code.NOTHING_TO_RECORD, "", "give at least one thing to add")


def _maybe(case: Case, reference: PartyRef | None, at: str) -> PartyAt | None:
    return None if reference is None else case.party(reference, at)


def _participant(case: Case, attendee: Attendee, happened: str) -> Participant:
    """An attendee as recorded: a member with a vote by the seats of that day, else a visitor."""
    party = case.party(attendee.party, "party")
    person_id = case.person(attendee.person, "person")
    seats = case.seats_of(party, happened)
    own = [seat for seat in seats if seat.person_id == person_id] or seats
    role = attendee.role or (own[0].role if own else Role.VISITOR)
    return Participant(
        party=party,
        role=role,
        attendance=attendee.attendance,
        voting=any(seat.voting for seat in own),
        member=bool(seats),
        person_id=person_id,
        channel=attendee.channel,
        count=attendee.count,
    )


@command
class PlanInteraction(Command, frozen=True, kw_only=True):
    """Put a meeting in the diary. Refuses nothing of its own: any future day may be planned for."""

    kind: InteractionKind
    planned_for: When
    convened_by: PartyRef | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the plan, as made on the day it was made."""
        happened = case.happened(self.happened)
        case.real_date(self.planned_for, "planned_for")
        if is_over(self.planned_for, happened):
            case.warn(Slip.ALREADY_PAST, "planned_for")
        case.record(
            InteractionPlanned(
                happened=happened,
                interaction_id=case.identity("interaction"),
                kind=self.kind,
                planned_for=self.planned_for,
                convened_by=_maybe(case, self.convened_by, "convened_by"),
            ),
        )


def _standing_plan(case: Case, interaction_id: UUID) -> None:
    if case.facts.first("interaction_id", interaction_id, InteractionPlanned) is None:
        case.fault(Code.UNKNOWN_INTERACTION, "interaction", f"no plan has the id {interaction_id}")
    if case.facts.about("interaction_id", interaction_id, InteractionRecorded):
        case.fault(Code.ALREADY_DONE, "interaction", "this meeting has taken place")
    if case.facts.about("interaction_id", interaction_id, InteractionCancelled):
        case.fault(Code.ALREADY_ENDED, "interaction", "this meeting was cancelled")


def _planned_for(case: Case, interaction_id: UUID) -> str | None:
    """The time a meeting is planned for, by the plan or its last move."""
    plans = case.facts.about("interaction_id", interaction_id, InteractionPlanned)
    moves = case.facts.about("interaction_id", interaction_id, InteractionRescheduled)
    return moves[-1][1].planned_for if moves else plans[-1][1].planned_for if plans else None


@command
class RescheduleInteraction(Command, frozen=True, kw_only=True):
    """Move a planned meeting."""

    refuses: ClassVar = (Code.ALREADY_DONE, Code.ALREADY_ENDED)

    interaction: InteractionRef
    planned_for: When
    rescheduled_by: PartyRef | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the new time."""
        _standing_plan(case, self.interaction)
        happened = case.happened(self.happened)
        case.real_date(self.planned_for, "planned_for")
        if is_over(self.planned_for, happened):
            case.warn(Slip.ALREADY_PAST, "planned_for")
        if _planned_for(case, self.interaction) == self.planned_for:
            case.warn(Slip.NO_CHANGE, "planned_for")
        case.record(
            InteractionRescheduled(
                happened=happened,
                interaction_id=self.interaction,
                planned_for=self.planned_for,
                rescheduled_by=_maybe(case, self.rescheduled_by, "rescheduled_by"),
            ),
        )


@command
class CancelInteraction(Command, frozen=True, kw_only=True):
    """Call a planned meeting off."""

    refuses: ClassVar = (Code.ALREADY_DONE, Code.ALREADY_ENDED)

    interaction: InteractionRef
    cancelled_by: PartyRef | None = None
    reasons: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record that it will not take place, and by whose doing."""
        _standing_plan(case, self.interaction)
        case.record(
            InteractionCancelled(
                happened=case.happened(self.happened),
                interaction_id=self.interaction,
                cancelled_by=_maybe(case, self.cancelled_by, "cancelled_by"),
                reasons=case.text(self.reasons),
            ),
        )


@command
class ApproveMinutes(Command, frozen=True, kw_only=True):
    """Record that a later meeting agreed the minutes of an earlier one.

    Where minutes are attached to that meeting, the approval is of those attached last, and names their SHA-256.
    """

    refuses: ClassVar = (Code.SAME_MEETING,)

    interaction: InteractionRef
    approved_at: InteractionRef
    happened: When | None = None

    def rests_on(self, records: Sequence[Recorded]) -> Selections:
        """The minutes attached to the earlier meeting."""
        return documents_at(records, [self.interaction])

    def decide(self, case: Case) -> None:
        """Record which sides had a voting member at the approving meeting."""
        _approve(case, self.interaction, self.approved_at, self.happened, "interaction", "happened")


def _approve(case: Case, interaction_id: UUID, approving_id: UUID, happened: str | None, at: str, when: str) -> None:
    """Record the approval; `at` and `when` are the fields of the command that name the earlier meeting and the day."""
    approving = case.facts.first("interaction_id", approving_id, InteractionRecorded)
    minuted = case.facts.first("interaction_id", interaction_id, InteractionRecorded)
    if minuted is None:
        case.fault(Code.UNKNOWN_INTERACTION, at, f"no recorded meeting has the id {interaction_id}")
    if approving is None:
        case.fault(Code.UNKNOWN_INTERACTION, "approved_at", f"no recorded meeting has the id {approving_id}")
        return
    if interaction_id == approving_id:
        case.fault(Code.SAME_MEETING, at, "a meeting approves the minutes of an earlier one")
    voters = [p for p in approving[1].participants if p.voting and p.attendance is Attendance.ATTENDED]
    case.record(
        MinutesApproved(
            happened=happened or approving[1].happened,
            interaction_id=interaction_id,
            approving_interaction_id=approving_id,
            sides_present=tuple(side for side in Side if any(p.party.side is side for p in voters)),
            **minutes_attached(case.facts, interaction_id),
        ),
        follows=max((each[0] for each in (approving, minuted) if each is not None), key=attrgetter("occurred_at")),
        at=when,
    )


@command
class ShareNotes(Command, frozen=True, kw_only=True):
    """Record that notes of a meeting reached these sides. Refuses nothing of its own: sharing again is welcome."""

    interaction: InteractionRef
    shared_with: Annotated[tuple[Side, ...], Meta(min_length=1, max_length=8)]
    document: Url | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the sharing."""
        if case.facts.first("interaction_id", self.interaction, InteractionRecorded) is None:
            case.fault(Code.UNKNOWN_INTERACTION, "interaction", f"no recorded meeting has the id {self.interaction}")
            return
        case.record(
            NotesShared(
                happened=case.happened(self.happened),
                interaction_id=self.interaction,
                shared_with=self.shared_with,
                document=self.document,
            ),
        )
