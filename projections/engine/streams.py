"""What goes to a table and what the table gives back, compared as bytes: no row has to be decoded to be proven.

Rows go and come in one order, of partition and key, in the binary form of COPY, which is the same both ways. Equal
hashes prove equal rows; unequal ones prove nothing yet, and whoever finds them looks row by row.
"""

import hashlib
from collections.abc import Iterable, Sequence
from operator import itemgetter
from typing import Any, Final
from uuid import UUID

from psycopg import Cursor
from psycopg.abc import Buffer
from psycopg.copy import LibpqWriter
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from projections.declaration import Projection
from projections.engine.builds import Build, Connection, qualified
from projections.engine.columns import columns_of
from projections.engine.row_sets import RowSet, row_key

_HEADER: Final = ("build", "partition_id", "position", "as_of", "method_sha256", "rows", "digest")
_HEADER_TYPES: Final = ("int4", "uuid", "int8", "date", "text", "int4", "text")


def send_row_sets(connection: Connection, build: Build, asked: Projection, made: Sequence[RowSet]) -> bytes:
    """Write whole row sets and their headers, within the open transaction, where none of them is stored yet.

    They are given in order of their partitions. Gives the SHA-256 over what went, rows and headers.
    """
    columns, went = columns_of(asked), hashlib.sha256()
    with connection.cursor() as cursor:
        with cursor.copy(_into(qualified(build.table), _names(asked)), writer=_HashingWriter(cursor, went)) as copy:
            copy.set_types(["uuid", "bytea", *columns.copy_types])
            for each in made:
                keyed = zip(map(row_key, each.encoded), each.rows, strict=True)
                for key, row in sorted(keyed, key=itemgetter(0)):
                    copy.write_row((each.header.partition_id, key, *columns.values(row)))
        with cursor.copy(_into(_HEADERS, _HEADER), writer=_HashingWriter(cursor, went)) as copy:
            copy.set_types(_HEADER_TYPES)
            for each in made:
                copy.write_row((build.build, *each.header))
    return went.digest()


def hash_stored(
    connection: Connection,
    build: Build,
    asked: Projection,
    partition_ids: Sequence[UUID],
    *,
    named: Build | None = None,
) -> tuple[bytes, int]:
    """Read back what is stored of some partitions; gives the SHA-256 as `send_row_sets` does, and the number of rows.

    `named`: another build, under whose number the headers are read, to compare with what was sent to that one.
    """
    came = hashlib.sha256()
    some = SQL("partition_id = ANY({})").format(Literal(list(partition_ids)))
    of_build = SQL("build = {} AND {}").format(Literal(build.build), some)
    rows = _take(
        connection, _out_of(qualified(build.table), map(Identifier, _names(asked)), some, "partition_id, row_key"), came
    )
    shown = (Literal((named or build).build), *map(Identifier, _HEADER[1:]))
    _take(connection, _out_of(_HEADERS, shown, of_build, "partition_id"), came)
    return came.digest(), rows


class _HashingWriter(LibpqWriter):
    """Sends what is copied to the server, and takes it into a hash on the way."""

    def __init__(self, cursor: Cursor[Any], went: "hashlib._Hash") -> None:
        super().__init__(cursor)
        self._went = went

    def write(self, data: Buffer) -> None:
        self._went.update(data)
        super().write(data)


def _take(connection: Connection, statement: Composed, came: "hashlib._Hash") -> int:
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for data in copy:
                came.update(data)
        return cursor.rowcount


_HEADERS: Final = Identifier("projection", "row_set")


def _names(asked: Projection) -> tuple[str, ...]:
    return ("partition_id", "row_key", *asked.columns)


def _into(table: Identifier, names: Sequence[str]) -> Composed:
    return SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(table, SQL(", ").join(map(Identifier, names)))


def _out_of(table: Identifier, shown: Iterable[Composable], which: Composed, order: str) -> Composed:
    return SQL("COPY (SELECT {} FROM {} WHERE {} ORDER BY {}) TO STDOUT (FORMAT binary)").format(
        SQL(", ").join(shown), table, which, SQL(order)
    )
