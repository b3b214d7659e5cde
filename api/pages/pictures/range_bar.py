"""A range bar: one figure on its track from nought to one, its likely range as a bar and the figure as a tick."""

from markupsafe import Markup
from msgspec import Struct

from api.pages.pictures.svg import element, percent, together

_TOP, _HEIGHT, _NAMES = 4, 10, 28


class ScaleEnds(Struct, frozen=True):
    """The names of both ends of a scale, and of its middle where that has one."""

    low: str = "none"
    middle: str | None = "half"
    high: str = "all"


def range_bar(value: float, low: float, high: float, ends: ScaleEnds | None = None, *, is_some: bool = False) -> Markup:
    """The picture of a figure; a range without width, as of what was counted, is drawn as its tick alone.

    `is_some`: there is only some to go on, so that the bar is pale. What it shows stands in words beside it.
    """
    parts = [element("rect", class_="track", x=0, y=_TOP, width="100%", height=_HEIGHT)]
    if low < high:
        name = "bar some" if is_some else "bar"
        parts.append(element("rect", class_=name, x=percent(low), y=_TOP, width=percent(high - low), height=_HEIGHT))
    place = percent(value)
    parts.append(element("line", class_="dot", x1=place, x2=place, y1=_TOP - 3, y2=_TOP + _HEIGHT + 3))
    return element("svg", *parts, scale_names(ends or ScaleEnds(), _NAMES), class_="range", aria_hidden="true")


def scale_names(ends: ScaleEnds, y: int) -> Markup:
    """The names of a scale's ends and middle, below it."""
    names = [element("text", ends.low, x=0, y=y)]
    if ends.middle is not None:
        names.append(element("line", class_="tick", x1="50%", x2="50%", y1=y - 14, y2=y - 11))
        names.append(element("text", ends.middle, x="50%", y=y, text_anchor="middle"))
    return together([*names, element("text", ends.high, x="100%", y=y, text_anchor="end")])
