"""The measures of an extract: every measure of health, both sides' trust in every aspect, and the acts behind them."""

from projections.method.document import BEHAVIOURAL_FACETS
from projections.reviews.partnership_measures import key_of, measured
from projections.scoring.health.measure import MeasureBasis
from projections.scoring.health.profile import health_rows
from tests.support.everything_told import a_partnership
from tests.support.methods import folkmoot_2026

METHOD = folkmoot_2026()


def test_every_measure_of_health_and_every_aspect_of_trust_is_there_once():
    history = a_partnership().at("2026-06-30")
    keys = [key_of(measure) for measure, _ in measured(history, METHOD)]
    assert len(set(keys)) == len(keys)
    assert {key_of(each) for each in health_rows(history, METHOD)} <= set(keys)
    trust = {
        f"trust.{facet}.{direction}"
        for facet in BEHAVIOURAL_FACETS
        for direction in ("residents-of-officials", "officials-of-residents")
    }
    assert {key for key in keys if key.startswith("trust.")} == trust


def test_whatever_is_made_of_acts_counts_them():
    history = a_partnership().at("2026-06-30")
    for measure, acts in measured(history, METHOD):
        if measure.basis in (MeasureBasis.TRUST, MeasureBasis.SHARE):
            assert acts.acts is not None
            assert acts.value_sum <= acts.acts
        if measure.basis is MeasureBasis.TRUST:
            assert acts.confirmed_acts <= acts.acts
            assert acts.confirmed_value_sum <= acts.value_sum
