"""The rate of several clients at once against that of one, turn and turn about, so that a busy machine slows both."""

import multiprocessing
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Final

from domain.log.recorder import LogRecorder
from scripts.benchmarks.partnership import Partnership, bench_handler

_CLIENTS: Final = 8
_TURNS: Final = 5
_WARMING: Final = 10
_SETTING_UP_S: Final = 5.0


def clients_at_once(recorder: LogRecorder, address: str, seconds: float) -> dict[str, object]:
    """Meetings recorded in a second: by one client, by eight threads of one process, by eight processes."""
    handler = bench_handler(recorder)
    partnerships = [Partnership(handler) for _ in range(_CLIENTS)]
    alone = threads = 0
    for _ in range(_TURNS):
        alone += _recorded(partnerships[:1], seconds / _TURNS)
        threads += _recorded(partnerships, seconds / _TURNS)
    processes = _recorded_by_processes(address, seconds)
    return {
        "clients": _CLIENTS,
        "alone_per_s": round(alone / seconds),
        "threads_per_s": round(threads / seconds),
        "processes_per_s": round(processes / seconds),
        "threads_ratio": round(threads / alone, 2),
        "processes_ratio": round(processes / alone, 2),
        "must_reach": 1.5,
        "aim": 3,
    }


def _recorded(partnerships: Sequence[Partnership], seconds: float) -> int:
    until = time.monotonic() + seconds
    with ThreadPoolExecutor(len(partnerships)) as clients:
        return sum(clients.map(_record_until, partnerships, [until] * len(partnerships)))


def _record_until(partnership: Partnership, until: float) -> int:
    count = 0
    while time.monotonic() < until:
        partnership.meets()
        count += 1
    return count


def _recorded_by_processes(address: str, seconds: float) -> int:
    """Meetings recorded by clients that begin at the same moment, once all are ready."""
    begin_at = time.time() + _SETTING_UP_S
    with ProcessPoolExecutor(_CLIENTS, mp_context=multiprocessing.get_context("spawn")) as clients:
        return sum(clients.map(_record_in_process, *zip(*[(address, begin_at, seconds)] * _CLIENTS, strict=True)))


def _record_in_process(address: str, begin_at: float, seconds: float) -> int:
    with LogRecorder(address) as recorder:
        partnership = Partnership(bench_handler(recorder))
        for _ in range(_WARMING):
            partnership.meets()
        time.sleep(max(0.0, begin_at - time.time()))
        return _record_until(partnership, time.monotonic() + seconds)
