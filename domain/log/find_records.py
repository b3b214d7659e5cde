"""Recorded events found by what they are about, for those who neither decide nor project."""

from domain.events.recorded import Recorded
from domain.events.selection import Selections
from domain.log.decode_events import decode_event
from domain.log.query import LogQuery
from domain.log.read_events import END, read_events
from domain.log.recorder import LogRecorder


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
