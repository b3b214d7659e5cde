"""Statements that read events in one snapshot, and the event of each row."""

from collections.abc import Sequence

import psycopg
from eventsourcing.dcb.api import DCBReadResponse, DCBSequencedEvent
from psycopg.sql import SQL

from domain.log.event import LogEvent
from domain.log.query import LogQuery
from domain.log.sessions import Row

END = 2**63 - 1
COLUMNS = SQL("position, event_id, type, version, partition_id, occurred_at, recorded_at, tags, envelope, data")
_HEAD = SQL("(SELECT coalesce(max(position), 0) AS position FROM log.event) AS head")
_SELECTED = (
    SQL("""
    SELECT head.position, e.* FROM {head} LEFT JOIN LATERAL (
        SELECT {columns} FROM log.event WHERE position IN (
            SELECT log.selected(%(query)s::jsonb, %(after)s, least(head.position, %(upto)s), %(limit)s))
    ) AS e ON true ORDER BY e.position
""")
    .format(columns=COLUMNS, head=_HEAD)
    .as_bytes()
)
_ALL = (
    SQL("""
    SELECT head.position, e.* FROM {head} LEFT JOIN LATERAL (
        SELECT {columns} FROM log.event WHERE position > %(after)s AND position <= %(upto)s
        ORDER BY position LIMIT %(limit)s
    ) AS e ON true ORDER BY e.position
""")
    .format(columns=COLUMNS, head=_HEAD)
    .as_bytes()
)


class ReadResponse(DCBReadResponse):
    """Events that matched, and the log's head in that snapshot (of a limited read, its last position)."""

    def __init__(self, events: Sequence[LogEvent], head: int | None) -> None:
        self._events = iter(events)
        self._head = head

    @property
    def head(self) -> int | None:
        """The position up to which nothing that matches was left out."""
        return self._head

    def __next__(self) -> DCBSequencedEvent:
        return sequenced_event(next(self._events))


def read_events(
    connection: psycopg.Connection[Row],
    query: LogQuery,
    *,
    after: int,
    upto: int = END,
    limit: int | None = None,
) -> tuple[list[LogEvent], int]:
    """Read matching events in order, and the head of the log, in one snapshot of a given connection."""
    parameters = {"after": after, "upto": upto, "limit": limit}
    with connection.cursor(binary=True) as cursor:
        if query.is_everything:
            cursor.execute(_ALL, parameters)
        else:
            cursor.execute(_SELECTED, parameters | {"query": query.wire()})
        rows = cursor.fetchall()
    return [event_of_row(row[1:]) for row in rows if row[1] is not None], rows[0][0]


def sequenced_event(event: LogEvent) -> DCBSequencedEvent:
    """Pair a stored event with its position, as the library does."""
    return DCBSequencedEvent(event=event, position=event.position or 0)


def event_of_row(row: Row) -> LogEvent:
    """Make the event of a row of `COLUMNS`."""
    position, event_id, kind, version, partition_id, occurred_at, recorded_at, tags, envelope, data = row
    return LogEvent(
        type=kind,
        data=data,
        tags=tags,
        event_id=event_id,
        version=version,
        partition_id=partition_id,
        occurred_at=occurred_at,
        envelope=envelope,
        position=position,
        recorded_at=recorded_at,
    )
