"""The level of evidence that an extract can support on the Maryland Scientific Methods Scale, and why not a higher one.

The scale is that of Sherman and others (1997). It is about how what happened is told apart from what would have
happened anyway; an extract can say what it holds to do so with, and never more than that.
"""

from collections.abc import Callable
from typing import Final

from msgspec import Struct

SCALE: Final = "Maryland Scientific Methods Scale (Sherman and others, 1997), 1 to 5"
FEWEST: Final = 2
"""Fewer partnerships than this are a case, not a group."""


class OutcomeCounts(Struct, frozen=True, kw_only=True):
    """The number of partnerships with a registered outcome (any measure, where none is), by group and period."""

    cohort_before: int
    cohort_window: int
    comparison_before: int
    comparison_window: int


class EvidenceLevel(Struct, frozen=True, kw_only=True):
    """The highest level that an extract can support, 0 for none, and why not higher."""

    scale: str
    level: int
    because: str
    why_not_higher: tuple[str, ...]


class _LevelRule(Struct, frozen=True):
    """A rule of a level: when it holds, and the sentences for either case. A level needs any one of its rules."""

    level: int
    holds: Callable[[OutcomeCounts], bool]
    because: str
    otherwise: str


def _compared(counts: OutcomeCounts) -> bool:
    return min(counts.cohort_window, counts.comparison_window) >= FEWEST


def _before(counts: OutcomeCounts) -> bool:
    return min(counts.cohort_before, counts.cohort_window) >= FEWEST


def _both(counts: OutcomeCounts) -> bool:
    return _compared(counts) and min(counts.cohort_before, counts.comparison_before) >= FEWEST


_RULES: Final = (
    _LevelRule(
        1,
        lambda counts: counts.cohort_window > 0,
        "outcomes of the cohort in the window, beside what its partnerships did",
        "no partnership of the cohort has an outcome in the window yet",
    ),
    _LevelRule(
        2,
        _before,
        "outcomes of the cohort before the window and in it",
        f"fewer than {FEWEST} partnerships of the cohort have an outcome both before the window and in it",
    ),
    _LevelRule(
        2,
        _compared,
        "outcomes in the window of a cohort and of a comparison, which is not shown to be alike",
        f"fewer than {FEWEST} partnerships on each side have an outcome in the window",
    ),
    _LevelRule(
        3,
        _both,
        "outcomes before the window and in it, of a cohort and of a comparison",
        f"fewer than {FEWEST} partnerships on each side have an outcome before the window and in it",
    ),
    _LevelRule(
        4,
        lambda _: False,
        "",
        "nothing in the record shows that the comparison is alike in what else matters: no other factors are held here",
    ),
    _LevelRule(
        5,
        lambda _: False,
        "",
        "nothing in the record says that chance decided which partnerships are in the cohort",
    ),
)


def evidence_level(counts: OutcomeCounts) -> EvidenceLevel:
    """The highest level of which a rule is met, with why those above it are not."""
    rules_met = [rule for rule in _RULES if rule.holds(counts)]
    best = max(rules_met, key=lambda rule: rule.level, default=None)
    level = 0 if best is None else best.level
    return EvidenceLevel(
        scale=SCALE,
        level=level,
        because="it holds no outcome" if best is None else best.because,
        why_not_higher=tuple(rule.otherwise for rule in _RULES if rule.level > level),
    )
