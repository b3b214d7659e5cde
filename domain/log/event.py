"""An event as the log keeps it: what the library's event has, and who, when and where besides."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4

from eventsourcing.dcb.api import DCBEvent

NO_PARTITION = UUID(int=0)


@dataclass(kw_only=True)
class LogEvent(DCBEvent):
    """One event; `data` and `envelope` are MessagePack, instants are aware and in UTC.

    `position` and `recorded_at` are known once it is stored. Stored tags have no duplicates and stand in the
    order of their UTF-8 bytes.
    """

    event_id: UUID
    version: int
    partition_id: UUID
    occurred_at: datetime
    envelope: bytes
    position: int | None = field(default=None)
    recorded_at: datetime | None = field(default=None)

    @classmethod
    def of(cls, event: DCBEvent) -> "LogEvent":
        """Take a bare event of the library as one of no partition, version 1, happening now."""
        if isinstance(event, cls):
            return event
        return cls(
            type=event.type,
            data=event.data,
            tags=event.tags,
            event_id=uuid4(),
            version=1,
            partition_id=NO_PARTITION,
            occurred_at=datetime.now(UTC),
            envelope=b"",
        )
