"""The picture of a survey line: each reading as a dot, the line through them with its likely range, what comes next.

A dot is hollow where the reading lay far out of line and moves nothing. Like the timeline of trust, the picture is as
wide as its page lets it be and needs no scripts.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from markupsafe import Markup
from msgspec import Struct

from api.pages.ground.in_words import count_of, day_in_words, in_hundred
from api.pages.pictures.svg import Corner, area_and_rims, corner, element, percent, short, stretched, together, trace
from projections.scoring.formulas.local_level import ReadingStanding
from projections.scoring.surveys.shown_lines import ShownReading, SurveyFigure

_TOP, _HIGH, _TO_NAMES, _YEARS = 20, 124, 26, 20
_SCALE: Final = (("all fives", 1.0, "grid"), ("middle", 0.5, "half"), ("all ones", 0.0, "grid"))
_HOLLOW: Final = frozenset({ReadingStanding.WAITING, ReadingStanding.LEFT_OUT})
_CAP: Final = 5
_ROOM_FOR_NEXT: Final = 0.09
STANDING_WORDS: Final = {
    ReadingStanding.IN_LINE: "",
    ReadingStanding.BORNE_OUT: "far from what was expected, and the next time bore it out",
    ReadingStanding.WAITING: "far from what was expected: waits for the next time",
    ReadingStanding.LEFT_OUT: "far from what was expected, and the next time did not bear it out: left out",
}


class SurveyPicture(Struct, frozen=True, kw_only=True):
    """One side's word on one body as a picture: the readings, the line on a day, and the next reading foretold.

    `begins` and `ends` bound the picture; `addresses` leads from each reading to its record, or nowhere.
    """

    key: str
    title: str
    summary: str
    begins: date
    ends: date
    readings: Sequence[ShownReading]
    estimate: SurveyFigure
    forecast: SurveyFigure
    addresses: Sequence[str]

    def along(self, day: date) -> float:
        """The place of a day across the picture, from 0 to 1."""
        return min(1.0, max(0.0, (day - self.begins).days / max(1, (self.ends - self.begins).days)))


def survey_picture(survey: SurveyPicture) -> Markup:
    """The picture of a line."""
    bottom = _TOP + _HIGH
    title, desc = f"t-{survey.key}", f"d-{survey.key}"
    return element(
        "svg",
        element("title", survey.title, id=title),
        element("desc", survey.summary, id=desc),
        element("svg", element("use", href="#years"), y=_TOP, width="100%", height=_HIGH),
        element("use", href="#year-names", y=bottom + _TO_NAMES + 12),
        *_scale(),
        stretched(_band_and_line(survey), top=_TOP, height=_HIGH),
        _asked_day(survey),
        _next_reading(survey),
        *(_dot(survey, reading, address) for reading, address in zip(survey.readings, survey.addresses, strict=True)),
        class_="tl",
        height=bottom + _TO_NAMES + _YEARS - 4,
        role="group",
        aria_labelledby=f"{title} {desc}",
    )


def _up(value: float) -> str:
    return short(_TOP + _HIGH * (1 - value))


def _scale() -> Iterator[Markup]:
    for name, share, class_ in _SCALE:
        y = _up(share)
        yield element("line", class_=class_, x1=0, x2="100%", y1=y, y2=y)
        yield element("text", name, class_="soft", x=-6, y=short(float(y) + 4), text_anchor="end")


def _band_and_line(survey: SurveyPicture) -> Markup:
    line, low, high = survey_corners(survey)
    band, rims = area_and_rims(high, low)
    return together(
        [
            element("path", class_="band", d=band),
            element("path", class_="rim", d=rims),
            element("path", class_="line", d=trace(line)),
        ]
    )


def survey_corners(survey: SurveyPicture) -> tuple[list[Corner], list[Corner], list[Corner]]:
    """The corners of line, lower and upper rim: a step at each reading, and a wider range the longer none is taken."""
    line: tuple[list[Corner], list[Corner], list[Corner]] = ([], [], [])
    figures = [figure for reading in survey.readings for figure in (reading.before, reading.estimate) if figure]
    for figure in [*figures, survey.estimate]:
        for corners, value in zip(line, (figure.value, figure.low, figure.high), strict=True):
            corners.append(corner(survey.along(figure.on), value))
    return line


def _asked_day(survey: SurveyPicture) -> Markup:
    """The day asked about, up to which the line is drawn."""
    place = percent(survey.along(survey.estimate.on))
    return together(
        [
            element("line", class_="when", x1=place, x2=place, y1=_TOP - 8, y2=_TOP + _HIGH),
            element("text", "now", class_="soft", x=place, dx=-3, y=_TOP - 6, text_anchor="end"),
            element("circle", class_="end", cx=place, cy=_up(survey.estimate.value), r=3),
        ]
    )


def _next_reading(survey: SurveyPicture) -> Markup:
    """The range in which the next reading is expected, as a bar with ends."""
    forecast = survey.forecast
    low, high = _up(forecast.low), _up(forecast.high)
    caps = [element("line", x1=-_CAP, x2=_CAP, y1=y, y2=y) for y in (low, high)]
    bar = element("g", element("line", x1=0, x2=0, y1=low, y2=high), *caps, class_="next")
    along = survey.along(forecast.on)
    bar_in_place = element("svg", bar, x=percent(along), overflow="visible")
    if along - survey.along(survey.estimate.on) < _ROOM_FOR_NEXT:
        return bar_in_place
    return together(
        [bar_in_place, element("text", "next", class_="soft", x=percent(along), dx=_CAP, y=_TOP - 6, text_anchor="end")]
    )


def _dot(survey: SurveyPicture, reading: ShownReading, address: str) -> Markup:
    """A reading that names itself when it is pointed at or focused, and leads to its record where it has one."""
    place, y = percent(survey.along(reading.on)), _up(reading.mean)
    hollow = reading.standing in _HOLLOW
    name = reading_in_words(reading)
    return element(
        "a" if address else "g",
        element("circle", class_="ring", cx=place, cy=y, r=9),
        element("circle", class_="said open" if hollow else "said", cx=place, cy=y, r=4.5),
        element("text", name, x=-76, y=_TOP + _HIGH + 18),
        class_="ev",
        href=address or None,
        aria_label=name if address else None,
    )


def reading_in_words(reading: ShownReading) -> str:
    """One reading in words: its figure, how many rated, and when."""
    people = count_of(reading.raters, "person", "people")
    return f"{in_hundred(reading.mean)} in 100 from {people}, {day_in_words(reading.on)}"


def survey_table(survey: SurveyPicture) -> Markup:
    """The table of the picture, the latest reading first."""
    columns = ("Day", "What people said", "What was expected", "The line afterwards")
    rows = zip(reversed(survey.readings), reversed(survey.addresses), strict=True)
    return element(
        "table",
        element("caption", f"{survey.title}: figures in 100 with their likely ranges, the latest first"),
        element("thead", element("tr", *(element("th", name, scope="col") for name in columns))),
        element("tbody", *_ahead(survey), *(_row(reading, address) for reading, address in rows)),
    )


def _ahead(survey: SurveyPicture) -> Iterator[Markup]:
    yield _cells(f"Next, about {day_in_words(survey.forecast.on)}", "", _in_brief(survey.forecast), "")
    yield _cells(day_in_words(survey.estimate.on), "How it stands", "", _in_brief(survey.estimate))


def _row(reading: ShownReading, address: str) -> Markup:
    raw = SurveyFigure(on=reading.on, value=reading.mean, low=reading.low, high=reading.high)
    figure = f"{_in_brief(raw)}; {count_of(reading.raters, 'person', 'people')}"
    what = element("a", figure, href=address) if address else Markup("{}").format(figure)
    notes = [STANDING_WORDS[reading.standing], "shares answers with the time before" if reading.overlaps else ""]
    flags = [element("span", note, class_="flag") for note in notes if note]
    return _cells(
        day_in_words(reading.on), what + together(flags), _in_brief(reading.expected), _in_brief(reading.estimate)
    )


def _cells(*cells: str) -> Markup:
    return element("tr", *(element("td", cell) for cell in cells))


def _in_brief(figure: SurveyFigure) -> str:
    return f"{in_hundred(figure.value)}, {in_hundred(figure.low)} to {in_hundred(figure.high)}"


def figure_in_words(figure: SurveyFigure) -> str:
    """A figure with its likely range, in 100."""
    return f"{in_hundred(figure.value)} in 100, likely range {in_hundred(figure.low)} to {in_hundred(figure.high)}"
