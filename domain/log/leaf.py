"""The leaf of one event in the Merkle tree; `log.leaf` in the schema computes the same in SQL.

entry = int8 position, uuid event_id, lp(type), int2 version, uuid partition_id, int8 occurred_at, int8
recorded_at, int2 count of tags, lp(tag) for each, lp(envelope), lp(data). Everything is big-endian; lp is
an int4 length and the bytes; instants count microseconds since 2000-01-01 UTC; tags have no duplicates and
stand in the order of their UTF-8 bytes.
"""

import struct
from datetime import UTC, datetime, timedelta

from domain.log.event import LogEvent
from domain.proof.merkle import leaf_hash

LARGEST_ENTRY = 60_000
"""Bytes; the log refuses an entry that takes more."""

_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def entry_of(event: LogEvent) -> bytes:
    """Encode a stored event for hashing. Raises ValueError for one that has no position yet."""
    if event.position is None or event.recorded_at is None:
        raise ValueError("only a stored event has an entry")
    tags = sorted({tag.encode() for tag in event.tags})
    return b"".join(
        (
            struct.pack(">q", event.position),
            event.event_id.bytes,
            _prefixed(event.type.encode()),
            struct.pack(">h", event.version),
            event.partition_id.bytes,
            struct.pack(">qq", _microseconds(event.occurred_at), _microseconds(event.recorded_at)),
            struct.pack(">h", len(tags)),
            *map(_prefixed, tags),
            _prefixed(event.envelope),
            _prefixed(event.data),
        )
    )


def leaf_of(event: LogEvent) -> bytes:
    """Hash a stored event into its leaf."""
    return leaf_hash(entry_of(event))


def _prefixed(content: bytes) -> bytes:
    return struct.pack(">i", len(content)) + content


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND
