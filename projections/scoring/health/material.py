"""The material of every dimension of health: a history, a method, and the window looked at.

What several dimensions ask is a question of its own, worked out again only once something that it rests on changed.
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from operator import attrgetter
from typing import Final, TypeVar, cast
from uuid import UUID

from domain.events.declaration import EventBody
from domain.events.interactions import InteractionRecorded
from domain.events.recorded import Effective
from domain.values import PartyAt
from domain.vocabulary import OFFICIALS, Facet, Side
from projections.history.causes import HasCauses
from projections.history.history import History
from projections.history.memo import carried, once_per_history
from projections.lifecycles.asks import Ask, asks
from projections.method.method import Method
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import Evidence
from projections.scoring.health.kept_sums import KeptSums, StandingRows
from projections.scoring.health.measure import Measure, MeasureBasis, Missing, absent

E = TypeVar("E", bound=EventBody)

RESIDENT_SIDE = frozenset({Side.RESIDENTS})
_BEGINS_AT: Final = attrgetter("begins_at")
_RAISED_AT: Final = attrgetter("raised.occurred_at")
_OCCURRED_AT: Final = attrgetter("occurred_at")
_ORDER: Final = attrgetter("occurred_at", "recorded.position")


@dataclass(frozen=True, kw_only=True)
class Material:
    """One partnership as the dimensions need it.

    `rest`: the evidence that is looked at, where some of it is left out. `takes_out_leniency`: what people say is read
    without the leniency of each who says it.
    """

    history: History
    method: Method
    rest: Sequence[Evidence] | None = None
    takes_out_leniency: bool = False

    @property
    def end(self) -> datetime:
        """The valid-time cut."""
        return self.history.end

    @cached_property
    def start(self) -> datetime:
        """The beginning of the window that levels are taken over."""
        return window_start(self.history, self.method)

    def recent(self, *bodies: type[EventBody]) -> list[Effective]:
        """List the facts of these types that happened within the window, in order."""
        by_type = [self.history.of(body) for body in bodies]
        recent = [fact for facts in by_type for fact in facts[bisect_left(facts, self.start, key=_OCCURRED_AT) :]]
        return sorted(recent, key=_ORDER) if len(by_type) > 1 else recent

    def recent_each(self, body: type[E]) -> list[tuple[Effective, E]]:
        """List the facts of one type within the window, each with its body, in order."""
        return [(fact, cast("E", fact.body)) for fact in self.recent(body)]

    @cached_property
    def contacts(self) -> list[tuple[Effective, InteractionRecorded]]:
        """The contacts held within the window, in order."""
        return self.recent_each(InteractionRecorded)

    def standing(self, facet: Facet) -> Sequence[Evidence]:
        """The evidence of a facet that stands at the cut, in order."""
        if self.rest is None:
            return standing_evidence(self.history, self.method, facet)
        return self._standing_rest.get(facet, ())

    @cached_property
    def _standing_rest(self) -> Mapping[Facet, Sequence[Evidence]]:
        return StandingRows().by_facet(self.rest or (), self.end)

    @property
    def asks(self) -> Sequence[Ask]:
        """The asks raised within the window, in order."""
        all_asks = asks(self.history, self.method)
        return all_asks[bisect_left(all_asks, self.start, key=_RAISED_AT) :]

    @property
    def disputed(self) -> Sequence[Evidence]:
        """The standing evidence that some side contests, facet by facet."""
        if self.rest is None:
            return disputed_evidence(self.history, self.method)
        return _disputed(self._standing_rest)

    @property
    def evidence(self) -> Sequence[Evidence]:
        """All evidence that is looked at, in order."""
        return evidence(self.history, self.method) if self.rest is None else self.rest

    def across(self, facet: Facet, trusters: Iterable[Side], trustees: Iterable[Side]) -> list[Evidence]:
        """List the standing evidence of one facet from some sides about others."""
        return between(self.standing(facet), trusters, trustees)

    def standing_since_start(self, facet: Facet) -> Sequence[Evidence]:
        """The standing evidence of a facet that began within the window, in order."""
        rows = self.standing(facet)
        return rows[bisect_left(rows, self.start, key=_BEGINS_AT) :]

    @property
    def kept(self) -> KeptSums:
        """The sums behind measures, kept while the history grows."""
        return carried(self.history, self.method, KeptSums)

    def causes(self, dimension: str, name: str, things: Sequence[HasCauses]) -> tuple[UUID, ...]:
        """The events that the things behind a measure rest on, in order, each once."""
        return self.kept.causes[dimension, name].of(things)


def window_start(history: History, method: Method) -> datetime:
    """The beginning of the window that levels of health are taken over."""
    return history.end - timedelta(days=method.health.window_days)


@once_per_history
def _standing(history: History, method: Method) -> Mapping[Facet, tuple[Evidence, ...]]:
    """The evidence that stands at the cut, by facet, each in order."""
    return carried(history, method, StandingRows).by_facet(evidence(history, method), history.end)


def between(rows: Iterable[Evidence], trusters: Iterable[Side], trustees: Iterable[Side]) -> list[Evidence]:
    """List the evidence from some sides about others."""
    froms, tos = frozenset(trusters), frozenset(trustees)
    return [row for row in rows if row.truster.side in froms and row.trustee.side in tos]


@once_per_history
def standing_evidence(history: History, method: Method, facet: Facet) -> tuple[Evidence, ...]:
    """The evidence of a facet that stands at the cut, in order."""
    return _standing(history, method).get(facet, ())


@once_per_history
def disputed_evidence(history: History, method: Method) -> tuple[Evidence, ...]:
    """The standing evidence that some side contests, facet by facet."""
    return _disputed(_standing(history, method))


def _disputed(rows_by_facet: Mapping[Facet, Sequence[Evidence]]) -> tuple[Evidence, ...]:
    return tuple(row for rows in rows_by_facet.values() for row in rows if row.disputed)


def block(
    material: Material,
    dimension: str,
    name: str,
    facet: Facet,
    *,
    trusters: Iterable[Side] = RESIDENT_SIDE,
    trustees: Iterable[Side] = OFFICIALS,
    missing: Missing = Missing.NOTHING_HAPPENED,
) -> Measure:
    """Measure a whole block: every act once, drawn towards the facet's usual rate."""
    rows = material.across(facet, trusters, trustees)
    return trust_in(material, dimension, name, facet, rows, missing=missing)


def trust_in(
    material: Material,
    dimension: str,
    name: str,
    facet: Facet,
    rows: Sequence[Evidence],
    *,
    missing: Missing = Missing.NOTHING_HAPPENED,
) -> Measure:
    """Measure some standing evidence of one facet, every act once, drawn towards the facet's usual rate."""
    if not rows:
        return absent(dimension, name, missing)
    acts = material.kept.acts[dimension, name]
    acts.take_in(rows, material.method)
    sums = acts.sums(material.end, facet, material.method)
    return Measure(
        dimension=dimension,
        name=name,
        basis=MeasureBasis.TRUST,
        r=sums.r,
        s=sums.s,
        a=material.method.base_rate(facet),
        n=sums.n,
        acts=sums.acts,
        value_sum=acts.value_sum,
        causes=material.causes(dimension, name, rows),
    )


def camp(party: PartyAt) -> str:
    """The side of the line between residents and officials that a body stands on; everyone else on neither."""
    if party.side is Side.RESIDENTS:
        return "residents"
    return "officials" if party.is_official else "others"
