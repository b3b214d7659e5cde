"""Verify what is stored against the log, row by row, without changing anything that is read."""

import argparse

from scripts.exits import CommandFailed, Exit
from scripts.projecting import asked_for, open_room
from scripts.rebuild import configure_work, rebuilt, told
from scripts.services import settings_in_force

HELP = "compare the stored projections with the log"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument(
        "--projections", nargs="*", metavar="NAME", default=None, help="stored projections to compare; all unless named"
    )
    configure_work(parser)


def run(args: argparse.Namespace) -> int:
    """Compare, and end with 3 when anything differs."""
    if args.projections is None:
        raise CommandFailed(Exit.USAGE, "say what to verify: --projections")
    asked = asked_for(args.projections)
    with open_room(settings_in_force(), command="verify") as room:
        return told(rebuilt(room, asked, args, is_check=True), as_json=args.json)
