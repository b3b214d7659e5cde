"""Flexibility: on what terms a funder's money comes, and how it answers when a plan has to change."""

from collections.abc import Iterator
from typing import Final

from domain.events.funding import (
    FundingApplied,
    FundingAwarded,
    FundingConditionChanged,
    FundingVariationDecided,
)
from domain.events.recorded import Effective
from domain.values import PartyAt, day_of, last_day
from domain.vocabulary import Facet
from projections.history.history import History
from projections.method.method import Method
from projections.scoring.evidence import Evidence
from projections.scoring.facets.disputed_acts import readings_through_disputes
from projections.scoring.facets.evidence_periods import body_of, evidence_rows, is_scored
from projections.scoring.formulas.award_flexibility import AwardTerms, Flexibility, flexibility

_MINOR_UNITS: Final = 100


def evidence(history: History, method: Method) -> list[Evidence]:
    """Gather awards by their terms, variations by their answer, conditions by whether they came or went."""
    rows: list[Evidence] = []
    for act, fact, funder, recipient, value in _acts(history, method):
        if is_scored(funder) and funder.party_id != recipient.party_id:
            readings = readings_through_disputes(history, method, fact, value, funder, recipient)
            rows += evidence_rows(
                act, Facet.FLEXIBILITY, body_of(recipient), body_of(funder), readings, end=history.end
            )
    return rows


def _acts(history: History, method: Method) -> Iterator[tuple[str, Effective, PartyAt, PartyAt, float]]:
    facts = history.of(FundingAwarded, FundingVariationDecided, FundingConditionChanged)
    for fact in facts:
        match fact.body:
            case FundingAwarded(award_id=award_id, funder=funder, recipient=recipient) as award:
                judged = judged_award(history, fact, award, method)
                if judged.value is not None:
                    yield f"award {award_id}", fact, funder, recipient, judged.value
            case FundingVariationDecided(variation_id=variation, funder=funder, recipient=recipient, answer=answer):
                yield f"variation {variation}", fact, funder, recipient, method.values.variation[answer]
            case FundingConditionChanged(funder=funder, recipient=recipient, change=change):
                yield f"condition {fact.event_id}", fact, funder, recipient, method.values.condition[change]


def judged_award(history: History, fact: Effective, awarded: FundingAwarded, method: Method) -> Flexibility:
    """Judge an award by its own terms, and by the application where the award is silent."""
    applied = next((each for each in history.about(awarded.award_id) if isinstance(each.body, FundingApplied)), None)
    application = applied.body if applied is not None and isinstance(applied.body, FundingApplied) else None
    hours, allocation, waited = awarded.hours_to_apply, awarded.allocation, awarded.decision_days
    if application is not None and applied is not None and applied.occurred_at <= fact.occurred_at:
        hours = application.hours_to_apply if hours is None else hours
        allocation = allocation or application.allocation
        if waited is None:
            waited = (day_of(fact.occurred_at) - last_day(application.happened)).days
    terms = AwardTerms(
        restriction=awarded.restriction,
        allocation=allocation,
        payment=awarded.payment,
        control=awarded.control,
        years=awarded.years,
        hours_to_apply=hours,
        amount_pounds=awarded.amount.minor_units / _MINOR_UNITS if awarded.amount.currency == "GBP" else None,
        reports_a_year=awarded.reports_a_year,
        decision_days=waited,
    )
    return flexibility(terms, method.flexibility)
