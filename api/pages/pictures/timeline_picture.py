"""The trust timeline: one body, as one side met it, in one aspect; line, likely range, lanes of marks, changes.

The picture is as wide as its page lets it be and needs no scripts: places across are in per cent, line and band are
stretched, text and marks keep their size.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Final

from markupsafe import Markup

from api.pages.pictures.definitions import PLOT_HIGH
from api.pages.pictures.svg import Corner, area_and_rims, corner, element, percent, short, stretched, together, trace
from api.pages.pictures.timeline_parts import Grade, TimelineMark, TimelineReading, TimelineRun, TrustTimeline, runs
from projections.scoring.trust.marks import MarkKind

_HIGH, _STRIP = PLOT_HIGH, 40
_TO_LANES, _LANE, _YEARS = 26, 20, 20
_TOP, _TOP_WITH_TURNS = 8, 20
_MOST_MARKS, _MOST_TURNS, _LONGEST_NAME = 60, 3, 36
_NAMED_RUN: Final = 0.22
_LATE_IN_PICTURE: Final = 0.6

_CLASSES: Final[Mapping[Grade, tuple[str, str]]] = {
    Grade.ENOUGH: ("band", "line"),
    Grade.LESS_CERTAIN: ("band pale", "line less"),
    Grade.SOME: ("band pale", "line some"),
}


def trust_timeline(timeline: TrustTimeline, *, names_band: bool = False) -> Markup:
    """The picture of a timeline; `names_band` writes `likely range` above the band, which is done once a page."""
    top = _TOP_WITH_TURNS if _turns(timeline) else _TOP
    bottom = top + (_HIGH if timeline.is_ever_said else _STRIP)
    lanes = timeline.marks_by_lane
    floor = bottom + (_TO_LANES + _LANE * len(lanes) if lanes else 4)
    title, desc = f"t-{timeline.key}", f"d-{timeline.key}"
    return element(
        "svg",
        element("title", timeline.title, id=title),
        element("desc", timeline.summary, id=desc),
        _years(top, floor),
        *(_plot(timeline, top, names_band=names_band) if timeline.is_ever_said else [_strip(timeline, top)]),
        _turn_lines(timeline, top, bottom),
        *(
            _lane(timeline, kind, marks, bottom, bottom + _TO_LANES + _LANE // 2 + _LANE * number)
            for number, (kind, marks) in enumerate(lanes.items())
        ),
        class_="tl",
        height=floor + _YEARS - 4,
        role="group",
        aria_labelledby=f"{title} {desc}",
    )


def _years(top: int, floor: int) -> Markup:
    """A line a year and its name; both are the same in every picture of a page, and so stand among the definitions."""
    lines = element("svg", element("use", href="#years"), y=top, width="100%", height=floor - top)
    return together([lines, element("use", href="#year-names", y=floor + 12)])


def _plot(timeline: TrustTimeline, top: int, *, names_band: bool) -> Iterator[Markup]:
    yield element("use", href="#scale", y=top)
    stretches = runs(timeline)
    for run in stretches:
        if run.grade is Grade.NOT_ENOUGH:
            yield _hatching(timeline, run, top)
    yield stretched(*_drawn_runs(timeline, stretches), top=top, height=_HIGH)
    for run in stretches:
        yield _run_name(timeline, run, top)
    room = band_room(timeline) if names_band else None
    if room is not None:
        along, high = room
        y = short(float(_up(high, top)) - 6)
        yield element("text", "likely range", class_="halo card", x=percent(along), y=y, text_anchor="middle")
    last = timeline.shown[-1]
    if last.value is not None:
        yield element("circle", class_="end", cx="100%", cy=_up(last.value, top), r=4)


def _up(value: float, top: int) -> str:
    return short(top + _HIGH * (1 - value))


_Line = tuple[list[Corner], list[Corner], list[Corner]]


def _drawn_runs(timeline: TrustTimeline, stretches: Sequence[TimelineRun]) -> Iterator[Markup]:
    """The lines of stretches, each from where the one before it left off, on bands that neighbours alike share."""
    befores = [None, *(run.readings[-1] if run.readings else None for run in stretches)]
    placed = zip(stretches, befores, strict=False)
    for band_class, neighbours in groupby(placed, key=lambda place: _CLASSES.get(place[0].grade, ("", ""))[0]):
        if not band_class:
            continue
        grades_and_corners = [(run.grade, run_corners(timeline, run, before)) for run, before in neighbours]
        low = [corner_of_low for _, (_, lows, _) in grades_and_corners for corner_of_low in lows]
        high = [corner_of_high for _, (_, _, highs) in grades_and_corners for corner_of_high in highs]
        band, rims = area_and_rims(high, low)
        yield element("path", class_=band_class, d=band)
        yield element("path", class_="rim", d=rims)
        for grade, (line, _, _) in grades_and_corners:
            yield element("path", class_=_CLASSES[grade][1], d=trace(line))


def run_corners(timeline: TrustTimeline, run: TimelineRun, before: TimelineReading | None = None) -> _Line:
    """The corners of line, lower and upper rim: a step where something happened, a slope where only time passed."""
    line: _Line = ([], [], [])
    last = before
    for reading in run.readings:
        along = timeline.along(reading.on)
        if reading.is_step or reading is run.readings[0]:
            _add(line, along, last)
        _add(line, along, reading)
        last = reading
    _add(line, timeline.along(run.ends), last)
    return line


def _add(line: _Line, along: float, reading: TimelineReading | None) -> None:
    if reading is None or reading.value is None or reading.low is None or reading.high is None:
        return
    for corners, value in zip(line, (reading.value, reading.low, reading.high), strict=True):
        corners.append(corner(along, value))


def _hatching(timeline: TrustTimeline, run: TimelineRun, top: int) -> Markup:
    start, end = timeline.along(run.begins), timeline.along(run.ends)
    return element("rect", x=percent(start), y=top, width=percent(end - start), height=_HIGH, fill="url(#hatch)")


def _strip(timeline: TrustTimeline, top: int) -> Markup:
    """The strip instead of a plot where there was never enough to say."""
    year = timeline.begins.year
    words = "not enough to say yet" if timeline.marks else f"nothing recorded since {year}"
    return together(
        [
            element("rect", x=0, y=top, width="100%", height=_STRIP, fill="url(#hatch)"),
            element("text", words, class_="halo card strong", x="50%", y=top + 25, text_anchor="middle"),
        ]
    )


def _run_name(timeline: TrustTimeline, run: TimelineRun, top: int) -> Markup:
    """The name of a stretch that is long enough to bear it: on the floor, or amid the hatching."""
    start, end = timeline.along(run.begins), timeline.along(run.ends)
    if end - start <= _NAMED_RUN or run.grade is Grade.ENOUGH:
        return Markup("")
    if run.grade is Grade.NOT_ENOUGH:
        middle = percent((start + end) / 2)
        return element("text", "not enough", class_="halo card strong", x=middle, y=top + 66, text_anchor="middle")
    is_late = start > _LATE_IN_PICTURE
    return element(
        "text",
        run.grade.value,
        class_="halo pale slanted",
        x=percent(end if is_late else start),
        dx=-4 if is_late else 4,
        y=top + _HIGH - 5,
        text_anchor="end" if is_late else None,
    )


def band_room(timeline: TrustTimeline) -> tuple[float, float] | None:
    """Where above the band there is most room for two words, and how high the band reaches there; None: nowhere."""
    width, room_needed = 0.15, 0.17
    places: list[tuple[float, float]] = []
    highs = [(timeline.along(reading.on), reading.high) for reading in timeline.shown if reading.high is not None]
    for number in range(3, 18):
        along = number / 20
        near = [high for at, high in highs if abs(at - along) <= width]
        is_under_way = any(at <= along - width / 2 for at, _ in highs)
        if near and is_under_way:
            places.append((max(near), along))
    if not places or min(places)[0] > 1 - room_needed:
        return None
    high, along = min(places)
    return along, high


def _turns(timeline: TrustTimeline) -> Sequence[tuple[str, float]]:
    within = [turn for turn in timeline.turns if timeline.begins < turn.on < timeline.ends]
    return [(turn.name, timeline.along(turn.on)) for turn in within[-_MOST_TURNS:]]


def _turn_lines(timeline: TrustTimeline, top: int, bottom: int) -> Markup:
    parts = []
    for name, along in _turns(timeline):
        place, is_late = percent(along), along > _LATE_IN_PICTURE
        parts.append(element("line", class_="when", x1=place, x2=place, y1=top - 8, y2=bottom))
        anchor, shift = ("end", -3) if is_late else (None, 3)
        parts.append(element("text", name, class_="soft", x=place, dx=shift, y=top - 6, text_anchor=anchor))
    return together(parts)


def _lane(timeline: TrustTimeline, kind: MarkKind, marks: Sequence[TimelineMark], bottom: int, y: int) -> Markup:
    name = element(
        "text", f"{timeline.lanes[kind]} ", element("tspan", str(len(marks))), x=-9, y=y + 4, text_anchor="end"
    )
    if len(marks) > _MOST_MARKS:
        content = _year_counts(timeline, marks, y)
    else:
        content = together(_mark(timeline, mark, bottom + 18, y) for mark in marks)
    return together([element("use", href="#lane", y=y), element("g", name, content, class_=f"m-{kind}")])


def _mark(timeline: TrustTimeline, mark: TimelineMark, reading_line: int, y: int) -> Markup:
    """A mark that names itself on the reading line when it is pointed at or focused, and leads to its record."""
    place = percent(timeline.along(mark.on))
    parts = []
    if mark.kind is MarkKind.LATE and mark.due_on is not None:
        parts.append(element("line", class_="trail", x1=percent(timeline.along(mark.due_on)), x2=place, y1=y, y2=y))
    label = mark.name if len(mark.name) <= _LONGEST_NAME else f"{mark.name[: _LONGEST_NAME - 1].rstrip()}…"
    parts.append(
        element(
            "a",
            element("use", href=f"#m-{mark.kind}", x=place, y=y),
            element("text", label, x=-76, y=reading_line),
            class_="ev",
            href=mark.address,
            aria_label=mark.name,
        )
    )
    return together(parts)


def _year_counts(timeline: TrustTimeline, marks: Sequence[TimelineMark], y: int) -> Markup:
    """Counts by year, where single marks would be a smear."""
    parts = []
    for year in range(timeline.begins.year, timeline.ends.year + 1):
        count = sum(mark.on.year == year for mark in marks)
        first, last = max(timeline.begins, date(year, 1, 1)), min(timeline.ends, date(year, 12, 31))
        if count:
            middle = percent((timeline.along(first) + timeline.along(last)) / 2)
            parts.append(element("text", str(count), class_="halo card", x=middle, y=y + 4, text_anchor="middle"))
    return together(parts)
