"""From the text of a cell to a value: dates, money and numbers as people write them."""

import calendar
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Final

from domain.imports.cells import As
from domain.values import LONDON

MINOR: Final = 100
_NOISE: Final = re.compile(r"[\s,£$€]")
_YES: Final = frozenset({"yes", "y", "true", "t", "1"})
_NO: Final = frozenset({"no", "n", "false", "f", "0"})


class Unreadable(ValueError):
    """The text is not what it should be; the message says what it is instead."""


def read(text: str, read_as: As, *, dates: tuple[str, ...], currency: str) -> object:
    """Read a text that is not blank. Raises Unreadable."""
    match read_as:
        case As.DATE:
            return read_date(text, dates)
        case As.INSTANT:
            return read_instant(text, dates)
        case As.MONEY:
            return {"minor_units": _minor_units(text), "currency": currency}
        case _:
            return _PLAIN[read_as](text.strip())


def read_date(text: str, formats: tuple[str, ...]) -> str:
    """Read a day, month or year, as precise as the first format that fits and on the calendar of the file."""
    for each in formats:
        try:
            day = datetime.strptime(text.strip(), each)  # noqa: DTZ007 - a day, whatever the zone it is written in
        except ValueError:
            continue
        if "%d" in each or "%j" in each:
            return day.date().isoformat()
        return day.strftime("%Y-%m") if any(month in each for month in ("%m", "%b", "%B")) else f"{day.year:04d}"
    raise Unreadable(f"{text!r} is no date in any form that the mapping knows ({', '.join(formats)})")


def read_instant(text: str, formats: tuple[str, ...]) -> str:
    """Read an instant; without a zone it is London's."""
    for each in formats:
        try:
            instant = datetime.strptime(text.strip(), each)  # noqa: DTZ007 - a zone is added where there is none
        except ValueError:
            continue
        return (instant if instant.tzinfo else instant.replace(tzinfo=LONDON)).isoformat()
    raise Unreadable(f"{text!r} is no date in any form that the mapping knows ({', '.join(formats)})")


def years_later(when: str, years: int) -> str:
    """Give the same time some years on; 29 February becomes the 28th."""
    year = int(when[:4]) + years
    if not date.min.year <= year <= date.max.year:
        raise Unreadable(f"{when} and {years} years is beyond the calendar")
    later = f"{year:04d}{when[4:]}"
    return later.replace("-02-29", "-02-28") if "-02-29" in later and not calendar.isleap(year) else later


def number(text: str) -> Decimal:
    """Read a number, with thousands separated, a currency sign, or in brackets where it is negative."""
    bare = _NOISE.sub("", text)
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    try:
        found = Decimal(bare)
    except InvalidOperation:
        raise Unreadable(f"{text!r} is no number") from None
    if not found.is_finite():
        raise Unreadable(f"{text!r} is no number")
    return found


def _minor_units(text: str) -> int:
    pence = number(text) * MINOR
    if pence != pence.to_integral_value():
        raise Unreadable(f"{text!r} has parts of a penny")
    return int(pence)


def _whole(text: str) -> int:
    found = number(text)
    if found != found.to_integral_value():
        raise Unreadable(f"{text!r} is no whole number")
    return int(found)


def _yes_no(text: str) -> bool:
    folded = text.strip().casefold()
    if folded not in _YES | _NO:
        raise Unreadable(f"{text!r} is neither yes nor no")
    return folded in _YES


_PLAIN: Final[dict[As, Callable[[str], object]]] = {
    As.TEXT: str,
    As.NUMBER: lambda text: float(number(text)),
    As.WHOLE_NUMBER: _whole,
    As.YES_NO: _yes_no,
}
