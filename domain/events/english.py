"""Values in plain English, as people read them: codes as words, dates, money, lists."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from domain.values import LONDON, Money
from domain.vocabulary import CodeList

_INITIALS: Final = frozenset(
    {"api", "cvs", "fe", "gp", "icb", "lsoa", "mp", "msoa", "nhs", "pcc", "pcn", "uk"},
)
_PROPER_NAMES: Final = {
    "environment-agency": "Environment Agency",
    "homes-england": "Homes England",
    "jobcentre-plus": "Jobcentre Plus",
    "national-highways": "National Highways",
    "network-rail": "Network Rail",
    "uk-parliament": "UK Parliament",
}
_SYMBOLS: Final = {"GBP": "£", "EUR": "€", "USD": "$"}
_MIDDAY_HOUR: Final = 12
_YEAR, _MONTH = len("2026"), len("2026-03")


def words(code: CodeList) -> str:
    """A code as words: `big-local-partnership` as "big local partnership", `icb` as "ICB"."""
    return _PROPER_NAMES.get(code) or " ".join(word.upper() if word in _INITIALS else word for word in code.split("-"))


def with_article(noun: str) -> str:
    """A noun with "a" or "an" before it, by its first letter; a first u sounds as in "unit"."""
    return f"{'an' if noun[0].lower() in 'aeio' else 'a'} {noun}"


def joined(parts: Iterable[str]) -> str:
    """Parts joined as in a sentence: "a, b and c"; each once, empty ones left out."""
    *others, last = dict.fromkeys(part for part in parts if part) or [""]
    return f"{', '.join(others)} and {last}" if others else last


def day_in_words(day: date) -> str:
    """A day in words: "27 March 2026"."""
    return f"{day.day} {day:%B %Y}"


def when_in_words(when: str) -> str:
    """A claimed time in its own precision: "2026", "March 2026", "27 March 2026", "… at 7pm" (London)."""
    if "T" in when:
        instant = datetime.fromisoformat(when).astimezone(LONDON)
        return f"{day_in_words(instant)} at {_clock_in_words(instant)}"
    if len(when) == _YEAR:
        return when
    if len(when) == _MONTH:
        return f"{date.fromisoformat(f'{when}-01'):%B %Y}"
    return day_in_words(date.fromisoformat(when))


def _clock_in_words(instant: datetime) -> str:
    if instant.minute == 0 and instant.hour % _MIDDAY_HOUR == 0:
        return "midday" if instant.hour else "midnight"
    minutes = f":{instant:%M}" if instant.minute else ""
    half = "am" if instant.hour < _MIDDAY_HOUR else "pm"
    return f"{instant.hour % _MIDDAY_HOUR or _MIDDAY_HOUR}{minutes}{half}"


def money_in_words(money: Money) -> str:
    """An amount in words: "£1,234.50", "£75", "JPY 50,000": with all decimals of its currency, or none."""
    sign = "-" if money.minor_units < 0 else ""
    amount = abs(money.exact)
    digits = f"{amount:,}" if amount % 1 else f"{amount:,.0f}"
    return f"{sign}{_SYMBOLS.get(money.currency, f'{money.currency} ')}{digits}"


def number_in_words(number: float) -> str:
    """A number with thousands separated, to ten significant figures and without trailing zeros."""
    return f"{number:,}" if isinstance(number, int) else f"{number:,.10g}"
