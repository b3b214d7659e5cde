"""The value in the text of a cell: a date, money, a number, each as its form says and not otherwise."""

import calendar
from collections.abc import Callable
from datetime import date
from typing import Final

from domain.imports.cell_text import UnreadableCell, quoted_cell
from domain.imports.dates import read_date, read_instant
from domain.imports.mapping_cells import ReadAs
from domain.imports.numbers import minor_units, plain_number, whole_number
from domain.values import LATEST_YEAR

_YES: Final = frozenset({"yes", "y", "true", "t", "1"})
_NO: Final = frozenset({"no", "n", "false", "f", "0"})


def read_cell(text: str, read_as: ReadAs, *, dates: tuple[str, ...], currency: str, since: str | None = None) -> object:
    """Read a text that is not blank. Raises UnreadableCell."""
    match read_as:
        case ReadAs.DATE:
            return read_date(text, dates, since)
        case ReadAs.INSTANT:
            return read_instant(text, dates, since)
        case ReadAs.MONEY:
            return {"minor_units": minor_units(text, currency), "currency": currency}
        case _:
            return _PLAIN[read_as](text.strip())


def years_later(time: str, years: int) -> str:
    """The same day or instant some years on; 29 February becomes the 28th."""
    year = int(time[:4]) + years
    if not date.min.year <= year <= LATEST_YEAR:
        raise UnreadableCell(f"{time} and {years} years is beyond the calendar")
    later = f"{year:04d}{time[4:]}"
    return later.replace("-02-29", "-02-28") if "-02-29" in later and not calendar.isleap(year) else later


def _yes_no(text: str) -> bool:
    folded = text.casefold()
    if folded not in _YES | _NO:
        raise UnreadableCell(f"{quoted_cell(text)} is neither yes nor no")
    return folded in _YES


_PLAIN: Final[dict[ReadAs, Callable[[str], object]]] = {
    ReadAs.TEXT: str,
    ReadAs.NUMBER: plain_number,
    ReadAs.WHOLE_NUMBER: whole_number,
    ReadAs.YES_NO: _yes_no,
}
