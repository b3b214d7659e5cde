"""Values: dates with precision, London days over the change of the clocks, and text that shows nothing of itself."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.structs import NotAsDeclared, read_value
from domain.values import (
    Clear,
    ImpossibleDateError,
    Money,
    Name,
    OrgIdentifier,
    PartyAt,
    PlaceCode,
    Plain,
    Url,
    When,
    day_of,
    end_of_day,
    first_day,
    first_instant,
    last_day,
    start_of_day,
)
from domain.vocabulary import SIDE_OF_KIND, PartyKind, Side

days = st.dates(date(1900, 1, 1), date(2100, 12, 30))


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


# claimed times


@pytest.mark.parametrize(
    ("when", "instant"),
    [
        ("2026", utc(2026, 1, 1)),
        ("2026-03", utc(2026, 3, 1)),
        ("2026-07", utc(2026, 6, 30, 23)),  # summer time: London's July begins an hour before UTC's
        ("2026-03-27", utc(2026, 3, 27)),
        ("2026-03-29", utc(2026, 3, 29)),  # the clocks change later that night
        ("2026-03-30", utc(2026, 3, 29, 23)),
        ("2026-03-27T19:00:00Z", utc(2026, 3, 27, 19)),
        ("2026-07-27T19:00:00+01:00", utc(2026, 7, 27, 18)),
        ("2026-03-27T19:00:00.000001Z", utc(2026, 3, 27, 19, 0, 0, 1)),
        ("2026-03-27T19:00Z", utc(2026, 3, 27, 19)),
    ],
)
def test_a_claimed_time_begins_at_its_first_instant(when, instant):
    assert first_instant(when) == instant
    assert first_instant(when).tzinfo is UTC


@pytest.mark.parametrize(
    ("when", "first", "last"),
    [
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026-03-27", date(2026, 3, 27), date(2026, 3, 27)),
        ("2026-07-27T23:30:00Z", date(2026, 7, 28), date(2026, 7, 28)),
        ("2026-12-27T23:30:00Z", date(2026, 12, 27), date(2026, 12, 27)),
    ],
)
def test_a_claimed_time_lies_within_its_london_days(when, first, last):
    assert (first_day(when), last_day(when)) == (first, last)


@pytest.mark.parametrize("when", ["2026-13", "2026-02-29", "2026-00-01", "0000", "2026-03-27T25:00Z"])
def test_a_time_that_the_calendar_does_not_have_is_refused(when):
    with pytest.raises(ImpossibleDateError, match=f"{when} is not a real date"):
        first_instant(when)


@given(days)
def test_coarser_precision_never_begins_later_or_ends_earlier(day):
    year, month, exact = f"{day:%Y}", f"{day:%Y-%m}", f"{day:%Y-%m-%d}"
    assert first_instant(year) <= first_instant(month) <= first_instant(exact)
    assert last_day(exact) <= last_day(month) <= last_day(year)
    assert first_day(exact) == last_day(exact) == day


@pytest.mark.parametrize(
    "when", ["26", "2026-3", "27/03/2026", "2026-03-27T19:00", "2026-03-27 19:00Z", "2026-03-27T19:00:00.1234567Z", ""]
)
def test_a_time_in_another_form_is_not_a_claimed_time(when):
    assert refused(When, when)


# London days


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25), (date(2026, 7, 27), 24)])
def test_a_london_day_is_an_hour_shorter_or_longer_when_the_clocks_change(day, hours):
    assert end_of_day(day) - start_of_day(day) == timedelta(hours=hours)


@given(days)
def test_each_day_ends_as_the_next_begins(day):
    assert end_of_day(day) == start_of_day(day + timedelta(days=1))


@given(days, st.integers(0, 23 * 60 * 60 - 1))
def test_an_instant_within_a_day_falls_on_it(day, seconds):
    start, end, instant = start_of_day(day), end_of_day(day), timedelta(microseconds=1)
    assert day_of(start + timedelta(seconds=seconds)) == day_of(start) == day_of(end - instant) == day
    assert day_of(start - instant) == day - timedelta(days=1)


# other values


def refused(declared: Any, value: object) -> bool:
    try:
        read_value(value, declared)
    except NotAsDeclared:
        return True
    return False


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        (Name, " \n"),
        (Name, "x" * 301),
        (Clear, ""),
        (Clear, "x" * 15_001),
        (Url, "javascript:alert(1)"),
        (Url, "https://example.org/\njavascript:alert(1)"),
        (OrgIdentifier, "COH-01234567"),
        (PlaceCode, "E0500012"),
        (Money, {"minor_units": 1.5}),
        (Money, {"minor_units": 1, "currency": "Pounds"}),
        (Money, {"minor_units": 1, "pence": 1}),
    ],
)
def test_a_value_out_of_its_bounds_is_refused(declared, value):
    assert refused(declared, value)


@pytest.mark.parametrize(
    ("declared", "value"),
    [
        (Name, "Ferry Road Tenants Association"),
        (Url, "https://example.org/minutes"),
        (OrgIdentifier, "GB-COH-01234567"),
        (PlaceCode, "E05000123"),
        (Money, {"minor_units": -1}),
    ],
)
def test_a_value_within_its_bounds_is_taken(declared, value):
    assert not refused(declared, value)


def test_readable_text_shows_nothing_of_itself():
    assert repr(Plain("Mo of Ferry Road")) == str([Plain("Mo")])[1:-1] == "Plain(...)"


@pytest.mark.parametrize("kind", PartyKind)
def test_officials_are_government_and_agency(kind):
    side = SIDE_OF_KIND[kind]
    assert PartyAt(UUID(int=1), side, kind).is_official == (side in {Side.GOVERNMENT, Side.AGENCY})
