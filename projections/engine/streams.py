"""Row sets copied to a table and back, hashed on the way as bytes: no row has to be decoded to be proven.

Both copies are in order of partition and key, in the binary form of COPY, which is the same both ways. Equal hashes
prove equal rows; unequal ones prove nothing yet, and the rows are then compared one by one.
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


def send_row_sets(connection: Connection, build: Build, projection: Projection, row_sets: Sequence[RowSet]) -> bytes:
    """Write whole row sets and their headers, within the open transaction, where none of them is stored yet.

    They are given in order of their partitions. Returns the SHA-256 over the rows and headers sent.
    """
    columns, sent_hash = columns_of(projection), hashlib.sha256()
    with connection.cursor() as cursor:
        with cursor.copy(
            _into(qualified(build.table), _names(projection)), writer=_HashingWriter(cursor, sent_hash)
        ) as copy:
            copy.set_types(["uuid", "bytea", *columns.copy_types])
            for row_set in row_sets:
                keyed = zip(map(row_key, row_set.encoded), row_set.rows, strict=True)
                for key, row in sorted(keyed, key=itemgetter(0)):
                    copy.write_row((row_set.header.partition_id, key, *columns.values(row)))
        with cursor.copy(_into(_HEADERS, _HEADER), writer=_HashingWriter(cursor, sent_hash)) as copy:
            copy.set_types(_HEADER_TYPES)
            for row_set in row_sets:
                copy.write_row((build.build, *row_set.header))
    return sent_hash.digest()


def hash_stored(
    connection: Connection,
    build: Build,
    projection: Projection,
    partition_ids: Sequence[UUID],
    *,
    as_build: Build | None = None,
) -> tuple[bytes, int]:
    """The SHA-256, as `send_row_sets` makes it, over what is stored of some partitions, and the number of rows.

    `as_build`: another build, under whose number the headers are read, to compare with what was sent to that one.
    """
    read_hash = hashlib.sha256()
    of_partitions = SQL("partition_id = ANY({})").format(Literal(list(partition_ids)))
    of_build = SQL("build = {} AND {}").format(Literal(build.build), of_partitions)
    rows = _hash_copy(
        connection,
        _out_of(qualified(build.table), map(Identifier, _names(projection)), of_partitions, "partition_id, row_key"),
        read_hash,
    )
    selected = (Literal((as_build or build).build), *map(Identifier, _HEADER[1:]))
    _hash_copy(connection, _out_of(_HEADERS, selected, of_build, "partition_id"), read_hash)
    return read_hash.digest(), rows


class _HashingWriter(LibpqWriter):
    """A writer of COPY that hashes what it sends."""

    def __init__(self, cursor: Cursor[Any], sent_hash: "hashlib._Hash") -> None:
        super().__init__(cursor)
        self._hash = sent_hash

    def write(self, data: Buffer) -> None:
        self._hash.update(data)
        super().write(data)


def _hash_copy(connection: Connection, statement: Composed, read_hash: "hashlib._Hash") -> int:
    with connection.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for data in copy:
                read_hash.update(data)
        return cursor.rowcount


_HEADERS: Final = Identifier("projection", "row_set")


def _names(projection: Projection) -> tuple[str, ...]:
    return ("partition_id", "row_key", *projection.columns)


def _into(table: Identifier, names: Sequence[str]) -> Composed:
    return SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(table, SQL(", ").join(map(Identifier, names)))


def _out_of(table: Identifier, selected: Iterable[Composable], condition: Composed, order: str) -> Composed:
    return SQL("COPY (SELECT {} FROM {} WHERE {} ORDER BY {}) TO STDOUT (FORMAT binary)").format(
        SQL(", ").join(selected), table, condition, SQL(order)
    )
