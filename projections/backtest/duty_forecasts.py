"""Forecasts of duties: the figure of whoever owed each, as it stood the day before anything could be known of it."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.events.recorded import Recorded
from domain.values import end_of_day
from projections.backtest.duties import DutiesFound, Duty
from projections.backtest.evidence_as_known import evidence_as_known
from projections.backtest.record_as_known import KnownBy
from projections.method.method import Method
from projections.scoring.formulas.evidence import Evidence, TrustView
from projections.scoring.formulas.opinion import TrustPoint
from projections.scoring.trust.timeline import points_at


class FigureForetold(Struct, frozen=True):
    """A figure as a forecast, by one half-life: evidence for and against, usual rate, effective number of acts."""

    r: float
    s: float
    a: float
    n: float


class DutyForecast(Struct, frozen=True, kw_only=True):
    """A duty of a partition, and the figure that foretold it by each half-life tried, the method's own first."""

    partition_id: UUID
    duty: Duty
    figures: tuple[FigureForetold, ...]


def with_half_life(method: Method, half_life_days: float | None) -> Method:
    """The method with another half-life (None: nothing fades) and nothing else changed."""
    return replace(method, trust=replace(method.trust, half_life_days=half_life_days))


def duty_forecasts(
    records: Sequence[Recorded],
    duties: DutiesFound,
    method: Method,
    half_lives_days: Sequence[float | None],
    known_by: KnownBy,
) -> list[DutyForecast]:
    """Foretell each duty of a partition from what was known; those before anything was known are left out."""
    by_day: defaultdict[date, list[Duty]] = defaultdict(list)
    for duty in duties.duties:
        by_day[duty.foretold_on].append(duty)
    methods = [method, *(with_half_life(method, days) for days in half_lives_days)]
    forecasts = []
    for day, evidence in evidence_as_known(records, by_day, method, known_by):
        points_by_method = [_points(evidence, by_day[day], day, each) for each in methods]
        forecasts += [
            DutyForecast(
                partition_id=records[0].partition_id,
                duty=duty,
                figures=tuple(_figure(points[place]) for points in points_by_method),
            )
            for place, duty in enumerate(by_day[day])
        ]
    return forecasts


def _points(evidence: Sequence[Evidence], duties: Sequence[Duty], day: date, method: Method) -> list[TrustPoint]:
    """The point of each duty's view at the end of a day, without the evidence of the duty itself."""
    at = end_of_day(day)
    acts = {row.act for row in evidence}
    views = {duty.view for duty in duties if duty.act not in acts}
    points: dict[TrustView, TrustPoint] = points_at(evidence, views, at, method) if views else {}
    return [
        points[duty.view]
        if duty.act not in acts
        else points_at(_others(evidence, duty), [duty.view], at, method)[duty.view]
        for duty in duties
    ]


def _others(evidence: Sequence[Evidence], duty: Duty) -> Iterator[Evidence]:
    return (row for row in evidence if row.act != duty.act)


def _figure(point: TrustPoint) -> FigureForetold:
    return FigureForetold(point.r, point.s, point.a, point.n)
