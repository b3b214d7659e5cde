"""Stored projections over a database of their own, or over a server of their own that may be killed or filled."""

import shutil
import tempfile
from pathlib import Path

import psycopg
import pytest

from domain.embedded_server import EmbeddedPostgres
from scripts.support.database_schema import migrate
from tests.support.stored_stage import stage

__all__ = ["stage"]


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
