"""Replay: trust and health of one partnership on any day, against reading the same rows by index."""

import argparse
from datetime import date, timedelta

from domain.decisions.records import CorrectRecord
from domain.log.recorder import LogRecorder
from projections.engine.replay import known_partnership, replay_answer
from projections.views import projection_called
from scripts.benchmarks.databases import database, server
from scripts.benchmarks.partnership import Partnership, bench_handler
from scripts.benchmarks.turns import in_turn, ratio

HELP = "replay trust and health as of many days; yardstick: read the same rows by index"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the number of turns, and the length of the history."""
    parser.add_argument("--rounds", type=int, default=200, help="how often to do each side (default 200)")
    parser.add_argument("--events", type=int, default=700, help="events of the partnership replayed (default 700)")


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Replay trust and health as of many days; read the same rows by index instead."""
    with server() as postgres, LogRecorder(database(postgres, "bench")) as recorder:
        partnership = Partnership(bench_handler(recorder))
        _fill(partnership, recorder, args.events)
        days = [date(2017, 1, 1) + timedelta(days=17 * number) for number in range(args.rounds)]
        head = recorder.head().position
        turn = iter([day for day in days for _ in range(2)])

        def real() -> None:
            day = min(next(turn), date(2026, 10, 31))
            past = known_partnership(recorder, partnership.id, as_of=day, known_at=head)
            for name in ("trust", "health"):
                replay_answer(past, projection_called(name))

        slow, yardstick = in_turn(real, lambda: recorder.read_partition(partnership.id, head), args.rounds)
        events = len(recorder.read_partition(partnership.id, head))
    return {"events": events, **ratio(slow, yardstick), "must_reach": 5.0, "aim": 2.5}


def _fill(partnership: Partnership, recorder: LogRecorder, events: int) -> None:
    """Record a meeting every few weeks of ten years until there are enough events; correct one in fifty."""
    day = date(2016, 11, 1)
    while len(recorder.read_partition(partnership.id)) < events:
        recorded = partnership.does(partnership.meeting(day.isoformat()))
        if day.day % 3 == 0:
            changes = {"notes": "As it should have read."}
            partnership.does(CorrectRecord(record=recorded.events[0].event_id, changes=changes, reasons="A slip"))
        day += timedelta(days=40)
