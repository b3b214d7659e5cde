"""Foresight on generated partnerships: how well a method's figures foretell acts whose true rates are known to walk.

Each partnership has six bodies, whose chances of keeping a promise start from a logit drawn from N(.85, 1) and walk by
.2 a quarter. Each body has 120 promises ten days apart, kept or not on the day they are due.
"""

import argparse
from pathlib import Path
from typing import Final

import numpy as np

from domain.vocabulary import Facet
from projections.backtest.duty_forecasts import DutyForecast, with_half_life
from projections.backtest.forecast_quality import CalibrationBin, scores
from projections.backtest.forecast_table import ForecastFigures, ForecastTable
from projections.backtest.generated_record import foretold
from projections.method.document import default_method, load_method
from projections.method.method import Method

HELP = "foretell generated partnerships whose true rates walk; what is asked of skill, calibration and coverage beside"

AHEAD: Final = 20
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
        own = list(foretold(seed, [method]))
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
        "half_life_days": method.trust.half_life(Facet.RELIABILITY),
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
