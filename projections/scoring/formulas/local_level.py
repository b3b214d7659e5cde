"""The local-level filter of a measured series: a level that walks, seen through readings that err.

Harvey (1989) and Durbin and Koopman (2012), chapter 2: the level is a random walk with drift variance q a quarter, a
reading is the level plus noise of variance R. Both are estimated by moments from the line's own readings so far, drawn
towards what is assumed. A reading far out of line waits for the next one, and moves the line only if that bears it out.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from datetime import datetime, timedelta
from math import sqrt
from operator import attrgetter
from statistics import NormalDist
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.vocabulary import CodeList
from projections.method.method import ExperienceRules

_QUARTER: Final = timedelta(days=91.3125)
_YEAR, _SHORTEST_YEAR, _LONGEST_YEAR = timedelta(days=365), timedelta(days=320), timedelta(days=410)
_NEIGHBOURS_APART, _YEAR_APART = 1.0, 4.0
"""The spacing, in quarters, of neighbouring readings and of those a year apart, before there are any."""
_LEAST_SPREAD: Final = 1.0
"""Differences over a year tell drift from noise if they span so many quarters more than those of neighbours."""


class ReadingStanding(CodeList):
    """The standing of a reading: taken in, taken in once the next bore it out, waiting for that, or left out."""

    IN_LINE = "in-line"
    BORNE_OUT = "borne-out"
    WAITING = "waiting"
    LEFT_OUT = "left-out"


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


class LevelStep(Struct, frozen=True, kw_only=True):
    """One reading as it was met: what was expected of it, what became of it, and the estimate after it.

    `expected` is the reading as foretold on its day, noise and all; `level` is the estimate when the last reading was
    taken in; `variances` are those with which the next reading is foretold.
    """

    reading: LevelReading
    standing: ReadingStanding
    expected: LevelEstimate
    level: LevelEstimate
    variances: Variances

    def estimate(self, at: datetime) -> LevelEstimate:
        """The level at an instant after it."""
        return drifted(self.level, at, self.variances.drift)

    def forecast(self, at: datetime) -> LevelEstimate:
        """A reading at an instant after it, as it is foretold."""
        level = self.estimate(at)
        return replace(level, variance=level.variance + self.variances.noise)


def is_taken_in(step: LevelStep) -> bool:
    """The reading moved the line, or would have: it neither waits nor was left out."""
    return step.standing in (ReadingStanding.IN_LINE, ReadingStanding.BORNE_OUT)


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


class _Differences:
    """Squared differences of readings and the quarters between them, summed as they come."""

    def __init__(self, quarters_assumed: float) -> None:
        self._assumed = quarters_assumed
        self.count, self._squares, self._quarters = 0, 0.0, 0.0

    def add(self, earlier: LevelReading, later: LevelReading) -> None:
        self.count += 1
        self._squares += (later.value - earlier.value) ** 2
        self._quarters += quarters(earlier.at, later.at)

    @property
    def spacing(self) -> float:
        """The mean spacing in quarters; before there is any, the one assumed."""
        return self._quarters / self.count if self.count else self._assumed

    def mean_square(self, rules: ExperienceRules, noise_apart: float) -> float:
        """The mean square, drawn towards what drift and noise are assumed to make of it."""
        assumed = rules.first_drift_variance * self.spacing + noise_apart
        return (self._squares + rules.prior_count * assumed) / (self.count + rules.prior_count)


class TakenIn:
    """The readings of a line taken in so far, as the moments that drift and noise are estimated from."""

    def __init__(self, rules: ExperienceRules) -> None:
        self._rules = rules
        self._readings: list[LevelReading] = []
        self._sampling = 0.0
        self._neighbours, self._year_apart = _Differences(_NEIGHBOURS_APART), _Differences(_YEAR_APART)

    def add(self, reading: LevelReading) -> None:
        """Take a reading in; they come in order of time."""
        if self._readings:
            self._neighbours.add(self._readings[-1], reading)
            if (earlier := self.a_year_before(reading)) is not None:
                self._year_apart.add(earlier, reading)
        self._readings.append(reading)
        self._sampling += reading.sampling_variance

    def variances(self, reading: LevelReading, *, is_taken_in: bool = False) -> Variances:
        """Drift and noise as the readings taken in tell them, for a reading whose own sampling variance counts too."""
        rules, neighbours, year_apart = self._rules, self._neighbours, self._year_apart
        count = len(self._readings) + (not is_taken_in)
        sampling = self._sampling + (0.0 if is_taken_in else reading.sampling_variance)
        noise_apart = (rules.overlapping_noise if reading.overlaps else 2.0) * sampling / count
        square, year_square = (each.mean_square(rules, noise_apart) for each in (neighbours, year_apart))
        spread = year_apart.spacing - neighbours.spacing
        if not year_apart.count or spread < _LEAST_SPREAD:
            drift = rules.first_drift_variance
        else:
            drift = max((year_square - square) / spread, rules.least_drift_variance)
        noise = max((square - drift * neighbours.spacing) / 2, reading.sampling_variance * rules.least_noise_share)
        return Variances(drift, noise)

    def a_year_before(self, reading: LevelReading) -> LevelReading | None:
        """The reading nearest to a year before, of two as near the later; None where none is about a year old."""
        first = bisect_left(self._readings, reading.at - _LONGEST_YEAR, key=attrgetter("at"))
        last = bisect_right(self._readings, reading.at - _SHORTEST_YEAR, key=attrgetter("at"))
        a_year_ago = reading.at - _YEAR
        return min(reversed(self._readings[first:last]), key=lambda other: abs(other.at - a_year_ago), default=None)


class LevelFollower:
    """A line followed through its readings, one after the other. The first has no line to be out of."""

    def __init__(self, rules: ExperienceRules) -> None:
        self.steps: list[LevelStep] = []
        self._rules, self._taken_in = rules, TakenIn(rules)
        self._level = LevelEstimate(at=None, mean=rules.first_level, variance=rules.first_variance)

    def follow(self, reading: LevelReading) -> None:
        """Take the next reading; the one before, if it waits, is now borne out or left out."""
        variances, steps = self._taken_in.variances(reading), self.steps
        foretold = drifted(self._level, reading.at, variances.drift)
        expected = LevelEstimate(at=reading.at, mean=foretold.mean, variance=foretold.variance + variances.noise)
        waiting = steps[-1] if steps and steps[-1].standing is ReadingStanding.WAITING else None
        standing = ReadingStanding.IN_LINE
        if waiting is not None and _bears_out(waiting, reading, expected, variances, self._rules):
            steps[-1] = replace(waiting, standing=ReadingStanding.BORNE_OUT)
            mean = (waiting.reading.value + reading.value) / 2
            self._level = replace(self._level, variance=self._level.variance + (mean - self._level.mean) ** 2)
            self._take_in(waiting.reading)
            self._take_in(reading)
        else:
            if waiting is not None:
                steps[-1] = replace(waiting, standing=ReadingStanding.LEFT_OUT)
            if steps and _is_beyond(reading, expected, self._rules.flag_multiple):
                standing = ReadingStanding.WAITING
            else:
                self._take_in(reading)
        is_waiting = standing is ReadingStanding.WAITING
        latest = steps[-1].variances if is_waiting else self._taken_in.variances(reading, is_taken_in=True)
        steps.append(
            LevelStep(reading=reading, standing=standing, expected=expected, level=self._level, variances=latest)
        )

    def _take_in(self, reading: LevelReading) -> None:
        """Let a reading move the level, with what its line told before it."""
        variances = self._taken_in.variances(reading)
        self._taken_in.add(reading)
        self._level = updated(drifted(self._level, reading.at, variances.drift), reading.value, variances.noise)


def level_steps(readings: Iterable[LevelReading], rules: ExperienceRules) -> list[LevelStep]:
    """Follow a line through its readings, given in order of time."""
    follower = LevelFollower(rules)
    for reading in readings:
        follower.follow(reading)
    return follower.steps


def _is_beyond(reading: LevelReading, expected: LevelEstimate, multiple: float) -> bool:
    return abs(reading.value - expected.mean) > multiple * sqrt(expected.variance)


def _bears_out(
    waiting: LevelStep, reading: LevelReading, expected: LevelEstimate, variances: Variances, rules: ExperienceRules
) -> bool:
    """A reading bears out the one that waits: it lies within reach of that, and out of the line's own reach.

    Without the latter a single wild reading would be believed with one ordinary reading in five: where the line is well
    known, three deviations of a difference reach from five deviations out nearly back to it.
    """
    variance = 2 * variances.noise + variances.drift * quarters(waiting.reading.at, reading.at)
    is_alike = abs(reading.value - waiting.reading.value) <= rules.second_multiple * sqrt(variance)
    return is_alike and _is_beyond(reading, expected, rules.second_multiple)
