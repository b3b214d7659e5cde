"""Stretches of a record scored: duties one by one, the next few together, and survey lines."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final

import numpy as np

from projections.backtest.backtest_report import AheadScores, AspectScores, Stretch, StretchScores, SurveyScores
from projections.backtest.duties import FACETS_OF_DUTIES
from projections.backtest.forecast_quality import scores
from projections.backtest.forecast_table import ForecastFigures, ForecastTable, Truths
from projections.backtest.survey_forecasts import LAGS, SurveyForecast
from projections.method.method import Method
from projections.scoring.formulas.opinion import grades_of
from projections.scoring.surveys.survey_lines import ReadingKind

AHEAD: Final = (5, 20)
"""How many duties ahead figures are asked to see."""

SETTINGS_OF_METHOD: Final = "those of the method"
SETTINGS_CHOSEN: Final = "those chosen"


def stretch_scores(
    stretch: Stretch,
    settings: str,
    table: ForecastTable,
    figures: ForecastFigures,
    surveys: Iterable[SurveyForecast],
    method: Method,
    bounds: tuple[date | None, date | None],
) -> StretchScores:
    """Score one stretch, from a day on and before another, by the figures and the thresholds of a method."""
    start, end = bounds
    inside = table.between(start, end)
    in_time = [
        forecast
        for forecast in surveys
        if (start is None or forecast.foretold_on >= start) and (end is None or forecast.foretold_on < end)
    ]
    return StretchScores(
        stretch=stretch,
        settings=settings,
        aspects=tuple(_aspects(table, figures, inside)),
        ahead=tuple(_ahead(table, figures, inside, method)),
        surveys=tuple(_surveys(in_time)),
    )


def _aspects(table: ForecastTable, figures: ForecastFigures, stretch: Truths) -> Iterator[AspectScores]:
    for facet in (None, *FACETS_OF_DUTIES):
        mask = stretch if facet is None else stretch & table.of_facet(facet)
        yield AspectScores(
            facet=facet,
            scores=scores(figures.trust[mask], table.met[mask], table.base_rates[mask]),
            from_silence=int(table.from_silence[mask].sum()),
        )


def _ahead(table: ForecastTable, figures: ForecastFigures, stretch: Truths, method: Method) -> Iterator[AheadScores]:
    graded = figures.grades(method)
    for following in AHEAD:
        origins, chances = figures.held_ahead(following, stretch)
        for grade in (None, *grades_of(method)):
            mask = np.array([grade in (None, graded[place]) for place in origins], dtype=bool)
            forecasts = [table.forecasts[place] for place, inside in zip(origins, mask, strict=True) if inside]
            yield AheadScores(
                grade=grade,
                following=following,
                origins=len(forecasts),
                figures=len({(each.partition_id, each.duty.view) for each in forecasts}),
                coverage=float(chances[mask].mean()) if forecasts else None,
            )


def _surveys(forecasts: Sequence[SurveyForecast]) -> Iterator[SurveyScores]:
    for kind in ReadingKind:
        for lag in LAGS:
            same = [each for each in forecasts if each.line.kind is kind and each.lag == lag]
            yield _survey_scores(kind, lag, same)


def _survey_scores(kind: ReadingKind, lag: int, forecasts: Sequence[SurveyForecast]) -> SurveyScores:
    if not forecasts:
        return SurveyScores(
            kind=kind, lag=lag, forecasts=0, lines=0, error=None, carried_error=None, ratio=None, coverage=None
        )
    error = float(np.mean([abs(each.forecast - each.value) for each in forecasts]))
    carried = float(np.mean([abs(each.carried - each.value) for each in forecasts]))
    return SurveyScores(
        kind=kind,
        lag=lag,
        forecasts=len(forecasts),
        lines=len({(each.partition_id, each.line) for each in forecasts}),
        error=error,
        carried_error=carried,
        ratio=error / carried if carried else None,
        coverage=float(np.mean([each.low <= each.value <= each.high for each in forecasts])),
    )
