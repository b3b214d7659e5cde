"""The tables of the library that keeps the queue of work, as one part of the schema: applied as it ships them.

The library ships its schema whole, for a new database, and as numbered migrations, for one that has an older. A
database remembers the migrations like schema files of our own; one made from the whole schema has had them all.
"""

import re
from collections.abc import Collection
from pathlib import Path
from typing import Final

import psycopg
from procrastinate.schema import SchemaManager

from api.queue.put_task import QUEUE_PATH

LIBRARY: Final = "procrastinate"
_NAME: Final = re.compile(r"(\d\d)\.(\d\d)\.(\d\d)_(\d\d)_\w+\.sql", re.ASCII)


def library_migrations() -> dict[tuple[str, int], bytes]:
    """The migrations that this version of the library has, in order; 03.04.00_50 is number 3040050."""
    files = sorted(Path(SchemaManager.get_migrations_path()).glob("*.sql"))
    return {(LIBRARY, int("".join(match.groups()))): file.read_bytes() for file in files if (match := _number(file))}


def apply_library(connection: psycopg.Connection, applied: Collection[tuple[str, int]]) -> dict[tuple[str, int], bytes]:
    """Bring the library's tables to its present version, within the caller's transaction; returns what is new."""
    pending = {key: sql for key, sql in library_migrations().items() if key not in applied}
    is_new = not any(part == LIBRARY for part, _ in applied)
    (path,) = connection.execute("SELECT current_setting('search_path')").fetchone() or ("",)
    connection.execute("SELECT set_config('search_path', %s, true)", (QUEUE_PATH,))
    for sql in [SchemaManager.get_schema().encode()] if is_new else pending.values():
        connection.execute(sql)
    connection.execute("SELECT set_config('search_path', %s, true)", (path,))
    return pending


def _number(file: Path) -> re.Match[str] | None:
    return _NAME.fullmatch(file.name)
