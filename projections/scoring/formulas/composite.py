"""One number out of a profile, only when asked for, and then as a range that missing dimensions widen.

A weighted geometric mean: a dead dimension cannot be bought off by a lively one. What is missing is not weighted
away, so that recording less never makes a profile look better.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from math import exp, fsum, log
from typing import TypeVar

from msgspec import Struct

from projections.method.method import Band

Key = TypeVar("Key", bound=Hashable)


class Composite(Struct, frozen=True, kw_only=True):
    """The range of the composite: every missing dimension at the floor, and at 1. One number when none is missing."""

    low: float
    high: float
    missing: tuple[str, ...]


def composite(values: Mapping[Key, float | None], weights: Mapping[Key, float], floor: float) -> Composite | None:
    """Combine headlines in [0, 1] by relative weights; None when no dimension that weighs anything is known.

    A dimension that is weighted but absent from `values`, or None there, is missing.
    """
    weighted = {key: weight for key, weight in weights.items() if weight > 0}
    missing = tuple(sorted(str(key) for key in weighted if values.get(key) is None))
    if len(missing) == len(weighted):
        return None
    return Composite(low=_geometric(values, weighted, floor), high=_geometric(values, weighted, 1.0), missing=missing)


def comparable(
    earlier: Mapping[Key, float | None], later: Mapping[Key, float | None]
) -> dict[Key, tuple[float, float]]:
    """The values on which two readings are compared: of what has one in both, in the order of the earlier.

    What is known at one date only would pose as a change: of what was recorded, and not of what was done.
    """
    pairs = ((key, before, later.get(key)) for key, before in earlier.items())
    return {key: (before, after) for key, before, after in pairs if before is not None and after is not None}


def band(range_: Composite, bands: Sequence[Band]) -> str | None:
    """Name the band in which the whole range lies; None when it touches two."""
    names = [
        next((band.name for band in reversed(bands) if band.low <= end), None) for end in (range_.low, range_.high)
    ]
    return names[0] if names[0] == names[1] else None


def geometric_mean(weighted: Iterable[tuple[float, float]]) -> float:
    """The weighted geometric mean of values, each with its relative weight; 0 where one that weighs anything is 0."""
    values = [(value, weight) for value, weight in weighted if weight > 0]
    if any(value <= 0 for value, _ in values):
        return 0.0
    return exp(fsum(weight * log(value) for value, weight in values) / fsum(weight for _, weight in values))


def _geometric(values: Mapping[Key, float | None], weights: Mapping[Key, float], missing: float) -> float:
    weighted = ((values.get(key), weight) for key, weight in weights.items())
    return geometric_mean((missing if value is None else value, weight) for value, weight in weighted)
