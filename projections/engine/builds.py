"""The registry of builds: which table of each projection is being filled, is read, and is kept for a roll-back.

A build's table is only ever read whole: it is filled unseen, and one transaction puts it under the view. Here too are
the two locks that a database has one of, and the refusal of builds that were made from another log.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import psycopg
from msgspec import Struct
from psycopg.sql import SQL, Composed, Identifier

from domain.errors import FolkmootError
from domain.log.connections import READER, WRITER
from domain.log.errors import RebuildNeeded
from domain.log.recorder import LogRecorder
from projections.declaration import Projection
from projections.engine.columns import columns_of
from projections.engine.tracking import keep_position

Connection = psycopg.Connection[tuple[Any, ...]]
Cursor = psycopg.Cursor[tuple[Any, ...]]
PROJECTOR: Final = "folkmoot_projector"
SCHEMA: Final = "projection"
REBUILDING: Final = 0x7265626C
"""The lock of the one rebuild, check or roll-back that runs."""
LEADING: Final = 0x666F6C6C
"""The lock of the one follower that leads."""
_LOCK_WAIT: Final = "SET LOCAL lock_timeout = '1s'"
_FIELDS: Final = "build, name, version, run_id, log_id, position, leaf, as_of"
_MADE_FROM_OTHER_EVENTS: Final = """
    SELECT b.name FROM projection.build b LEFT JOIN log.event e ON e.position = b.position
    WHERE b.build = ANY(%s) AND e.leaf IS DISTINCT FROM b.leaf ORDER BY b.name
"""


class NoEarlierBuild(FolkmootError, LookupError):
    """There is no such build: run `folkmoot rebuild` first."""


class ViewHeld(FolkmootError):
    """Something of somebody else's rests on a view whose columns have changed: drop that, and run again."""


class Build(Struct, frozen=True, kw_only=True):
    """One build as registered; `position` and `leaf` say how far its rows go, `as_of` to which day."""

    build: int
    name: str
    version: int
    run_id: UUID
    log_id: UUID
    position: int
    leaf: bytes | None
    as_of: date

    @property
    def table(self) -> str:
        """The name of its table."""
        return f"{self.name}_v{self.version}_b{self.build}"


def qualified(table: str) -> Identifier:
    """A table or view of the schema `projection`, quoted for SQL."""
    return Identifier(SCHEMA, table)


def select_builds(connection: Connection, state: str, *, lock: bool = False) -> Cursor:
    """Ask for the builds in a state; with `lock`, nobody else moves them until the transaction ends."""
    statement = SQL("SELECT {} FROM projection.build WHERE state = %s ORDER BY build {}").format(
        SQL(_FIELDS), SQL("FOR UPDATE") if lock else SQL("")
    )
    return connection.execute(statement, (state,))


def read_builds(registry: Cursor) -> dict[str, Build]:
    """The builds that were asked for, by projection."""
    return {build.name: build for build in map(_build, registry.fetchall())}


def builds(connection: Connection, state: str, *, lock: bool = False) -> dict[str, Build]:
    """The builds in a state, by projection; with `lock`, nobody else moves them until the transaction ends."""
    return read_builds(select_builds(connection, state, lock=lock))


def create_build(
    connection: Connection, projection: Projection, *, run_id: UUID, log_id: UUID, position: int, as_of: date
) -> Build:
    """Register a build and make its empty table, within the open transaction."""
    row = connection.execute(
        "INSERT INTO projection.build (name, version, state, run_id, log_id, position, as_of, release, leaf) "
        "VALUES (%s, %s, 'building', %s, %s, %s, %s, (SELECT release FROM projection.run WHERE run_id = %s), "
        "(SELECT leaf FROM log.event WHERE position = %s)) RETURNING build, leaf",
        (projection.name, projection.version, run_id, log_id, position, as_of, run_id, position),
    ).fetchone()
    assert row is not None  # noqa: S101 - an INSERT with RETURNING gives its row
    build = Build(
        build=row[0],
        name=projection.name,
        version=projection.version,
        run_id=run_id,
        log_id=log_id,
        position=position,
        leaf=row[1],
        as_of=as_of,
    )
    keep_position(connection, build.table, position)
    columns = columns_of(projection)
    declared = SQL(", ").join(
        SQL("{} {}").format(Identifier(name), SQL(kind))
        for name, kind in zip(columns.names, columns.types, strict=True)
    )
    table = qualified(build.table)
    connection.execute(
        SQL("CREATE TABLE {} (partition_id uuid NOT NULL, row_key bytea NOT NULL, {})").format(table, declared)
    )
    connection.execute(SQL("GRANT SELECT ON {} TO {}, {}").format(table, Identifier(WRITER), Identifier(READER)))
    connection.execute(_comment("TABLE", table, projection.question))
    return build


def index_build(connection: Connection, build: Build) -> None:
    """Add its primary key to a filled table, and analyse it for the planner."""
    table = qualified(build.table)
    connection.execute(SQL("ALTER TABLE {} ADD PRIMARY KEY (partition_id, row_key)").format(table))
    connection.execute(SQL("ANALYZE {}").format(table))


def has_index(connection: Connection, build: Build) -> bool:
    """The table has its key already."""
    row = connection.execute(
        "SELECT FROM pg_index WHERE indisprimary AND indrelid = %s::regclass", (f"{SCHEMA}.{build.table}",)
    ).fetchone()
    return row is not None


def note_release(connection: Connection, followed_builds: Iterable[Build], release: str) -> None:
    """Note that a release writes into builds: those that another one wrote into are of no single one any more."""
    connection.execute(
        "UPDATE projection.build SET release = '' WHERE build = ANY(%s) AND release NOT IN (%s, '')",
        ([build.build for build in followed_builds], release),
    )


def make_live(connection: Connection, new: Iterable[Build], declared: dict[str, Projection]) -> None:
    """Put builds under their views within the open transaction; those that were live are kept, older ones retired.

    Raises ViewHeld.
    """
    for build in new:
        _moved(connection, "previous", "retired", build.name)
        _moved(connection, "live", "previous", build.name)
        connection.execute(
            "UPDATE projection.build SET state = 'live', live_at = clock_timestamp() WHERE build = %s", (build.build,)
        )
        _show(connection, build, declared.get(build.name))


def exchange(connection: Connection, name: str, declared: dict[str, Projection]) -> Build:
    """Put the kept build of a projection back under its view, within the open transaction. Raises NoBuild, ViewHeld."""
    earlier = builds(connection, "previous", lock=True).get(name)
    if earlier is None:
        raise NoEarlierBuild(f"no earlier build of {name} is kept: there is nothing to roll back to")
    connection.execute("UPDATE projection.build SET state = 'retired' WHERE build = %s", (earlier.build,))
    _moved(connection, "live", "previous", name)
    connection.execute(
        "UPDATE projection.build SET state = 'live', live_at = clock_timestamp() WHERE build = %s", (earlier.build,)
    )
    _show(connection, earlier, declared.get(name))
    return earlier


def drop_builds(connection: Connection, dropped: Sequence[Build]) -> None:
    """Remove builds with their tables, within the open transaction."""
    for build in dropped:
        connection.execute(SQL("DROP TABLE IF EXISTS {}").format(qualified(build.table)))
        connection.execute("DELETE FROM projection.tracking WHERE application_name = %s", (build.table,))
        connection.execute("DELETE FROM projection.build WHERE build = %s", (build.build,))


def retired(connection: Connection) -> list[Build]:
    """List the builds that nothing needs any more."""
    statement = SQL("SELECT {} FROM projection.build WHERE state = 'retired' ORDER BY build").format(SQL(_FIELDS))
    return list(map(_build, connection.execute(statement).fetchall()))


def _build(row: tuple[Any, ...]) -> Build:
    return Build(**dict(zip(Build.__struct_fields__, row, strict=True)))


def take_lock(connection: Connection, lock: int) -> bool:
    """Take a lock for as long as the connection lasts; false while another connection holds it.

    Waits a second: a connection that was closed, or whose process was killed, ends a little later.
    """
    try:
        with connection.transaction():
            connection.execute(_LOCK_WAIT)
            connection.execute("SELECT pg_advisory_lock(%s)", (lock,))
    except psycopg.errors.LockNotAvailable:
        return False
    return True


def refuse_another_log(log: LogRecorder, connection: Connection, followed_builds: Iterable[Build]) -> None:
    """Refuse builds of another log, or of events that this log does not hold, or holds no longer.

    Raises RebuildNeeded, and LogUnavailable.
    """
    head, checked = log.head(), list(followed_builds)
    if foreign := sorted(build.name for build in checked if build.log_id != head.log_id):
        raise RebuildNeeded(f"{', '.join(foreign)}: made from another log: rebuild needed")
    if ahead := sorted(build.name for build in checked if build.position > head.position):
        raise RebuildNeeded(f"{', '.join(ahead)}: the log was restored to before what was followed: rebuild needed")
    if unlike := connection.execute(_MADE_FROM_OTHER_EVENTS, ([build.build for build in checked],)).fetchall():
        names = ", ".join(name for (name,) in unlike)
        raise RebuildNeeded(f"{names}: the log holds other events than those that were followed: rebuild needed")


def _moved(connection: Connection, before: str, after: str, name: str) -> None:
    connection.execute(
        "UPDATE projection.build SET state = %s WHERE state = %s AND name = %s",
        (after, before, name),
    )


def _show(connection: Connection, build: Build, projection: Projection | None) -> None:
    """Point the view at a build's table; a view with other columns is dropped and made anew."""
    view, table = qualified(build.name), qualified(build.table)
    columns = _columns(connection, build.table)
    view_columns = _columns(connection, build.name)
    if view_columns and view_columns != columns:
        _drop_view(connection, build.name)
    names = SQL(", ").join(Identifier(name) for name, _ in columns)
    connection.execute(
        SQL("CREATE OR REPLACE VIEW {} AS SELECT {} FROM {} WHERE (SELECT projection.is_shown({}))").format(
            view, names, table, build.build
        )
    )
    connection.execute(SQL("GRANT SELECT ON {} TO {}, {}").format(view, Identifier(WRITER), Identifier(READER)))
    if projection is not None:
        connection.execute(_comment("VIEW", view, projection.question))
        for name, description in projection.described().items():
            connection.execute(
                SQL("COMMENT ON COLUMN {} IS {}").format(Identifier(SCHEMA, build.name, name), description)
            )


def _drop_view(connection: Connection, name: str) -> None:
    try:
        connection.execute(SQL("DROP VIEW {}").format(qualified(name)))
    except psycopg.errors.DependentObjectsStillExist as error:
        raise ViewHeld(
            f"the columns of {SCHEMA}.{name} have changed, and something that is not Folkmoot's rests on that view: "
            f"drop it and run again. PostgreSQL says: {error.diag.message_detail}"
        ) from None


def _columns(connection: Connection, relation: str) -> list[tuple[str, str]]:
    rows = connection.execute(
        "SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute "
        "WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attname <> 'row_key' ORDER BY attnum",
        (f"{SCHEMA}.{relation}",),
    )
    return [(name, kind) for name, kind in rows.fetchall()]


def _comment(kind: str, what: Identifier, text: str) -> Composed:
    return SQL("COMMENT ON {} {} IS {}").format(SQL(kind), what, text)
