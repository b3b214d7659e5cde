"""Shards: the unit of work of a rebuild. One gets ids and no data, reads the log itself, and writes all or nothing.

A shard runs in any process on any machine that reaches the database; what it found stands in the tables, so that
an answer lost on the way loses nothing.
"""

import os
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from datetime import date
from typing import Final
from uuid import UUID

import psycopg
from msgspec import Struct

from domain.events.recorded import Recorded
from domain.log.connections import READER, Connections
from domain.log.decoding import recorded
from domain.log.errors import LogError, LogUnavailable, translated
from domain.log.histories import StoredEvent, stored_histories
from domain.log.recorder import LogRecorder
from domain.values import day_of
from projections.declaration import Projection, projection_called
from projections.engine.builds import PROJECTOR, Build, Connection, builds
from projections.engine.collecting import rarely_collected
from projections.engine.comparing import UNREADABLE, Drift, Stored, compare, read_stored
from projections.engine.digest import digest_of
from projections.engine.methods import Methods
from projections.engine.row_sets import Fault, RowSet, copy_row_sets, make, park, read_codes, read_headers
from projections.engine.runs import leaf_at, release

WRITE_VARIABLE: Final = "DATABASE_URL"
READ_VARIABLE: Final = "FOLKMOOT_READ_DATABASE_URL"
_GROUP: Final = 8
_REPLICA_WAIT_S: Final = 60.0
_SNAPSHOT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class Source(Struct, frozen=True):
    """Where a shard writes, and where it reads the log; None: the worker's own environment says so."""

    write_dsn: str | None = None
    read_dsn: str | None = None

    def __repr__(self) -> str:
        """Show nothing: an address may hold a password."""
        return "Source()"

    def to_write(self) -> str:
        """Give the address to write to. Raises LogUnavailable."""
        found = self.write_dsn or os.environ.get(WRITE_VARIABLE)
        if not found:
            raise LogUnavailable(f"the worker does not know its database: set {WRITE_VARIABLE} where it runs")
        return found

    def to_read(self) -> str:
        """Give the address to read from: a replica's, where one is named."""
        return self.read_dsn or os.environ.get(READ_VARIABLE) or self.to_write()


class ShardOrder(Struct, frozen=True, kw_only=True):
    """What one shard is to do: fill builds from its partitions, and compare live ones with them."""

    run_id: UUID
    shard: int
    partition_ids: tuple[UUID, ...]
    log_id: UUID
    position: int
    leaf: bytes | None
    release: str
    as_of: date
    filled: tuple[Build, ...]
    compared: tuple[str, ...]
    source: Source


class ShardDone(Struct, frozen=True, kw_only=True):
    """What a shard did, in which time, and the most memory its process ever held."""

    shard: int
    events: int = 0
    rows: int = 0
    seconds: float = 0.0
    process: int = 0
    peak_kib: int = 0


class Unproven(Exception):
    """Rows read back are not those that were written: the build is given up; look at the server and its disks."""


def fill(order: ShardOrder) -> ShardDone:
    """Do a shard's work in one transaction, or find that it was done. Raises LogUnavailable."""
    started = time.perf_counter()
    if release() != order.release:
        raise LogUnavailable("a worker runs another release: give all workers the one that rebuilds")
    with _connected(order.source) as (log, reading, writing), rarely_collected():
        _wait_for_replica(reading, order)
        with writing.transaction():
            if (done := _done(writing, order)) is not None:
                return done
            reading.execute(_SNAPSHOT)
            filled = _Filling(order, log, reading, writing)
            for start in range(0, len(order.partition_ids), _GROUP):
                filled.take(order.partition_ids[start : start + _GROUP])
            writing.execute(
                "UPDATE projection.shard SET events = %s, rows = %s WHERE run_id = %s AND shard = %s",
                (filled.events, filled.rows, order.run_id, order.shard),
            )
    return _told(order, filled.events, filled.rows, started)


def prove(order: ShardOrder) -> ShardDone:
    """Read back what a shard wrote, and compare it with the headers. Raises Unproven."""
    started, read = time.perf_counter(), 0
    with _connected(order.source) as (_, _, writing), rarely_collected():
        for build in order.filled:
            asked = projection_called(build.name)
            for start in range(0, len(order.partition_ids), _GROUP):
                read += _prove(writing, build, asked, order.partition_ids[start : start + _GROUP])
    return _told(order, 0, read, started)


class _Filling:
    """One shard under way: projects group by group, writes and compares as it goes."""

    def __init__(self, order: ShardOrder, log: LogRecorder, reading: Connection, writing: Connection) -> None:
        self._order, self._reading, self._writing = order, reading, writing
        self._methods = Methods(log)
        self._filled = {build.name: (projection_called(build.name), build) for build in order.filled}
        self._asked = [asked for asked, _ in self._filled.values()]
        live = _live(reading, order)
        head = log.head()
        self._latest = max(order.as_of, day_of(head.now))
        self._compared = [(projection_called(build.name), build) for build in live]
        self._upto = max([order.position, *(build.position for build in live)])
        self.events = self.rows = 0

    def take(self, partition_ids: Sequence[UUID]) -> None:
        """Project a group of partitions, write their rows, and note where what is live differs."""
        stored = [each for compared in tuple(self._compared) if (each := self._stored(*compared, partition_ids))]
        made: dict[str, list[RowSet]] = {name: [] for name in self._filled}
        for _, events in stored_histories(self._reading, partition_ids, self._upto):
            self._take(events, stored, made)
        for name, row_sets in made.items():
            asked, build = self._filled[name]
            copy_row_sets(self._writing, build, asked, row_sets)
            self.rows += sum(len(each.rows) for each in row_sets)

    def _stored(
        self, asked: Projection, build: Build, partition_ids: Sequence[UUID]
    ) -> tuple[Projection, Stored] | None:
        """Read what is live; a table that cannot be read is drift as a whole, and is not looked at again."""
        try:
            with self._reading.transaction():
                return asked, read_stored(self._reading, build, asked, partition_ids)
        except (psycopg.DataError, psycopg.ProgrammingError):
            self._compared.remove((asked, build))
            note_drift(self._writing, self._order.run_id, Drift(build.name, build.build, None, UNREADABLE))
            return None

    def _take(
        self, events: Sequence[StoredEvent], stored: Sequence[tuple[Projection, Stored]], made: dict[str, list[RowSet]]
    ) -> None:
        first = [event for event in events if event.position <= self._order.position]
        self.events += len(first)
        try:
            records = [recorded(event) for event in events]
            known = records[: len(first)]
            method = self._methods.in_force(known)
            results = {asked.name: result for asked, result in make(known, self._order.as_of, method, self._asked)}
        except (LogError, MemoryError):  # nothing is wrong with the partition
            raise
        except Exception as error:  # noqa: BLE001 - what cannot be read parks the partition, and no other
            last = first[-1]
            fault = Fault(last.partition_id, last.position, last.type, type(error).__name__)
            results, records = {asked.name: fault for asked in self._asked}, []
            for asked, held in stored:
                if fault.partition_id not in held.parked:
                    drift = Drift(asked.name, held.build.build, fault.partition_id, UNREADABLE)
                    note_drift(self._writing, self._order.run_id, drift)
        for name, result in results.items():
            if isinstance(result, Fault):
                park(self._writing, self._filled[name][1], result)
            else:
                made[name].append(result)
        if records:
            self._compare(records, stored, results)

    def _compare(
        self,
        records: Sequence[Recorded],
        stored: Sequence[tuple[Projection, Stored]],
        results: dict[str, RowSet | Fault],
    ) -> None:
        for asked, each in stored:
            result = results.get(asked.name)
            if isinstance(result, Fault):
                continue
            drift = compare(asked, each, records, result, self._methods, self._latest)
            if drift is not None:
                note_drift(self._writing, self._order.run_id, drift)


def note_drift(connection: Connection, run_id: UUID, drift: Drift) -> None:
    """Write a difference down, within the open transaction."""
    texts = [None if each is None else each.decode() for each in (drift.row_key, drift.live, drift.rebuilt)]
    connection.execute(
        "INSERT INTO projection.drift (run_id, name, build, partition_id, fault, row_key, live, rebuilt) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (run_id, drift.name, drift.build, drift.partition_id, drift.fault, *texts),
    )


@contextmanager
def _connected(source: Source) -> Iterator[tuple[LogRecorder, Connection, Connection]]:
    """Open what a shard works with: the log, a connection to read it whole, and one to write."""
    name = "folkmoot-shard"
    with ExitStack() as stack:
        log = stack.enter_context(LogRecorder(source.to_read(), role=READER, application_name=name, pool_size=1))
        reading = stack.enter_context(closing(log.connections.open("read")))
        writes = Connections(
            source.to_write(),
            role=PROJECTOR,
            application_name=name,
            pool_size=1,
            lock_timeout_s=0,
            statement_timeout_s=0,
        )
        stack.callback(writes.close)
        writing = stack.enter_context(closing(writes.open("write")))
        stack.enter_context(translated())
        yield log, reading, writing


def _wait_for_replica(reading: Connection, order: ShardOrder) -> None:
    deadline = time.monotonic() + _REPLICA_WAIT_S
    while True:
        row = reading.execute(
            "SELECT h.log_id, coalesce(max(e.position), 0) FROM log.header h LEFT JOIN LATERAL "
            "(SELECT position FROM log.event ORDER BY position DESC LIMIT 1) AS e ON true GROUP BY h.log_id"
        ).fetchone()
        if row is None or row[0] != order.log_id:
            raise LogUnavailable("the database to read from holds another log: give it a replica of this one")
        if row[1] >= order.position:
            break
        if time.monotonic() > deadline:
            raise LogUnavailable(f"the replica has not reached position {order.position} in {_REPLICA_WAIT_S:.0f} s")
        time.sleep(0.2)
    if leaf_at(reading, order.position) != order.leaf:
        raise LogUnavailable("the database to read from holds other events: it is no replica of this log any more")


def _live(reading: Connection, order: ShardOrder) -> list[Build]:
    """Give the live builds to compare, as the snapshot has them: of this log, and of this release's versions."""
    live = builds(reading, "live")
    return [
        live[name]
        for name in order.compared
        if name in live and (live[name].log_id, live[name].version) == (order.log_id, projection_called(name).version)
    ]


def _done(writing: Connection, order: ShardOrder) -> ShardDone | None:
    """Take a shard, or say what was done of it; waits for who is at it, such as a worker of a killed run."""
    taken = writing.execute(
        "INSERT INTO projection.shard (run_id, shard, events, rows) VALUES (%s, %s, 0, 0) ON CONFLICT DO NOTHING "
        "RETURNING shard",
        (order.run_id, order.shard),
    ).fetchone()
    if taken is not None:
        return None
    row = writing.execute(
        "SELECT events, rows FROM projection.shard WHERE run_id = %s AND shard = %s", (order.run_id, order.shard)
    ).fetchone()
    return None if row is None else ShardDone(shard=order.shard, events=row[0], rows=row[1])


def _prove(writing: Connection, build: Build, asked: Projection, partition_ids: Sequence[UUID]) -> int:
    """Compare the rows of some partitions, read back, with their headers; gives their number. Raises Unproven."""
    headers = read_headers(writing, build, partition_ids)
    codes = read_codes(writing, build, asked, partition_ids)
    for each in sorted(headers.keys() | codes.keys()):
        header, rows = headers.get(each), codes.get(each, {})
        if header is None or rows is None or (len(rows), digest_of(rows)) != (header.rows, header.digest):
            raise Unproven(f"{build.table}: the rows read back of {each} are not those that were written")
    return sum(len(rows or ()) for rows in codes.values())


def _told(order: ShardOrder, events: int, rows: int, started: float) -> ShardDone:
    return ShardDone(
        shard=order.shard,
        events=events,
        rows=rows,
        seconds=time.perf_counter() - started,
        process=os.getpid(),
        peak_kib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    )
