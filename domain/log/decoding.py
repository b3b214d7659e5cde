"""From bytes of the log to what was recorded: the one place where stored events are decoded."""

from domain.events import decode, decode_envelope
from domain.events.recorded import Recorded
from domain.log.event import LogEvent


def recorded(event: LogEvent) -> Recorded:
    """Decode one stored event. Raises UnknownEventError for one of a newer release."""
    assert event.position is not None and event.recorded_at is not None  # noqa: S101, PT018 - stored events have both
    return Recorded(
        event_id=event.event_id,
        position=event.position,
        partition_id=event.partition_id,
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        body=decode(event.type, event.version, event.data),
        envelope=decode_envelope(event.envelope),
    )
