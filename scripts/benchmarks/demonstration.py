"""The demonstration: its first start until a request is answered, and its ten years in bulk, against the same bare."""

import argparse
import os
import secrets
import signal
import subprocess
import sys
import time
from itertools import islice
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from domain.checkout import ROOT
from domain.handling.handler import Handler
from domain.log.recorder import LogRecorder, begin_seeding
from domain.vault import Vault, WrappingKey
from scripts.benchmarks.databases import database, server
from scripts.demonstration.county import plan_county
from scripts.demonstration.play import play
from scripts.demonstration.seeding import SEED
from scripts.demonstration.tour import Visitor
from scripts.support.garbage import seldom_collected

HELP = "record the demonstration in bulk; yardstick: append the same events bare; and start it from nothing"

_AT_ONCE: Final = 1_000
"""Events in one append of the yardstick, about as many as five hundred commands record."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare whether the whole start is measured."""
    parser.add_argument("--no-start", action="store_true", help="measure the recording only")


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Record the county in bulk, append its events bare, and start the demonstration over an empty folder."""
    measured: dict[str, object] = {} if args.no_start else {"first_answer_s": round(_first_answer_s(), 2)}
    plan = plan_county(SEED)
    with (
        server() as postgres,
        LogRecorder(database(postgres, "bulk")) as log,
        LogRecorder(database(postgres, "bare")) as bare,
    ):
        begin_seeding(postgres.dsn("bulk"))
        handler = Handler(log, Vault(WrappingKey(secrets.token_bytes(32))))
        with seldom_collected():
            started = time.perf_counter()
            events = play(plan, handler)
            seconds = time.perf_counter() - started
        bare_seconds = _bare_s(log, bare)
    return {
        **measured,
        "events": events,
        "seconds": round(seconds, 2),
        "events_a_second": round(events / seconds),
        "bare_events_a_second": round(events / bare_seconds),
        "ratio": round(seconds / bare_seconds, 2),
        "must_reach": {"first_answer_s": 12, "events_a_second": 3000},
    }


def _bare_s(log: LogRecorder, bare: LogRecorder) -> float:
    """The seconds in which another log takes the events of one, bare."""
    rest = iter(list(log.stream()))
    started = time.perf_counter()
    while batch := list(islice(rest, _AT_ONCE)):
        bare.append(batch)
    return time.perf_counter() - started


def _first_answer_s() -> float:
    """The seconds from the start of the demonstration over an empty folder to its first answer about the county.

    Raises ChildProcessError.
    """
    with TemporaryDirectory(prefix="folkmoot-bench-") as data:
        words = [sys.executable, "-m", "scripts.cli", "demo", "--port", "0", "--data", data]
        started = time.perf_counter()
        with subprocess.Popen(words, cwd=ROOT, env=os.environ, stderr=subprocess.PIPE, text=True) as demo:
            variables = {}
            for line in demo.stderr or ():
                name, _, value = line.strip().removeprefix("export ").partition("=")
                variables[name] = value
                if name == "RESIDENTS":
                    break
            else:
                message = f"the demonstration ended with exit code {demo.wait()}"
                raise ChildProcessError(message)
            visitor = Visitor(urlsplit(variables["URL"]).port or 0, variables["KEY"])
            visitor.read(f"/v1/partnerships/{variables['PARTNERSHIP']}/health")
            seconds = time.perf_counter() - started
            demo.send_signal(signal.SIGTERM)
            if demo.stderr:
                demo.stderr.read()
    return seconds
