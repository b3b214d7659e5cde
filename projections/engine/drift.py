"""Drift: what is stored, compared with what the log says at the stored rows' own position and day.

Whoever compares reads headers, rows and events in one snapshot; a follower at work meanwhile is no drift.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from domain.events.recorded import Recorded
from domain.log.recorder import Head
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
    """One difference: in which projection and partition, of what, and the first row (or the header) as JSON."""

    name: str
    build: int
    partition_id: UUID | None
    fault: str
    row_key: bytes | None = None
    live: bytes | None = None
    rebuilt: bytes | None = None


class StoredPartitions(NamedTuple):
    """What one build has stored about some partitions."""

    build: Build
    headers: Mapping[UUID, RowSetHeader]
    rows: Mapping[UUID, Sequence[StoredRow]]
    parked: frozenset[UUID]


def read_stored(
    connection: Connection, build: Build, asked: Projection, partition_ids: Sequence[UUID]
) -> StoredPartitions:
    """Read what is stored about some partitions, within the snapshot that their events are read in."""
    return StoredPartitions(
        build,
        read_headers(connection, build, partition_ids),
        read_rows(connection, build, asked, partition_ids),
        read_parked(connection, build),
    )


def find_drift(
    asked: Projection,
    stored: StoredPartitions,
    records: Sequence[Recorded],
    made: RowSet | None,
    methods: AdoptedMethods,
    latest: date,
) -> Drift | None:
    """Compare what is stored about one partition with its events; `made`, of any position and day, saves making it.

    `records` are its events up to at least the build's position; `latest` is the day it is, which a row set may be
    brought to before the others. Parked row sets are stale, and no drift.
    """
    build, partition_id = stored.build, records[0].partition_id
    known = [record for record in records if record.position <= build.position]
    header, rows = stored.headers.get(partition_id), stored.rows.get(partition_id, ())
    if partition_id in stored.parked:
        return None
    if not known:
        is_empty = header is None and not rows
        return None if is_empty else Drift(build.name, build.build, partition_id, STRAY, live=_json(header))
    is_dated = header is not None and build.as_of <= header.as_of <= max(latest, build.as_of)
    as_of = header.as_of if header is not None and is_dated else build.as_of
    method = methods.in_force(known)
    if made is None or made.header[1:4] != (known[-1].position, as_of, method_sha256(method)):
        again = next(result for _, result in project_row_sets(known, as_of, method, [asked]))
        if not isinstance(again, RowSet):
            return Drift(build.name, build.build, partition_id, ROWS)
        made = again
    return _difference(asked, stored, made)


def tracking_drift(connection: Connection, build: Build, head: Head) -> Drift | None:
    """Say whether the position that a live build claims is not the one tracked, or not one of this log."""
    row = connection.execute(
        "SELECT (SELECT notification_id FROM projection.tracking WHERE application_name = %s), "
        "(SELECT leaf FROM log.event WHERE position = %s)",
        (build.table, build.position),
    ).fetchone()
    tracked, leaf = row or (None, None)
    is_sound = tracked == build.position and (build.log_id, build.leaf) == (head.log_id, leaf)
    return None if is_sound else Drift(build.name, build.build, None, TRACKING)


def strays(connection: Connection, build: Build) -> list[Drift]:
    """Find rows and headers of what is no partnership."""
    table = f"{SCHEMA}.{build.table}"
    found = connection.execute(
        f"""
        SELECT partition_id FROM (
            SELECT partition_id FROM {table} UNION SELECT partition_id FROM projection.row_set WHERE build = %s
        ) AS stored
        WHERE NOT EXISTS (SELECT FROM log.event e WHERE e.partition_id = stored.partition_id AND e.type = %s)
        ORDER BY partition_id
        """,  # noqa: S608 - our own names
        (build.build, BEGINS),
    ).fetchall()
    return [Drift(build.name, build.build, partition_id, STRAY) for (partition_id,) in found]


def _difference(asked: Projection, stored: StoredPartitions, made: RowSet) -> Drift | None:
    """Find the first row, or else the header, that is not as made."""
    build, partition_id = stored.build, made.header.partition_id
    held = dict(stored.rows.get(partition_id, ()))
    wanted = {row_key(key): row for key, row in zip(made.encoded, made.rows, strict=True)}
    for key in sorted(held.keys() | wanted.keys()):
        live, rebuilt = held.get(key), wanted.get(key)
        if not _is_same(asked, live, rebuilt):
            named = _json(_key_of(asked, rebuilt or live))
            return Drift(build.name, build.build, partition_id, ROWS, named, _json(live), _json(rebuilt))
    header = stored.headers.get(partition_id)
    if header != made.header:
        return Drift(build.name, build.build, partition_id, HEADER, None, _json(header), _json(made.header))
    return None


def _is_same(asked: Projection, live: ProjectionRow | dict[str, Any] | None, rebuilt: ProjectionRow | None) -> bool:
    if rebuilt is None or not isinstance(live, ProjectionRow):
        return False
    return live == rebuilt or encoded(asked, [live]) == encoded(asked, [rebuilt])


def _key_of(asked: Projection, row: ProjectionRow | dict[str, Any] | None) -> dict[str, Any]:
    return {name: row.get(name) if isinstance(row, dict) else getattr(row, name) for name in asked.key}


def _json(found: ProjectionRow | RowSetHeader | dict[str, Any] | None) -> bytes | None:
    if found is None:
        return None
    return msgspec.json.encode(found._asdict() if isinstance(found, RowSetHeader) else found)
