"""Expressed experience on five ordered levels: what people say, kept apart from what bodies do.

Dirichlet reputation (Josang and Haller, 2007): a full distribution is kept, so that a room split between ones and
fives does not look like a room of threes.
"""

from collections.abc import Sequence
from math import fsum, hypot, sqrt
from statistics import NormalDist
from typing import Final

from msgspec import Struct

LEVELS: Final = 5


class Expressed(Struct, frozen=True, kw_only=True):
    """The raters' words: the expected share of each level, the mean on [0, 1] and its standard deviation.

    `disagreement` in [0, 1] is the observed spread against the widest possible: 0 all alike, 1 half at each end.
    """

    shares: tuple[float, ...]
    mean: float
    deviation: float
    disagreement: float


def expressed(
    level_counts: Sequence[float], raters: int, *, fewest_raters: int, prior_weight: float
) -> Expressed | None:
    """Describe the (decayed) counts of levels 1 to 5; None when fewer than `fewest_raters` people gave them."""
    return None if raters < fewest_raters else described(level_counts, prior_weight=prior_weight)


def described(level_counts: Sequence[float], *, prior_weight: float) -> Expressed:
    """The shares, mean and spread of the (decayed) counts of levels 1 to 5, however few people gave them."""
    total = fsum(level_counts)
    shares = tuple((count + prior_weight / LEVELS) / (prior_weight + total) for count in _five(level_counts))
    mean, spread = _moments(shares)
    observed = tuple(count / total for count in level_counts) if total else shares
    return Expressed(
        shares=shares,
        mean=mean,
        deviation=sqrt(spread / (prior_weight + 1 + total)),
        disagreement=4 * _moments(observed)[1] if total else 0.0,
    )


class Gap(Struct, frozen=True, kw_only=True):
    """How far apart two sides' means lie, and within which bounds that difference is likely to be."""

    difference: float
    low: float
    high: float


def perception_gap(one: Expressed | None, other: Expressed | None, *, level: float) -> Gap | None:
    """Subtract the second mean from the first, with the equal-tail range; None unless both may be shown."""
    if one is None or other is None:
        return None
    difference = one.mean - other.mean
    reach = NormalDist().inv_cdf((1 + level) / 2) * hypot(one.deviation, other.deviation)
    return Gap(difference=difference, low=difference - reach, high=difference + reach)


def _five(level_counts: Sequence[float]) -> Sequence[float]:
    if len(level_counts) != LEVELS:
        message = f"expected {LEVELS} counts, one a level, not {len(level_counts)}"
        raise ValueError(message)
    return level_counts


def _moments(shares: Sequence[float]) -> tuple[float, float]:
    scores = [level / (LEVELS - 1) for level in range(LEVELS)]
    mean = fsum(score * share for score, share in zip(scores, shares, strict=True))
    square = fsum(score * score * share for score, share in zip(scores, shares, strict=True))
    return mean, max(0.0, square - mean * mean)
