"""The quality of forecasts of things that happen or not, against what happened.

Mean squared error (Brier, 1950) and its parts (Murphy, 1973), logarithmic loss (Good, 1952), and the chance that one
that happened was given the higher forecast (the area under the curve, by ranks: Mann and Whitney, 1947; Hanley and
McNeil, 1982).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import scipy  # its parts load when first used: a fifth of the start of a command
from msgspec import Struct
from numpy.typing import ArrayLike, NDArray

BINS: Final = 10
"""The stretches of equal width in which forecasts are set against what happened."""

_LEVEL: Final = 0.9

Array = NDArray[np.float64]


class CalibrationBin(Struct, frozen=True, kw_only=True):
    """The forecasts from `low` up to `high`: how many, their mean, and the share of them that happened.

    `share_low` and `share_high` are the likely range of that share (Wilson, 1927; 90 %).
    """

    low: float
    high: float
    forecasts: int
    mean_forecast: float
    share: float
    share_low: float
    share_high: float


class ForecastScores(Struct, frozen=True, kw_only=True):
    """The scores of some forecasts; those that cannot be worked out are None.

    `base_brier` is that of the base rates given beside; `skill` the part of it that the forecasts take away. By Murphy,
    over the bins, the Brier score is about `miscalibration` - `resolution` + `uncertainty`.
    """

    forecasts: int
    share: float | None = None
    mean_forecast: float | None = None
    brier: float | None = None
    base_brier: float | None = None
    skill: float | None = None
    log_loss: float | None = None
    area_under_curve: float | None = None
    miscalibration: float | None = None
    resolution: float | None = None
    uncertainty: float | None = None
    calibration: tuple[CalibrationBin, ...] = ()


def brier(forecasts: ArrayLike, outcomes: ArrayLike) -> float:
    """The mean squared difference between forecasts and outcomes (1 or 0)."""
    return float(np.mean((_floats(forecasts) - _floats(outcomes)) ** 2))


def skill(score: float, reference: float) -> float | None:
    """The part of a reference's error that forecasts take away: 0 for the reference itself; None where it has none."""
    return None if reference == 0 else 1 - score / reference


def log_loss(forecasts: ArrayLike, outcomes: ArrayLike) -> float:
    """The mean surprise at the outcomes, in natural units; infinite for what was said to be impossible."""
    chance, happened = _floats(forecasts), _floats(outcomes)
    surprise = scipy.special.xlogy(happened, chance) + scipy.special.xlog1py(1 - happened, -chance)
    return float(-np.mean(surprise))


def area_under_curve(forecasts: ArrayLike, outcomes: ArrayLike) -> float | None:
    """The chance that one that happened had a higher forecast than one that did not, ties half; None without both."""
    happened = _floats(outcomes) == 1
    count, others = int(happened.sum()), int((~happened).sum())
    if not count or not others:
        return None
    ranks = scipy.stats.rankdata(_floats(forecasts))
    return float((ranks[happened].sum() - count * (count + 1) / 2) / (count * others))


def calibration(forecasts: ArrayLike, outcomes: ArrayLike, bins: int = BINS) -> tuple[CalibrationBin, ...]:
    """The forecasts by stretches of equal width, those without any left out; the last holds 1 as well."""
    chance, happened = _floats(forecasts), _floats(outcomes)
    places = np.minimum((chance * bins).astype(int), bins - 1)
    return tuple(_bin(place, bins, chance[places == place], happened[places == place]) for place in np.unique(places))


def _bin(place: int, bins: int, chance: Array, happened: Array) -> CalibrationBin:
    counts = scipy.stats.binomtest(int(happened.sum()), happened.size)
    likely = counts.proportion_ci(confidence_level=_LEVEL, method="wilson")
    return CalibrationBin(
        low=int(place) / bins,
        high=(int(place) + 1) / bins,
        forecasts=happened.size,
        mean_forecast=float(np.clip(chance.mean(), chance.min(), chance.max())),  # three of .7 sum up to less than 2.1
        share=float(happened.mean()),
        share_low=float(likely.low),
        share_high=float(likely.high),
    )


def scores(forecasts: ArrayLike, outcomes: ArrayLike, base_rates: ArrayLike) -> ForecastScores:
    """The scores of forecasts against outcomes, and against the base rates known when each was made."""
    if not np.size(forecasts):
        return ForecastScores(forecasts=0)
    happened = _floats(outcomes)
    own, reference = brier(forecasts, happened), brier(base_rates, happened)
    bins, share = calibration(forecasts, happened), float(happened.mean())
    return ForecastScores(
        forecasts=happened.size,
        share=share,
        mean_forecast=float(_floats(forecasts).mean()),
        brier=own,
        base_brier=reference,
        skill=skill(own, reference),
        log_loss=log_loss(forecasts, happened),
        area_under_curve=area_under_curve(forecasts, happened),
        miscalibration=_weighted(bins, [(each.mean_forecast - each.share) ** 2 for each in bins]),
        resolution=_weighted(bins, [(each.share - share) ** 2 for each in bins]),
        uncertainty=share * (1 - share),
        calibration=bins,
    )


def _weighted(bins: Sequence[CalibrationBin], values: Sequence[float]) -> float:
    return float(np.average(values, weights=[each.forecasts for each in bins]))


def _floats(values: ArrayLike) -> Array:
    return np.asarray(values, dtype=np.float64)
