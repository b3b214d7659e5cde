"""Numbers and money as people write them in English: what is written otherwise is refused, never taken for another."""

import re
from decimal import Decimal
from functools import lru_cache
from typing import Final

from domain.imports.cell_text import UnreadableCell, quoted_cell
from domain.values import decimals_of

_DECIMALS_IN_WORDS: Final = {0: "no decimals", 2: "two decimals", 3: "three decimals", 4: "four decimals"}
_SIGNS: Final = {"GBP": "£", "EUR": "€", "USD": "$", "AUD": "$", "CAD": "$", "NZD": "$"}

_BLANK: Final = r"[ \t\u00a0]*"
_NUMBER: Final = re.compile(
    rf"""
    (?P<before>[+-]?) {_BLANK} (?P<currency>[^\w\s.,()+-]?) {_BLANK} (?P<after>[+-]?) {_BLANK}
    (?P<digits>
        (?P<whole> [1-9][0-9]{{0,2}} (?: (?P<by>[,\ \u00a0\u2009\u202f]) [0-9]{{3}} (?:(?P=by)[0-9]{{3}})* ) | [0-9]+ )
        (?: \. (?P<part>[0-9]*) )?
        | \. (?P<only>[0-9]+)
    )
    """,
    re.VERBOSE | re.ASCII,
)
_LONGEST: Final = 18
_HOW: Final = "write digits, commas only before groups of three, and a point before decimals, as in 1,234.50"


def number(text: str, *, sign: str = "£") -> Decimal:
    """Read a number; `sign` is the sign of a currency that may stand before it. In brackets it is negative."""
    bare, brackets = _without_brackets(text.strip(), sign)
    match = _NUMBER.fullmatch(bare)
    if match is None or (match["before"] and match["after"]) or (brackets and (match["before"] or match["after"])):
        raise UnreadableCell(f"{quoted_cell(text)} is no number: {_HOW}")
    if match["currency"] not in {"", sign}:
        expected = f"the sign here is {sign}" if sign else "no sign of a currency belongs here"
        raise UnreadableCell(f"{quoted_cell(text)} is no number: {expected}")
    digits = re.sub(r"[^0-9.]", "", match["digits"])
    if len(digits.replace(".", "").lstrip("0")) > _LONGEST:
        raise UnreadableCell(f"{quoted_cell(text)} is no number that can be kept: it has more than {_LONGEST} digits")
    is_negative = brackets or "-" in {match["before"], match["after"]}
    return Decimal(f"-{digits}" if is_negative else digits) + 0


def _without_brackets(bare: str, sign: str) -> tuple[str, bool]:
    """Take the brackets of a negative number away, before which the sign of a currency may stand."""
    amount = bare.removeprefix(sign).lstrip() if sign else bare
    if amount.startswith("(") and amount.endswith(")"):
        inner = amount[1:-1].strip()
        return (inner if amount == bare else sign + inner), True
    return bare, False


@lru_cache(maxsize=16_384)
def amount(text: str, currency: str) -> Decimal:
    """Read an amount of money, with the sign of its currency or without."""
    return number(text, sign=_SIGNS.get(currency, ""))


def minor_units(text: str, currency: str) -> int:
    """Read an amount of money in whole minor units of its currency."""
    exact, decimals = amount(text, currency), decimals_of(currency)
    exponent = exact.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -decimals:
        raise UnreadableCell(
            f"{quoted_cell(text)} is no amount of money: {currency} has {_DECIMALS_IN_WORDS[decimals]} at most"
        )
    return int(exact.scaleb(decimals))


def plain_number(text: str) -> float:
    """Read a number that no currency belongs to; it must be kept to its last digit."""
    exact = number(text, sign="")
    binary = float(exact)
    if Decimal(repr(binary)) != exact:
        raise UnreadableCell(f"{quoted_cell(text)} is no number that can be kept: it has too many digits")
    return binary


def whole_number(text: str) -> int:
    """Read a whole number that no currency belongs to."""
    exact = number(text, sign="")
    if exact != exact.to_integral_value():
        raise UnreadableCell(f"{quoted_cell(text)} is no whole number")
    return int(exact)
