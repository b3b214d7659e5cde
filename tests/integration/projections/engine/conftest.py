"""Stored projections over a database of their own, and over a server of their own that may be killed or filled."""

import shutil
import tempfile
from pathlib import Path

import msgspec
import psycopg
import pytest

from domain.embedded_server import EmbeddedPostgres
from domain.log.recorder import LogRecorder
from projections import declaration
from projections.views import stored_projections
from scripts.support.database_schema import migrate
from tests.support.partnership_story import COUNCIL, TENANTS, PartnershipStory
from tests.support.stored_stage import BAD_DAY, BROKEN, record, staged


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


@pytest.fixture
def two(stage):
    """Two partnerships as told, recorded and built; each has promised lights."""
    both = PartnershipStory("one"), PartnershipStory("other")
    for story in both:
        story.formed("2025-01-01")
        for who in (COUNCIL, TENANTS):
            story.joined(who, "2025-01-01")
        story.promised("lights", "2025-02-01", due="2025-06-01")
        record(stage, story)
    stage.rebuild()
    return both


@pytest.fixture
def cannot_take_the_bad_day(monkeypatch):
    """Let one projection fail wherever something is due on a certain day."""
    asked = stored_projections()[BROKEN]

    def project(history, method):
        rows = asked.project(history, method)
        if any(row.due_on == BAD_DAY for row in rows):
            raise ZeroDivisionError("words that someone wrote")
        return rows

    monkeypatch.setitem(declaration.DECLARED, BROKEN, msgspec.structs.replace(asked, project=project))
