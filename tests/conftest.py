"""A real PostgreSQL for every run, a migrated template in it, and a fresh clone of that for every test."""

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from hypothesis import settings
from psycopg import sql

from domain.embedded_server import EmbeddedPostgres

_TEMPLATE = "migrated"
_ROOM_BYTES = 4 * 2**30

settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "desk")


_SET_OTHERWISE = {
    "datestyle": "SQL, DMY",
    "standard_conforming_strings": "off",
    "timezone": "America/New_York",
    "bytea_output": "escape",
    "lc_numeric": "de_DE.utf8",  # where the machine has it
}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--otherwise", action="store_true", help="on databases that are set otherwise than is relied on")
    parser.addoption("--longer", type=int, default=1, help="try what chance decides so many times as often")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what would be the same on databases that are set otherwise: tests that use none of them."""
    if config.getoption("--otherwise"):
        same = [item for item in items if "server" not in getattr(item, "fixturenames", ())]
        config.hook.pytest_deselected(items=same)
        items[:] = [item for item in items if "server" in getattr(item, "fixturenames", ())]


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no cycles while thousands of tests are collected, and leave those out of each later search."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture
def rounds(request: pytest.FixtureRequest) -> Callable[[int], int]:
    """How often a slow test tries what chance decides: as often as it says, and a fifth of that the second time."""
    longer = request.config.getoption("--longer")
    if request.config.getoption("--otherwise"):
        return lambda usual: max(3, usual // 5) * longer
    return lambda usual: usual * longer


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[EmbeddedPostgres]:
    # Not pytest's own folder: a server's user cannot enter that of root.
    data_dir = Path(tempfile.mkdtemp(prefix="folkmoot-test-", dir=_memory()))
    try:
        with EmbeddedPostgres(data_dir, fsync=False) as postgres:
            if request.config.getoption("--otherwise"):
                _set_otherwise(postgres.dsn())
            yield postgres
    finally:
        shutil.rmtree(data_dir)


def _memory() -> Path | None:
    """The folder of files that are kept in memory, where there is one with room: clones are made there in no time."""
    folder = Path("/dev/shm")  # noqa: S108 - a folder of a name nobody can guess is made in it
    roomy = folder.is_dir() and os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > _ROOM_BYTES
    return folder if roomy else None


def _set_otherwise(dsn: str) -> None:
    """Set every database otherwise: those that tests make inherit nothing that is set on their template."""
    with psycopg.connect(dsn, autocommit=True) as connection:
        for name, value in _SET_OTHERWISE.items():
            with suppress(psycopg.errors.InvalidParameterValue):
                connection.execute(sql.SQL("ALTER ROLE ALL SET {} = {}").format(sql.Identifier(name), value))


@pytest.fixture(scope="session")
def template(server: EmbeddedPostgres) -> str:
    from scripts.support.database_schema import migrate  # noqa: PLC0415 - tests without a database do without it

    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_TEMPLATE)))
    migrate(server.dsn(_TEMPLATE))
    return _TEMPLATE


@pytest.fixture(scope="session")
def seeded_template(server: EmbeddedPostgres, template: str) -> Callable[[Callable[[str], None]], str]:
    """Seed a database once; it is the template of those of all tests that begin with this history."""

    def seeded(seed: Callable[[str], None]) -> str:
        name = f"seeded_{uuid4().hex}"
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            _clone(connection, name, template)
        seed(server.dsn(name))
        return name

    return seeded


@pytest.fixture
def database_template(template: str) -> str:
    """The database that a test's own is a copy of; tests that begin with a history have another."""
    return template


@pytest.fixture(scope="session")
def copied(server: EmbeddedPostgres) -> Callable[[str], AbstractContextManager[str]]:
    """Copy a database of a name, for as long as a block runs."""

    @contextmanager
    def copy(template: str) -> Iterator[str]:
        name = f"test_{uuid4().hex}"
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            _clone(connection, name, template)
            try:
                yield server.dsn(name)
            finally:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))

    return copy


@pytest.fixture
def database_url(copied: Callable[[str], AbstractContextManager[str]], database_template: str) -> Iterator[str]:
    with copied(database_template) as url:
        yield url


def _clone(connection: psycopg.Connection, name: str, template: str) -> None:
    clone = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
    connection.execute(clone.format(sql.Identifier(name), sql.Identifier(template)))


@pytest.fixture(scope="session")
def datasets() -> Path:
    folder = Path(__file__).resolve().parents[2] / "shared" / "datasets"
    if not folder.is_dir():
        pytest.skip("the real data is not beside the checkout, in ../shared/datasets")
    return folder
