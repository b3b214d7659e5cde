"""Put the build that was live before back in its place."""

import argparse
import sys
from contextlib import closing

from domain.values import day_of
from projections.engine.builds import NoEarlierBuild, ViewHeld
from projections.engine.rebuild import AlreadyRunning, lock_rebuilding
from projections.engine.swap import SwapBlocked, roll_back
from scripts.support.exits import CommandFailed, Exit
from scripts.support.projection_database import named_projections, open_projection_database, print_json
from scripts.support.services import settings_in_force

HELP = "put the last build of stored projections back in place"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="stored projections; all unless named")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Bring the kept builds to the head, and exchange them with the live ones."""
    projections = {each.name: each for each in named_projections(args.names)}
    with open_projection_database(settings_in_force(), command="rollback") as database:
        head = database.log.head()
        day = day_of(head.now)
        try:
            with closing(database.connections.open("rollback")) as connection:
                lock_rebuilding(connection)
                live = roll_back(database.log, connection, projections, day)
        except (AlreadyRunning, SwapBlocked) as error:
            raise CommandFailed(Exit.ANOTHER_RUN_HOLDS_THE_LOCK, str(error)) from None
        except ViewHeld as error:
            raise CommandFailed(Exit.CONFIGURATION, str(error)) from None
        except NoEarlierBuild as error:
            raise CommandFailed(Exit.USAGE, str(error)) from None
    if args.json:
        print_json({name: {"build": build.build, "position": build.position} for name, build in live.items()})
    for name, build in sorted(live.items()):
        print(f"{name}: build {build.build} is live again, at position {build.position}.", file=sys.stderr)
    return Exit.DONE
