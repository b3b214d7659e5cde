"""Importing: a made-up register of fines through `folkmoot import`, twice, against the log taking its events bare."""

import argparse
import base64
import os
import secrets
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
from msgspec import Struct

from domain.checkout import ROOT
from domain.log.recorder import LogRecorder
from domain.vault.wrapping_key import KEY_VARIABLE
from scripts.benchmarks.databases import database, server
from scripts.benchmarks.fines import write_fines

HELP = "import a long register of many small partnerships, twice; yardstick: append the same events bare"

_AT_ONCE: Final = 500
"""Events in one append of the yardstick."""
_MOST_BARE: Final = 50_000
"""The most events that the yardstick appends: its rate is the same for more."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the size of the register."""
    parser.add_argument("--rows", type=int, default=20_000, help="rows of the register (default 20000)")
    parser.add_argument("--seed", type=int, default=2026, help="seed of the register (default 2026)")


class ImportRun(Struct, frozen=True, kw_only=True):
    """One import in a process of its own: its summary, its time from start to end, and the most memory it held.

    `cpu_s` is the time it worked; what the database worked is not in it, nor what it waited on a busy machine.
    """

    summary: dict[str, Any]
    seconds: float
    cpu_s: float
    peak_kib: int


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Write the register, import it twice, and append what was recorded to another log, bare."""
    with TemporaryDirectory(prefix="folkmoot-bench-") as folder, server() as postgres:
        register = write_fines(Path(folder), rows=args.rows, seed=args.seed)
        dsn, bare_dsn = database(postgres, "bench"), database(postgres, "bare")
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        first, again = (_import(dsn, key, register.mapping, register.sheets, Path(folder)) for _ in range(2))
        events, bare_rate = _bare(dsn, bare_dsn)
    rate = events / first.seconds
    return {
        "rows": first.summary["rows"],
        "seed": args.seed,
        "seconds": round(first.seconds, 2),
        "cpu_s": round(first.cpu_s, 2),
        "rows_a_second": round(first.summary["rows"] / first.seconds),
        "events": events,
        "events_a_second": round(rate),
        "outcomes": first.summary["outcomes"],
        "peak_mib": first.peak_kib // 1024,
        "again": {
            "seconds": round(again.seconds, 2),
            "cpu_s": round(again.cpu_s, 2),
            "rows_a_second": round(again.summary["rows"] / again.seconds),
            "outcomes": again.summary["outcomes"],
            "events": again.summary["events"] + again.summary["registered"],
            "peak_mib": again.peak_kib // 1024,
        },
        "bare_events_a_second": round(bare_rate),
        "ratio": round(bare_rate / rate, 2),
        "must_reach": {"rows_a_second": 1000, "peak_mib": 1024, "events_again": 0},
    }


def _import(dsn: str, key: str, mapping: Path, sheets: tuple[Path, ...], folder: Path) -> ImportRun:
    """Import as an operator does, with a report. Raises ChildProcessError."""
    words = ["import", mapping, *sheets, "--json", "--report", folder / "report.csv"]
    environment = {**os.environ, "DATABASE_URL": dsn, KEY_VARIABLE: key}
    printed = folder / "summary.json"
    started = time.perf_counter()
    with printed.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "scripts.cli", *map(str, words)], cwd=ROOT, env=environment, stdout=stream
        )
        _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        message = f"the import ended with exit code {process.returncode}"
        raise ChildProcessError(message)
    return ImportRun(
        summary=msgspec.json.decode(printed.read_bytes()),
        seconds=seconds,
        cpu_s=usage.ru_utime + usage.ru_stime,
        peak_kib=usage.ru_maxrss,
    )


def _bare(dsn: str, bare_dsn: str) -> tuple[int, float]:
    """The number of events of a log, and the rate at which another takes the first of them, bare."""
    with (
        LogRecorder(dsn, application_name="folkmoot-bench") as log,
        LogRecorder(bare_dsn, application_name="folkmoot-bench") as bare,
    ):
        events = list(log.stream(upto=min(log.head().position, _MOST_BARE)))
        rest = iter(events)
        started = time.perf_counter()
        while batch := list(islice(rest, _AT_ONCE)):
            bare.append(batch)
        return log.head().position, len(events) / (time.perf_counter() - started)
