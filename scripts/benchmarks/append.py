"""Appending: one recorded meeting through the whole house, against the log taking the same events bare.

Then the meetings that one client records in a second, against those of eight at once: as threads of one process, which
is how they are served, and as processes of their own.
"""

import argparse
from uuid import uuid4

from domain.log.event import LogEvent
from domain.log.recorder import LogRecorder
from scripts.benchmarks.clients import clients_at_once
from scripts.benchmarks.databases import database, server
from scripts.benchmarks.partnership import Partnership, bench_handler
from scripts.benchmarks.turns import in_turn, ratio

HELP = "record a meeting of eight sealed events; yardstick: append the same eight bare"


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare the number of turns."""
    parser.add_argument("--rounds", type=int, default=200, help="how often to do each side (default 200)")
    parser.add_argument(
        "--seconds", type=float, default=10.0, help="how long one client, and eight, record in all (default 10)"
    )


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Record meetings through the handler; append the same eight bare events instead."""
    with server() as postgres, LogRecorder(address := database(postgres, "bench")) as recorder:
        partnership = Partnership(bench_handler(recorder))
        recorded = partnership.meets()
        bare = [recorder.find(event.event_id) for event in recorded.events]
        stored = [event for event in bare if event is not None]
        real, yardstick = in_turn(
            partnership.meets, lambda: recorder.append([_again(event) for event in stored]), args.rounds
        )
        figures = {"events": len(stored), **ratio(real, yardstick), "must_reach": 1.5, "aim": 1.2}
        return figures | {"clients_at_once": clients_at_once(recorder, address, args.seconds)}


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
