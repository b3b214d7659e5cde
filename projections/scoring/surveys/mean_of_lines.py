"""The mean of survey lines: what some sides say of others, each body once, and of a body each question once."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from math import fsum, sqrt
from uuid import UUID

from msgspec import Struct

from domain.vocabulary import Facet, Side
from projections.history.causes import HasCauses
from projections.method.method import Method
from projections.scoring.formulas.local_level import LevelStep, is_taken_in
from projections.scoring.formulas.ordinal import LEVELS, Expressed
from projections.scoring.surveys.survey_lines import FollowedLine, SurveyLine, SurveyReading, rated


class MeanOfLines(Struct, frozen=True, kw_only=True):
    """The mean of some lines at an instant, how many rated in the latest reading of each, and what it rests on.

    `expressed` is None where there is no line.
    """

    expressed: Expressed | None
    raters: int
    rests_on: Sequence[HasCauses]


class _LineNow(Struct, frozen=True, kw_only=True):
    """One line: its readings, the latest of those taken in, and the step at which that was."""

    readings: Sequence[SurveyReading]
    latest: SurveyReading
    last_step: LevelStep


def mean_of_lines(
    lines: Mapping[SurveyLine, FollowedLine],
    raters: Collection[Side],
    about: Collection[Side],
    at: datetime,
    method: Method,
) -> MeanOfLines:
    """The mean of the lines from some sides about others; its variance is that of independent lines."""
    by_body: defaultdict[UUID, defaultdict[tuple[Facet, str], list[_LineNow]]] = defaultdict(lambda: defaultdict(list))
    for line, followed_line in lines.items():
        if line.rater_side in raters and line.about_side in about:
            by_body[line.about][line.facet, line.question].append(_now(followed_line))
    weighted = [
        (1 / (len(by_body) * len(by_question) * len(followed_lines)), line)
        for by_question in by_body.values()
        for followed_lines in by_question.values()
        for line in followed_lines
    ]
    if not weighted:
        return MeanOfLines(expressed=None, raters=0, rests_on=())
    levels = [(weight, line.last_step.estimate(at)) for weight, line in weighted]
    figures = [(weight, rated(line.latest, method)) for weight, line in weighted]
    return MeanOfLines(
        expressed=Expressed(
            shares=tuple(fsum(weight * figure.shares[place] for weight, figure in figures) for place in range(LEVELS)),
            mean=fsum(weight * level.mean for weight, level in levels),
            deviation=sqrt(fsum(weight * weight * level.variance for weight, level in levels)),
            disagreement=fsum(weight * figure.disagreement for weight, figure in figures),
        ),
        raters=sum(line.latest.raters for _, line in weighted),
        rests_on=[reading for _, line in weighted for reading in line.readings],
    )


def _now(line: FollowedLine) -> _LineNow:
    latest_first = zip(reversed(line.readings), reversed(line.steps), strict=True)
    latest = next(reading for reading, step in latest_first if is_taken_in(step))
    return _LineNow(readings=line.readings, latest=latest, last_step=line.steps[-1])
