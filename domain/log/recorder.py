"""The recorder of the log: append events on a condition, read them as of a position, follow what comes.

It implements the library's `DCBRecorder`. The library's own PostgreSQL recorder takes no lock for an append
without a condition, refuses some queries and fetches whole results, so none of it is used here.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from itertools import accumulate, pairwise, takewhile
from types import TracebackType
from typing import LiteralString, NamedTuple, Self
from uuid import UUID

import psycopg
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBRecorder
from psycopg.rows import tuple_row
from psycopg.sql import SQL

from domain.log.connections import WRITER, Connections
from domain.log.errors import BeyondHead, LogNotPrepared, Malformed, log_errors
from domain.log.event import LogEvent
from domain.log.log_proofs import InclusionProof, LogProofs
from domain.log.query import AppendCondition, LogQuery
from domain.log.read_events import COLUMNS, END, ReadResponse, event_of_row, read_events
from domain.log.roots import LogRoots
from domain.log.sessions import Row, connect
from domain.log.subscription import LogSubscription

_APPEND: LiteralString = """
    SELECT first_position, taken_ats FROM log.append(
        %b::uuid[], %b::text[], %b::smallint[], %b::uuid[], %b::timestamptz[], %b::bytea[], %b::bytea[],
        %b::integer[], %b::text[], %b::integer[], %s::jsonb, %s::bigint, %b::timestamptz[])
"""
_STREAM = (
    SQL("SELECT {} FROM log.event WHERE position > %s AND position <= %s ORDER BY position").format(COLUMNS).as_bytes()
)
_PARTITION = (
    SQL("SELECT {} FROM log.event WHERE partition_id = %s AND position > %s AND position <= %s ORDER BY position")
    .format(COLUMNS)
    .as_bytes()
)
_ENDS: LiteralString = """
    SELECT (SELECT event_id FROM log.event WHERE partition_id = %(partition)s AND position <= %(upto)s
            ORDER BY position DESC LIMIT 1),
           (SELECT event_id FROM log.event WHERE partition_id = %(partition)s ORDER BY position DESC LIMIT 1)
"""
_BY_ID = SQL("SELECT {} FROM log.event WHERE event_id = %s").format(COLUMNS).as_bytes()
_BY_IDS = SQL("SELECT {} FROM log.event WHERE event_id = ANY (%s)").format(COLUMNS).as_bytes()
_BY_POSITIONS = SQL("SELECT {} FROM log.event WHERE position = ANY (%s)").format(COLUMNS).as_bytes()
_TIMES: LiteralString = """
    SELECT DISTINCT e.occurred_at FROM log.tag AS t JOIN log.event AS e USING (position)
    WHERE t.tag = %s AND t.type = %s
"""
_SAME_APPEND = (
    SQL("""
    SELECT {} FROM log.event, (SELECT position AS first, log.position_at(recorded_at) AS last
                               FROM log.event WHERE event_id = %s) AS appended
    WHERE position BETWEEN first AND last ORDER BY position
""")
    .format(COLUMNS)
    .as_bytes()
)
_HEAD: LiteralString = """
    SELECT coalesce(e.position, 0), e.recorded_at, h.log_id, h.clock, clock_timestamp()
    FROM log.header h LEFT JOIN (
        SELECT position, recorded_at FROM log.event ORDER BY position DESC LIMIT 1
    ) AS e ON true
"""


class AppendReceipt(NamedTuple):
    """The place of one append: its first and last position, and the instant at which the log took it."""

    first: int
    last: int
    recorded_at: datetime


class NewAppend(NamedTuple):
    """The events of one append; `recorded_at` is only for a log that is being seeded."""

    events: Sequence[DCBEvent]
    recorded_at: datetime | None = None


class LogHead(NamedTuple):
    """The head of the log: its last position, 0 and without `recorded_at` while it is empty, and which log it is."""

    position: int
    recorded_at: datetime | None
    log_id: UUID
    clock: str
    now: datetime

    @property
    def is_seeded(self) -> bool:
        """Whether the instants at which its events were recorded are claims: appends could bring their own."""
        return self.clock == "seeded"

    @property
    def ahead_s(self) -> float:
        """Seconds by which the last `recorded_at` runs ahead of the server's clock; 0 when it does not."""
        return max(0.0, (self.recorded_at - self.now).total_seconds()) if self.recorded_at else 0.0


class LogRecorder(DCBRecorder):
    """The log in one database. Thread-safe; close it when done, or use it as a context manager."""

    def __init__(
        self,
        dsn: str,
        *,
        role: str = WRITER,
        application_name: str = "folkmoot-log",
        pool_size: int = 8,
        lock_timeout_s: float = 5.0,
        statement_timeout_s: float = 30.0,
    ) -> None:
        self.connections = Connections(
            dsn,
            role=role,
            application_name=application_name,
            pool_size=pool_size,
            lock_timeout_s=lock_timeout_s,
            statement_timeout_s=statement_timeout_s,
        )
        self._roots = LogRoots(self.connections)
        self._proofs = LogProofs(self.connections)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the pooled connections."""
        self.connections.close()

    # Append

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        """Append all of the events or none, durably. Returns the last position.

        Raises BoundaryConflict, AlreadyRecorded, EntryTooLarge, Malformed, LockTimeout or LogUnavailable.
        """
        with self.connections.borrow() as connection:
            return _append(connection, [NewAppend(events)], AppendCondition.of(condition))[0].last

    @contextmanager
    def transaction(self) -> Iterator[psycopg.Cursor[Row]]:
        """Open a transaction that commits at the end of the block, for an append and writes beside it."""
        with self.connections.borrow() as connection, connection.transaction():
            yield connection.cursor()

    def append_in(
        self,
        cursor: psycopg.Cursor[Row],
        events: Sequence[DCBEvent],
        condition: AppendCondition | None = None,
        *,
        recorded_at: datetime | None = None,
    ) -> AppendReceipt:
        """Append within the caller's transaction; nothing is recorded until that commits.

        Other appends wait from here to the commit, so do what else the transaction does first.
        `recorded_at` is only for a log that is being seeded; an earlier one than the log's last is moved to
        just after it. Raises what `append` raises, WrongIsolation, NotSeeded and ClockAhead; after any of
        them the transaction must end.
        """
        return self.append_all_in(cursor, [NewAppend(events, recorded_at)], condition)[0]

    def append_all_in(
        self, cursor: psycopg.Cursor[Row], appends: Sequence[NewAppend], condition: AppendCondition | None = None
    ) -> list[AppendReceipt]:
        """Append many times at once within the caller's transaction, as `append_in` does once: all or none."""
        with log_errors():
            return _append(cursor.connection, appends, condition)

    def hold_in(self, cursor: psycopg.Cursor[Row], after: int) -> list[LogEvent]:
        """Let nobody else append until the caller's transaction ends. Returns what was recorded after a position."""
        with log_errors(), cursor.connection.cursor(row_factory=tuple_row, binary=True) as own:
            (last,) = own.execute("SELECT log.hold()").fetchone() or (after,)
            return [event_of_row(row) for row in own.execute(_STREAM, (after, last)).fetchall()]

    # Read

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> ReadResponse:
        """Read the events after a position that match the query, in order, and the head, in one snapshot."""
        with self.connections.borrow() as connection:
            events, head = read_events(connection, LogQuery.of(query), after=after or 0, limit=limit)
        if limit is None:
            return ReadResponse(events, head)
        return ReadResponse(events, events[-1].position if events else None)

    def selected(self, query: LogQuery, *, after: int = 0, upto: int = END, limit: int | None = None) -> list[LogEvent]:
        """The events between two positions that match a query, in order."""
        with self.connections.borrow() as connection:
            events, _ = read_events(connection, query, after=after, upto=upto, limit=limit)
        return events

    def head(self) -> LogHead:
        """How far the log reaches, and which log it is."""
        with self.connections.borrow() as connection:
            row = connection.execute(_HEAD).fetchone()
        if row is None:
            raise LogNotPrepared("the log has no header: restore it from its backup")
        return LogHead(*row)

    def find_space(self) -> None:
        """See that the server can still write to its disk; nothing stays of what it writes. Raises DiskFull."""
        with self.connections.borrow() as connection, connection.transaction():
            connection.execute("SELECT set_config('work_mem', '64kB', true), set_config('temp_tablespaces', '', true)")
            connection.execute("SELECT count(*) FROM generate_series(1, 20000)")  # more than its memory holds

    def position_at(self, instant: datetime) -> int:
        """The last position recorded by the instant, 0 for before the first.

        Raises BeyondHead for an instant later than the head's `recorded_at`: more may yet be recorded
        before it.
        """
        with self.connections.borrow() as connection:
            row = connection.execute(
                "SELECT log.position_at(%(at)s), (SELECT max(position) FROM log.event), "
                "(SELECT recorded_at >= %(at)s FROM log.event ORDER BY position DESC LIMIT 1)",
                {"at": instant},
            ).fetchone()
        if row is None or not row[2]:
            raise BeyondHead("nothing has been recorded at or after this instant yet: ask for an earlier one")
        return int(row[0])

    def recorded_at(self, position: int) -> datetime | None:
        """The instant at which the log took the event at a position; None where there is none."""
        with self.connections.borrow() as connection:
            row = connection.execute("SELECT recorded_at FROM log.event WHERE position = %s", (position,)).fetchone()
        return row[0] if row else None

    def find(self, event_id: UUID) -> LogEvent | None:
        """Find one event by its id."""
        events = self._select(_BY_ID, (event_id,))
        return events[0] if events else None

    def find_all(self, event_ids: Sequence[UUID]) -> list[LogEvent]:
        """Find events by their ids, in any order."""
        return self._select(_BY_IDS, (list(event_ids),))

    def at(self, positions: Sequence[int]) -> list[LogEvent]:
        """Read the events at some positions, in any order."""
        return self._select(_BY_POSITIONS, (list(positions),))

    def after(self, position: int) -> list[LogEvent]:
        """Read all that was recorded after a position, in order."""
        return self._select(_STREAM, (position, END))

    def times_of(self, tag: str, kind: str) -> list[datetime]:
        """The instants at which events of one type with a tag are said to have happened."""
        with self.connections.borrow() as connection, connection.cursor(binary=True) as cursor:
            return [occurred_at for (occurred_at,) in cursor.execute(_TIMES, (tag, kind)).fetchall()]

    def recorded_among(self, event_ids: Sequence[UUID]) -> list[UUID]:
        """Those of some ids that events on record have, in the order given."""
        with self.connections.borrow() as connection:
            rows = connection.execute("SELECT event_id FROM log.event WHERE event_id = ANY(%s)", (list(event_ids),))
            recorded = {event_id for (event_id,) in rows}
        return [event_id for event_id in event_ids if event_id in recorded]

    def find_command(self, first_event_id: UUID, belongs: Callable[[LogEvent], bool] | None = None) -> list[LogEvent]:
        """Find all events of the command whose first event has this id; none when it was never recorded.

        They are the rest of its append; where one append carried several commands, `belongs` says which are
        its own.
        """
        events = self._select(_SAME_APPEND, (first_event_id,))
        return events if belongs is None else list(takewhile(belongs, events))

    def read_partition(self, partition_id: UUID, upto: int | None = None, *, after: int = 0) -> list[LogEvent]:
        """Read one partition's events in order, after a position, up to and including another."""
        return self._select(_PARTITION, (partition_id, after, END if upto is None else upto))

    def ends_of_partition(self, partition_id: UUID, upto: int) -> tuple[UUID, UUID] | None:
        """The ids of one partition's last event up to a position inclusive, and of its last; None without the first."""
        with self.connections.borrow() as connection:
            ends = connection.execute(_ENDS, {"partition": partition_id, "upto": upto}).fetchone()
        return None if ends is None or ends[0] is None else (ends[0], ends[1])

    def position_of_last(self, query: LogQuery, upto: int | None = None) -> int:
        """The position of the last event that matches, up to a position inclusive; 0 for none."""
        with self.connections.borrow() as connection:
            row = connection.execute(
                "SELECT coalesce(max(p), 0) FROM log.selected(%s::jsonb, 0, %s, NULL) AS p",
                (query.wire(), END if upto is None else upto),
            ).fetchone()
        return int(row[0]) if row else 0

    def stream(self, after: int = 0, upto: int | None = None) -> Iterator[LogEvent]:
        """Stream the whole log between two positions on a connection of its own, in bounded memory."""
        last = self.head().position if upto is None else upto
        with (
            log_errors(),
            closing(self.connections.open("stream")) as connection,
            connection.transaction(),
            connection.cursor("stream", scrollable=False) as cursor,
        ):
            cursor.itersize = 5000
            cursor.execute(_STREAM, (after, last), binary=True)
            yield from map(event_of_row, cursor)

    # Follow and prove

    def subscribe(
        self, query: DCBQuery | None = None, *, after: int | None = None, log_id: UUID | None = None
    ) -> LogSubscription[Self]:
        """Follow the log for ever from after a position; every matching event comes once, in order.

        Outages only delay. `log_id` names the log that was followed before; the subscription raises
        RebuildNeeded when this is another log, or one that holds less or other events than were followed.
        """
        return LogSubscription(self, self.connections, query, after=after, log_id=log_id)

    def root(self, position: int) -> bytes:
        """The root of the Merkle tree over the first `position` events. Raises BeyondHead."""
        return self._roots.at(position)

    def proof(self, position: int, size: int) -> InclusionProof:
        """Prove that the event at a position is among the first `size`. Raises BeyondHead, ValueError."""
        return self._proofs.of(position, size)

    def _select(self, sql: bytes, parameters: tuple[object, ...]) -> list[LogEvent]:
        with self.connections.borrow() as connection, connection.cursor(binary=True) as cursor:
            return [event_of_row(row) for row in cursor.execute(sql, parameters).fetchall()]


def begin_seeding(dsn: str) -> None:
    """Let appends to a log that is still empty say when they were recorded; its header tells so for ever.

    The connection must be the owner's. Raises HistoryIsFixed once the log holds an event.
    """
    with log_errors(), connect(dsn, application_name="folkmoot-seed") as connection:
        connection.execute("SELECT log.begin_seeding()")


def _append(
    connection: psycopg.Connection[Row], appends: Sequence[NewAppend], condition: AppendCondition | None
) -> list[AppendReceipt]:
    with connection.cursor(row_factory=tuple_row) as cursor:
        return receipts(appends, cursor.execute(_APPEND, append_arguments(appends, condition)).fetchone())


def append_arguments(appends: Sequence[NewAppend], condition: AppendCondition | None) -> tuple[object, ...]:
    """The arguments of `log.append`. Raises Malformed."""
    events = [LogEvent.of(event) for append in appends for event in append.events]
    if not all(append.events for append in appends) or not events:
        raise Malformed("an append needs at least one event")
    if any(event.occurred_at.tzinfo is None for event in events):
        raise Malformed("an event's occurred_at needs a time zone")
    tagged = [(ordinal, tag) for ordinal, event in enumerate(events, 1) for tag in event.tags]
    return (
        [event.event_id for event in events],
        [event.type for event in events],
        [event.version for event in events],
        [event.partition_id for event in events],
        [event.occurred_at for event in events],
        [event.envelope for event in events],
        [event.data for event in events],
        [ordinal for ordinal, _ in tagged],
        [tag for _, tag in tagged],
        [number for number, append in enumerate(appends, 1) for _ in append.events],
        None if condition is None else condition.unless.wire(),
        None if condition is None else condition.after,
        [append.recorded_at for append in appends],
    )


def receipts(appends: Sequence[NewAppend], row: Row | None) -> list[AppendReceipt]:
    """The places of appends, from what `log.append` answered: their first position, and the instant of each."""
    if row is None:
        raise LogNotPrepared("log.append gave no answer: run `folkmoot migrate`")
    first, recorded_ats = row
    lasts = list(accumulate((len(append.events) for append in appends), initial=first - 1))
    return [
        AppendReceipt(before + 1, last, recorded_at)
        for (before, last), recorded_at in zip(pairwise(lasts), recorded_ats, strict=True)
    ]
