"""Writes of what differs between stored row sets and new ones, in few statements.

A few rows of a table go in statements that can be sent together with those of others; many rows are copied.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from psycopg.sql import SQL, Identifier, Placeholder

from projections.declaration import Projection
from projections.engine.builds import Build, Connection, qualified
from projections.engine.columns import columns_of
from projections.engine.row_differences import RowDifference
from projections.engine.row_sets import RowSetHeader, row_key

_FEW: Final = 50  # so many rows of one row set, or fewer, are sent with those of others
_KEPT_STATEMENTS: Final = 256
_BINARY: Final = Placeholder(format="b")
_UPSERT_HEADERS: Final = """
    INSERT INTO projection.row_set (build, partition_id, position, as_of, method_sha256, rows, digest)
    SELECT build, %s, %s, %s, %s, rows, digest
    FROM unnest(%s::integer[], %s::integer[], %s::text[]) AS header (build, rows, digest)
    ON CONFLICT (build, partition_id) DO UPDATE SET position = excluded.position, as_of = excluded.as_of,
        method_sha256 = excluded.method_sha256, rows = excluded.rows, digest = excluded.digest
"""


class RowStep(NamedTuple):
    """The step of one build from the rows that it has of a partition to those that there are now."""

    build: Build
    projection: Projection
    difference: RowDifference

    @property
    def is_copied(self) -> bool:
        """Its rows are too many to be sent with those of others."""
        return len(self.difference.written) > _FEW


def write_headers(connection: Connection, headers: Sequence[tuple[Build, RowSetHeader]]) -> None:
    """Write the headers of one partition's row sets, made from the same events by the same method."""
    if not headers:
        return
    _, first = headers[0]
    columns = zip(*((build.build, header.rows, header.digest) for build, header in headers), strict=True)
    connection.execute(_UPSERT_HEADERS, (*first[:4], *map(list, columns)))


def clear_rows(connection: Connection, build: Build, partition_id: UUID) -> None:
    """Remove all stored rows of a partition."""
    connection.execute(SQL("DELETE FROM {} WHERE partition_id = %s").format(qualified(build.table)), (partition_id,))


def write_step(connection: Connection, partition_id: UUID, step: RowStep) -> None:
    """Bring stored rows from what they were to what they are now."""
    build, projection, difference = step
    if step.is_copied:
        copy_difference(connection, build, projection, partition_id, difference)
        return
    if difference.removed:
        _remove(connection, build, partition_id, difference.removed)
    if difference.written:
        columns = columns_of(projection)
        with connection.cursor() as cursor:
            cursor.executemany(
                _upsert(build.table, columns.names),
                [(partition_id, row_key(key), *columns.parameters(row)) for key, row in difference.written.items()],
            )


def copy_difference(
    connection: Connection, build: Build, projection: Projection, partition_id: UUID, difference: RowDifference
) -> None:
    """Bring stored rows to what they are now by copying, which takes values of their columns' own types only."""
    if difference.rows:
        _remove(connection, build, partition_id, [*difference.removed, *difference.written])
    if not difference.written:
        return
    columns = columns_of(projection)
    names = SQL(", ").join(map(Identifier, columns.names))
    statement = SQL("COPY {} (partition_id, row_key, {}) FROM STDIN (FORMAT binary)").format(
        qualified(build.table), names
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.set_types(["uuid", "bytea", *columns.copy_types])
        for key, row in difference.written.items():
            copy.write_row((partition_id, row_key(key), *columns.values(row)))


def _remove(connection: Connection, build: Build, partition_id: UUID, keys: Sequence[bytes]) -> None:
    connection.execute(_removal(build.table), (partition_id, list(map(row_key, keys))))


@lru_cache(_KEPT_STATEMENTS)
def _removal(table: str) -> bytes:
    return (
        SQL("DELETE FROM {} WHERE partition_id = {} AND row_key = ANY({})")
        .format(qualified(table), _BINARY, _BINARY)
        .as_bytes()
    )


@lru_cache(_KEPT_STATEMENTS)
def _upsert(table: str, names: tuple[str, ...]) -> bytes:
    """Insert a row, or put it in the place of the one that stands under its key."""
    columns = [Identifier(name) for name in names]
    return (
        SQL(
            "INSERT INTO {} (partition_id, row_key, {}) VALUES ({}) "
            "ON CONFLICT (partition_id, row_key) DO UPDATE SET {}"
        )
        .format(
            qualified(table),
            SQL(", ").join(columns),
            SQL(", ").join([_BINARY] * (len(names) + 2)),
            SQL(", ").join(SQL("{0} = excluded.{0}").format(column) for column in columns),
        )
        .as_bytes()
    )
