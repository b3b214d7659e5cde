"""Foresight on generated partnerships: how well a method's figures foretell acts whose true rates are known to walk.

Each partnership has six bodies, whose chances of keeping a promise start from a logit drawn from N(.85, 1) and walk by
.2 a quarter. Each body has 120 promises ten days apart, kept or not on the day they are due.
"""

import argparse
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

import numpy as np

from domain.values import end_of_day, start_of_day
from domain.vocabulary import Facet, Side
from projections.backtest.duties import Duty
from projections.backtest.duty_forecasts import DutyForecast, FigureForetold, with_half_life
from projections.backtest.forecast_quality import CalibrationBin, scores
from projections.backtest.forecast_table import ForecastFigures, ForecastTable
from projections.method.document import default_method, load_method
from projections.method.method import Method
from projections.scoring.formulas.evidence import BodyOnSide, Evidence, TrustView
from projections.scoring.formulas.opinion import TrustPoint
from projections.scoring.trust.timeline import points_at, points_on

HELP = "foretell generated partnerships whose true rates walk; what is asked of skill, calibration and coverage beside"

BODIES: Final = 6
ACTS: Final = 120
DAYS_BETWEEN: Final = 10
MEAN_LOGIT: Final = 0.85
WALK_A_QUARTER: Final = 0.2
AHEAD: Final = 20
_QUARTER_DAYS: Final = 91.3125
_FIRST_DAY: Final = date(2020, 1, 1)
_SPACE: Final = UUID("6d2f4f0e-5b0c-4a6e-9a59-0a4f0e1f8c11")
_GROUP: Final = BodyOnSide(uuid5(_SPACE, "residents"), Side.RESIDENTS)
_LARGE_BIN: Final = 1_000


def configure(parser: argparse.ArgumentParser) -> None:
    """Declare how many partnerships, and by which method."""
    parser.add_argument("--seeds", type=int, default=200, help="how many partnerships (default 200)")
    parser.add_argument("--method", type=Path, metavar="FILE", help="by this method document; the one shipped if none")
    parser.add_argument("--half-life", type=float, metavar="DAYS", help="with this half-life, not the method's")


def measure(args: argparse.Namespace) -> dict[str, object]:
    """Foretell every act of every partnership; give the figures, good or bad, beside what is asked."""
    method = default_method() if args.method is None else load_method(args.method.read_bytes())
    if args.half_life is not None:
        method = with_half_life(method, args.half_life)
    forecasts: list[DutyForecast] = []
    skills: list[float] = []
    for seed in range(args.seeds):
        own = list(foretold(seed, method))
        table = ForecastTable(own)
        skills.append(scores(ForecastFigures(table, method).trust, table.met, table.base_rates).skill or 0.0)
        forecasts += own
    return {"seeds": args.seeds, "acts": len(forecasts), "method": method.id} | judged(forecasts, skills, method)


def judged(forecasts: list[DutyForecast], skills: list[float], method: Method) -> dict[str, object]:
    """The figures of all partnerships together, and whether what is asked holds."""
    table = ForecastTable(forecasts)
    figures = ForecastFigures(table, method)
    whole = scores(figures.trust, table.met, table.base_rates)
    everywhere = table.between(None, None)
    coverage = float(figures.held_ahead(AHEAD, everywhere)[1].mean())
    enough = figures.enough(method)
    large = [each for each in whole.calibration if each.forecasts > _LARGE_BIN]
    worst = max(large, key=_miss, default=None)
    return {
        "half_life_days": method.trust.half_life_days,
        "brier": whole.brier,
        "skill_above_0": float(np.mean(np.array(skills) > 0)),
        "mean_skill": float(np.mean(skills)),
        "area_under_curve": whole.area_under_curve,
        "share_with_enough_to_say": float(np.mean(enough)),
        "calibration": [(row.forecasts, round(row.mean_forecast, 4), round(row.share, 4)) for row in whole.calibration],
        "worst_large_bin": None if worst is None else round(_miss(worst), 4),
        "coverage_of_next_20": coverage,
        "must_reach": {"skill_above_0": 0.9, "worst_large_bin": 0.05, "coverage_of_next_20": [0.87, 0.93]},
    }


def _miss(calibrated: CalibrationBin) -> float:
    return abs(calibrated.mean_forecast - calibrated.share)


def foretold(seed: int, method: Method) -> Iterator[DutyForecast]:
    """The acts of one generated partnership, each with the figure that foretold it the day before."""
    partition = uuid5(_SPACE, f"partnership {seed}")
    bodies = [BodyOnSide(uuid5(partition, f"body {number}"), Side.GOVERNMENT) for number in range(BODIES)]
    views = [TrustView(Facet.RELIABILITY, Side.RESIDENTS, Side.GOVERNMENT, None, each.party_id) for each in bodies]
    outcomes = _outcomes(seed)
    rows = [_row(bodies[body], body, act, float(outcomes[body, act])) for act in range(ACTS) for body in range(BODIES)]
    days = [_due_on(body, act) - timedelta(days=1) for act in range(ACTS) for body in range(BODIES)]
    points = {view: {point.at: point for point in line} for view, line in points_on(rows, views, days, method).items()}
    for act in range(ACTS):
        for body, view in enumerate(views):
            due_on = _due_on(body, act)
            at = end_of_day(due_on - timedelta(days=1))
            point: TrustPoint = points[view].get(at) or points_at(rows, [view], at, method)[view]
            yield DutyForecast(
                partition_id=partition,
                duty=Duty(
                    act=f"act {act} of {body}",
                    view=view,
                    due_on=due_on,
                    foretold_on=due_on - timedelta(days=1),
                    is_met=bool(outcomes[body, act]),
                    known_on=due_on,
                    tacit=False,
                ),
                figures=(FigureForetold(point.r, point.s, point.a, point.n),),
            )


def _outcomes(seed: int) -> np.ndarray[tuple[int, int], np.dtype[np.bool_]]:
    """The outcomes of each body's acts, kept or not: rates walk in logits."""
    source = np.random.default_rng(seed)
    steps = source.normal(0, WALK_A_QUARTER * np.sqrt(DAYS_BETWEEN / _QUARTER_DAYS), (BODIES, ACTS))
    steps[:, 0] = source.normal(MEAN_LOGIT, 1, BODIES)
    chances = 1 / (1 + np.exp(-np.cumsum(steps, axis=1)))
    kept_acts: np.ndarray[tuple[int, int], np.dtype[np.bool_]] = source.random((BODIES, ACTS)) < chances
    return kept_acts


def _due_on(body: int, act: int) -> date:
    return _FIRST_DAY + timedelta(days=DAYS_BETWEEN * act + body)


def _row(trustee: BodyOnSide, body: int, act: int, value: float) -> Evidence:
    return Evidence(
        act=f"act {act} of {body}",
        truster=_GROUP,
        trustee=trustee,
        facet=Facet.RELIABILITY,
        at=start_of_day(_due_on(body, act)),
        position=act * BODIES + body + 1,
        value=value,
    )
