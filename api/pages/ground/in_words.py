"""Words of pages: days, figures and names of pages as people write them."""

from datetime import date, datetime
from functools import lru_cache
from typing import Final

from api.pages.ground.entered_numbers import whole_number
from domain.values import LONDON, day_of

_MONTHS: Final = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_MONTH_PARTS: Final = 2
_DAYS_REMEMBERED: Final = 4_096


@lru_cache(_DAYS_REMEMBERED)
def day_in_words(when: date | datetime | str | None) -> str:
    """A day as people write it, 27 March 2026; a month or year where no more is known; an instant as its London day."""
    if when is None:
        return ""
    if isinstance(when, datetime):
        when = day_of(when)
    year, *rest = str(when).partition("T")[0].split("-")
    numbers = [number for part in rest if (number := whole_number(part)) is not None]
    if (
        len(numbers) != len(rest)
        or not year.isdecimal()
        or not all(1 <= month <= len(_MONTHS) for month in numbers[:1])
    ):
        return str(when)
    if not numbers:
        return year
    month = f"{_MONTHS[numbers[0] - 1]} {year}"
    return month if len(numbers) < _MONTH_PARTS else f"{numbers[1]} {month}"


def moment_in_words(instant: datetime) -> str:
    """An instant as the day and the clock in London: 27 March 2026, 14:05."""
    local = instant.astimezone(LONDON)
    return f"{local.day} {local:%B %Y, %H:%M}"


def month_in_words(day: date) -> str:
    """The month of a day: March."""
    return _MONTHS[day.month - 1]


def sentence_case(text: str) -> str:
    """A text that begins with a capital."""
    return text[:1].upper() + text[1:]


def in_hundred(figure: float | None) -> str:
    """A figure from 0 to 1 as a whole number of a hundred."""
    return "" if figure is None else str(round(100 * figure))


def count_of(number: int, one: str, several: str = "") -> str:
    """A number with its noun: 1 promise, 2 promises."""
    return f"{number:,} {one if number == 1 else several or one + 's'}"
