"""The counts and times of recording that a process keeps; an event's name is the only label."""

from collections.abc import Iterable
from typing import Final

from prometheus_client import Counter, Histogram

from domain.events import name_of
from domain.events.recorded import Recorded

EVENTS: Final = Counter("folkmoot_events", "Events that this process has recorded.", ("name",))
APPEND_S: Final = Histogram(
    "folkmoot_append_seconds",
    "How long keeping the keys of a command and appending its events took, until both were on disk.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
CONFLICTS: Final = Counter(
    "folkmoot_conflicts", "How often a decision was made again because others recorded something it rests on."
)
REPLAYS: Final = Counter(
    "folkmoot_idempotency_replays", "Commands that came again and were answered from the log, nothing recorded."
)


def count_recorded(events: Iterable[Recorded]) -> None:
    """Count events that are durable, by their names."""
    for event in events:
        EVENTS.labels(name=name_of(event.body)).inc()
