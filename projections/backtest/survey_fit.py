"""Survey settings fitted to lines of readings: chosen by how well they foretold an earlier stretch, scored on a later.

A line that is followed too closely, or believed too little, is found out by the density that it gave to the next
reading (Good, 1952; Gneiting and Raftery, 2007), which asks for the level and its range at once.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import pairwise, product
from math import fsum, log, pi, sqrt
from statistics import fmean, stdev
from typing import Final

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from domain.errors import FolkmootError
from projections.backtest.calibration_sources import SPLIT_SHARE
from projections.method.experience_rules import ExperienceRules, VarianceCandidates
from projections.method.method import Method
from projections.scoring.formulas.level_estimate import level_range
from projections.scoring.surveys.survey_lines import SurveyReading, line_steps

DRIFTS_ASSUMED: Final = (0.0003, 0.001, 0.003)
DRIFT_BOUNDS: Final = ((1.0,), (0.333, 1.0, 3.0), (0.111, 0.333, 1.0, 3.0, 9.0))
NOISE_BOUNDS: Final = ((1.0,), (1.0, 2.0), (1.0, 2.0, 4.0), (1.0, 2.0, 4.0, 8.0))
"""What is tried: each drift assumed with each bounds on drift and each on noise, beside the method's own settings."""

FEWEST_READINGS: Final = 100
"""The fewest readings foretold in the earlier stretch by which settings are chosen."""


_STANDARD_ERRORS: Final = 2
"""Settings that lack so many standard errors of the best, or fewer, cannot be told from it."""


class TooFewReadings(FolkmootError, ValueError):
    """The lines have too few readings to choose any setting by, or the method follows none."""


class SurveySource(Struct, frozen=True, kw_only=True):
    """Lines of readings that survey settings are fitted to, with the name by which the document cites them."""

    name: str
    lines: Sequence[Sequence[SurveyReading]]


class SurveyScore(Struct, frozen=True, kw_only=True):
    """How well the readings of a stretch were foretold one ahead; `error_ratio`: over carrying the last forward."""

    readings: int
    mean_log_density: float
    coverage: float
    error_ratio: float


class SurveyTrial(Struct, frozen=True, kw_only=True):
    """One set of survey settings tried, with how it foretold both stretches.

    `behind_best` is what it lacks of the best in the earlier stretch, `standard_error` that of the difference, reading
    by reading.
    """

    rules: ExperienceRules
    earlier: SurveyScore
    later: SurveyScore
    behind_best: float
    standard_error: float
    is_chosen: bool = False


class SurveyFit(Struct, frozen=True, kw_only=True):
    """The survey settings chosen, in words and with where they come from, and all that were tried."""

    rules: ExperienceRules
    in_words: str
    provenance: str
    trials: tuple[SurveyTrial, ...]


class _ReadingForetold(Struct, frozen=True):
    """One reading as the one before foretold it."""

    log_density: float
    is_held: bool
    error: float
    carried_error: float


def fitted_surveys(source: SurveySource, method: Method) -> SurveyFit:
    """Fit the survey settings of a method to lines of readings. Raises TooFewReadings.

    Of those that cannot be told from the best (within two standard errors), the settings with the widest bounds on
    drift, then with the method's own assumed drift, then the best: one file cannot say that no line drifts more.
    """
    instants = sorted(reading.at for line in source.lines for reading in line[1:])
    before_split = int(len(instants) * SPLIT_SHARE)
    own = method.survey_rules
    if own is None or before_split < FEWEST_READINGS:
        raise TooFewReadings(f"{source.name}: {before_split} readings to choose by, not {FEWEST_READINGS} or more")
    split = instants[before_split]
    candidates = dict.fromkeys((own, *_tried(own)))
    foretold = {rules: _foretold(source, method, rules, split) for rules in candidates}
    best = max(candidates, key=lambda rules: _mean_density(foretold[rules][0]))
    trials = [_trial(rules, foretold[rules], foretold[best][0]) for rules in candidates]
    as_good = [trial for trial in trials if trial.behind_best <= _STANDARD_ERRORS * trial.standard_error]
    chosen = max(as_good, key=lambda trial: _preference(trial, own))
    greatest = f"{_mean_density(foretold[best][0]):.3f}, by {_in_words(best)}"
    words = (
        f"{len(trials)} settings tried on {source.name}, lines of monthly readings. Of those within two standard "
        f"errors of the greatest mean log density in the earlier stretch ({greatest}), the widest bounds on drift, "
        f"then the drift assumed before, then the best ({chosen.earlier.mean_log_density:.3f}). "
        f"{_score_in_words('Before', split, chosen.earlier)} {_score_in_words('Held out, since', split, chosen.later)} "
        f"By the settings before it ({_in_words(own)}): {_score_in_words('since', split, trials[0].later)}"
    )
    return SurveyFit(
        rules=chosen.rules,
        in_words=_in_words(chosen.rules),
        provenance=words,
        trials=tuple(replace(trial, is_chosen=trial is chosen) for trial in trials),
    )


def _tried(own: ExperienceRules) -> Iterator[ExperienceRules]:
    for drift, drift_multiples, noise_multiples in product(DRIFTS_ASSUMED, DRIFT_BOUNDS, NOISE_BOUNDS):
        yield replace(
            own,
            first_drift_variance=drift,
            least_drift_variance=UNSET,
            prior_count=UNSET,
            least_noise_share=UNSET,
            candidates=VarianceCandidates(drift_multiples=drift_multiples, noise_multiples=noise_multiples),
        )


_Stretches = tuple[list[_ReadingForetold], list[_ReadingForetold]]


def _foretold(source: SurveySource, method: Method, rules: ExperienceRules, split: datetime) -> _Stretches:
    """The readings before the split and from it on, each as the one before foretold it, in the same order always."""
    stretches: _Stretches = ([], [])
    for line in source.lines:
        steps = line_steps(line, method, rules)
        for step, (latest, later) in zip(steps, pairwise(line), strict=False):
            forecast = step.forecast(later.at)
            error, variance = later.mean - forecast.mean, forecast.variance
            low, high = level_range(forecast, method.trust.interval_level)
            stretches[later.at >= split].append(
                _ReadingForetold(
                    -(log(2 * pi * variance) + error**2 / variance) / 2,
                    low <= later.mean <= high,
                    abs(error),
                    abs(later.mean - latest.mean),
                )
            )
    return stretches


def _trial(rules: ExperienceRules, stretches: _Stretches, best: Sequence[_ReadingForetold]) -> SurveyTrial:
    earlier, later = stretches
    behind = [other.log_density - own.log_density for own, other in zip(earlier, best, strict=True)]
    return SurveyTrial(
        rules=rules,
        earlier=_score(earlier),
        later=_score(later),
        behind_best=fmean(behind),
        standard_error=stdev(behind) / sqrt(len(behind)),
    )


def _score(readings: Sequence[_ReadingForetold]) -> SurveyScore:
    carried = fsum(reading.carried_error for reading in readings)
    return SurveyScore(
        readings=len(readings),
        mean_log_density=_mean_density(readings),
        coverage=fmean(reading.is_held for reading in readings),
        error_ratio=fsum(reading.error for reading in readings) / carried if carried else 1.0,
    )


def _mean_density(readings: Sequence[_ReadingForetold]) -> float:
    return fmean(reading.log_density for reading in readings)


def _preference(trial: SurveyTrial, own: ExperienceRules) -> tuple[float, bool, float]:
    candidates = trial.rules.candidates
    width = 0.0 if isinstance(candidates, UnsetType) else candidates.drift_multiples[-1] / candidates.drift_multiples[0]
    is_own_drift = trial.rules.first_drift_variance == own.first_drift_variance
    return width, is_own_drift, trial.earlier.mean_log_density


def _in_words(rules: ExperienceRules) -> str:
    candidates, drift = rules.candidates, f"drift {rules.first_drift_variance:g}"
    if isinstance(candidates, UnsetType):
        return f"{drift}, by moments"
    drifts, noises = (
        ", ".join(f"{multiple:g}" for multiple in multiples)
        for multiples in (candidates.drift_multiples, candidates.noise_multiples)
    )
    return f"{drift} times {drifts}; noise times {noises}"


def _score_in_words(when: str, split: datetime, score: SurveyScore) -> str:
    return (
        f"{when} {split:%Y-%m-%d} the 90 % range held {score.coverage:.3f} of {score.readings} readings, "
        f"and the error was {score.error_ratio:.3f} of carrying forward."
    )
