"""The nightly rebuild of trust and health over a large log, against the library's runner and against raw reading.

The library's runner is far too slow for the whole log, so it gets a slice of whole partnerships of the usual length;
both sides project the same functions, and their rows, read back, must have equal digests.
"""

import argparse
import os
import resource
import time
from contextlib import closing
from operator import attrgetter
from pathlib import Path
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.embedded_server import EmbeddedPostgres
from domain.log.connections import Connections
from domain.log.recorder import LogRecorder
from domain.log.sessions import connect
from projections.engine.builds import PROJECTOR, builds
from projections.engine.executors import open_executor
from projections.engine.rebuild import Rebuild, RebuildPlan, RebuildReport
from projections.engine.replay import known_partnership, replay_answer
from projections.engine.row_sets import RowSetHeader, read_headers
from projections.engine.shard_tasks import DatabaseAddresses
from projections.method.document import default_method
from projections.method.method import method_sha256
from projections.views import projection_called
from scripts.benchmarks import library_runner
from scripts.benchmarks.databases import server
from scripts.benchmarks.large_log import kept_folder, large_log, slice_of
from scripts.benchmarks.processes import alone
from scripts.benchmarks.raw_copy import copy_out
from scripts.support.projection_database import shards_for

HELP = "rebuild trust and health of a large log; yardsticks: the library's own runner, and raw COPY of the log"

NAMES: Final = ("health", "trust")
_SAMPLED: Final = 20
_MIB: Final = 1024


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the size of the log, and the workers."""
    parser.add_argument("--events", type=int, default=1_000_000, help="events of the log (default 1000000)")
    parser.add_argument("--partnerships", type=int, default=1_500, help="partnerships in it (default 1500)")
    parser.add_argument("--seed", type=int, default=2026, help="seed of the log (default 2026)")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="worker processes (default: the cores)"
    )
    parser.add_argument("--slice", type=int, default=600, help="events for the library's runner (default 600)")
    parser.add_argument("--keep", type=kept_folder, metavar="FOLDER", help="keep the log in a folder, to use it again")


class RebuildProcess(Struct, frozen=True, kw_only=True):
    """One rebuild in a process of its own: its report, and the most memory that process held."""

    report: RebuildReport
    seconds: float
    peak_kib: int


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Make the log, read it raw, rebuild it twice, let the library's runner follow a slice; compare."""
    keep: Path | None = args.keep
    with server(keep) as postgres:
        started = time.perf_counter()
        dsn = large_log(postgres, events=args.events, partnerships=args.partnerships, seed=args.seed)
        made_s = time.perf_counter() - started
        copied = copy_out(dsn)
        first, again = (alone(rebuilt, dsn, args.workers) for _ in range(2))
        copied = min(copied, copy_out(dsn), key=attrgetter("seconds"))
        is_sampled_equal = _is_replayed_equal(dsn)
        library, is_slice_equal = _library(postgres, dsn, args.slice, args.workers)
    copy_rate, library_rate = copied.events / copied.seconds, library.events / library.seconds
    return {
        "events": copied.events,
        "partnerships": args.partnerships,
        "seed": args.seed,
        "workers": args.workers,
        "log_made_s": round(made_s, 1),
        "raw_copy": {"seconds": round(copied.seconds, 2), "events_a_second": round(copy_rate), "bytes": copied.bytes},
        "library_runner": {
            "events": library.events,
            "seconds": round(library.seconds, 2),
            "events_a_second": round(library_rate, 1),
        },
        "rebuild": _figures(first, library_rate, copy_rate),
        "rebuild_and_compare_with_live": _figures(again, library_rate, copy_rate),
        "digests_equal": is_slice_equal and is_sampled_equal,
        "must_reach": {"to_library_runner": 500, "to_raw_copy": 0.15, "peak_worker_mib": 1024},
        "aim": {"to_library_runner": 500, "to_raw_copy": 0.22},
    }


def _figures(rebuilt: RebuildProcess, library_rate: float, copy_rate: float) -> dict[str, object]:
    run, rate = rebuilt.report.run, rebuilt.report.run.events / rebuilt.seconds
    return {
        "seconds": round(rebuilt.seconds, 2),
        "phases_s": rebuilt.report.seconds,
        "events": run.events,
        "events_a_second": round(rate),
        "rows_written": run.rows,
        "drifted": run.drifted,
        "is_swapped": rebuilt.report.is_swapped,
        "peak_parent_mib": rebuilt.peak_kib // _MIB,
        "peak_worker_mib": rebuilt.report.peak_worker_kib // _MIB,
        "to_library_runner": round(rate / library_rate, 1),
        "to_raw_copy": round(rate / copy_rate, 3),
    }


def rebuilt(dsn: str, workers: int) -> RebuildProcess:
    """Rebuild, prove and swap the stored trust and health; to be called in a fresh process."""
    started = time.perf_counter()
    plan = RebuildPlan(
        projections=tuple(map(projection_called, NAMES)),
        shards=shards_for(_head(dsn), workers),
        source=DatabaseAddresses(write_dsn=dsn),
    )
    connections = Connections(
        dsn, role=PROJECTOR, application_name="folkmoot-bench", pool_size=2, lock_timeout_s=10.0, statement_timeout_s=0
    )
    with (
        closing(connections),
        LogRecorder(dsn, application_name="folkmoot-bench") as log,
        open_executor(workers) as executor,
    ):
        report = Rebuild(log, connections, executor, plan).run()
        seconds = time.perf_counter() - started
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return RebuildProcess(report=report, seconds=seconds, peak_kib=peak_kib)


def _library(postgres: EmbeddedPostgres, dsn: str, events: int, workers: int) -> tuple[library_runner.LibraryRun, bool]:
    """Follow a slice by the library's runner, rebuild the same slice, and compare the digests."""
    sliced = slice_of(postgres, dsn, events)
    ours = alone(rebuilt, sliced, workers)
    ran = library_runner.run(sliced, NAMES, ours.report.run.as_of, _head(sliced))
    stored = {which: header.digest for which, header in _stored(sliced).items()}
    return ran, bool(stored) and ran.digests == stored


def _head(dsn: str) -> int:
    with LogRecorder(dsn, application_name="folkmoot-bench", pool_size=1) as log:
        return log.head().position


def _is_replayed_equal(dsn: str) -> bool:
    """Whether replaying some partnerships, as of what their rows were made from, gives the same digests."""
    stored = _stored(dsn)
    partition_ids = sorted({each for _, each in stored})
    sample = partition_ids[:: max(1, len(partition_ids) // _SAMPLED)]
    with LogRecorder(dsn, application_name="folkmoot-bench") as log:
        return bool(sample) and all(_replayed(log, name, stored[name, each]) for each in sample for name in NAMES)


def _replayed(log: LogRecorder, name: str, header: RowSetHeader) -> bool:
    """A replay by the method of the rows, and not by the one shipped back then, gives the same digest."""
    by_today = default_method() if method_sha256(default_method()) == header.method_sha256 else None
    past = known_partnership(log, header.partition_id, as_of=header.as_of, known_at=header.position, method=by_today)
    return replay_answer(past, projection_called(name)).digest == header.digest


def _stored(dsn: str) -> dict[tuple[str, UUID], RowSetHeader]:
    with connect(dsn, application_name="folkmoot-bench") as connection:
        return {
            (build.name, header.partition_id): header
            for build in builds(connection, "live").values()
            for header in read_headers(connection, build).values()
        }
