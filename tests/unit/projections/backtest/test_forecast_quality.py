"""Scores of forecasts: values worked by hand, and what must be true of any forecasts."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.backtest.counts_ahead import chances_held, chances_up_to, randomised_coverage
from projections.backtest.forecast_quality import area_under_curve, brier, calibration, log_loss, scores, skill

CHANCES = st.lists(st.tuples(st.floats(0.01, 0.99), st.booleans()), min_size=2, max_size=60)


def test_the_brier_score_is_the_mean_squared_difference():
    assert brier([0.8, 0.4], [1, 0]) == pytest.approx((0.04 + 0.16) / 2)


def test_the_logarithmic_loss_is_the_mean_surprise():
    assert log_loss([0.8, 0.4], [1, 0]) == pytest.approx((0.2231436 + 0.5108256) / 2)


def test_what_was_said_to_be_impossible_and_happened_is_an_infinite_surprise():
    assert log_loss([0.0], [1]) == float("inf")
    assert log_loss([0.0], [0]) == 0


def test_the_area_under_the_curve_counts_pairs_in_the_right_order_and_ties_half():
    # Of the four pairs three are in order and one is tied.
    assert area_under_curve([0.9, 0.6, 0.6, 0.2], [1, 1, 0, 0]) == pytest.approx(3.5 / 4)
    assert area_under_curve([0.9, 0.6], [1, 1]) is None


def test_skill_is_the_part_of_the_reference_error_that_is_taken_away():
    assert skill(0.1, 0.25) == pytest.approx(0.6)
    assert skill(0.1, 0.0) is None


def test_calibration_sets_forecasts_of_like_size_against_what_happened():
    low, high = calibration([0.82, 0.88, 0.31, 1.0, 1.0], [1, 0, 0, 1, 1])[0], calibration([1.0, 1.0], [1, 1])[0]
    assert (low.low, low.forecasts, low.share) == (0.3, 1, 0.0)
    assert (high.low, high.high, high.forecasts, high.mean_forecast, high.share) == (0.9, 1.0, 2, 1.0, 1.0)
    middle = calibration([0.82, 0.88, 0.31], [1, 0, 0])[1]
    assert (middle.low, middle.forecasts, middle.mean_forecast, middle.share) == (0.8, 2, pytest.approx(0.85), 0.5)
    # Wilson's range for one of two at 90 %, z 1.644854: centre 1/2, reach z sqrt(2/4 + z z/4)/(2 + z z) = .379134.
    assert (middle.share_low, middle.share_high) == (
        pytest.approx(0.120866, abs=1e-6),
        pytest.approx(0.879134, abs=1e-6),
    )


def test_nothing_foretold_has_no_scores():
    assert (scores([], [], []).forecasts, scores([], [], []).brier) == (0, None)


@given(CHANCES)
def test_the_base_rate_itself_has_no_skill(pairs):
    rates, happened = zip(*pairs, strict=True)
    assert scores(rates, happened, rates).skill in (None, 0.0)


@given(st.lists(st.tuples(st.sampled_from([0.05, 0.15, 0.45, 0.75, 0.95]), st.booleans()), min_size=1, max_size=60))
def test_the_brier_score_is_miscalibration_less_resolution_and_uncertainty(pairs):
    forecasts, happened = zip(*pairs, strict=True)
    quality = scores(forecasts, happened, forecasts)
    assert quality.brier == pytest.approx(quality.miscalibration - quality.resolution + quality.uncertainty)


@given(CHANCES)
def test_turning_every_forecast_round_turns_the_curve_round(pairs):
    forecasts, happened = zip(*pairs, strict=True)
    area = area_under_curve(forecasts, happened)
    if area is not None:
        assert area_under_curve([-each for each in forecasts], happened) == pytest.approx(1 - area)


@given(CHANCES)
def test_every_forecast_is_in_one_bin_and_every_bin_has_its_own(pairs):
    forecasts, happened = zip(*pairs, strict=True)
    bins = calibration(forecasts, happened)
    assert sum(each.forecasts for each in bins) == len(pairs)
    assert all(
        row.low <= row.mean_forecast <= row.high and row.share_low <= row.share <= row.share_high for row in bins
    )


@given(st.integers(0, 2**32 - 1))
def test_forecasts_that_are_the_true_chances_are_calibrated(seed):
    source = np.random.default_rng(seed)
    chances = source.beta(4, 2, 20_000)
    for row in calibration(chances, source.random(20_000) < chances):
        assert abs(row.mean_forecast - row.share) < 5 * np.sqrt(0.25 / row.forecasts)


def test_of_two_trials_without_any_evidence_every_count_is_as_likely():
    below, upto = chances_up_to([0, 1, 2], 2, [1.0] * 3, [1.0] * 3)
    assert below == pytest.approx([0, 1 / 3, 2 / 3])
    assert upto == pytest.approx([1 / 3, 2 / 3, 1])
    # Of the steps from 0 to 1/3 and from 2/3 to 1 the central 90 % holds .2833 of .3333; of the middle one all.
    assert chances_held(below, upto, 0.9) == pytest.approx([0.85, 1, 0.85])
    assert randomised_coverage([0, 1, 2], 2, [1.0] * 3, [1.0] * 3, 0.9) == pytest.approx(0.9)


def test_nothing_ahead_has_no_coverage():
    assert randomised_coverage([], 5, [], [], 0.9) is None


@given(st.integers(1, 40), st.floats(0.05, 60), st.floats(0.05, 60), st.floats(0.5, 0.99))
def test_an_interval_holds_what_it_foretells_as_often_as_it_says(trials, successes, failures, level):
    counts = np.arange(trials + 1)
    below, upto = chances_up_to(counts, trials, [successes] * (trials + 1), [failures] * (trials + 1))
    assert np.sum((upto - below) * chances_held(below, upto, level)) == pytest.approx(level, abs=1e-6)


@given(st.integers(0, 2**32 - 1))
def test_series_made_by_the_model_are_held_as_often_as_it_says(seed):
    source = np.random.default_rng(seed)
    rates = source.beta(6, 3, 4_000)
    counts = source.binomial(20, rates)
    assert randomised_coverage(counts, 20, [6.0] * 4_000, [3.0] * 4_000, 0.9) == pytest.approx(0.9, abs=0.03)
