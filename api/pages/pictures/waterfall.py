"""The waterfall: from one figure to another by its causes, each bar beginning where the one above it ends."""

from collections.abc import Sequence
from math import ceil, floor

from markupsafe import Markup
from msgspec import Struct

from api.pages.pictures.svg import element, percent

_TOP, _HIGH = 2, 12


class WaterfallScale(Struct, frozen=True):
    """The scale that all bars of one waterfall share, from a tenth to a tenth."""

    low: float
    high: float

    def along(self, value: float) -> float:
        """The place of a value across, from 0 to 1."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


def waterfall_scale(values: Sequence[float]) -> WaterfallScale:
    """The smallest scale by tenths that begins at nought, or below where a bar does, and holds all values."""
    low, high = min([0.0, *values]), max([0.1, *values])
    return WaterfallScale(floor(10 * low - 1e-9) / 10 if low < 0 else 0.0, ceil(10 * high - 1e-9) / 10)


def total_bar(value: float, low: float, high: float, scale: WaterfallScale) -> Markup:
    """A total from nought, with its likely range behind it."""
    return _row(scale, _bar("rng", low, high, scale, spare=4), _bar("total", 0.0, value, scale))


def part_bar(begins: float, ends: float, scale: WaterfallScale) -> Markup:
    """One cause, from where the last ended to where it ends."""
    return _row(scale, _bar("up" if ends > begins else "down", begins, ends, scale))


def _row(scale: WaterfallScale, *bars: Markup) -> Markup:
    nought = percent(scale.along(0.0))
    zero = element("line", class_="zero", x1=nought, x2=nought, y1=-8, y2=24)
    return element("svg", zero, *bars, class_="pic", aria_hidden="true")


def _bar(name: str, begins: float, ends: float, scale: WaterfallScale, *, spare: int = 0) -> Markup:
    start, end = sorted((scale.along(begins), scale.along(ends)))
    return element(
        "rect",
        class_=name,
        x=percent(start),
        width=percent(max(end - start, 0.002)),
        y=_TOP - spare,
        height=_HIGH + 2 * spare,
    )
