"""Thresholds of the grades *enough* and *some*, chosen by whether the ranges of the figures above them held.

A grade is given only where at least 300 forecasts held out from its choice kept their ranges often enough, the mean
over the sources that have so many.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from math import fsum
from typing import Final

import numpy as np
from msgspec import UNSET, Struct
from msgspec.structs import replace

from projections.backtest.calibration_sources import SourceTable
from projections.backtest.forecast_table import ForecastFigures, Truths
from projections.backtest.trials import FEWEST_FORECASTS, JUDGED_AHEAD, LEAST_COVERAGE
from projections.method.method import GradeRule, Method, TrustRules
from projections.scoring.formulas.opinion import EvidenceStatus

ENOUGH_TRIED: Final = tuple(
    GradeRule(fewest_acts=acts, least_evidence=1.0, widest_interval=width)
    for acts, width in product((2.0, 3.0, 5.0), (0.4, 0.5))
)
SOME_TRIED: Final = tuple(
    GradeRule(fewest_acts=acts, least_evidence=evidence, widest_interval=width)
    for acts, evidence, width in product((1.5, 2.0), (0.5, 1.0), (0.65, 0.75))
)
"""The thresholds that are tried, beside the method's own."""


INDIFFERENT: Final = 0.01
"""Thresholds that show shares of the figures within this of each other show about as much."""

ENOUGH: Final = "trust.fewest_acts"
SOME: Final = "trust.some"
"""The settings under which it is said where the thresholds of each grade come from."""


class HeldOn(Struct, frozen=True, kw_only=True):
    """How often the ranges of the figures of a grade held on one stretch of one source; None where there were none."""

    source: str
    forecasts: int
    coverage: float | None


class GradeTrial(Struct, frozen=True, kw_only=True):
    """One threshold tried for a grade: how its figures held before and after the split, and what share it shows."""

    grade: str
    rule: GradeRule
    earlier: tuple[HeldOn, ...]
    later: tuple[HeldOn, ...]
    share_shown: float
    is_chosen: bool = False


class GradeChosen(Struct, frozen=True, kw_only=True):
    """The threshold of a grade, None where none held, with where it comes from."""

    grade: str
    rule: GradeRule | None
    tried: int
    forecasts: int
    provenance: str

    @property
    def setting(self) -> str:
        """The setting under which it is said where this comes from."""
        return ENOUGH if self.grade == EvidenceStatus.ENOUGH else SOME

    @property
    def in_words(self) -> str:
        """The threshold in words."""
        if self.rule is not None:
            return rule_in_words(self.rule)
        return "as it was" if self.grade == EvidenceStatus.ENOUGH else "not given"


class FittedGrades(Struct, frozen=True, kw_only=True):
    """The thresholds of both grades and everything that was tried."""

    enough: GradeRule
    some: GradeRule | None
    chosen: tuple[GradeChosen, ...]
    trials: tuple[GradeTrial, ...]

    def applied_to(self, trust: TrustRules) -> TrustRules:
        """The rules of trust with these thresholds."""
        return replace(
            trust,
            fewest_acts=self.enough.fewest_acts,
            least_evidence=self.enough.least_evidence,
            widest_interval=self.enough.widest_interval,
            some=UNSET if self.some is None else self.some,
        )


class _Foretold(Struct, frozen=True, kw_only=True):
    """The figures of a source with, for each stretch, the forecasts of the next few duties and whether they held."""

    source: SourceTable
    figures: ForecastFigures


def fitted_grades(tables: Sequence[SourceTable], method: Method) -> FittedGrades:
    """Choose both thresholds: of those that held before the split that which shows most, if it held after it too."""
    sources = [_Foretold(source=table, figures=ForecastFigures(table.table, method)) for table in tables]
    own = method.trust.enough
    enough_trials = [
        _trial(EvidenceStatus.ENOUGH, sources, _thresholds(method, rule, None))
        for rule in dict.fromkeys((own, *ENOUGH_TRIED))
    ]
    enough = _chosen(EvidenceStatus.ENOUGH, enough_trials)
    rule = enough.rule or own
    some_trials = [_trial(EvidenceStatus.SOME, sources, _thresholds(method, rule, looser)) for looser in SOME_TRIED]
    some = _chosen(EvidenceStatus.SOME, some_trials)
    chosen_rules = (enough.rule, some.rule)
    return FittedGrades(
        enough=rule,
        some=some.rule,
        chosen=(enough, some),
        trials=tuple(
            replace(trial, is_chosen=trial.rule == chosen_rule)
            for trials, chosen_rule in zip((enough_trials, some_trials), chosen_rules, strict=True)
            for trial in trials
        ),
    )


def _thresholds(method: Method, enough: GradeRule, some: GradeRule | None) -> Method:
    grades = FittedGrades(enough=enough, some=some, chosen=(), trials=())
    return replace(method, trust=grades.applied_to(method.trust))


def _trial(grade: EvidenceStatus, sources: Iterable[_Foretold], method: Method) -> GradeTrial:
    earlier, later, shares = [], [], []
    for source in sources:
        graded: Truths = np.array([status is grade for status in source.figures.grades(method)], dtype=bool)
        earlier.append(_held(source, graded, source.source.earlier))
        later.append(_held(source, graded, source.source.later))
        shares.append(float(np.mean(graded)))
    rule = method.trust.enough if grade is EvidenceStatus.ENOUGH else method.trust.least_shown
    return GradeTrial(
        grade=grade.value, rule=rule, earlier=tuple(earlier), later=tuple(later), share_shown=float(np.mean(shares))
    )


def _held(source: _Foretold, graded: Truths, stretch: Truths) -> HeldOn:
    origins, chances = source.figures.held_ahead(JUDGED_AHEAD, stretch)
    chances_of_grade = chances[graded[origins]] if origins else chances
    return HeldOn(
        source=source.source.name,
        forecasts=int(chances_of_grade.size),
        coverage=float(chances_of_grade.mean()) if chances_of_grade.size else None,
    )


def _chosen(grade: EvidenceStatus, trials: Sequence[GradeTrial]) -> GradeChosen:
    fit = [trial for trial in trials if _is_fit(trial.earlier)]
    shown_most = max((trial.share_shown for trial in fit), default=0.0)
    as_good = [trial for trial in fit if trial.share_shown >= shown_most - INDIFFERENT]
    best = max(as_good, key=lambda trial: _strictness(trial.rule), default=None)
    if best is None:
        reason = f"Of {len(trials)} tried none held {LEAST_COVERAGE:g} of its ranges in the earlier stretch."
        return GradeChosen(grade=grade.value, rule=None, tried=len(trials), forecasts=0, provenance=reason)
    words = (
        f"Of {len(trials)} tried, of those whose ranges held at least {LEAST_COVERAGE:g} of the next {JUDGED_AHEAD} in "
        f"the earlier stretch, the strictest that shows about the most ({best.share_shown:.3f}). "
        f"Held out, in the later: {'; '.join(_held_in_words(best.later))}."
    )
    is_fit = _is_fit(best.later)
    return GradeChosen(
        grade=grade.value,
        rule=best.rule if is_fit else None,
        tried=len(trials),
        forecasts=sum(row.forecasts for row in best.later),
        provenance=words if is_fit else f"{words} That is too few, so nothing is changed by it.",
    )


def _strictness(rule: GradeRule) -> tuple[float, float, float]:
    return rule.fewest_acts, rule.least_evidence, -rule.widest_interval


def _is_fit(held_on: Iterable[HeldOn]) -> bool:
    """There are sources with enough forecasts, and enough ranges held, each of those sources counting the same."""
    coverages = [row.coverage or 0.0 for row in held_on if row.forecasts >= FEWEST_FORECASTS]
    return bool(coverages) and fsum(coverages) / len(coverages) >= LEAST_COVERAGE


def _held_in_words(held_on: Iterable[HeldOn]) -> Iterator[str]:
    for row in held_on:
        if row.coverage is not None:
            yield f"{row.coverage:.3f} of {row.forecasts} on {row.source}"


def rule_in_words(rule: GradeRule) -> str:
    """A threshold in words."""
    return (
        f"from {rule.fewest_acts:g} acts and evidence of {rule.least_evidence:g}, range up to {rule.widest_interval:g}"
    )
