"""About any record: confirming, disputing, correcting, withdrawing it; replying to a figure made from it."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.declaration import EventBody, Voice, event
from domain.events.families import RECORDS
from domain.values import DimensionCode, Label, PartyAt, Text
from domain.vocabulary import Facet, ResolutionOutcome


@event(
    family=RECORDS,
    about="record_id",
    voices={"confirmed_by": Voice.SPEAKS_ALONE},
    sentence="{confirmed_by} confirmed a record",
)
class RecordConfirmed(EventBody, frozen=True, kw_only=True):
    """Another side said that a record is right."""

    record_id: UUID
    confirmed_by: PartyAt


@event(
    family=RECORDS,
    about="record_id",
    voices={"disputed_by": Voice.SPEAKS_ALONE},
    sentence="{disputed_by} disputed a record: {reasons}",
)
class RecordDisputed(EventBody, frozen=True, kw_only=True):
    """Someone concerned said that a record is wrong."""

    record_id: UUID
    disputed_by: PartyAt
    reasons: Text


@event(
    family=RECORDS,
    about="record_id",
    voices={"agreed_by": Voice.SPEAKS_ALONE},
    sentence="{agreed_by} agreed how a dispute about a record ends: {outcome}",
)
class DisputeResolved(EventBody, frozen=True, kw_only=True):
    """One of the two sides, or the resolver both accepted, agreed how a dispute about a record ends."""

    record_id: UUID
    agreed_by: PartyAt
    outcome: ResolutionOutcome
    as_resolver: bool = False


@event(family=RECORDS, about="record_id", sentence="A record was corrected: {reasons}")
class RecordCorrected(EventBody, frozen=True, kw_only=True):
    """A record was put right: the whole replacement body and why; the original stays."""

    record_id: UUID
    replacement_name: Label
    replacement_version: Annotated[int, Meta(ge=1, le=1_000)]
    replacement: bytes
    reasons: Text


@event(family=RECORDS, about="record_id", sentence="A record was withdrawn: {reasons}")
class RecordWithdrawn(EventBody, frozen=True, kw_only=True):
    """A record should not have been made; the original stays to be seen."""

    record_id: UUID
    reasons: Text


@event(
    family=RECORDS,
    begins="reply_id",
    voices={"replied_by": Voice.SPEAKS_ALONE},
    sentence="{replied_by} replied to a figure: {reply}",
)
class ReplyAttached(EventBody, frozen=True, kw_only=True):
    """A body answered a figure about it; printed wherever the figure is."""

    reply_id: UUID
    replied_by: PartyAt
    reply: Text
    facet: Facet | None = None
    dimension: DimensionCode | None = None
