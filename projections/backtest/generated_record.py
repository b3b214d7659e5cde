"""Records made up by chance, whose true rates are known to walk: what a method should do before any real log is there.

Each partnership has six bodies, whose chances of doing what they owe start from a logit drawn from N(.85, 1) and walk
by .2 a quarter. A part of what is not done in time may stay owed for ever after.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID, uuid5

import numpy as np
from msgspec import Struct

from domain.values import end_of_day, start_of_day
from domain.vocabulary import Facet, Side
from projections.backtest.duties import Duty
from projections.backtest.duty_forecasts import DutyForecast, FigureForetold
from projections.method.method import Method
from projections.scoring.formulas.evidence import BodyOnSide, Evidence, TrustView
from projections.scoring.formulas.opinion import TrustPoint
from projections.scoring.trust.timeline import points_at, points_on

BODIES: Final = 6
MEAN_LOGIT: Final = 0.85
WALK_A_QUARTER: Final = 0.2
_QUARTER_DAYS: Final = 91.3125
_FIRST_DAY: Final = date(2020, 1, 1)
_DAY: Final = timedelta(days=1)
_SPACE: Final = UUID("6d2f4f0e-5b0c-4a6e-9a59-0a4f0e1f8c11")
_GROUP: Final = BodyOnSide(uuid5(_SPACE, "residents"), Side.RESIDENTS)


class GeneratedAspect(Struct, frozen=True, kw_only=True):
    """An aspect of generated partnerships: how many acts a body has, how far apart, and what is owed for ever.

    `share_owed` is the share of acts not done in time that are never done and so stay owed; partnerships begin
    `begun_apart` days one after the other.
    """

    facet: Facet = Facet.RELIABILITY
    acts: int = 120
    days_between: int = 10
    share_owed: float = 0.0
    begun_apart: int = 0


PROMISES: Final = GeneratedAspect()
"""The partnerships by which figures are judged: 120 promises a body ten days apart, kept or failed on the day."""


def foretold(seed: int, methods: Sequence[Method], aspect: GeneratedAspect = PROMISES) -> Iterator[DutyForecast]:
    """The acts of one generated partnership, each with the figures that foretold it the day before, one a method."""
    partition = uuid5(_SPACE, f"partnership {seed}")
    bodies = [BodyOnSide(uuid5(partition, f"body {number}"), Side.GOVERNMENT) for number in range(BODIES)]
    views = [TrustView(aspect.facet, Side.RESIDENTS, Side.GOVERNMENT, None, each.party_id) for each in bodies]
    outcomes, owed = _outcomes(seed, aspect)
    due_on = dict(_days_due(seed, aspect))
    rows = [
        Evidence(
            act=f"act {act} of {body}",
            truster=_GROUP,
            trustee=bodies[body],
            facet=aspect.facet,
            at=start_of_day(due_on[body, act]),
            position=act * BODIES + body + 1,
            value=float(outcomes[body, act]),
            open_zero=bool(owed[body, act]),
        )
        for act in range(aspect.acts)
        for body in range(BODIES)
    ]
    days = [day - _DAY for day in due_on.values()]
    lines = [_points(rows, views, days, method) for method in methods]
    for act in range(aspect.acts):
        for body, view in enumerate(views):
            day = due_on[body, act]
            at = end_of_day(day - _DAY)
            yield DutyForecast(
                partition_id=partition,
                duty=Duty(
                    act=f"act {act} of {body}",
                    view=view,
                    due_on=day,
                    foretold_on=day - _DAY,
                    is_met=bool(outcomes[body, act]),
                    known_on=day,
                    tacit=False,
                ),
                figures=tuple(
                    _figure(points[view].get(at) or points_at(rows, [view], at, method)[view])
                    for points, method in zip(lines, methods, strict=True)
                ),
            )


def _points(
    rows: Sequence[Evidence], views: Sequence[TrustView], days: Sequence[date], method: Method
) -> dict[TrustView, dict[object, TrustPoint]]:
    lines = points_on(rows, views, days, method)
    return {view: {point.at: point for point in lines[view]} for view in views}


def _figure(point: TrustPoint) -> FigureForetold:
    return FigureForetold(point.r, point.s, point.a, point.n)


_Flags = np.ndarray[tuple[int, int], np.dtype[np.bool_]]


def _outcomes(seed: int, aspect: GeneratedAspect) -> tuple[_Flags, _Flags]:
    """The outcomes of each body's acts, done in time or not, and which stay owed: rates walk in logits."""
    source = np.random.default_rng(seed)
    steps = source.normal(0, WALK_A_QUARTER * np.sqrt(aspect.days_between / _QUARTER_DAYS), (BODIES, aspect.acts))
    steps[:, 0] = source.normal(MEAN_LOGIT, 1, BODIES)
    chances = 1 / (1 + np.exp(-np.cumsum(steps, axis=1)))
    done_acts: _Flags = source.random((BODIES, aspect.acts)) < chances
    owed: _Flags = ~done_acts & (source.random((BODIES, aspect.acts)) < aspect.share_owed)
    return done_acts, owed


def _days_due(seed: int, aspect: GeneratedAspect) -> Iterator[tuple[tuple[int, int], date]]:
    """The day on which each act of each body is due, act by act."""
    first = _FIRST_DAY + timedelta(days=seed * aspect.begun_apart)
    for act in range(aspect.acts):
        for body in range(BODIES):
            yield (body, act), first + timedelta(days=aspect.days_between * act + body)
