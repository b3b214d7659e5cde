"""Following the log: woken by notifications, kept honest by a poll, never past a gap.

A notification may be lost and a connection may drop; both only delay. What a follower must not survive is
another log under the same address, or one restored to before what it has seen.
"""

import threading
from collections import deque
from typing import TYPE_CHECKING, Any, LiteralString
from uuid import UUID

import psycopg
import structlog
from eventsourcing.dcb.api import DCBQuery, DCBSequencedEvent, DCBSubscription

from domain.log.connections import Row
from domain.log.errors import LogUnavailable, RebuildNeeded, translated
from domain.log.reading import read_from, sequenced

if TYPE_CHECKING:
    from domain.log.recorder import LogRecorder

POLL_S = 1.0
_BATCH = 500
_SAME_LOG: LiteralString = """
    SELECT h.log_id, e.position, e.leaf, (SELECT leaf FROM log.event WHERE position = %s)
    FROM log.header h LEFT JOIN (
        SELECT position, leaf FROM log.event ORDER BY position DESC LIMIT 1
    ) AS e ON true
"""
_logger = structlog.get_logger(__name__)


class LogSubscription(DCBSubscription["LogRecorder"]):
    """An endless iterator over matching events; `stop` ends it at its next poll."""

    def __init__(
        self, recorder: "LogRecorder", query: DCBQuery | None, *, after: int | None, log_id: UUID | None
    ) -> None:
        super().__init__(recorder, query, after)
        self._log_id = log_id
        self._leaf: bytes | None = None  # of the event at _last_position, once known
        self._pending: deque[DCBSequencedEvent] = deque()
        self._stopping = threading.Event()
        self._one_at_a_time = threading.Lock()
        self._listener: psycopg.Connection[Row] | None = None

    def __exit__(self, *args: object, **kwargs: Any) -> None:  # noqa: ANN401  as the library declares it
        super().__exit__(*args, **kwargs)
        with self._one_at_a_time:
            self._forget_listener()

    def stop(self) -> None:
        """Make the iteration end."""
        super().stop()
        self._stopping.set()

    def __next__(self) -> DCBSequencedEvent:
        with self._one_at_a_time:
            try:
                return self._next()
            except BaseException:
                self._forget_listener()
                raise

    def _next(self) -> DCBSequencedEvent:
        while not self._stopping.is_set():
            if self._pending:
                return self._pending.popleft()
            try:
                self._pull()
                if not self._pending:
                    self._wait()
            except LogUnavailable as error:
                _logger.warning("log subscription interrupted", reason=str(error))
                self._forget_listener()
                self._stopping.wait(POLL_S)
        raise StopIteration

    def _pull(self) -> None:
        with self._recorder.connections.borrow() as connection:
            head, leaf = self._check_same_log(connection)
            events, _ = read_from(connection, self._query, after=self._last_position, upto=head, limit=_BATCH)
        self._pending.extend(map(sequenced, events))
        if len(events) < _BATCH:
            self._last_position, self._leaf = head, leaf
        else:
            self._last_position, self._leaf = events[-1].position or 0, None

    def _check_same_log(self, connection: psycopg.Connection[Row]) -> tuple[int, bytes | None]:
        """Compare with what was followed, on the connection about to be read; give the head and its leaf."""
        row = connection.execute(_SAME_LOG, (self._last_position,)).fetchone()
        if row is None:
            raise RebuildNeeded("the log has no header: rebuild needed once it is restored")
        log_id, head, head_leaf, leaf_here = row
        if log_id != (self._log_id or log_id):
            raise RebuildNeeded("this is another log than the one followed so far: rebuild needed")
        if (head or 0) < self._last_position or (self._leaf is not None and self._leaf != leaf_here):
            raise RebuildNeeded("the log was restored to before what was followed so far: rebuild needed")
        self._log_id = log_id
        return head or 0, head_leaf

    def _wait(self) -> None:
        """Wait for a notification or the poll; having just begun to listen, return at once to look again."""
        if self._listener is None:
            self._listener = self._recorder.connections.open("listen")
            with translated():
                self._listener.execute("LISTEN folkmoot_log")
            return
        with translated():
            for _ in self._listener.notifies(timeout=POLL_S, stop_after=1):
                pass

    def _forget_listener(self) -> None:
        if self._listener is not None:
            self._listener.close()
            self._listener = None
