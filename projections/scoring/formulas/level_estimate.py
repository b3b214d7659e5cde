"""A measured level at an instant: readings, estimates with their variance, and what time and a reading do to them.

The steps of the Kalman filter of a level that walks (Harvey, 1989; Durbin and Koopman, 2012, chapter 2).
"""

from datetime import datetime, timedelta
from math import sqrt
from statistics import NormalDist
from typing import Final, Protocol

from msgspec import Struct

_QUARTER: Final = timedelta(days=91.3125)


class LevelReading(Struct, frozen=True, kw_only=True):
    """One reading of a series: when, its value, its sampling variance, and whether it shares answers with others."""

    at: datetime
    value: float
    sampling_variance: float
    overlaps: bool = False


class LevelEstimate(Struct, frozen=True, kw_only=True):
    """An estimate of a level at an instant: its mean and its variance."""

    at: datetime | None
    mean: float
    variance: float


class Variances(Struct, frozen=True):
    """The drift variance a quarter, and the variance of the noise of a reading."""

    drift: float
    noise: float


def drifted(level: LevelEstimate, until: datetime, drift_variance: float) -> LevelEstimate:
    """The estimate at a later instant: the mean stays, the variance grows."""
    spacing = 0.0 if level.at is None else quarters(level.at, until)
    return LevelEstimate(at=until, mean=level.mean, variance=level.variance + drift_variance * spacing)


def updated(level: LevelEstimate, value: float, noise_variance: float) -> LevelEstimate:
    """The estimate once a reading is taken in."""
    gain = level.variance / (level.variance + noise_variance)
    mean = level.mean + gain * (value - level.mean)
    return LevelEstimate(at=level.at, mean=mean, variance=(1 - gain) * level.variance)


def quarters(start: datetime, end: datetime) -> float:
    """The time from one instant to another, in quarters of a year."""
    return (end - start) / _QUARTER


def level_range(level: LevelEstimate, interval_level: float) -> tuple[float, float]:
    """The equal-tail range of an estimate or a forecast, cut to [0, 1]."""
    reach = NormalDist().inv_cdf((1 + interval_level) / 2) * sqrt(level.variance)
    return max(0.0, level.mean - reach), min(1.0, level.mean + reach)


class LevelFilter(Protocol):
    """A line as it is followed: where its level is, and the drift and noise that its readings tell."""

    @property
    def level(self) -> LevelEstimate:
        """The estimate when the last reading was taken in."""

    def variances(self, reading: LevelReading, *, is_taken_in: bool = False) -> Variances:
        """Drift and noise as the readings taken in tell them, for a reading whose own sampling variance counts too."""

    def take_in(self, reading: LevelReading) -> None:
        """Let a reading move the level, with what its line told before it."""

    def widen(self, mean: float) -> None:
        """Let the level be as unsure as it is far from where two readings that bear each other out lie."""
