"""A log that answers the same question once: for a page that asks many things of one moment."""

from collections.abc import Callable, Hashable
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from domain.log.event import LogEvent
from domain.log.query import LogQuery
from domain.log.read_events import END
from domain.log.recorder import LogHead, LogRecorder

T = TypeVar("T")


class ReadOnce(LogRecorder):
    """The log as one page reads it: what was read is not read again, so that a page speaks of one state of the log.

    It shares the connections of the log it stands for, and is not to be closed, appended to, or kept.
    """

    def __init__(self, log: LogRecorder) -> None:
        self.__dict__.update(log.__dict__)
        self._answers: dict[Hashable, Any] = {}

    def selected(self, query: LogQuery, *, after: int = 0, upto: int = END, limit: int | None = None) -> list[LogEvent]:
        """The events that match, as read first."""
        key = ("selected", query.selections, after, upto, limit)
        return self.once(key, lambda: super(ReadOnce, self).selected(query, after=after, upto=upto, limit=limit))

    def head(self) -> LogHead:
        """The head, as read first."""
        return self.once("head", super().head)

    def position_at(self, instant: datetime) -> int:
        """The last position recorded by the instant, as read first."""
        return self.once(("position at", instant), lambda: super(ReadOnce, self).position_at(instant))

    def position_of_last(self, query: LogQuery, upto: int | None = None) -> int:
        """The position of the last event that matches, as read first."""
        key = ("last", query.selections, upto)
        return self.once(key, lambda: super(ReadOnce, self).position_of_last(query, upto))

    def ends_of_partition(self, partition_id: UUID, upto: int) -> tuple[UUID, UUID] | None:
        """The ids of the last events of a partition, as read first."""
        key = ("ends", partition_id, upto)
        return self.once(key, lambda: super(ReadOnce, self).ends_of_partition(partition_id, upto))

    def once(self, key: Hashable, read: Callable[[], T]) -> T:
        """The answer to a question about this state of the log, as worked out first."""
        if key not in self._answers:
            self._answers[key] = read()
        answer: T = self._answers[key]
        return answer


def once_a_page(log: LogRecorder, key: Hashable, read: Callable[[], T]) -> T:
    """The answer to a question about the log: as worked out first where one page reads it, else worked out now."""
    return log.once(key, read) if isinstance(log, ReadOnce) else read()
