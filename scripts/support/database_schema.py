"""The schema of the database: brought to what this release needs, or required to be at it, while people work.

A database remembers, of each file, the number, the content, and whether a release that does not know it may go on. So
an older release serves over a newer schema that only added, and says so where more was done.
"""

import time
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import psycopg
from msgspec import Struct
from psycopg.sql import SQL

from domain.errors import FolkmootError
from domain.log.sessions import check_server, connect
from scripts.support.queue_schema import LIBRARY, apply_library
from scripts.support.schema_files import SchemaKey, SchemaStage, ShippedFile, shipped_schema

_ONE_AT_A_TIME: Final = 0x666F6C6B  # advisory lock: two processes starting together migrate one after the other
_BOOKKEEPING: Final = """
    CREATE SCHEMA IF NOT EXISTS log;
    CREATE TABLE IF NOT EXISTS log.migration (
        part       text        NOT NULL,
        version    integer     NOT NULL,
        sha256     text        NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        name       text,
        stage      text,
        PRIMARY KEY (part, version)
    );
    COMMENT ON TABLE log.migration IS 'Which schema files have been applied, part by part.';
    COMMENT ON COLUMN log.migration.part IS 'The part of the house the file belongs to.';
    COMMENT ON COLUMN log.migration.version IS '1 for schema.sql, else the number at the start of the file name.';
    COMMENT ON COLUMN log.migration.sha256 IS 'Hash of the file as it was applied.';
    COMMENT ON COLUMN log.migration.applied_at IS 'When it was applied.';
"""
_APPLIED: Final = "SELECT part, version, sha256, to_jsonb(migration) ->> 'stage' FROM log.migration"
_ANY_APPLIED: Final = "SELECT to_regclass('log.migration') IS NOT NULL"
_PROJECTIONS: Final = "projections"
_READERS: Final = ("folkmoot_writer", "folkmoot_reader")
_NOT_THE_PROJECTORS: Final = """
    SELECT c.oid::regclass::text, c.relkind = 'v' FROM pg_class c
    WHERE c.relnamespace = to_regnamespace('projection') AND c.relkind IN ('r', 'v')
      AND (c.relkind = 'v' OR c.relname ~ '_v[0-9]+_b[0-9]+$')
      AND c.relowner <> 'folkmoot_projector'::regrole AND pg_has_role(c.relowner, 'USAGE')
      AND pg_has_role('folkmoot_projector', 'MEMBER')
"""


class SchemaMismatch(FolkmootError):
    """The database and this release's schema files cannot be brought together."""


class MayNotMigrate(SchemaMismatch):
    """The login may not make what the schema needs."""


class SchemaHeld(FolkmootError):
    """Somebody holds a table that a schema file changes: nothing of that file was applied."""


class AppliedFile(Struct, frozen=True, kw_only=True):
    """A schema file as a database remembers it; `stage` is None where an earlier release applied it."""

    sha256: str
    stage: str | None = None


class Patience(Struct, frozen=True, kw_only=True):
    """How long a migration waits, so that whoever records never queues behind it for long: seconds, and tries."""

    lock_s: float = 4.0
    statement_s: float = 5.0
    tries: int = 8
    pause_s: float = 1.0


_NO_HURRY: Final = Patience(lock_s=0, statement_s=0, tries=1)
"""For a database that nobody uses yet."""


def migrate(dsn: str, *, finish: bool = False, patience: Patience | None = None) -> list[str]:
    """Apply every schema file that the database does not have yet and that may be applied now.

    A database that has none gets all, whole or not at all. Else each file is applied by itself, and those that end
    what earlier releases use only where `finish` says that none of these runs. Returns the names of what was applied;
    nothing when the database is up to date, and then any login that may read the log will do. Raises UnfitServer,
    SchemaHeld, and SchemaMismatch when an applied file was edited, the database is newer than this release can serve,
    or the login may not make what is missing.
    """
    check_server(dsn)
    shipped = shipped_schema()
    with connect(dsn, application_name="folkmoot-migrate", autocommit=True) as connection:
        try:
            pending = _pending(_applied_and_fit(connection, shipped), shipped, finish=finish)
            if pending:
                connection.execute("SELECT pg_advisory_lock(%s)", (_ONE_AT_A_TIME,))  # ends with the session
                applied = _applied_and_fit(connection, shipped)  # by whoever held the lock meanwhile
                pending = _pending(applied, shipped, finish=finish)
                if not applied:
                    _apply_patiently(connection, pending, _NO_HURRY)
                else:
                    for files in _steps(pending):
                        _apply_patiently(connection, files, patience or Patience())
            if any(file.part == _PROJECTIONS for file in shipped.values()):
                _return_to_the_projector(connection)
        except psycopg.errors.InsufficientPrivilege as error:
            raise MayNotMigrate(
                f"the login {connection.info.user} may not make the schema that this version needs ("
                f"{error.diag.message_primary}): run `folkmoot migrate` once with the login that owns the database and "
                "may create roles (CREATEROLE)"
            ) from None
        except psycopg.errors.ReadOnlySqlTransaction:
            raise MayNotMigrate(
                "the database takes no writes (it is a standby, or default_transaction_read_only is on): migrate where "
                "it does"
            ) from None
    return [str(file) for file in without_repeats(pending)]


def planned(dsn: str) -> list[ShippedFile]:
    """The schema files that the database does not have, in the order in which they are applied. Changes nothing.

    Raises UnfitServer and SchemaMismatch.
    """
    check_server(dsn)
    shipped = shipped_schema()
    with connect(dsn, application_name="folkmoot-migrate", autocommit=True) as connection:
        return _pending(_applied_and_fit(connection, shipped), shipped, finish=True)


def without_repeats(files: Iterable[ShippedFile]) -> list[ShippedFile]:
    """The same, with the last of the library's many files in place of all of them."""
    newest = {file.part if file.part == LIBRARY else str(file): file for file in files}
    return list(newest.values())


def require_schema(dsn: str) -> None:
    """Require the database to have what this release needs, unchanged. Raises UnfitServer and SchemaMismatch."""
    check_server(dsn)
    shipped = shipped_schema()
    with connect(dsn, application_name="folkmoot-migrate", autocommit=True) as connection:
        applied = _applied_and_fit(connection, shipped)
        if not applied:
            raise SchemaMismatch("there is no Folkmoot in this database yet: `folkmoot migrate` makes its schema")
        if missing := without_repeats(_pending(applied, shipped, finish=False)):
            raise SchemaMismatch(
                f"the database's schema is older than this version (without {', '.join(map(str, missing))}): run "
                "`folkmoot migrate`, or `folkmoot serve` where the database is Folkmoot's own"
            )


def otherwise_applied(connection: psycopg.Connection) -> list[str]:
    """The schema files in which a database and this release differ: not applied yet, or of a newer release."""
    shipped, applied = shipped_schema(), _applied(connection)
    return [f"{part} {number}" for part, number in sorted(shipped.keys() ^ applied.keys())]


def apply_as_it_was(connection: psycopg.Connection, applied: Mapping[SchemaKey, str]) -> None:
    """Apply, to a database without a schema, the files that another had applied, within the caller's transaction.

    Raises SchemaMismatch where this version has not these files, and MayNotMigrate.
    """
    shipped = shipped_schema()
    _refuse_mismatch({key: AppliedFile(sha256=sha256) for key, sha256 in applied.items()}, shipped)
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
    has_queue = any(part == LIBRARY for part, _ in applied)  # made whole, whatever version of it there was
    _apply(connection, [file for key, file in shipped.items() if key in applied or (has_queue and key[0] == LIBRARY)])


def _pending(
    applied: Mapping[SchemaKey, AppliedFile], shipped: Mapping[SchemaKey, ShippedFile], *, finish: bool
) -> list[ShippedFile]:
    """The files to apply; nobody uses yet what a part makes that the database has none of, so nothing of it waits."""
    parts_there = {part for part, _ in applied}
    return [
        file
        for key, file in shipped.items()
        if key not in applied and (file.stage is SchemaStage.PRE or finish or file.part not in parts_there)
    ]


def _steps(files: Iterable[ShippedFile]) -> Iterator[list[ShippedFile]]:
    """Files to be applied together, in order: each by itself, but those of the library at one go."""
    remaining = list(files)
    while remaining:
        one = remaining[0]
        step = [file for file in remaining if file.part == LIBRARY] if one.part == LIBRARY else [one]
        yield step
        remaining = [file for file in remaining if file not in step]


def _apply_patiently(connection: psycopg.Connection, files: list[ShippedFile], patience: Patience) -> None:
    """Apply files in one transaction that waits for nobody for long, and again where somebody was in the way."""
    for attempt in range(1, patience.tries + 1):
        try:
            with connection.transaction():
                connection.execute("SELECT set_config('lock_timeout', %s, true)", (f"{patience.lock_s * 1000:.0f}ms",))
                connection.execute(
                    "SELECT set_config('statement_timeout', %s, true)", (f"{patience.statement_s * 1000:.0f}ms",)
                )
                _apply(connection, files)
        except psycopg.errors.LockNotAvailable:
            if attempt == patience.tries:
                raise SchemaHeld(
                    f"somebody held a table that {', '.join(map(str, files))} changes, {attempt} times for more than "
                    f"{patience.lock_s:g} s: run this again later, or end the long transaction"
                ) from None
            time.sleep(attempt * patience.pause_s)
        except psycopg.errors.QueryCanceled:
            raise SchemaHeld(
                f"a statement of {', '.join(map(str, files))} takes longer than {patience.statement_s:g} s here: run "
                "`folkmoot migrate --statement-timeout` with more, at an hour when few record"
            ) from None
        else:
            return


def _apply(connection: psycopg.Connection, files: list[ShippedFile]) -> None:
    connection.execute("SET LOCAL client_min_messages = warning")
    connection.execute(_BOOKKEEPING)
    for step in _steps(files):
        if step[0].part == LIBRARY:
            apply_library(connection, [file.sql for file in step])
        else:
            connection.execute(step[0].sql)
        connection.cursor().executemany(
            "INSERT INTO log.migration (part, version, sha256, name, stage) VALUES (%s, %s, %s, %s, %s)",
            [(*file.key, file.sha256, file.name, file.stage) for file in step],
        )


def _applied_and_fit(
    connection: psycopg.Connection, shipped: Mapping[SchemaKey, ShippedFile]
) -> dict[SchemaKey, AppliedFile]:
    applied = _applied(connection)
    _refuse_mismatch(applied, shipped)
    return applied


def _applied(connection: psycopg.Connection) -> dict[SchemaKey, AppliedFile]:
    """Read what was applied; a login that inherits nothing takes a role that may read it."""
    for role in (None, *_READERS):
        try:
            with connection.transaction():
                if role is not None:
                    connection.execute("SELECT set_config('role', %s, true)", (role,))
                (is_there,) = connection.execute(_ANY_APPLIED).fetchone() or (False,)
                rows = connection.execute(_APPLIED).fetchall() if is_there else []
                if role is not None:
                    connection.execute("SELECT set_config('role', 'none', true)")
                return {
                    (part, version): AppliedFile(sha256=sha256, stage=stage) for part, version, sha256, stage in rows
                }
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.InvalidParameterValue):
            continue
    raise MayNotMigrate(
        f"the login {connection.info.user} may not read the log in this database: run `folkmoot migrate` with the "
        "login that owns it, then grant this one folkmoot_writer"
    )


def _return_to_the_projector(connection: psycopg.Connection) -> None:
    """Make the projector the owner of the stored projections: a restore without owners gives them to the restorer."""
    for name, is_view in connection.execute(_NOT_THE_PROJECTORS).fetchall():
        kind = SQL("VIEW") if is_view else SQL("TABLE")
        connection.execute(SQL("ALTER {} {} OWNER TO folkmoot_projector").format(kind, SQL(name)))


def _refuse_mismatch(applied: Mapping[SchemaKey, AppliedFile], shipped: Mapping[SchemaKey, ShippedFile]) -> None:
    """Refuse what was edited, and what a newer release applied that this one cannot serve over."""
    faults = []
    newest = max((number for part, number in shipped if part == LIBRARY), default=0)
    for (part, number), file in sorted(applied.items()):
        ours = shipped.get((part, number))
        if part == LIBRARY and number <= newest:
            continue  # which migrations it still ships, and how they are worded, is its own
        if ours is not None and ours.sha256 != file.sha256:
            faults.append(f"{part} {number} was edited after it was applied")
        elif ours is None and file.stage != SchemaStage.PRE:
            faults.append(f"{part} {number} was applied by a newer version of Folkmoot")
    if faults:
        raise SchemaMismatch("; ".join(faults) + ": run the Folkmoot that this database belongs to")
