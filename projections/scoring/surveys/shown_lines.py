"""Survey lines as they are shown: every reading raw, where the line stands, its likely range, and what comes next."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from domain.values import end_of_day
from domain.vocabulary import Facet, Side
from projections.method.method import Method
from projections.scoring.formulas.level_estimate import LevelEstimate, level_range
from projections.scoring.formulas.local_level import ReadingStanding
from projections.scoring.surveys.expressed_rows import ExpressedRow
from projections.scoring.surveys.survey_lines import ReadingKind

_QUARTER: Final = timedelta(days=91)


class SurveyFigure(Struct, frozen=True, kw_only=True):
    """A mean rating on a day, from 0 for all ones to 1 for all fives, with its likely range."""

    on: date
    value: float
    low: float
    high: float


class ShownReading(Struct, frozen=True, kw_only=True):
    """One reading: the ratings as they are, what was expected of them, and where the line stood after them."""

    on: date
    raters: Annotated[int, Meta(description="How many people rated")]
    mean: Annotated[float, Meta(description="Their mean rating as it is, from 0 to 1")]
    low: Annotated[float, Meta(description="From where it is likely to be, by who happened to be asked")]
    high: Annotated[float, Meta(description="Up to where it is likely to be")]
    standing: Annotated[
        ReadingStanding,
        Meta(description="In line; far out of line and waiting for the next, borne out by it, or left out for good"),
    ]
    overlaps: Annotated[bool, Meta(description="Whether it shares answers with the reading before")]
    expected: Annotated[SurveyFigure, Meta(description="What was expected of it, from the readings before")]
    before: Annotated[SurveyFigure | None, Meta(description="Where the line stood just before it; null for the first")]
    estimate: Annotated[SurveyFigure, Meta(description="Where the line stood after it")]
    causes: tuple[UUID, ...]
    causes_in_all: int


class ShownSurveyLine(Struct, frozen=True, kw_only=True):
    """The line of one side's word on one body and one subject, asked in one way; no `question` where none was named.

    `estimate` is where the line stands on the day asked about, `forecast` the next reading: when one was due by how far
    readings lay apart, on the day asked about at the earliest.
    """

    kind: Annotated[ReadingKind, Meta(description="Counted anonymously, or from ratings given in a month")]
    rater_side: Annotated[Side, Meta(description="Whose experience")]
    about_side: Annotated[Side, Meta(description="The side of the body that was rated")]
    about_id: Annotated[UUID, Meta(description="The body that was rated")]
    facet: Annotated[Facet, Meta(description="The aspect that was rated")]
    question: str
    estimate: SurveyFigure
    forecast: SurveyFigure
    readings: tuple[ShownReading, ...]


def shown_lines(rows: Sequence[ExpressedRow], as_of: date, method: Method) -> list[ShownSurveyLine]:
    """The lines of rows, given line by line and in order of time, as they stand on a day."""
    return [_shown(list(own), as_of, method) for _, own in groupby(rows, key=attrgetter("line"))]


def _shown(rows: list[ExpressedRow], as_of: date, method: Method) -> ShownSurveyLine:
    last = rows[-1]
    next_on = max(as_of, _usual_next(rows))
    return ShownSurveyLine(
        kind=last.kind,
        rater_side=last.rater_side,
        about_side=last.about_side,
        about_id=last.about_id,
        facet=last.facet,
        question=last.question,
        estimate=survey_figure(last.estimate(end_of_day(as_of)), as_of, method),
        forecast=survey_figure(last.forecast(end_of_day(next_on)), next_on, method),
        readings=tuple(_readings(rows, method)),
    )


def _usual_next(rows: Sequence[ExpressedRow]) -> date:
    """The day of the next reading if it comes as long after the last as others did on average, or else a quarter."""
    first, last = rows[0].on, rows[-1].on
    return last + ((last - first) / (len(rows) - 1) if last > first else _QUARTER)


def _readings(rows: Sequence[ExpressedRow], method: Method) -> Iterator[ShownReading]:
    for before, row in zip([None, *rows], rows, strict=False):
        raw = LevelEstimate(at=row.at, mean=row.mean, variance=row.sampling_variance)
        low, high = level_range(raw, method.trust.interval_level)
        expected = LevelEstimate(at=row.at, mean=row.expected, variance=row.expected_variance)
        yield ShownReading(
            on=row.on,
            raters=row.raters,
            mean=row.mean,
            low=low,
            high=high,
            standing=row.standing,
            overlaps=row.overlaps,
            expected=survey_figure(expected, row.on, method),
            before=None if before is None else survey_figure(before.estimate(row.at), row.on, method),
            estimate=survey_figure(row.estimate(row.at), row.on, method),
            causes=row.causes,
            causes_in_all=len(row.causes),
        )


def survey_figure(level: LevelEstimate, on: date, method: Method) -> SurveyFigure:
    """An estimate or forecast as it is shown."""
    low, high = level_range(level, method.trust.interval_level)
    return SurveyFigure(on=on, value=level.mean, low=low, high=high)


def columns_of_lines(rows: Sequence[ExpressedRow], method: Method) -> dict[str, list[object]]:
    """The ranges of rows, given line by line and in order of time, as columns, as their page shows them."""
    readings = [each for _, own in groupby(rows, key=attrgetter("line")) for each in _readings(list(own), method)]
    return {
        "mean_low": [each.low for each in readings],
        "mean_high": [each.high for each in readings],
        "expected_low": [each.expected.low for each in readings],
        "expected_high": [each.expected.high for each in readings],
        "level_low": [each.estimate.low for each in readings],
        "level_high": [each.estimate.high for each in readings],
    }
