"""The local-level filter, by moments and by weighing: readings out of line, and what no reading may do."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from projections.scoring.formulas.level_estimate import LevelEstimate, level_range
from projections.scoring.formulas.local_level import ReadingStanding, level_steps
from tests.support.level_lines import BY_MOMENTS, BY_WEIGHING, FIRST, QUARTER, line, reading

IN_LINE, BORNE_OUT = ReadingStanding.IN_LINE, ReadingStanding.BORNE_OUT
WAITING, LEFT_OUT = ReadingStanding.WAITING, ReadingStanding.LEFT_OUT


either_way = pytest.mark.parametrize("rules", [BY_MOMENTS, BY_WEIGHING], ids=["by moments", "by weighing"])


@either_way
def test_a_wild_reading_waits_and_is_left_out_for_good_when_the_next_is_as_ever(rules):
    usual = line(*[0.7, 0.71] * 5)
    steps = level_steps([*usual, reading(10, 0.07), reading(11, 0.7)], rules)
    assert [step.standing for step in steps[-3:]] == [IN_LINE, LEFT_OUT, IN_LINE]
    assert steps[-2].level == steps[-3].level
    assert steps[-1] == level_steps([*usual, reading(11, 0.7)], rules)[-1]


@either_way
def test_a_wild_reading_at_the_end_of_a_line_waits_and_moves_nothing_but_time_goes_on(rules):
    usual = line(*[0.7, 0.71] * 5)
    before, last = level_steps([*usual, reading(10, 0.07)], rules)[-2:]
    assert (before.standing, last.standing) == (IN_LINE, WAITING)
    assert (last.level, last.variances) == (before.level, before.variances)
    at = FIRST + 12 * QUARTER
    assert last.estimate(at) == before.estimate(at)


@either_way
def test_a_step_that_the_next_reading_bears_out_is_followed_from_then_on(rules):
    """The variance rises by the square of the step, so that both readings count nearly whole, in order of date."""
    usual = line(*[0.7, 0.71] * 5)
    waiting, last = level_steps([*usual, reading(10, 0.3), reading(11, 0.32)], rules)[-2:]
    assert (waiting.standing, last.standing) == (BORNE_OUT, IN_LINE)
    assert waiting.level.mean == pytest.approx(0.705, abs=0.01)
    assert last.level.mean == pytest.approx(0.31, abs=0.02)


@either_way
def test_an_ordinary_reading_bears_out_no_wild_one_however_near(rules):
    """Five deviations out, three deviations of a difference reach nearly back to a line that is well known."""
    usual = line(*[0.7, 0.71] * 10)
    foretold = level_steps(usual, rules)[-1].forecast(FIRST + 20 * QUARTER)
    wild = foretold.mean - 4.2 * sqrt(foretold.variance)
    ordinary = foretold.mean - 1.0 * sqrt(foretold.variance)
    steps = level_steps([*usual, reading(20, wild), reading(21, ordinary)], rules)
    assert [step.standing for step in steps[-2:]] == [LEFT_OUT, IN_LINE]


@either_way
def test_after_one_left_out_the_next_is_tested_afresh(rules):
    usual = line(*[0.7, 0.71] * 5)
    steps = level_steps([*usual, reading(10, 0.07), reading(11, 0.4), reading(12, 0.41)], rules)
    assert [step.standing for step in steps[-3:]] == [LEFT_OUT, BORNE_OUT, IN_LINE]


values_of_a_line = st.lists(st.floats(0, 1), min_size=1, max_size=20)


@either_way
@given(values_of_a_line, st.floats(1e-5, 0.05))
def test_the_estimate_lies_between_0_and_1_and_its_range_too(rules, values, variance):
    for step in level_steps(line(*values, variance=variance), rules):
        assert 0 <= step.level.mean <= 1
        assert step.level.variance > 0
        low, high = level_range(step.forecast(step.reading.at), 0.9)
        assert 0 <= low <= high <= 1


@either_way
@given(values_of_a_line)
def test_what_comes_later_changes_no_earlier_estimate(rules, values):
    whole = level_steps(line(*values), rules)
    part = level_steps(line(*values[:-1]), rules)
    assert [step.level for step in whole[:-1]] == [step.level for step in part]


@either_way
@given(values_of_a_line, st.floats(0, 8))
def test_time_without_a_reading_widens_the_range_and_moves_nothing(rules, values, spacing):
    last = level_steps(line(*values), rules)[-1]
    early, late = (last.estimate(last.reading.at + time * QUARTER) for time in (spacing, spacing + 1))
    assert early.mean == late.mean
    assert early.variance < late.variance


@either_way
@given(values_of_a_line)
def test_a_line_turned_upside_down_gives_the_estimate_upside_down(rules, values):
    plain = level_steps(line(*values), rules)[-1].level
    turned = level_steps(line(*(1 - value for value in values)), rules)[-1].level
    assert isinstance(plain, LevelEstimate)
    assert turned.mean == pytest.approx(1 - plain.mean, abs=1e-9)
    assert turned.variance == pytest.approx(plain.variance, abs=1e-9)


@either_way
def test_the_first_reading_is_in_line_however_far_from_what_was_assumed(rules):
    sure = replace(rules, first_level=0.9, first_variance=0.0001)
    (step,) = level_steps(line(0.0), sure)
    assert step.standing is IN_LINE
    assert 0 < step.level.mean < 0.9
