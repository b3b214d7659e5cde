"""The decoding of stored events, from bytes of the log to what was recorded: here and nowhere else."""

from datetime import datetime
from functools import lru_cache
from typing import Final, Protocol
from uuid import UUID

import msgspec

from domain.events import decode, decode_envelope
from domain.events.declaration import UnknownEventError
from domain.events.recorded import Recorded

UNREADABLE: Final = (msgspec.MsgspecError, UnknownEventError, ValueError)
"""The errors that decoding raises of bytes that no release wrote."""


class EncodedEvent(Protocol):
    """An event read from the log, whole or in part, with what decoding needs."""

    @property
    def position(self) -> int | None:
        """Its place in the log, known once it is stored."""

    @property
    def event_id(self) -> UUID:
        """Its id."""

    @property
    def type(self) -> str:
        """The stored name of its type."""

    @property
    def version(self) -> int:
        """The version that its body was written as."""

    @property
    def partition_id(self) -> UUID:
        """The partition that it lies in."""

    @property
    def occurred_at(self) -> datetime:
        """When it happened, as claimed."""

    @property
    def recorded_at(self) -> datetime | None:
        """When the log took it, known once it is stored."""

    @property
    def envelope(self) -> bytes:
        """Who recorded it and why, as MessagePack."""

    @property
    def data(self) -> bytes:
        """Its body, as MessagePack."""


_envelope_of = lru_cache(maxsize=64)(decode_envelope)
"""Events of one command share an envelope and stand beside each other."""


def decode_event(event: EncodedEvent) -> Recorded:
    """Decode one stored event. Raises UnknownEventError for one of a newer release."""
    assert event.position is not None and event.recorded_at is not None  # noqa: S101, PT018 - stored events have both
    return Recorded(
        event_id=event.event_id,
        position=event.position,
        partition_id=event.partition_id,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        body=decode(event.type, event.version, event.data),
        envelope=_envelope_of(event.envelope),
    )
