"""How fast, as ratios measured in one run on one machine: `folkmoot bench append` and `folkmoot bench replay`.

The real work is timed against a yardstick that does only what nobody can avoid, turn and turn about, so that a busy
machine slows both. Nothing here is a test: a ratio is read by a person.
"""

import argparse
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import mkdtemp
from typing import Final
from uuid import UUID, uuid4

import msgspec

from domain.decisions.asks import AnswerAsk, RaiseAsk
from domain.decisions.choices import TakeDecision
from domain.decisions.command import Command
from domain.decisions.commitments import MakeCommitment, ReportFulfilment
from domain.decisions.meetings import Attendee, RecordInteraction
from domain.decisions.occasion import Actor, Occasion
from domain.decisions.partnerships import FirstSeat, FormPartnership
from domain.decisions.records import CorrectRecord
from domain.decisions.references import Here
from domain.decisions.registries import RegisterParty, RegisterPerson
from domain.log.embedded import EmbeddedPostgres
from domain.log.event import LogEvent
from domain.log.handler import Acknowledged, Handler
from domain.log.recorder import LogRecorder
from domain.values import PartyAt
from domain.vault import Vault, WrappingKey
from domain.vocabulary import Answer, AskKind, InteractionKind, PartyKind, Side
from projections.declaration import projection_called
from projections.engine.replay import answer, known
from scripts.migrate import migrate

HELP = "measure how fast the real work is, as ratios to a yardstick in the same run"

LIMIT: Final = {"append": 1.5, "replay": 5.0}
AIM: Final = {"append": 1.2, "replay": 2.5}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare what to measure and how often."""
    parser.add_argument("work", choices=sorted(LIMIT), help="what to measure")
    parser.add_argument("--rounds", type=int, default=200, help="how often to do each side (default 200)")
    parser.add_argument("--events", type=int, default=700, help="events of the partnership replayed (default 700)")


def run(args: argparse.Namespace) -> int:
    """Measure and print one JSON object."""
    with _bench() as bench:
        measured = bench.append(args.rounds) if args.work == "append" else bench.replay(args.rounds, args.events)
    measured |= {"must_reach": LIMIT[args.work], "aim": AIM[args.work], "fsync": True, "cores": os.cpu_count()}
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode({"work": args.work, **measured})) + b"\n")
    return 0


@contextmanager
def _bench() -> "Iterator[_Bench]":
    """Start a database of its own, durable as in use, and remove it afterwards."""
    folder = Path(mkdtemp(prefix="folkmoot-bench-"))
    try:
        with EmbeddedPostgres(folder) as postgres:
            migrate(postgres.dsn())
            with LogRecorder(postgres.dsn(), application_name="folkmoot-bench") as recorder:
                yield _Bench(recorder)
    finally:
        shutil.rmtree(folder)


class _Bench:
    """A partnership of a council and a tenants' group, with people in it."""

    def __init__(self, recorder: LogRecorder) -> None:
        self.recorder = recorder
        self.vault = Vault(WrappingKey.generate())
        self.handler = Handler(recorder, self.vault)
        operator = PartyAt(uuid4(), Side.OTHER, PartyKind.OTHER_BODY)
        self.actor = Actor(actor_id=uuid4(), party=operator, steward=True)
        self.partnership_id: UUID | None = None
        self.council = self._party("Bench council", PartyKind.UNITARY)
        self.tenants = self._party("Bench tenants", PartyKind.TENANTS_RESIDENTS_ASSOCIATION)
        self.people = [
            self.vault.reference(self._does(RegisterPerson(name=f"Person {number}")).events[0].partition_id)
            for number in range(4)
        ]
        seats = tuple(FirstSeat(party=each, voting=True) for each in (self.council, self.tenants))
        formed = self._does(
            FormPartnership(name="Bench", kind=PartyKind.NEIGHBOURHOOD_BOARD, members=seats, happened="2016")
        )
        self.partnership_id = formed.events[0].partition_id

    def _party(self, name: str, kind: PartyKind) -> UUID:
        return self._does(RegisterParty(name=name, kind=kind, happened="2016")).events[0].partition_id

    def _does(self, order: Command) -> Acknowledged:
        occasion = Occasion(
            actor=self.actor,
            command_id=uuid4(),
            now=datetime.now(UTC),
            person_of=self.vault.person_of,
            partnership_id=self.partnership_id,
        )
        outcome = self.handler.handle(order, occasion, b"bench")
        if not isinstance(outcome, Acknowledged):
            message = f"the bench's own command was refused: {outcome}"
            raise TypeError(message)
        return outcome

    def meeting(self, happened: str) -> RecordInteraction:
        """Give a meeting of eight events, every one with free text."""
        council, tenants = self.council, self.tenants
        words = "What was said, at about the length at which people write such things down. " * 3
        ask = RaiseAsk(kind=AskKind.REQUEST, raised_by=tenants, addressee=council, text=words)
        promise = MakeCommitment(promisers=(council,), promisees=(tenants,), text=words, due=happened)
        return RecordInteraction(
            kind=InteractionKind.MEETING,
            happened=happened,
            participants=(
                *(Attendee(party=tenants, person=each) for each in self.people),
                Attendee(party=council, count=2),
            ),
            notes=words,
            asks=(ask, ask),
            decisions=(TakeDecision(title=words, decided_by=council),),
            answers=(
                AnswerAsk(ask=Here(here=0), answered_by=council, answer=Answer.DECLINED, reasons=words),
                AnswerAsk(ask=Here(here=1), answered_by=council, answer=Answer.ADOPTED, reasons=words),
            ),
            commitments=(promise,),
            fulfilments=(ReportFulfilment(commitment=Here(here=0), claimed_by=council, evidence=words),),
        )

    def append(self, rounds: int) -> dict[str, object]:
        """Record meetings of eight sealed events through the handler; append the same eight bare events instead."""
        recorded = self._does(self.meeting("2026-03-14"))
        bare = [self.recorder.find(event.event_id) for event in recorded.events]
        stored = [event for event in bare if event is not None]
        real, yardstick = _in_turn(
            lambda: self._does(self.meeting("2026-03-14")),
            lambda: self.recorder.append([_again(event) for event in stored]),
            rounds,
        )
        return {"events": len(stored), **_ratio(real, yardstick)}

    def replay(self, rounds: int, events: int) -> dict[str, object]:
        """Replay trust and health as of many days; read the same rows by index instead."""
        partition_id = self.partnership_id
        if partition_id is None:
            raise LookupError
        self._fill(partition_id, events)
        days = [date(2017, 1, 1) + timedelta(days=17 * number) for number in range(rounds)]
        head = self.recorder.head().position
        turn = iter([day for day in days for _ in range(2)])

        def real() -> None:
            day = min(next(turn), date(2026, 10, 31))
            asked = known(self.recorder, partition_id, as_of=day, known_at=head)
            for name in ("trust", "health"):
                answer(asked, projection_called(name))

        slow, yardstick = _in_turn(real, lambda: self.recorder.read_partition(partition_id, head), rounds)
        return {"events": len(self.recorder.read_partition(partition_id, head)), **_ratio(slow, yardstick)}

    def _fill(self, partition_id: UUID, events: int) -> None:
        """Record a meeting every few weeks of ten years until there are enough events; correct one in fifty."""
        day = date(2016, 11, 1)
        while len(self.recorder.read_partition(partition_id)) < events:
            recorded = self._does(self.meeting(day.isoformat()))
            if day.day % 3 == 0:
                changes = {"notes": "As it should have read."}
                self._does(CorrectRecord(record=recorded.events[0].event_id, changes=changes, reasons="A slip"))
            day += timedelta(days=40)


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


def _in_turn(
    real: Callable[[], object], yardstick: Callable[[], object], rounds: int
) -> tuple[list[float], list[float]]:
    """Time both, one after the other, in milliseconds; the first tenth only warms up."""
    timings: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for work, spent in zip((real, yardstick), timings, strict=True):
            started = time.perf_counter()
            work()
            spent.append((time.perf_counter() - started) * 1000)
    skipped = rounds // 10
    return timings[0][skipped:], timings[1][skipped:]


def _ratio(real: Sequence[float], yardstick: Sequence[float]) -> dict[str, object]:
    real_ms, yardstick_ms = statistics.median(real), statistics.median(yardstick)
    return {
        "real_ms": round(real_ms, 3),
        "yardstick_ms": round(yardstick_ms, 3),
        "ratio": round(real_ms / yardstick_ms, 2),
        "rounds": len(real),
    }
