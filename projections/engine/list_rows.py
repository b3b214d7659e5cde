"""Rows of a stored projection across partitions, listed a page at a time, out of one whole build.

Registry, headers and rows are read in one snapshot, so a page never mixes two builds or two positions.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
import psycopg
from msgspec import Struct
from psycopg.sql import SQL, Composable, Composed, Identifier

from domain.errors import FolkmootError
from projections.declaration import Projection, ProjectionRow
from projections.engine.builds import Build, Connection, builds, qualified
from projections.engine.columns import columns_of
from projections.engine.row_sets import RowSetHeader, read_headers
from projections.engine.runs import parked

_TRIES: Final = 3
_CAUSES: Final = "causes"
_LOG: Final = """
    SELECT (SELECT log_id FROM log.header), (SELECT coalesce(max(position), 0) FROM log.event)
"""
_CHANGED: Final = """
    SELECT partition_id FROM projection.row_set WHERE build = %s AND position > %s
        AND (%s::uuid[] IS NULL OR partition_id = ANY(%s)) ORDER BY partition_id
"""


class NotBuilt(FolkmootError, LookupError):
    """There is no build that can be read; the message says which command makes one."""


class NotReached(FolkmootError):
    """The live build does not hold a position yet; `position` is the one it has reached."""

    def __init__(self, position: int) -> None:
        super().__init__(f"it has reached position {position}")
        self.position = position


class RowPlace(NamedTuple):
    """The place of a row in the order of a list, which no rebuild changes."""

    partition_id: UUID
    row_key: bytes


class RowQuery(Struct, frozen=True, kw_only=True):
    """A query for rows: of these partitions (None: of all), with these values, after a place, so many.

    A column that holds a list has a value when the list holds it. `since` and `until` bound columns of days, both days
    included; a row without a day is in no range. `at_least` is a position that must be in them. There are
    none of partitions without an event after `changed_after`. `without_causes` leaves out what is longest in most rows.
    """

    partition_ids: tuple[UUID, ...] | None = None
    values: Mapping[str, object] = {}
    since: Mapping[str, date] = {}
    until: Mapping[str, date] = {}
    after: RowPlace | None = None
    limit: int
    at_least: int = 0
    changed_after: int | None = None
    without_causes: bool = False


class RowPage(Struct, frozen=True, kw_only=True):
    """A page of rows with their places, the headers of their partitions, and the stale ones among those wanted.

    `changed` is on the first page of what changed alone: all that did, those of which no row is left among them.
    """

    build: Build
    headers: Mapping[UUID, RowSetHeader]
    changed: tuple[UUID, ...] = ()
    stale: tuple[UUID, ...]
    rows: Sequence[tuple[RowPlace, ProjectionRow]]


def list_rows(connection: Connection, projection: Projection, query: RowQuery) -> RowPage:
    """Read a page of the live build. Raises NotBuilt and NotReached."""
    for _ in range(_TRIES):
        try:
            with one_snapshot(connection):
                build = readable_build(connection, projection)
                if build.position < query.at_least:
                    raise NotReached(build.position)
                rows = _page(connection, build, projection, query)
                changed = _changed(connection, build, query)
                shown_partnerships = dict.fromkeys([*changed, *(place.partition_id for place, _ in rows)])
                return RowPage(
                    build=build,
                    headers=read_headers(connection, build, list(shown_partnerships)),
                    changed=changed,
                    stale=_stale(connection, build, query.partition_ids),
                    rows=rows,
                )
        except msgspec.ValidationError:
            raise NotBuilt(f"{projection.name} holds a row that no projection made: run folkmoot rebuild") from None
        except psycopg.errors.UndefinedTable:
            continue  # dropped between the registry and the table: another is live by now
    raise NotBuilt(f"the tables of {projection.name} come and go: run folkmoot status to see why")


@contextmanager
def one_snapshot(connection: Connection) -> Iterator[None]:
    """A transaction that reads one state of registry, headers and rows."""
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def readable_build(connection: Connection, projection: Projection) -> Build:
    """The live build of a projection, when it is of this release's version and of this log. Raises NotBuilt."""
    build = builds(connection, "live").get(projection.name)
    if build is None:
        raise NotBuilt(f"{projection.name} was never built here: run folkmoot rebuild")
    if build.version != projection.version:
        raise NotBuilt(f"{projection.name} was built by another release: run folkmoot rebuild --stale")
    log_id, head = connection.execute(_LOG).fetchone() or (None, 0)
    if build.log_id != log_id or build.position > head:
        raise NotBuilt(f"{projection.name} was built from another log: run folkmoot rebuild --all")
    return build


def _page(
    connection: Connection, build: Build, projection: Projection, query: RowQuery
) -> list[tuple[RowPlace, ProjectionRow]]:
    columns = columns_of(projection)
    kinds = dict(zip(columns.names, columns.types, strict=True))
    conditions, parameters = list[Composable]([SQL("true")]), list[Any]()
    if query.partition_ids is not None:
        conditions.append(SQL("partition_id = ANY(%s)"))
        parameters.append(list(query.partition_ids))
    if query.changed_after is not None:
        conditions.append(
            SQL("partition_id IN (SELECT partition_id FROM projection.row_set WHERE build = %s AND position > %s)")
        )
        parameters += [build.build, query.changed_after]
    if query.after is not None:
        conditions.append(SQL("(partition_id, row_key) > (%s, %s)"))
        parameters += query.after
    if projection.row.unlisted:
        conditions.append(SQL("NOT {}").format(Identifier(projection.row.unlisted)))
    filters: list[Composable] = [*conditions, *(_holds(name, kinds[name]) for name in query.values)]
    filters += [SQL("{} >= %s").format(Identifier(name)) for name in query.since]
    filters += [SQL("{} <= %s").format(Identifier(name)) for name in query.until]
    parameters += [*query.values.values(), *query.since.values(), *query.until.values()]
    left_out: dict[str, Any] = {_CAUSES: ()} if query.without_causes and _CAUSES in columns.names else {}
    names = [name for name in columns.names if name not in left_out]
    statement = SQL("SELECT partition_id, row_key, {} FROM {} WHERE {} ORDER BY partition_id, row_key LIMIT %s").format(
        SQL(", ").join(map(Identifier, names)), qualified(build.table), SQL(" AND ").join(filters)
    )
    with connection.cursor(binary=True) as cursor:
        cursor.execute(statement, [*parameters, query.limit])
        return [
            (
                RowPlace(partition_id, key),
                msgspec.convert(dict(zip(names, values, strict=True)) | left_out, projection.row),
            )
            for partition_id, key, *values in cursor
        ]


def _changed(connection: Connection, build: Build, query: RowQuery) -> tuple[UUID, ...]:
    if query.changed_after is None or query.after is not None:
        return ()
    ids = None if query.partition_ids is None else list(query.partition_ids)
    rows = connection.execute(_CHANGED, (build.build, query.changed_after, ids, ids)).fetchall()
    return tuple(partition_id for (partition_id,) in rows)


def _holds(column: str, kind: str) -> Composed:
    test = "%s = ANY({})" if kind.endswith("[]") else "{} = %s"
    return SQL(test).format(Identifier(column))


def _stale(connection: Connection, build: Build, partition_ids: Sequence[UUID] | None) -> tuple[UUID, ...]:
    stale = (each.partition_id for each in parked(connection, [build]))
    return tuple(each for each in stale if each is not None and (partition_ids is None or each in partition_ids))
