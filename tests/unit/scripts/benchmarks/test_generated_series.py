"""Generated survey lines: a seed makes the same line again, and what is asked of lines holds on fewer of them."""

from itertools import product

import pytest
from msgspec.structs import replace

from projections.method.document import default_method, shipped_method
from scripts.benchmarks.generated_series import (
    DRIFTS,
    RATERS,
    foretold,
    generated_line,
    steps_followed,
    wild_readings,
)

METHOD = default_method()
RULES = METHOD.survey_rules
SEEDS = range(120)


def test_a_seed_makes_the_same_line_again_and_another_seed_another():
    lines = [generated_line(seed, 0.001, 50, METHOD) for seed in (1, 1, 2)]
    assert lines[0] == lines[1] != lines[2]
    assert all(0 <= reading.value <= 1 for reading in lines[0])


@pytest.mark.parametrize(
    ("drift", "lowest", "highest"), [("a third", 0.80, 0.96), ("as assumed", 0.86, 0.95), ("thrice", 0.80, 0.96)]
)
def test_the_range_of_the_next_readings_holds_them_and_misses_little_more_than_the_last_one(drift, lowest, highest):
    """The error of lines with few and with many raters by themselves, too."""
    scores = foretold(SEEDS, DRIFTS[drift], METHOD, RULES)
    for lag, those in product((1, 4), ("", *(f", {raters} raters" for raters in RATERS))):
        assert lowest <= scores[f"coverage, {lag} ahead"] <= highest
        assert scores[f"error over carrying forward, {lag} ahead{those}"] <= 1.02


def test_by_moments_carrying_forward_is_better_where_many_rate_and_a_line_drifts_more_than_assumed():
    method = shipped_method("folkmoot-2026-11")
    scores = foretold(SEEDS, DRIFTS["thrice"], method, method.survey_rules)
    assert scores["error over carrying forward, 1 ahead, 400 raters"] > 1.015


def test_drift_that_a_method_takes_for_much_less_is_held_too_seldom():
    scores = foretold(SEEDS, 3000.0, METHOD, replace(RULES, first_drift_variance=1e-6))
    assert scores["coverage, 4 ahead"] < 0.8


def test_wild_readings_are_flagged_and_move_nothing():
    scores = wild_readings(SEEDS, 1.0, METHOD, RULES)
    assert scores["flagged"] == 1
    assert scores["moved the line by two points or more"] == 0
    assert scores["moved it so once the next reading was in"] <= 0.02


def test_without_flags_wild_readings_move_the_line():
    scores = wild_readings(SEEDS, 1.0, METHOD, replace(RULES, flag_multiple=1e9))
    assert scores["flagged"] == 0
    assert scores["moved the line by two points or more"] > 0.5


def test_a_step_is_followed_within_two_readings():
    assert steps_followed(range(60), METHOD, RULES)["followed"] >= 0.9
    assert steps_followed(range(60), METHOD, replace(RULES, second_multiple=1e-9))["followed"] < 0.9
