"""The tables of the library that keeps the queue of work, as one part of the schema: applied as it ships them.

The library ships its schema whole, for a new database, and as numbered migrations, for one that has an older. A
database remembers the migrations like schema files of our own; one made from the whole schema has had them all. The
library says itself of each whether it comes before or after code that needs it.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import psycopg
from procrastinate.schema import SchemaManager

from api.queue.put_task import QUEUE_PATH

LIBRARY: Final = "procrastinate"
_NAME: Final = re.compile(r"(\d\d)\.(\d\d)\.(\d\d)_(\d\d)_(\w+)\.sql", re.ASCII)
_IS_THERE: Final = "SELECT to_regclass('work.procrastinate_jobs') IS NOT NULL"


def library_migrations() -> Iterator[tuple[int, str, bytes]]:
    """The migrations that this version of the library has, in order: 03.04.00_50 is number 3040050, then its name."""
    for file in sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql")):
        if match := _NAME.fullmatch(file.name):
            *digits, name = match.groups()
            yield int("".join(digits)), name, file.read_bytes()


def has_library(connection: psycopg.Connection) -> bool:
    """True where the library's tables are in the database, of any version."""
    (is_there,) = connection.execute(_IS_THERE).fetchone() or (False,)
    return bool(is_there)


def apply_library(connection: psycopg.Connection, migrations: Sequence[bytes]) -> None:
    """Make the library's tables, or apply some of its migrations to them, within the caller's transaction."""
    (path,) = connection.execute("SELECT current_setting('search_path')").fetchone() or ("",)
    statements = migrations if has_library(connection) else [SchemaManager.get_schema().encode()]
    connection.execute("SELECT set_config('search_path', %s, true)", (QUEUE_PATH,))
    for sql in statements:
        connection.execute(sql)
    connection.execute("SELECT set_config('search_path', %s, true)", (path,))
