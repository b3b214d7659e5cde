"""The API under load: meetings of eight events recorded at a steady rate while a follower follows and readers read.

The demonstration is served as in use, by `folkmoot serve` in a process of its own over a durable database. What was
acknowledged is counted against the log, and beside it a bare endpoint of Starlette is sent the same bodies.
"""

import argparse
import os
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import msgspec

from api.runtime.logs import configure_logging
from api.runtime.settings import Settings, read_settings
from domain.log.recorder import LogRecorder
from domain.values import day_of
from scripts.benchmarks.bare_endpoint import bare_endpoint
from scripts.benchmarks.lag_watch import LagWatch
from scripts.benchmarks.load_meetings import EVENTS, meeting_of_eight_events
from scripts.benchmarks.open_loop import LoadAnswer, LoadRequest, send_steadily, times_ms
from scripts.benchmarks.served_process import served_process
from scripts.demonstration.cast import CastNeighbourhood
from scripts.demonstration.opened import OpenDemonstration, open_demonstration, steward_key, without_a_trace

HELP = "record meetings through a served API while it is followed and read; yardstick: a bare Starlette endpoint"

_OK, _CREATED = 200, 201
_LONGEST_MS: Final = 1000
_MEDIAN_LAG_MS: Final = 250
_FASTER: Final = 1.25
_MOST_STEPS: Final = 12
_READS: Final = ("commitments", "timeline?order=newest&limit=20", "worklist", "trust?timeline=no", "health")


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the rates and the time."""
    parser.add_argument("--rate", type=float, default=25.0, help="meetings a second (default 25)")
    parser.add_argument("--reads", type=float, default=10.0, help="answers read a second beside them (default 10)")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long to record (default 60)")
    parser.add_argument(
        "--step-seconds", type=float, default=15.0, help="how long each faster rate is tried; 0: none (default 15)"
    )


class LoadedServer(NamedTuple):
    """The server under load, in a process of its own: where it answers, a key to it, its log, and who meets."""

    base: str
    key: str
    log: LogRecorder
    dsn: str
    neighbourhoods: Sequence[CastNeighbourhood]
    pid: int

    @property
    def headers(self) -> dict[str, str]:
        """The headers of a request by somebody who looks after the record."""
        return {"Authorization": f"Bearer {self.key}"}


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Record at the rate asked for, then ever faster until it is too fast; send the same to the yardstick."""
    configure_logging(sys.stderr)
    with (
        without_a_trace(read_settings(os.environ)) as settings,
        open_demonstration(settings) as demonstration,
        loaded_server(settings, demonstration) as served,
    ):
        _load(served, args.rate, args.reads, 2.0)  # warms up
        measured = _load(served, args.rate, args.reads, args.seconds)
        faster = _ever_faster(served, args) if args.step_seconds else []
    sustained = [each["meetings_a_second"] for each in (measured, *faster) if each["is_sustained"]]
    return {
        **measured,
        "yardstick": _yardstick(demonstration, args.rate, min(args.seconds, 15.0)),
        "faster": faster,
        "highest_sustained_meetings_a_second": max(sustained, default=None),
        "must_reach": {"lost": 0, "lag_median_ms": _MEDIAN_LAG_MS, "lag_p99_ms": _LONGEST_MS, "meetings_a_second": 25},
    }


def _ever_faster(served: LoadedServer, args: argparse.Namespace) -> list[dict[str, Any]]:
    """The same at rates that rise by a quarter, until one is not sustained."""
    tries: list[dict[str, Any]] = []
    for step in range(1, _MOST_STEPS):
        tries.append(_load(served, args.rate * _FASTER**step, args.reads, args.step_seconds))
        if not tries[-1]["is_sustained"]:
            break
    return tries


def _load(served: LoadedServer, rate: float, reads: float, seconds: float) -> dict[str, Any]:
    """Record and read for so long, wait until the stored projections have caught up, and count what is on record."""
    before = served.log.head().position
    with LagWatch(served.dsn) as watch, ThreadPoolExecutor(2) as beside:
        watch.wait_for(before)
        clock = time.time() - time.perf_counter()
        recording = beside.submit(
            send_steadily, served.base, _meetings(served), rate=rate, seconds=seconds, headers=served.headers
        )
        reading = beside.submit(
            send_steadily, served.base, _reads(served), rate=reads, seconds=seconds, headers=served.headers
        )
        meetings, answers = recording.result(), reading.result()
        is_caught_up = watch.wait_for(served.log.head().position)
        committed = _committed(served.log, before)
        lags = [lag / 1000 for position, at in committed if (lag := watch.lag_ms(at - clock, position)) is not None]
    acknowledged = [answer for answer in meetings if answer.status == _CREATED]
    positions = {position for position, _ in committed}
    lost = sum(msgspec.json.decode(answer.content)["position"] not in positions for answer in acknowledged)
    times = times_ms([answer.seconds for answer in meetings])
    lag_times = times_ms(lags)
    return {
        "meetings_a_second": round(rate, 1),
        "seconds": seconds,
        "meetings": len(meetings),
        "acknowledged": len(acknowledged),
        "events_on_record": served.log.head().position - before,
        "lost": lost + max(0, len(acknowledged) * EVENTS - (served.log.head().position - before)),
        "recording": times,
        "reading": {"a_second": reads, "failed": _failed(answers), **times_ms([each.seconds for each in answers])},
        "lag": lag_times,
        "is_caught_up": is_caught_up,
        "is_sustained": len(acknowledged) == len(meetings)
        and lost == 0
        and is_caught_up
        and all(each["p99_ms"] is not None and each["p99_ms"] <= _LONGEST_MS for each in (times, lag_times)),
    }


def _failed(answers: Sequence[LoadAnswer]) -> int:
    return sum(answer.status != _OK for answer in answers)


def _committed(log: LogRecorder, after: int) -> list[tuple[int, float]]:
    """The last position of each command recorded after a position, and when the log took it."""
    last: dict[float, int] = {}
    for event in log.after(after):
        if event.recorded_at is not None and event.position is not None:
            last[event.recorded_at.timestamp()] = event.position
    return [(position, at) for at, position in last.items()]


def _meetings(served: LoadedServer) -> Any:  # noqa: ANN401 - a function of a number
    today = day_of(served.log.head().now)
    return lambda number: meeting_of_eight_events(
        served.neighbourhoods[number % len(served.neighbourhoods)], today, number
    )


def _reads(served: LoadedServer) -> Any:  # noqa: ANN401 - a function of a number
    """Views of one partnership after another, and every sixth time a list over all of them."""

    def read(number: int) -> LoadRequest:
        if number % 6 == 0:
            return LoadRequest("GET", "/v1/projections/worklist?limit=100")
        where = served.neighbourhoods[number % len(served.neighbourhoods)]
        return LoadRequest("GET", f"/v1/partnerships/{where.partnership_id}/{_READS[number % len(_READS)]}")

    return read


def _yardstick(demonstration: OpenDemonstration, rate: float, seconds: float) -> dict[str, object]:
    """The times in which an endpoint that does nothing answers the same bodies at the same rate."""
    where, today = demonstration.board, day_of(demonstration.services.now())
    with bare_endpoint() as base:
        answers = send_steadily(
            base,
            lambda number: meeting_of_eight_events(where, today, number)._replace(path="/"),
            rate=rate,
            seconds=seconds,
            headers={},
        )
    return times_ms([answer.seconds for answer in answers])


@contextmanager
def loaded_server(settings: Settings, demonstration: OpenDemonstration) -> Iterator[LoadedServer]:
    """The demonstration served as in use, followed, for as long as the block runs."""
    with served_process({"FOLKMOOT_DATA_DIR": str(settings.data_dir), "DATABASE_URL": ""}) as server:
        yield LoadedServer(
            server.base,
            steward_key(demonstration),
            demonstration.services.recorder,
            demonstration.dsn,
            demonstration.plan.neighbourhoods,
            server.pid,
        )
