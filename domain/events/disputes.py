"""Disputes about anything but a record: who raised them, how they were settled."""

from uuid import UUID

from domain.events.declaration import EventBody, Voice, event
from domain.events.families import DISPUTES
from domain.values import PartyAt, Text


@event(
    family=DISPUTES,
    begins="dispute_id",
    voices={"raised_by": Voice.SPEAKS},
    sentence="{raised_by} raised a disagreement[ with {others}]: {about}",
)
class DisputeRaised(EventBody, frozen=True, kw_only=True):
    """Bodies fell out over something."""

    dispute_id: UUID
    raised_by: PartyAt
    others: tuple[PartyAt, ...]
    about: Text
    interaction_id: UUID | None = None


@event(
    family=DISPUTES,
    about="dispute_id",
    voices={"agreed_by": Voice.SPEAKS_ALONE},
    sentence="A disagreement was settled[, agreed by {agreed_by}][: {terms}]",
)
class DisputeSettled(EventBody, frozen=True, kw_only=True):
    """They settled it, and how."""

    dispute_id: UUID
    agreed_by: tuple[PartyAt, ...]
    terms: Text | None = None
    interaction_id: UUID | None = None
