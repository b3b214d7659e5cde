"""Settings tried on one stretch of a record: half-lives by their error, thresholds of enough by what they held."""

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final

import numpy as np
from msgspec import UnsetType
from msgspec.structs import replace

from domain.vocabulary import Facet
from projections.backtest.backtest_report import ChosenSettings, HalfLifeTrial, ThresholdTrial
from projections.backtest.duties import FACETS_OF_DUTIES
from projections.backtest.forecast_quality import brier, log_loss
from projections.backtest.forecast_table import ForecastFigures, ForecastTable, Truths
from projections.method.method import Method

FEWEST_ACTS: Final = (1.5, 2.0, 3.0, 5.0)
WIDEST_INTERVALS: Final = (0.5, 0.65, 0.75)
"""The thresholds of enough that are tried, beside the method's own."""

JUDGED_AHEAD: Final = 5
FEWEST_FORECASTS: Final = 300
LEAST_COVERAGE: Final = 0.85
"""By how many duties ahead a threshold is judged, on how many forecasts at least, and how many it must hold."""


def half_life_trials(
    table: ForecastTable, stretch: Truths, method: Method, half_lives_days: Sequence[float | None]
) -> list[HalfLifeTrial]:
    """Try each half-life for each aspect: that with the least error is chosen, the method's own where none is less."""
    figures = [
        ForecastFigures(table, method, dict.fromkeys(FACETS_OF_DUTIES, place))
        for place in range(1 + len(half_lives_days))
    ]
    trials: list[HalfLifeTrial] = []
    for facet in FACETS_OF_DUTIES:
        own = method.trust.half_life(facet)
        candidates = [(own, figures[0])]
        candidates += [pair for pair in zip(half_lives_days, figures[1:], strict=True) if pair[0] != own]
        trials += _trials_of(facet, table, candidates, stretch & table.of_facet(facet))
    return trials


def _trials_of(
    facet: Facet,
    table: ForecastTable,
    candidates: Sequence[tuple[float | None, ForecastFigures]],
    mask: Truths,
) -> Iterator[HalfLifeTrial]:
    count, outcomes = int(mask.sum()), table.met[mask]
    errors = [brier(figures.trust[mask], outcomes) if count else None for _, figures in candidates]
    best = min(range(len(errors)), key=lambda place: (errors[place] or 0.0, place))
    for place, ((days, figures), error) in enumerate(zip(candidates, errors, strict=True)):
        yield HalfLifeTrial(
            facet=facet,
            half_life_days=days,
            is_of_method=place == 0,
            forecasts=count,
            brier=error,
            log_loss=log_loss(figures.trust[mask], outcomes) if count else None,
            is_chosen=place == best,
        )


def with_settings(method: Method, settings: ChosenSettings) -> Method:
    """The method with the half-lives and thresholds of enough that were chosen, and nothing else changed."""
    own = method.trust.half_lives_days
    half_lives = ({} if isinstance(own, UnsetType) else own) | settings.half_lives_days
    changed = with_thresholds(method, settings.fewest_acts, settings.widest_interval)
    return replace(changed, trust=replace(changed.trust, half_lives_days=half_lives))


def with_thresholds(method: Method, fewest_acts: float, widest_interval: float) -> Method:
    """The method with other thresholds of enough and nothing else changed."""
    return replace(method, trust=replace(method.trust, fewest_acts=fewest_acts, widest_interval=widest_interval))


def threshold_trials(stretch: Truths, figures: ForecastFigures, method: Method) -> list[ThresholdTrial]:
    """Try each threshold: of those that held on enough forecasts that which shows most is chosen, else the method's."""
    own = (method.trust.fewest_acts, method.trust.widest_interval)
    pairs = list(dict.fromkeys([own, *product(FEWEST_ACTS, WIDEST_INTERVALS)]))
    origins, chances = figures.held_ahead(JUDGED_AHEAD, stretch)
    trials = []
    for pair in pairs:
        enough = figures.enough(with_thresholds(method, *pair))
        held_above = chances[enough[origins]] if origins else chances
        trials.append(
            ThresholdTrial(
                fewest_acts=pair[0],
                widest_interval=pair[1],
                is_of_method=pair == own,
                origins=held_above.size,
                coverage=float(held_above.mean()) if held_above.size else None,
                share_shown=float(np.mean(enough[stretch])) if stretch.any() else None,
                is_chosen=False,
            )
        )
    fit = [each for each in trials if each.origins >= FEWEST_FORECASTS and (each.coverage or 0.0) >= LEAST_COVERAGE]
    best = max(fit, key=lambda trial: trial.share_shown or 0.0, default=trials[0])
    return [replace(each, is_chosen=each is best) for each in trials]
