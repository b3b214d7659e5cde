"""The duties foretold across a whole log, in order, each beside the rate that was known of its aspect on that day."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from domain.vocabulary import Facet
from projections.backtest.counts_ahead import chances_held, chances_up_to
from projections.backtest.duty_forecasts import DutyForecast, FigureForetold
from projections.method.method import Method
from projections.scoring.formulas.base_rate import shrunk
from projections.scoring.formulas.evidence import TrustView
from projections.scoring.formulas.opinion import EvidenceStatus, expectation, grade, intervals

_EVEN: Final = 0.5
_PRIOR: Final = 2.0

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]
FigureAt = tuple[UUID, TrustView]
"""A figure: of which partnership, and whose experience of whom in what."""


class ForecastTable:
    """Duties foretold, in order of the day, with what came of them and the base rate known then.

    The running base rate is the share met of the duties of the same aspect, over the whole log, whose outcomes were
    known by that day; it starts from one half with the weight of two (Laplace's rule).
    """

    def __init__(self, forecasts: Sequence[DutyForecast]) -> None:
        ordered = sorted(
            forecasts, key=lambda forecast: (forecast.duty.foretold_on, forecast.partition_id, forecast.duty.act)
        )
        self.forecasts = ordered
        self.days = [forecast.duty.foretold_on for forecast in ordered]
        self.met: Truths = np.array([forecast.duty.is_met for forecast in ordered], dtype=bool)
        self.from_silence: Truths = np.array([forecast.duty.tacit for forecast in ordered], dtype=bool)
        self.base_rates: Floats = np.array(_running_rates(ordered), dtype=np.float64)
        self.places: dict[FigureAt, list[int]] = {}
        for place, forecast in enumerate(ordered):
            self.places.setdefault((forecast.partition_id, forecast.duty.view), []).append(place)

    def between(self, start: date | None, end: date | None) -> Truths:
        """The forecasts of a stretch: from a day on, and before another, either left open."""
        first = 0 if start is None else bisect_left(self.days, start)
        last = len(self.days) if end is None else bisect_left(self.days, end)
        places = np.arange(len(self.days))
        chosen_places: Truths = (places >= first) & (places < last)
        return chosen_places

    def known_before(self, day: date | None) -> Truths:
        """The forecasts whose outcomes were known before a day: what settings may be chosen by."""
        return np.array([day is None or each.duty.known_on < day for each in self.forecasts], dtype=bool)

    def of_facet(self, facet: Facet) -> Truths:
        """The forecasts of one aspect."""
        return np.array([forecast.duty.view.facet is facet for forecast in self.forecasts], dtype=bool)


def _running_rates(forecasts: Sequence[DutyForecast]) -> list[float]:
    outcomes: defaultdict[Facet, list[tuple[date, bool]]] = defaultdict(list)
    for forecast in forecasts:
        outcomes[forecast.duty.view.facet].append((forecast.duty.known_on, forecast.duty.is_met))
    days: dict[Facet, list[date]] = {}
    totals: dict[Facet, list[int]] = {}
    for facet, outcomes_of_facet in outcomes.items():
        outcomes_of_facet.sort()
        days[facet] = [day for day, _ in outcomes_of_facet]
        totals[facet] = np.cumsum([0, *(is_met for _, is_met in outcomes_of_facet)]).tolist()
    rates = []
    for forecast in forecasts:
        facet = forecast.duty.view.facet
        count = bisect_right(days[facet], forecast.duty.foretold_on)
        kept_acts = totals[facet][count]
        rates.append(shrunk(kept_acts, count - kept_acts, _EVEN, _PRIOR))
    return rates


class ForecastFigures:
    """The figures of a table by some half-lives, in columns: what each expects, how likely, and resting on how much."""

    def __init__(
        self, table: ForecastTable, method: Method, half_life_places: Mapping[Facet, int] | None = None
    ) -> None:
        places = half_life_places or {}
        figures = [each.figures[places.get(each.duty.view.facet, 0)] for each in table.forecasts]
        self._table, self._level = table, method.trust.interval_level
        weight = method.trust.prior_weight
        r, s, a, self.acts = _columns(figures)
        self.trust: Floats = np.array(
            [expectation(each.r, each.s, each.a, weight) for each in figures], dtype=np.float64
        )
        self._evidence = r + s
        self._successes, self._failures = r + weight * a, s + weight * (1 - a)
        self._low, self._high = intervals(r, s, a, prior_weight=weight, level=self._level)

    def grades(self, method: Method) -> list[EvidenceStatus]:
        """The grades of the figures, by the thresholds of a method."""
        columns = (self.acts.tolist(), self._evidence.tolist(), self._low.tolist(), self._high.tolist())
        return [grade(*figure, method) for figure in zip(*columns, strict=True)]

    def enough(self, method: Method) -> Truths:
        """The figures with enough to say, by the thresholds of a method."""
        return np.array([each is EvidenceStatus.ENOUGH for each in self.grades(method)], dtype=bool)

    def held_ahead(self, following: int, stretch: Truths) -> tuple[list[int], Floats]:
        """The forecasts whose next few duties all lie in a stretch, and the chance that each one's range held them."""
        origins: list[int] = []
        counts: list[int] = []
        for places in self._table.places.values():
            inside = [place for place in places if stretch[place]]
            totals = np.cumsum([0, *self._table.met[inside]])
            last = len(inside) - following + 1
            origins += inside[: max(0, last)]
            counts += [int(totals[start + following] - totals[start]) for start in range(max(0, last))]
        if not origins:
            return [], np.array([], dtype=np.float64)
        bounds = chances_up_to(counts, following, self._successes[origins], self._failures[origins])
        return origins, chances_held(*bounds, self._level)


def _columns(figures: Sequence[FigureForetold]) -> tuple[Floats, Floats, Floats, Floats]:
    columns = np.array([(each.r, each.s, each.a, each.n) for each in figures], dtype=np.float64).reshape(-1, 4)
    return columns[:, 0], columns[:, 1], columns[:, 2], columns[:, 3]
