"""`kill -9` of a writer or of the server, at any moment, loses nothing acknowledged and leaves no gap."""

import os
import shutil
import signal
import tempfile
import threading
from pathlib import Path

import psycopg
import pytest

from domain.embedded_server import EmbeddedPostgres
from domain.log.leaf import leaf_of
from domain.log.recorder import LogRecorder
from domain.proof.merkle import root_of
from scripts.support.database_schema import migrate
from tests.support.log_events import eventually, go, writers
from tests.support.log_follower import Follower

WRITING = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'folkmoot-test-writer'"


class Reader(threading.Thread):
    """The ids that a writer was told are recorded, as far as it got."""

    def __init__(self, writer) -> None:
        super().__init__(daemon=True)
        self.writer = writer
        self.acknowledged: list[str] = []
        self.start()

    def run(self) -> None:
        for line in self.writer.stdout:
            if line.endswith("\n"):  # the last line of a killed writer may be torn
                self.acknowledged.extend(line.split())


@pytest.fixture
def durable_server():
    data_dir = Path(tempfile.mkdtemp(prefix="folkmoot-test-"))
    server = EmbeddedPostgres(data_dir)
    server.start()
    try:
        yield server
    finally:
        server.stop()
        shutil.rmtree(data_dir)


def whole_log(log: LogRecorder) -> list[str]:
    """Check that the log is whole (positions, meetings, tags, tree) and give the ids it holds."""
    stored = list(log.stream())
    assert [event.position for event in stored] == list(range(1, len(stored) + 1))
    assert len(stored) % 8 == 0, "a meeting was recorded in part"
    with log.connections.borrow() as connection:
        # A writer's last append may still land between the two readings: only what was read is compared.
        tagged = connection.execute(
            "SELECT position FROM log.tag WHERE position <= %s ORDER BY position", (len(stored),)
        ).fetchall()
    assert [position for (position,) in tagged] == [event.position for event in stored]
    assert log.root(len(stored)) == root_of([leaf_of(event) for event in stored])
    return [str(event.event_id) for event in stored]


def test_killing_a_writer_loses_nothing_it_was_told_is_recorded(database_url):
    acknowledged: list[str] = []
    for meetings in (1, 25, 8, 40):
        with writers(2, database_url, "meetings", "100000") as started:
            readers = [Reader(writer) for writer in started]
            go(started)
            eventually(lambda: len(readers[0].acknowledged) >= 8 * meetings)  # noqa: B023 - called within its turn
            for writer in started:
                os.kill(writer.pid, signal.SIGKILL)
            for reader in readers:
                reader.join()
                acknowledged += reader.acknowledged
    with LogRecorder(database_url) as log:
        stored = whole_log(log)
    assert set(acknowledged) <= set(stored)
    assert len(stored) == len(set(stored))


def test_killing_the_server_loses_nothing_it_acknowledged(durable_server):
    with psycopg.connect(durable_server.dsn(), autocommit=True) as connection:
        connection.execute("CREATE DATABASE killed")
    dsn = durable_server.dsn("killed")
    migrate(dsn)
    with (
        LogRecorder(dsn) as log,
        Follower(log) as follower,
        writers(2, dsn, "meetings", "100000") as started,
    ):
        readers = [Reader(writer) for writer in started]
        go(started)
        for meetings in (1, 60, 17):
            so_far = len(readers[0].acknowledged)
            eventually(lambda: len(readers[0].acknowledged) >= so_far + 8 * meetings)  # noqa: B023 - called within its turn
            os.kill(durable_server.pid, signal.SIGKILL)
            durable_server.start()
            assert durable_server.dsn("killed") == dsn
        so_far = len(readers[0].acknowledged)
        eventually(lambda: len(readers[0].acknowledged) > so_far)
        for writer in started:
            writer.kill()
        for reader in readers:
            reader.join()
        with psycopg.connect(dsn, autocommit=True) as connection:  # the server may yet commit what a writer sent last
            eventually(lambda: connection.execute(WRITING).fetchone() == (0,))
        stored = whole_log(log)
        assert set(readers[0].acknowledged) | set(readers[1].acknowledged) <= set(stored)
        eventually(lambda: len(follower.seen) == len(stored))
    assert follower.seen == list(range(1, len(stored) + 1))
