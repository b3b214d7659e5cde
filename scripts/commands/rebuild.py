"""Make stored projections anew from the log, compare what was live with it, and put the new ones in place."""

import argparse
import sys

from projections.declaration import Projection
from projections.engine.rebuild import stale_projections
from scripts.support.exits import CommandFailed, Exit
from scripts.support.projection_database import (
    ProjectionDatabase,
    named_projections,
    open_projection_database,
    print_json,
)
from scripts.support.rebuild_run import configure_run, print_report, run_rebuild
from scripts.support.services import settings_in_force

HELP = "make the stored projections anew from the log, and prove what was live"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    which = parser.add_mutually_exclusive_group()
    parser.add_argument("names", nargs="*", metavar="NAME", help="stored projections; all unless named")
    which.add_argument("--all", action="store_true", help="all stored projections, which is what happens unless named")
    which.add_argument("--stale", action="store_true", help="only those that this release did not build from this log")
    parser.add_argument("--verify-only", action="store_true", help="only compare what is live with the log")
    parser.add_argument("--dry-run", action="store_true", help="say what would be rebuilt, and change nothing")
    configure_run(parser)


def run(args: argparse.Namespace) -> int:
    """Rebuild, and end with the code that says how it went."""
    if args.names and (args.stale or args.all):
        raise CommandFailed(Exit.USAGE, "name projections, or give --all or --stale, not both")
    projections = named_projections(args.names)
    with open_projection_database(
        settings_in_force(), command="rebuild", changes=not (args.dry_run or args.verify_only)
    ) as database:
        if args.stale:
            with database.connections.borrow() as connection:
                projections = tuple(stale_projections(connection, database.log.head().log_id))
        if args.dry_run or not projections:
            return _print_plan(database, projections, as_json=args.json)
        report = run_rebuild(database, projections, args, is_check=args.verify_only)
    return print_report(report, as_json=args.json)


def _print_plan(database: ProjectionDatabase, projections: tuple[Projection, ...], *, as_json: bool) -> int:
    head = database.log.head()
    plan = {
        "projections": [{"name": each.name, "version": each.version, "kept_for": each.stored} for each in projections],
        "log_id": head.log_id,
        "position": head.position,
    }
    if as_json:
        print_json(plan)
    names = ", ".join(each.name for each in projections) or "nothing: all are of this release and this log"
    print(f"Would rebuild {names}, from {head.position} events.", file=sys.stderr)
    return Exit.DONE
