"""Funding flexibility (H9): on what terms money came, per award and by amount, each currency apart."""

from collections.abc import Collection, Sequence
from math import fsum
from typing import Final, cast
from uuid import UUID

from msgspec import Struct

from domain.events.funding import FundingAwarded, FundingVariationDecided
from domain.events.recorded import Effective
from projections.agreement.answerable import is_thing_laid_at_door
from projections.history.causes import causes_of
from projections.history.history import History
from projections.history.memo import answers_about, once_per_history, once_per_thing
from projections.lifecycles.awards import award_terms, runs_until
from projections.method.method import Dimension, Method
from projections.scoring.facets.flexibility import Flexibility, flexibility
from projections.scoring.health.material import Material, window_start
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


class JudgedAward(Struct, frozen=True):
    """An award that counts, and how flexible its terms are."""

    fact: Effective
    body: FundingAwarded
    judgement: Flexibility


def funding_flexibility(material: Material) -> list[Measure]:
    """Measure the mean flexibility of awards; its range takes every missing term as the worst and as the best."""
    judged = awards_judged(material.history, material.method)
    known_values = [award.judgement for award in judged if award.judgement.value is not None]
    causes = causes_of(award.fact for award in judged)
    if not known_values:
        missing = Missing.NOT_RECORDED if judged else Missing.NOTHING_HAPPENED
        headline = absent(H9, HEADLINE, missing, causes=causes)
    else:
        value = fsum(cast("float", judgement.value) for judgement in known_values) / len(known_values)
        worst = fsum(award.judgement.worst for award in judged) / len(judged)
        best = fsum(award.judgement.best for award in judged) / len(judged)
        headline = ranged(H9, HEADLINE, value, (worst, best), n=len(known_values), causes=causes)
    return [
        headline,
        counted(H9, "awards", len(judged)),
        counted(H9, "awards-with-too-few-terms", len(judged) - len(known_values)),
        *_by_amount(judged),
        _variations(material),
    ]


@once_per_history
def awards_judged(history: History, method: Method) -> tuple[JudgedAward, ...]:
    """The awards made within the window or still running at its end, but for those that are others' story of a funder.

    They come in order.
    """
    awards = answers_about(history, method, _judged, history.keys_of_facts(FundingAwarded))
    return tuple(award for award in awards if award is not None)


@once_per_thing
def _judged(history: History, method: Method, event_id: UUID) -> JudgedAward | None:
    fact, body = history.recorded(FundingAwarded, event_id)
    if is_thing_laid_at_door(history, body.funder.party_id, body.award_id):
        return None
    if fact.occurred_at < window_start(history, method):
        until = runs_until(history, fact, body)
        if until is None or until < history.as_of:
            return None
    return JudgedAward(fact, body, flexibility(award_terms(history, fact, body), method.flexibility))


def _by_amount(judged: Sequence[JudgedAward]) -> list[Measure]:
    """Measure the same weighted by the size of each award, each currency apart."""
    currencies = sorted({each.body.amount.currency for each in judged if each.judgement.value is not None})
    measures = []
    for currency in currencies:
        ours = [
            (award.judgement, float(award.body.amount.minor_units))
            for award in judged
            if award.body.amount.currency == currency
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
