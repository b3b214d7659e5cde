"""A health profile as it is shown: likely ranges worked out in one call for every measure of every profile."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

import numpy as np
import scipy  # its parts load when first used: a fifth of the start of a command
from msgspec import Struct
from msgspec.structs import replace

from domain.vocabulary import Facet
from projections.method.method import Dimension, Method
from projections.scoring.formulas.composite import Composite, band, composite
from projections.scoring.formulas.opinion import EvidenceStatus, expectation, grade
from projections.scoring.health.measure import HEADLINE, Measure, MeasureBasis, Missing
from projections.scoring.trust.further_acts import FigureSums, FurtherActs, further_acts

_UNIFORM_HALF: Final = 0.5
"""Jeffreys' prior for a share."""


class ShownMeasure(Struct, frozen=True, kw_only=True):
    """One measure with its value and likely range, both None where trust would say nothing on as little.

    Plain counts are always shown: those that are measures of their own beside a headline, and the acts behind one.
    `needed` is what would be enough, where acts are too few to say anything.
    """

    dimension: str
    name: str
    group: str
    basis: MeasureBasis
    value: float | None
    low: float | None
    high: float | None
    n: float
    acts: int | None
    value_sum: float | None
    status: EvidenceStatus
    missing: Missing | None
    needed: FurtherActs | None = None
    causes: tuple[UUID, ...]
    causes_in_all: int


class ShownDimension(Struct, frozen=True, kw_only=True):
    """One dimension: its headline, or None where it is context only, and what is shown beside."""

    id: str
    dimension: str
    headline: ShownMeasure | None
    beside: tuple[ShownMeasure, ...]


class Profile(Struct, frozen=True, kw_only=True):
    """The dimensions in order, how it was recorded, and the market's score for comparison."""

    dimensions: tuple[ShownDimension, ...]
    beside: tuple[ShownMeasure, ...]


class ShownComposite(Struct, frozen=True, kw_only=True):
    """One number as a range, only when asked for; `band` is named only if the whole range lies in it."""

    low: float
    high: float
    missing: tuple[str, ...]
    band: str | None


def shown_profile(rows: Sequence[Measure], method: Method, on: date) -> Profile:
    """Show the stored measures of one partnership on a day as a profile."""
    measures = [
        replace(figure, needed=_needed(row, on, method)) if figure.missing is Missing.NOT_ENOUGH else figure
        for row, figure in zip(rows, shown_measures(rows, method), strict=True)
    ]
    dimensions = []
    for number, dimension in enumerate(Dimension, start=1):
        own = [each for each in measures if each.dimension == dimension]
        if own:
            dimensions.append(
                ShownDimension(
                    id=f"H{number}",
                    dimension=dimension,
                    headline=next((each for each in own if each.name == HEADLINE), None),
                    beside=tuple(each for each in own if each.name != HEADLINE),
                )
            )
    dimensions_known = set(Dimension)
    return Profile(
        dimensions=tuple(dimensions),
        beside=tuple(each for each in measures if each.dimension not in dimensions_known),
    )


def dimension_called(number: str) -> Dimension:
    """The dimension with this id, such as `H4`."""
    return list(Dimension)[int(number.removeprefix("H")) - 1]


def shown_measures(rows: Sequence[Measure], method: Method) -> list[ShownMeasure]:
    """Every measure its value and likely range, in the order given."""
    shapes = [_shape(row, method) for row in rows]
    level = method.trust.interval_level
    lows, highs = _quantiles([shape or (1.0, 1.0) for shape in shapes], level)
    return [
        _measure(row, (low, high) if shape else (row.low, row.high), method)
        for row, shape, low, high in zip(rows, shapes, lows, highs, strict=True)
    ]


def profile_composite(
    rows: Sequence[Measure], method: Method, weights: dict[str, float] | None = None
) -> ShownComposite | None:
    """Combine the headlines as a weighted geometric mean, missing ones at the floor and at 1.

    A headline that there is not enough to say is missing, also where it is shown on some. `weights` are the
    partnership's own by dimension, else the method's. None when nothing weighed is known.
    """
    measures = shown_measures([row for row in rows if row.name == HEADLINE], method)
    headlines = {each.dimension: each.value if each.status is EvidenceStatus.ENOUGH else None for each in measures}
    relative_weights = weights or {str(key): weight for key, weight in method.headline_weights.items()}
    range_: Composite | None = composite(headlines, relative_weights, method.health.missing_floor)
    if range_ is None:
        return None
    return ShownComposite(low=range_.low, high=range_.high, missing=range_.missing, band=band(range_, method.bands))


def estimate(row: Measure, method: Method) -> float | None:
    """Work out what a measure comes to, whether or not there is enough to say it; None where it is missing."""
    if row.missing is not None:
        return None
    match row.basis:
        case MeasureBasis.TRUST:
            return expectation(row.r, row.s, row.a or 0.0, method.trust.prior_weight)
        case MeasureBasis.SHARE:
            return row.r / (row.r + row.s)
    return row.value


def _needed(row: Measure, on: date, method: Method) -> FurtherActs | None:
    """The further acts needed for a headline that is made of acts; of any other there are none to be counted."""
    rules = method.trust
    if row.name != HEADLINE:
        return None
    match row.basis:
        case MeasureBasis.TRUST:
            sums = FigureSums(
                r=row.r,
                s=row.s,
                a=row.a or 0.0,
                n=row.n,
                prior_weight=rules.prior_weight,
                adverse_weight=rules.adverse_weight,
                half_life_days=rules.half_life(Facet(row.dimension)),
            )
        case MeasureBasis.SHARE:
            sums = FigureSums(r=row.r, s=row.s, a=_UNIFORM_HALF, n=row.n, prior_weight=2 * _UNIFORM_HALF)
        case _:
            return None
    return further_acts(sums, on, method)


def _shape(row: Measure, method: Method) -> tuple[float, float] | None:
    """The Beta distribution behind a measure; None where its range is stated or there is none.

    A share has Jeffreys' interval (Brown, Cai and DasGupta, 2001); an ordinal mean the Beta of the same moments.
    """
    if row.missing is not None:
        return None
    match row.basis:
        case MeasureBasis.TRUST:
            prior, rate = method.trust.prior_weight, row.a or 0.0
            return row.r + prior * rate, row.s + prior * (1 - rate)
        case MeasureBasis.SHARE:
            return row.r + _UNIFORM_HALF, row.s + _UNIFORM_HALF
        case MeasureBasis.MOMENTS if row.value is not None and row.deviation:
            mass = row.value * (1 - row.value) / row.deviation**2 - 1
            return row.value * mass, (1 - row.value) * mass
    return None


def _quantiles(shapes: Sequence[tuple[float, float]], level: float) -> tuple[list[float], list[float]]:
    if not shapes:
        return [], []
    alpha, beta = np.asarray(shapes, dtype=np.float64).T
    tail = (1 - level) / 2
    quantile = scipy.special.betaincinv
    return quantile(alpha, beta, tail).tolist(), quantile(alpha, beta, 1 - tail).tolist()


def _measure(row: Measure, bounds: tuple[float | None, float | None], method: Method) -> ShownMeasure:
    value, (low, high) = estimate(row, method), bounds
    if row.basis is MeasureBasis.COUNTED and row.name == HEADLINE:
        low = high = value
    if value is not None and low is not None and high is not None:
        low, high = min(low, value), max(high, value)
    status, missing = _status(row, low, high, method), row.missing
    if not status.is_said:
        value, low, high, missing = None, None, None, missing or Missing.NOT_ENOUGH
    return ShownMeasure(
        dimension=row.dimension,
        name=row.name,
        group=row.group,
        basis=row.basis,
        value=value,
        low=low,
        high=high,
        n=row.n,
        acts=row.acts,
        value_sum=row.value_sum,
        status=status,
        missing=missing,
        causes=row.causes,
        causes_in_all=len(row.causes),
    )


def _status(row: Measure, low: float | None, high: float | None, method: Method) -> EvidenceStatus:
    """Grade a measure as trust is graded; a plain count beside a headline estimates nothing, so it is enough."""
    if row.missing is not None:
        return EvidenceStatus.INSUFFICIENT_EVIDENCE
    if low is None or high is None:
        return EvidenceStatus.ENOUGH
    is_of_acts = row.basis in (MeasureBasis.TRUST, MeasureBasis.SHARE)
    return grade(row.n, row.r + row.s if is_of_acts else row.n, low, high, method)
