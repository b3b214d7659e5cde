"""The days of a series of meetings keep the weekday, and in months its place in the month."""

from datetime import date

import pytest

from api.pages.meetings.series import Rhythm, days_of_series


@pytest.mark.parametrize(
    ("first", "rhythm", "days"),
    [
        ("2026-12-08", "once", ["2026-12-08"]),
        ("2026-12-29", "weekly", ["2026-12-29", "2027-01-05", "2027-01-12"]),
        ("2026-12-29", "fortnightly", ["2026-12-29", "2027-01-12", "2027-01-26"]),
        ("2026-12-08", "monthly", ["2026-12-08", "2027-01-12", "2027-02-09"]),
        ("2026-12-08", "quarterly", ["2026-12-08", "2027-03-09", "2027-06-08"]),
        ("2026-12-29", "monthly", ["2026-12-29", "2027-01-26", "2027-02-23"]),
        ("2026-11-30", "monthly", ["2026-11-30", "2026-12-28", "2027-01-25"]),
    ],
)
def test_a_series_keeps_its_weekday_and_its_place_in_the_month(first, rhythm, days):
    series = days_of_series(date.fromisoformat(first), Rhythm(rhythm), 3)
    assert [day.isoformat() for day in series] == days
    assert len({day.weekday() for day in series}) == 1
