"""A reader while builds are swapped under the views sees one whole build, or is told to begin again."""

import threading
from contextlib import contextmanager

import psycopg
import pytest

from domain.log.sessions import connect
from projections.engine.columns import columns_of
from projections.engine.digest import digest
from projections.views import stored_projections
from tests.support.worker_processes import append, appended, follow, process

NAME = "commitments"
SWAPS = 8
_PAUSE_S = 0.02  # readers and the rebuild share one process
SNAPSHOT = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
HEADERS = f"""
    SELECT h.partition_id, h.digest FROM projection.row_set h JOIN projection.build b USING (build)
    WHERE b.name = '{NAME}' AND b.state = 'live'
"""  # noqa: S608 - our own
COLUMNS = ", ".join(f'v."{name}"' for name in stored_projections()[NAME].columns)
ROWS = f"SELECT v.partition_id, {COLUMNS} FROM projection.{NAME} v"  # noqa: S608 - our own
TOGETHER = f"""
    SELECT h.partition_id, h.digest, v.partition_id, {COLUMNS}
    FROM ({HEADERS}) AS h LEFT JOIN projection.{NAME} v ON v.partition_id = h.partition_id
"""  # noqa: S608 - our own


def in_one_statement(connection):
    """Read headers and rows as a list would: in one statement, in no transaction."""
    stored_rows, headers = [], {}
    for partition_id, header, has_row, *values in connection.execute(TOGETHER, binary=True):
        headers[partition_id] = header
        if has_row:
            stored_rows.append((partition_id, *values))
    return headers, stored_rows


def after_locking(connection):
    """Read in one snapshot that was taken when nobody could swap any more."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        connection.execute(f"LOCK TABLE projection.{NAME} IN ACCESS SHARE MODE")
        return dict(connection.execute(HEADERS).fetchall()), connection.execute(ROWS, binary=True).fetchall()


def without_locking(connection):
    """Read in one snapshot, which a swap may overtake."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return dict(connection.execute(HEADERS).fetchall()), connection.execute(ROWS, binary=True).fetchall()


class ListReader(threading.Thread):
    """Reads over and over, and keeps what went wrong."""

    def __init__(self, dsn, way) -> None:
        super().__init__(daemon=True)
        self.dsn, self.way = dsn, way
        self.stopping = threading.Event()
        self.whole = self.told_to_begin_again = 0
        self.torn: list[object] = []
        self.start()

    def run(self) -> None:
        projection = stored_projections()[NAME]
        columns = columns_of(projection)
        with connect(self.dsn, application_name="folkmoot-test", autocommit=True) as connection:
            connection.execute("SET ROLE folkmoot_reader")
            while not self.stopping.is_set():
                try:
                    headers, stored_rows = self.way(connection)
                except psycopg.errors.SerializationFailure:
                    self.told_to_begin_again += 1
                    continue
                except psycopg.Error as error:
                    self.torn.append(error)
                    return
                rows = {partition_id: [] for partition_id in headers}
                for partition_id, *values in stored_rows:
                    rows.setdefault(partition_id, []).append(columns.row_of(values))
                digests = {partition_id: digest(projection, each) for partition_id, each in rows.items()}
                if digests == headers and digests:
                    self.whole += 1
                else:
                    self.torn.append((len(headers), len(stored_rows)))
                self.stopping.wait(_PAUSE_S)


@contextmanager
def readers(dsn, *ways):
    started = [ListReader(dsn, way) for way in ways]
    try:
        yield started
    finally:
        for reader in started:
            reader.stopping.set()
        for reader in started:
            reader.join()


def test_readers_see_one_whole_build_through_every_swap(stage):
    for _ in appended(stage.log, "before", most=200):
        pass
    stage.rebuild()
    with (
        process(append, stage.dsn, "meanwhile", 0.05),
        process(follow, stage.dsn, "folkmoot-follower", 1000),
        readers(stage.dsn, in_one_statement, in_one_statement, after_locking, without_locking) as reading,
    ):
        assert all(stage.rebuild().is_swapped for _ in range(SWAPS))
    assert [reader.torn for reader in reading] == [[], [], [], []]
    assert all(reader.whole > SWAPS for reader in reading)
    assert [reader.told_to_begin_again for reader in reading[:3]] == [0, 0, 0]


def test_a_snapshot_from_before_a_swap_is_refused_and_the_next_is_whole(stage):
    for _ in appended(stage.log, "before", most=100):
        pass
    stage.rebuild()
    with connect(stage.dsn, application_name="folkmoot-test", autocommit=True) as connection:
        connection.execute(SNAPSHOT)
        before = dict(connection.execute(HEADERS).fetchall())
        stage.rebuild()
        with pytest.raises(psycopg.errors.SerializationFailure, match="begin it again"):
            connection.execute(ROWS)
        connection.execute("ROLLBACK")
        connection.execute(SNAPSHOT)
        assert dict(connection.execute(HEADERS).fetchall()) == before
        assert connection.execute(ROWS).fetchall()
        connection.execute("COMMIT")
