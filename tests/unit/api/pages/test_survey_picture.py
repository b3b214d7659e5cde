"""The picture of a survey line: places of its corners worked by hand, and nothing outside of it."""

from datetime import date

from api.pages.pictures.survey_picture import SurveyPicture, survey_corners, survey_picture, survey_table
from projections.scoring.formulas.local_level import ReadingStanding
from projections.scoring.surveys.shown_lines import ShownReading, SurveyFigure


def figure(on, value, spread=0.1):
    return SurveyFigure(on=on, value=value, low=value - spread, high=value + spread)


def reading(on, mean, before, after, standing=ReadingStanding.IN_LINE):
    return ShownReading(
        on=on,
        raters=12,
        mean=mean,
        low=mean - 0.05,
        high=mean + 0.05,
        standing=standing,
        overlaps=False,
        expected=figure(on, 0.5),
        before=None if before is None else figure(on, before, 0.2),
        estimate=figure(on, after),
        causes=(),
        causes_in_all=0,
    )


PICTURE = SurveyPicture(
    key="one",
    title="Ambleford Council, working together, 2025 to 2026",
    summary="2 times asked.",
    begins=date(2025, 1, 1),
    ends=date(2027, 9, 28),  # a thousand days
    readings=[
        reading(date(2025, 4, 11), 0.6, None, 0.6),
        reading(date(2025, 7, 20), 0.1, 0.6, 0.6, ReadingStanding.WAITING),
    ],
    estimate=figure(date(2026, 5, 16), 0.6, 0.3),
    forecast=figure(date(2027, 9, 28), 0.6, 0.35),
    addresses=["/records/a", ""],
)


def test_the_line_steps_at_readings_and_its_range_widens_between_them():
    line, low, high = survey_corners(PICTURE)
    assert line == [(100, 80), (200, 80), (200, 80), (500, 80)]
    assert low == [(100, 100), (200, 120), (200, 100), (500, 140)]
    assert high == [(100, 60), (200, 40), (200, 60), (500, 20)]


def test_a_dot_is_hollow_where_its_reading_waits_and_a_link_only_where_it_has_a_record():
    markup = survey_picture(PICTURE)
    assert markup.count('class="said open"') == markup.count('class="said"') == 1
    assert markup.count("<a ") == 1
    assert "60 in 100 from 12 people, 11 April 2025" in markup


def test_the_bar_of_the_next_reading_stands_at_its_day_between_its_bounds():
    markup = survey_picture(PICTURE)
    assert '<svg x="100%" overflow="visible"><g class="next"><line x1="0" x2="0" y1="113" y2="26.2"/>' in markup


def test_the_table_holds_every_reading_what_was_expected_and_what_comes_next():
    table = survey_table(PICTURE)
    assert table.count("<tr>") == 1 + 2 + 2
    assert "10, 5 to 15; 12 people" in table
    assert "far from what was expected: waits for the next time" in table
    assert "Next, about 28 September 2027" in table
