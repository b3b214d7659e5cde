"""The mean of trust over aspects, only where it is asked for: one number more for whoever must have one.

A weighted geometric mean, by the method's weights of aspects: what is bad in one is not bought off by another. What
people say is no aspect of it. Aspects of which there is not enough to say are named and never filled in.
"""

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from domain.vocabulary import Facet, Side
from projections.method.method import Method
from projections.scoring.formulas.composite import geometric_mean
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.trust.shown_trust import ShownTrust

MeanOfAspects = Annotated[float | None, Meta(description="The mean; null where no aspect has enough to say")]


class MeanTrust(Struct, frozen=True, kw_only=True):
    """One side's (or one body's) trust in one body, as the mean of the aspects that there is enough to say of.

    `low` to `high`: from every aspect at the lower end of its likely range to every one at its upper end, wider than
    the mean's own. `missing` are the aspects that weigh something and are not in it. `status` is the weakest of those
    that are.
    """

    truster_side: Side
    truster_id: UUID | None
    trustee_side: Side
    trustee_id: UUID
    mean: MeanOfAspects
    low: float | None
    high: float | None
    aspects: tuple[Facet, ...]
    missing: tuple[Facet, ...]
    status: EvidenceStatus


def mean_trust(figures: Iterable[ShownTrust], method: Method) -> list[MeanTrust]:
    """The mean over aspects of each view that has figures, in order of sides and body."""
    return [_mean(list(group), method) for _, group in groupby(sorted(figures, key=_view), key=_view)]


def _view(figure: ShownTrust) -> tuple[str, ...]:
    return figure.truster_side, str(figure.truster_id or ""), figure.trustee_side, str(figure.trustee_id)


def _mean(figures: Sequence[ShownTrust], method: Method) -> MeanTrust:
    weights: dict[Facet, float] = {
        facet: weight for facet, weight in method.facet_weights.items() if weight and facet is not Facet.EXPRESSED
    }
    parts = [each for each in figures if each.figure.trust is not None and each.facet in weights]
    aspects = {each.facet for each in parts}
    some = any(each.figure.status is EvidenceStatus.SOME for each in parts)
    status = EvidenceStatus.SOME if some else EvidenceStatus.ENOUGH
    first = figures[0]

    def mean_of(end: str) -> float | None:
        return geometric_mean((getattr(each.figure, end), weights[each.facet]) for each in parts) if parts else None

    return MeanTrust(
        truster_side=first.truster_side,
        truster_id=first.truster_id,
        trustee_side=first.trustee_side,
        trustee_id=first.trustee_id,
        mean=mean_of("trust"),
        low=mean_of("low"),
        high=mean_of("high"),
        aspects=tuple(facet for facet in Facet if facet in aspects),
        missing=tuple(facet for facet in Facet if facet in weights and facet not in aspects),
        status=status if parts else EvidenceStatus.INSUFFICIENT_EVIDENCE,
    )
