"""The log itself, in the order in which it was recorded: for systems that keep a copy, each from where it got to.

Sealed words are never opened here, and what one of few people said is left out as everywhere. What is beyond the
asker's reach is passed over, so that they may see gaps in the positions.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import asdict, replace

from api.http.operations import JSON, Call, Operation, OperationAnswer
from api.http.paging import link
from api.http.reached import partnership_of
from api.reading.events import RecordEntry, entry
from api.reading.names_and_texts import NamesAndTexts, redactions_of
from domain.events.declaration import clear_texts
from domain.events.recorded import Recorded, without
from domain.events.records import RecordCorrected
from domain.events.selection import all_about
from domain.events.stewardship import TextRedacted
from domain.log.decode_events import decode_event
from domain.log.find_records import find_records
from domain.log.query import EVERYTHING
from domain.log.recorder import LogRecorder

NDJSON: Final = "application/x-ndjson"
CLOUDEVENTS: Final = "application/cloudevents-batch+json"
_ENCODER: Final = msgspec.json.Encoder()
_MOST: Final = 1_000
_SEEN_AT_ONCE: Final = 5 * _MOST
"""How many events are looked at for one page, of which few may be in reach."""


class LogQueryParameters(Struct, frozen=True, kw_only=True):
    """Where in the log to go on, and how far."""

    after: Annotated[int, Meta(ge=0, lt=10**18, description="The position after which the page begins")] = 0
    limit: Annotated[int, Meta(ge=1, le=_MOST, description="How many events a page holds")] = 200


class LoggedEvent(RecordEntry, frozen=True, kw_only=True):
    """One event of the log, and in whose affairs it is: a partnership's, or null for an entry of a register."""

    partnership_id: UUID | None


class LogPage(Struct, frozen=True, kw_only=True):
    """A page of the log. The next page begins after `position`; `next` is null where the log ends for now."""

    log_id: UUID
    position: Annotated[int, Meta(description="How far this page has looked: ask for what comes after it")]
    data: tuple[LoggedEvent, ...]
    next: str | None


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


def _read(call: Call) -> OperationAnswer:
    log, sight, query = call.services.handler.recorder, call.sight, call.query
    head = log.head()
    events = log.selected(EVERYTHING, after=query.after, upto=head.position, limit=_SEEN_AT_ONCE)
    records: list[Recorded] = []
    partnership_ids: dict[UUID, UUID | None] = {}
    position = query.after
    for event in events:
        position = event.position or position
        if sight is None or sight.lists(event):
            records.append(decode_event(event))
            partnership_ids[event.event_id] = partnership_of(event)
        if len(records) == query.limit:
            break
    address = f"/v1/log?after={position}&limit={query.limit}" if position < head.position else None
    page = LogPage(
        log_id=head.log_id, position=position, data=tuple(_logged(call, records, partnership_ids)), next=address
    )
    content: Any = page
    if call.media == NDJSON:
        content = b"".join(_ENCODER.encode(each) + b"\n" for each in page.data)
    elif call.media == CLOUDEVENTS:
        content = _ENCODER.encode([_cloud_event(head.log_id, each) for each in page.data])
    return OperationAnswer(content=content, media=call.media, headers=link(address), personal=True)


def _logged(
    call: Call, records: Iterable[Recorded], partnership_ids: Mapping[UUID, UUID | None]
) -> Iterator[LoggedEvent]:
    words = NamesAndTexts(call.services, entitled=None)
    for record in _without_what_was_taken_out(call.services.recorder, list(records)):
        shown = entry(record, {}, words)
        yield LoggedEvent(**asdict(shown), partnership_id=partnership_ids[record.event_id])


def _without_what_was_taken_out(log: LogRecorder, records: list[Recorded]) -> Iterator[Recorded]:
    """The records without the plain texts that were taken out of them since."""
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


def _cloud_event(log_id: UUID, event: LoggedEvent) -> CloudEvent:
    return CloudEvent(
        id=event.event_id,
        source=f"urn:uuid:{log_id}",
        type=f"folkmoot.{event.type}",
        subject=event.partnership_id,
        time=event.recorded_at,
        sequence=f"{event.position:018}",
        data=event,
    )


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/log",
        name="read-log",
        summary="Read the log page by page, in the order in which it was recorded, to keep a copy or go on from one.",
        tag="Reading",
        handle=_read,
        query=LogQueryParameters,
        answers={200: LogPage},
        media=(JSON, NDJSON, CLOUDEVENTS),
    ),
)
