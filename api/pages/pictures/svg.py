"""Elements of SVG as escaped markup, and the scales on which figures are drawn."""

import re
from collections.abc import Iterable
from functools import cache
from math import inf
from typing import Final

from markupsafe import Markup, escape

WIDE: Final = 1000
"""Steps across a stretched plot: finer than any screen shows it."""

HIGH: Final = 200
"""Steps up a stretched plot, from nought to one."""

_NEEDLESSLY_QUOTED: Final = re.compile(r'="([A-Za-z0-9_.%#:/-]+)"(?=[ >])')
_OF_TABLES: Final = frozenset({"td", "th"})
"""HTML knows no such element that closes itself, as every element of SVG may."""


def element(tag: str, *inside: str, **attributes: object) -> Markup:
    """One element with its attributes; an underscore stands for a hyphen, and None leaves an attribute out."""
    attribute_text = "".join(
        [
            f' {_attribute(name)}="{value if type(value) is int else escape(value)}"'
            for name, value in attributes.items()
            if value is not None
        ]
    )
    content = "".join([part if isinstance(part, Markup) else escape(part) for part in inside])
    is_closed_apart = content or tag in _OF_TABLES
    return Markup(f"<{tag}{attribute_text}>{content}</{tag}>" if is_closed_apart else f"<{tag}{attribute_text}/>")  # noqa: S704 - escaped


@cache
def _attribute(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def without_quotes(elements: Markup) -> Markup:
    """The same elements without the quotes that HTML lets one leave out: a page has thousands of attributes."""
    return Markup(_NEEDLESSLY_QUOTED.sub(r"=\1", str(elements)))  # noqa: S704 - of markup, whose texts hold no quotes


def together(parts: Iterable[Markup]) -> Markup:
    """Elements one after the other."""
    return Markup("".join(parts))  # noqa: S704 - each is markup


def stretched(*inside: Markup, top: float, height: float) -> Markup:
    """A plot as wide as what it lies in: its lines stretch with it, and keep their thickness."""
    return element(
        "svg",
        *inside,
        y=short(top),
        height=short(height),
        viewBox=f"0 0 {WIDE} {HIGH}",
        preserveAspectRatio="none",
        aria_hidden="true",
    )


def short(number: float) -> str:
    """A number in as few figures as a picture needs."""
    return f"{number:.2f}".rstrip("0").rstrip(".")


def percent(share: float) -> str:
    """A place along a picture that is as wide as its page lets it be."""
    return f"{short(100 * share)}%"


Corner = tuple[int, int]


def corner(along: float, value: float) -> Corner:
    """The place of a value in a stretched plot: `along` from 0 to 1 across, value 1 on top."""
    return round(WIDE * along), round(HIGH * (1 - value))


def _seen(corners: Iterable[Corner]) -> list[Corner]:
    """The corners of a line but for those that lie on a straight way between others, to within a step of the plot."""
    last, *rest = corners
    kept_corners, way = [last], _Way(last)
    for place in rest:
        if not way.leads_to(place):
            kept_corners.append(last)
            way = _Way(last)
        if place != last:
            way.pass_by(place)
            last = place
    return kept_corners if last == kept_corners[-1] else [*kept_corners, last]


class _Way:
    """The straight ways on from a corner that pass the places since, to within a step: a range of slopes, or level."""

    __slots__ = ("_above", "_below", "_is_level", "_is_one_way", "_reach", "_x", "_y")

    def __init__(self, start: Corner) -> None:
        self._x, self._y = start
        self._reach = 0
        self._below, self._above = -inf, inf
        self._is_level = self._is_one_way = True

    def leads_to(self, place: Corner) -> bool:
        """One of these ways comes to a place after all that it passes."""
        across, up = place[0] - self._x, place[1] - self._y
        if self._is_one_way and (self._reach == 0 or across / self._reach > 1):
            return across == 0 or self._below <= up / across <= self._above
        return self._is_level and up == 0

    def pass_by(self, place: Corner) -> None:
        """Leave only ways that pass a place."""
        across, up = place[0] - self._x, place[1] - self._y
        self._is_level = self._is_level and up == 0
        self._is_one_way = self._is_one_way and across * (self._reach or across) > 0
        if self._is_one_way:
            self._reach = max(self._reach, across, key=abs)
            slopes = (up - 1) / across, (up + 1) / across
            self._below, self._above = max(self._below, min(slopes)), min(self._above, max(slopes))


def trace(corners: Iterable[Corner]) -> str:
    """A line through corners, written as moves from one to the next, without those that nobody would see missing."""
    return _moves(_seen(corners))


def area(upper: Iterable[Corner], lower: Iterable[Corner]) -> str:
    """The area between an upper and a lower line."""
    return area_and_rims(upper, lower)[0]


def area_and_rims(upper: Iterable[Corner], lower: Iterable[Corner]) -> tuple[str, str]:
    """The area between an upper and a lower line, and the two lines."""
    over, under = _seen(upper), _seen(lower)
    return f"{_moves([*over, *reversed(under)])}z", _moves(over) + _moves(under)


def _moves(corners: Iterable[Corner]) -> str:
    (x, y), *rest = corners
    parts = [f"M{x} {y}"]
    for to_x, to_y in rest:
        if to_y == y:
            parts.append(f"h{to_x - x}")
        elif to_x == x:
            parts.append(f"v{to_y - y}")
        else:
            parts.append(f"l{to_x - x}{'' if to_y < y else ' '}{to_y - y}")
        x, y = to_x, to_y
    return "".join(parts)
