"""The needs of the pages as they state them: the demonstration's first boards on record, for some a server of them."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date

import psycopg
import pytest

from api.access.keys import Scope, create_key
from api.runtime.services import connected
from api.runtime.settings import read_settings
from domain.log.recorder import begin_seeding
from scripts.demonstration.county import plan_county
from scripts.demonstration.play import play
from scripts.demonstration.seeding import SEED
from scripts.support.database_schema import migrate
from scripts.support.http_server import serving
from scripts.support.services import wrapping_keys

WRAPPING_KEY = base64.b64encode(b"k" * 32).decode()
PLACES = 4
BEGINS, ENDS = date(2025, 9, 1), date(2026, 10, 31)


@pytest.fixture
def bare(server) -> Iterator[str]:
    """A database of somebody's own, with nothing in it."""
    with _database(server, "bare") as dsn:
        yield dsn


@pytest.fixture(scope="session")
def county(server, tmp_path_factory) -> Iterator[dict[str, str]]:
    """The settings of a Folkmoot that holds the first boards of the demonstration."""
    with _database(server, "county") as dsn:
        migrate(dsn)
        begin_seeding(dsn)
        data = tmp_path_factory.mktemp("county")
        settings = {"DATABASE_URL": dsn, "FOLKMOOT_WRAPPING_KEY": WRAPPING_KEY, "FOLKMOOT_DATA_DIR": str(data)}
        plan = plan_county(SEED, places=PLACES, begins=BEGINS, ends=ENDS)
        with connected(dsn, wrapping_keys(read_settings(settings)), threads=2) as services:
            play(plan, services.handler)
        yield settings


@pytest.fixture
def served(county) -> Iterator[dict[str, str]]:
    """Where that Folkmoot answers, and a key for it."""
    dsn = county["DATABASE_URL"]
    with (
        connected(dsn, wrapping_keys(read_settings(county)), threads=2) as services,
        serving(services) as base,
        psycopg.connect(dsn) as connection,
    ):
        key = create_key(connection, name="for the pages", scope=Scope.READ, vault=services.vault)
        connection.commit()
        yield {"URL": base, "KEY": key}


@contextmanager
def _database(server, name) -> Iterator[str]:
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield server.dsn(name)
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
