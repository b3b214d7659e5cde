"""The shapes that pictures of a page share: hatching, and a mark for each thing that becomes of an act."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from markupsafe import Markup

from api.pages.pictures.svg import element, percent, short, together
from projections.scoring.trust.marks import MarkKind

_SHAPES: Final[dict[MarkKind, tuple[str, str]]] = {
    MarkKind.KEPT: ("sh-solid", "M-4.6 0a4.6 4.6 0 1 0 9.2 0a4.6 4.6 0 1 0-9.2 0"),
    MarkKind.IN_PART: ("sh-thin", "M-4.2 0a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0-8.4 0"),
    MarkKind.SETTLED: ("sh-thin", "M-4.2 0a4.2 4.2 0 1 0 8.4 0a4.2 4.2 0 1 0-8.4 0"),
    MarkKind.LATE: ("sh-solid", "M-5.4 4.6L0-5.2L5.4 4.6z"),
    MarkKind.OVERDUE: ("sh-open", "M-3.8-3.8H3.8V3.8H-3.8z"),
    MarkKind.BROKEN: ("sh-cross", "M-4.2-4.2L4.2 4.2M-4.2 4.2L4.2-4.2"),
    MarkKind.DISPUTED: ("sh-solid", "M0-5.8L5.8 0L0 5.8L-5.8 0z"),
    MarkKind.LET_OFF: ("sh-cross", "M-5 0H5"),
    MarkKind.IN_TIME: ("sh-open", "M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0"),
    MarkKind.NO_ANSWER: ("sh-open", "M-3.8-3.8H3.8V3.8H-3.8z"),
}
"""Each kind has a shape of its own, so that no colour is needed; an ask unanswered is drawn as a promise overdue."""

_TALLEST: Final = 600
_MOST_NAMES: Final = 7
_HALF: Final = 0.5
_LANE: Final = element("line", id="lane", x2="100%")
PLOT_HIGH: Final = 124
"""The height of the plot of a trust timeline."""
_HALF_DISC: Final = "M0-4.2A4.2 4.2 0 0 0 0 4.2z"


def definitions(begins: date, ends: date) -> Markup:
    """The shapes, and the years of timelines from one day to another: they stand once a page, before the pictures."""
    stripe = element("path", class_="stripe", d="M0 0V7")
    hatch = element(
        "pattern",
        stripe,
        id="hatch",
        width=7,
        height=7,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    shapes = [_shape(kind) for kind in MarkKind]
    defs = element("defs", hatch, *_years(begins, ends), _scale(), _LANE, *shapes)
    return element("svg", defs, class_="defs", width=0, height=0, aria_hidden="true", focusable="false")


def _scale() -> Markup:
    """The lines at all, half and none of a plot, from its top, and their names."""
    parts = []
    for down, name in ((0.0, "all"), (_HALF, "half"), (1.0, "none")):
        class_, y = "half" if down == _HALF else "grid", PLOT_HIGH * down
        parts.append(element("line", class_=class_, x1=0, x2="100%", y1=short(y), y2=short(y)))
        parts.append(element("text", name, x=-6, y=short(y + 4), text_anchor="end"))
    return element("g", *parts, id="scale")


def _years(begins: date, ends: date) -> Iterator[Markup]:
    """A line for each year, and the names of so many that they stay apart; on a narrow screen every second of those."""
    years = [year for year in range(begins.year, ends.year + 1) if date(year, 1, 1) >= begins]
    days = (ends - begins).days
    places = [percent((date(year, 1, 1) - begins).days / days) for year in years]
    name_places = list(zip(years, places, strict=True))[:: -(-len(years) // _MOST_NAMES) or 1]
    yield element("g", *(element("line", class_="year", x1=x, x2=x, y1=0, y2=_TALLEST) for x in places), id="years")
    names = (
        element("text", str(year), class_="year-name odd" if number % 2 else "year-name", x=place, dx=2)
        for number, (year, place) in enumerate(name_places)
    )
    yield element("g", *names, id="year-names")


def _shape(kind: MarkKind) -> Markup:
    class_, path = _SHAPES[kind]
    half = [element("path", class_="sh-solid", d=_HALF_DISC)] if kind in {MarkKind.IN_PART, MarkKind.SETTLED} else []
    ring = element("circle", class_="ring", r=9)
    return element("g", together([ring, element("path", class_=class_, d=path), *half]), id=f"m-{kind}")
