"""Two profiles of one partnership side by side, compared only on the dimensions that have a headline at both dates."""

from collections.abc import Mapping, Sequence
from typing import Annotated

from msgspec import Meta, Struct

from projections.method.method import Dimension, Method
from projections.scoring.formulas.composite import comparable, geometric_mean
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health.measure import HEADLINE, Measure
from projections.scoring.health.shown_profile import ShownMeasure, shown_measures


class ComparedHeadline(Struct, frozen=True, kw_only=True):
    """One headline at two dates; `change` is None where there is not enough to say at either."""

    id: str
    dimension: str
    before: ShownMeasure
    after: ShownMeasure
    change: float | None


class CombinedHeadlines(Struct, frozen=True, kw_only=True):
    """Some headlines as one number: their weighted geometric mean, and that of the ends of their likely ranges."""

    value: float
    low: float
    high: float


class ComparedComposite(Struct, frozen=True, kw_only=True):
    """The `dimensions` with enough to say at both dates, combined at each: with others in one it would be no change.

    A headline that is shown on some is in neither.
    """

    dimensions: tuple[str, ...]
    before: CombinedHeadlines
    after: CombinedHeadlines
    change: float


class ProfileComparison(Struct, frozen=True, kw_only=True):
    """Two profiles, headline by headline, and which of them are compared.

    `left_out` have enough to say at one of the dates only. `composite` is None unless asked for, and where nothing
    weighed is compared.
    """

    headlines: tuple[ComparedHeadline, ...]
    compared: Annotated[tuple[str, ...], Meta(description="The dimensions with enough to say at both dates")]
    left_out: Annotated[tuple[str, ...], Meta(description="Those with enough to say at one of the dates only")]
    composite: ComparedComposite | None


def compare_profiles(
    earlier: Sequence[Measure], later: Sequence[Measure], method: Method, weights: Mapping[str, float] | None = None
) -> ProfileComparison:
    """Compare two profiles by one method; with relative `weights` by dimension, also as one number each."""
    before, after = _headlines(earlier, method), _headlines(later, method)
    values = [{key: figure.value for key, figure in each.items()} for each in (before, after)]
    compared = comparable(*values)
    present = [key for key in before if any(each[key] is not None for each in values)]
    numbers = {str(dimension): f"H{number}" for number, dimension in enumerate(Dimension, start=1)}
    return ProfileComparison(
        headlines=tuple(
            ComparedHeadline(
                id=numbers[key],
                dimension=key,
                before=figure,
                after=after[key],
                change=compared[key][1] - compared[key][0] if key in compared else None,
            )
            for key, figure in before.items()
        ),
        compared=tuple(compared),
        left_out=tuple(key for key in present if key not in compared),
        composite=None if weights is None else _composite(before, after, weights),
    )


def _headlines(rows: Sequence[Measure], method: Method) -> dict[str, ShownMeasure]:
    measures = shown_measures([row for row in rows if row.name == HEADLINE], method)
    return {figure.dimension: figure for figure in measures}


def _composite(
    before: Mapping[str, ShownMeasure], after: Mapping[str, ShownMeasure], weights: Mapping[str, float]
) -> ComparedComposite | None:
    compared = comparable(*({key: _enough(figure) for key, figure in each.items()} for each in (before, after)))
    weighed = tuple(key for key in compared if weights.get(key, 0) > 0)
    if not weighed:
        return None

    def combined(profile: Mapping[str, ShownMeasure]) -> CombinedHeadlines:
        value, low, high = (
            geometric_mean((getattr(profile[key], end), weights[key]) for key in weighed)
            for end in ("value", "low", "high")
        )
        return CombinedHeadlines(value=value, low=low, high=high)

    earlier, later = combined(before), combined(after)
    return ComparedComposite(dimensions=weighed, before=earlier, after=later, change=later.value - earlier.value)


def _enough(figure: ShownMeasure) -> float | None:
    return figure.value if figure.status is EvidenceStatus.ENOUGH else None
