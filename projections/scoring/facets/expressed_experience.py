"""Expressed experience: what people said of a body, never merged with what it did."""

from collections.abc import Collection
from datetime import datetime
from math import fsum
from uuid import UUID

from msgspec import Struct

from domain.events.experience import FeedbackGiven, PulseObserved
from domain.vocabulary import Facet, Side
from projections.history.causes import each_once
from projections.history.history import History
from projections.method.method import Method
from projections.scoring.formulas.ordinal import LEVELS
from projections.scoring.formulas.tally import half_lives


class Voices(Struct, frozen=True, kw_only=True):
    """The decayed counts of ratings 1 to 5, how many people gave them, and the events they came in."""

    level_counts: tuple[float, ...]
    raters: int
    causes: tuple[UUID, ...]


def voices(
    history: History,
    method: Method,
    *,
    raters: Collection[Side],
    about: Collection[Side],
    body: UUID | None = None,
    facet: Facet | None = None,
) -> Voices:
    """Gather what some sides said of others, by default about every body and facet. Office-holders are left out."""
    weights_by_level: list[list[float]] = [[] for _ in range(LEVELS)]
    people: set[UUID] = set()
    in_pulses = 0
    causes: list[UUID] = []
    for fact in history.of(FeedbackGiven, PulseObserved):
        statement = fact.body
        assert isinstance(statement, FeedbackGiven | PulseObserved)  # noqa: S101 - tells the type checker
        if statement.rater_side not in raters or statement.about.side not in about or statement.about.office_holder:
            continue
        if body not in (None, statement.about.party_id) or facet not in (None, statement.facet):
            continue
        weight = _left(fact.occurred_at, history.end, method)
        causes.extend(fact.causes)
        match statement:
            case FeedbackGiven(score=score, rater_id=rater_id):
                weights_by_level[score - 1].append(weight)
                people.add(rater_id)
            case PulseObserved(counts=counts):
                in_pulses += sum(counts)
                for level, count in enumerate(counts):
                    weights_by_level[level].append(count * weight)
    return Voices(
        level_counts=tuple(fsum(level) for level in weights_by_level),
        raters=len(people) + in_pulses,
        causes=each_once(causes),
    )


def _left(at: datetime, end: datetime, method: Method) -> float:
    """The part that fading has left of something said at an instant."""
    days = method.trust.half_life_days
    return float(2.0 ** (half_lives(at, days) - half_lives(end, days)))
