"""The table of a trust timeline: every mark with its record, and every step with its figure, range and grade."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from markupsafe import Markup

from api.pages.ground.in_words import day_in_words
from api.pages.pictures.figure_words import figure_in_brief
from api.pages.pictures.svg import element, together
from api.pages.pictures.timeline_parts import Grade, TimelineMark, TimelineReading, TrustTimeline

_LEFT_OUT: Final = (
    *(("</td></tr>", ""), ("</td><td>", "<td>")),
    *(("</th><th", "<th"), ("</th></tr></thead>", ""), ("</tbody>", "")),
)


def timeline_table(timeline: TrustTimeline) -> Markup:
    """The table from which a timeline was drawn, a row a day on which something happened, the last day first.

    Where there was not enough to say on any day it holds no column of figures.
    """
    columns = ("Day", "What happened", *(("Figure and likely range, in 100",) if timeline.is_ever_said else ()))
    head = element("tr", *(element("th", name, scope="col") for name in columns))
    return element(
        "table",
        element("caption", f"{timeline.title}, the latest first", class_="vh"),
        element("thead", head),
        element(
            "tbody",
            together(_rows(timeline)) or element("tr", element("td", "Nothing was recorded.", colspan=len(columns))),
        ),
    )


def without_end_tags(table: Markup) -> Markup:
    """The same table without the end tags that HTML lets one leave out: a page has hundreds of cells."""
    words = str(table)  # markup would escape what it is given in exchange
    for end, shorter in _LEFT_OUT:
        words = words.replace(end, shorter)
    return Markup(words)  # noqa: S704 - of markup


def _rows(timeline: TrustTimeline) -> Iterator[Markup]:
    marks: dict[date, list[TimelineMark]] = {}
    for lane in timeline.marks_by_lane.values():
        for mark in lane:
            marks.setdefault(mark.on, []).append(mark)
    turns = {turn.on: turn.name for turn in timeline.turns if timeline.begins <= turn.on <= timeline.ends}
    readings = [*timeline.steps, *timeline.shown[-1:]] if timeline.is_ever_said else []
    figures = {reading.on: reading for reading in readings}
    marked = frozenset(mark.address for of_day in marks.values() for mark in of_day)
    for day in sorted(marks.keys() | figures.keys() | turns.keys(), reverse=True):
        happened: list[str] = [element("a", mark.what, href=mark.address) for mark in marks.get(day, ())]
        happened += [turns[day]] if day in turns else []
        cells = (
            day_in_words(day),
            Markup("<br>").join(happened or [_moved(figures[day], marked)]),
            *((figure_afterwards(figures.get(day)),) if timeline.is_ever_said else ()),
        )
        yield element("tr", *(element("td", cell) for cell in cells))


def _moved(reading: TimelineReading, marked: frozenset[str]) -> Markup | str:
    """The cause of a move on a day that bears no mark: days of grace that ended, or a later word."""
    if not reading.is_step:
        return "How it stands"
    if reading.address in marked:
        return "Moved by another mark"
    return element("a", "What moved it", href=reading.address) if reading.address else "Something came due"


def figure_afterwards(reading: TimelineReading | None) -> str:
    """The figure after that day, in words; nothing where no step was made."""
    if reading is None:
        return ""
    if reading.value is None:
        return Grade.NOT_ENOUGH.value
    words = figure_in_brief(reading)
    return words if reading.grade is Grade.ENOUGH else f"{words}; {reading.grade.value}"
