"""The appends of one process, combined: what comes while one is under way goes into the log together after it.

The log takes one append at a time and keeps others waiting until it is on disk. Where several threads record at once,
all that wait share one transaction; each command stays an append of its own, with its own place and instant.
"""

import threading
from collections.abc import Iterable, Sequence
from typing import Final

from domain.events.selection import Selection, Selections
from domain.handling.keep_and_append import keep_and_append
from domain.log.errors import LockTimeout, LogError, LogUnavailable
from domain.log.event import LogEvent
from domain.log.query import AppendCondition, LogQuery
from domain.log.recorder import AppendReceipt, LogRecorder, NewAppend
from domain.vault import KeyRow, VaultError

_MOST: Final = 16
"""Commands in one transaction."""


class _WaitingAppend:
    """An append that waits for its turn, then its receipt or what is wrong with it."""

    def __init__(self, keys: Sequence[KeyRow], append: NewAppend, condition: AppendCondition) -> None:
        self.keys, self.append, self.condition = keys, append, condition
        self.receipt: AppendReceipt | None = None
        self.error: Exception | None = None

    @property
    def is_settled(self) -> bool:
        """It is in the log, or refused."""
        return self.receipt is not None or self.error is not None


class CombinedAppends:
    """Appends to one log, for many threads."""

    def __init__(self, log: LogRecorder) -> None:
        self._log = log
        self._lock = threading.Lock()
        self.turn = threading.Lock()
        """Held by the thread that appends: for itself, and for those that wait."""
        self._waiting: list[_WaitingAppend] = []

    @property
    def waiting(self) -> int:
        """How many appends wait for their turn."""
        return len(self._waiting)

    def append(self, keys: Sequence[KeyRow], append: NewAppend, condition: AppendCondition) -> AppendReceipt:
        """Keep keys and append events, all or nothing, durably; perhaps together with others that wait.

        Raises SubjectForgotten, and what an append raises.
        """
        own = _WaitingAppend(keys, append, condition)
        with self._lock:
            self._waiting.append(own)
        with self.turn:
            while not own.is_settled:
                with self._lock:
                    batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                self._append_all(batch)
        if own.receipt is None:
            raise own.error or AssertionError
        return own.receipt

    def _append_all(self, batch: Sequence[_WaitingAppend]) -> None:
        """Append together what is at peace with one another; the others, or all where that fails, one by one."""
        together = list(_at_peace(batch))
        try:
            if len(together) > 1:
                self._append_together(together)
            for waiting in batch:
                if not waiting.is_settled:
                    self._append_alone(waiting)
        finally:
            for waiting in batch:
                if not waiting.is_settled:
                    waiting.error = LogUnavailable("the append was broken off: whether it was kept is unknown")

    def _append_together(self, together: Sequence[_WaitingAppend]) -> None:
        """Append many, and settle them; none is settled where something in one of them may be wrong."""
        keys = [key for each in together for key in each.keys]
        selections = frozenset[Selection]().union(*(each.condition.unless.selections for each in together))
        condition = AppendCondition(LogQuery(selections), min(each.condition.after for each in together))
        try:
            receipts = keep_and_append(self._log, keys, [each.append for each in together], condition)
        except (LogUnavailable, LockTimeout) as error:
            for waiting in together:
                waiting.error = error
        except (LogError, VaultError):
            return  # nothing was recorded, and each is told what is wrong with it alone
        else:
            for waiting, receipt in zip(together, receipts, strict=True):
                waiting.receipt = receipt

    def _append_alone(self, waiting: _WaitingAppend) -> None:
        try:
            [waiting.receipt] = keep_and_append(self._log, waiting.keys, [waiting.append], waiting.condition)
        except Exception as error:  # noqa: BLE001 - whatever it is, it is raised in the thread that gave the append
            waiting.error = error


def _at_peace(batch: Sequence[_WaitingAppend]) -> Iterable[_WaitingAppend]:
    """Those appends of which none rests on what an earlier one adds."""
    events: list[LogEvent] = []
    for waiting in batch:
        if not _unsettle(events, waiting.condition.unless.selections):
            events += map(LogEvent.of, waiting.append.events)
            yield waiting


def _unsettle(events: Iterable[LogEvent], selections: Selections) -> bool:
    return any(
        selection.selects(event.type, event.tags, event.partition_id) for event in events for selection in selections
    )
