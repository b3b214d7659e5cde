"""The log itself, in the order in which it was recorded: for systems that keep a copy, each from where it got to.

What is beyond the asker's reach is passed over, so that they may see gaps in the positions.
"""

from typing import Annotated, Any, Final
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from api.http.operations import JSON, Call, Operation, OperationAnswer
from api.http.paging import link
from api.reading.logged_events import LoggedEvent, cloud_event, logged_events
from domain.log.event import LogEvent
from domain.log.query import EVERYTHING

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


class LogPage(Struct, frozen=True, kw_only=True):
    """A page of the log. The next page begins after `position`; `next` is null where the log ends for now."""

    log_id: UUID
    position: Annotated[int, Meta(description="How far this page has looked: ask for what comes after it")]
    data: tuple[LoggedEvent, ...]
    next: str | None


def _read(call: Call) -> OperationAnswer:
    log, sight, query = call.services.handler.recorder, call.sight, call.query
    head = log.head()
    listed: list[LogEvent] = []
    position = query.after
    for event in log.selected(EVERYTHING, after=query.after, upto=head.position, limit=_SEEN_AT_ONCE):
        position = event.position or position
        if sight is None or sight.lists(event):
            listed.append(event)
        if len(listed) == query.limit:
            break
    address = f"/v1/log?after={position}&limit={query.limit}" if position < head.position else None
    events = tuple(logged_events(call.services, listed))
    content: Any = LogPage(log_id=head.log_id, position=position, data=events, next=address)
    if call.media == NDJSON:
        content = b"".join(_ENCODER.encode(each) + b"\n" for each in events)
    elif call.media == CLOUDEVENTS:
        content = _ENCODER.encode([cloud_event(head.log_id, each) for each in events])
    return OperationAnswer(content=content, media=call.media, headers=link(address), personal=True)


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
