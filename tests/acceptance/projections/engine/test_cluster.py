"""Shards on a real cluster, each worker reading the log from a real replica, make what one process makes."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import pytest

from domain.embedded_server import EmbeddedPostgres
from domain.log.recorder import LogRecorder
from scripts.support.database_schema import migrate
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory
from tests.support.replica import reached, replica_of
from tests.support.seeded_logs import interleaved, stored
from tests.support.stored_stage import staged

DATABASE = "clustered"
PARTNERSHIPS = 6


@pytest.fixture
def folder():
    # Not pytest's own folder: a server's user cannot enter that of root.
    folder = Path(tempfile.mkdtemp(prefix="folkmoot-cluster-"))
    folder.chmod(0o711)
    try:
        yield folder
    finally:
        shutil.rmtree(folder)


def partnerships():
    stories = [
        PartnershipStory(f"partnership {number}", positions=range(number, 1000, PARTNERSHIPS)) for number in range(1, 7)
    ]
    for story in stories:
        story.formed("2025-01-01")
        story.joined(COUNCIL, "2025-01-01")
        story.joined(TENANTS, "2025-01-01")
        story.asked("an ask", "2025-02-01")
        story.promised("a promise", "2025-03-01")
    return interleaved(*stories)


@contextmanager
def cluster(folder, environment):
    """Run a scheduler and two workers, each a process of its own; gives the scheduler's address."""
    with ExitStack() as stack:

        def start(name, *words):
            log = stack.enter_context((folder / f"{name}.log").open("wb"))
            command = [sys.executable, "-m", f"distributed.cli.dask_{name.split('-')[0]}", *words]
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=folder)
            stack.callback(process.wait)
            stack.callback(process.terminate)

        where = folder / "scheduler.json"
        start("scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", str(where))
        for number in (1, 2):
            words = ("--scheduler-file", str(where), "--nthreads", "1", "--no-dashboard", "--no-nanny")
            start(f"worker-{number}", *words, "--local-directory", str(folder / f"worker-{number}"))
        with psycopg.connect(environment["DATABASE_URL"], autocommit=True) as connection:
            while not where.exists():
                connection.execute("SELECT pg_sleep(0.05)")
        yield json.loads(where.read_text())["address"]


def rebuilt(environment, *words):
    command = [sys.executable, "-m", "scripts.cli", "rebuild", "--json", *words]
    process = subprocess.run(command, env=environment, capture_output=True, timeout=240, check=False)
    assert process.returncode == 0, process.stderr.decode()
    return json.loads(process.stdout)


def sessions(server):
    with psycopg.connect(server.dsn(DATABASE), autocommit=True) as connection:
        row = connection.execute("SELECT sessions FROM pg_stat_database WHERE datname = %s", (DATABASE,)).fetchone()
        return row[0]


def test_two_workers_that_read_a_replica_make_the_same_digests(folder):
    with EmbeddedPostgres(folder / "primary", fsync=False) as primary:
        with psycopg.connect(primary.dsn(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        url = primary.dsn(DATABASE)
        migrate(url)
        records = partnerships()
        with LogRecorder(url) as log, staged(url, log) as stage, replica_of(primary, folder / "replica") as standby:
            log.append([stored(record) for record in records])
            reached(standby, DATABASE, len(records))
            environment = {
                **{name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")},
                "DATABASE_URL": url,
                "FOLKMOOT_READ_DATABASE_URL": standby.dsn(DATABASE),
            }
            here = rebuilt({**environment, "FOLKMOOT_READ_DATABASE_URL": ""}, "--workers", "1")
            made_here = stage.stored()
            before = sessions(standby)
            with cluster(folder, environment) as address:
                there = rebuilt(environment, "--cluster", address)
            assert stage.stored() == made_here
            assert there["run"]["events"] == here["run"]["events"] == len(records)
            assert there["drifts"] == []
            assert {each[0].partition_id for each in made_here.values()} == {each.partition_id for each in records}
            shards = there["run"]["shards"]
            assert sessions(standby) - before >= shards
            with stage.owner() as connection:
                assert connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)


def test_a_cluster_that_is_not_there_is_a_fault_of_the_configuration(database_url):
    environment = {**os.environ, "DATABASE_URL": database_url}
    command = [sys.executable, "-m", "scripts.cli", "rebuild", "--cluster", "tcp://127.0.0.1:9"]
    process = subprocess.run(command, env=environment, capture_output=True, timeout=120, check=False)
    assert process.returncode == 78, process.stderr.decode()
    assert b"no cluster answers" in process.stderr
