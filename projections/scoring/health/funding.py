"""Funding flexibility (H9): on what terms money came, per award and by amount, each currency apart."""

from math import fsum
from typing import Final, cast

from domain.events.funding import FundingAwarded, FundingVariationDecided
from projections.rows import causes_of
from projections.scoring.facets.flexibility import judged_award
from projections.scoring.flexibility import Flexibility, weighted_mean
from projections.scoring.health.material import Material
from projections.scoring.health.measure import (
    HEADLINE,
    Measure,
    Missing,
    absent,
    counted,
    facts,
    ranged,
)
from projections.scoring.method import Dimension

H9: Final = Dimension.FUNDING_FLEXIBILITY
Judged = tuple[FundingAwarded, Flexibility]


def funding_flexibility(material: Material) -> list[Measure]:
    """Measure the mean flexibility of awards; its range takes every missing term as the worst and as the best."""
    awards = material.recent_each(FundingAwarded)
    judged = [(award, judged_award(material.history, fact, award, material.method)) for fact, award in awards]
    known = [(award, found) for award, found in judged if found.value is not None]
    causes = causes_of(facts(awards))
    if not known:
        missing = Missing.NOT_RECORDED if awards else Missing.NOTHING_HAPPENED
        headline = absent(H9, HEADLINE, missing, causes=causes)
    else:
        value = fsum(cast("float", found.value) for _, found in known) / len(known)
        worst = fsum(found.worst for _, found in judged) / len(judged)
        best = fsum(found.best for _, found in judged) / len(judged)
        headline = ranged(H9, HEADLINE, value, (worst, best), n=len(known), causes=causes)
    return [
        headline,
        counted(H9, "awards", len(awards)),
        counted(H9, "awards-with-too-few-terms", len(awards) - len(known)),
        *_by_amount(known),
        _variations(material),
    ]


def _by_amount(known: list[Judged]) -> list[Measure]:
    currencies = sorted({award.amount.currency for award, _ in known})
    measures = []
    for currency in currencies:
        amounts = [
            (cast("float", found.value), float(award.amount.minor_units))
            for award, found in known
            if award.amount.currency == currency
        ]
        measures.append(counted(H9, "weighted-by-amount", weighted_mean(amounts), n=len(amounts), group=currency))
    return measures


def _variations(material: Material) -> Measure:
    decided = material.recent_each(FundingVariationDecided)
    worth = [material.method.values.variation[each.answer] for _, each in decided]
    mean = fsum(worth) / len(worth) if worth else None
    return counted(H9, "variations", mean, n=len(worth), causes=causes_of(facts(decided)))
