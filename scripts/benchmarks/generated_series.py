"""Generated survey lines whose true level is known: how well a method follows them, and is not fooled by a wild one.

A level walks from quarter to quarter between 0 and 1. In each quarter some people rate from 1 to 5; people differ: each
has a leaning of her own about the level (a beta of strength 8) and rates by that.
"""

import argparse
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from math import sqrt
from pathlib import Path
from typing import Final

import numpy as np
from msgspec.structs import replace

from projections.method.document import default_method, load_method
from projections.method.experience_rules import ExperienceRules
from projections.method.method import Method
from projections.scoring.formulas.level_estimate import LevelEstimate, LevelReading, level_range
from projections.scoring.formulas.local_level import ReadingStanding, level_steps
from projections.scoring.formulas.ordinal import LEVELS
from projections.scoring.surveys.survey_lines import SurveyReading, level_reading

HELP = "follow generated survey lines of known drift; what is asked of range, error, wild readings and steps beside"

READINGS: Final = 40
FROM_READING: Final = 9
RATERS: Final = (50, 400)
DRIFTS: Final = {"a third": 1 / 3, "as assumed": 1.0, "thrice": 3.0}
LAGS: Final = (1, 4)
WILD: Final = (5.0, 6.0, 8.0, 10.0)
STEP, STEP_RATERS = 0.3, 200
_QUARTER: Final = timedelta(days=91.3125)
_FIRST: Final = datetime(2015, 1, 1, tzinfo=UTC)
_STRENGTH: Final = 8
_TWO_POINTS: Final = 0.02
_MUST: Final = {
    "coverage, drift as assumed": [0.86, 0.95],
    "coverage, drift a third or thrice": [0.80, 0.96],
    "error over carrying forward, at most": 1.02,
    "wild readings flagged": 1.0,
    "wild readings that move the line by two points or more": 0.0,
    "the same once the next reading is in, at most": 0.02,
    "steps followed": 0.9,
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare how many lines, and by which method."""
    parser.add_argument("--seeds", type=int, default=1_000, help="how many lines of each drift (default 1000)")
    parser.add_argument("--steps", type=int, default=200, help="how many lines that step (default 200)")
    parser.add_argument("--method", type=Path, metavar="FILE", help="by this method document; the one shipped if none")


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Follow every line; give the figures, good or bad, beside what is asked."""
    method = default_method() if args.method is None else load_method(args.method.read_bytes())
    rules = method.survey_rules
    if rules is None:
        return {"method": method.id, "followed": False}
    return {
        "method": method.id,
        "lines_of_each_drift": args.seeds,
        "foretold": {name: foretold(range(args.seeds), times, method, rules) for name, times in DRIFTS.items()},
        "wild": {name: wild_readings(range(args.seeds), times, method, rules) for name, times in DRIFTS.items()},
        "steps": steps_followed(range(args.steps), method, rules),
        "must_hold": _MUST,
    }


def foretold(seeds: Sequence[int], times: float, method: Method, rules: ExperienceRules) -> dict[str, object]:
    """Foretell readings one and four ahead from the ninth on; half of the lines have many raters."""
    hits: dict[tuple[int, int], list[bool]] = {(raters, lag): [] for raters in RATERS for lag in LAGS}
    errors: dict[tuple[int, int], list[tuple[float, float]]] = {key: [] for key in hits}
    for seed in seeds:
        raters = RATERS[seed % len(RATERS)]
        readings = generated_line(seed, times * rules.first_drift_variance, raters, method)
        for place, step in enumerate(level_steps(readings, rules)):
            for lag in LAGS if place >= FROM_READING - 1 else ():
                if place + lag < len(readings):
                    later = readings[place + lag]
                    forecast = step.forecast(later.at)
                    low, high = level_range(forecast, method.trust.interval_level)
                    hits[raters, lag].append(low <= later.value <= high)
                    errors[raters, lag].append(
                        (abs(forecast.mean - later.value), abs(readings[place].value - later.value))
                    )
    scores: dict[str, object] = {}
    for lag in LAGS:
        for name, those in (("", RATERS), *((f", {raters} raters", (raters,)) for raters in RATERS)):
            own, carried = np.sum([error for raters in those for error in errors[raters, lag]], axis=0)
            scores[f"coverage, {lag} ahead{name}"] = float(np.mean([hit for each in those for hit in hits[each, lag]]))
            scores[f"error over carrying forward, {lag} ahead{name}"] = float(own / carried)
    return scores


def wild_readings(seeds: Sequence[int], times: float, method: Method, rules: ExperienceRules) -> dict[str, float]:
    """Let one reading drop far out of its line; count those flagged, and those that moved the line by two points.

    Moved is asked on its own day, and once more when the next, ordinary reading is in, against the line without it.
    """
    drops = flagged = moves = moved_after = 0
    for seed in seeds:
        raters = RATERS[seed % len(RATERS)]
        readings = generated_line(seed, times * rules.first_drift_variance, raters, method)[:20]
        place = FROM_READING + seed % 8
        before = level_steps(readings[: place + 1], rules)
        expected = before[place].expected
        value = expected.mean - WILD[seed // len(RATERS) % len(WILD)] * sqrt(expected.variance)
        if value < 0 or before[place - 1].standing is ReadingStanding.WAITING:
            continue
        wild = [*readings[:place], replace(readings[place], value=value), readings[place + 1]]
        steps = level_steps(wild, rules)
        ordinary = level_steps([*readings[:place], readings[place + 1]], rules)[-1]
        drops += 1
        flagged += steps[place].standing is not ReadingStanding.IN_LINE
        moves += _is_moved(steps[place].level, before[place - 1].level)
        moved_after += _is_moved(steps[place + 1].level, ordinary.level)
    return {
        "drops": drops,
        "flagged": flagged / drops,
        "moved the line by two points or more": moves / drops,
        "moved it so once the next reading was in": moved_after / drops,
    }


def _is_moved(level: LevelEstimate, other: LevelEstimate) -> bool:
    return abs(level.mean - other.mean) >= _TWO_POINTS


def steps_followed(seeds: Sequence[int], method: Method, rules: ExperienceRules) -> dict[str, float]:
    """Let the true level step by .3 and stay, with 200 raters; count how often .8 of it is there in two readings."""
    full_steps = 0
    for seed in seeds:
        place = FROM_READING + seed % 8
        levels = _levels(seed, rules.first_drift_variance)
        size = -STEP if levels[place - 1] > 1 / 2 else STEP
        levels[place:] = levels[place - 1] + size
        steps = level_steps(_readings(seed, levels[: place + 2], STEP_RATERS, method), rules)
        full_steps += (steps[place + 1].level.mean - steps[place - 1].level.mean) / size >= 0.8  # noqa: PLR2004 - asked
    return {"lines": len(seeds), "followed": full_steps / len(seeds)}


def generated_line(seed: int, drift_variance: float, raters: int, method: Method) -> list[LevelReading]:
    """A line of quarterly readings from so many raters; the same seed makes the same again."""
    return _readings(seed, _levels(seed, drift_variance), raters, method)


_Floats = np.ndarray[tuple[int], np.dtype[np.float64]]


def _levels(seed: int, drift_variance: float) -> _Floats:
    """The true levels, quarter by quarter, thrown back at 0 and 1."""
    source = np.random.default_rng([seed, 1])
    walk = np.cumsum([source.uniform(0.25, 0.75), *source.normal(0, sqrt(drift_variance), READINGS - 1)])
    folded = np.abs(walk) % 2
    levels: _Floats = np.where(folded > 1, 2 - folded, folded)
    return levels


def _readings(seed: int, levels: _Floats, raters: int, method: Method) -> list[LevelReading]:
    source = np.random.default_rng([seed, 2])
    readings = []
    for number, level in enumerate(np.clip(levels, 0.02, 0.98)):
        leanings = source.beta(_STRENGTH * level, _STRENGTH * (1 - level), raters)
        counts = np.bincount(source.binomial(LEVELS - 1, leanings), minlength=LEVELS)
        at = _FIRST + number * _QUARTER
        reading = SurveyReading(at=at, said_at=at, counts=tuple(counts.tolist()))
        readings.append(level_reading(reading, method))
    return readings
