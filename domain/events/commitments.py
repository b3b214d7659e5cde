"""Commitments: what was promised by whom to whom, and the acts that keep, move, break or end it."""

from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from domain.events.declaration import EventBody, Voice, declarations, event
from domain.events.families import COMMITMENTS
from domain.values import Label, PartyAt, Text, When
from domain.vocabulary import Extent, Materiality

Fraction = Annotated[float, Meta(gt=0, lt=1)]


TERMS: Final = ("happened", "promisers", "promisees", "text", "measure", "due", "materiality")
"""The terms of a promise that no correction changes without the other side, once that has taken the promise up."""

LATE_TERMS: Final = ("happened", "promisers", "promisees")
"""Beside the day itself, by what whoever promised might correct themselves out of being late once it has passed."""


@event(family=COMMITMENTS, begins="commitment_id", sentence="{promisers} offered {promisees}[, by {due}]: {text}")
class CommitmentProposed(EventBody, frozen=True, kw_only=True):
    """A promise was put on the table; it binds nobody yet."""

    commitment_id: UUID
    promisers: tuple[PartyAt, ...]
    promisees: tuple[PartyAt, ...]
    text: Text
    measure: Text | None = None
    due: When | None = None
    materiality: Materiality = Materiality.ORDINARY
    interaction_id: UUID | None = None


@event(family=COMMITMENTS, begins="commitment_id", sentence="{promisers} promised {promisees}[, by {due}]: {text}")
class CommitmentMade(EventBody, frozen=True, kw_only=True):
    """Somebody promised somebody something; of several who promise, each answers for the whole."""

    commitment_id: UUID
    promisers: tuple[PartyAt, ...]
    promisees: tuple[PartyAt, ...]
    text: Text
    measure: Text | None = None
    due: When | None = None
    materiality: Materiality = Materiality.ORDINARY
    depends_on_commitment_ids: tuple[UUID, ...] = ()
    interaction_id: UUID | None = None
    ask_id: UUID | None = None
    plan_priority: Label | None = None
    theme: Label | None = None
    public: bool = True


@event(
    family=COMMITMENTS,
    about="commitment_id",
    voices={"acknowledged_by": Voice.SPEAKS_ALONE},
    sentence="{acknowledged_by} acknowledged a promise",
)
class CommitmentAcknowledged(EventBody, frozen=True, kw_only=True):
    """Who it was promised to, or who is written down as promising, said: yes, that was promised."""

    commitment_id: UUID
    acknowledged_by: PartyAt
    materiality: Materiality | None = None
    interaction_id: UUID | None = None


@event(
    family=COMMITMENTS,
    about="commitment_id",
    voices={"asked_by": Voice.SPEAKS, "agreed_by": Voice.SPEAKS_ALONE},
    sentence="{asked_by} asked to [move a promise to {due}|change a promise][, agreed by {agreed_by}]",
)
class CommitmentRenegotiated(EventBody, frozen=True, kw_only=True):
    """New terms for a promise; they take effect once the other side agrees."""

    commitment_id: UUID
    asked_by: PartyAt
    due: When | None = None
    text: Text | None = None
    measure: Text | None = None
    promisees: tuple[PartyAt, ...] = ()
    agreed_by: tuple[PartyAt, ...] = ()
    interaction_id: UUID | None = None


@event(
    family=COMMITMENTS,
    about="commitment_id",
    voices={"claimed_by": Voice.ACTS},
    sentence="{claimed_by} reported a promise done, in {extent}",
)
class FulfilmentClaimed(EventBody, frozen=True, kw_only=True):
    """Someone other than who it was promised to reported a promise kept; it waits to be agreed."""

    commitment_id: UUID
    claimed_by: PartyAt
    done: When | None = None
    extent: Extent = Extent.WHOLE
    fraction: Fraction | None = None
    evidence: Text | None = None
    interaction_id: UUID | None = None


@event(
    family=COMMITMENTS,
    about="commitment_id",
    voices={"confirmed_by": Voice.SPEAKS_ALONE},
    sentence="{confirmed_by} confirmed that a promise was kept, in {extent}",
)
class FulfilmentConfirmed(EventBody, frozen=True, kw_only=True):
    """Those promised to said that the promise was kept, in whole or in part."""

    commitment_id: UUID
    confirmed_by: PartyAt
    done: When | None = None
    extent: Extent = Extent.WHOLE
    fraction: Fraction | None = None
    interaction_id: UUID | None = None


@event(
    family=COMMITMENTS,
    about="commitment_id",
    voices={"disputed_by": Voice.SPEAKS_ALONE},
    sentence="{disputed_by} said a promise reported done was not[: {reasons}]",
)
class FulfilmentDisputed(EventBody, frozen=True, kw_only=True):
    """The side promised to said that it was not done; the promise is open again."""

    commitment_id: UUID
    disputed_by: PartyAt
    reasons: Text | None = None
    interaction_id: UUID | None = None


@event(
    family=COMMITMENTS,
    about="commitment_id",
    voices={"said_by": Voice.SPEAKS_ALONE},
    sentence="{said_by} said of a promise: {words}",
)
class CommitmentRemarked(EventBody, frozen=True, kw_only=True):
    """Those promised to added their words to a promise; what became of it is said by other events."""

    commitment_id: UUID
    said_by: PartyAt
    words: Text


@event(
    family=COMMITMENTS,
    about="commitment_id",
    voices={"said_by": Voice.SPEAKS_ALONE},
    sentence="{said_by} said a promise cannot be kept[: {reasons}]",
)
class CommitmentFailed(EventBody, frozen=True, kw_only=True):
    """The promise was said to be undeliverable."""

    commitment_id: UUID
    said_by: PartyAt
    reasons: Text | None = None
    interaction_id: UUID | None = None


@event(
    family=COMMITMENTS,
    about="commitment_id",
    voices={"withdrawn_by": Voice.SPEAKS_ALONE},
    sentence="{withdrawn_by} withdrew a promise[: {reasons}]",
)
class CommitmentWithdrawn(EventBody, frozen=True, kw_only=True):
    """Who promised took it back, without agreement."""

    commitment_id: UUID
    withdrawn_by: PartyAt
    reasons: Text | None = None
    interaction_id: UUID | None = None


@event(
    family=COMMITMENTS,
    about="commitment_id",
    voices={"released_by": Voice.SPEAKS_ALONE},
    sentence="{released_by} let {promisers} off a promise[: {reasons}]",
)
class CommitmentReleased(EventBody, frozen=True, kw_only=True):
    """Those promised to let off who had promised."""

    commitment_id: UUID
    released_by: PartyAt
    promisers: tuple[PartyAt, ...]
    reasons: Text | None = None
    interaction_id: UUID | None = None


@event(
    family=COMMITMENTS,
    about="commitment_id",
    voices={"settled_by": Voice.SPEAKS_ALONE, "agreed_by": Voice.SPEAKS_ALONE},
    sentence="{settled_by} said that the part done of a promise will do[, agreed by {agreed_by}][: {reasons}]",
)
class PartSettled(EventBody, frozen=True, kw_only=True):
    """Those promised to settled for the part that was done; nothing more of the promise is owed to them."""

    commitment_id: UUID
    settled_by: PartyAt
    fraction: Fraction
    agreed_by: tuple[PartyAt, ...] = ()
    reasons: Text | None = None
    interaction_id: UUID | None = None


@event(
    family=COMMITMENTS,
    about="commitment_id",
    voices={"agreed_by": Voice.SPEAKS_ALONE},
    sentence="A promise was replaced by another[, agreed by {agreed_by}]",
)
class CommitmentSuperseded(EventBody, frozen=True, kw_only=True):
    """Another promise took this one's place, by agreement."""

    commitment_id: UUID
    successor_commitment_id: UUID
    agreed_by: tuple[PartyAt, ...]
    interaction_id: UUID | None = None


@event(
    family=COMMITMENTS,
    about="commitment_id",
    voices={"to_promiser": Voice.TAKES_ON, "agreed_by": Voice.SPEAKS_ALONE},
    sentence="A promise passed from {from_promiser} to {to_promiser}[, agreed by {agreed_by}]",
)
class CommitmentReassigned(EventBody, frozen=True, kw_only=True):
    """Someone else now answers for the promise."""

    commitment_id: UUID
    from_promiser: PartyAt
    to_promiser: PartyAt
    agreed_by: tuple[PartyAt, ...] = ()
    interaction_id: UUID | None = None


OF_COMMITMENTS: Final = tuple(each.body for each in declarations() if each.family is COMMITMENTS)
"""The events of a promise's own life, which decisions and projections about promises read."""
