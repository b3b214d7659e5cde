"""Bring a database to the schema that this Folkmoot needs."""

import argparse
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from domain.embedded_server import EmbeddedPostgres
from domain.log.errors import UnfitServer
from domain.log.sessions import connect
from scripts.support.catalogue import AS_SHIPPED, lines
from scripts.support.database_schema import Patience, SchemaHeld, SchemaMismatch, migrate, planned, without_repeats
from scripts.support.exits import CommandFailed, Exit
from scripts.support.schema_files import SchemaStage, ShippedFile
from scripts.support.secrecy import given_environment

HELP = "bring the database to the schema this version needs"
_LONGEST_S: Final = 86_400
_WHEN: Final = {
    SchemaStage.PRE: "before the new release serves; the one before goes on",
    SchemaStage.POST: "once no earlier release runs: --finish",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments; no address, which may hold a password and belongs on no command line."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument(
        "--plan", action="store_true", help="print what would be applied, in order and when; change nothing"
    )
    what.add_argument(
        "--finish",
        action="store_true",
        help="apply as well what ends what earlier releases use: when none of these runs any more",
    )
    what.add_argument(
        "--catalogue",
        action="store_true",
        help="for whoever changes the schema: write down in scripts/catalogue.txt what a fresh database holds of it",
    )
    usual = Patience()
    for limit, seconds, waits in (
        ("lock", usual.lock_s, "waits for a table that somebody holds, before it lets others pass and tries again"),
        ("statement", usual.statement_s, "takes at most"),
    ):
        parser.add_argument(
            f"--{limit}-timeout",
            type=_seconds,
            default=seconds,
            metavar="SECONDS",
            help=f"how long one statement {waits} (default {seconds:g}; 0 for any time)",
        )


def run(args: argparse.Namespace) -> int:
    """Migrate and say what was applied, or what would be."""
    if args.catalogue:
        return _write_catalogue()
    dsn = given_environment().get("DATABASE_URL")
    if not dsn:
        raise CommandFailed(
            Exit.CONFIGURATION, "set DATABASE_URL; a database of Folkmoot's own is migrated as it starts"
        )
    try:
        if args.plan:
            return _print_plan(planned(dsn))
        patience = Patience(lock_s=args.lock_timeout, statement_s=args.statement_timeout)
        applied = migrate(dsn, finish=args.finish, patience=patience)
        waiting = planned(dsn)
    except (SchemaMismatch, UnfitServer) as error:
        raise CommandFailed(Exit.CONFIGURATION, str(error)) from None
    except SchemaHeld as error:
        raise CommandFailed(Exit.ANOTHER_RUN_HOLDS_THE_LOCK, str(error)) from None
    print(f"Applied {', '.join(applied)}." if applied else "The schema is up to date.")
    if waiting:
        names = ", ".join(map(str, without_repeats(waiting)))
        print(f"Once no earlier release runs, finish with `folkmoot migrate --finish`: {names}.")
    return Exit.DONE


def _print_plan(files: Sequence[ShippedFile]) -> int:
    for file in without_repeats(files):
        print(f"{file.part:<12} {file.number:03}  {file.name:<32} {_WHEN[file.stage]}")
    if not files:
        print("The schema is up to date.")
    return Exit.DONE


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 <= seconds <= _LONGEST_S:
        raise argparse.ArgumentTypeError(f"give seconds from 0 to {_LONGEST_S}, not {text!r}")
    return seconds


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
