"""How it feels: what people said of each body when they were asked, apart from what the body did."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID
from zlib import crc32

from markupsafe import Markup
from msgspec import Struct

from api.http.problems import Problem
from api.pages.ground.in_words import count_of, day_in_words, in_hundred, sentence_case
from api.pages.ground.page import Page, PageAnswer, Visit
from api.pages.partnership.aspects import BY_FACET
from api.pages.partnership.whose import PartnershipVisit
from api.pages.pictures.definitions import definitions
from api.pages.pictures.survey_picture import (
    STANDING_WORDS,
    SurveyPicture,
    figure_in_words,
    survey_picture,
    survey_table,
)
from domain.vocabulary import Side
from projections.scoring.surveys.shown_lines import ShownReading, ShownSurveyLine
from projections.scoring.surveys.survey_lines import ReadingKind

_SIDES: Final[Mapping[Side, str]] = {
    Side.RESIDENTS: "residents",
    Side.GOVERNMENT: "councils and government",
    Side.AGENCY: "agencies",
    Side.COMMUNITY_SECTOR: "charities and community organisations",
    Side.FUNDER: "funders",
    Side.BUSINESS: "businesses",
    Side.PARTNERSHIP: "the partnership itself",
    Side.OTHER: "others",
}
_FURTHEST: Final = timedelta(days=2 * 365)
_MOST_DRAWN: Final = 60
"""As many of the latest readings of a line are drawn and listed."""
_SOMETHING: Final = "An organisation or group"


class FeelingPanel(Struct, frozen=True, kw_only=True):
    """One line: whom it is about, what was said last, where the line stands, its picture and its table."""

    key: str
    name: str
    subject: str
    said: str
    last: str
    why: Sequence[str]
    picture: Markup
    table: Markup


class FeelingGroup(Struct, frozen=True, kw_only=True):
    """The lines of one side."""

    heading: str
    panels: Sequence[FeelingPanel]


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    try:
        answer = here.ask("read-expressed-trust")
    except Problem as problem:
        return here.nothing_by_then(problem)
    as_of, lines = here.past.as_of, sorted(answer.lines, key=lambda line: _order(line, answer.names))
    begins, ends = _bounds(lines, as_of)
    groups = [
        FeelingGroup(
            heading=f"What {_SIDES[side]} said",
            panels=[_panel(line, answer.names.get(line.about_id, _SOMETHING), begins, ends) for line in own],
        )
        for side, own in groupby(lines, key=lambda line: line.rater_side)
    ]
    values = {"groups": groups, "shapes": definitions(begins, ends), "is_followed": answer.is_followed}
    return here.shown("partnership/how_it_feels.html", "How working together feels", values)


def _order(line: ShownSurveyLine, names: Mapping[UUID, str]) -> tuple[object, ...]:
    """Residents first, then by name, never by a figure."""
    side = list(_SIDES).index(line.rater_side)
    return (side, names.get(line.about_id, _SOMETHING), line.question, line.facet, line.kind)


def _bounds(lines: Sequence[ShownSurveyLine], as_of: date) -> tuple[date, date]:
    """The first of January before the first reading, and the furthest next reading, within two years."""
    first = min((line.readings[-_MOST_DRAWN:][0].on for line in lines), default=as_of)
    last = max((line.forecast.on for line in lines), default=as_of)
    return date(min(first.year, as_of.year - 1), 1, 1), min(max(last, as_of), as_of + _FURTHEST)


def _panel(line: ShownSurveyLine, name: str, begins: date, ends: date) -> FeelingPanel:
    subject = _subject(line)
    drawn_readings = line.readings[-_MOST_DRAWN:]
    last = line.readings[-1]
    survey = SurveyPicture(
        key=f"{line.about_id.hex[:8]}-{line.rater_side.value[:3]}-{line.kind.value[:1]}-{line.facet.value[:3]}"
        f"{'-' + f'{crc32(line.question.encode()):x}' if line.question else ''}",
        title=f"{name}, {subject[:1].lower()}{subject[1:]}, {begins.year} to {ends.year}",
        summary=f"{count_of(len(line.readings), 'time')} asked. On {day_in_words(line.estimate.on)} the line stands at "
        f"{figure_in_words(line.estimate)}. The same facts are in the table below.",
        begins=begins,
        ends=ends,
        readings=drawn_readings,
        estimate=line.estimate,
        forecast=line.forecast,
        addresses=[_address(line, reading) for reading in drawn_readings],
    )
    return FeelingPanel(
        key=survey.key,
        name=name,
        subject=subject,
        said=f"{in_hundred(last.mean)} in 100",
        last=f"likely range {in_hundred(last.low)} to {in_hundred(last.high)}; "
        f"{count_of(last.raters, 'person', 'people')}, {day_in_words(last.on)}",
        why=tuple(_sentences(line)),
        picture=survey_picture(survey),
        table=survey_table(survey),
    )


def _subject(line: ShownSurveyLine) -> str:
    """The subject of a line: the question, and how it was asked."""
    aspect = BY_FACET.get(line.facet)
    what = f"“{line.question}”" if line.question else "Working together" if aspect is None else aspect.name
    return what if line.kind is ReadingKind.PULSE else f"{what}, from ratings month by month"


def _address(line: ShownSurveyLine, reading: ShownReading) -> str:
    """The record of a count; ratings of single people are led to by nothing."""
    return f"/records/{reading.causes[0]}" if line.kind is ReadingKind.PULSE else ""


def _sentences(line: ShownSurveyLine) -> Iterator[str]:
    last = line.readings[-1]
    times = count_of(len(line.readings), "time")
    yield f"Asked {times} since {line.readings[0].on.year}."
    if len(line.readings) > _MOST_DRAWN:
        yield f"Drawn and listed are the latest {_MOST_DRAWN}."
    if words := STANDING_WORDS[last.standing]:
        yield f"{sentence_case(words)}."
    yield f"By all answers so far the line stands at {figure_in_words(line.estimate)}."
    yield f"Asked again about {day_in_words(line.forecast.on)}, people would say {figure_in_words(line.forecast)}."


PAGES = (
    Page(
        path="/partnerships/{partnership_id}/how-it-feels",
        name="partnership-how-it-feels",
        show=_show,
        section="partnerships",
    ),
)
