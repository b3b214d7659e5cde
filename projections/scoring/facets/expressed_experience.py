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
    given: list[list[float]] = [[] for _ in range(LEVELS)]
    people: set[UUID] = set()
    in_pulses = 0
    causes: list[UUID] = []
    for fact in history.of(FeedbackGiven, PulseObserved):
        said = fact.body
        assert isinstance(said, FeedbackGiven | PulseObserved)  # noqa: S101 - tells the type checker
        if said.rater_side not in raters or said.about.side not in about or said.about.office_holder:
            continue
        if body not in (None, said.about.party_id) or facet not in (None, said.facet):
            continue
        left = _left(fact.occurred_at, history.end, method)
        causes.extend(fact.causes)
        match said:
            case FeedbackGiven(score=score, rater_id=rater_id):
                given[score - 1].append(left)
                people.add(rater_id)
            case PulseObserved(counts=counts):
                in_pulses += sum(counts)
                for level, count in enumerate(counts):
                    given[level].append(count * left)
    return Voices(
        level_counts=tuple(fsum(level) for level in given),
        raters=len(people) + in_pulses,
        causes=each_once(causes),
    )


def _left(at: datetime, end: datetime, method: Method) -> float:
    """Give what fading has left of something said at an instant."""
    days = method.trust.half_life_days
    return float(2.0 ** (half_lives(at, days) - half_lives(end, days)))
