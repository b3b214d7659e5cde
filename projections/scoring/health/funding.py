"""Funding flexibility (H9): on what terms money came, per award and by amount, each currency apart."""

from collections.abc import Collection
from math import fsum
from typing import Final, cast

from domain.events.funding import FundingAwarded, FundingVariationDecided
from domain.events.recorded import Effective
from projections.agreement.answerable import is_thing_laid_at_door
from projections.history.causes import causes_of
from projections.lifecycles.awards import award_terms, runs_until
from projections.method.method import Dimension
from projections.scoring.facets.flexibility import Flexibility, flexibility
from projections.scoring.health.material import Material
from projections.scoring.health.measure import (
    HEADLINE,
    Measure,
    Missing,
    absent,
    counted,
    facts,
    ranged,
    share,
)

H9: Final = Dimension.FUNDING_FLEXIBILITY
_WEIGHTED: Final = "weighted-by-amount"
Judged = tuple[FundingAwarded, Flexibility]


def funding_flexibility(material: Material) -> list[Measure]:
    """Measure the mean flexibility of awards; its range takes every missing term as the worst and as the best."""
    awards = [award for award in material.history.each(FundingAwarded) if _counts(*award, material)]
    judged = [
        (award, flexibility(award_terms(material.history, fact, award), material.method.flexibility))
        for fact, award in awards
    ]
    known_values = [judgement for _, judgement in judged if judgement.value is not None]
    causes = causes_of(facts(awards))
    if not known_values:
        missing = Missing.NOT_RECORDED if awards else Missing.NOTHING_HAPPENED
        headline = absent(H9, HEADLINE, missing, causes=causes)
    else:
        value = fsum(cast("float", judgement.value) for judgement in known_values) / len(known_values)
        worst = fsum(judgement.worst for _, judgement in judged) / len(judged)
        best = fsum(judgement.best for _, judgement in judged) / len(judged)
        headline = ranged(H9, HEADLINE, value, (worst, best), n=len(known_values), causes=causes)
    return [
        headline,
        counted(H9, "awards", len(awards)),
        counted(H9, "awards-with-too-few-terms", len(awards) - len(known_values)),
        *_by_amount(judged),
        _variations(material),
    ]


def _counts(fact: Effective, award: FundingAwarded, material: Material) -> bool:
    """An award was made within the window or still runs at its end, and is nobody else's story of a funder."""
    if is_thing_laid_at_door(material.history, award.funder.party_id, award.award_id):
        return False
    if fact.occurred_at >= material.start:
        return True
    until = runs_until(material.history, fact, award)
    return until is not None and until >= material.history.as_of


def _by_amount(judged: list[Judged]) -> list[Measure]:
    """Measure the same weighted by the size of each award, each currency apart."""
    currencies = sorted({award.amount.currency for award, judgement in judged if judgement.value is not None})
    measures = []
    for currency in currencies:
        ours = [
            (judgement, float(award.amount.minor_units))
            for award, judgement in judged
            if award.amount.currency == currency
        ]
        known_values = [(judgement.value, amount) for judgement, amount in ours if judgement.value is not None]
        mean = weighted_mean(known_values)
        worst = weighted_mean([(judgement.worst, amount) for judgement, amount in ours])
        best = weighted_mean([(judgement.best, amount) for judgement, amount in ours])
        if mean is None or worst is None or best is None:
            measures.append(absent(H9, _WEIGHTED, Missing.NOT_APPLICABLE, group=currency))
        else:
            measures.append(ranged(H9, _WEIGHTED, mean, (worst, best), n=len(known_values), group=currency))
    return measures


def weighted_mean(values: Collection[tuple[float, float]]) -> float | None:
    """The mean of (value, weight) pairs; None without weight."""
    total = fsum(weight for _, weight in values)
    return fsum(value * weight for value, weight in values) / total if total > 0 else None


def _variations(material: Material) -> Measure:
    decisions = material.recent_each(FundingVariationDecided)
    worth = fsum(material.method.values.variation[each.answer] for _, each in decisions)
    return share(H9, "variations", worth, len(decisions), causes=causes_of(facts(decisions)))
