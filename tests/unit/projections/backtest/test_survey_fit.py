"""Survey settings fitted to lines: chosen on the earlier stretch by what they foretold, and every trial kept."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from msgspec import UNSET
from msgspec.structs import replace

from projections.backtest.calibration import Calibration, with_surveys_fitted
from projections.backtest.survey_fit import (
    DRIFT_BOUNDS,
    DRIFTS_ASSUMED,
    NOISE_BOUNDS,
    SurveySource,
    TooFewReadings,
    fitted_surveys,
)
from projections.method.document import load_method, shipped_method
from projections.method.method import method_document
from projections.scoring.surveys.survey_lines import SurveyReading

METHOD = shipped_method("folkmoot-2026-11")
FIRST = datetime(2015, 1, 31, tzinfo=UTC)


def lines(drift, extra_noise=0.0, *, raters=50, count=12, length=40, spoilt_from=None):
    """Lines of quarterly readings that walk by so much, read with more noise than raters alone would make."""
    source = np.random.default_rng(5)
    made_up = []
    for _ in range(count):
        levels = np.clip(0.5 + np.cumsum(source.normal(0, drift**0.5, length)), 0.1, 0.9)
        told = np.clip(levels + source.normal(0, extra_noise**0.5, length), 0.02, 0.98)
        if spoilt_from is not None:
            told[spoilt_from:] = 0.5
        counts = [np.bincount(source.binomial(4, level, raters), minlength=5) for level in told]
        instants = [FIRST + timedelta(days=91) * number for number in range(length)]
        made_up.append(
            [
                SurveyReading(at=at, said_at=at, counts=tuple(each.tolist()))
                for at, each in zip(instants, counts, strict=True)
            ]
        )
    return SurveySource(name="made-up lines", lines=made_up)


def test_every_pair_of_bounds_is_tried_beside_the_methods_own_and_one_is_chosen():
    fit = fitted_surveys(lines(0.001), METHOD)
    assert len(fit.trials) == 1 + len(DRIFTS_ASSUMED) * len(DRIFT_BOUNDS) * len(NOISE_BOUNDS)
    assert fit.trials[0].rules == METHOD.survey_rules
    (chosen,) = [trial for trial in fit.trials if trial.is_chosen]
    assert chosen.rules == fit.rules
    assert chosen.behind_best <= 2 * chosen.standard_error
    assert {trial.earlier.readings for trial in fit.trials} == {12 * 23}  # the split is a quarter, of all lines
    assert f"{len(fit.trials)} settings tried on made-up lines" in fit.provenance


def test_where_readings_err_by_more_than_their_raters_do_noise_may_be_more():
    """Noise of .02 beside .0025 that fifty raters make."""
    fit = fitted_surveys(lines(0.0005, 0.02), METHOD)
    assert fit.rules.candidates.noise_multiples[-1] >= 4
    by_multiple = {
        trial.rules.candidates.noise_multiples: trial.later.coverage
        for trial in fit.trials[1:]
        if trial.rules.first_drift_variance == 0.0003
    }
    assert by_multiple[(1.0,)] + 0.1 < by_multiple[(1.0, 2.0, 4.0, 8.0)]


def test_what_comes_after_the_split_chooses_nothing():
    chosen, spoilt = (fitted_surveys(lines(0.001, spoilt_from=at), METHOD) for at in (None, 30))
    assert [trial.earlier for trial in spoilt.trials] == [trial.earlier for trial in chosen.trials]
    assert spoilt.rules == chosen.rules
    assert spoilt.trials[0].later != chosen.trials[0].later


def test_fewer_than_a_hundred_readings_choose_nothing_and_nor_does_a_method_that_follows_no_line():
    with pytest.raises(TooFewReadings):
        fitted_surveys(lines(0.001, count=2, length=80), METHOD)
    with pytest.raises(TooFewReadings):
        fitted_surveys(SurveySource(name="nothing", lines=[]), METHOD)
    with pytest.raises(TooFewReadings):
        fitted_surveys(lines(0.001), replace(METHOD, experience=UNSET, provenance=UNSET))


def test_the_document_says_where_survey_settings_come_from_and_keeps_where_all_others_do():
    begun = Calibration(method=METHOD, settings=(), grades=(), tried=3)
    result = with_surveys_fitted(begun, lines(0.001))
    assert load_method(method_document(result.method)) == result.method
    assert result.method.provenance == METHOD.provenance | {"experience": result.settings[-1].provenance}
    assert result.tried == 3 + len(result.surveys)
