"""Bring a database to the schema that this Folkmoot needs.

Each part of the house keeps its own SQL beside its code: `schema.sql` first, then `schema_2.sql` and so on
as it grows. A file is applied once and never edited afterwards; a later change is a later file.
"""

import argparse
import hashlib
import os
from pathlib import Path

from domain.log.errors import UnfitServer
from domain.log.sessions import check_server, connect
from scripts.exits import CommandFailed, Exit

HELP = "bring the database to the schema this version needs"

_ROOT = Path(__file__).resolve().parent.parent
_PARTS = {
    "log": _ROOT / "domain" / "log",
    "vault": _ROOT / "domain" / "vault",
    "projections": _ROOT / "projections" / "engine",
    "api": _ROOT / "api",
}
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
    COMMENT ON COLUMN log.migration.version IS '1 for schema.sql, n for schema_n.sql.';
    COMMENT ON COLUMN log.migration.sha256 IS 'Hash of the file as it was applied.';
    COMMENT ON COLUMN log.migration.applied_at IS 'When it was applied.';
"""


class SchemaMismatch(Exception):
    """The database and this version's schema files cannot be brought together."""


def migrate(dsn: str) -> list[str]:
    """Apply, in one transaction, every schema file that the database does not have yet.

    Returns the names of what was applied, oldest first; nothing when the database is up to date.
    Raises UnfitServer, and SchemaMismatch when an applied file was edited or the database is newer than this version.
    """
    check_server(dsn)
    with connect(dsn, application_name="folkmoot-migrate") as connection:
        connection.execute("SELECT pg_advisory_xact_lock(%s)", (_ONE_AT_A_TIME,))
        connection.execute("SET LOCAL client_min_messages = warning")
        connection.execute(_BOOKKEEPING)
        rows = connection.execute("SELECT part, version, sha256 FROM log.migration").fetchall()
        applied = {(part, version): sha256 for part, version, sha256 in rows}
        shipped = shipped_schema()
        _refuse_mismatch(applied, shipped)
        pending = [key for key in shipped if key not in applied]
        for part, version in pending:
            sql = shipped[part, version]
            connection.execute(sql)
            connection.execute(
                "INSERT INTO log.migration (part, version, sha256) VALUES (%s, %s, %s)",
                (part, version, _sha256(sql)),
            )
    return [f"{part} {version}" for part, version in pending]


def configure(parser: argparse.ArgumentParser) -> None:
    """Take no arguments: an address of a database may hold a password, which no command line should."""
    del parser


def run(args: argparse.Namespace) -> int:
    """Migrate and say what was applied."""
    del args
    dsn = os.environ.get("DATABASE_URL")
    if not dsn:
        raise CommandFailed(
            Exit.CONFIGURATION, "set DATABASE_URL; a database of Folkmoot's own is migrated as it starts"
        )
    try:
        applied = migrate(dsn)
    except (SchemaMismatch, UnfitServer) as error:
        raise CommandFailed(Exit.CONFIGURATION, str(error)) from None
    print(f"Applied {', '.join(applied)}." if applied else "The schema is up to date.")
    return Exit.DONE


def shipped_schema() -> dict[tuple[str, int], bytes]:
    """Give the schema files of this version, by part and number."""
    files: dict[tuple[str, int], bytes] = {}
    for part, folder in _PARTS.items():
        first = folder / "schema.sql"
        if first.exists():
            files[part, 1] = first.read_bytes()
            version = 2
            while (later := folder / f"schema_{version}.sql").exists():
                files[part, version] = later.read_bytes()
                version += 1
    return files


def _refuse_mismatch(applied: dict[tuple[str, int], str], shipped: dict[tuple[str, int], bytes]) -> None:
    faults = [
        f"{part} {version} was applied by a newer version of Folkmoot"
        if (part, version) not in shipped
        else f"{part} {version} was edited after it was applied"
        for (part, version), sha256 in sorted(applied.items())
        if (part, version) not in shipped or _sha256(shipped[part, version]) != sha256
    ]
    if faults:
        raise SchemaMismatch("; ".join(faults) + ": run the Folkmoot that this database belongs to")


def _sha256(sql: bytes) -> str:
    return hashlib.sha256(sql).hexdigest()
