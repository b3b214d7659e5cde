"""The limits of a served API: what others wait while one asks for what is dear, drips, or sends bodies of faults.

The demonstration is served as in use, by `folkmoot serve` in a process of its own. The yardstick is the same reads with
nobody beside them.
"""

import argparse
import os
import socket
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from api.http.idempotency import HEADER
from api.limits.allowances import HEAD_S
from api.runtime.logs import configure_logging
from api.runtime.settings import read_settings
from scripts.benchmarks.open_loop import LoadRequest, send_steadily, times_ms
from scripts.benchmarks.served_load import LoadedServer, loaded_server
from scripts.demonstration.opened import open_demonstration, steward_key, without_a_trace

HELP = "read beside sixteen what-ifs, 400 dripping connections and twelve bodies of faults; yardstick: beside nobody"

_OK: Final = 200
_DEAR, _DRIPPING, _BODIES = 16, 400, 12
_FAULTS: Final = 100_000
_READS_A_SECOND: Final = 10.0
_PATIENCE_S: Final = 120.0
_MOST_MS, _MOST_MB = 1000, 50


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare how long others read beside each."""
    parser.add_argument("--seconds", type=float, default=15.0, help="how long others read beside each (default 15)")


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Serve the demonstration, and read beside nobody, dear reads, dripping connections and bodies of faults."""
    configure_logging(sys.stderr)
    with (
        without_a_trace(read_settings(os.environ)) as settings,
        open_demonstration(settings) as demonstration,
        loaded_server(settings, demonstration) as served,
    ):
        other = served._replace(key=steward_key(demonstration))
        _reading(other, 3.0)  # warms up
        return {
            "alone": _reading(other, args.seconds),
            "beside_dear_reads": _beside_dear_reads(served, other, args.seconds),
            "beside_dripping": _beside_dripping(served, other, args.seconds),
            "bodies_of_faults": _bodies_of_faults(served),
            "must_reach": {"others_max_ms": _MOST_MS, "dripping_left": 0, "held_mb": _MOST_MB},
        }


def _reading(served: LoadedServer, seconds: float) -> dict[str, Any]:
    """Ordinary reads and the question whether the process is up, by turns, at a steady rate."""

    def read(number: int) -> LoadRequest:
        where = served.neighbourhoods[number % len(served.neighbourhoods)]
        paths = ("/healthz", "/v1/me", f"/v1/partnerships/{where.partnership_id}/trust?timeline=no", "/sign-in")
        return LoadRequest("GET", paths[number % len(paths)])

    answers = send_steadily(served.base, read, rate=_READS_A_SECOND, seconds=seconds, headers=served.headers)
    failed = sum(answer.status != _OK for answer in answers)
    return {"reads": len(answers), "failed": failed, **times_ms([answer.seconds for answer in answers])}


def _beside_dear_reads(served: LoadedServer, other: LoadedServer, seconds: float) -> dict[str, Any]:
    """Another's reads while one caller asks for sixteen what-ifs with sensitivity at once, again and again."""
    ends = time.monotonic() + seconds

    def ask(number: int) -> list[int]:
        statuses: list[int] = []
        while time.monotonic() < ends:
            where = served.neighbourhoods[(number + len(statuses)) % len(served.neighbourhoods)]
            path = f"/v1/partnerships/{where.partnership_id}/what-if?sensitivity=true&half_life={100 + number}"
            statuses.append(_status(served, "GET", path))
        return statuses

    with ThreadPoolExecutor(_DEAR) as callers:
        asking = [callers.submit(ask, number) for number in range(_DEAR)]
        reading = _reading(other, seconds)
        statuses = Counter(status for each in asking for status in each.result())
    return {"others": reading, "dear_answers_by_status": dict(statuses)}


def _status(served: LoadedServer, method: str, path: str, body: bytes | None = None) -> int:
    """The status of one answer, on a connection of its own."""
    where = urlsplit(served.base)
    connection = HTTPConnection(where.hostname or "", where.port, timeout=_PATIENCE_S)
    headers = {**served.headers, HEADER: os.urandom(8).hex(), "Content-Type": "application/json"}
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def _beside_dripping(served: LoadedServer, other: LoadedServer, seconds: float) -> dict[str, Any]:
    """Another's reads while 400 connections drip a head byte by byte, and how many of these are left at the end."""
    with _dripping(served) as left:
        reading = _reading(other, max(seconds, HEAD_S + 5))
        return {"others": reading, "dripping": _DRIPPING, "dripping_left": left()}


@contextmanager
def _dripping(served: LoadedServer) -> Iterator[Callable[[], int]]:
    """Connections that send a byte of a head now and then; how many of them are open still can be asked."""
    where = urlsplit(served.base)
    senders = [socket.create_connection((where.hostname, where.port)) for _ in range(_DRIPPING)]
    stop = threading.Event()

    def drip() -> None:
        for sender in senders:
            sender.sendall(b"GET / HTTP/1.1\r\n")
        while not stop.wait(1.0):
            for sender in senders:
                try:
                    sender.sendall(b"x")
                except OSError:
                    sender.close()

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        yield lambda: sum(sender.fileno() >= 0 for sender in senders)
    finally:
        stop.set()
        thread.join()
        for sender in senders:
            sender.close()


def _bodies_of_faults(served: LoadedServer) -> dict[str, Any]:
    """The memory that the server holds more at most while twelve bodies with 100,000 faults each are refused."""
    faults = b",".join(b'{"x":1}' for _ in range(_FAULTS))
    body = b'{"kind":"meeting","happened":"2026-01-01","participants":[' + faults + b"]}"
    path = f"/v1/partnerships/{served.neighbourhoods[0].partnership_id}/interactions"
    _status(served, "POST", path, body)
    before, most, done = _held_kb(served.pid), 0, threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.02):
            most = max(most, _held_kb(served.pid))

    watching = threading.Thread(target=watch)
    watching.start()
    began = time.perf_counter()
    with ThreadPoolExecutor(_BODIES) as senders:
        statuses = Counter(senders.map(lambda _: _status(served, "POST", path, body), range(_BODIES)))
    seconds = time.perf_counter() - began
    done.set()
    watching.join()
    return {
        "bodies": _BODIES,
        "bytes_each": len(body),
        "answers_by_status": dict(statuses),
        "seconds": round(seconds, 1),
        "held_mb": round((most - before) / 1024, 1),
    }


def _held_kb(pid: int) -> int:
    """The resident memory of a process, in kB (Linux)."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
