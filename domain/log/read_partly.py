"""A log of which its reader sees a part: what is hidden from them is not there, whatever they ask it."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from domain.events.selection import Selection
from domain.log.event import LogEvent
from domain.log.query import LogQuery
from domain.log.read_events import END
from domain.log.read_once import ReadOnce
from domain.log.recorder import LogRecorder

_WIDER: Final = 4
_MOST_AT_ONCE: Final = 5_000


class ReadPartly(LogRecorder):
    """The log as somebody reads it who sees some of its events; its head and its roots are those of the whole.

    It shares the connections of the log it stands for, and is not to be closed or appended to.
    """

    def __init__(self, log: LogRecorder, sees: Callable[[LogEvent], bool]) -> None:
        self.__dict__.update(log.__dict__)
        self._sees = sees

    def selected(self, query: LogQuery, *, after: int = 0, upto: int = END, limit: int | None = None) -> list[LogEvent]:
        """The events that match and are seen; where there is a limit, it is of those."""
        if limit is None:
            return self._seen(super().selected(query, after=after, upto=upto))
        seen: list[LogEvent] = []
        window = limit
        while len(seen) < limit:
            events = super().selected(query, after=after, upto=upto, limit=window)
            seen += self._seen(events)
            if len(events) < window:
                break
            after, window = events[-1].position or after, min(window * _WIDER, max(limit, _MOST_AT_ONCE))
        return seen[:limit]

    def find(self, event_id: UUID) -> LogEvent | None:
        """The event with this id, where it is seen."""
        return next(iter(self._seen(filter(None, [super().find(event_id)]))), None)

    def find_all(self, event_ids: Sequence[UUID]) -> list[LogEvent]:
        """Those of the events that are seen."""
        return self._seen(super().find_all(event_ids))

    def at(self, positions: Sequence[int]) -> list[LogEvent]:
        """Those of the events at these positions that are seen."""
        return self._seen(super().at(positions))

    def after(self, position: int) -> list[LogEvent]:
        """All after a position that is seen."""
        return self._seen(super().after(position))

    def times_of(self, tag: str, kind: str) -> list[datetime]:
        """The instants of those that are seen."""
        query = LogQuery(frozenset({Selection(frozenset({kind}), frozenset({tag}))}))
        return sorted({event.occurred_at for event in self.selected(query)})

    def recorded_among(self, event_ids: Sequence[UUID]) -> list[UUID]:
        """Those of some ids that events which are seen have."""
        seen = {event.event_id for event in self.find_all(event_ids)}
        return [event_id for event_id in event_ids if event_id in seen]

    def find_command(self, first_event_id: UUID, belongs: Callable[[LogEvent], bool] | None = None) -> list[LogEvent]:
        """The events of a command that are seen."""
        return self._seen(super().find_command(first_event_id, belongs))

    def read_partition(self, partition_id: UUID, upto: int | None = None, *, after: int = 0) -> list[LogEvent]:
        """The events of a partition that are seen."""
        return self._seen(super().read_partition(partition_id, upto, after=after))

    def position_of_last(self, query: LogQuery, upto: int | None = None) -> int:
        """The position of the last event that matches and is seen; 0 for none."""
        position = super().position_of_last(query, upto)
        while position and not self._seen(super().at([position])):
            position = super().position_of_last(query, position - 1)
        return position

    def ends_of_partition(self, partition_id: UUID, upto: int) -> tuple[UUID, UUID] | None:
        """The ids of the last events of a partition; None where they are not seen."""
        ends = super().ends_of_partition(partition_id, upto)
        return ends if ends is not None and len(self.find_all(list(ends))) == len(set(ends)) else None

    def stream(self, after: int = 0, upto: int | None = None) -> Iterator[LogEvent]:
        """The events of the whole log that are seen."""
        return filter(self._sees, super().stream(after, upto))

    def _seen(self, events: Iterable[LogEvent]) -> list[LogEvent]:
        return [event for event in events if self._sees(event)]


class ReadPartlyOnce(ReadPartly, ReadOnce):
    """The same as one page reads it: what was read is not read again."""

    def __init__(self, log: ReadPartly) -> None:
        ReadOnce.__init__(self, log)


def for_one_page(log: LogRecorder) -> ReadOnce:
    """The log as one page reads it, whether its reader sees all of it or a part."""
    return ReadPartlyOnce(log) if isinstance(log, ReadPartly) else ReadOnce(log)
