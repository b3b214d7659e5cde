"""Calibration: settings of a method fitted to an earlier stretch of several sources and scored on the later one.

Every source counts the same, however many duties it has: a large file must not speak for everybody. A setting that
nothing bears on keeps the value it had, and its provenance says so.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import inf
from typing import Final

import numpy as np
from msgspec import Struct, UnsetType
from msgspec.structs import replace

from domain.errors import FolkmootError
from domain.vocabulary import Facet, Materiality
from projections.backtest.calibration_sources import CalibrationSource, SourceTable, source_table
from projections.backtest.forecast_quality import brier, skill
from projections.backtest.forecast_table import ForecastFigures
from projections.backtest.grade_fit import SOME, GradeTrial, fitted_grades
from projections.backtest.survey_fit import SurveySource, SurveyTrial, fitted_surveys
from projections.backtest.trials import FEWEST_FORECASTS
from projections.method.document import BEHAVIOURAL_FACETS
from projections.method.method import BaseRate, Method

HALF_LIVES_DAYS: Final = (90.0, 180.0, 365.0, 730.0, 1460.0, None)
"""The half-lives that are tried for each aspect."""

MATERIALITIES: Final = tuple(
    {Materiality.MINOR: minor, Materiality.ORDINARY: 1.0, Materiality.MAJOR: major}
    for minor, major in product((0.25, 0.5, 1.0), (1.0, 1.5, 2.0))
)
"""The weights of minor, ordinary and major promises that are tried."""

INDIFFERENT: Final = 0.1
"""Half-lives whose mean skill lacks no more than this share of the greatest are as good as that."""

_LOWEST_RATE, _HIGHEST_RATE = 0.02, 0.98

_SURVEYS: Final = "experience"
"""The settings of survey lines, which are fitted together."""

CalibrationProgress = Callable[[str], None]


class NothingToFit(FolkmootError, ValueError):
    """No source has enough duties to choose any setting by."""


class FittedSetting(Struct, frozen=True, kw_only=True):
    """One setting with its value in words, how many values were tried on how many acts, and where it comes from."""

    setting: str
    value: str
    tried: int
    acts: int
    provenance: str


class Calibration(Struct, frozen=True, kw_only=True):
    """The method fitted, each setting with where it comes from, and every threshold that was tried for a grade.

    `surveys`: all settings that were tried for survey lines, where there were lines to fit them to.
    """

    method: Method
    settings: tuple[FittedSetting, ...]
    grades: tuple[GradeTrial, ...]
    tried: int
    surveys: tuple[SurveyTrial, ...] = ()


class _Fit(Struct, frozen=True, kw_only=True):
    """A setting that was fitted, or kept because nothing bears on it."""

    told: FittedSetting
    half_life_days: float | None = None
    base_rate: BaseRate | None = None


def calibrate(
    sources: Sequence[CalibrationSource], method: Method, progress: CalibrationProgress = lambda _: None
) -> Calibration:
    """Fit a method to sources. Raises NothingToFit, and what foretelling a source raises."""
    tables = _tables(sources, method, HALF_LIVES_DAYS, progress)
    if not any(int(source.earlier.sum()) >= FEWEST_FORECASTS for source in tables):
        raise NothingToFit(f"no source has {FEWEST_FORECASTS} duties whose outcomes were known before its split")
    half_lives = {facet: _half_life(facet, tables, method) for facet in sorted(BEHAVIOURAL_FACETS)}
    rates = {facet: _base_rate(facet, tables, method) for facet in sorted(BEHAVIOURAL_FACETS)}
    fitted = _with(method, half_lives, rates)
    weights, fitted = _materiality(sources, tables, fitted, progress)
    grades = fitted_grades(_tables(sources, fitted, (), progress), fitted)
    accounts = [fit.told for fit in (*half_lives.values(), *rates.values())] + [weights]
    accounts += [
        FittedSetting(
            setting=grade.setting,
            value=grade.in_words,
            tried=grade.tried,
            acts=grade.forecasts,
            provenance=grade.provenance,
        )
        for grade in grades.chosen
    ]
    sources_of_settings = _provenance_before(method) | {fit.setting: fit.provenance for fit in accounts}
    if grades.some is None:
        del sources_of_settings[SOME]
    document = replace(fitted, trust=grades.applied_to(fitted.trust), provenance=sources_of_settings)
    return Calibration(
        method=document, settings=tuple(accounts), grades=grades.trials, tried=sum(fit.tried for fit in accounts)
    )


def with_surveys_fitted(calibration: Calibration, source: SurveySource) -> Calibration:
    """A calibration with the survey settings fitted to lines of readings as well. Raises TooFewReadings."""
    method = calibration.method
    fit = fitted_surveys(source, method)
    told = FittedSetting(
        setting=_SURVEYS,
        value=fit.in_words,
        tried=len(fit.trials),
        acts=fit.trials[0].earlier.readings,
        provenance=fit.provenance,
    )
    sources_of_settings = _provenance_before(method) | {_SURVEYS: fit.provenance}
    return replace(
        calibration,
        method=replace(method, experience=fit.rules, provenance=sources_of_settings),
        settings=(*calibration.settings, told),
        tried=calibration.tried + told.tried,
        surveys=fit.trials,
    )


def _provenance_before(method: Method) -> dict[str, str]:
    """Where the settings of the method begun from come from: those that are not fitted keep it."""
    return {} if isinstance(method.provenance, UnsetType) else dict(method.provenance)


def _tables(
    sources: Iterable[CalibrationSource],
    method: Method,
    half_lives_days: Sequence[float | None],
    progress: CalibrationProgress,
) -> list[SourceTable]:
    tables = []
    for source in sources:
        progress(source.name)
        table = source_table(source, method, half_lives_days)
        tables += [] if table is None else [table]
    return tables


def _half_life(facet: Facet, tables: Sequence[SourceTable], method: Method) -> _Fit:
    """The shortest half-life whose mean skill before each source's split is about the greatest.

    A shorter one follows change sooner, and its ranges hold more often.
    """
    own, setting = method.trust.half_life(facet), f"trust.half_lives_days.{facet}"
    bearing = _bearing(facet, tables)
    if not bearing:
        kept_value = _kept(setting, days_in_words(own), f"No source has {FEWEST_FORECASTS} acts of this aspect.")
        return _Fit(told=kept_value, half_life_days=own)
    places = {own: 0} | {days: place for place, days in enumerate(HALF_LIVES_DAYS, start=1) if days != own}
    before = {days: _mean_skill(bearing, facet, method, place, is_earlier=True) for days, place in places.items()}
    greatest = max(before.values())
    as_good = [days for days, mean_skill in before.items() if mean_skill >= greatest - INDIFFERENT * abs(greatest)]
    best = min(as_good, key=lambda days: inf if days is None else days)
    after = {
        days: _mean_skill(bearing, facet, method, places[days], is_earlier=False) for days in dict.fromkeys((best, own))
    }
    account = FittedSetting(
        setting=setting,
        value=days_in_words(best),
        tried=len(places),
        acts=sum(_acts(source, facet) for source in bearing),
        provenance=(
            "The shortest with at least nine tenths of the greatest mean skill over the running base rate in the "
            f"earlier stretch. Tried: {_scores_in_words(before)}. In the later stretch: {_scores_in_words(after)}. "
            f"On {'; '.join(_acts_in_words(source, facet) for source in bearing)}."
        ),
    )
    return _Fit(told=account, half_life_days=best)


def _base_rate(facet: Facet, tables: Sequence[SourceTable], method: Method) -> _Fit:
    """The share met before the split, the mean over logs; generated partnerships know of no usual rate."""
    own, setting = method.known_base_rates[facet], f"base_rates.{facet}"
    bearing = [source for source in _bearing(facet, tables) if source.is_log]
    if not bearing:
        return _Fit(told=_kept(setting, f"{own.value:g}", own.source), base_rate=own)
    shares = [float(source.table.met[source.earlier & source.table.of_facet(facet)].mean()) for source in bearing]
    rate = min(_HIGHEST_RATE, max(_LOWEST_RATE, round(float(np.mean(shares)), 2)))
    account = FittedSetting(
        setting=setting,
        value=f"{rate:g}",
        tried=1,
        acts=sum(_acts(source, facet) for source in bearing),
        provenance="The mean over logs of the share met in the earlier stretch: "
        + "; ".join(
            f"{share:.3f} of {_acts_in_words(source, facet)}" for source, share in zip(bearing, shares, strict=True)
        )
        + ".",
    )
    known_before = max(source.split_on for source in bearing)
    return _Fit(told=account, base_rate=BaseRate(value=rate, source=account.provenance, calibrated_until=known_before))


def _materiality(
    sources: Sequence[CalibrationSource], tables: Sequence[SourceTable], method: Method, progress: CalibrationProgress
) -> tuple[FittedSetting, Method]:
    """The weights of minor and major promises with which those that are made so are foretold best."""
    setting, own = "commitments.materiality", method.commitments.materiality
    weighed = {source.name for source in tables if source.weighed >= FEWEST_FORECASTS}
    bearing = [source for source in sources if source.name in weighed]
    if not bearing:
        reason = f"No source has {FEWEST_FORECASTS} promises of more or less than ordinary weight."
        return _kept(setting, _weights_in_words(own), reason), method
    candidates = [own, *(weights for weights in MATERIALITIES if weights != own)]
    methods = [replace(method, commitments=replace(method.commitments, materiality=weights)) for weights in candidates]
    scores = [
        _mean_skill(_tables(bearing, variant, (), progress), Facet.RELIABILITY, variant, 0, is_earlier=True)
        for variant in methods
    ]
    best = max(range(len(candidates)), key=lambda place: scores[place])
    words = "; ".join(
        f"{_weights_in_words(weights)}: {score:+.4f}" for weights, score in zip(candidates, scores, strict=True)
    )
    account = FittedSetting(
        setting=setting,
        value=_weights_in_words(candidates[best]),
        tried=len(candidates),
        acts=sum(source.weighed for source in tables if source.name in weighed),
        provenance=f"The greatest mean skill in the earlier stretch of {'; '.join(sorted(weighed))}. Tried: {words}.",
    )
    return account, methods[best]


def _with(method: Method, half_lives: Mapping[Facet, _Fit], rates: Mapping[Facet, _Fit]) -> Method:
    paces = {facet: fit.half_life_days for facet, fit in half_lives.items()}
    base_rates = {facet: fit.base_rate for facet, fit in rates.items() if fit.base_rate is not None}
    trust = replace(method.trust, half_lives_days=paces)
    return replace(method, trust=trust, base_rates={**method.base_rates, **base_rates})


def _bearing(facet: Facet, tables: Iterable[SourceTable]) -> list[SourceTable]:
    return [source for source in tables if _acts(source, facet) >= FEWEST_FORECASTS]


def _acts(source: SourceTable, facet: Facet) -> int:
    return int((source.earlier & source.table.of_facet(facet)).sum())


def _mean_skill(sources: Sequence[SourceTable], facet: Facet, method: Method, place: int, *, is_earlier: bool) -> float:
    """The mean over sources of the skill that figures of one half-life have over the running base rate."""
    skills = list(_skills(sources, facet, method, place, is_earlier=is_earlier))
    return float(np.mean(skills)) if skills else 0.0


def _skills(
    sources: Sequence[SourceTable], facet: Facet, method: Method, place: int, *, is_earlier: bool
) -> Iterator[float]:
    for source in sources:
        mask = (source.earlier if is_earlier else source.later) & source.table.of_facet(facet)
        if mask.any():
            figures = ForecastFigures(source.table, method, {facet: place})
            outcomes = source.table.met[mask]
            reference = brier(source.table.base_rates[mask], outcomes)
            yield skill(brier(figures.trust[mask], outcomes), reference) or 0.0


def _kept(setting: str, value: str, provenance: str) -> FittedSetting:
    return FittedSetting(setting=setting, value=value, tried=0, acts=0, provenance=f"Kept as it was. {provenance}")


def days_in_words(days: float | None) -> str:
    """A half-life in words."""
    return "infinite" if days is None else f"{days:g} days"


def _scores_in_words(scores: Mapping[float | None, float]) -> str:
    return ", ".join(f"{days_in_words(days)} {score:+.3f}" for days, score in scores.items())


def _weights_in_words(weights: Mapping[Materiality, float]) -> str:
    return ", ".join(f"{name} {weights[name]:g}" for name in Materiality)


def _acts_in_words(source: SourceTable, facet: Facet) -> str:
    return f"{_acts(source, facet)} acts of {source.name} before {source.split_on}"
