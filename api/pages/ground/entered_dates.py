"""Dates that people enter as day, month and year, in as much precision as is known, with words for what is amiss."""

import re
from datetime import date, timedelta
from typing import Final, Protocol

from msgspec import Struct

from api.pages.ground.entered_numbers import whole_number
from api.pages.ground.page import FieldError

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_FULL_YEAR: Final = 4
_QUARTER: Final = 3
_MARCH: Final = 3
_PARTS: Final = ("day", "month", "year")
_FIRST_YEAR: Final = 1900


class SentTexts(Protocol):
    """The texts of the fields of a form."""

    def one(self, name: str) -> str:
        """The text of a field; empty where it was not sent."""


class EnteredDate(Struct, frozen=True):
    """A date as it was entered: the claimed time, or what is wrong with it; neither where nothing was entered."""

    when: str | None = None
    fault: FieldError | None = None


def entered_date(texts_sent: SentTexts, prefix: str, name: str, *, month_until: date | None = None) -> EnteredDate:
    """The date in the fields `prefix-day`, `-month` and `-year`; `name` begins the words for what is wrong.

    A month alone will do where it is over by `month_until`, and everywhere a date still to come where that is None.
    """
    texts = {part: _tidy(texts_sent.one(f"{prefix}-{part}")) for part in _PARTS}
    lacking = [part for part in _PARTS if not texts[part]]
    if lacking == [*_PARTS]:
        return EnteredDate()
    if lacking and lacking != ["day"]:
        return _amiss(prefix, lacking[0], f"{name} must include a {' and '.join(lacking)}")
    month, year, day = _month(texts["month"]), _number(texts["year"]), _number(texts["day"] or "1")
    unreal = _unreal_part(year, month, day)
    if unreal:
        is_short = unreal == "year" and year is not None and len(texts["year"]) != _FULL_YEAR
        return _amiss(prefix, unreal, "Year must include 4 numbers" if is_short else f"{name} must be a real date")
    if texts["day"]:
        return EnteredDate(f"{year:04}-{month:02}-{day:02}")
    if month_until is not None and f"{year:04}-{month:02}" >= f"{month_until:%Y-%m}":
        return _amiss(prefix, "day", f"{name} must include a day")
    return EnteredDate(f"{year:04}-{month:02}")


def end_of_quarter(day: date) -> date:
    """The last day of the quarter of a day."""
    month = day.month + (-day.month) % _QUARTER
    return (date(day.year, month, 28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def end_of_march(day: date) -> date:
    """The end of the financial year of a day."""
    return date(day.year + (day.month > _MARCH), _MARCH, 31)


def _amiss(prefix: str, part: str, words: str) -> EnteredDate:
    return EnteredDate(fault=FieldError(f"{prefix}-{part}", words))


def _tidy(text: str) -> str:
    """The text that was entered, without stray blanks, full stops and commas."""
    return re.sub(r"[\s.,/]", "", text)


def _number(text: str) -> int | None:
    return whole_number(text) if len(text) <= _FULL_YEAR else None


def _month(text: str) -> int | None:
    number = _number(text)
    if number is not None:
        return number if 1 <= number <= len(_MONTHS) else None
    short = text[:3].lower()
    return _MONTHS.index(short) + 1 if short in _MONTHS else None


def _unreal_part(year: int | None, month: int | None, day: int | None) -> str:
    """The first part that makes a date one that the calendar does not have; empty for a real date."""
    if month is None:
        return "month"
    if year is None or year < _FIRST_YEAR:
        return "year"
    try:
        date(year, month, day or 0)
    except ValueError:
        return "day"
    return ""
