"""The reading of a command's boundary: every event that deciding it rests on, in one snapshot of the log."""

from collections.abc import Iterable
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.boundary import around, boundary, widening
from domain.decisions.command import Command
from domain.decisions.command_context import CommandContext
from domain.events.recorded import Recorded
from domain.events.selection import Selections
from domain.handling.sealing import people_listed
from domain.log.decode_events import decode_event
from domain.log.event import LogEvent
from domain.log.query import LogQuery
from domain.log.read_events import read_events
from domain.log.recorder import LogRecorder


class BoundaryRead(Struct, frozen=True):
    """The events inside a command's boundary in order, what selects them, and the head of the log when it was read."""

    records: list[Recorded]
    selections: Selections
    head: int


def read_boundary(log: LogRecorder, command: Command, context: CommandContext) -> BoundaryRead:
    """Read the boundary of a command; records named by id are immutable and are looked up first.

    What was read may bring more into the boundary: what mends it, whether people it names were forgotten, where
    they stand already, what the command rests on by what it found. That is read as of the same position, which in
    a log that only grows is the same snapshot.
    """
    selections, record_ids = boundary(command, context)
    named_events = _named_events(log, record_ids)
    selections |= around([decode_event(event) for event in named_events])
    with log.connections.borrow() as connection:
        events, head = read_events(connection, LogQuery(selections), after=0)
        inside = {event.event_id: event for event in (*events, *named_events)}
        while more := widening(command, records := _in_order(inside.values()), context) - selections:
            events, _ = read_events(connection, LogQuery(more), after=0, upto=head)
            inside |= {event.event_id: event for event in events}
            selections |= more
    return BoundaryRead(records, selections, head)


def _named_events(log: LogRecorder, record_ids: Iterable[UUID]) -> list[LogEvent]:
    """The records with these ids, and what each of them corrects or withdraws, down to the first."""
    events: list[LogEvent] = []
    remaining_ids = list(record_ids)
    while remaining_ids:
        event = log.find(remaining_ids.pop())
        if event is None:
            continue
        events.append(event)
        mended_id = getattr(decode_event(event).body, "record_id", None)
        if mended_id is not None:
            remaining_ids.append(mended_id)
    return events


def _in_order(events: Iterable[LogEvent]) -> list[Recorded]:
    by_position = sorted(events, key=lambda event: event.position or 0)
    return [replace(decode_event(event), subjects=people_listed(event.tags)) for event in by_position]
