"""Work that has a time of day is due once on every day in London, also when the clocks change."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.queue.due_times import DailyTime

LONDON = ZoneInfo("Europe/London")
HALF_PAST_TWO = DailyTime(2, 30)


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "last", "following"),
    [
        ("2026-07-01T01:29:59", "2026-06-30T01:30:00", "2026-07-01T01:30:00"),
        ("2026-07-01T01:30:00", "2026-07-01T01:30:00", "2026-07-02T01:30:00"),
        ("2026-01-15T12:00:00", "2026-01-15T02:30:00", "2026-01-16T02:30:00"),
        ("2026-03-28T12:00:00", "2026-03-28T02:30:00", "2026-03-29T01:30:00"),  # clocks go forward that night
        ("2026-03-29T01:15:00", "2026-03-28T02:30:00", "2026-03-29T01:30:00"),
        ("2026-10-24T12:00:00", "2026-10-24T01:30:00", "2026-10-25T02:30:00"),  # clocks go back that night
        ("2026-10-25T01:45:00", "2026-10-24T01:30:00", "2026-10-25T02:30:00"),
        ("2026-10-25T02:30:00", "2026-10-25T02:30:00", "2026-10-26T02:30:00"),
    ],
)
def test_it_is_due_at_its_time_by_the_clocks_of_london(now, last, following):
    assert HALF_PAST_TWO.last_due(utc(now)) == utc(last)
    assert HALF_PAST_TWO.next_due(utc(now)) == utc(following)


@pytest.mark.parametrize("minute", [0, 30, 59])
def test_a_time_that_not_every_day_has_once_is_refused(minute):
    with pytest.raises(ValueError, match="01:00 to 01:59"):
        DailyTime(1, minute)


@given(
    st.builds(DailyTime, st.integers(0, 23).filter(lambda hour: hour != 1), st.integers(0, 59)),
    st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - made aware
)
def test_looked_at_every_few_hours_it_is_due_once_on_every_day(daily, begin):
    seen = {daily.last_due(begin + timedelta(hours=3 * step)) for step in range(80)}
    days = [due_at.astimezone(LONDON).date() for due_at in sorted(seen)]
    assert days == [days[0] + timedelta(days=step) for step in range(len(days))]
    assert all((at.hour, at.minute) == (daily.hour, daily.minute) for at in (each.astimezone(LONDON) for each in seen))
