"""Survey forecasts: each reading of a line is foretold by those known before it, and set against the last one."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events.experience import FeedbackGiven, PulseObserved
from domain.vocabulary import Facet, Side
from projections.backtest.stretches import _surveys
from projections.backtest.survey_forecasts import KnownReading, expected_reading, line_forecasts, survey_forecasts
from projections.method.document import default_method
from projections.scoring.formulas.level_estimate import level_range
from projections.scoring.formulas.ordinal import expressed
from projections.scoring.surveys.survey_lines import ReadingKind, SurveyLine, SurveyReading, line_steps
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, COUNTY, TENANTS, an_id
from tests.support.trust_figures import partnership

METHOD = default_method()
LINE = SurveyLine(ReadingKind.PULSE, Side.RESIDENTS, UUID(int=1), Side.GOVERNMENT, Facet.RELIABILITY)


def reading(day, *counts, known_day=None):
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=day)
    known_at = at if known_day is None else datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=known_day)
    return KnownReading(reading=SurveyReading(at=at, said_at=at, counts=counts), known_at=known_at)


@pytest.fixture
def story():
    return partnership(COUNCIL, COUNTY, TENANTS, since="2026-01-01")


def pulse(story, on, counts, about=COUNCIL, facet=Facet.RELIABILITY, **how):
    body = PulseObserved(
        happened=on,
        pulse_id=an_id(f"pulse {len(story.records)}"),
        about=about,
        rater_side=Side.RESIDENTS,
        facet=facet,
        counts=counts,
    )
    return story.tell(body, **how)


def rating(story, on, score, who):
    body = FeedbackGiven(
        happened=on,
        feedback_id=an_id(f"feedback {len(story.records)}"),
        about=COUNCIL,
        rater_side=Side.RESIDENTS,
        rater_id=an_id(f"rater {who}"),
        facet=Facet.OPENNESS,
        score=score,
    )
    return story.tell(body)


def forecasts(story):
    return survey_forecasts(story.at("2026-12-31"), story.records, METHOD)


def test_the_mean_of_a_reading_runs_from_nought_to_one():
    assert reading(0, 1, 0, 2, 3, 4).reading.mean == pytest.approx((2 * 0.5 + 3 * 0.75 + 4) / 10)


def test_a_reading_is_foretold_one_and_four_ahead_and_set_against_the_last_one_carried_forward():
    line = [
        reading(30 * number, 0, 0, 0, 0, 10) if number < 3 else reading(30 * number, 10, 0, 0, 0, 0)
        for number in range(5)
    ]
    line_foretold = list(line_forecasts(UUID(int=9), LINE, line, METHOD))
    assert [(each.lag, each.carried, each.value) for each in line_foretold] == [
        (1, 1, 1),
        (4, 1, 0),
        (1, 1, 1),
        (1, 1, 0),
        (1, 0, 0),
    ]


def test_by_a_method_that_follows_no_lines_the_figure_is_that_of_the_faded_counts():
    readings = [reading(0, 0, 0, 0, 0, 8).reading], reading(180, 1, 1, 1, 1, 1).reading
    (expected, low, high) = expected_reading(*readings, folkmoot_2026())
    figure = expressed([0, 0, 0, 0, 4], 8, fewest_raters=5, prior_weight=2)
    assert expected == pytest.approx(figure.mean)
    assert (high - low) / 2 == pytest.approx(1.6448536 * figure.deviation) or high == 1
    assert low == pytest.approx(figure.mean - 1.6448536 * figure.deviation)


def test_by_a_method_that_follows_lines_the_figure_is_that_of_the_level():
    readings = [reading(91 * number, 0, 0, 0, number, 8) for number in range(5)]
    steps = line_steps([each.reading for each in readings], METHOD, METHOD.survey_rules)
    later = reading(600, 1, 1, 1, 1, 1).reading
    foretold = steps[-1].forecast(later.at)
    low, high = level_range(foretold, 0.9)
    assert expected_reading([each.reading for each in readings], later, METHOD) == (foretold.mean, low, high)
    assert low < foretold.mean < high <= 1


def test_a_reading_that_was_known_no_earlier_than_the_one_foretold_is_no_forecast():
    line = [
        reading(0, 0, 0, 0, 0, 8, known_day=90),
        reading(30, 8, 0, 0, 0, 0, known_day=90),
        reading(60, 8, 0, 0, 0, 0),
    ]
    assert list(line_forecasts(UUID(int=9), LINE, line, METHOD)) == []


def test_what_was_recorded_only_later_plays_no_part():
    late = reading(10, 8, 0, 0, 0, 0, known_day=45)
    first, third, last = reading(0, 0, 0, 0, 0, 8), reading(30, 0, 0, 0, 0, 8), reading(60, 0, 0, 8, 0, 0)
    of_last = [
        [row.forecast for row in line_forecasts(UUID(int=9), LINE, readings, METHOD) if row.value == last.reading.mean]
        for readings in ([first, late, third, last], [first, third, last])
    ]
    assert of_last[0] == of_last[1]


def test_bodies_subjects_and_ways_of_asking_are_never_pooled(story):
    for month in ("2026-02-01", "2026-03-01"):
        pulse(story, month, (0, 0, 0, 0, 9))
        pulse(story, month, (9, 0, 0, 0, 0), about=COUNTY)
        pulse(story, month, (0, 0, 9, 0, 0), facet=Facet.OPENNESS)
    assert sorted(each.value for each in forecasts(story)) == [0, 0.5, 1]
    assert all(each.carried == each.value for each in forecasts(story))


def test_readings_of_fewer_people_than_may_be_shown_are_no_readings(story):
    for month in ("2026-02-01", "2026-03-01"):
        pulse(story, month, (0, 0, 0, 0, 4))
    assert forecasts(story) == []


def test_ratings_make_a_reading_a_month_once_there_are_enough_people_each_counted_once(story):
    for who in range(3):
        rating(story, "2026-02-10", 1, who)
    for who in range(2, 6):
        rating(story, "2026-03-10", 5, who)
    for who in range(5):
        rating(story, "2026-05-10", 3, who)
    (reading_forecast,) = forecasts(story)
    # February is too few; with March there are six people, of whom one changed her mind.
    assert (reading_forecast.line.kind, reading_forecast.carried, reading_forecast.value) == (
        ReadingKind.FEEDBACK,
        pytest.approx(4 / 6),
        0.5,
    )
    assert reading_forecast.foretold_on == date(2026, 4, 1)  # the month became a reading at its end


@given(st.lists(st.integers(0, 9), min_size=2, max_size=8))
def test_a_line_that_never_moves_is_carried_forward_without_error(levels):
    line = [reading(30 * number, *levels[:1], 0, 0, 0, 10) for number in range(len(levels))]
    scores = _surveys(list(line_forecasts(UUID(int=9), LINE, line, METHOD)))
    assert {each.carried_error for each in scores} <= {0.0, None}
