"""Calibration: what is chosen on earlier stretches of several sources, what nothing bears on, and which grades hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.vocabulary import Facet, Materiality
from projections.backtest.calibration import HALF_LIVES_DAYS, MATERIALITIES, NothingToFit, calibrate
from projections.backtest.calibration_sources import CalibrationSource, Foretold, generated_sources, source_table
from projections.backtest.duty_forecasts import FigureForetold
from projections.backtest.generated_record import GeneratedAspect, foretold
from projections.method.document import load_method
from projections.method.method import GradeRule, method_document
from projections.scoring.formulas.opinion import EvidenceStatus
from tests.support.methods import folkmoot_2026
from tests.unit.projections.backtest.test_settings_tried import forecast

METHOD = folkmoot_2026()
ACTS = 900


def figure(trust, n=30.0):
    """A figure of this trust with the weight of so many acts."""
    return FigureForetold(trust * (n + 2) - 1.4, (1 - trust) * (n + 2) - 0.6, 0.7, n)


def a_source(
    name="a log", *, by_days=None, facet=Facet.RELIABILITY, is_log=True, share=0.8, acts=ACTS, n=30.0, weighed=0
):
    """A source of acts of which a share was met, foretold by each half-life with the trust named for it."""
    by_days = by_days or {}
    draw = np.random.default_rng(len(name))
    outcomes = draw.random(acts) < share

    def foretell(method, half_lives_days):
        days_tried = (method.trust.half_life(facet), *half_lives_days)
        figures = tuple(figure(by_days.get(days, share), n) for days in days_tried)
        duties = [
            forecast(number, *figures, is_met=bool(is_met), facet=facet) for number, is_met in enumerate(outcomes)
        ]
        return Foretold(duties=duties, weighed=weighed)

    return CalibrationSource(name=name, is_log=is_log, foretell=foretell)


def told(result, setting):
    (fit,) = [each for each in result.settings if each.setting == setting]
    return fit


def test_the_shortest_half_life_that_foretells_about_as_well_as_the_best_is_chosen():
    worse = dict.fromkeys((180.0, 90.0), 0.4)  # all others are as good as each other
    result = calibrate([a_source(by_days=worse)], METHOD)
    assert result.method.trust.half_life(Facet.RELIABILITY) == 365.0
    fit = told(result, "trust.half_lives_days.reliability")
    assert (fit.value, fit.tried) == ("365 days", len(HALF_LIVES_DAYS))
    assert "a log" in fit.provenance
    assert result.method.provenance[fit.setting] == fit.provenance


def test_sources_count_the_same_however_long_they_are():
    long = a_source("a long log", by_days=dict.fromkeys((90.0, 180.0), 0.77), acts=3000)
    short = a_source("a short log", by_days=dict.fromkeys((90.0, 180.0), 0.3), acts=600)
    assert calibrate([long], METHOD).method.trust.half_life(Facet.RELIABILITY) == 90.0
    assert calibrate([long, short], METHOD).method.trust.half_life(Facet.RELIABILITY) == 365.0


def test_what_nothing_bears_on_stays_as_it_was_and_says_so():
    result = calibrate([a_source()], METHOD)
    assert result.method.trust.half_life(Facet.OPENNESS) == 180.0
    assert result.method.base_rates[Facet.OPENNESS] == METHOD.base_rates[Facet.OPENNESS]
    assert result.method.commitments.materiality == METHOD.commitments.materiality
    for setting in ("trust.half_lives_days.openness", "base_rates.openness", "commitments.materiality"):
        fit = told(result, setting)
        assert (fit.tried, fit.acts) == (0, 0)
        assert fit.provenance.startswith("Kept as it was.")


def test_the_base_rate_is_the_mean_over_logs_of_the_share_met_before_the_split():
    often, seldom = a_source("often", share=0.9), a_source("seldom", share=0.5)
    made_up = a_source("made up", share=0.05, is_log=False)
    rate = calibrate([often, seldom, made_up], METHOD).method.base_rates[Facet.RELIABILITY]
    assert rate.value == pytest.approx(0.7, abs=0.03)
    assert "often" in rate.source
    assert "made up" not in rate.source
    splits = {source_table(source, METHOD, ()).split_on for source in (often, seldom)}
    assert rate.calibrated_until == max(splits)
    assert calibrate([made_up], METHOD).method.base_rates == METHOD.base_rates


def test_the_weights_of_promises_that_foretell_best_are_chosen_where_enough_promises_have_one():
    best = {Materiality.MINOR: 0.25, Materiality.ORDINARY: 1.0, Materiality.MAJOR: 2.0}

    def foretell(method, half_lives_days):
        trust = 0.8 if method.commitments.materiality == best else 0.6
        figures = tuple(figure(trust) for _ in (None, *half_lives_days))
        duties = [forecast(number, *figures, is_met=number % 5 > 0) for number in range(ACTS)]
        return Foretold(duties=duties, weighed=weighed)

    for weighed in (299, 300):
        result = calibrate([CalibrationSource(name="weighed", is_log=True, foretell=foretell)], METHOD)
        expected = best if weighed >= 300 else METHOD.commitments.materiality
        assert result.method.commitments.materiality == expected
    assert told(result, "commitments.materiality").tried == len(MATERIALITIES)


def test_a_grade_is_given_only_where_its_ranges_held_out_from_the_choice():
    on_little = a_source("on little", n=2.0, share=0.75)
    result = calibrate([on_little, a_source()], METHOD)
    assert result.method.trust.some == GradeRule(
        fewest_acts=2, least_evidence=1, widest_interval=0.65
    )  # its ranges are .6 wide
    too_sure = a_source("too sure", n=2.0, share=0.75, by_days=dict.fromkeys((None, *HALF_LIVES_DAYS), 0.03))
    refused = calibrate([too_sure, a_source()], METHOD)
    assert refused.method.trust.least_shown == refused.method.trust.enough
    assert told(refused, "trust.some").value == "not given"
    assert "trust.some" not in refused.method.provenance
    choices = [trial for trial in result.grades if trial.is_chosen]
    assert [trial.grade for trial in choices] == [EvidenceStatus.ENOUGH, EvidenceStatus.SOME]
    assert all(row.coverage >= 0.85 for trial in choices for row in trial.later if row.forecasts >= 300)


def test_what_is_written_is_a_method_that_names_how_many_settings_were_tried():
    result = calibrate([a_source()], METHOD)
    assert load_method(method_document(result.method)) == result.method
    assert result.tried == sum(fit.tried for fit in result.settings)


def test_too_few_acts_choose_nothing():
    with pytest.raises(NothingToFit):
        calibrate([a_source(acts=299)], METHOD)
    with pytest.raises(NothingToFit):
        calibrate([], METHOD)


@given(st.integers(0, 10_000), st.floats(0, 1))
def test_of_what_is_not_done_in_time_a_share_stays_owed(seed, share_owed):
    aspect = GeneratedAspect(acts=12, days_between=30, share_owed=share_owed)
    owing = [each.duty.is_met for each in foretold(seed, [METHOD], aspect)]
    plain = [each.duty.is_met for each in foretold(seed, [METHOD], replace(aspect, share_owed=0.0))]
    assert owing == plain  # whether it was done in time does not hang on what became of it after


def test_generated_partnerships_begin_one_after_the_other_and_cover_every_aspect():
    sources = list(generated_sources(2))
    facets = set()
    for source in sources:
        forecasts = source.foretell(METHOD, ()).duties
        facets.add(forecasts[0].duty.view.facet)
        first_days = {}
        for row in forecasts:
            first_days.setdefault(row.partition_id, row.duty.due_on)
        one, other = first_days.values()
        assert (other - one).days == 91
    assert facets == set(METHOD.base_rates)
