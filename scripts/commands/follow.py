"""Keep the stored projections level with the log until told to stop."""

import argparse
import sys
import threading
from contextlib import suppress

from api.runtime.logs import configure_logging
from projections.engine.builds import ViewHeld, builds
from projections.engine.executors import open_executor, rarely_collected
from projections.engine.follow import AnotherLeads, ProjectionFollower
from projections.engine.held_partitions import HOLD, WholePartition
from projections.engine.rebuild import AlreadyRunning, LogAltered, Rebuild, RebuildPlan
from projections.engine.shards import Unproven
from projections.engine.swap import SwapBlocked
from scripts.support.exits import CommandFailed, Exit
from scripts.support.metrics_port import metrics_shown
from scripts.support.projection_database import (
    ProjectionDatabase,
    named_projections,
    open_projection_database,
    shards_for,
)
from scripts.support.services import settings_in_force
from scripts.support.signals import Terminated, end_with_stdin, stopped_by_signals, terminable

HELP = "keep the stored projections level with the log"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--once", action="store_true", help="catch up with the log as it is now, and end")
    parser.add_argument(
        "--until-stdin-ends", action="store_true", help="end when standard input does: with whoever holds its other end"
    )


def run(args: argparse.Namespace) -> int:
    """Follow; the signal to end lets the batch that is under way finish, and cuts a first build short."""
    configure_logging()
    if args.until_stdin_ends:
        threading.Thread(target=end_with_stdin, daemon=True).start()
    with (
        suppress(Terminated),
        terminable(),
        open_projection_database(settings := settings_in_force(), command="follow") as database,
        metrics_shown(settings, database.connections),
    ):
        build_missing(database)
        follower = ProjectionFollower(
            database.log, database.connections, hold=WholePartition if settings.follow_whole else HOLD
        )
        with rarely_collected():
            if args.once:
                print(f"Followed to position {_caught_up(follower)}.", file=sys.stderr)
            else:
                stopping = stopped_by_signals()
                print("Following the log.", file=sys.stderr, flush=True)
                follower.run(stopping)
    return Exit.DONE


def _caught_up(follower: ProjectionFollower) -> int:
    try:
        return follower.catch_up()
    except AnotherLeads as error:
        raise CommandFailed(Exit.ANOTHER_RUN_HOLDS_THE_LOCK, str(error)) from None


def build_missing(database: ProjectionDatabase) -> None:
    """Build, in this process, the projections that were never built here; whoever builds them already does it.

    What cannot be built is said, and what can be followed is followed all the same. Raises CommandFailed where
    the builds cannot be trusted.
    """
    with database.connections.borrow() as connection:
        live = builds(connection, "live")
    missing = tuple(each for each in named_projections(()) if each.name not in live)
    if not missing:
        return
    plan = RebuildPlan(projections=missing, shards=shards_for(database.log.head().position, 1), source=database.source)
    try:
        with open_executor(1) as executor:
            report = Rebuild(database.log, database.connections, executor, plan, memorandum=database.memorandum).run()
    except AlreadyRunning:
        print("Another run builds them already.", file=sys.stderr, flush=True)
    except (SwapBlocked, ViewHeld) as error:
        print(f"Not built: {error}", file=sys.stderr, flush=True)
    except LogAltered as error:
        raise CommandFailed(Exit.DRIFT_FOUND, str(error)) from None
    except Unproven as error:
        raise CommandFailed(Exit.UNEXPECTED, str(error)) from None
    else:
        if report.parked:
            which = ", ".join(sorted({f"{each.projection} of {each.partition_id}" for each in report.parked}))
            print(f"Built without {which}: mend the record, and it is taken in.", file=sys.stderr, flush=True)
