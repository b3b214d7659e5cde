"""Make stored projections anew from the log, compare what was live with it, and put the new ones in place."""

import argparse
import re
import sys
from contextlib import suppress

import msgspec
from rich.console import Console
from rich.table import Table

from projections.declaration import Projection
from projections.engine import runs
from projections.engine.builds import ViewHeld
from projections.engine.executors import ClusterMissing, open_executor
from projections.engine.rebuild import (
    AlreadyRunning,
    LogAltered,
    Rebuild,
    RebuildPlan,
    RebuildProgress,
    RebuildReport,
    stale_projections,
)
from projections.engine.shard_tasks import DatabaseAddresses, OutOfTime
from projections.engine.shards import Unproven
from projections.engine.swap import SwapBlocked
from scripts.support.exits import CommandFailed, Exit
from scripts.support.projection_database import Room, asked_for, open_room, print_json, shards_for, usual_workers
from scripts.support.services import settings_in_force
from scripts.support.signals import Terminated, terminable

HELP = "make the stored projections anew from the log, and prove what was live"
_SHOWN = 20
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)([smh]?)", re.ASCII)
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    which = parser.add_mutually_exclusive_group()
    parser.add_argument("names", nargs="*", metavar="NAME", help="stored projections; all unless named")
    which.add_argument("--all", action="store_true", help="all stored projections, which is what happens unless named")
    which.add_argument("--stale", action="store_true", help="only those that this release did not build from this log")
    parser.add_argument("--verify-only", action="store_true", help="only compare what is live with the log")
    parser.add_argument("--dry-run", action="store_true", help="say what would be rebuilt, and change nothing")
    configure_work(parser)


def configure_work(parser: argparse.ArgumentParser) -> None:
    """Declare how a run is spread, and how it is told."""
    parser.add_argument("--workers", type=_count, metavar="N", help="processes to use; by default one a processor")
    parser.add_argument(
        "--max-duration", type=_duration, metavar="TIME", help="give up after so long, such as 90s, 15m or 2h"
    )
    parser.add_argument("--cluster", metavar="ADDRESS", help="run on the Dask cluster at this scheduler instead")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Rebuild, and end with the code that says how it went."""
    if args.names and (args.stale or args.all):
        raise CommandFailed(Exit.USAGE, "name projections, or give --all or --stale, not both")
    asked = asked_for(args.names)
    with open_room(settings_in_force(), command="rebuild", changes=not (args.dry_run or args.verify_only)) as room:
        if args.stale:
            with room.connections.borrow() as connection:
                asked = tuple(stale_projections(connection, room.log.head().log_id))
        if args.dry_run or not asked:
            return _say_what_would_be(room, asked, as_json=args.json)
        report = rebuilt(room, asked, args, is_check=args.verify_only)
    return told(report, as_json=args.json)


def rebuilt(room: Room, asked: tuple[Projection, ...], args: argparse.Namespace, *, is_check: bool) -> RebuildReport:
    """Run a rebuild or a check; what stops it ends the command with its code."""
    workers = args.workers or usual_workers()
    source = DatabaseAddresses() if args.cluster else room.source
    plan = RebuildPlan(
        projections=asked,
        shards=shards_for(room.log.head().position, workers),
        source=source,
        is_check=is_check,
        max_seconds=args.max_duration,
    )
    try:
        with open_executor(workers, args.cluster) as executor, terminable():
            return Rebuild(
                room.log, room.connections, executor, plan, report_progress=_Teller(), memorandum=room.memorandum
            ).run()
    except (AlreadyRunning, OutOfTime, SwapBlocked) as error:
        raise CommandFailed(Exit.ANOTHER_RUN_HOLDS_THE_LOCK, str(error)) from None
    except (ClusterMissing, ViewHeld) as error:
        raise CommandFailed(Exit.CONFIGURATION, str(error)) from None
    except LogAltered as error:
        raise CommandFailed(Exit.DRIFT_FOUND, str(error)) from None
    except (Unproven, Terminated) as error:
        raise CommandFailed(Exit.UNEXPECTED, str(error) or "told to end: run again to go on") from None


def told(report: RebuildReport, *, as_json: bool) -> int:
    """Print what a run made and found, and give its exit code."""
    if as_json:
        print_json(report)
    _tabulate(report)
    return ending(report)


def ending(report: RebuildReport) -> Exit:
    """Name the code that says how a run went."""
    if report.parked:
        return Exit.POISON_EVENT
    return Exit.DRIFT_FOUND if report.drifts else Exit.DONE


def _say_what_would_be(room: Room, asked: tuple[Projection, ...], *, as_json: bool) -> int:
    head = room.log.head()
    plan = {
        "projections": [{"name": each.name, "version": each.version, "kept_for": each.stored} for each in asked],
        "log_id": head.log_id,
        "position": head.position,
    }
    if as_json:
        print_json(plan)
    names = ", ".join(each.name for each in asked) or "nothing: all are of this release and this log"
    print(f"Would rebuild {names}, from {head.position} events.", file=sys.stderr)
    return Exit.DONE


class _Teller:
    """Tells progress on standard error: one moving line on a terminal, else a line of JSON each time."""

    def __init__(self) -> None:
        self._is_terminal = sys.stderr.isatty()

    def __call__(self, progress: RebuildProgress) -> None:
        if self._is_terminal:
            numbers = f"{progress.events:,} events, {progress.rows:,} rows" if progress.events or progress.rows else ""
            end = "\n" if progress.done == progress.of else ""
            print(
                f"\r\x1b[K{progress.phase} {progress.done}/{progress.of} {numbers}",
                end=end,
                file=sys.stderr,
                flush=True,
            )
        else:
            print(msgspec.json.encode(progress).decode(), file=sys.stderr, flush=True)


def _tabulate(report: RebuildReport) -> None:
    console = Console(stderr=True, highlight=False)
    run = report.run
    word = "Compared" if run.is_check else ("Rebuilt" if report.is_swapped else "Built, and did not put in place,")
    console.print(
        f"{word} {', '.join(report.projections)} as of {run.as_of}: "
        f"{run.events:,} events to position {run.position}, {run.rows:,} rows, {sum(report.seconds.values()):.1f} s."
    )
    for title, found in (("Differs from the log", report.drifts), ("Parked, with their last good rows", report.parked)):
        if not found:
            continue
        table = Table(title=f"{title}: {len(found)}", title_justify="left")
        for column in ("projection", "partition", "what", "where", "live", "the log says"):
            table.add_column(column, overflow="fold")
        for each in found[:_SHOWN]:
            table.add_row(*_cells(each))
        console.print(table)


def _cells(found: runs.Finding) -> list[str]:
    where = f"{found.event_name} at {found.position}" if found.event_name else _text(found.row_key)
    return [
        found.projection,
        str(found.partition_id or "all"),
        found.fault,
        where,
        _text(found.live),
        _text(found.rebuilt),
    ]


def _text(value: object) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()


def _duration(text: str) -> float:
    if found := _DURATION.fullmatch(text):
        return float(found[1]) * _UNITS[found[2]]
    raise argparse.ArgumentTypeError("give a time such as 90s, 15m or 2h")


def _count(text: str) -> int:
    with suppress(ValueError):
        if 1 <= int(text) <= 256:  # noqa: PLR2004 - more processes than any machine of ours
            return int(text)
    raise argparse.ArgumentTypeError("give a number from 1 to 256")
