"""Appending: one recorded meeting through the whole house, against the log taking the same events bare."""

import argparse
from uuid import uuid4

from domain.log.event import LogEvent
from domain.log.recorder import LogRecorder
from scripts.benchmarks.databases import database, server
from scripts.benchmarks.partnership import Partnership
from scripts.benchmarks.turns import in_turn, ratio

HELP = "record a meeting of eight sealed events; yardstick: append the same eight bare"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the number of turns."""
    parser.add_argument("--rounds", type=int, default=200, help="how often to do each side (default 200)")


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Record meetings through the handler; append the same eight bare events instead."""
    with server() as postgres, LogRecorder(database(postgres, "bench")) as recorder:
        partnership = Partnership(recorder)
        recorded = partnership.does(partnership.meeting("2026-03-14"))
        bare = [recorder.find(event.event_id) for event in recorded.events]
        stored = [event for event in bare if event is not None]
        real, yardstick = in_turn(
            lambda: partnership.does(partnership.meeting("2026-03-14")),
            lambda: recorder.append([_again(event) for event in stored]),
            args.rounds,
        )
    return {"events": len(stored), **ratio(real, yardstick), "must_reach": 1.5, "aim": 1.2}


def _again(event: LogEvent) -> LogEvent:
    return LogEvent(
        type=event.type,
        data=event.data,
        tags=event.tags,
        event_id=uuid4(),
        version=event.version,
        partition_id=event.partition_id,
        occurred_at=event.occurred_at,
        envelope=event.envelope,
    )
