"""Bring a database to the schema that this Folkmoot needs."""

import argparse
import shutil
import tempfile
from pathlib import Path

from domain.embedded_server import EmbeddedPostgres
from domain.log.errors import UnfitServer
from domain.log.sessions import connect
from scripts.support.catalogue import AS_SHIPPED, lines
from scripts.support.database_schema import SchemaMismatch, migrate
from scripts.support.exits import CommandFailed, Exit
from scripts.support.secrecy import given_environment

HELP = "bring the database to the schema this version needs"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments; no address, which may hold a password and belongs on no command line."""
    parser.add_argument(
        "--catalogue",
        action="store_true",
        help="for whoever changes the schema: write down in scripts/catalogue.txt what a fresh database holds of it",
    )


def run(args: argparse.Namespace) -> int:
    """Migrate and say what was applied."""
    if args.catalogue:
        return _write_catalogue()
    dsn = given_environment().get("DATABASE_URL")
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


def _write_catalogue() -> int:
    """Migrate a database that lives for as long as that takes, and describe it."""
    data_dir = Path(tempfile.mkdtemp(prefix="folkmoot-catalogue-"))
    try:
        with EmbeddedPostgres(data_dir, fsync=False) as server:
            migrate(server.dsn())
            with connect(server.dsn(), application_name="folkmoot-catalogue", autocommit=True) as connection:
                AS_SHIPPED.write_text("\n".join(lines(connection)) + "\n", "utf-8")
    finally:
        shutil.rmtree(data_dir)
    print(f"Wrote {AS_SHIPPED}.")
    return Exit.DONE
