"""Parts as they are printed: in tenths of a hundredth, so that what is printed adds up to the total that is printed."""

from collections.abc import Sequence
from math import floor
from typing import Final

_TENTHS: Final = 1_000
MINUS: Final = "\N{MINUS SIGN}"


def in_tenths(value: float) -> int:
    """A figure from nought to one in tenths of a hundredth."""
    return floor(_TENTHS * value + 0.5)


def parts_in_tenths(parts: Sequence[float], total: int) -> list[int]:
    """Parts in whole tenths that add up to a whole total: rounded down, the rest given to where most was cut off."""
    exact = [_TENTHS * part for part in parts]
    whole = [floor(part) for part in exact]
    short = total - sum(whole)
    by_remainder = sorted(range(len(parts)), key=lambda index: (whole[index] - exact[index], index))
    for step in range(abs(short)):
        if not by_remainder:
            break
        place = by_remainder[step % len(by_remainder)] if short > 0 else by_remainder[-1 - step % len(by_remainder)]
        whole[place] += 1 if short > 0 else -1
    return whole


def printed(tenths: int) -> str:
    """A figure in hundredths, as a total is printed: 22.7."""
    return f"{MINUS if tenths < 0 else ''}{abs(tenths) // 10}.{abs(tenths) % 10}"


def printed_part(tenths: int) -> str:
    """A part with its sign; one too small to print says so."""
    if not tenths:
        return "under 0.1"
    return f"{'+' if tenths > 0 else MINUS}{printed(abs(tenths))}"


def printed_sum(before: int, parts: Sequence[int], after: int) -> str:
    """The sum written out: 22.7 - 4.7 + 0.4 = 18.4."""
    signs = "".join(f" {'+' if part > 0 else MINUS} {printed(abs(part))}" for part in parts if part)
    return f"{printed(before)}{signs} = {printed(after)}"
