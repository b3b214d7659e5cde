"""The material of every dimension of health: a history, a method, its evidence, and the window looked at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import TypeVar

from domain.events.declaration import EventBody
from domain.events.interactions import InteractionRecorded
from domain.events.recorded import Effective
from domain.values import PartyAt
from domain.vocabulary import OFFICIALS, Facet, Side
from projections.agreement.answerable import is_thing_laid_at_door
from projections.history.causes import causes_of
from projections.history.history import History
from projections.lifecycles.commitments import Commitment, commitments
from projections.method.method import Method
from projections.scoring.formulas.evidence import Evidence
from projections.scoring.formulas.tally import counts, sums
from projections.scoring.health.measure import Measure, MeasureBasis, Missing, absent

E = TypeVar("E", bound=EventBody)

RESIDENT_SIDE = frozenset({Side.RESIDENTS})


@dataclass(frozen=True, kw_only=True)
class Material:
    """One partnership's history and evidence, as the dimensions need it.

    `takes_out_leniency`: what people say is read without the leniency of each who says it.
    """

    history: History
    method: Method
    evidence: Sequence[Evidence]
    takes_out_leniency: bool = False

    @property
    def end(self) -> datetime:
        """The valid-time cut."""
        return self.history.end

    @cached_property
    def start(self) -> datetime:
        """The beginning of the window that levels are taken over."""
        return self.end - timedelta(days=self.method.health.window_days)

    def recent(self, *bodies: type[EventBody]) -> list[Effective]:
        """List the facts of these types that happened within the window, in order."""
        return [fact for fact in self.history.of(*bodies) if fact.occurred_at >= self.start]

    def recent_each(self, body: type[E]) -> list[tuple[Effective, E]]:
        """List the facts of one type within the window, each with its body, in order."""
        return [(fact, each) for fact, each in self.history.each(body) if fact.occurred_at >= self.start]

    @cached_property
    def contacts(self) -> list[tuple[Effective, InteractionRecorded]]:
        """The contacts held within the window, in order."""
        return self.recent_each(InteractionRecorded)

    @cached_property
    def promises(self) -> list[Commitment]:
        """Every promise of the partnership, followed through its life, but for those laid at another's door."""
        return [each for each in commitments(self.history, self.method) if not self._is_laid_at_door(each)]

    def _is_laid_at_door(self, promise: Commitment) -> bool:
        who = promise.body.promisers
        return any(is_thing_laid_at_door(self.history, each.party_id, promise.commitment_id) for each in who)

    @cached_property
    def standing(self) -> dict[Facet, list[Evidence]]:
        """The evidence that stands at the cut, by facet, in order."""
        rows_by_facet: dict[Facet, list[Evidence]] = {}
        for row in self.evidence:
            if row.stands_at(self.end):
                rows_by_facet.setdefault(row.facet, []).append(row)
        return rows_by_facet

    def across(self, facet: Facet, trusters: Iterable[Side], trustees: Iterable[Side]) -> list[Evidence]:
        """List the standing evidence of one facet from some sides about others."""
        froms, tos = frozenset(trusters), frozenset(trustees)
        return [row for row in self.standing.get(facet, ()) if row.truster.side in froms and row.trustee.side in tos]


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
    statistics = sums(rows, material.end, material.method)
    plain = counts(rows, material.end)
    return Measure(
        dimension=dimension,
        name=name,
        basis=MeasureBasis.TRUST,
        r=statistics.r,
        s=statistics.s,
        a=material.method.base_rate(facet),
        n=statistics.n,
        acts=plain.acts,
        value_sum=plain.value_sum,
        causes=causes_of(rows),
    )


def camp(party: PartyAt) -> str:
    """The side of the line between residents and officials that a body stands on; everyone else on neither."""
    if party.side is Side.RESIDENTS:
        return "residents"
    return "officials" if party.is_official else "others"
