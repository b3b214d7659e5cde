"""Shards: the unit of work of a rebuild. One gets ids and no data, reads the log itself, and writes all or nothing.

A shard runs in any process on any machine that reaches the database; what it found stands in the tables, so that
an answer lost on the way loses nothing.
"""

import hashlib
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from typing import Final
from uuid import UUID

from domain.errors import FolkmootError
from domain.log.connections import READER, Connections
from domain.log.errors import LogUnavailable, log_errors
from domain.log.recorder import LogRecorder
from projections.declaration import Projection
from projections.engine.builds import PROJECTOR, Build, Connection
from projections.engine.digest import digest_of
from projections.engine.executors import rarely_collected
from projections.engine.fill import ShardFill
from projections.engine.parking import read_parked
from projections.engine.row_sets import read_encoded_rows, read_headers
from projections.engine.runs import leaf_at, release
from projections.engine.shard_tasks import DatabaseAddresses, ShardResult, ShardTask, refuse_overtime
from projections.engine.streams import hash_stored
from projections.views import projection_called

_GROUP: Final = 4
_REPLICA_WAIT_S: Final = 60.0
_SNAPSHOT: Final = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


class Unproven(FolkmootError):
    """Rows read back are not those that were written: the build is given up; look at the server and its disks."""


def fill_shard(task: ShardTask) -> ShardResult:
    """Fill a shard in one transaction, unless that is done already. Raises LogUnavailable and OutOfTime."""
    if release() != task.release:
        raise LogUnavailable("a worker runs another release: give all workers the one that rebuilds")
    with _connected(task.source) as (log, reading, writing), rarely_collected():
        _wait_for_replica(reading, task)
        with writing.transaction():
            if (result := _take_shard(writing, task)) is not None:
                return result
            reading.execute(_SNAPSHOT)
            filling = ShardFill(task, log, reading, writing)
            for partition_ids in _groups(task):
                filling.take(partition_ids)
            filling.note()
    return _result(filling.events, filling.rows)


def prove_shard(task: ShardTask) -> ShardResult:
    """Read back what a shard wrote, and compare it with what it sent, or else with the headers. Raises Unproven."""
    rows_read = 0
    with _connected(task.source) as (_, _, writing), rarely_collected():
        digests = dict(
            writing.execute(
                "SELECT build, sha256 FROM projection.sent WHERE run_id = %s AND shard = %s",
                (task.run_id, task.shard),
            ).fetchall()
        )
        for build in task.filled:
            projection = projection_called(build.name)
            read_hash, rows = _received(writing, build, projection, task)
            if read_hash != digests.get(build.build):
                rows = sum(_prove(writing, build, projection, partition_ids) for partition_ids in _groups(task))
            rows_read += rows
    return _result(0, rows_read)


def _groups(task: ShardTask) -> Iterator[Sequence[UUID]]:
    """The partitions that are projected, written and read back together. Raises OutOfTime."""
    for start in range(0, len(task.partition_ids), _GROUP):
        refuse_overtime(task.deadline)
        yield task.partition_ids[start : start + _GROUP]


def _received(writing: Connection, build: Build, projection: Projection, task: ShardTask) -> tuple[bytes, int]:
    """The SHA-256 over what a shard wrote to a build, as it is read back, and the number of rows."""
    read_hash, rows_read = hashlib.sha256(), 0
    for partition_ids in _groups(task):
        sha256, rows = hash_stored(writing, build, projection, partition_ids)
        read_hash.update(sha256)
        rows_read += rows
    return read_hash.digest(), rows_read


@contextmanager
def _connected(source: DatabaseAddresses) -> Iterator[tuple[LogRecorder, Connection, Connection]]:
    """The log, a connection to read it in one snapshot, and a connection to write."""
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
        stack.enter_context(log_errors())
        yield log, reading, writing


def _wait_for_replica(reading: Connection, task: ShardTask) -> None:
    deadline = time.monotonic() + _REPLICA_WAIT_S
    while True:
        row = reading.execute(
            "SELECT h.log_id, coalesce(max(e.position), 0) FROM log.header h LEFT JOIN LATERAL "
            "(SELECT position FROM log.event ORDER BY position DESC LIMIT 1) AS e ON true GROUP BY h.log_id"
        ).fetchone()
        if row is None or row[0] != task.log_id:
            raise LogUnavailable("the database to read from holds another log: give it a replica of this one")
        if row[1] >= task.position:
            break
        if time.monotonic() > deadline:
            raise LogUnavailable(f"the replica has not reached position {task.position} in {_REPLICA_WAIT_S:.0f} s")
        time.sleep(0.2)
    if leaf_at(reading, task.position) != task.leaf:
        raise LogUnavailable("the database to read from holds other events: it is no replica of this log any more")


def _take_shard(writing: Connection, task: ShardTask) -> ShardResult | None:
    """Take a shard, or return the result it has; waits for a worker that is at it, such as one of a killed run."""
    progress_row = writing.execute(
        "INSERT INTO projection.shard (run_id, shard, events, rows) VALUES (%s, %s, 0, 0) ON CONFLICT DO NOTHING "
        "RETURNING shard",
        (task.run_id, task.shard),
    ).fetchone()
    if progress_row is not None:
        return None
    row = writing.execute(
        "SELECT events, rows FROM projection.shard WHERE run_id = %s AND shard = %s", (task.run_id, task.shard)
    ).fetchone()
    return None if row is None else ShardResult(events=row[0], rows=row[1])


def _prove(writing: Connection, build: Build, projection: Projection, partition_ids: Sequence[UUID]) -> int:
    """Compare the rows of some partitions, read back, with their headers; returns their number. Raises Unproven.

    All but the parked have a header, even with no rows.
    """
    headers = read_headers(writing, build, partition_ids)
    codes = read_encoded_rows(writing, build, projection, partition_ids)
    for partition_id in sorted((set(partition_ids) - read_parked(writing, build)) | headers.keys() | codes.keys()):
        header, rows = headers.get(partition_id), codes.get(partition_id, {})
        if header is None or rows is None or (len(rows), digest_of(rows)) != (header.rows, header.digest):
            raise Unproven(f"{build.table}: the rows read back of {partition_id} are not those that were written")
    return sum(len(rows or ()) for rows in codes.values())


def _result(events: int, rows: int) -> ShardResult:
    return ShardResult(events=events, rows=rows, peak_kib=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
