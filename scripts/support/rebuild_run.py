"""A rebuild or a check as a command runs it: its arguments, its report as tables or JSON, its exit code."""

import argparse
import re
from contextlib import suppress

import msgspec
from rich.console import Console
from rich.table import Table

from projections.declaration import Projection
from projections.engine import runs
from projections.engine.builds import ViewHeld
from projections.engine.executors import ClusterMissing, open_executor
from projections.engine.rebuild import AlreadyRunning, LogAltered, Rebuild, RebuildPlan, RebuildReport
from projections.engine.shard_tasks import DatabaseAddresses, OutOfTime
from projections.engine.shards import Unproven
from projections.engine.swap import SwapBlocked
from scripts.support.exits import CommandFailed, Exit
from scripts.support.progress import report_rebuild
from scripts.support.projection_database import ProjectionDatabase, print_json, shards_for, usual_workers
from scripts.support.signals import Terminated, terminable

_SHOWN = 20
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)([smh]?)", re.ASCII)
_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600}


def configure_run(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments of a run: workers, time, cluster, JSON."""
    parser.add_argument("--workers", type=_count, metavar="N", help="processes to use; by default one a processor")
    parser.add_argument(
        "--max-duration", type=_duration, metavar="TIME", help="give up after so long, such as 90s, 15m or 2h"
    )
    parser.add_argument("--cluster", metavar="ADDRESS", help="run on the Dask cluster at this scheduler instead")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run_rebuild(
    database: ProjectionDatabase, projections: tuple[Projection, ...], args: argparse.Namespace, *, is_check: bool
) -> RebuildReport:
    """Run a rebuild or a check; what stops it ends the command with its code."""
    workers = args.workers or usual_workers()
    source = DatabaseAddresses() if args.cluster else database.source
    plan = RebuildPlan(
        projections=projections,
        shards=shards_for(database.log.head().position, workers),
        source=source,
        is_check=is_check,
        max_seconds=args.max_duration,
    )
    try:
        with open_executor(workers, args.cluster) as executor, terminable():
            return Rebuild(
                database.log,
                database.connections,
                executor,
                plan,
                report_progress=report_rebuild,
                memorandum=database.memorandum,
            ).run()
    except (AlreadyRunning, OutOfTime, SwapBlocked) as error:
        raise CommandFailed(Exit.ANOTHER_RUN_HOLDS_THE_LOCK, str(error)) from None
    except (ClusterMissing, ViewHeld) as error:
        raise CommandFailed(Exit.CONFIGURATION, str(error)) from None
    except LogAltered as error:
        raise CommandFailed(Exit.DRIFT_FOUND, str(error)) from None
    except (Unproven, Terminated) as error:
        raise CommandFailed(Exit.UNEXPECTED, str(error) or "told to end: run again to go on") from None


def print_report(report: RebuildReport, *, as_json: bool) -> int:
    """Print the report of a run; returns its exit code."""
    if as_json:
        print_json(report)
    _tabulate(report)
    return exit_of(report)


def exit_of(report: RebuildReport) -> Exit:
    """The exit code that says how a run went."""
    if report.parked:
        return Exit.POISON_EVENT
    return Exit.DRIFT_FOUND if report.drifts else Exit.DONE


def _tabulate(report: RebuildReport) -> None:
    console = Console(stderr=True, highlight=False)
    run = report.run
    word = "Compared" if run.is_check else ("Rebuilt" if report.is_swapped else "Built, and did not put in place,")
    console.print(
        f"{word} {', '.join(report.projections)} as of {run.as_of}: "
        f"{run.events:,} events to position {run.position}, {run.rows:,} rows, {sum(report.seconds.values()):.1f} s."
    )
    for title, findings in (
        ("Differs from the log", report.drifts),
        ("Parked, with their last good rows", report.parked),
    ):
        if not findings:
            continue
        table = Table(title=f"{title}: {len(findings)}", title_justify="left")
        for column in ("projection", "partition", "what", "where", "live", "the log says"):
            table.add_column(column, overflow="fold")
        for finding in findings[:_SHOWN]:
            table.add_row(*_cells(finding))
        console.print(table)


def _cells(finding: runs.Finding) -> list[str]:
    where = f"{finding.event_name} at {finding.position}" if finding.event_name else _text(finding.row_key)
    return [
        finding.projection,
        str(finding.partition_id or "all"),
        finding.fault,
        where,
        _text(finding.live),
        _text(finding.rebuilt),
    ]


def _text(value: object) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()


def _duration(text: str) -> float:
    if match := _DURATION.fullmatch(text):
        return float(match[1]) * _UNITS[match[2]]
    raise argparse.ArgumentTypeError("give a time such as 90s, 15m or 2h")


def _count(text: str) -> int:
    with suppress(ValueError):
        if 1 <= int(text) <= 256:  # noqa: PLR2004 - more processes than any machine of ours
            return int(text)
    raise argparse.ArgumentTypeError("give a number from 1 to 256")
