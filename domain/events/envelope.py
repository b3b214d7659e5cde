"""The envelope of an event: who recorded it, whose word it is, by which door it came and with which command."""

from datetime import datetime
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.events.covered_acts import CoveredActs
from domain.values import PartyAt
from domain.vocabulary import Assurance, Side, Source


class Fingerprint(Struct, frozen=True, gc=False, array_like=True):
    """A keyed digest of the command, which tells a repeat from a different request. Dies with its key."""

    key_id: UUID
    mac: bytes


class Warned(Struct, frozen=True, array_like=True, omit_defaults=True):
    """A likely slip in the command: a code, the place in it, and the ids of what it is about; nothing sent."""

    code: str
    pointer: str
    about: tuple[UUID, ...] = ()


class Envelope(Struct, frozen=True, gc=False, kw_only=True, omit_defaults=True):
    """How a record came to be, beside what it says; `warnings` are those of the whole command, with its first event.

    `covers` is what its source was declared to cover when it was recorded; None: nothing was declared of it.
    `assurance` is how it was assured who gave it; None: in no way that is told, as of imports and of older records.
    """

    command_id: UUID
    operation: str
    actor: UUID
    recorded_by: Side
    on_behalf_of: PartyAt | None = None
    source: Source = Source.API
    source_reference: str | None = None
    source_recorded_at: datetime | None = None
    cause: UUID | None = None
    correlation: UUID | None = None
    count: int = 1
    fingerprint: Fingerprint | None = None
    warnings: tuple[Warned, ...] = ()
    covers: tuple[CoveredActs, ...] | None = None
    assurance: Assurance | None = None


_ENCODER: Final = msgspec.msgpack.Encoder(uuid_format="bytes")
_DECODER: Final = msgspec.msgpack.Decoder(Envelope)


def encode_envelope(envelope: Envelope) -> bytes:
    """Encode an envelope as stored (MessagePack)."""
    return _ENCODER.encode(envelope)


def decode_envelope(data: bytes) -> Envelope:
    """Decode a stored envelope."""
    return _DECODER.decode(data)
