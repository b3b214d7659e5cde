"""Events of the log as other systems are handed them: as JSON, and as CloudEvents 1.0.

Sealed words are never opened here, and what one of few people said is left out as everywhere.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import asdict, replace

from api.http.operations import JSON
from api.http.reached import partnership_of
from api.reading.events import RecordEntry, entry
from api.reading.names_and_texts import NamesAndTexts, redactions_of
from api.runtime.services import Services
from domain.events.declaration import clear_texts
from domain.events.recorded import Recorded, without
from domain.events.records import RecordCorrected
from domain.events.selection import all_about
from domain.events.stewardship import TextRedacted
from domain.log.decode_events import decode_event
from domain.log.event import LogEvent
from domain.log.find_records import find_records
from domain.log.recorder import LogRecorder

_TYPE: Final = "folkmoot.{type}"


class LoggedEvent(RecordEntry, frozen=True, kw_only=True):
    """One event of the log, and in whose affairs it is: a partnership's, or null for an entry of a register."""

    partnership_id: UUID | None


class CloudEvent(Struct, frozen=True, kw_only=True):
    """An event in the form of CloudEvents 1.0; `sequence` is its position (extension "sequence")."""

    specversion: str = "1.0"
    id: UUID
    source: str
    type: str
    subject: UUID | None
    time: datetime
    sequence: str
    datacontenttype: str = JSON
    data: LoggedEvent


def logged_events(services: Services, events: Iterable[LogEvent]) -> Iterator[LoggedEvent]:
    """Events as they are handed on, in their order, without the plain texts that were taken out of them since."""
    words = NamesAndTexts(services, entitled=None)
    listed = list(events)
    records = _without_what_was_taken_out(services.recorder, list(map(decode_event, listed)))
    for event, record in zip(listed, records, strict=True):
        yield LoggedEvent(**asdict(entry(record, {}, words)), partnership_id=partnership_of(event))


def cloud_event(log_id: UUID, event: LoggedEvent) -> CloudEvent:
    """An event in the form of CloudEvents 1.0."""
    return CloudEvent(
        id=event.event_id,
        source=cloud_source(log_id),
        type=cloud_type(event.type),
        subject=event.partnership_id,
        time=event.recorded_at,
        sequence=cloud_sequence(event.position),
        data=event,
    )


def cloud_source(log_id: UUID) -> str:
    """The source of all events of a log."""
    return f"urn:uuid:{log_id}"


def cloud_type(name: str) -> str:
    """The type that a CloudEvent has, by the name of the event."""
    return _TYPE.format(type=name)


def cloud_sequence(position: int) -> str:
    """A position as a text whose order is that of positions."""
    return f"{position:018}"


def _without_what_was_taken_out(log: LogRecorder, records: list[Recorded]) -> Iterator[Recorded]:
    about = frozenset(all_about("record", _mended(record)) for record in records if _has_clear_texts(record))
    fields: dict[UUID, set[str]] = {}
    for redaction in find_records(log, redactions_of(about)):
        if isinstance(redaction.body, TextRedacted):
            fields.setdefault(redaction.body.record_id, set()).add(redaction.body.field)
    for record in records:
        taken_out = fields.get(_mended(record))
        yield replace(record, body=without(record.body, taken_out)) if taken_out else record


def _mended(record: Recorded) -> UUID:
    """The record whose texts it holds: that which it corrects, else itself."""
    return record.body.record_id if isinstance(record.body, RecordCorrected) else record.event_id


def _has_clear_texts(record: Recorded) -> bool:
    return isinstance(record.body, RecordCorrected) or bool(clear_texts(type(record.body)))
