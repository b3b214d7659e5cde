"""Survey forecasts: how well each line foretells its next readings, against carrying the last one forward."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from math import fsum
from statistics import NormalDist
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.recorded import Recorded
from domain.values import day_of
from domain.vocabulary import Facet
from projections.history.history import History
from projections.method.method import Method
from projections.scoring.formulas.level_estimate import level_range
from projections.scoring.formulas.ordinal import LEVELS, described
from projections.scoring.formulas.tally import half_lives
from projections.scoring.surveys.survey_lines import LineFollower, SurveyLine, SurveyReading, survey_lines

LAGS: Final = (1, 4)
"""How many readings ahead a line is asked to see."""


class KnownReading(Struct, frozen=True, kw_only=True):
    """A reading, and when it was known."""

    reading: SurveyReading
    known_at: datetime


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
    forecasts: list[SurveyForecast] = []
    for line, readings in survey_lines(past, method).items():
        known_readings = [
            KnownReading(
                reading=reading, known_at=max(reading.at, *(known_at[fact.event_id] for fact in reading.facts))
            )
            for reading in readings
        ]
        forecasts += line_forecasts(past.partition_id, line, known_readings, method)
    return forecasts


def line_forecasts(
    partition_id: UUID, line: SurveyLine, readings: Sequence[KnownReading], method: Method
) -> Iterator[SurveyForecast]:
    """Foretell the readings of one line, given in order of time, each from those known by the one so many before it."""
    follower = None if method.survey_rules is None else LineFollower(method, method.survey_rules)
    for place, latest in enumerate(readings):
        readings_known = [each.reading for each in readings[: place + 1] if each.known_at <= latest.known_at]
        for lag in LAGS:
            if place + lag >= len(readings) or readings[place + lag].known_at <= latest.known_at:
                continue
            later = readings[place + lag].reading
            forecast, low, high = expected_reading(readings_known, later, method, follower)
            yield SurveyForecast(
                partition_id=partition_id,
                line=line,
                lag=lag,
                foretold_on=day_of(latest.known_at),
                forecast=forecast,
                low=low,
                high=high,
                carried=latest.reading.mean,
                value=later.mean,
            )


def expected_reading(
    readings: Sequence[SurveyReading], later: SurveyReading, method: Method, follower: LineFollower | None = None
) -> tuple[float, float, float]:
    """The mean that a method expects of a later reading, of which only its day counts, with its range.

    `follower` goes on from the readings that it was given last.
    """
    if (rules := method.survey_rules) is not None:
        steps = (follower or LineFollower(method, rules)).steps(readings)
        foretold = steps[-1].forecast(later.at)
        return foretold.mean, *level_range(foretold, method.trust.interval_level)
    return _faded(readings, later.said_at, method)


def _faded(readings: Sequence[SurveyReading], at: datetime, method: Method) -> tuple[float, float, float]:
    """The mean of the faded counts of all readings, where a method does not follow their level."""
    days = method.trust.half_life(Facet.EXPRESSED)
    weights = [float(2.0 ** (half_lives(each.said_at, days) - half_lives(at, days))) for each in readings]
    counts = [
        fsum(part * each.counts[level] for part, each in zip(weights, readings, strict=True)) for level in range(LEVELS)
    ]
    figure = described(counts, prior_weight=method.health.ordinal_prior_weight)
    reach = NormalDist().inv_cdf((1 + method.trust.interval_level) / 2) * figure.deviation
    return figure.mean, max(0.0, figure.mean - reach), min(1.0, figure.mean + reach)
