"""The tail of the log behind a follower: what came since, whether it is still the same log, when to look again.

A notification may be lost and a connection may drop; both only delay. What a follower must not survive is
another log under the same address, or one restored to before what it has seen.
"""

from collections.abc import Sequence
from typing import Final, LiteralString
from uuid import UUID

import psycopg

from domain.log.connections import Connections
from domain.log.errors import RebuildNeeded, log_errors
from domain.log.event import LogEvent
from domain.log.query import EVERYTHING, LogQuery
from domain.log.read_events import read_events
from domain.log.sessions import Row

POLL_S: Final = 1.0
_SAME_LOG: LiteralString = """
    SELECT h.log_id, e.position, e.leaf, (SELECT leaf FROM log.event WHERE position = %s)
    FROM log.header h LEFT JOIN (
        SELECT position, leaf FROM log.event ORDER BY position DESC LIMIT 1
    ) AS e ON true
"""


class LogTail:
    """Reads on from a position; for one thread at a time.

    `log_id` and `leaf`, where known, are those of the log and of the event at the position followed so far.
    """

    def __init__(
        self,
        connections: Connections,
        *,
        query: LogQuery = EVERYTHING,
        after: int = 0,
        log_id: UUID | None = None,
        leaf: bytes | None = None,
    ) -> None:
        self._connections, self._query = connections, query
        self._log_id, self._leaf = log_id, leaf
        self._listener: psycopg.Connection[Row] | None = None
        self.position = after

    def pull(self, limit: int) -> Sequence[LogEvent]:
        """Read at most `limit` matching events that came since, and stand after them; none at the head.

        Raises LogUnavailable, and RebuildNeeded when this is another log or holds less or other events than
        were followed.
        """
        with self._connections.borrow() as connection:
            head, leaf = self._check_same_log(connection)
            events, _ = read_events(connection, self._query, after=self.position, upto=head, limit=limit)
        if len(events) < limit:
            self.position, self._leaf = head, leaf
        else:
            self.position, self._leaf = events[-1].position or 0, None
        return events

    def wait(self, timeout_s: float = POLL_S) -> None:
        """Wait for a notification or the poll; having just begun to listen, return at once to look again."""
        if self._listener is None:
            self._listener = self._connections.open("listen")
            with log_errors():
                self._listener.execute("LISTEN folkmoot_log")
            return
        with log_errors():
            for _ in self._listener.notifies(timeout=timeout_s, stop_after=1):
                pass

    def close(self) -> None:
        """Stop listening; a later wait begins anew."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _check_same_log(self, connection: psycopg.Connection[Row]) -> tuple[int, bytes | None]:
        """The head and its leaf; the log is compared with what was followed, on the connection about to be read."""
        row = connection.execute(_SAME_LOG, (self.position,)).fetchone()
        if row is None:
            raise RebuildNeeded("the log has no header: rebuild needed once it is restored")
        log_id, head, head_leaf, leaf_here = row
        if log_id != (self._log_id or log_id):
            raise RebuildNeeded("this is another log than the one followed so far: rebuild needed")
        if (head or 0) < self.position or (self._leaf is not None and self._leaf != leaf_here):
            raise RebuildNeeded("the log was restored to before what was followed so far: rebuild needed")
        self._log_id = log_id
        return head or 0, head_leaf
