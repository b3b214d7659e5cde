"""One event into a partnership of some length: the follower's own time for it, and what that was spent on.

The follower's step runs in this process, on a log and tables of its own. In the same turns the partnership's events are
read by index, and once in a while the partnership is projected from nothing.
"""

import argparse
import logging
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import structlog

from domain.log.connections import READER, Connections
from domain.log.decode_events import decode_event
from domain.log.event import LogEvent
from domain.log.recorder import LogRecorder
from domain.log.sessions import connect
from domain.values import day_of
from projections.engine.builds import PROJECTOR
from projections.engine.executors import open_executor, rarely_collected
from projections.engine.follow import Lead, ProjectionFollower
from projections.engine.follow_counts import FollowCounts
from projections.engine.rebuild import Rebuild, RebuildPlan
from projections.engine.row_sets import project_row_sets
from projections.engine.shard_tasks import DatabaseAddresses
from projections.method.document import default_method
from projections.views import stored_projections
from scripts.benchmarks.databases import database, drop, server
from scripts.benchmarks.generated_log import copies, write
from scripts.benchmarks.template import TemplateAppend, county_template
from scripts.demonstration.county import plan_county

HELP = "append single events to a partnership of some length; say what each costs the follower"

_WARM: Final = 3
_READS: Final = 5
_LONGEST: Final = """
    SELECT partition_id FROM log.event WHERE partition_id IN (
        SELECT partition_id FROM log.event WHERE type = 'partnership-formed')
    GROUP BY partition_id ORDER BY count(*) DESC LIMIT 1
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the lengths, and how many events go into each."""
    parser.add_argument(
        "--lengths", type=int, nargs="+", default=[700, 5_000, 50_000], help="events before (default 700 5000 50000)"
    )
    parser.add_argument("--events", type=int, default=200, help="single events for each length (default 200)")
    parser.add_argument("--seconds", type=float, default=30.0, help="at most so long for each length (default 30)")
    parser.add_argument("--seed", type=int, default=2026, help="seed of the logs (default 2026)")


class StepCost(NamedTuple):
    """The milliseconds that one step took by the clock, and of this process's work, and what was counted in it."""

    wall: float
    cpu: float
    counted: Mapping[str, Any] = {}


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Append single events to partnerships of several lengths, and time the follower's step for each."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    with server() as postgres:
        template = database(postgres, "template")
        try:
            county = county_template(template, plan_county(args.seed, places=1))
        finally:
            drop(postgres, "template")
        by_length: dict[str, object] = {}
        for length in args.lengths:
            dsn = database(postgres, f"events_{length}")
            by_length[f"into_{length}"] = _into(dsn, county, length, args)
            drop(postgres, f"events_{length}")
    return {"seed": args.seed, **by_length, "must_reach_ms_into_700": 3.0}


def _into(dsn: str, county: Sequence[TemplateAppend], length: int, args: argparse.Namespace) -> dict[str, object]:
    """Fill a log with one partnership, build its rows, and step through the events that came after its end."""
    appends = copies(county, events=length + 2 * args.events, partnerships=1, seed=args.seed)
    write(dsn, appends, length)
    later_events = [event for append in appends for event in append.events]
    connections = Connections(
        dsn, role=PROJECTOR, application_name="folkmoot-bench", pool_size=1, lock_timeout_s=10.0, statement_timeout_s=0
    )
    with LogRecorder(dsn, role=READER, application_name="folkmoot-bench", pool_size=3) as log:
        try:
            _build(dsn, log, connections)
            follower = ProjectionFollower(log, connections)
            with follower.leading() as lead, rarely_collected():
                if lead is None:
                    message = "nothing was built to be followed"
                    raise LookupError(message)
                return _steps(dsn, log, lead, follower.counts, later_events, args)
        finally:
            connections.close()


def _build(dsn: str, log: LogRecorder, connections: Connections) -> None:
    plan = RebuildPlan(projections=tuple(stored_projections().values()), shards=1, source=DatabaseAddresses(dsn))
    with open_executor(1) as executor:
        Rebuild(log, connections, executor, plan).run()


def _steps(
    dsn: str,
    log: LogRecorder,
    lead: Lead,
    counts: FollowCounts,
    events: Sequence[LogEvent],
    args: argparse.Namespace,
) -> dict[str, object]:
    with connect(dsn, application_name="folkmoot-bench") as connection:
        row = connection.execute(_LONGEST).fetchone()
    partition_id: UUID = row[0] if row else UUID(int=0)
    while lead.step():
        pass
    costs: list[StepCost] = []
    reads: list[StepCost] = []
    deadline = time.monotonic() + args.seconds
    with LogRecorder(dsn, application_name="folkmoot-bench") as recorder:
        for event in _single(events, partition_id, args.events + _WARM):
            recorder.append([event])
            before = counts.copy()
            cost = _timed(lead.step)
            costs.append(cost._replace(counted=counts.since(before)))
            if len(reads) < _READS or len(costs) % 10 == 0:
                reads.append(_timed(lambda: log.read_partition(partition_id)))
            if time.monotonic() > deadline and len(costs) > _WARM + 1:
                break
        while lead.step():
            pass
        whole = _timed(lambda: _project_whole(log, partition_id))
    return {
        "events": len(costs) - _WARM,
        **_summary(costs[_WARM:], reads, whole),
        "made_whole": dict(counts.whole),
        "checks": counts.checks,
        "differences": counts.differences,
    }


def _single(events: Sequence[LogEvent], partition_id: UUID, most: int) -> Iterator[LogEvent]:
    """The events of one partition, one after another."""
    of_partition = [event for event in events if event.partition_id == partition_id]
    yield from of_partition[:most]


def _timed(work: Callable[[], object]) -> StepCost:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return StepCost((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000)


def _project_whole(log: LogRecorder, partition_id: UUID) -> None:
    records = [decode_event(event) for event in log.read_partition(partition_id)]
    for _ in project_row_sets(
        records, day_of(records[-1].recorded_at), default_method(), stored_projections().values()
    ):
        pass


def _summary(costs: Sequence[StepCost], reads: Sequence[StepCost], whole: StepCost) -> dict[str, object]:
    cpu = [cost.cpu for cost in costs]
    read_cpu = statistics.median(read.cpu for read in reads)
    times = {
        f"{what}_ms": _median([cost.counted.get(f"{what}_s", 0.0) * 1000 for cost in costs])
        for what in ("projecting", "encoding", "writing")
    }
    row_counts = {
        what: _median([cost.counted.get(what, 0) for cost in costs]) for what in ("rows_encoded", "rows_written")
    }
    return {
        "median_ms": _median([cost.wall for cost in costs]),
        "p99_ms": _p99([cost.wall for cost in costs]),
        "cpu_median_ms": _median(cpu),
        "cpu_least_tenth_ms": _least_tenth(cpu),
        "cpu_p99_ms": _p99(cpu),
        **times,
        **row_counts,
        "indexed_read_cpu_ms": round(read_cpu, 2),
        "indexed_read_cpu_least_tenth_ms": _least_tenth([read.cpu for read in reads]),
        "whole_projection_cpu_ms": round(whole.cpu, 2),
        "ratio_to_indexed_read": round(statistics.median(cpu) / read_cpu, 2),
        "ratio_to_whole_projection": round(statistics.median(cpu) / whole.cpu, 4),
    }


def _median(numbers: Sequence[float]) -> float:
    return round(statistics.median(numbers), 2)


def _least_tenth(numbers: Sequence[float]) -> float:
    """The tenth percentile: about what it takes where nothing else is in the way."""
    return round(sorted(numbers)[len(numbers) // 10], 2)


def _p99(numbers: Sequence[float]) -> float:
    return round(sorted(numbers)[int(0.99 * (len(numbers) - 1))], 2)
