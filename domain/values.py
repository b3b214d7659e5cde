"""Values that events and commands are made of: dates with precision, money, codes, texts, parties.

A claimed time is a string with the precision it was claimed in; its first instant orders it, its last day
bounds it.
"""

import calendar
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from domain.errors import FolkmootError
from domain.text import END, LINE, TextForm
from domain.vocabulary import OFFICIALS, PartyKind, Side

# Structs of what is recorded are declared with `gc=False`, here and elsewhere: they are frozen and hold no circle, and
# there are millions of them, through which a search for garbage would look again and again.

LONDON: Final = ZoneInfo("Europe/London")


def named(longest: int | None = None, form: TextForm = TextForm.NAME) -> Meta:
    """The rule of a name: one line that people read, tidied where it enters."""
    schema = {"x-text": "name", "pattern": LINE}
    shortest = None if longest is None else 1
    return Meta(min_length=shortest, max_length=longest, extra={"form": form}, extra_json_schema=schema)


def coded(
    pattern: str,
    *examples: str,
    description: str | None = None,
    longest: int | None = None,
    otherwise: tuple[tuple[str, str], ...] = (),
) -> Meta:
    """The rule of a code or an address: one line of a form, taken as it is; the pattern stands between ^ and the end.

    `otherwise` gives a sentence for each form that people give by mistake.
    """
    return Meta(
        max_length=longest,
        description=description,
        examples=list(examples),
        extra={"form": TextForm.CODE, "otherwise": otherwise},
        extra_json_schema={"x-text": "code", "pattern": f"^{pattern}{END}"},
    )


_CLOCK = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
_ZONE = r"(Z|[+-][0-9]{2}:[0-9]{2})"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
When = Annotated[
    str,
    coded(
        rf"[0-9]{{4}}(-[0-9]{{2}}(-[0-9]{{2}}(T{_CLOCK}{_ZONE})?)?)?",
        *("2026", "2026-03", "2026-03-27", "2026-03-27T19:00:00+00:00"),
        description="A year, month, day or RFC 3339 instant: the precision in which it is known",
        otherwise=(
            (
                rf"^{_DAY}[T ]{_CLOCK}$",
                "a time of day needs its zone: end it with Z, or with +01:00 for British summer time",
            ),
            (r"^[0-9]{1,2}[/.][0-9]{1,2}[/.][0-9]{2,4}$", "write the day as 2026-03-27: year, month, day"),
        ),
    ),
]
Name = Annotated[str, named(300)]
NameAsSent = Annotated[str, named(300, TextForm.NAME_AS_SENT)]
Label = Annotated[str, named(100)]
Vintage = Annotated[str, named()]
"""The edition of a boundary, as stored: of no bounded length."""
Url = Annotated[
    str,
    coded(
        r"https?://[^\s\u0000-\u0020\u007F-\u009F/?#<>\"\\]+[^\s\u0000-\u0020\u007F-\u009F<>\"\\]*",
        "https://example.org/minutes",
        description="A web address",
        longest=2_000,
    ),
]
OrgIdentifier = Annotated[
    str,
    coded(
        r"([A-Z]{2}-[A-Z0-9]+|360G)-[A-Za-z0-9._/-]{1,60}",
        *("GB-COH-01234567", "GB-LAE-ADU"),
        description="An org-id.guide identifier, or one that 360Giving gave",
    ),
]
PlaceCode = Annotated[str, coded(r"[EWSNKLJ][0-9]{8}", "E05000123", description="An ONS GSS code")]
Language = Annotated[
    str,
    coded(
        r"[A-Za-z]{2,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*",
        *("en-GB", "cy", "ur"),
        description="A language tag (BCP 47)",
        longest=100,
        otherwise=((r"^[A-Za-z ]+$", "give a language tag, such as en-GB, cy or ur"),),
    ),
]
Sha256 = Annotated[str, coded("[0-9a-f]{64}", "0123456789abcdef" * 4)]
Currency = Annotated[str, coded("[A-Z]{3}", "EUR", description="ISO 4217 code")]
DimensionCode = Annotated[str, coded("H([1-9]|1[0-4])", "H4", description="A dimension of health")]
RegrantType = Annotated[str, coded("FRG0[0-7]0", "FRG010")]
Count = Annotated[int, Meta(ge=0, le=10_000_000)]
Share = Annotated[float, Meta(ge=0, le=1)]
Score = Annotated[int, Meta(ge=1, le=5)]
Clear = Annotated[
    str,
    Meta(min_length=1, max_length=15_000, extra={"form": TextForm.TEXT}, extra_json_schema={"x-text": "text"}),
]
"""Free text as a person wrote it, before it is sealed."""


class Plain(Struct, frozen=True, gc=False, array_like=True, tag="plain"):
    """Free text or a person's name on its way to be sealed. The log refuses to store it."""

    text: str

    def __repr__(self) -> str:
        """Show nothing: representations end up in logs."""
        return "Plain(...)"


class Sealed(Struct, frozen=True, gc=False, array_like=True, tag="sealed"):
    """Text under a key of its own: nonce and ciphertext (AES-256-GCM), readable while its key lives."""

    key_id: UUID
    box: bytes


Text = Plain | Sealed


class PartyAt(Struct, frozen=True, gc=False, array_like=True, omit_defaults=True, cache_hash=True):
    """A party as it stood when something happened, so that a partition can be replayed alone."""

    party_id: UUID
    side: Side
    kind: PartyKind
    office_holder: bool = False
    volunteer_run: bool = False

    @property
    def is_official(self) -> bool:
        """It is government or an agency, whom residents meet as officials."""
        return self.side in OFFICIALS


class Money(Struct, frozen=True, forbid_unknown_fields=True):
    """An amount in whole minor units (pence), so that sums are exact."""

    minor_units: Annotated[int, Meta(ge=-(10**14), le=10**14, description="Pence, cents …; whole numbers only")]
    currency: Currency = "GBP"

    @property
    def exact(self) -> Decimal:
        """The amount in the currency's own unit (pounds), to its last decimal."""
        return Decimal(self.minor_units).scaleb(-decimals_of(self.currency))


def decimals_of(currency: str) -> int:
    """The number of decimals of amounts in a currency (ISO 4217): two in most, none in yen, three in Kuwaiti dinars."""
    return _DECIMALS.get(currency, 2)


_DECIMALS: Final = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMN", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}

LATEST_YEAR: Final = 9_000
"""No date lies later, so that days can be counted on from any."""


class ImpossibleDateError(FolkmootError, ValueError):
    """The text has the form of a date, but there is no such day, or none we count to. Give a day that exists."""


@lru_cache(maxsize=65_536)
def first_instant(when: str) -> datetime:
    """The first instant (UTC) of the stated period; days begin in Europe/London.

    Raises ImpossibleDateError for a date the calendar does not have, or that lies too far ahead.
    """
    try:
        instant = datetime.fromisoformat(when).astimezone(UTC) if "T" in when else start_of_day(_first_day(when))
    except (ValueError, OverflowError) as error:
        message = f"{when} is not a real date"
        raise ImpossibleDateError(message) from error
    if instant.year > LATEST_YEAR:
        message = f"{when} is too far ahead: the last year is {LATEST_YEAR}"
        raise ImpossibleDateError(message)
    return instant


@lru_cache(maxsize=65_536)
def first_day(when: str) -> date:
    """The first London day of the stated period."""
    return day_of(first_instant(when))


@lru_cache(maxsize=65_536)
def last_day(when: str) -> date:
    """The last London day of the stated period: a month or a year means its last day."""
    if "T" in when:
        return day_of(first_instant(when))
    first = _first_day(when)
    match len(when):
        case 4:
            return date(first.year, 12, 31)
        case 7:
            return date(first.year, first.month, calendar.monthrange(first.year, first.month)[1])
        case _:
            return first


def _first_day(when: str) -> date:
    try:
        return date.fromisoformat(when + "-01-01"[len(when) - 4 :] if len(when) < len("2026-03-27") else when)
    except ValueError as error:
        message = f"{when} is not a real date"
        raise ImpossibleDateError(message) from error


@lru_cache(maxsize=65_536)
def _last_instant(when: str) -> datetime:
    first = first_instant(when)
    return first if "T" in when else end_of_day(last_day(when)) - timedelta(microseconds=1)


def is_over_before(end: str, start: str) -> bool:
    """A claimed time is over before another begins: an instant once it has passed, a period after its last day.

    Raises ImpossibleDateError.
    """
    return _last_instant(end) < first_instant(start)


@lru_cache(maxsize=65_536)
def start_of_day(day: date) -> datetime:
    """The first instant (UTC) of a London day."""
    return datetime.combine(day, time.min, LONDON).astimezone(UTC)


@lru_cache(maxsize=65_536)
def end_of_day(day: date) -> datetime:
    """The instant (UTC) at which a London day is over: the first of the next."""
    return start_of_day(day + timedelta(days=1))


@lru_cache(maxsize=65_536)
def day_of(instant: datetime) -> date:
    """The London day on which an instant falls."""
    return instant.astimezone(LONDON).date()
