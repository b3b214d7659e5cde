"""Settings tried on one stretch and scored on another: what is chosen, what counts as known, and what lies ahead."""

from datetime import date, timedelta
from uuid import UUID

import numpy as np
import pytest
from msgspec.structs import replace

from domain.vocabulary import Facet, Side
from projections.backtest.backtest import BacktestQuestion, scored
from projections.backtest.backtest_part import BacktestPart
from projections.backtest.backtest_report import BacktestBasis, ChosenSettings, Stretch
from projections.backtest.duties import Duty
from projections.backtest.duty_forecasts import DutyForecast, FigureForetold
from projections.backtest.forecast_table import ForecastFigures, ForecastTable
from projections.backtest.stretches import SETTINGS_CHOSEN
from projections.backtest.trials import FEWEST_FORECASTS, half_life_trials, threshold_trials
from projections.history.claimed_record import KnownBy
from projections.scoring.formulas.evidence import TrustView
from tests.support.methods import folkmoot_2026

METHOD = folkmoot_2026()
FIRST = date(2026, 1, 1)
PARTNERSHIP = UUID(int=1)
GOOD, BAD = FigureForetold(18, 0, 0.7, 18), FigureForetold(0, 18, 0.7, 18)
"""Figures of .97 and of .07."""

BASIS = BacktestBasis(
    log_id=UUID(int=2),
    position=9,
    as_of=FIRST,
    tree_root="00",
    method=METHOD.id,
    method_sha256="00",
    known_by=KnownBy.RECORD,
)


def forecast(number, *figures, is_met=True, facet=Facet.RELIABILITY, known_after=1, body=1):
    day = FIRST + timedelta(days=number)
    duty = Duty(
        act=f"act {number:05}",
        view=TrustView(facet, Side.RESIDENTS, Side.GOVERNMENT, None, UUID(int=body)),
        due_on=day + timedelta(days=1),
        foretold_on=day,
        is_met=is_met,
        known_on=day + timedelta(days=known_after),
        tacit=False,
    )
    return DutyForecast(partition_id=PARTNERSHIP, duty=duty, figures=figures or (GOOD,))


def test_the_running_base_rate_counts_only_what_was_known_of_the_same_aspect_by_the_day():
    table = ForecastTable(
        [
            forecast(0, is_met=False, known_after=1),
            forecast(0, facet=Facet.OPENNESS),
            forecast(1, is_met=True, known_after=9),
            forecast(2),
            forecast(20),
        ]
    )
    # Nothing known: one half. One not met: 1/3. On the last day one of three not met: 3/5.
    of_promises = table.of_facet(Facet.RELIABILITY)
    assert table.base_rates[of_promises] == pytest.approx([1 / 2, 1 / 3, 1 / 3, 3 / 5])


def test_the_half_life_with_the_least_error_is_chosen_and_the_own_one_where_none_is_better():
    promises = [forecast(number, BAD, GOOD, is_met=True) for number in range(10)]
    alike = [forecast(number, GOOD, GOOD, facet=Facet.OPENNESS) for number in range(10)]
    table = ForecastTable(promises + alike)
    trials = half_life_trials(table, table.between(None, None), METHOD, [365.0])
    half_lives = {trial.facet: trial.half_life_days for trial in trials if trial.is_chosen}
    assert half_lives == {Facet.RELIABILITY: 365.0, Facet.RESPONSIVENESS: 180.0, Facet.OPENNESS: 180.0}
    assert [trial.brier for trial in trials if trial.facet is Facet.RELIABILITY] == pytest.approx(
        [(1 - 1.4 / 20) ** 2, (0.6 / 20) ** 2]
    )


def test_settings_are_chosen_before_the_split_and_scored_from_it_on():
    earlier = [forecast(number, BAD, GOOD, is_met=True) for number in range(10)]
    later = [forecast(number, BAD, GOOD, is_met=False) for number in range(10, 20)]
    question = BacktestQuestion(
        method=METHOD, position=9, split_on=FIRST + timedelta(days=10), half_lives_days=(365.0,)
    )
    report = scored([BacktestPart(duties=(*later, *earlier))], question, BASIS)
    assert report.chosen.half_lives_days[Facet.RELIABILITY] == 365.0
    last = report.stretches[-1]
    assert (last.stretch, last.settings) == (Stretch.LATER, SETTINGS_CHOSEN)
    assert last.aspects[0].scores.brier == pytest.approx((1 - 0.6 / 20) ** 2)  # what was chosen did badly here
    assert report.tried == report.chosen.tried == len(report.half_lives) + len(report.thresholds) == 6 + 12


def test_what_was_known_only_after_the_split_chooses_nothing():
    early = [forecast(number, BAD, GOOD, is_met=True, known_after=30) for number in range(10)]
    question = BacktestQuestion(
        method=METHOD, position=9, split_on=FIRST + timedelta(days=10), half_lives_days=(365.0,)
    )
    report = scored([BacktestPart(duties=tuple(early))], question, BASIS)
    assert report.chosen.half_lives_days[Facet.RELIABILITY] == 180.0
    assert {trial.forecasts for trial in report.half_lives} == {0}


def test_settings_chosen_on_another_log_are_scored_on_all_of_this_one():
    settings = ChosenSettings(half_lives_days={Facet.RELIABILITY: None}, fewest_acts=5, widest_interval=0.5, tried=40)
    question = BacktestQuestion(method=METHOD, position=9, chosen=settings)
    assert question.half_lives_tried == (None,)
    report = scored([BacktestPart(duties=(forecast(0, BAD, GOOD),))], question, BASIS)
    own, elsewhere = report.stretches
    assert (own.stretch, elsewhere.stretch, report.tried) == (Stretch.WHOLE, Stretch.WHOLE, 40)
    assert own.aspects[0].scores.brier > 0.8
    assert elsewhere.aspects[0].scores.brier < 0.01


def test_what_lies_ahead_of_a_figure_is_counted_for_itself_and_within_the_stretch():
    one = [forecast(number, is_met=True, body=1) for number in range(7)]
    other = [forecast(number, is_met=False, body=2) for number in range(5)]
    table = ForecastTable(one + other)
    figures = ForecastFigures(table, METHOD)
    origins, chances = figures.held_ahead(5, table.between(None, None))
    assert len(origins) == 3 + 1
    bodies = [table.forecasts[place].duty.view.trustee.int for place in origins]
    by_body = dict(zip(bodies, chances, strict=True))
    assert by_body[1] > 0.9
    assert by_body[2] < 0.01
    assert len(figures.held_ahead(5, table.between(FIRST + timedelta(days=1), None))[0]) == 2
    assert figures.held_ahead(8, table.between(None, None))[0] == []


def test_a_threshold_is_chosen_only_if_what_it_shows_held_on_enough_forecasts():
    thin = FigureForetold(1.4, 0.6, 0.7, 2)
    source = np.random.default_rng(7)
    rates = source.beta(2.8, 1.2, 70)
    forecasts = [
        forecast(number, thin, is_met=bool(source.random() < rate), body=body)
        for body, rate in enumerate(rates, start=1)
        for number in range(10)
    ]
    table = ForecastTable(forecasts)
    everything, figures = table.between(None, None), ForecastFigures(table, METHOD)
    trials = threshold_trials(everything, figures, METHOD)
    (choice,) = [trial for trial in trials if trial.is_chosen]
    assert choice.origins >= FEWEST_FORECASTS
    assert choice.coverage >= 0.85
    assert choice.fewest_acts <= 2
    assert choice.share_shown == 1
    few = ForecastTable(forecasts[:100])
    trials = threshold_trials(few.between(None, None), ForecastFigures(few, METHOD), METHOD)
    assert [trial.is_of_method for trial in trials if trial.is_chosen] == [True]


def test_a_log_without_duties_has_a_report_all_the_same():
    report = scored([BacktestPart(undated=2)], BacktestQuestion(method=METHOD, position=9, split_on=FIRST), BASIS)
    assert (report.duties, report.not_foretold["no_day_named"]) == (0, 2)
    assert report.stretches[0].aspects[0].scores.forecasts == 0


def test_the_own_half_life_is_not_tried_twice():
    question = BacktestQuestion(method=METHOD, position=9, split_on=FIRST)
    assert question.half_lives_tried == (90.0, 365.0, 730.0, None)
    assert replace(question, split_on=None).half_lives_tried == ()
