"""Generated partnerships: each act is foretold by those before it alone, and what is asked of figures holds."""

from datetime import timedelta

import pytest

from domain.values import end_of_day
from projections.backtest.forecast_quality import scores
from projections.backtest.forecast_table import ForecastFigures, ForecastTable
from projections.backtest.generated_record import BODIES, PROMISES, foretold
from projections.scoring.formulas.evidence import BodyOnSide
from projections.scoring.trust.timeline import points_at
from scripts.benchmarks.generated_partnerships import judged
from tests.support.evidence_builders import kept
from tests.support.methods import folkmoot_2026

METHOD = folkmoot_2026()
SEEDS = 12


@pytest.fixture(scope="module")
def partnerships():
    return [list(foretold(seed, [METHOD])) for seed in range(SEEDS)]


def test_a_seed_makes_the_same_partnership_again_and_another_seed_another(partnerships):
    assert list(foretold(0, [METHOD])) == partnerships[0]
    outcomes = [tuple(each.duty.is_met for each in forecasts) for forecasts in partnerships]
    assert len(set(outcomes)) == SEEDS
    assert {len(each) for each in outcomes} == {BODIES * PROMISES.acts}


def test_an_act_is_foretold_by_the_acts_before_it_and_no_other(partnerships):
    forecasts = partnerships[0]
    last = max(forecasts, key=lambda forecast: forecast.duty.due_on)
    at = end_of_day(last.duty.foretold_on)
    rows = [
        kept(
            forecast.duty.act,
            float(forecast.duty.is_met),
            trustee=BodyOnSide(forecast.duty.view.trustee, forecast.duty.view.trustee_side),
            at=end_of_day(forecast.duty.due_on - timedelta(days=1)),
        )
        for forecast in forecasts
        if forecast.duty.due_on <= last.duty.foretold_on
    ]
    point = points_at(rows, [last.duty.view], at, METHOD)[last.duty.view]
    (figure,) = last.figures
    assert (figure.r, figure.s, figure.a, figure.n) == (point.r, point.s, point.a, point.n)
    first = min(forecasts, key=lambda forecast: forecast.duty.due_on)
    assert (first.figures[0].n, first.figures[0].a) == (0, METHOD.base_rate(first.duty.view.facet))


def test_what_is_asked_of_skill_calibration_and_coverage_holds(partnerships):
    skills = []
    for forecasts in partnerships:
        table = ForecastTable(forecasts)
        skills.append(scores(ForecastFigures(table, METHOD).trust, table.met, table.base_rates).skill)
    verdict = judged([each for forecasts in partnerships for each in forecasts], skills, METHOD)
    limits = verdict["must_reach"]
    assert verdict["skill_above_0"] >= limits["skill_above_0"]
    assert verdict["worst_large_bin"] <= limits["worst_large_bin"]
    low, high = limits["coverage_of_next_20"]
    assert low <= verdict["coverage_of_next_20"] <= high
