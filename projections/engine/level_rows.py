"""Stored rows of one partition that are level with it: the very rows that a replay would make, without its work.

A row set is level where it was made of the partition's events up to the same one, as of the same day, by the same
method, and by this release alone. What is read back is proven by its digest.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

import psycopg
import structlog

from projections.declaration import Projection, ProjectionRow
from projections.engine.builds import Connection
from projections.engine.digest import digest
from projections.engine.list_rows import NotBuilt, NotReached, one_snapshot, readable_build
from projections.engine.row_sets import read_rows
from projections.engine.runs import release

_DIGEST: Final = """
    SELECT s.digest FROM projection.row_set s JOIN projection.build b USING (build)
    WHERE (s.build, s.partition_id, s.position, s.as_of, s.method_sha256, b.release) = (%s, %s, %s, %s, %s, %s)
      AND NOT EXISTS (
        SELECT FROM projection.parked p WHERE (p.build, p.partition_id) = (s.build, s.partition_id)
      )
"""
_logger = structlog.get_logger(__name__)


class RowsWanted(NamedTuple):
    """The rows of one partition up to its event at a position, as of a day, by the method with a SHA-256."""

    partition_id: UUID
    position: int
    as_of: date
    method_sha256: str


class LevelRows(NamedTuple):
    """The rows of a level row set, in no order, and their digest."""

    rows: Sequence[ProjectionRow]
    digest: str


def level_rows(connection: Connection, projection: Projection, place: RowsWanted) -> LevelRows | None:
    """Read the rows that are stored of a partition; None where they are not level, or not as they were written.

    Raises NotReached while the build has not come to the position yet.
    """
    try:
        with one_snapshot(connection):
            stored = _stored(connection, projection, place)
    except (NotBuilt, psycopg.errors.UndefinedTable):  # none, or dropped between the registry and the table
        return None
    except psycopg.DataError as error:  # a value beyond those of Python
        if error.sqlstate is not None:
            raise
        stored = LevelRows((), "unreadable")
    if stored is not None and digest(projection, stored.rows) != stored.digest:
        _logger.error("rows were changed by another hand", projection=projection.name, partition=str(place[0]))
        return None
    return stored


def _stored(connection: Connection, projection: Projection, place: RowsWanted) -> LevelRows | None:
    build = readable_build(connection, projection)
    header = connection.execute(_DIGEST, (build.build, *place, release())).fetchone()
    if header is None:
        if build.position < place.position:
            raise NotReached(build.position)
        return None
    read = read_rows(connection, build, projection, [place.partition_id]).get(place.partition_id, ())
    return LevelRows([row for _, row in read if isinstance(row, ProjectionRow)], header[0])
