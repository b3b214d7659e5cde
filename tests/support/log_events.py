"""The material of the log's tests: events, queries, and writers in processes of their own."""

import subprocess
import sys
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from uuid import UUID, uuid4

from eventsourcing.dcb.api import DCBAppendCondition, DCBQuery, DCBQueryItem

from domain.checkout import ROOT
from domain.log.event import NO_PARTITION, LogEvent


def an_event(
    kind: str = "meeting-held",
    *tags: str,
    data: bytes = b"body",
    event_id: UUID | None = None,
    partition_id: UUID = NO_PARTITION,
    occurred_at: datetime = datetime(2026, 3, 14, tzinfo=UTC),
) -> LogEvent:
    return LogEvent(
        type=kind,
        data=data,
        tags=list(tags),
        event_id=event_id or uuid4(),
        version=1,
        partition_id=partition_id,
        occurred_at=occurred_at,
        envelope=b"envelope",
    )


def query(*items: tuple[list[str], list[str]]) -> DCBQuery:
    return DCBQuery(items=[DCBQueryItem(types=types, tags=tags) for types, tags in items])


def unless(*items: tuple[list[str], list[str]], after: int | None = None) -> DCBAppendCondition:
    return DCBAppendCondition(fail_if_events_match=query(*items), after=after)


def positions(log, after: int = 0) -> list[int]:
    return [event.position for event in log.stream(after)]


def eventually(condition, within_s: float = 30.0) -> None:
    end = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < end, "this never came true"
        time.sleep(0.01)


@contextmanager
def writers(count: int, *arguments: str):
    """Start writers (see appender.py) that all wait for one word, and give them once each is ready."""
    command = [sys.executable, "-m", "tests.support.appender_process", *arguments]
    started = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(count)
    ]
    try:
        for writer in started:
            assert writer.stdout.readline() == "ready\n"
        yield started
    finally:
        for writer in started:
            writer.kill()
            writer.wait()
            writer.stdin.close()
            writer.stdout.close()


def go(started) -> None:
    for writer in started:
        writer.stdin.write("go\n")
        writer.stdin.flush()
