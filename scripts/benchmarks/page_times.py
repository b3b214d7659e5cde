"""Pages: how long the server takes over each on the demonstration, and how many bytes it sends."""

import argparse
import os
import statistics
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from api.pages.partnership.asked_past import STOOD
from api.runtime.logs import configure_logging
from api.runtime.settings import read_settings
from scripts.demonstration.opened import open_demonstration, show_demonstration, without_a_trace
from scripts.support.page_walk import PageSeen, PageWalker, page_at

HELP = "ask for every page of the demonstration; no yardstick: bytes and milliseconds have bounds of their own"

_MOST_BYTES: Final = 100_000
_MOST_MS: Final = 100
_OF_A_PAST: Final = "/partnerships/{partnership_id}"
_APART: Final = 11
"""Days from one day asked about to the next."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare how often each page is asked for."""
    parser.add_argument("--rounds", type=int, default=20, help="how often to ask for each page (default 20)")


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Ask for every page that links lead to: once, and then as often as was asked for."""
    configure_logging(sys.stderr)
    with (
        without_a_trace(read_settings(os.environ)) as settings,
        open_demonstration(settings) as demonstration,
        show_demonstration(settings, demonstration) as visitor,
    ):
        begins = demonstration.first_addresses
        pages = _pages(PageWalker(visitor.base), args.rounds, "/sign-in") | _pages(visitor, args.rounds, *begins)
    return {"rounds": args.rounds, "pages": pages, "must_reach": {"bytes": _MOST_BYTES, "median_ms": _MOST_MS}}


def _pages(visitor: PageWalker, rounds: int, *begins: str) -> dict[str, object]:
    return {name: _page(visitor, page, rounds) for name, page in visitor.walk(*begins).items()}


def _page(visitor: PageWalker, first: PageSeen, rounds: int) -> dict[str, object]:
    """The times of one page: as it is, and where it is of a past that can be asked about, of another day each time."""
    looks = [_look(visitor, first.path) for _ in range(rounds)]
    times = {"address": first.path, "bytes": len(first.content), "first_ms": _ms(first.seconds), **_medians(looks)}
    page = page_at(first.path)
    if page is None or not page.path.startswith(_OF_A_PAST):
        return times
    today = datetime.now(UTC).date()
    days = (today - timedelta(days=_APART * number) for number in range(1, rounds + 1))
    by = "&" if "?" in first.path else "?"
    past_looks = [_look(visitor, f"{first.path}{by}{STOOD}-on={day}") for day in days]
    return {**times, "another_day_each_time": _medians(past_looks)}


def _medians(looks: Sequence[tuple[float, float]]) -> dict[str, object]:
    return {
        "median_ms": _ms(statistics.median(seconds for seconds, _ in looks)),
        "cpu_ms": _ms(statistics.median(cpu_seconds for _, cpu_seconds in looks)),
    }


def _look(visitor: PageWalker, address: str) -> tuple[float, float]:
    """The seconds that one answer took, and those that this process worked: what is asked and answered is in it."""
    worked = time.process_time()
    page = visitor.look_at(address)
    return page.seconds, time.process_time() - worked


def _ms(seconds: float) -> float:
    return round(1000 * seconds, 1)
