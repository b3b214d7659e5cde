"""A line followed with many drifts and noises at once, each weighed by how well it has foretold the line's readings.

Bayesian averaging of Kalman filters (Harrison and Stevens, 1976; West and Harrison, 1997, chapter 12, models of class
I): every pair of a drift and a noise is a filter of its own, all pairs weigh the same before any reading, and a reading
multiplies each weight by the density that its filter gave it. So drift and noise are learnt from the line, within the
bounds that the method declares, and the range counts in that they are not known.
"""

from itertools import product
from math import exp, fsum, log
from typing import Final

from msgspec.structs import replace

from projections.method.experience_rules import ExperienceRules, VarianceCandidates
from projections.scoring.formulas.level_estimate import LevelEstimate, LevelReading, Variances, drifted, updated

_LEAST_NOISE: Final = 1e-9
"""No reading is without any noise, however little a method takes readings that share answers to have."""


class WeighedFilter:
    """The filter of a line that is the mean of as many filters as there are pairs of a drift and a noise."""

    def __init__(self, rules: ExperienceRules, candidates: VarianceCandidates) -> None:
        pairs = list(product(candidates.drift_multiples, candidates.noise_multiples))
        self._drifts = [multiple * rules.first_drift_variance for multiple, _ in pairs]
        self._noise_multiples = [multiple for _, multiple in pairs]
        self._overlapping = rules.overlapping_noise / 2
        first = LevelEstimate(at=None, mean=rules.first_level, variance=rules.first_variance)
        self._levels = [first] * len(pairs)
        self._log_weights = [0.0] * len(pairs)
        self._count, self._sampling = 0, 0.0
        self._weigh()

    def _weigh(self) -> None:
        """Make the weights add up to one, and the level the mean of the filters by them."""
        greatest = max(self._log_weights)
        odds = [exp(weight - greatest) for weight in self._log_weights]
        total = fsum(odds)
        self._weights = [each / total for each in odds]
        mean = self._mean([level.mean for level in self._levels])
        variance = self._mean([level.variance + (level.mean - mean) ** 2 for level in self._levels])
        self.level = LevelEstimate(at=self._levels[0].at, mean=mean, variance=variance)

    def _mean(self, values: list[float]) -> float:
        return fsum(weight * value for weight, value in zip(self._weights, values, strict=True))

    def _sampling_variance(self, reading: LevelReading, *, is_taken_in: bool) -> float:
        """The mean sampling variance of the readings taken in and this one, as far as it shows between readings."""
        count = self._count + (not is_taken_in)
        sampling = self._sampling + (0.0 if is_taken_in else reading.sampling_variance)
        return max(sampling / count * (self._overlapping if reading.overlaps else 1.0), _LEAST_NOISE)

    def variances(self, reading: LevelReading, *, is_taken_in: bool = False) -> Variances:
        """Drift and noise as the readings taken in tell them, for a reading whose own sampling variance counts too."""
        sampling = self._sampling_variance(reading, is_taken_in=is_taken_in)
        return Variances(self._mean(self._drifts), self._mean(self._noise_multiples) * sampling)

    def take_in(self, reading: LevelReading) -> None:
        """Let a reading move every filter, and weigh each by how well it had foretold the reading."""
        sampling = self._sampling_variance(reading, is_taken_in=False)
        for place, (drift, multiple) in enumerate(zip(self._drifts, self._noise_multiples, strict=True)):
            level, noise = drifted(self._levels[place], reading.at, drift), multiple * sampling
            spread = level.variance + noise
            self._log_weights[place] -= (log(spread) + (reading.value - level.mean) ** 2 / spread) / 2
            self._levels[place] = updated(level, reading.value, noise)
        self._count, self._sampling = self._count + 1, self._sampling + reading.sampling_variance
        self._weigh()

    def widen(self, mean: float) -> None:
        """Let every filter be as unsure as it is far from where two readings that bear each other out lie."""
        self._levels = [replace(level, variance=level.variance + (mean - level.mean) ** 2) for level in self._levels]
        self._weigh()
