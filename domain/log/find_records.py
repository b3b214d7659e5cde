"""Recorded events found by what they are about or by their command."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar
from uuid import UUID, uuid5

from domain.events import decode_envelope
from domain.events.recorded import Recorded
from domain.events.selection import MENDING, Selection, Selections
from domain.events.tags import tag
from domain.log.decode_events import decode_event
from domain.log.event import LogEvent
from domain.log.query import LogQuery
from domain.log.read_events import END
from domain.log.recorder import LogRecorder

_AT_ONCE: Final = 1_000
Item = TypeVar("Item")


def find_records(
    log: LogRecorder, selections: Selections, *, after: int = 0, upto: int | None = None, limit: int | None = None
) -> list[Recorded]:
    """The events that any of the selections selects, in order, between two positions; none for no selection."""
    last = END if upto is None else upto
    return [decode_event(event) for event in log.selected(LogQuery(selections), after=after, upto=last, limit=limit)]


def with_corrections(log: LogRecorder, records: Sequence[Recorded]) -> list[Recorded]:
    """Some records and the events that correct, withdraw or redact them, in order.

    It reads no more than that: selecting all corrections about a partnership reads those of everything in its affairs.
    """
    mending: list[Recorded] = []
    for some in in_batches(records):
        about = (Selection(frozenset(MENDING), frozenset({tag("record", each.event_id)})) for each in some)
        mending += find_records(log, frozenset(about))
    by_position = {record.position: record for record in (*records, *mending)}
    return [by_position[position] for position in sorted(by_position)]


def last_position(log: LogRecorder, selections: Selections, *, upto: int | None = None) -> int:
    """The position of the last event that any of the selections selects; 0 for none."""
    return log.position_of_last(LogQuery(selections), upto)


def find_command(log: LogRecorder, command_id: UUID) -> list[Recorded]:
    """The events of a command in order; none when it was never recorded."""
    events = log.find_command(first_event_id(command_id), lambda event: _command_of(event) == command_id)
    return [decode_event(event) for event in events]


def find_commands(log: LogRecorder, command_ids: Sequence[UUID]) -> dict[UUID, list[Recorded]]:
    """The events of those of many commands that are recorded, by command, each in order."""
    first_ids = [first_event_id(command_id) for command_id in command_ids]
    first_events = [event for batch in in_batches(first_ids) for event in log.find_all(batch)]
    counts = {event.position or 0: decode_envelope(event.envelope).count for event in first_events}
    positions = [first + offset for first, count in counts.items() for offset in range(1, count)]
    later_events = [event for batch in in_batches(positions) for event in log.at(batch)]
    commands: dict[UUID, list[Recorded]] = {}
    for event in sorted((*first_events, *later_events), key=lambda event: event.position or 0):
        record = decode_event(event)
        commands.setdefault(record.envelope.command_id, []).append(record)
    return commands


def recorded_commands(log: LogRecorder, command_ids: Sequence[UUID]) -> list[UUID]:
    """Those of some commands that are recorded, in the order given."""
    by_first_event = {first_event_id(command_id): command_id for command_id in command_ids}
    event_ids = list(by_first_event)
    recorded = (event_id for batch in in_batches(event_ids) for event_id in log.recorded_among(batch))
    return [by_first_event[event_id] for event_id in recorded]


def in_batches(items: Sequence[Item], size: int = _AT_ONCE) -> Iterator[Sequence[Item]]:
    """Some items, so many at a time."""
    return (items[start : start + size] for start in range(0, len(items), size))


def first_event_id(command_id: UUID) -> UUID:
    """The id of the first event of a command, by which the command is found."""
    return event_id_of(command_id, 0)


def event_id_of(command_id: UUID, index: int) -> UUID:
    """The id of an event of a command, by its place in it from 0."""
    return uuid5(command_id, str(index))


def _command_of(event: LogEvent) -> UUID:
    return decode_envelope(event.envelope).command_id
