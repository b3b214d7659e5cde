"""Expressed experience (H12) by lines: each body once, each question once, with the range of independent lines."""

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.events.experience import FeedbackGiven, PulseObserved
from domain.vocabulary import Facet, Side
from projections.method.document import default_method
from projections.method.method import Dimension
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health.shown_profile import dimension_called, shown_measures
from projections.scoring.surveys.survey_lines import line_steps, survey_lines
from projections.views.health import health
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, COUNTY, TENANTS, an_id
from tests.support.trust_figures import partnership

METHOD = default_method()
DAY = "2026-06-30"
LOW, HIGH = (8, 2, 0, 0, 0), (0, 0, 0, 2, 8)


def told(*pulses):
    story = partnership(COUNCIL, COUNTY, TENANTS, since="2025-01-01")
    for number, (about, counts, more) in enumerate(pulses):
        details = dict(more)
        body = PulseObserved(
            happened=details.pop("on", "2026-05-01"),
            pulse_id=an_id(f"pulse {number}"),
            about=about,
            rater_side=details.pop("side", Side.RESIDENTS),
            facet=Facet.EXPRESSED,
            counts=counts,
            **details,
        )
        story.tell(body, recorded="2026-06-01")
    return story


def measures(story, method=METHOD):
    rows = [row for row in health(story.at(DAY), method) if row.dimension == Dimension.EXPRESSED_EXPERIENCE]
    return {each.name: each for each in shown_measures(rows, method)}


def estimates(story):
    history = story.at(DAY)
    return [
        line_steps(readings, METHOD, METHOD.survey_rules)[-1].estimate(history.end)
        for readings in survey_lines(history, METHOD).values()
    ]


def test_it_is_the_twelfth_dimension():
    assert dimension_called("H12") is Dimension.EXPRESSED_EXPERIENCE


def test_each_body_counts_once_whatever_the_number_of_questions_about_it():
    story = told(
        (COUNCIL, LOW, {"survey_question": "a"}),
        (COUNCIL, LOW, {"survey_question": "b"}),
        (COUNCIL, LOW, {"survey_question": "c"}),
        (COUNTY, HIGH, {}),
    )
    by_value = sorted(each.mean for each in estimates(story))
    assert measures(story)["headline"].value == pytest.approx((by_value[0] + by_value[-1]) / 2)


def test_each_question_counts_once_however_many_answered_it():
    story = told(
        (COUNCIL, LOW, {"survey_question": "a"}),
        (COUNCIL, tuple(20 * count for count in HIGH), {"survey_question": "b"}),
    )
    one, other = estimates(story)
    headline = measures(story)["headline"]
    assert headline.value == pytest.approx((one.mean + other.mean) / 2)
    reach = 1.6448536 * sqrt(one.variance / 4 + other.variance / 4)
    assert (headline.low, headline.high) == (
        pytest.approx(headline.value - reach),
        pytest.approx(headline.value + reach),
    )
    assert headline.n == 210


def test_a_question_counted_and_rated_counts_once_and_each_way_of_asking_half():
    story = told((COUNCIL, LOW, {}), (COUNTY, LOW, {}))
    for number in range(5):
        rating = FeedbackGiven(
            happened="2026-05-02",
            feedback_id=an_id(f"feedback {number}"),
            about=COUNCIL,
            rater_side=Side.RESIDENTS,
            rater_id=an_id(f"rater {number}"),
            facet=Facet.EXPRESSED,
            score=5,
        )
        story.tell(rating, recorded="2026-06-01")
    low, low_again, high = sorted(each.mean for each in estimates(story))
    assert low == low_again < high
    assert measures(story)["headline"].value == pytest.approx(((low + high) / 2 + low) / 2)


def test_the_other_way_and_the_gap_stand_beside():
    story = told((COUNCIL, LOW, {}), (TENANTS, HIGH, {"side": Side.GOVERNMENT}))
    rows = measures(story)
    assert rows["gap"].value == pytest.approx(rows["headline"].value - rows["officials-about-residents"].value)
    assert rows["gap"].value < -0.5


def test_disagreement_is_that_of_the_latest_readings():
    assert measures(told((COUNCIL, (5, 0, 0, 0, 5), {})))["disagreement"].value == pytest.approx(1)


def test_a_wild_reading_that_waits_moves_nothing_and_its_raters_do_not_count():
    usual = [(COUNCIL, (0, 1, 4, 9, 6), {"on": f"2025-{month:02}-01"}) for month in range(1, 13)]
    before, after = (measures(told(*usual, *wild))["headline"] for wild in ([], [(COUNCIL, (60, 0, 0, 0, 0), {})]))
    assert after.value == pytest.approx(before.value)
    assert before.n == after.n == 20


def test_it_does_not_fade_but_grows_less_sure_while_nobody_is_asked():
    recent, old = (measures(told((COUNCIL, HIGH, {"on": on})))["headline"] for on in ("2026-06-01", "2025-01-02"))
    assert recent.value == pytest.approx(old.value)
    assert recent.low > old.low


def test_by_folkmoot_2026_all_ratings_lie_in_one_pot():
    story = told((COUNCIL, LOW, {"survey_question": "a"}), (COUNTY, tuple(9 * count for count in HIGH), {}))
    assert measures(story, folkmoot_2026())["headline"].value > 0.8
    assert measures(story)["headline"].value == pytest.approx(0.5, abs=0.05)
    assert measures(story)["headline"].status is EvidenceStatus.ENOUGH


counts_of_five = st.tuples(*[st.integers(0, 9)] * 5).filter(lambda counts: sum(counts) >= 5)


@given(counts_of_five, counts_of_five)
def test_the_mean_lies_between_its_lines(one, other):
    story = told((COUNCIL, one, {}), (COUNTY, other, {}))
    lowest, highest = sorted(each.mean for each in estimates(story))
    headline = measures(story, replace(METHOD, trust=replace(METHOD.trust, widest_interval=1.0)))["headline"]
    assert lowest - 1e-9 <= headline.value <= highest + 1e-9
