"""Databases to measure in: durable as in use, of the bench's own, and gone afterwards unless they are to be kept."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

from psycopg.sql import SQL, Identifier

from domain.embedded_server import EmbeddedPostgres
from domain.log.sessions import connect
from scripts.support.database_schema import migrate


@contextmanager
def server(kept_in: Path | None = None) -> Iterator[EmbeddedPostgres]:
    """Run a PostgreSQL over a folder that is kept, or over one that is removed afterwards."""
    folder = kept_in or Path(mkdtemp(prefix="folkmoot-bench-"))
    try:
        with EmbeddedPostgres(folder) as postgres:
            yield postgres
    finally:
        if kept_in is None:
            shutil.rmtree(folder)


def database(postgres: EmbeddedPostgres, name: str) -> str:
    """The address of a migrated database of this name; one that was kept has lost its stored projections."""
    with connect(postgres.dsn(), application_name="folkmoot-bench", autocommit=True) as connection:
        is_kept = connection.execute("SELECT FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None
        if not is_kept:
            connection.execute(SQL("CREATE DATABASE {}").format(Identifier(name)))
    if is_kept:
        with connect(postgres.dsn(name), application_name="folkmoot-bench") as connection:
            connection.execute("DROP SCHEMA IF EXISTS projection CASCADE")
            connection.execute("DELETE FROM log.migration WHERE part = 'projections'")
    migrate(postgres.dsn(name))
    return postgres.dsn(name)


def drop(postgres: EmbeddedPostgres, name: str) -> None:
    """Remove a database and whoever is connected to it."""
    with connect(postgres.dsn(), application_name="folkmoot-bench", autocommit=True) as connection:
        connection.execute(SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(Identifier(name)))
