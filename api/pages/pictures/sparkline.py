"""A sparkline: one figure quarter by quarter, small, with its likely range and its gaps."""

from collections.abc import Sequence
from itertools import groupby

from markupsafe import Markup
from msgspec import Struct

from api.pages.pictures.figure_words import figure_in_words
from api.pages.pictures.svg import area, corner, element, stretched, together, trace


class QuarterPoint(Struct, frozen=True):
    """A figure at the end of a quarter, such as `2026 Q3`; without one where there was not enough to say.

    `is_some`: it is said on less than enough, and drawn pale.
    """

    quarter: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    is_some: bool = False


_TOP, _HEIGHT = 2, 26


def sparkline(points: Sequence[QuarterPoint], name: str = "") -> Markup:
    """The picture of some quarters from nought to one: half dotted, a gap where there was not enough to say.

    A dot stands at the end only if the last quarter says something. `name` is what the figure is of.
    """
    runs = [list(run) for grade, run in groupby(enumerate(points), _grade) if grade is not None]
    last = points[-1].value if points else None
    dot = [] if last is None else [element("circle", class_="end", cx="100%", cy=f"{_up(last):.1f}", r="3.5")]
    return element(
        "svg",
        element("line", class_="half", x1=0, x2="100%", y1=_up(0.5), y2=_up(0.5)),
        stretched(*(_run(_joined(run, points), len(points)) for run in runs), top=_TOP, height=_HEIGHT),
        *dot,
        class_="spark",
        role="img",
        aria_label=_in_words(points, name),
    )


_Place = tuple[int, QuarterPoint]


def _grade(place: _Place) -> bool | None:
    """How a quarter is drawn: pale or not, or not at all."""
    return None if place[1].value is None else place[1].is_some


def _joined(run: list[_Place], points: Sequence[QuarterPoint]) -> list[_Place]:
    """A run from the quarter before it on, where that is said in another grade: no gap parts them."""
    first = run[0][0]
    is_following = first > 0 and points[first - 1].value is not None
    return [(first - 1, points[first - 1]), *run] if is_following else run


def _up(value: float) -> float:
    return _TOP + _HEIGHT * (1 - value)


def _run(run: Sequence[_Place], count: int) -> Markup:
    """An unbroken run; a quarter between two gaps is drawn as wide as half a quarter, so that it is seen."""
    alongs = [index / max(1, count - 1) for index, _ in run]
    if len(run) == 1:
        half = 0.25 / max(1, count - 1)
        alongs = [max(0.0, alongs[0] - half), min(1.0, alongs[0] + half)]
        run = [*run, *run]
    line, upper, lower = (
        [corner(along, figure) for along, figure in zip(alongs, figures, strict=True)]
        for figures in zip(*((point.value or 0, point.high or 0, point.low or 0) for _, point in run), strict=True)
    )
    band, stroke = ("band pale", "line some") if run[-1][1].is_some else ("band", "line")
    return together([element("path", class_=band, d=area(upper, lower)), element("path", class_=stroke, d=trace(line))])


def _in_words(points: Sequence[QuarterPoint], name: str) -> str:
    figures = [point for point in points if point.value is not None]
    if not figures:
        return f"{name}: not enough to say in any quarter".removeprefix(": ")
    first, last = figures[0], figures[-1]
    words = f"{name}: {figure_in_words(first, is_some=first.is_some)} in {first.quarter}".removeprefix(": ")
    if last is not first:
        words += f", {figure_in_words(last, is_some=last.is_some)} in {last.quarter}"
    missing = len(points) - len(figures)
    return f"{words}; not enough to say in {missing} of {len(points)} quarters" if missing else words
