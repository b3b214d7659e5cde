"""The schema of the database: brought to what this version needs, or required to be at it.

Each part of the house keeps its own SQL beside its code: `schema.sql` first, then files that begin with the next number
and say what they do (`002_jobs.sql`). A file is applied once and never edited; a later change is a later file.
A database remembers the number and the content, not the name.
"""

import hashlib
from collections.abc import Mapping
from typing import Final

import psycopg
from psycopg.sql import SQL

from domain.checkout import ROOT
from domain.errors import FolkmootError
from domain.log.sessions import check_server, connect
from scripts.support.queue_schema import LIBRARY, apply_library, library_migrations

_PARTS = {
    "log": ROOT / "domain" / "log",
    "vault": ROOT / "domain" / "vault",
    "projections": ROOT / "projections" / "engine",
    "api": ROOT / "api",
    "work": ROOT / "api" / "queue",
}
_LATER: Final = "[0-9][0-9][0-9]_*.sql"
_ONE_AT_A_TIME = 0x666F6C6B  # advisory lock: two processes starting together migrate one after the other
_BOOKKEEPING = """
    CREATE SCHEMA IF NOT EXISTS log;
    CREATE TABLE IF NOT EXISTS log.migration (
        part       text        NOT NULL,
        version    integer     NOT NULL,
        sha256     text        NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        PRIMARY KEY (part, version)
    );
    COMMENT ON TABLE log.migration IS 'Which schema files have been applied, part by part.';
    COMMENT ON COLUMN log.migration.part IS 'The part of the house the file belongs to.';
    COMMENT ON COLUMN log.migration.version IS '1 for schema.sql, else the number at the start of the file name.';
    COMMENT ON COLUMN log.migration.sha256 IS 'Hash of the file as it was applied.';
    COMMENT ON COLUMN log.migration.applied_at IS 'When it was applied.';
"""


_APPLIED: Final = "SELECT part, version, sha256 FROM log.migration"
_ANY_APPLIED: Final = "SELECT to_regclass('log.migration') IS NOT NULL"
_READERS: Final = ("folkmoot_writer", "folkmoot_reader")
_NOT_THE_PROJECTORS: Final = """
    SELECT c.oid::regclass::text, c.relkind = 'v' FROM pg_class c
    WHERE c.relnamespace = to_regnamespace('projection') AND c.relkind IN ('r', 'v')
      AND (c.relkind = 'v' OR c.relname ~ '_v[0-9]+_b[0-9]+$')
      AND c.relowner <> 'folkmoot_projector'::regrole AND pg_has_role(c.relowner, 'USAGE')
      AND pg_has_role('folkmoot_projector', 'MEMBER')
"""


class SchemaMismatch(FolkmootError):
    """The database and this version's schema files cannot be brought together."""


class MayNotMigrate(SchemaMismatch):
    """The login may not make what the schema needs."""


def migrate(dsn: str) -> list[str]:
    """Apply, in one transaction, every schema file that the database does not have yet.

    Returns the names of what was applied, oldest first; nothing when the database is up to date, and then any login
    that may read the log will do. Raises UnfitServer, and SchemaMismatch when an applied file was edited, the database
    is newer than this version, or the login may not make what is missing.
    """
    check_server(dsn)
    shipped = shipped_schema()
    with connect(dsn, application_name="folkmoot-migrate") as connection:
        applied = _applied(connection)
        _refuse_mismatch(applied, shipped)
        connection.execute("SET LOCAL client_min_messages = warning")
        try:
            pending = [] if shipped.keys() <= applied.keys() else _apply(connection, shipped)
            if "projections" in _PARTS:
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
    newest = dict(pending)
    return [f"{part} {version}" for part, version in pending if part != LIBRARY or version == newest[LIBRARY]]


def require_schema(dsn: str) -> None:
    """Require the database to be at this version's schema, unchanged. Raises UnfitServer and SchemaMismatch."""
    check_server(dsn)
    with connect(dsn, application_name="folkmoot-migrate") as connection:
        applied, shipped = _applied(connection), shipped_schema()
        if not applied:
            raise SchemaMismatch("there is no Folkmoot in this database yet: `folkmoot migrate` makes its schema")
        _refuse_mismatch(applied, shipped)
        if missing := sorted(shipped.keys() - applied.keys()):
            names = ", ".join(f"{part} {version}" for part, version in missing)
            raise SchemaMismatch(
                f"the database's schema is older than this version (without {names}): run `folkmoot migrate`, or "
                "`folkmoot serve` where the database is Folkmoot's own"
            )


def _apply(connection: psycopg.Connection, shipped: dict[tuple[str, int], bytes]) -> list[tuple[str, int]]:
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
    connection.execute(_BOOKKEEPING)
    applied = _applied(connection)  # by whoever held the lock meanwhile
    _refuse_mismatch(applied, shipped)
    pending: dict[tuple[str, int], bytes] = {}
    for key, sql in shipped.items():
        if key in applied or key in pending:
            continue
        if key[0] == LIBRARY:
            pending |= apply_library(connection, applied)
        else:
            connection.execute(sql)
            pending[key] = sql
    connection.cursor().executemany(
        "INSERT INTO log.migration (part, version, sha256) VALUES (%s, %s, %s)",
        [(*key, _sha256(sql)) for key, sql in pending.items()],
    )
    return list(pending)


def apply_as_it_was(connection: psycopg.Connection, applied: Mapping[tuple[str, int], str]) -> None:
    """Apply, to a database without a schema, the files that another had applied, within the caller's transaction.

    Raises SchemaMismatch where this version has not these files, and MayNotMigrate.
    """
    shipped = shipped_schema()
    _refuse_mismatch(applied, shipped)
    connection.execute("SET LOCAL client_min_messages = warning")
    _apply(connection, {key: sql for key, sql in shipped.items() if key in applied})


def _applied(connection: psycopg.Connection) -> dict[tuple[str, int], str]:
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
                return {(part, version): sha256 for part, version, sha256 in rows}
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


def shipped_schema() -> dict[tuple[str, int], bytes]:
    """The schema files of this version, by part and number."""
    files: dict[tuple[str, int], bytes] = {}
    for part, folder in _PARTS.items():
        if (first := folder / "schema.sql").exists():
            files[part, 1] = first.read_bytes()
        if part == "work":
            files |= library_migrations()
        for later in sorted(folder.glob(_LATER)):
            files[part, int(later.name.partition("_")[0])] = later.read_bytes()
    return files


def _refuse_mismatch(applied: Mapping[tuple[str, int], str], shipped: dict[tuple[str, int], bytes]) -> None:
    newest = max((version for part, version in shipped if part == LIBRARY), default=0)
    faults = [
        f"{part} {version} was applied by a newer version of Folkmoot"
        if (part, version) not in shipped
        else f"{part} {version} was edited after it was applied"
        for (part, version), sha256 in sorted(applied.items())
        if (part != LIBRARY or version > newest)  # which migrations it still ships, and how they are worded, is its own
        and ((part, version) not in shipped or _sha256(shipped[part, version]) != sha256)
    ]
    if faults:
        raise SchemaMismatch("; ".join(faults) + ": run the Folkmoot that this database belongs to")


def _sha256(sql: bytes) -> str:
    return hashlib.sha256(sql).hexdigest()
