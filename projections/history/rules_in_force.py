"""From when what a partnership settles for itself binds: its rules, its weights, and whom it expects at the table.

Each binds from its adoption or its recording, whichever is later, so that no rule is made up after the fact. What an
import's source says it recorded earlier binds from then, as its source claims; a seeded log's own clock is a claim too.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from operator import attrgetter
from typing import Any, Final, Generic, TypeVar, cast
from uuid import UUID

from msgspec import Struct

from domain.events.declaration import EventBody
from domain.events.partnerships import ExpectedBodiesSet, RuleAdopted
from domain.events.recorded import Effective
from domain.values import first_instant
from domain.vocabulary import Source
from projections.history.history import History
from projections.history.merged_bodies import folded

E = TypeVar("E", bound=EventBody)

SETTLED: Final[tuple[type[EventBody], ...]] = (RuleAdopted, ExpectedBodiesSet)
"""Events by which a partnership settles for itself how it is judged."""

_TICK: Final = timedelta(microseconds=1)
_IN_ORDER: Final = attrgetter("since", "fact.position")


class Settlement(Struct, Generic[E], frozen=True):
    """Something settled, as it now reads, and the instant from which it binds."""

    since: datetime
    fact: Effective
    body: E

    @property
    def is_claimed(self) -> bool:
        """It binds from earlier than this log recorded it, on its source's word."""
        return self.since < max(self.fact.occurred_at, self.fact.recorded_at)


def binds_from(fact: Effective) -> datetime:
    """Find the instant from which something settled binds."""
    claimed = fact.envelope.source_recorded_at or fact.recorded_at
    return max(fact.occurred_at, min(claimed, fact.recorded_at))


def is_claimed(fact: Effective) -> bool:
    """It binds from earlier than this log recorded it, on its source's word."""
    return binds_from(fact) < max(fact.occurred_at, fact.recorded_at)


def rules_as_claimed(history: History, *, log_is_seeded: bool) -> tuple[UUID, ...]:
    """The ids of what was settled and bound by then from earlier than the log vouches for, in order.

    In a log that was seeded its own clock is such a claim; and so is the source's, where that is the clock asked by.
    """
    return tuple(
        fact.event_id
        for fact in history.of(*SETTLED)
        if binds_from(fact) < history.end
        and (log_is_seeded or binds_from(fact) < max(fact.occurred_at, fact.recorded.as_logged.recorded_at))
    )


def settlements(history: History, body: type[E], settles: Callable[[E], Any]) -> list[Settlement[E]]:
    """List what was settled on one point, in the order in which each came to bind."""
    readings = [
        reading
        for fact, settlement in history.each(body)
        if settles(settlement) is not None
        for reading in _readings(history, fact, settlement)
        if settles(reading.body) is not None
    ]
    return sorted(readings, key=_IN_ORDER)


def _readings(history: History, fact: Effective, body: E) -> list[Settlement[E]]:
    """Read what was settled: until this log recorded it as its source says it, from then on as it was put right here.

    What somebody else than the source puts right is not what the source claims.
    """
    corrections = history.corrections_of(fact) if is_claimed(fact) else []
    by_hand = next((n for n, (each, _) in enumerate(corrections) if each.envelope.source is not Source.IMPORT), None)
    if by_hand is None:
        return [Settlement(binds_from(fact), fact, body)]
    of_source = corrections[by_hand - 1][1] if by_hand else folded(fact.recorded.body, history.same_bodies)
    claimed_at = fact.envelope.source_recorded_at or fact.recorded_at
    since = max(first_instant(of_source.happened), claimed_at)
    return [
        Settlement(since, fact, cast("E", of_source)),
        Settlement(max(fact.occurred_at, fact.recorded_at), fact, body),
    ]


def in_force(
    history: History, body: type[E], settles: Callable[[E], Any], at: datetime | None = None
) -> Settlement[E] | None:
    """Find what was settled last on one point and bound at an instant, or else by the end of the day asked about."""
    instant = history.end - _TICK if at is None else at
    return next((each for each in reversed(settlements(history, body, settles)) if each.since <= instant), None)


def rule_in_force(history: History, name: str) -> tuple[Settlement[RuleAdopted], float] | None:
    """Find what was last settled on one numeric rule, such as `members_min`, by the end of the day asked about."""
    rule = in_force(history, RuleAdopted, attrgetter(name))
    return None if rule is None else (rule, float(getattr(rule.body, name)))


def settled(history: History) -> list[Effective]:
    """List all that was settled and stands, in order."""
    return history.of(*SETTLED)
