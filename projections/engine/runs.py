"""The register of runs: every rebuild and every check, what it made, where it stopped, and what it found."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cache
from typing import Any, Final
from uuid import UUID, uuid4

from msgspec import Struct

from domain.checkout import ROOT
from domain.log.recorder import LogHead
from projections.declaration import Projection
from projections.engine.builds import Build, Connection, builds, create_build
from projections.engine.drift import Drift

_FIELDS: Final = (
    "run_id, state, log_id, position, as_of, shards, release, is_check, started_at, ended_at, events, rows, drifted, "
    "parked, fault"
)


_NUL, _UNKNOWN = r"\u0000", r"\ufffd"  # JSON may hold the first as an escape, and PostgreSQL's JSON cannot


class ProjectionRun(Struct, frozen=True, kw_only=True):
    """One run as noted down."""

    run_id: UUID
    state: str
    log_id: UUID
    position: int
    as_of: date
    shards: int
    release: str
    is_check: bool
    started_at: datetime
    ended_at: datetime | None
    events: int
    rows: int
    drifted: int
    parked: int
    fault: str | None


class Finding(Struct, frozen=True, kw_only=True):
    """One difference between what was stored and what the log says, or one row set that could not be projected."""

    projection: str
    partition_id: UUID | None
    fault: str
    row_key: dict[str, Any] | None = None
    live: dict[str, Any] | None = None
    rebuilt: dict[str, Any] | None = None
    position: int | None = None
    event_name: str | None = None


@cache
def release() -> str:
    """The name of the code that projects: a SHA-256 over the sources of the domain and of the projections."""
    whole = hashlib.sha256()
    for folder in ("domain", "projections"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            whole.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def recent_runs(connection: Connection, limit: int = 30) -> list[ProjectionRun]:
    """The last runs, newest first."""
    rows = connection.execute(
        f"SELECT {_FIELDS} FROM projection.run ORDER BY started_at DESC LIMIT %s",  # noqa: S608 - our own names
        (limit,),
    ).fetchall()
    return [ProjectionRun(**dict(zip(ProjectionRun.__struct_fields__, row, strict=True))) for row in rows]


def begin_run(
    connection: Connection,
    projections: Mapping[str, Projection],
    head: LogHead,
    day: date,
    shards: int,
    *,
    is_check: bool,
) -> tuple[ProjectionRun, dict[str, Build], bool]:
    """Begin a run, or resume one that was cut short and would make the same; returns it, its builds, and which it is.

    A run that is gone on with keeps its own shards. Everything else that was being filled is given up.
    """
    unfinished = None if is_check else _unfinished(connection, projections, head, day)
    with connection.transaction():
        if unfinished is None:
            give_up(connection, only_checks=is_check)
            run = _new(connection, head, day, shards, is_check=is_check)
            filled = {
                name: create_build(
                    connection, projection, run_id=run.run_id, log_id=head.log_id, position=run.position, as_of=day
                )
                for name, projection in projections.items()
                if not is_check
            }
            return run, filled, False
        connection.execute(
            "UPDATE projection.run SET state = 'running', fault = NULL, ended_at = NULL WHERE run_id = %s",
            (unfinished.run_id,),
        )
        return unfinished, builds(connection, "building"), True


def end_run(connection: Connection, run_id: UUID, state: str, fault: str | None = None) -> None:
    """Note how a run ended, with its counts as the tables have them."""
    connection.execute(
        """
        UPDATE projection.run SET state = %(state)s, fault = %(fault)s, ended_at = clock_timestamp(),
            events = (SELECT coalesce(sum(events), 0) FROM projection.shard WHERE run_id = %(run)s),
            rows = (SELECT coalesce(sum(rows), 0) FROM projection.shard WHERE run_id = %(run)s),
            drifted = (SELECT count(*) FROM projection.drift WHERE run_id = %(run)s),
            parked = (SELECT count(*) FROM projection.parked p JOIN projection.build b USING (build)
                      WHERE b.run_id = %(run)s)
        WHERE run_id = %(run)s
        """,
        {"state": state, "fault": fault, "run": run_id},
    )


def leaf_at(connection: Connection, position: int) -> bytes | None:
    """The leaf of the event at a position; None where there is none."""
    row = connection.execute("SELECT leaf FROM log.event WHERE position = %s", (position,)).fetchone()
    return row[0] if row else None


def note_drift(connection: Connection, run_id: UUID, drift: Drift) -> None:
    """Write a difference down, within the open transaction."""
    texts = [
        None if value is None else value.decode().replace(_NUL, _UNKNOWN)
        for value in (drift.row_key, drift.live, drift.rebuilt)
    ]
    connection.execute(
        "INSERT INTO projection.drift (run_id, name, build, partition_id, fault, row_key, live, rebuilt) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (run_id, drift.name, drift.build, drift.partition_id, drift.fault, *texts),
    )


def drifts(connection: Connection, run_id: UUID) -> list[Finding]:
    """The differences that a run found, in order."""
    rows = connection.execute(
        "SELECT name, partition_id, fault, row_key, live, rebuilt FROM projection.drift WHERE run_id = %s "
        "ORDER BY name, partition_id NULLS FIRST, fault",
        (run_id,),
    ).fetchall()
    return [
        Finding(projection=name, partition_id=where, fault=fault, row_key=key, live=live, rebuilt=rebuilt)
        for name, where, fault, key, live, rebuilt in rows
    ]


def parked(connection: Connection, among_builds: Iterable[Build]) -> list[Finding]:
    """The row sets of some builds that could not be projected."""
    rows = connection.execute(
        "SELECT b.name, p.partition_id, p.fault, p.position, p.event_name FROM projection.parked p "
        "JOIN projection.build b USING (build) WHERE build = ANY(%s) ORDER BY b.name, p.partition_id",
        ([build.build for build in among_builds],),
    ).fetchall()
    return [
        Finding(projection=name, partition_id=where, fault=fault, position=position, event_name=event_name)
        for name, where, fault, position, event_name in rows
    ]


def _unfinished(
    connection: Connection, projections: Mapping[str, Projection], head: LogHead, day: date
) -> ProjectionRun | None:
    filled = builds(connection, "building")
    run_ids = {build.run_id for build in filled.values()}
    if filled.keys() != projections.keys() or len(run_ids) != 1:
        return None
    run = find_run(connection, run_ids.pop())
    is_same = (run.log_id, run.as_of, run.release) == (head.log_id, day, release()) and run.position <= head.position
    return run if is_same and not parked(connection, filled.values()) else None


def give_up(connection: Connection, *, only_checks: bool) -> None:
    """End runs that were cut short and are not resumed; a check leaves a rebuild to the next rebuild."""
    if not only_checks:
        connection.execute("UPDATE projection.build SET state = 'retired' WHERE state = 'building'")
    connection.execute(
        "UPDATE projection.run SET state = 'given-up', ended_at = clock_timestamp() "
        "WHERE state = 'running' AND (is_check OR NOT %s)",
        (only_checks,),
    )


def _new(connection: Connection, head: LogHead, day: date, shards: int, *, is_check: bool) -> ProjectionRun:
    run_id = uuid4()
    connection.execute(
        "INSERT INTO projection.run (run_id, state, log_id, position, as_of, shards, release, is_check) "
        "VALUES (%s, 'running', %s, %s, %s, %s, %s, %s)",
        (run_id, head.log_id, head.position, day, shards, release(), is_check),
    )
    return find_run(connection, run_id)


def find_run(connection: Connection, run_id: UUID) -> ProjectionRun:
    """The run with an id."""
    row = connection.execute(
        f"SELECT {_FIELDS} FROM projection.run WHERE run_id = %s",  # noqa: S608 - our own names
        (run_id,),
    ).fetchone()
    assert row is not None  # noqa: S101 - a build names its run, and a run is never removed
    return ProjectionRun(**dict(zip(ProjectionRun.__struct_fields__, row, strict=True)))
