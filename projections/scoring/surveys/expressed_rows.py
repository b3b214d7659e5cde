"""Survey lines as rows: each reading as it was taken, what was expected of it, and where the line stood after it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from domain.values import day_of
from domain.vocabulary import Facet, Side
from projections.declaration import ProjectionRow
from projections.history.difference import shared_beginning
from projections.history.history import History
from projections.history.memo import carried, once_per_history
from projections.method.experience_rules import ExperienceRules
from projections.method.method import Method
from projections.rows import Causes, names_a
from projections.scoring.formulas.level_estimate import LevelEstimate, drifted
from projections.scoring.formulas.local_level import LevelStep, ReadingStanding
from projections.scoring.surveys.survey_lines import FollowedLine, ReadingKind, SurveyLine, followed_lines

_TICK: Final = timedelta(microseconds=1)


class ExpressedRow(ProjectionRow, frozen=True, kw_only=True):
    """One reading of what one side says of a body, beside the line followed through all readings so far.

    What people say stands beside what a body did and is never merged with it. The level is as it was known after the
    reading; a reading that waits moves it only once the next bears it out.
    """

    rater_side: Annotated[Side, Meta(description="Whose experience")]
    about_side: Annotated[Side, Meta(description="The side of the body that was rated")]
    about_id: Annotated[UUID, names_a("party", "The body that was rated")]
    facet: Annotated[Facet, Meta(description="The aspect that was rated")]
    question: Annotated[str, Meta(description="The question asked; empty where none was named")]
    kind: Annotated[ReadingKind, Meta(description="Counted anonymously, or from ratings given in a month")]
    reading: Annotated[int, Meta(description="Which reading of its line, from 1")]
    on: Annotated[date, Meta(description="The day on which it was taken, or the last day of its month")]
    at: Annotated[datetime, Meta(description="The instant from which on it counts")]
    raters: Annotated[int, Meta(description="How many people rated")]
    mean: Annotated[float, Meta(description="Their mean rating as it is, from 0 for all ones to 1 for all fives")]
    sampling_variance: Annotated[float, Meta(description="The variance of that, by how many rated and how they differ")]
    overlaps: Annotated[bool, Meta(description="Whether it shares answers with the reading before")]
    standing: Annotated[
        ReadingStanding,
        Meta(description="In line; far out of line and waiting for the next, borne out by it, or left out for good"),
    ]
    expected: Annotated[float, Meta(description="The mean that was expected of it")]
    expected_variance: Annotated[float, Meta(description="The variance of that, noise and all")]
    level: Annotated[float, Meta(description="Where the line stood after it")]
    level_variance: Annotated[float, Meta(description="The variance of that, on the day of the reading")]
    drift_variance: Annotated[float, Meta(description="By how much the variance grows in a quarter")]
    noise_variance: Annotated[float, Meta(description="The variance that a reading adds when it is foretold")]
    causes: Causes

    @property
    def line(self) -> SurveyLine:
        """The line that it is a reading of."""
        return SurveyLine(self.kind, self.rater_side, self.about_id, self.about_side, self.facet, self.question)

    def estimate(self, at: datetime) -> LevelEstimate:
        """The level at an instant, where nothing was read since."""
        return drifted(
            LevelEstimate(at=self.at, mean=self.level, variance=self.level_variance), at, self.drift_variance
        )

    def forecast(self, at: datetime) -> LevelEstimate:
        """The next reading, as it is foretold for an instant."""
        level = self.estimate(at)
        return replace(level, variance=level.variance + self.noise_variance)


KEY: Final = ("rater_side", "about_id", "facet", "question", "kind", "reading")


@once_per_history
def expressed_rows(history: History, method: Method, rules: ExperienceRules) -> list[ExpressedRow]:
    """Every reading of every line by the end of the day asked about, line by line, in order of time."""
    kept_rows = carried(history, method, _KeptRows)
    return [
        row
        for line, followed_line in followed_lines(history, method, rules).items()
        for row in kept_rows.of_line[line].of(line, followed_line)
    ]


class _RowsOfLine:
    """The rows of one line, kept while a history grows: of steps that are as they were, the rows of before."""

    def __init__(self) -> None:
        self._steps: Sequence[LevelStep] = ()
        self._rows: list[ExpressedRow] = []

    def of(self, line: SurveyLine, followed_line: FollowedLine) -> list[ExpressedRow]:
        unchanged = shared_beginning(self._steps, followed_line.steps)
        self._rows = [*self._rows[:unchanged], *_rows(line, followed_line, unchanged)]
        self._steps = followed_line.steps
        return self._rows


class _KeptRows:
    def __init__(self) -> None:
        self.of_line: defaultdict[SurveyLine, _RowsOfLine] = defaultdict(_RowsOfLine)


def _rows(line: SurveyLine, followed_line: FollowedLine, after: int) -> Iterator[ExpressedRow]:
    """The rows of a line after so many."""
    pairs = islice(zip(followed_line.readings, followed_line.steps, strict=True), after, None)
    for number, (reading, step) in enumerate(pairs, start=after + 1):
        level = step.estimate(reading.at)
        yield ExpressedRow(
            rater_side=line.rater_side,
            about_side=line.about_side,
            about_id=line.about,
            facet=line.facet,
            question=line.question,
            kind=line.kind,
            reading=number,
            on=day_of(reading.at - _TICK if line.kind is ReadingKind.FEEDBACK else reading.at),
            at=reading.at,
            raters=reading.raters,
            mean=reading.mean,
            sampling_variance=step.reading.sampling_variance,
            overlaps=reading.overlaps,
            standing=step.standing,
            expected=step.expected.mean,
            expected_variance=step.expected.variance,
            level=level.mean,
            level_variance=level.variance,
            drift_variance=step.variances.drift,
            noise_variance=step.variances.noise,
            causes=reading.causes,
        )
