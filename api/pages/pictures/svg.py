"""Elements of SVG as escaped markup, and the scales on which figures are drawn."""

from collections.abc import Iterable, Sequence
from typing import Final

from markupsafe import Markup, escape

WIDE: Final = 1000
"""Steps across a stretched plot: finer than any screen shows it."""

HIGH: Final = 200
"""Steps up a stretched plot, from nought to one."""

_OF_TABLES: Final = frozenset({"td", "th"})
"""HTML knows no such element that closes itself, as every element of SVG may."""


def element(tag: str, *inside: str, **attributes: object) -> Markup:
    """One element with its attributes; an underscore stands for a hyphen, and None leaves an attribute out."""
    attribute_text = "".join(
        [
            f' {name.rstrip("_").replace("_", "-")}="{escape(value)}"'
            for name, value in attributes.items()
            if value is not None
        ]
    )
    content = "".join([part if isinstance(part, Markup) else escape(part) for part in inside])
    is_closed_apart = content or tag in _OF_TABLES
    return Markup(f"<{tag}{attribute_text}>{content}</{tag}>" if is_closed_apart else f"<{tag}{attribute_text}/>")  # noqa: S704 - escaped


def together(parts: Iterable[Markup]) -> Markup:
    """Elements one after the other."""
    return Markup("".join(parts))  # noqa: S704 - each is markup


def stretched(*inside: Markup, top: float, height: float) -> Markup:
    """A plot as wide as what it lies in: its lines stretch with it, and keep their thickness."""
    return element(
        "svg",
        *inside,
        x=0,
        y=short(top),
        width="100%",
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


def trace(corners: Sequence[Corner]) -> str:
    """A line through corners, written as moves from one to the next, without those that nobody would see missing."""
    (x, y), *rest = _seen(corners)
    parts = [f"M{x} {y}"]
    for to_x, to_y in rest:
        if to_y == y:
            parts.append(f"h{to_x - x}")
        elif to_x == x:
            parts.append(f"v{to_y - y}")
        else:
            parts.append(f"l{to_x - x} {to_y - y}")
        x, y = to_x, to_y
    return "".join(parts)


def _seen(corners: Sequence[Corner]) -> list[Corner]:
    """The corners of a line but for those that lie on a straight way between others, to within a step of the plot."""
    kept_corners, between = [corners[0]], list[Corner]()
    for place in corners[1:]:
        if between and not _is_straight(kept_corners[-1], between, place):
            kept_corners.append(between[-1])
            between = []
        if place != (between[-1] if between else kept_corners[-1]):
            between.append(place)
    return [*kept_corners, *between[-1:]]


def _is_straight(start: Corner, between: Sequence[Corner], end: Corner) -> bool:
    (x, y), (end_x, end_y) = start, end
    if any(not min(x, end_x) < at < max(x, end_x) for at, _ in between):
        return y == end_y and all(height == y for _, height in between)
    return all(abs(y + (end_y - y) * (at - x) / (end_x - x) - height) <= 1 for at, height in between)


def area(upper: Sequence[Corner], lower: Sequence[Corner]) -> str:
    """The area between an upper and a lower line."""
    return f"{trace([*upper, *reversed(lower)])}z"
