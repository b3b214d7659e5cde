"""A line followed with drift and noise estimated by moments, from the squared differences of its own readings.

Differences of neighbours and of readings a year apart tell drift from noise; both are drawn towards what is assumed.
"""

from bisect import bisect_left, bisect_right
from datetime import timedelta
from operator import attrgetter
from typing import Final

from msgspec.structs import replace

from projections.method.experience_rules import ExperienceRules, MomentRules
from projections.scoring.formulas.level_estimate import (
    LevelEstimate,
    LevelReading,
    Variances,
    drifted,
    quarters,
    updated,
)

_YEAR, _SHORTEST_YEAR, _LONGEST_YEAR = timedelta(days=365), timedelta(days=320), timedelta(days=410)
_NEIGHBOURS_APART, _YEAR_APART = 1.0, 4.0
"""The spacing, in quarters, of neighbouring readings and of those a year apart, before there are any."""
_LEAST_SPREAD: Final = 1.0
"""Differences over a year tell drift from noise if they span so many quarters more than those of neighbours."""


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

    def mean_square(self, drift_assumed: float, noise_apart: float, prior_count: float) -> float:
        """The mean square, drawn towards what drift and noise are assumed to make of it."""
        assumed = drift_assumed * self.spacing + noise_apart
        return (self._squares + prior_count * assumed) / (self.count + prior_count)


class TakenIn:
    """The readings of a line taken in so far, as the moments that drift and noise are estimated from."""

    def __init__(self, rules: ExperienceRules, moments: MomentRules) -> None:
        self._rules, self._moments = rules, moments
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
        rules, moments = self._rules, self._moments
        neighbours, year_apart = self._neighbours, self._year_apart
        count = len(self._readings) + (not is_taken_in)
        sampling = self._sampling + (0.0 if is_taken_in else reading.sampling_variance)
        noise_apart = (rules.overlapping_noise if reading.overlaps else 2.0) * sampling / count
        square, year_square = (
            each.mean_square(rules.first_drift_variance, noise_apart, moments.prior_count)
            for each in (neighbours, year_apart)
        )
        spread = year_apart.spacing - neighbours.spacing
        if not year_apart.count or spread < _LEAST_SPREAD:
            drift = rules.first_drift_variance
        else:
            drift = max((year_square - square) / spread, moments.least_drift_variance)
        noise = max((square - drift * neighbours.spacing) / 2, reading.sampling_variance * moments.least_noise_share)
        return Variances(drift, noise)

    def a_year_before(self, reading: LevelReading) -> LevelReading | None:
        """The reading nearest to a year before, of two as near the later; None where none is about a year old."""
        first = bisect_left(self._readings, reading.at - _LONGEST_YEAR, key=attrgetter("at"))
        last = bisect_right(self._readings, reading.at - _SHORTEST_YEAR, key=attrgetter("at"))
        a_year_ago = reading.at - _YEAR
        return min(reversed(self._readings[first:last]), key=lambda other: abs(other.at - a_year_ago), default=None)


class MomentFilter:
    """The filter of a line by one drift and one noise at a time, those that its moments tell."""

    def __init__(self, rules: ExperienceRules, moments: MomentRules) -> None:
        self.level = LevelEstimate(at=None, mean=rules.first_level, variance=rules.first_variance)
        self._taken_in = TakenIn(rules, moments)

    def variances(self, reading: LevelReading, *, is_taken_in: bool = False) -> Variances:
        """Drift and noise as the readings taken in tell them, for a reading whose own sampling variance counts too."""
        return self._taken_in.variances(reading, is_taken_in=is_taken_in)

    def take_in(self, reading: LevelReading) -> None:
        """Let a reading move the level, with what its line told before it."""
        variances = self._taken_in.variances(reading)
        self._taken_in.add(reading)
        self.level = updated(drifted(self.level, reading.at, variances.drift), reading.value, variances.noise)

    def widen(self, mean: float) -> None:
        """Let the level be as unsure as it is far from where two readings that bear each other out lie."""
        self.level = replace(self.level, variance=self.level.variance + (mean - self.level.mean) ** 2)
