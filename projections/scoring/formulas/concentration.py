"""How work and voice are spread: whether much rests on few."""

from collections.abc import Collection
from math import fsum, log

from msgspec import Struct


class Concentration(Struct, frozen=True, kw_only=True):
    """How a total is shared among those active.

    `herfindahl`: the sum of squared shares; `effective_number`: its inverse; `bus_factor`: the fewest who make half;
    `spread`: the bus factor over half of those active, at most 1.
    """

    active: int
    herfindahl: float
    effective_number: float
    bus_factor: int
    spread: float


def concentration(amounts: Collection[float]) -> Concentration | None:
    """Describe how amounts (none negative) are shared among those with any; None when nothing was done."""
    active = sorted((amount for amount in amounts if amount > 0), reverse=True)
    if not active:
        return None
    total = fsum(active)
    herfindahl = fsum((amount / total) ** 2 for amount in active)
    fewest = next(k for k in range(1, len(active) + 1) if 2 * fsum(active[:k]) >= total)
    return Concentration(
        active=len(active),
        herfindahl=herfindahl,
        effective_number=1 / herfindahl,
        bus_factor=fewest,
        spread=min(1.0, fewest / (len(active) / 2)),
    )


def evenness(amounts: Collection[float], categories: int) -> float | None:
    """Pielou's evenness (1966) of amounts over so many expected categories; None below two, or with no amount."""
    total = fsum(amounts)
    if categories < 2 or total <= 0:  # noqa: PLR2004 - one category has no spread
        return None
    shares = [amount / total for amount in amounts if amount > 0]
    return 0.0 - fsum(share * log(share) for share in shares) / log(categories)  # never a negative nought


def likeness(observed: Collection[float], expected: Collection[float]) -> float:
    """One less half the summed distance between two lists of shares: 1 alike, 0 with nothing in common."""
    return 1 - fsum(abs(p - q) for p, q in zip(observed, expected, strict=True)) / 2
