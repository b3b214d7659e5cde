"""How freely an award may be used, from its terms: money that lets plans be refined against money that does not."""

from collections.abc import Collection, Mapping
from math import fsum, sqrt
from typing import TypeVar

from msgspec import Struct

from domain.vocabulary import Allocation, CodeList, Control, Payment, Restriction
from projections.method.method import FlexibilityRules

Code = TypeVar("Code", bound=CodeList)


class AwardTerms(Struct, frozen=True, kw_only=True):
    """The terms of one award, as far as they are recorded. `amount_pounds` is needed for the hours to be judged."""

    restriction: Restriction | None = None
    allocation: Allocation | None = None
    payment: Payment | None = None
    control: Control | None = None
    years: float | None = None
    hours_to_apply: float | None = None
    amount_pounds: float | None = None
    reports_a_year: float | None = None
    decision_days: float | None = None


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


def weighted_mean(values: Collection[tuple[float, float]]) -> float | None:
    """The mean of (value, weight) pairs; None without weight."""
    total = fsum(weight for _, weight in values)
    return fsum(value * weight for value, weight in values) / total if total > 0 else None


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
