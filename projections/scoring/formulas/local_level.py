"""The local-level filter of a measured series: a level that walks, seen through readings that err.

Harvey (1989) and Durbin and Koopman (2012), chapter 2: the level is a random walk with drift variance q a quarter, a
reading is the level plus noise of variance R. Both are learnt from the line's own readings so far, by moments or by
weighing candidates, as the method says. A reading far out of line waits for the next one, and moves the line only if
that bears it out.
"""

from collections.abc import Iterable
from datetime import datetime
from math import sqrt

from msgspec import Struct, UnsetType
from msgspec.structs import replace

from domain.vocabulary import CodeList
from projections.method.experience_rules import ExperienceRules
from projections.scoring.formulas.level_estimate import (
    LevelEstimate,
    LevelFilter,
    LevelReading,
    Variances,
    drifted,
    quarters,
)
from projections.scoring.formulas.moment_filter import MomentFilter
from projections.scoring.formulas.weighed_filter import WeighedFilter


class ReadingStanding(CodeList):
    """The standing of a reading: taken in, taken in once the next bore it out, waiting for that, or left out."""

    IN_LINE = "in-line"
    BORNE_OUT = "borne-out"
    WAITING = "waiting"
    LEFT_OUT = "left-out"


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


class LevelFollower:
    """A line followed through its readings, one after the other. The first has no line to be out of."""

    def __init__(self, rules: ExperienceRules) -> None:
        self.steps: list[LevelStep] = []
        self._rules, self._filter = rules, _filter_by(rules)

    def follow(self, reading: LevelReading) -> None:
        """Take the next reading; the one before, if it waits, is now borne out or left out."""
        variances, steps = self._filter.variances(reading), self.steps
        foretold = drifted(self._filter.level, reading.at, variances.drift)
        expected = LevelEstimate(at=reading.at, mean=foretold.mean, variance=foretold.variance + variances.noise)
        waiting = steps[-1] if steps and steps[-1].standing is ReadingStanding.WAITING else None
        standing = ReadingStanding.IN_LINE
        if waiting is not None and _bears_out(waiting, reading, expected, variances, self._rules):
            steps[-1] = replace(waiting, standing=ReadingStanding.BORNE_OUT)
            self._filter.widen((waiting.reading.value + reading.value) / 2)
            self._filter.take_in(waiting.reading)
            self._filter.take_in(reading)
        else:
            if waiting is not None:
                steps[-1] = replace(waiting, standing=ReadingStanding.LEFT_OUT)
            if steps and _is_beyond(reading, expected, self._rules.flag_multiple):
                standing = ReadingStanding.WAITING
            else:
                self._filter.take_in(reading)
        is_waiting = standing is ReadingStanding.WAITING
        latest = steps[-1].variances if is_waiting else self._filter.variances(reading, is_taken_in=True)
        steps.append(
            LevelStep(reading=reading, standing=standing, expected=expected, level=self._filter.level, variances=latest)
        )


def _filter_by(rules: ExperienceRules) -> LevelFilter:
    candidates = rules.candidates
    if isinstance(candidates, UnsetType):
        return MomentFilter(rules, rules.moments)
    return WeighedFilter(rules, candidates)


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
