"""Stored projections over a database of their own, and over a server of their own that may be killed or filled."""

import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest

from domain.log.embedded import EmbeddedPostgres
from domain.log.recorder import LogRecorder
from scripts.migrate import migrate
from tests.projections.engine.stored import staged


@pytest.fixture
def stage(database_url):
    with LogRecorder(database_url, pool_size=4) as log, staged(database_url, log) as stage:
        yield stage


@pytest.fixture
def own_server():
    # Not pytest's own folder: a server's user cannot enter that of root.
    data_dir = Path(tempfile.mkdtemp(prefix="folkmoot-test-"))
    server = EmbeddedPostgres(data_dir, fsync=False)
    server.start()
    try:
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute("CREATE DATABASE own")
        migrate(server.dsn("own"))
        yield server
    finally:
        server.stop()
        shutil.rmtree(data_dir)
