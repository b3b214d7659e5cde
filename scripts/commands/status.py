"""Print the status: the log's head, each stored projection, what is parked, and the last runs."""

import argparse
import sys

from msgspec import Struct
from rich.console import Console
from rich.table import Table

from projections.engine.builds import builds
from projections.engine.runs import Finding, ProjectionRun, parked, recent_runs
from projections.engine.status import ProjectionStatus, projection_statuses
from scripts.support.exits import Exit
from scripts.support.projection_database import open_projection_database, print_json
from scripts.support.services import settings_in_force

HELP = "say how far the stored projections are, what is parked, and how the nights went"


class StatusReport(Struct, frozen=True, kw_only=True):
    """The log's head, how each stored projection stands, and the last runs, newest first.

    `kept_from_view`: what could not be projected in builds that were therefore not put in place.
    """

    log_id: str
    position: int
    projections: tuple[ProjectionStatus, ...]
    kept_from_view: tuple[Finding, ...]
    nights: tuple[ProjectionRun, ...]


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("--nights", type=int, default=7, metavar="N", help="how many past runs to list (default 7)")
    parser.add_argument("--json", action="store_true", help="print the result as one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print it; ends with 4 when anything is parked, in what is read or in what was not put in place."""
    with (
        open_projection_database(settings_in_force(), command="status", changes=False) as database,
        database.connections.borrow() as connection,
    ):
        head = database.log.head()
        report = StatusReport(
            log_id=str(head.log_id),
            position=head.position,
            projections=projection_statuses(connection),
            kept_from_view=tuple(parked(connection, builds(connection, "building").values())),
            nights=tuple(recent_runs(connection, max(0, args.nights))),
        )
    if args.json:
        print_json(report)
    else:
        _tabulate(report)
    is_parked = report.kept_from_view or any(each.parked for each in report.projections)
    return Exit.POISON_EVENT if is_parked else Exit.DONE


def _tabulate(report: StatusReport) -> None:
    console = Console(file=sys.stdout, highlight=False)
    console.print(f"Log {report.log_id}, position {report.position}")
    table = Table("projection", "build", "position", "as of", "behind", "partnerships", "rows", "parked")
    for projection in report.projections:
        build = (
            "none: rebuild"
            if projection.build is None
            else f"{projection.build}{'' if projection.is_followed else ' (stale: rebuild)'}"
        )
        behind = f"{projection.lag_events} events, {projection.lag_seconds:.1f} s"
        numbers = (
            projection.position,
            projection.as_of or "",
            behind,
            projection.partitions,
            projection.rows,
            len(projection.parked),
        )
        table.add_row(projection.projection, build, *map(str, numbers))
    console.print(table)
    for fault in (each for standing in report.projections for each in standing.parked):
        console.print(f"Parked: {_named(fault)}")
    for fault in report.kept_from_view:
        console.print(f"Kept the new build out of view: {_named(fault)}")
    runs = Table("began", "what", "ended", "position", "events", "rows", "differs", "parked", title="Past nights")
    for run in report.nights:
        what = "check" if run.is_check else "rebuild"
        counts = (run.position, run.events, run.rows, run.drifted, run.parked)
        runs.add_row(f"{run.started_at:%Y-%m-%d %H:%M}", what, run.state, *map(str, counts))
    console.print(runs)


def _named(fault: Finding) -> str:
    where = f"{fault.projection} of {fault.partition_id}"
    return f"{where}: {fault.event_name} at position {fault.position} ({fault.fault})"
