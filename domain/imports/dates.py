"""Dates and instants in the forms of a mapping: each form is checked once, and each date is written back and compared.

A form is written in the letters of `strptime`. What it does not say is not made up: a form without a year is none, a
time of day without a zone is London's, and refused where London's clocks skipped it or showed it twice.
"""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from domain.imports.cell_text import UnreadableCell, quoted_cell
from domain.values import LONDON, ImpossibleDateError, first_instant

_GROUPS: Final = {
    "year": "Yy",
    "month": "mbB",
    "day": "d",
    "day of the year": "j",
    "weekday": "aA",
    "hour": "HI",
    "half of the day": "p",
    "minute": "M",
    "second": "S",
    "fraction of a second": "f",
    "zone": "zZ",
}
"""The parts of a date in a form, and the letters for them."""

_DIRECTIVE: Final = re.compile(r"%(.?)", re.DOTALL)
_ZONES: Final = {"utc": timedelta(), "gmt": timedelta(), "z": timedelta(), "bst": timedelta(hours=1)}
"""Names of zones that mean one thing here; others are written as an offset, with %z."""

_ZONE_IN_WORDS: Final = re.compile(rf"(?<![a-z])({'|'.join(_ZONES)})(?![a-z])")
_FIRST_YEAR: Final = 1000
_DAY_NUMBER: Final = re.compile(r"[0-9]{5}(\.[0-9]+)?")


def form_faults(form: str, since: str | None) -> Iterator[str]:
    """Every fault for which a form of dates cannot be used."""
    letters = [each for each in _DIRECTIVE.findall(form) if each != "%"]
    for letter in letters:
        if not letter or letter not in "".join(_GROUPS.values()):
            yield f"%{letter} is not understood; understood are {_understood()}"
    letters_by_part = {
        what: [each for each in letters if each and each in letters_known] for what, letters_known in _GROUPS.items()
    }
    for what, part_letters in letters_by_part.items():
        if len(part_letters) > 1:
            yield f"it says the {what} twice"
    if re.search(r"[0-9]", _DIRECTIVE.sub("", form)):
        yield "it holds digits of its own: let letters stand for them, such as %Y for a year and %z for a zone"
    if ("I" in letters) != ("p" in letters):
        yield "%I and %p go together: an hour of twelve, and the half of the day"
    if letters_by_part["zone"] and _ZONE_IN_WORDS.search(_DIRECTIVE.sub("\0", form).casefold()):
        yield "it says the zone twice"
    if not letters_by_part["year"]:
        yield "it says no year"
    if "y" in letters and since is None:
        yield "its year has two digits: write %Y, or say `since`, the first year of the hundred that it may be one of"
    yield from _gaps({what for what, part_letters in letters_by_part.items() if part_letters})


def _gaps(parts: set[str]) -> Iterator[str]:
    if "day" in parts and "month" not in parts:
        yield "it says a day and no month"
    if "day of the year" in parts and parts & {"day", "month"}:
        yield "it says the day of the year and a month or day beside it"
    whole = "day" in parts or "day of the year" in parts
    for what in ("weekday", "hour"):
        if what in parts and not whole:
            yield f"it says the {what} and no day"
    for smaller, larger in (("minute", "hour"), ("second", "minute"), ("fraction of a second", "second")):
        if smaller in parts and larger not in parts:
            yield f"it says the {smaller} and no {larger}"
    if "zone" in parts and "hour" not in parts:
        yield "it says a zone and no hour"


def _understood() -> str:
    return ", ".join(f"%{letter}" for letters in _GROUPS.values() for letter in letters)


def read_date(text: str, forms: tuple[str, ...], since: str | None = None) -> str:
    """Read a day, month or year, as precise as the form that fits and on the calendar of the file."""
    return _only(text, forms, since, _as_date)


def read_instant(text: str, forms: tuple[str, ...], since: str | None = None) -> str:
    """Read an instant; without a zone it is London's, and a day begins at midnight."""
    return _only(text, forms, since, _as_instant)


@lru_cache(maxsize=16_384)
def _only(text: str, forms: tuple[str, ...], since: str | None, write: Callable[[datetime, str], str | None]) -> str:
    """Read a text in every form that fits; they must agree."""
    fitting = ((form, moment) for form in forms if (moment := _fit(text, form, since)) is not None)
    readings = dict.fromkeys(
        text_written for form, moment in fitting if (text_written := write(moment, form)) is not None
    )
    if len(readings) > 1:
        one, other, *_ = readings
        raise UnreadableCell(f"{quoted_cell(text)} reads as {one} in one form of the mapping and as {other} in another")
    for text_written in readings:
        return _possible(text, text_written)
    hint = "; it looks like the number a spreadsheet keeps for a day: let it show dates, and save it again"
    raise UnreadableCell(
        f"{quoted_cell(text)} is no date in any form that the mapping knows ({', '.join(forms)})"
        + (hint if _DAY_NUMBER.fullmatch(text.strip()) else "")
    )


def _possible(text: str, date_text: str) -> str:
    if int(date_text[:4]) < _FIRST_YEAR:
        raise UnreadableCell(f"{quoted_cell(text)} is no date that is meant: its year begins with 0")
    try:
        first_instant(date_text)
    except ImpossibleDateError as error:
        raise UnreadableCell(str(error)) from None
    return date_text


def _as_date(moment: datetime, form: str) -> str:
    """Write a date as precisely as its form says it."""
    letters = set(_DIRECTIVE.findall(form))
    if letters & {"d", "j"}:
        return moment.date().isoformat()
    return f"{moment.year:04d}-{moment.month:02d}" if letters & {"m", "b", "B"} else f"{moment.year:04d}"


def _as_instant(moment: datetime, form: str) -> str | None:
    """An instant written; None where the form says no day. Raises UnreadableCell for a time no clock showed."""
    if not set(_DIRECTIVE.findall(form)) & {"d", "j"}:
        return None
    if moment.tzinfo is not None:
        return moment.isoformat()
    earlier, later = (moment.replace(tzinfo=LONDON, fold=fold) for fold in (0, 1))
    if earlier.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != moment:
        raise UnreadableCell(f"{moment:%Y-%m-%d %H:%M} never was in London: its clocks went forward over it")
    if earlier.utcoffset() != later.utcoffset():
        raise UnreadableCell(
            f"{moment:%Y-%m-%d %H:%M} was twice in London, whose clocks went back: say which, by a zone"
        )
    return earlier.isoformat()


def _fit(text: str, form: str, since: str | None) -> datetime | None:
    """Read a text in one form; None where it is not exactly what the form would write."""
    for spelled, zone in _zoned(form):
        try:
            moment = datetime.strptime(text.strip(), spelled)  # noqa: DTZ007 - the zone, if any, is added below
            if "%y" in form and since is not None:
                moment = moment.replace(year=int(since[:4]) + (moment.year - int(since[:4])) % 100)
        except (ValueError, OverflowError):
            continue
        if _canonical(moment.strftime(spelled), spelled) == _canonical(text, spelled):
            return moment if zone is None else _in_zone(moment, zone, text)
    return None


@lru_cache(maxsize=256)
def _zoned(form: str) -> tuple[tuple[str, str | None], ...]:
    """The spellings of a form with its zone in words, and each zone's name."""
    if "%Z" in form:
        return tuple((form.replace("%Z", name), name) for name in _ZONES)
    words = _ZONE_IN_WORDS.findall(_DIRECTIVE.sub("\0", form).casefold())
    return ((form, words[0] if words else None),)


def _in_zone(moment: datetime, zone: str, text: str) -> datetime:
    instant = (moment - _ZONES[zone]).replace(tzinfo=UTC)
    if zone == "bst" and instant.astimezone(LONDON).utcoffset() != _ZONES[zone]:
        raise UnreadableCell(f"{quoted_cell(text)} is in summer time on a day on which London was not")
    return instant.astimezone(LONDON) if zone == "bst" else instant


def _canonical(text: str, form: str) -> str:
    """Leave out what may differ between a date and the same date as its form writes it: capitals, blanks, zeros."""
    spelled = " ".join(text.split()).casefold()
    if "%z" in form:
        spelled = re.sub(r"([+-][0-9]{2}):([0-9]{2})$", r"\1\2", re.sub(r"z$", "+0000", spelled))
    if "%f" in form:
        spelled = re.sub(r"(\.[0-9]*?)0+(?![0-9])", r"\1", spelled)
    return re.sub(r"(?<![0-9])0+(?=[0-9])", "", spelled)
