"""Events that say that somebody is forgotten or a text is taken out: the vault destroys nothing without one."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

from domain.log.event import LogEvent


def _event(kind: str, partition_id: UUID, event_id: UUID, tag: str, data: bytes = b"") -> LogEvent:
    return LogEvent(
        type=kind,
        data=data,
        tags=[tag],
        event_id=event_id,
        version=1,
        partition_id=partition_id,
        occurred_at=datetime(2026, 3, 14, tzinfo=UTC),
        envelope=b"",
    )


def erasure(subject: UUID, event_id: UUID | None = None) -> LogEvent:
    return _event("subject-erased", subject, event_id or uuid4(), f"subject:{subject}")


def redaction(key_id: UUID, event_id: UUID | None = None) -> list[LogEvent]:
    """A record that holds a text under the key, and the event that takes it out."""
    record = _event("interaction-recorded", uuid4(), uuid4(), "interaction:x", b"before" + key_id.bytes + b"after")
    return [record, _event("text-redacted", uuid4(), event_id or uuid4(), f"record:{record.event_id}")]


def forget(log, vault, cursor, subject: UUID, why: UUID | None = None) -> int:
    """Record that a subject is forgotten, unless that is recorded, and forget them."""
    why = why or uuid4()
    if log.find(why) is None:
        log.append([erasure(subject, why)])
    return vault.erase(cursor, subject, why)


def take_out(log, vault, cursor, key_id: UUID, why: UUID | None = None) -> int:
    """Record that a text is taken out, unless that is recorded, and destroy its key."""
    why = why or uuid4()
    if log.find(why) is None:
        log.append(redaction(key_id, why))
    return vault.redact(cursor, [key_id], why)
