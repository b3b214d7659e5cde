"""Benchmarks, as ratios measured in one run on one machine: `folkmoot bench append`, and so on.

The real work is timed against a yardstick that does only what nobody can avoid. Nothing here is a test: a ratio is
read by a person.
"""

import argparse
import importlib
import os
import sys
from typing import Final, Protocol, cast

import msgspec

HELP = "measure how fast the real work is, as ratios to a yardstick in the same run"

_WORKS: Final = {
    "api": "served_load",
    "append": "append",
    "backtest": "generated_partnerships",
    "county": "county_figures",
    "demonstration": "demonstration",
    "event": "one_event",
    "first": "first_answers",
    "import": "imports",
    "kills": "kills",
    "lag": "lag",
    "limits": "guarded_server",
    "pages": "page_times",
    "rebuild": "rebuild",
    "replay": "replay",
    "surveys": "generated_series",
}
"""The modules of the benches; a word of Python's cannot name one."""


class _Bench(Protocol):
    """The module of a bench, in `scripts/benchmarks`."""

    HELP: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Declare the bench's arguments."""

    def measure(self, args: argparse.Namespace) -> dict[str, object]:
        """Do the work and its yardstick; give the figures."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare what to measure; each bench declares how often, or how much of it."""
    works = parser.add_subparsers(required=True, metavar="WORK", dest="work")
    for name, module in _WORKS.items():
        bench = cast("_Bench", importlib.import_module(f"scripts.benchmarks.{module}"))
        bench_parser = works.add_parser(name, help=bench.HELP, description=bench.HELP)
        bench.configure(bench_parser)
        bench_parser.set_defaults(bench=bench)


def run(args: argparse.Namespace) -> int:
    """Measure and print one JSON object."""
    bench: _Bench = args.bench
    measured = {"work": args.work, **bench.measure(args), "fsync": True, "cores": os.cpu_count()}
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(measured)) + b"\n")
    return 0
