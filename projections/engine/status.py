"""The state of the stored projections for people on duty: what is live, how far it has followed, what is parked."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from projections.engine.builds import LEADING, Build, Connection, builds
from projections.engine.runs import Finding, parked
from projections.views import stored_projections

_SIZES: Final = """
    SELECT h.build, count(*), coalesce(sum(h.rows), 0)::bigint FROM projection.row_set h
    WHERE h.build = ANY(%s) AND (%s::uuid[] IS NULL OR h.partition_id = ANY(%s)) GROUP BY h.build
"""
_NEXT: Final = """
    SELECT (SELECT max(position) FROM log.event), clock_timestamp(),
           (SELECT array_agg(e.recorded_at ORDER BY p.ordinal)
            FROM unnest(%s::bigint[]) WITH ORDINALITY AS p(position, ordinal)
            LEFT JOIN log.event e ON e.position = p.position + 1)
"""


_IS_LED: Final = """
    SELECT EXISTS (
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted AND (classid, objid, objsubid) = (0, %s, 1)
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    )
"""


class ProjectionStatus(Struct, frozen=True, kw_only=True):
    """One stored projection: its live build, if any, and how far that lags behind the log's head.

    `is_followed` says whether this release keeps it level; if not, a rebuild is needed.
    """

    projection: str
    version: int
    build: int | None
    built_version: int | None
    log_id: UUID | None
    is_followed: bool
    position: int
    as_of: date | None
    lag_events: int
    lag_seconds: float
    partitions: int
    rows: int
    parked: tuple[Finding, ...]


def projection_statuses(
    connection: Connection, *, is_counted: bool = True, within: Sequence[UUID] | None = None
) -> tuple[ProjectionStatus, ...]:
    """The state of each stored projection, in one snapshot; without counting, partitions and rows stay 0.

    `within` counts, and names as parked, no other partitions than these; None: all.
    """
    only = None if within is None else list(within)
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        live = builds(connection, "live")
        ids = [build.build for build in live.values()]
        sizes = (
            {build: (count, rows) for build, count, rows in connection.execute(_SIZES, (ids, only, only))}
            if is_counted
            else {}
        )
        findings = [each for each in parked(connection, live.values()) if only is None or each.partition_id in only]
        row = connection.execute(_NEXT, ([build.position for build in live.values()],)).fetchone()
    head, now, next_at = row or (0, None, None)
    waiting = dict(zip(live, next_at or (), strict=True))
    return tuple(
        _status(name, projection.version, live.get(name), head or 0, _seconds(now, waiting.get(name)), sizes, findings)
        for name, projection in sorted(stored_projections().items())
    )


def is_led(connection: Connection) -> bool:
    """A follower keeps the live builds level at this moment."""
    row = connection.execute(_IS_LED, (LEADING,)).fetchone()
    return bool(row and row[0])


def _status(
    name: str,
    version: int,
    build: Build | None,
    head: int,
    lag_seconds: float,
    sizes: dict[int, tuple[int, int]],
    findings: list[Finding],
) -> ProjectionStatus:
    partitions, rows = sizes.get(build.build, (0, 0)) if build else (0, 0)
    position = build.position if build else 0
    return ProjectionStatus(
        projection=name,
        version=version,
        build=build.build if build else None,
        built_version=build.version if build else None,
        log_id=build.log_id if build else None,
        is_followed=build is not None and build.version == version,
        position=position,
        as_of=build.as_of if build else None,
        lag_events=max(0, head - position),
        lag_seconds=lag_seconds,
        partitions=partitions,
        rows=rows,
        parked=tuple(projection for projection in findings if projection.projection == name),
    )


def _seconds(now: datetime | None, since: datetime | None) -> float:
    return 0.0 if now is None or since is None else max(0.0, round((now - since).total_seconds(), 3))
