"""Interactions: contact planned, moved, called off, held; its minutes and notes."""

from uuid import UUID

from msgspec import Struct

from domain.events.declaration import EventBody, Participant, Voice, event
from domain.events.families import INTERACTIONS
from domain.values import Count, Label, Language, PartyAt, Sha256, Text, Url, When
from domain.vocabulary import Challenge, Confidence, InteractionKind, Level, Mode, Sensitivity, Side, Support


class Crowd(Struct, frozen=True, forbid_unknown_fields=True):
    """People present who are counted, not named."""

    side: Side
    count: Count


@event(
    family=INTERACTIONS,
    begins="interaction_id",
    voices={"convened_by": Voice.ACTS},
    sentence="[{convened_by} planned {kind:a}|{kind:A} was planned] for {planned_for}",
)
class InteractionPlanned(EventBody, frozen=True, kw_only=True):
    """Contact was planned; it happened, as a plan, on the day the plan was made."""

    interaction_id: UUID
    kind: InteractionKind
    planned_for: When
    convened_by: PartyAt | None = None


@event(
    family=INTERACTIONS,
    about="interaction_id",
    voices={"rescheduled_by": Voice.SPEAKS},
    sentence="[{rescheduled_by} moved a planned contact|A planned contact was moved] to {planned_for}",
)
class InteractionRescheduled(EventBody, frozen=True, kw_only=True):
    """A plan was moved to another time."""

    interaction_id: UUID
    planned_for: When
    rescheduled_by: PartyAt | None = None


@event(
    family=INTERACTIONS,
    about="interaction_id",
    voices={"cancelled_by": Voice.SPEAKS},
    sentence="[{cancelled_by} called off a planned contact|A planned contact was called off][: {reasons}]",
)
class InteractionCancelled(EventBody, frozen=True, kw_only=True):
    """A plan was called off."""

    interaction_id: UUID
    cancelled_by: PartyAt | None = None
    reasons: Text | None = None


@event(
    family=INTERACTIONS,
    begins="interaction_id",
    voices={"convened_by": Voice.ACTS, "initiated_by": Voice.ACTS, "chaired_by": Voice.ACTS},
    sentence="{kind:A} took place[ with {participants}][: {title}]",
)
class InteractionRecorded(EventBody, frozen=True, kw_only=True):
    """People met, or wrote, or called: when, who, and what about."""

    interaction_id: UUID
    kind: InteractionKind
    participants: tuple[Participant, ...]
    convened_by: PartyAt | None = None
    initiated_by: PartyAt | None = None
    chaired_by: PartyAt | None = None
    ended: When | None = None
    mode: Mode | None = None
    place_id: UUID | None = None
    title: Text | None = None
    notes: Text | None = None
    crowds: tuple[Crowd, ...] = ()
    themes: tuple[Label, ...] = ()
    challenges: tuple[Challenge, ...] = ()
    support: tuple[Support, ...] = ()
    level_promised: Level | None = None
    level_practised: Level | None = None
    confidence: Confidence = Confidence.WITNESSED
    sensitivity: Sensitivity = Sensitivity.OPEN
    language: Language | None = None
    document: Url | None = None


@event(
    version=2,
    family=INTERACTIONS,
    about="interaction_id",
    sentence="Minutes were approved[ in the presence of {sides_present}]",
    upcasts={1: dict},
)
class MinutesApproved(EventBody, frozen=True, kw_only=True):
    """A later meeting agreed the record of an earlier one, with these sides' voting members present.

    Version 2 added the minutes themselves, where they were attached by then: the document and its SHA-256.
    """

    interaction_id: UUID
    approving_interaction_id: UUID
    sides_present: tuple[Side, ...]
    document_id: UUID | None = None
    sha256: Sha256 | None = None


@event(family=INTERACTIONS, about="interaction_id", sentence="Notes were shared[ with {shared_with}]")
class NotesShared(EventBody, frozen=True, kw_only=True):
    """Those who were there, or were meant to be, got the notes."""

    interaction_id: UUID
    shared_with: tuple[Side, ...]
    document: Url | None = None
