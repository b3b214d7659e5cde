"""A line followed by moments: a textbook Kalman filter's estimate, and drift and noise by squares of differences."""

from datetime import timedelta
from itertools import pairwise
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from projections.scoring.formulas.level_estimate import LevelReading, level_range, quarters
from projections.scoring.formulas.local_level import level_steps
from projections.scoring.formulas.moment_filter import TakenIn
from tests.support.level_lines import BY_MOMENTS, FIRST, QUARTER, by_textbook, line, reading

RULES = BY_MOMENTS


def by_covariances(readings, drifts, noises):
    """The level at the last reading given all of them: the conditional mean and variance of a joint normal."""
    walked = [RULES.first_variance]
    for (before, after), drift in zip(pairwise(readings), drifts[1:], strict=True):
        walked.append(walked[-1] + drift * quarters(before.at, after.at))
    of_levels = np.array([[min(one, other) for other in walked] for one in walked])
    weights = np.linalg.solve(of_levels + np.diag(noises), of_levels[-1])
    surprises = np.array([each.value for each in readings]) - RULES.first_level
    return RULES.first_level + weights @ surprises, of_levels[-1, -1] - weights @ of_levels[-1]


near_values = st.lists(st.floats(0.35, 0.65), min_size=1, max_size=12)


@given(near_values)
def test_estimate_and_variance_are_those_of_a_textbook_filter_with_the_variances_held_fixed(values):
    rules = replace(RULES, prior_count=1e18, flag_multiple=1e9, first_drift_variance=0.004)
    last = level_steps([reading(number / 4, value) for number, value in enumerate(values)], rules)[-1]
    mean, variance = by_textbook(values, 0.001, 0.002, RULES)
    assert last.level.mean == pytest.approx(mean, abs=1e-12)
    assert last.level.variance == pytest.approx(variance, abs=1e-12)


@given(near_values, st.lists(st.floats(0.2, 2.5), min_size=12, max_size=12))
def test_with_every_readings_own_variances_they_are_those_of_the_joint_normal(values, spacings):
    at, readings = 0.0, []
    for value, spacing in zip(values, spacings, strict=False):
        at += spacing
        readings.append(reading(at, value, 0.0015))
    taken_in = TakenIn(RULES, RULES.moments)
    variances = []
    for item in readings:
        variances.append(taken_in.variances(item))
        taken_in.add(item)
    steps = level_steps(readings, replace(RULES, flag_multiple=1e9))
    mean, variance = by_covariances(readings, [each.drift for each in variances], [each.noise for each in variances])
    assert steps[-1].level.mean == pytest.approx(mean, abs=1e-12)
    assert steps[-1].level.variance == pytest.approx(variance, abs=1e-12)


def test_a_worked_line_of_three_readings():
    """By hand, q .001 and R .002 throughout, since differences are drawn by the weight of eight towards q + 2R = .005.

    Reading 1, .6: K = .083333/.085333 = .976563, level .597656, P .0019531.
    Reading 2, .64 a quarter on: no difference was taken in before it, so q and R stay; P .0029531, K .596214,
    level .622902, P .0011924.
    Reading 3, .62: E1 = (.04**2 + 8 * .005)/9 = .0046222, R = (.0046222 - .001)/2 = .0018111; P .0021924, K .547624,
    level .621313, P .0009918.
    """
    steps = level_steps(line(0.6, 0.64, 0.62), RULES)
    assert [round(step.level.mean, 6) for step in steps] == [0.597656, 0.622902, 0.621313]
    assert [round(step.level.variance, 7) for step in steps] == [0.0019531, 0.0011924, 0.0009918]
    assert [step.standing for step in steps] == ["in-line"] * 3
    # The next is foretold with the latest R: E1 = (.04**2 + .02**2 + 8 * .005)/10 = .0042, R .0016.
    assert steps[-1].variances.noise == pytest.approx(0.0016)
    foretold = steps[-1].forecast(steps[-1].reading.at + 4 * QUARTER)
    assert foretold.variance == pytest.approx(0.0009918 + 0.004 + 0.0016, abs=1e-7)
    low, high = level_range(foretold, 0.9)
    assert (low, high) == pytest.approx((0.621313 - 1.644854 * sqrt(0.0065918), 0.621313 + 1.644854 * sqrt(0.0065918)))


def test_drift_and_noise_follow_from_the_squares_of_differences_of_neighbours_and_of_readings_a_year_apart():
    """Five quarterly readings: four neighbours, one pair a year apart.

    E1 = (3 * .02**2 + .04**2 + 8 * (.001 + .004))/12 = .0428/12 = .00356667, E4 = (.02**2 + 8 * (.004 + .004))/9
    = .00715556; q = (E4 - E1)/3 = .00119630, R = (E1 - q)/2 = .00118519.
    """
    taken_in = TakenIn(RULES, RULES.moments)
    for item in line(0.5, 0.52, 0.5, 0.54, 0.52):
        taken_in.add(item)
    variances = taken_in.variances(reading(5, 0.5))
    assert variances.drift == pytest.approx(0.00119630, abs=1e-8)
    assert variances.noise == pytest.approx(0.00118519, abs=1e-8)


def test_readings_a_year_apart_are_those_of_320_to_410_days_and_the_nearest_to_365():
    taken_in = TakenIn(RULES, RULES.moments)
    for day in (0, 30, 80):
        taken_in.add(LevelReading(at=FIRST + timedelta(days=day), value=day / 100, sampling_variance=0.002))
    nearest = {
        day: taken_in.a_year_before(replace(reading(0, 0.5), at=FIRST + timedelta(days=day)))
        for day in (319, 320, 380, 400, 490, 491)
    }
    values = {day: None if earlier is None else earlier.value for day, earlier in nearest.items()}
    assert values == {319: None, 320: 0.0, 380: 0.3, 400: 0.3, 490: 0.8, 491: None}


def test_readings_that_share_answers_are_taken_to_differ_by_less_noise():
    plain, rolling = (
        TakenIn(RULES, RULES.moments).variances(reading(0, 0.5, overlaps=overlaps)) for overlaps in (False, True)
    )
    assert plain.noise == pytest.approx(0.002)
    assert rolling.noise == pytest.approx(0.1 * 0.002)


def test_noise_is_never_less_than_a_fiftieth_of_the_sampling_variance():
    still = line(*[0.5] * 60, variance=1e-4)
    assert level_steps(still, replace(RULES, first_drift_variance=0.1))[-1].variances.noise == pytest.approx(2e-6)
