"""The backtest of a log: every partnership foretold by workers, then all of it scored, with settings tried if asked."""

from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from datetime import date
from typing import Final

from msgspec import Struct

from domain.errors import FolkmootError
from domain.events import name_of
from domain.events.partnerships import PartnershipFormed
from domain.log.read_partitions import partitions_begun_by
from domain.log.recorder import LogRecorder
from domain.values import day_of
from domain.vocabulary import Facet
from projections.backtest.backtest_part import BacktestPart, BacktestTask, backtest_part
from projections.backtest.backtest_report import BacktestBasis, BacktestReport, ChosenSettings, Stretch, StretchScores
from projections.backtest.duties import FACETS_OF_DUTIES
from projections.backtest.forecast_table import ForecastFigures, ForecastTable
from projections.backtest.stretches import SETTINGS_CHOSEN, SETTINGS_OF_METHOD, stretch_scores
from projections.backtest.survey_forecasts import SurveyForecast
from projections.backtest.trials import half_life_trials, threshold_trials, with_thresholds
from projections.engine.executors import in_order
from projections.history.claimed_record import KnownBy
from projections.method.method import Method, method_document, method_sha256

HALF_LIVES_DAYS: Final = (90.0, 180.0, 365.0, 730.0, None)
"""The half-lives that are tried where a split is given and none are named; None: nothing fades."""

BacktestProgress = Callable[[int, int], None]


class NothingForetold(FolkmootError, ValueError):
    """No partnership was on record by the position asked about."""


class BacktestQuestion(Struct, frozen=True, kw_only=True):
    """A question for a backtest: a method, up to a position, and what is tried beside.

    `split_on`: settings are chosen on what was foretold before that day and scored from it on. `chosen`: settings that
    were chosen on another log are scored on all of this one.
    """

    method: Method
    position: int
    known_by: KnownBy = KnownBy.RECORD
    split_on: date | None = None
    half_lives_days: tuple[float | None, ...] = ()
    chosen: ChosenSettings | None = None

    @property
    def half_lives_tried(self) -> tuple[float | None, ...]:
        """The half-lives beside the method's own, each once."""
        half_lives = self.half_lives_days or (HALF_LIVES_DAYS if self.split_on is not None else ())
        from_elsewhere = () if self.chosen is None else tuple(self.chosen.half_lives_days.values())
        own = {self.method.trust.half_life(facet) for facet in FACETS_OF_DUTIES}
        return tuple(dict.fromkeys(days for days in (*half_lives, *from_elsewhere) if own != {days}))

    def place(self, facet: Facet, half_life_days: float | None) -> int:
        """The place among the figures foretold of those by a half-life for an aspect; the method's own come first."""
        if half_life_days == self.method.trust.half_life(facet):
            return 0
        return 1 + self.half_lives_tried.index(half_life_days)


def backtest(
    log: LogRecorder,
    dsn: str,
    question: BacktestQuestion,
    executor: Executor,
    progress: BacktestProgress = lambda _done, _total: None,
) -> BacktestReport:
    """Check a log. Raises NothingForetold, BeyondHead, and what workers raise."""
    root = log.root(question.position)  # refuses a position beyond the head
    parts, as_of = foretell(log, dsn, question, executor, progress)
    basis = BacktestBasis(
        log_id=log.head().log_id,
        position=question.position,
        as_of=as_of,
        tree_root=root.hex(),
        method=question.method.id,
        method_sha256=method_sha256(question.method),
        known_by=question.known_by,
    )
    return scored(parts, question, basis)


def foretell(
    log: LogRecorder,
    dsn: str,
    question: BacktestQuestion,
    executor: Executor,
    progress: BacktestProgress = lambda _done, _total: None,
) -> tuple[list[BacktestPart], date]:
    """Foretell everything in a log, and the day by which its outcomes are known. Raises as a backtest does."""
    recorded_at = log.recorded_at(question.position)
    with log.connections.borrow() as connection:
        partnership_ids = partitions_begun_by(connection, name_of(PartnershipFormed), question.position)
    if recorded_at is None or not partnership_ids:
        raise NothingForetold("no partnership is on record by then: there is nothing to check")
    tasks = [
        BacktestTask(
            dsn=dsn,
            partnership_id=partnership_id,
            position=question.position,
            as_of=day_of(recorded_at),
            method=method_document(question.method),
            half_lives_days=question.half_lives_tried,
            known_by=question.known_by,
        )
        for partnership_id in partnership_ids
    ]
    parts: list[BacktestPart] = []
    for part in in_order(executor, backtest_part, tasks):
        parts.append(part)
        progress(len(parts), len(tasks))
    return parts, day_of(recorded_at)


def scored(parts: Iterable[BacktestPart], question: BacktestQuestion, basis: BacktestBasis) -> BacktestReport:
    """Score what was foretold. Pure."""
    parts_foretold = list(parts)
    table = ForecastTable([forecast for part in parts_foretold for forecast in part.duties])
    surveys = [forecast for part in parts_foretold for forecast in part.surveys]
    earlier = table.between(None, question.split_on) & table.known_before(question.split_on)
    half_lives = half_life_trials(table, earlier, question.method, question.half_lives_tried)
    settings, thresholds = question.chosen, []
    if question.split_on is not None:
        places = {each.facet: question.place(each.facet, each.half_life_days) for each in half_lives if each.is_chosen}
        thresholds = threshold_trials(earlier, ForecastFigures(table, question.method, places), question.method)
        threshold = next(each for each in thresholds if each.is_chosen)
        settings = ChosenSettings(
            half_lives_days={each.facet: each.half_life_days for each in half_lives if each.is_chosen},
            fewest_acts=threshold.fewest_acts,
            widest_interval=threshold.widest_interval,
            tried=len(half_lives) + len(thresholds),
        )
    return BacktestReport(
        basis=basis,
        partnerships=len(parts_foretold),
        duties=len(table.forecasts),
        readings=len(surveys),
        not_foretold={
            "no_day_named": sum(part.undated for part in parts_foretold),
            "not_decided": sum(part.undecided for part in parts_foretold),
            "over_before_anything_was_known": sum(part.unforetold for part in parts_foretold),
        },
        split_on=question.split_on,
        is_chosen_elsewhere=question.chosen is not None,
        tried=1 if settings is None else settings.tried,
        half_lives=tuple(half_lives) if question.half_lives_tried else (),
        thresholds=tuple(thresholds),
        chosen=settings,
        stretches=tuple(_stretches(table, surveys, question, settings)),
    )


def _stretches(
    table: ForecastTable,
    surveys: list[SurveyForecast],
    question: BacktestQuestion,
    settings: ChosenSettings | None,
) -> Iterable[StretchScores]:
    method, split_on = question.method, question.split_on
    own = ForecastFigures(table, method)
    stretches: list[tuple[Stretch, date | None, date | None]] = [(Stretch.WHOLE, None, None)]
    if split_on is not None:
        stretches += [(Stretch.EARLIER, None, split_on), (Stretch.LATER, split_on, None)]
    for stretch, start, end in stretches:
        yield stretch_scores(stretch, SETTINGS_OF_METHOD, table, own, surveys, method, (start, end))
    if settings is None:
        return
    places = {facet: question.place(facet, days) for facet, days in settings.half_lives_days.items()}
    figures = ForecastFigures(table, method, places)
    changed = with_thresholds(method, settings.fewest_acts, settings.widest_interval)
    stretch, start, end = stretches[-1]
    yield stretch_scores(stretch, SETTINGS_CHOSEN, table, figures, surveys, changed, (start, end))
