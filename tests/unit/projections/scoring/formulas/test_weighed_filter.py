"""A line followed with many drifts and noises at once: each a textbook filter, weighed by what it gave the readings."""

from itertools import product
from math import exp, log, pi, sqrt

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from projections.method.experience_rules import VarianceCandidates
from projections.scoring.formulas.level_estimate import quarters
from projections.scoring.formulas.local_level import level_steps
from tests.support.level_lines import BY_WEIGHING, FIRST, by_textbook, line, reading

NEVER_FLAGGED = replace(BY_WEIGHING, flag_multiple=1e9)
near_values = st.lists(st.floats(0.35, 0.65), min_size=1, max_size=12)


def by(drift_multiples, noise_multiples, rules=NEVER_FLAGGED):
    candidates = VarianceCandidates(drift_multiples=drift_multiples, noise_multiples=noise_multiples)
    return replace(rules, candidates=candidates)


@given(near_values, st.floats(0.001, 1_000), st.floats(0.001, 1_000))
@example(values=[0.625, 0.375], drift_multiple=0.001953125, noise_multiple=0.001)  # a step of 100 deviations
def test_one_candidate_alone_is_a_textbook_filter_of_its_drift_and_noise(values, drift_multiple, noise_multiple):
    last = level_steps(line(*values), by((drift_multiple,), (noise_multiple,)))[-1]
    mean, variance = by_textbook(values, 0.001 * drift_multiple, 0.002 * noise_multiple, BY_WEIGHING)
    assert last.level.mean == pytest.approx(mean, abs=1e-12)
    assert last.level.variance == pytest.approx(variance, abs=1e-12)
    assert (last.variances.drift, last.variances.noise) == pytest.approx(
        (0.001 * drift_multiple, 0.002 * noise_multiple)
    )


def by_joint_normal(readings, drift, noise):
    """The density of all readings at once under one drift and one noise, and the level at the last, given them all."""
    rules = BY_WEIGHING
    walked = [rules.first_variance + drift * quarters(readings[0].at, each.at) for each in readings]
    of_levels = np.array([[min(one, other) for other in walked] for one in walked])
    of_readings = of_levels + noise * np.eye(len(readings))
    surprises = np.array([each.value for each in readings]) - rules.first_level
    weights = np.linalg.solve(of_readings, of_levels[-1])
    log_density = (
        -(np.linalg.slogdet(2 * pi * of_readings)[1] + surprises @ np.linalg.solve(of_readings, surprises)) / 2
    )
    return log_density, rules.first_level + weights @ surprises, of_levels[-1, -1] - weights @ of_levels[-1]


@given(near_values, st.lists(st.floats(0.2, 2.5), min_size=12, max_size=12))
def test_the_estimate_is_the_mean_of_those_of_all_candidates_weighed_by_the_density_of_all_readings_at_once(
    values, spacings
):
    at, readings = 0.0, []
    for value, spacing in zip(values, spacings, strict=False):
        readings.append(reading(at, value))
        at += spacing
    drift_multiples, noise_multiples = (0.2, 1.0, 5.0), (1.0, 3.0)
    last = level_steps(readings, by(drift_multiples, noise_multiples))[-1]
    known = [
        by_joint_normal(readings, 0.001 * drift, 0.002 * noise)
        for drift, noise in product(drift_multiples, noise_multiples)
    ]
    odds = np.array([exp(log_density - known[0][0]) for log_density, _, _ in known])
    weights = odds / odds.sum()
    means, variances = (np.array([each[place] for each in known]) for place in (1, 2))
    mean = weights @ means
    assert last.level.mean == pytest.approx(mean, abs=1e-9)
    assert last.level.variance == pytest.approx(weights @ (variances + (means - mean) ** 2), abs=1e-9)
    drifts = [0.001 * drift for drift, _ in product(drift_multiples, noise_multiples)]
    assert last.variances.drift == pytest.approx(weights @ drifts, abs=1e-12)


def test_a_worked_line_of_three_readings_and_two_drifts():
    """By hand: drifts .001 and .009, noise .002; each reading multiplies a weight by the density that it was given.

    Reading 1, .6: both expect .5 with .083333 + .002; both stand at .597656 with P .0019531, and weigh a half.
    Reading 2, .64: expected at .597656 with .0029531 + .002 = .0049531 and .0109531 + .002 = .0129531. The densities
    are as exp(-.042344**2/(2 * .0049531))/sqrt(.0049531) = 11.8564 and exp(-.042344**2/(2 * .0129531))/sqrt(.0129531)
    = 8.1988, so the weights .5912 and .4088. The gains .596214 and .845598 give .622902 with P .0011924, and .633462
    with P .0016912; their mean .627219, and with what they differ by (.000027) P .0014233.
    """
    first, second, third = level_steps(line(0.6, 0.64, 0.62), by((1.0, 9.0), (1.0,)))
    assert (first.level.mean, first.level.variance) == pytest.approx((0.597656, 0.0019531), abs=1e-6)
    assert first.variances.drift == pytest.approx(0.005)
    densities = [exp(-((0.64 - 0.59765625) ** 2) / 2 / spread) / sqrt(spread) for spread in (0.004953125, 0.012953125)]
    assert densities == pytest.approx([11.8564, 8.1988], abs=1e-3)
    assert second.variances.drift == pytest.approx(0.5912 * 0.001 + 0.4088 * 0.009, abs=1e-6)
    assert second.level.mean == pytest.approx(0.627219, abs=1e-5)
    assert second.level.variance == pytest.approx(0.0014233, abs=1e-6)
    assert 0.62 < third.level.mean < second.level.mean


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30), st.floats(1e-6, 0.05))
def test_drift_and_noise_stay_within_the_bounds_that_are_declared(values, variance):
    for step in level_steps(line(*values, variance=variance), BY_WEIGHING):
        assert 0.001 * 0.111 - 1e-12 <= step.variances.drift <= 0.001 * 9 + 1e-12
        assert variance - 1e-12 <= step.variances.noise <= 4 * variance + 1e-12


def test_a_line_that_walks_is_learnt_to_walk_and_one_that_stands_still_to_stand():
    source = np.random.default_rng(7)
    walking = np.clip(0.5 + np.cumsum(source.normal(0, sqrt(0.009), 40)), 0, 1)
    still = 0.5 + source.normal(0, sqrt(0.0002), 40)
    drifts = [
        level_steps(line(*values, variance=2e-4), NEVER_FLAGGED)[-1].variances.drift for values in (walking, still)
    ]
    assert drifts[0] > 0.002
    assert drifts[1] < 0.0004


def test_readings_that_share_answers_are_taken_to_differ_by_less_noise():
    plain, rolling = (
        level_steps([reading(0, 0.5, overlaps=overlaps)], by((1.0,), (1.0,)))[-1].variances
        for overlaps in (False, True)
    )
    assert (plain.noise, rolling.noise) == pytest.approx((0.002, 0.1 * 0.002))


def test_a_reading_left_out_weighs_no_candidate_and_counts_in_no_noise():
    usual = line(*[0.7, 0.71] * 5)
    with_wild = level_steps([*usual, reading(10, 0.07, 0.004), reading(11, 0.7)], BY_WEIGHING)[-1]
    assert with_wild == level_steps([*usual, reading(11, 0.7)], BY_WEIGHING)[-1]


def test_readings_without_any_noise_at_one_instant_divide_by_nothing():
    rules = replace(by((0.001,), (1.0,)), overlapping_noise=5e-324, first_drift_variance=5e-324)
    same_instant = [replace(each, at=FIRST, overlaps=True) for each in line(0.5, 0.6, 0.5, 0.4)]
    assert 0.4 <= level_steps(same_instant, rules)[-1].level.mean <= 0.6
    assert log(level_steps(same_instant, rules)[-1].level.variance) < log(1e-8)
