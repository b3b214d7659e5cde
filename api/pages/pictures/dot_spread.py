"""A spread: a dot a partnership, stacked where several stand alike, so that no place in a league is read from it."""

from collections import Counter
from collections.abc import Sequence
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from api.pages.ground.in_words import in_hundred
from api.pages.pictures.figure_words import HALF
from api.pages.pictures.range_bar import ScaleEnds, scale_names
from api.pages.pictures.svg import element, percent, together

_PLACES: Final = 60
"""Dots side by side along the scale: on the narrowest screen they touch, and do not overlap."""

_FLOOR, _NAMES, _STEP, _HEIGHT, _MOST = 40, 53, 7, 35, 12


PARTS: Final = ("up to 24 in 100", "25 to 49", "50 to 74", "75 and more")
"""The parts of the scale by which a spread is told in words."""


class SpreadDot(Struct, frozen=True):
    """One partnership's figure."""

    name: str
    value: float


def spread(name: str, dots: Sequence[SpreadDot], of: int, ends: ScaleEnds | None = None) -> Markup:
    """The picture of one figure over partnerships; a stack too high to be drawn is a bar that says how many it holds.

    `of` is how many partnerships there are in all, whether or not there is enough to say of them.
    """
    stacks: dict[int, list[SpreadDot]] = {}
    for dot in sorted(dots, key=lambda dot: (dot.value, dot.name)):
        stacks.setdefault(round(dot.value * _PLACES), []).append(dot)
    return element(
        "svg",
        element("title", _in_words(name, dots, of)),
        element("line", class_="tick", x1=0, x2="100%", y1=_FLOOR, y2=_FLOOR),
        *(_stack(place / _PLACES, stack) for place, stack in stacks.items()),
        scale_names(ends or ScaleEnds(), _NAMES),
        class_="range dots",
        role="img",
    )


def _stack(along: float, stack: Sequence[SpreadDot]) -> Markup:
    place = percent(along)
    if len(stack) > _MOST:
        side, shift = ("end", -6) if along > HALF else ("start", 6)
        top = _FLOOR - _HEIGHT
        return together(
            [
                element("line", class_="many", x1=place, x2=place, y1=top, y2=_FLOOR),
                element("text", f"{len(stack)} here", x=place, dx=shift, y=top + 10, text_anchor=side),
            ]
        )
    step = min(_STEP, (_HEIGHT - _STEP) / max(1, len(stack) - 1))
    return together(
        element("circle", class_="one", cx=place, cy=f"{_FLOOR - 4 - step * height:.4g}", r=3)
        for height in range(len(stack))
    )


def counts_by_part(dots: Sequence[SpreadDot]) -> list[int]:
    """How many dots stand in each part of the scale."""
    counts = Counter(min(len(PARTS) - 1, int(len(PARTS) * dot.value)) for dot in dots)
    return [counts[part] for part in range(len(PARTS))]


def _in_words(name: str, dots: Sequence[SpreadDot], of: int) -> str:
    """The picture in words: how many stand in each quarter of the scale, since single ones are no news."""
    if not dots:
        return f"{name}: none of {of} partnerships has enough to say"
    counts = ", ".join(f"{count} at {part}" for count, part in zip(counts_by_part(dots), PARTS, strict=True) if count)
    low, high = (in_hundred(pick(dot.value for dot in dots)) for pick in (min, max))
    return f"{name}: {len(dots)} of {of} partnerships have enough to say, from {low} to {high} in 100; {counts}"
