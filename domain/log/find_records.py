"""Recorded events found by what they are about or by their command."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID, uuid5

from domain.events import decode_envelope
from domain.events.recorded import Recorded
from domain.events.selection import Selections
from domain.log.decode_events import decode_event
from domain.log.event import LogEvent
from domain.log.query import LogQuery
from domain.log.read_events import END, read_events
from domain.log.recorder import LogRecorder

_AT_ONCE: Final = 1_000


def find_records(
    log: LogRecorder, selections: Selections, *, after: int = 0, upto: int | None = None, limit: int | None = None
) -> list[Recorded]:
    """The events that any of the selections selects, in order, between two positions; none for no selection."""
    last = END if upto is None else upto
    with log.connections.borrow() as connection:
        events, _ = read_events(connection, LogQuery(selections), after=after, upto=last, limit=limit)
    return [decode_event(event) for event in events]


def last_position(log: LogRecorder, selections: Selections, *, upto: int | None = None) -> int:
    """The position of the last event that any of the selections selects; 0 for none."""
    return log.position_of_last(LogQuery(selections), upto)


def find_command(log: LogRecorder, command_id: UUID) -> list[Recorded]:
    """The events of a command in order; none when it was never recorded."""
    events = log.find_command(first_event_id(command_id), lambda event: _command_of(event) == command_id)
    return [decode_event(event) for event in events]


def recorded_commands(log: LogRecorder, command_ids: Sequence[UUID]) -> list[UUID]:
    """Those of some commands that are recorded, in the order given."""
    by_first_event = {first_event_id(command_id): command_id for command_id in command_ids}
    event_ids = list(by_first_event)
    batches = (event_ids[start : start + _AT_ONCE] for start in range(0, len(event_ids), _AT_ONCE))
    return [by_first_event[event_id] for batch in batches for event_id in log.recorded_among(batch)]


def first_event_id(command_id: UUID) -> UUID:
    """The id of the first event of a command, by which the command is found."""
    return uuid5(command_id, "0")


def _command_of(event: LogEvent) -> UUID:
    return decode_envelope(event.envelope).command_id
