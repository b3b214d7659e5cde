"""Live lag: from the commit of an append until the stored projections hold it, while a follower runs as in use.

First over many partnerships at a steady rate, then in one very long partnership, steadily and all at once.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

from domain.checkout import ROOT
from domain.embedded_server import EmbeddedPostgres
from domain.log.recorder import LogRecorder
from domain.log.sessions import connect
from scripts.benchmarks.databases import database, drop, server
from scripts.benchmarks.generated_log import GeneratedAppend, copies, write
from scripts.benchmarks.lag_watch import LagWatch
from scripts.benchmarks.template import county_template
from scripts.demonstration.county import plan_county
from scripts.demonstration.words import NEIGHBOURHOODS

HELP = "append while a follower runs; say how long it takes until the stored projections hold what was appended"

_USUAL_LENGTH: Final = 667
_REST_S: Final = 600.0
_LOOK_S: Final = 0.2
_LOOKS: Final = 25
_FOLLOWING: Final = """
    SELECT count(*) > 1, coalesce(bool_or(state IN ('active', 'idle in transaction')), false) FROM pg_stat_activity
    WHERE datname = current_database() AND application_name LIKE 'folkmoot-follow%'
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the number of events, their rate and the time."""
    parser.add_argument("--partnerships", type=int, default=190, help="partnerships at the steady rate (default 190)")
    parser.add_argument("--rate", type=float, default=200.0, help="events a second over them (default 200)")
    parser.add_argument("--seconds", type=float, default=30.0, help="how long to append (default 30)")
    parser.add_argument("--dense", type=int, default=50_000, help="events of the one long partnership (default 50000)")
    parser.add_argument("--calm", type=float, default=4.0, help="events a second in the long one (default 4)")
    parser.add_argument("--burst", type=int, default=200, help="events at once in the long one (default 200)")
    parser.add_argument("--seed", type=int, default=2026, help="seed of the logs (default 2026)")


class AppendLoad(NamedTuple):
    """The load to append: so many events, at so many a second; None is as fast as they go."""

    events: int
    rate: float | None


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Append to many partnerships, then to a long one, while a follower runs."""
    events = args.partnerships * _USUAL_LENGTH
    steady = AppendLoad(int(args.rate * args.seconds), args.rate)
    calm, burst = AppendLoad(int(args.calm * args.seconds), args.calm), AppendLoad(args.burst, None)
    with server() as postgres:
        (many,) = _lags(postgres, args.partnerships, events, args.seed, [steady])
        long_calm, long_burst = _lags(postgres, 1, args.dense, args.seed, [calm, burst])
    return {
        "seed": args.seed,
        "many_partnerships": {"partnerships": args.partnerships, **many},
        "long_partnership": long_calm,
        "long_partnership_at_once": long_burst,
        "must_reach_ms": 1000,
        "aim_ms": 100,
    }


def _lags(
    postgres: EmbeddedPostgres, partnerships: int, events: int, seed: int, loads: Sequence[AppendLoad]
) -> list[dict[str, object]]:
    """Make a log, build its projections, and append what came after its end while a follower runs."""
    template, dsn = database(postgres, "template"), database(postgres, f"lag_{partnerships}")
    try:
        county = county_template(template, plan_county(seed, places=min(partnerships, len(NEIGHBOURHOODS))))
    finally:
        drop(postgres, "template")
    events_needed = events + sum(load.events for load in loads)
    appends = copies(county, events=events_needed, partnerships=partnerships, seed=seed)
    position_held = write(dsn, appends, events)
    run_command(dsn, "rebuild", "--all")
    with _following(dsn), LogRecorder(dsn, application_name="folkmoot-bench") as log:
        _wait_for_rest(dsn)
        return [{"log_events": position_held, **_lag(dsn, log, appends, load)} for load in loads]


@contextmanager
def _following(dsn: str) -> Iterator[None]:
    """Run a follower as in use: a process of its own."""
    command = [sys.executable, "-m", "scripts.cli", "follow"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": dsn},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        if process.poll() is not None:
            message = f"the follower ended with exit code {process.returncode}"
            raise ChildProcessError(message)
    finally:
        process.terminate()
        process.wait()


def _wait_for_rest(dsn: str) -> None:
    """Wait until the follower has taken into memory what it has room for, and has no transaction open for a while."""
    deadline, looks_at_rest = time.perf_counter() + _REST_S, 0
    with connect(dsn, application_name="folkmoot-bench", autocommit=True) as connection:
        while looks_at_rest < _LOOKS and time.perf_counter() < deadline:
            time.sleep(_LOOK_S)
            row = connection.execute(_FOLLOWING).fetchone()
            looks_at_rest = looks_at_rest + 1 if row == (True, False) else 0


def run_command(dsn: str, *words: str) -> None:
    """Run a command of this checkout against a database. Raises CalledProcessError where it fails."""
    command = [sys.executable, "-m", "scripts.cli", *words]
    subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": dsn},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )


def _lag(dsn: str, log: LogRecorder, appends: Iterator[GeneratedAppend], load: AppendLoad) -> dict[str, object]:
    """Append a load and give the lags of its appends, in milliseconds."""
    with LagWatch(dsn) as watch:
        watch.wait_for(log.head().position)
        started = time.perf_counter()
        committed = list(_append(log, appends, load))
        spent_s = time.perf_counter() - started
        caught_up = watch.wait_for(committed[-1][1])
        lags = [lag for at, position in committed if (lag := watch.lag_ms(at, position)) is not None]
    return {
        "events": load.events,
        "appends": len(committed),
        "events_a_second": round(load.events / spent_s, 1),
        "median_ms": round(statistics.median(lags), 1) if lags else None,
        "p99_ms": round(statistics.quantiles(lags, n=100, method="inclusive")[98], 1) if len(lags) > 1 else None,
        "longest_ms": round(max(lags), 1) if lags else None,
        "is_caught_up": caught_up,
    }


def _append(log: LogRecorder, appends: Iterator[GeneratedAppend], load: AppendLoad) -> Iterator[tuple[float, int]]:
    """Append at the rate, and give when each append was durable and its last position."""
    started, event_count = time.perf_counter(), 0
    for append in appends:
        if load.rate is not None:
            time.sleep(max(0.0, started + event_count / load.rate - time.perf_counter()))
        position = log.append(append.events)
        yield time.perf_counter(), position
        event_count += len(append.events)
        if event_count >= load.events:
            return
