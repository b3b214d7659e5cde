"""The leniency of raters, taken out of survey lines, to see how much of them hangs on who was asked.

Some people give every body high marks and some give all of them low ones: the error of leniency (Guilford, Psychometric
Methods, 1954). A rater's leniency is the mean of how far the rater stands from the mean of the bodies rated, over those
that others rated too. It is drawn towards none, the more so the fewer bodies it is seen in (as by James and Stein:
Efron and Morris, 1975), and taken off what the rater said. Raw stays the headline: nobody knows whether who gives low
marks is severe or was served badly.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from math import fsum
from statistics import fmean

from msgspec.structs import replace

from domain.events.experience import FeedbackGiven
from projections.method.experience_rules import ExperienceRules
from projections.method.method import Method
from projections.scoring.formulas.ordinal import LEVELS
from projections.scoring.surveys.survey_lines import (
    FollowedLine,
    ReadingKind,
    SurveyLine,
    SurveyReading,
    line_steps,
)

Lines = Mapping[SurveyLine, Sequence[SurveyReading]]
Rater = tuple[ReadingKind, Hashable]
"""A person who rated, or a side whose counts have no names."""
Ratings = dict[Rater, dict[Hashable, list[float]]]
"""The ratings that each rater gave each thing, from 0 to 1."""


def leniency(ratings: Ratings, prior_weight: float) -> dict[Rater, float]:
    """How far each rater stands above the others, drawn towards 0 as if seen so much more often without any leniency.

    Each body counts once for each rater, and each rater once in the mean of a body.
    """
    said_by = {rater: {rated: fmean(values) for rated, values in own.items()} for rater, own in ratings.items()}
    said_of: defaultdict[Hashable, list[float]] = defaultdict(list)
    for own in said_by.values():
        for rated, mean in own.items():
            said_of[rated].append(mean)
    shared = {rated: fmean(means) for rated, means in said_of.items() if len(means) > 1}
    return {
        rater: fsum(apart) / (len(apart) + prior_weight)
        for rater, own in said_by.items()
        for apart in [[mean - shared[rated] for rated, mean in own.items() if rated in shared]]
    }


def without_leniency(lines: Lines, method: Method) -> dict[SurveyLine, list[SurveyReading]]:
    """Survey lines with every rater's leniency taken off, reading by reading.

    People are set beside others of their side who rated the same bodies; counts without names, side beside side.
    Nothing is taken off people where fewer rated several bodies than may be shown: it would tell what those said.
    """
    ratings = _ratings(lines)
    people = {rater: own for rater, own in ratings.items() if rater[0] is ReadingKind.FEEDBACK}
    if sum(len(own) > 1 for own in people.values()) < method.health.fewest_raters:
        ratings = {rater: own for rater, own in ratings.items() if rater not in people}
    lenient = leniency(ratings, method.health.ordinal_prior_weight)

    def corrected(line: SurveyLine, reading: SurveyReading) -> SurveyReading:
        return replace(reading, lenient_by=fmean(lenient.get(rater, 0.0) for rater in _raters(line, reading)))

    return {line: [corrected(line, reading) for reading in readings] for line, readings in lines.items()}


def followed_without_leniency(
    lines: Mapping[SurveyLine, FollowedLine], method: Method, rules: ExperienceRules
) -> dict[SurveyLine, FollowedLine]:
    """Lines followed through their readings with every rater's leniency taken off."""
    corrected = without_leniency({line: followed_line.readings for line, followed_line in lines.items()}, method)
    return {line: FollowedLine(readings, line_steps(readings, method, rules)) for line, readings in corrected.items()}


def _ratings(lines: Lines) -> Ratings:
    ratings: defaultdict[Rater, defaultdict[Hashable, list[float]]] = defaultdict(lambda: defaultdict(list))
    for line, readings in lines.items():
        rated = (line.kind, line.about, line.facet, line.question)
        for reading in readings:
            if line.kind is ReadingKind.PULSE:
                ratings[line.kind, line.rater_side][rated].append(reading.mean)
            for fact in reading.facts:
                if isinstance(fact.body, FeedbackGiven):
                    of_side = (*rated, line.rater_side)
                    ratings[line.kind, fact.body.rater_id][of_side].append((fact.body.score - 1) / (LEVELS - 1))
    return {rater: dict(own) for rater, own in ratings.items()}


def _raters(line: SurveyLine, reading: SurveyReading) -> set[Rater]:
    bodies = [fact.body for fact in reading.facts]
    people: set[Rater] = {(line.kind, body.rater_id) for body in bodies if isinstance(body, FeedbackGiven)}
    return people or {(line.kind, line.rater_side)}
