"""Survey lines: what one side says of one body on one subject, reading by reading, and how well it foretells the next.

A reading is one pulse, or the ratings given in a calendar month, one a person, joined to the next month's while there
are fewer people than may be shown. Lines are never pooled over bodies, subjects or ways of asking.
"""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from math import fsum
from operator import attrgetter
from statistics import NormalDist
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.experience import FeedbackGiven, PulseObserved
from domain.events.recorded import Effective, Recorded
from domain.values import day_of, end_of_day
from domain.vocabulary import CodeList, Facet, Side
from projections.history.history import History
from projections.method.method import Method
from projections.scoring.formulas.ordinal import LEVELS, expressed
from projections.scoring.formulas.tally import half_lives

LAGS: Final = (1, 4)
"""How many readings ahead a line is asked to see."""


class ReadingKind(CodeList):
    """How a reading was taken: counted anonymously, or from ratings that people gave."""

    PULSE = "pulse"
    FEEDBACK = "feedback"


class SurveyLine(Struct, frozen=True, order=True):
    """One side's ratings of one body on one subject, taken in one way."""

    kind: ReadingKind
    rater_side: Side
    about: UUID
    facet: Facet


class SurveyReading(Struct, frozen=True, kw_only=True):
    """The counts of ratings 1 to 5 in one reading, when it was taken, and when it was known."""

    at: datetime
    known_at: datetime
    counts: tuple[int, ...]

    @property
    def raters(self) -> int:
        """How many people rated."""
        return sum(self.counts)

    @property
    def mean(self) -> float:
        """The mean rating, from 0 to 1."""
        return fsum(level * count for level, count in enumerate(self.counts)) / (LEVELS - 1) / self.raters


class SurveyForecast(Struct, frozen=True, kw_only=True):
    """The mean of a later reading, as foretold, with its range, and as the last reading before would have it."""

    partition_id: UUID
    line: SurveyLine
    lag: int
    foretold_on: date
    forecast: float
    low: float
    high: float
    carried: float
    value: float


def survey_forecasts(past: History, records: Sequence[Recorded], method: Method) -> list[SurveyForecast]:
    """Foretell every reading of every line of a partition from the readings known one and four before it."""
    known_at = {record.event_id: record.recorded_at for record in records}
    return [
        forecast
        for line, readings in sorted(_lines(past, known_at, method).items())
        for forecast in line_forecasts(past.partition_id, line, readings, method)
    ]


def line_forecasts(
    partition_id: UUID, line: SurveyLine, readings: Sequence[SurveyReading], method: Method
) -> Iterator[SurveyForecast]:
    """Foretell the readings of one line, given in order of time, each from those known by the one so many before it."""
    for place, reading in enumerate(readings):
        readings_known = [each for each in readings[: place + 1] if each.known_at <= reading.known_at]
        for lag in LAGS:
            if place + lag >= len(readings) or readings[place + lag].known_at <= reading.known_at:
                continue
            later = readings[place + lag]
            forecast, low, high = expected_reading(readings_known, later.at, method)
            yield SurveyForecast(
                partition_id=partition_id,
                line=line,
                lag=lag,
                foretold_on=day_of(reading.known_at),
                forecast=forecast,
                low=low,
                high=high,
                carried=reading.mean,
                value=later.mean,
            )


def expected_reading(readings: Sequence[SurveyReading], at: datetime, method: Method) -> tuple[float, float, float]:
    """The mean that a method expects of a line at an instant, with its range: faded counts, as it is shown."""
    days = method.trust.half_life(Facet.EXPRESSED)
    weights = [float(2.0 ** (half_lives(each.at, days) - half_lives(at, days))) for each in readings]
    counts = [
        fsum(part * each.counts[level] for part, each in zip(weights, readings, strict=True)) for level in range(LEVELS)
    ]
    raters = sum(each.raters for each in readings)
    figure = expressed(counts, raters, fewest_raters=0, prior_weight=method.health.ordinal_prior_weight)
    assert figure is not None  # noqa: S101 - no number of raters is too few here
    reach = NormalDist().inv_cdf((1 + method.trust.interval_level) / 2) * figure.deviation
    return figure.mean, max(0.0, figure.mean - reach), min(1.0, figure.mean + reach)


def _lines(past: History, known_at: dict[UUID, datetime], method: Method) -> dict[SurveyLine, list[SurveyReading]]:
    """The readings of each line, in order of time; those of fewer people than may be shown are left out."""
    lines: defaultdict[SurveyLine, list[SurveyReading]] = defaultdict(list)
    feedback: defaultdict[SurveyLine, list[tuple[Effective, FeedbackGiven]]] = defaultdict(list)
    fewest = method.health.fewest_raters
    for fact, pulse in past.each(PulseObserved):
        if not pulse.about.office_holder and sum(pulse.counts) >= fewest:
            line = SurveyLine(ReadingKind.PULSE, pulse.rater_side, pulse.about.party_id, pulse.facet)
            reading = SurveyReading(at=fact.occurred_at, known_at=known_at[fact.event_id], counts=pulse.counts)
            lines[line].append(reading)
    for fact, rating in past.each(FeedbackGiven):
        if not rating.about.office_holder:
            line = SurveyLine(ReadingKind.FEEDBACK, rating.rater_side, rating.about.party_id, rating.facet)
            feedback[line].append((fact, rating))
    for line, ratings in feedback.items():
        lines[line] = list(_months(ratings, known_at, fewest))
    return {line: sorted(readings, key=attrgetter("at")) for line, readings in lines.items()}


def _months(
    ratings: Iterable[tuple[Effective, FeedbackGiven]], known_at: dict[UUID, datetime], fewest: int
) -> Iterator[SurveyReading]:
    """The readings that ratings make month by month; of one person the last counts."""
    waiting: list[tuple[Effective, FeedbackGiven]] = []
    for _, month_ratings in groupby(ratings, key=lambda rating: _month(rating[0].occurred_at)):
        waiting += month_ratings
        by_person = {rating.rater_id: rating.score for _, rating in waiting}
        if len(by_person) >= fewest:
            last = waiting[-1][0].occurred_at
            yield SurveyReading(
                at=last,
                known_at=max(_month_end(last), *(known_at[fact.event_id] for fact, _ in waiting)),
                counts=tuple(list(by_person.values()).count(level) for level in range(1, LEVELS + 1)),
            )
            waiting = []


def _month(instant: datetime) -> tuple[int, int]:
    day = day_of(instant)
    return day.year, day.month


def _month_end(instant: datetime) -> datetime:
    year, month = _month(instant)
    return end_of_day(date(year, month, monthrange(year, month)[1]))
