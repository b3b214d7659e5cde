"""Flexibility: on what terms a funder's money comes, and how it answers when a plan has to change.

Money that lets plans be refined is told from money that does not by the terms of the award.
"""

from collections.abc import Mapping
from datetime import datetime
from math import fsum, sqrt
from typing import TypeVar

from msgspec import Struct

from domain.events.funding import FundingAwarded, FundingConditionChanged, FundingVariationDecided
from domain.vocabulary import CodeList, Facet
from projections.lifecycles.awards import AwardTerms, FundersAct
from projections.method.method import FlexibilityRules, Method
from projections.scoring.facets.disputed_acts import readings_through_disputes
from projections.scoring.facets.evidence_periods import body_of, evidence_rows, is_scored
from projections.scoring.formulas.evidence import Evidence

Code = TypeVar("Code", bound=CodeList)


def evidence(act: FundersAct, method: Method, end: datetime) -> list[Evidence]:
    """The evidence of an award by its terms, a variation by its answer, a condition by whether it came or went."""
    name, value = _worth(act, method)
    if value is None or not is_scored(act.giver) or act.giver.party_id == act.taker.party_id:
        return []
    readings = readings_through_disputes(act.fact, value, act.giver, act.disputes, method)
    return evidence_rows(name, Facet.FLEXIBILITY, body_of(act.taker), body_of(act.giver), readings, end=end)


def _worth(act: FundersAct, method: Method) -> tuple[str, float | None]:
    """The name of an act of a funder, and what it is worth; None: nothing is known of that."""
    match act.fact.body:
        case FundingAwarded(award_id=award_id) if act.terms is not None:
            return f"award {award_id}", flexibility(act.terms, method.flexibility).value
        case FundingVariationDecided(variation_id=variation, answer=answer):
            return f"variation {variation}", method.values.variation[answer]
        case FundingConditionChanged(change=change):
            return f"condition {act.fact.event_id}", method.values.condition[change]
    return "", None


class Flexibility(Struct, frozen=True, kw_only=True):
    """The flexibility F of an award in [0, 1]: the mean of its known items, None when too few are known.

    `worst` and `best` take every missing item as 0 and as 1.
    """

    value: float | None
    worst: float
    best: float
    known: int
    items: dict[str, float | None]


def flexibility(terms: AwardTerms, rules: FlexibilityRules) -> Flexibility:
    """Judge an award by its terms; a code the method gives no value to counts as not known."""
    items = {
        "restriction": _looked_up(rules.restriction, terms.restriction),
        "allocation": _looked_up(rules.allocation, terms.allocation),
        "duration": _share(terms.years, rules.full_duration_years),
        "application": _ease_of_applying(terms, rules),
        "reporting": _less(terms.reports_a_year, rules.most_reports_a_year),
        "decision": _less(terms.decision_days, rules.longest_decision_days),
        "payment": _looked_up(rules.payment, terms.payment),
        "control": _looked_up(rules.control, terms.control),
    }
    known_values = [value for value in items.values() if value is not None]
    total, missing = fsum(known_values), len(items) - len(known_values)
    return Flexibility(
        value=total / len(known_values) if len(known_values) >= rules.fewest_known_items else None,
        worst=total / len(items),
        best=(total + missing) / len(items),
        known=len(known_values),
        items=items,
    )


def _ease_of_applying(terms: AwardTerms, rules: FlexibilityRules) -> float | None:
    if terms.hours_to_apply is None or terms.amount_pounds is None:
        return None
    fair = rules.expected_hours_factor * sqrt(max(0.0, terms.amount_pounds) / rules.pounds_an_hour_squared)
    return _less(terms.hours_to_apply, max(rules.fewest_expected_hours, fair) * rules.hours_multiple)


def _share(amount: float | None, full: float) -> float | None:
    return None if amount is None else min(1.0, max(0.0, amount) / full)


def _less(amount: float | None, worst: float) -> float | None:
    share = _share(amount, worst)
    return None if share is None else 1 - share


def _looked_up(table: Mapping[Code, float], code: Code | None) -> float | None:
    return None if code is None else table.get(code)
