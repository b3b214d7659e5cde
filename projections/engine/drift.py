"""Drift: differences between stored rows and what the log says at those rows' own position and day.

Headers, rows and events are read in one snapshot, so that a follower at work meanwhile is no drift.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from domain.events.recorded import Recorded
from domain.log.recorder import LogHead
from projections.declaration import Projection, ProjectionRow
from projections.engine.builds import SCHEMA, Build, Connection
from projections.engine.digest import encoded
from projections.engine.parking import read_parked
from projections.engine.replay import AdoptedMethods
from projections.engine.row_sets import (
    BEGINS,
    RowSet,
    RowSetHeader,
    StoredRow,
    project_row_sets,
    read_headers,
    read_rows,
    row_key,
)
from projections.method.method import method_sha256

ROWS: Final = "rows"
HEADER: Final = "header"
TRACKING: Final = "tracking"
STRAY: Final = "stray"
UNREADABLE: Final = "unreadable"
NOT_COMPARED: Final = "not compared"


class Drift(NamedTuple):
    """One difference: its projection and partition, its kind, and the first row or header that differs as JSON."""

    name: str
    build: int
    partition_id: UUID | None
    fault: str
    row_key: bytes | None = None
    live: bytes | None = None
    rebuilt: bytes | None = None


class StoredPartitions(NamedTuple):
    """Stored headers, rows and parked partitions of one build, for some partitions."""

    build: Build
    headers: Mapping[UUID, RowSetHeader]
    rows: Mapping[UUID, Sequence[StoredRow]]
    parked: frozenset[UUID]


def read_stored(
    connection: Connection, build: Build, projection: Projection, partition_ids: Sequence[UUID]
) -> StoredPartitions:
    """Read what a build has stored about some partitions, within the snapshot that their events are read in."""
    return StoredPartitions(
        build,
        read_headers(connection, build, partition_ids),
        read_rows(connection, build, projection, partition_ids),
        read_parked(connection, build),
    )


def find_drift(
    projection: Projection,
    stored: StoredPartitions,
    records: Sequence[Recorded],
    row_set: RowSet | None,
    methods: AdoptedMethods,
    latest: date,
) -> Drift | None:
    """Compare what is stored about one partition with its events; None where nothing differs.

    `row_set`, projected before at any position and day, saves projecting it again where those fit. `records` are
    its events up to at least the build's position; `latest` is today, which a row set may be brought to before the
    others. Parked row sets are stale, and no drift.
    """
    build, partition_id = stored.build, records[0].partition_id
    records_followed = [record for record in records if record.position <= build.position]
    header, rows = stored.headers.get(partition_id), stored.rows.get(partition_id, ())
    if partition_id in stored.parked:
        return None
    if not records_followed:
        is_empty = header is None and not rows
        return None if is_empty else Drift(build.name, build.build, partition_id, STRAY, live=_json(header))
    is_dated = header is not None and build.as_of <= header.as_of <= max(latest, build.as_of)
    as_of = header.as_of if header is not None and is_dated else build.as_of
    method = methods.in_force(records_followed)
    if row_set is None or row_set.header[1:4] != (records_followed[-1].position, as_of, method_sha256(method)):
        result = next(result for _, result in project_row_sets(records_followed, as_of, method, [projection]))
        if not isinstance(result, RowSet):
            return Drift(build.name, build.build, partition_id, ROWS)
        row_set = result
    return _difference(projection, stored, row_set)


def tracking_drift(connection: Connection, build: Build, head: LogHead) -> Drift | None:
    """The difference, if any, between the position that a live build claims and the one tracked, or this log's."""
    row = connection.execute(
        "SELECT (SELECT notification_id FROM projection.tracking WHERE application_name = %s), "
        "(SELECT leaf FROM log.event WHERE position = %s)",
        (build.table, build.position),
    ).fetchone()
    tracked, leaf = row or (None, None)
    is_sound = tracked == build.position and (build.log_id, build.leaf) == (head.log_id, leaf)
    return None if is_sound else Drift(build.name, build.build, None, TRACKING)


def strays(connection: Connection, build: Build) -> list[Drift]:
    """Find stored rows and headers of partitions that are no partnership."""
    table = f"{SCHEMA}.{build.table}"
    rows = connection.execute(
        f"""
        SELECT partition_id FROM (
            SELECT partition_id FROM {table} UNION SELECT partition_id FROM projection.row_set WHERE build = %s
        ) AS stored
        WHERE NOT EXISTS (SELECT FROM log.event e WHERE e.partition_id = stored.partition_id AND e.type = %s)
        ORDER BY partition_id
        """,  # noqa: S608 - our own names
        (build.build, BEGINS),
    ).fetchall()
    return [Drift(build.name, build.build, partition_id, STRAY) for (partition_id,) in rows]


def _difference(projection: Projection, stored: StoredPartitions, row_set: RowSet) -> Drift | None:
    """Find the first row, or else the header, that differs from the one rebuilt."""
    build, partition_id = stored.build, row_set.header.partition_id
    live_rows = dict(stored.rows.get(partition_id, ()))
    rebuilt_rows = {row_key(key): row for key, row in zip(row_set.encoded, row_set.rows, strict=True)}
    for key in sorted(live_rows.keys() | rebuilt_rows.keys()):
        live, rebuilt = live_rows.get(key), rebuilt_rows.get(key)
        if not _is_same(projection, live, rebuilt):
            key_json = _json(_key_of(projection, rebuilt or live))
            return Drift(build.name, build.build, partition_id, ROWS, key_json, _json(live), _json(rebuilt))
    header = stored.headers.get(partition_id)
    if header != row_set.header:
        return Drift(build.name, build.build, partition_id, HEADER, None, _json(header), _json(row_set.header))
    return None


def _is_same(
    projection: Projection, live: ProjectionRow | dict[str, Any] | None, rebuilt: ProjectionRow | None
) -> bool:
    if rebuilt is None or not isinstance(live, ProjectionRow):
        return False
    return live == rebuilt or encoded(projection, [live]) == encoded(projection, [rebuilt])


def _key_of(projection: Projection, row: ProjectionRow | dict[str, Any] | None) -> dict[str, Any]:
    return {name: row.get(name) if isinstance(row, dict) else getattr(row, name) for name in projection.key}


def _json(stored: ProjectionRow | RowSetHeader | dict[str, Any] | None) -> bytes | None:
    if stored is None:
        return None
    return msgspec.json.encode(stored._asdict() if isinstance(stored, RowSetHeader) else stored)
