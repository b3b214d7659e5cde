"""Drift: what is stored, compared with what the log says at the stored rows' own position and day.

Whoever compares reads headers, rows and events in one snapshot; a follower at work meanwhile is no drift.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from domain.events.recorded import Recorded
from projections.declaration import Projection, ProjectionRow
from projections.engine.builds import SCHEMA, Build, Connection
from projections.engine.digest import digest_of, encoded
from projections.engine.methods import Methods
from projections.engine.row_sets import Header, RowSet, make, read_headers, read_rows, row_key
from projections.scoring.method import method_sha256

ROWS: Final = "rows"
HEADER: Final = "header"
TRACKING: Final = "tracking"


class Drift(NamedTuple):
    """One difference: in which projection and partition, of what, and the first row that differs as JSON."""

    name: str
    build: int
    partition_id: UUID | None
    fault: str
    row_key: bytes | None = None
    live: bytes | None = None
    rebuilt: bytes | None = None


class Stored(NamedTuple):
    """What one build has stored about some partitions."""

    build: Build
    headers: Mapping[UUID, Header]
    rows: Mapping[UUID, Sequence[tuple[bytes, ProjectionRow]]]
    unreadable: frozenset[UUID]
    parked: frozenset[UUID]


def read_stored(connection: Connection, build: Build, asked: Projection, partition_ids: Sequence[UUID]) -> Stored:
    """Read what is stored about some partitions, within the snapshot that their events are read in."""
    headers = read_headers(connection, build, partition_ids)
    parked = connection.execute(
        "SELECT partition_id FROM projection.parked WHERE build = %s", (build.build,)
    ).fetchall()
    rows: dict[UUID, Sequence[tuple[bytes, ProjectionRow]]] = {}
    unreadable: set[UUID] = set()
    try:
        rows.update(read_rows(connection, build, asked, partition_ids))
    except (msgspec.ValidationError, TypeError):
        for each in partition_ids:  # one by one, to name the one
            try:
                rows.update(read_rows(connection, build, asked, [each]))
            except (msgspec.ValidationError, TypeError):
                unreadable.add(each)
    return Stored(build, headers, rows, frozenset(unreadable), frozenset(each for (each,) in parked))


def compare(
    asked: Projection, stored: Stored, records: Sequence[Recorded], made: RowSet | None, methods: Methods, day: date
) -> Drift | None:
    """Compare what is stored about one partition with its events; `made`, of any position and day, saves making it.

    `records` are its events up to at least the build's position. Parked row sets are stale, and no drift.
    """
    build, partition_id = stored.build, records[0].partition_id
    known = [record for record in records if record.position <= build.position]
    header = stored.headers.get(partition_id)
    if partition_id in stored.parked:
        return None
    if not known or header is None:
        is_sound = not known and header is None and not stored.rows.get(partition_id)
        return None if is_sound else Drift(build.name, build.build, partition_id, HEADER)
    method = methods.in_force(known)
    pair = (known[-1].position, method_sha256(method))
    if (header.position, header.method_sha256) != pair or not build.as_of <= header.as_of <= max(day, build.as_of):
        return Drift(build.name, build.build, partition_id, HEADER)
    if partition_id in stored.unreadable:
        return Drift(build.name, build.build, partition_id, ROWS)
    if made is None or made.header[1:4] != header[1:4]:
        again = next(result for _, result in make(known, header.as_of, method, [asked]))
        if not isinstance(again, RowSet):
            return Drift(build.name, build.build, partition_id, ROWS)
        made = again
    return _difference(asked, build, header, stored.rows.get(partition_id, ()), made)


def proven(asked: Projection, header: Header, rows: Sequence[tuple[bytes, ProjectionRow]]) -> bool:
    """Whether rows read back are those that their header was made for."""
    codes = encoded(asked, [row for _, row in rows])
    keys = [key for key, _ in rows] == [row_key(each) for each in codes]
    return keys and len(rows) == header.rows and digest_of(codes) == header.digest


def tracking_drift(connection: Connection, build: Build, head: int) -> Drift | None:
    """Say whether the position that a live build claims is not the one tracked, or not one of this log."""
    row = connection.execute(
        "SELECT (SELECT notification_id FROM projection.tracking WHERE application_name = %s), "
        "(SELECT leaf FROM log.event WHERE position = %s)",
        (build.table, build.position),
    ).fetchone()
    tracked, leaf = row or (None, None)
    is_sound = tracked == build.position <= head and build.leaf == leaf
    return None if is_sound else Drift(build.name, build.build, None, TRACKING)


def strays(connection: Connection, build: Build) -> list[Drift]:
    """Find rows without a header, and headers without events: those of nobody."""
    found = connection.execute(_strays(build), (build.build, build.build)).fetchall()
    return [Drift(build.name, build.build, partition_id, ROWS) for (partition_id,) in found]


def _strays(build: Build) -> str:
    """Select the partitions with rows and no header, and those with a header and no events."""
    return (
        f"SELECT DISTINCT partition_id FROM {SCHEMA}.{build.table} r WHERE NOT EXISTS ("  # noqa: S608 - our own names
        "SELECT FROM projection.row_set h WHERE h.build = %s AND h.partition_id = r.partition_id) "
        "UNION SELECT partition_id FROM projection.row_set h WHERE build = %s AND NOT EXISTS ("
        "SELECT FROM log.event e WHERE e.partition_id = h.partition_id)"
    )


def _difference(
    asked: Projection, build: Build, header: Header, rows: Sequence[tuple[bytes, ProjectionRow]], made: RowSet
) -> Drift | None:
    stored = dict(rows)
    wanted = {row_key(key): row for key, row in zip(made.encoded, made.rows, strict=True)}
    for key in sorted(stored.keys() | wanted.keys()):
        live, rebuilt = stored.get(key), wanted.get(key)
        if live != rebuilt and _codes(asked, live) != _codes(asked, rebuilt):
            shown = rebuilt or live
            named = {name: getattr(shown, name) for name in asked.key}
            return Drift(
                build.name,
                build.build,
                header.partition_id,
                ROWS,
                msgspec.json.encode(named),
                _json(live),
                _json(rebuilt),
            )
    if (header.rows, header.digest) != (made.header.rows, made.header.digest):
        return Drift(build.name, build.build, header.partition_id, HEADER)
    return None


def _codes(asked: Projection, row: ProjectionRow | None) -> dict[bytes, bytes]:
    return {} if row is None else encoded(asked, [row])


def _json(row: Any) -> bytes | None:  # noqa: ANN401 - a row of any projection
    return None if row is None else msgspec.json.encode(row)
