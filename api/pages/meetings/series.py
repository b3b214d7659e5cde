"""The days of a series of meetings: every so many weeks, or on the same weekday of a month, as boards meet."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

from domain.vocabulary import CodeList

MOST: Final = 24


class Rhythm(CodeList):
    """How often a series repeats."""

    ONCE = "once"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"


_WEEKS: Final = {Rhythm.WEEKLY: 1, Rhythm.FORTNIGHTLY: 2}
_MONTHS: Final = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3}
_WEEK: Final = 7
_IN_YEAR: Final = 12


def days_of_series(first: date, rhythm: Rhythm, count: int) -> list[date]:
    """The days of a series; monthly ones keep the weekday and its place in the month, the fifth being the last."""
    if rhythm is Rhythm.ONCE:
        return [first]
    if rhythm in _WEEKS:
        return [first + timedelta(weeks=_WEEKS[rhythm] * index) for index in range(count)]
    return [_same_weekday(first, _MONTHS[rhythm] * index) for index in range(count)]


def _same_weekday(first: date, months: int) -> date:
    month = first.month - 1 + months
    days = list(_weekdays(first.year + month // _IN_YEAR, month % _IN_YEAR + 1, first.weekday()))
    return days[min((first.day - 1) // _WEEK, len(days) - 1)]


def _weekdays(year: int, month: int, weekday: int) -> Iterator[date]:
    """Every day of a month that is this day of the week."""
    day = date(year, month, 1)
    day += timedelta(days=(weekday - day.weekday()) % _WEEK)
    while day.month == month:
        yield day
        day += timedelta(days=_WEEK)
