"""Row sets: the rows of one projection about one partition, made from its history, stored and read back."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from psycopg.sql import SQL, Identifier

from domain.events import name_of
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Recorded
from projections.declaration import Projection, ProjectionRow
from projections.engine.builds import Build, Connection, qualified
from projections.engine.columns import columns_of
from projections.engine.digest import KeyShared, encoded, encoded_values
from projections.engine.live_history import whole_history
from projections.engine.parking import ParkedFault
from projections.engine.row_differences import EncodedRows, RowDifference, difference_between, encode_rows
from projections.history.history import History
from projections.method.method import Method, method_sha256

BEGINS: Final = name_of(PartnershipFormed)
"""Row sets are kept of the partitions that hold this event: the partnerships."""

StoredRow = tuple[bytes, ProjectionRow | dict[str, Any]]
"""A row as read back: its key in the table, and the row, or plain values where no projection can have made it."""


class RowSetHeader(NamedTuple):
    """The origin of a row set, and its digest. `position` is that of the partition's own last event."""

    partition_id: UUID
    position: int
    as_of: date
    method_sha256: str
    rows: int
    digest: str


class RowSet(NamedTuple):
    """The rows of one projection about one partition; `encoded` holds them in order, by key, as digested.

    `made` is how they were encoded, which the next row set is encoded by difference from.
    """

    header: RowSetHeader
    rows: Sequence[ProjectionRow]
    encoded: Mapping[bytes, bytes]
    made: EncodedRows | None = None


Result = tuple[Projection, RowSet | ParkedFault]
Projected = tuple[Projection, Sequence[ProjectionRow] | ParkedFault]


def project_row_sets(
    records: Sequence[Recorded], as_of: date, method: Method, projections: Iterable[Projection]
) -> Iterator[Result]:
    """Project one partition's events, in order and at least one; a projection that fails yields its fault instead."""
    rows = project_rows(records[-1], lambda: whole_history(records, as_of), method, projections)
    return encoded_row_sets(records[-1], as_of, method_sha256(method), rows)


def project_rows(
    last: Recorded, read_history: Callable[[], History], method: Method, projections: Iterable[Projection]
) -> Iterator[Projected]:
    """Project a partition's history, up to its last event, into rows, or into the fault of a projection that fails."""
    past = None
    for projection in projections:
        try:
            if past is None:
                past = read_history()
            yield projection, tuple(projection.project(past, method))
        except MemoryError:  # nothing is wrong with the partition
            raise
        except Exception as error:  # noqa: BLE001 - whatever a projection cannot do parks it, and no other
            past = None  # what it left half worked out is not used again
            yield projection, ParkedFault(last.partition_id, last.position, last.name, type(error).__name__)


def encoded_row_sets(
    last: Recorded,
    as_of: date,
    by_method: str,
    projected: Iterable[Projected],
    before: Mapping[str, RowSet] | None = None,
) -> Iterator[Result]:
    """Put the rows of each projection under their header; `before` are earlier row sets of the same partition.

    `by_method` is the SHA-256 of the method. Rows that are the same objects as in those are not encoded again. Two rows
    of one key are a fault.
    """
    for projection, rows in projected:
        if isinstance(rows, ParkedFault):
            yield projection, rows
            continue
        earlier = (before or {}).get(projection.name)
        try:
            encoded_rows = encode_rows(projection, rows, earlier and earlier.made)
        except MemoryError:  # nothing is wrong with the partition
            raise
        except Exception as error:  # noqa: BLE001 - rows that cannot be encoded park their projection, and no other
            yield projection, ParkedFault(last.partition_id, last.position, last.name, type(error).__name__)
            continue
        header = RowSetHeader(last.partition_id, last.position, as_of, by_method, len(rows), encoded_rows.digest)
        yield projection, RowSet(header, rows, encoded_rows.encoded, encoded_rows)


def difference_from(row_set: RowSet, stored_rows: Mapping[bytes, bytes] | None) -> RowDifference:
    """The step to a row set from stored rows, given encoded; None for rows that are not as they were written."""
    encoded_rows = row_set.made
    if encoded_rows is not None and encoded_rows.before is stored_rows and stored_rows is not None:
        return encoded_rows.difference
    return difference_between(row_set.rows, row_set.encoded, stored_rows or {})


def read_rows(
    connection: Connection, build: Build, projection: Projection, partition_ids: Sequence[UUID]
) -> dict[UUID, list[StoredRow]]:
    """Read stored rows back, each with its key as stored, by partition."""
    columns = columns_of(projection)
    names = SQL(", ").join(map(Identifier, columns.names))
    rows: dict[UUID, list[StoredRow]] = {}
    with connection.cursor(binary=True) as cursor:
        cursor.execute(
            SQL("SELECT partition_id, row_key, {} FROM {} WHERE partition_id = ANY(%s)").format(
                names, qualified(build.table)
            ),
            (list(partition_ids),),
        )
        for partition_id, key, *values in cursor:
            rows.setdefault(partition_id, []).append((key, columns.row_of(values)))
    return rows


def read_encoded_rows(
    connection: Connection, build: Build, projection: Projection, partition_ids: Sequence[UUID]
) -> dict[UUID, dict[bytes, bytes] | None]:
    """Read stored rows back encoded, by partition; None where `encoded_as_stored` gives none."""
    names = SQL(", ").join(map(Identifier, projection.columns))
    stored: dict[UUID, tuple[list[bytes], list[list[Any]]]] = {}
    with connection.cursor(binary=True) as cursor:
        cursor.execute(
            SQL("SELECT partition_id, row_key, {} FROM {} WHERE partition_id = ANY(%s)").format(
                names, qualified(build.table)
            ),
            (list(partition_ids),),
        )
        for partition_id, key, *values in cursor:
            keys, rows = stored.setdefault(partition_id, ([], []))
            keys.append(key)
            rows.append(values)
    return {each: _encoded_rows(projection, keys, rows) for each, (keys, rows) in stored.items()}


def _encoded_rows(projection: Projection, keys: list[bytes], rows: list[list[Any]]) -> dict[bytes, bytes] | None:
    try:
        encoded_rows = encoded_values(projection, rows)
    except (KeyShared, msgspec.ValidationError):
        return None
    return encoded_rows if keys == [row_key(each) for each in encoded_rows] else None


def read_headers(
    connection: Connection, build: Build, partition_ids: Sequence[UUID] | None = None
) -> dict[UUID, RowSetHeader]:
    """Read the headers of some partitions' row sets, or of all."""
    statement = (
        "SELECT partition_id, position, as_of, method_sha256, rows, digest FROM projection.row_set WHERE build = %s "
        "AND (%s::uuid[] IS NULL OR partition_id = ANY(%s))"
    )
    ids = None if partition_ids is None else list(partition_ids)
    return {row[0]: RowSetHeader(*row) for row in connection.execute(statement, (build.build, ids, ids)).fetchall()}


def encoded_as_stored(projection: Projection, rows: Sequence[StoredRow]) -> dict[bytes, bytes] | None:
    """Encode rows read back; None when one cannot be read or stands under a key that is not its own."""
    readable = [row for _, row in rows if isinstance(row, ProjectionRow)]
    try:
        encoded_rows = encoded(projection, readable)
    except KeyShared:
        return None
    return encoded_rows if [key for key, _ in rows] == [row_key(each) for each in encoded_rows] else None


def row_key(key: bytes) -> bytes:
    """The short form of an encoded key, by which a row is found in its table (16 bytes)."""
    return hashlib.sha256(key).digest()[:16]
