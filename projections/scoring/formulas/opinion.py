"""From sufficient statistics to what is shown: trust, its likely range, and whether there is enough to say.

Opinions follow subjective logic and the beta reputation system (Josang and Ismail, 2002). Intervals come from SciPy in
one call for many points, and are never stored.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol
from uuid import UUID

import numpy as np
import scipy  # its parts load when first used: a fifth of the start of a command
from msgspec import Struct, UnsetType
from numpy.typing import ArrayLike, NDArray

from projections.method.method import GradeRule, Method

_ROUNDING: Final = 1e-9
"""Three equal acts must count as three, whatever the last bit says."""


class TrustPoint(Struct, frozen=True, kw_only=True):
    """Where a view stands at an instant, and what brought it there.

    `r`, `s`: decayed evidence for and against; `a`: base rate; `n`: effective number of acts; `acts`: their plain
    number; `tacit`: share of the weight that rests on silence; `causes`: the events behind this step.
    """

    at: datetime
    r: float
    s: float
    a: float
    n: float
    acts: int
    tacit: float
    causes: tuple[UUID, ...] = ()


class HasSums(Protocol):
    """Something that a figure is made from: evidence for and against, base rate, and the effective number of acts."""

    @property
    def r(self) -> float:
        """Decayed evidence for."""

    @property
    def s(self) -> float:
        """Decayed evidence against."""

    @property
    def a(self) -> float:
        """The base rate."""

    @property
    def n(self) -> float:
        """The effective number of acts."""


class EvidenceStatus(StrEnum):
    """How much there is to go on: enough to say; some, to be read with its wide range; or too little for any figure."""

    ENOUGH = "enough"
    SOME = "some"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"

    @property
    def is_said(self) -> bool:
        """A figure of this grade is shown."""
        return self is not EvidenceStatus.INSUFFICIENT_EVIDENCE


def grades_of(method: Method) -> tuple[EvidenceStatus, ...]:
    """The grades that figures can have by a method, the best first."""
    has_some = not isinstance(method.trust.some, UnsetType)
    return tuple(grade for grade in EvidenceStatus if has_some or grade is not EvidenceStatus.SOME)


class Opinion(Struct, frozen=True, kw_only=True):
    """A figure: trust in [0, 1] with its equal-tail interval, and whether there is enough to show it."""

    trust: float
    low: float
    high: float
    status: EvidenceStatus


def grade(n: float, evidence: float, low: float, high: float, method: Method) -> EvidenceStatus:
    """Grade a figure by the acts and the evidence (r + s) it rests on and its range: one rule for trust and health."""
    rules = method.trust
    if _reaches(rules.enough, n, evidence, high - low):
        return EvidenceStatus.ENOUGH
    if _reaches(rules.least_shown, n, evidence, high - low):
        return EvidenceStatus.SOME
    return EvidenceStatus.INSUFFICIENT_EVIDENCE


def _reaches(rule: GradeRule, n: float, evidence: float, width: float) -> bool:
    return (
        n >= rule.fewest_acts - _ROUNDING
        and evidence >= rule.least_evidence - _ROUNDING
        and width <= rule.widest_interval + _ROUNDING
    )


def expectation(r: float, s: float, a: float, prior_weight: float) -> float:
    """The expectation T = (r + W a) / (r + s + W)."""
    return (r + prior_weight * a) / (r + s + prior_weight)


def intervals(
    r: ArrayLike, s: ArrayLike, a: ArrayLike, *, prior_weight: float, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The equal-tail intervals of Beta(r + W a, s + W (1 - a)): lows and highs, in one call for many."""
    rates = np.asarray(a, dtype=np.float64)
    alpha = np.asarray(r, dtype=np.float64) + prior_weight * rates
    beta = np.asarray(s, dtype=np.float64) + prior_weight * (1 - rates)
    tail = (1 - level) / 2
    low: NDArray[np.float64] = np.asarray(scipy.special.betaincinv(alpha, beta, tail), dtype=np.float64)
    high: NDArray[np.float64] = np.asarray(scipy.special.betaincinv(alpha, beta, 1 - tail), dtype=np.float64)
    return low, high


def opinions(points: Sequence[HasSums], method: Method) -> list[Opinion]:
    """The opinion at each point, each by itself."""
    if not points:
        return []
    rules = method.trust
    low, high = intervals(
        [point.r for point in points],
        [point.s for point in points],
        [point.a for point in points],
        prior_weight=rules.prior_weight,
        level=rules.interval_level,
    )
    return [
        _opinion(point, bounds, method)
        for point, bounds in zip(points, zip(low.tolist(), high.tolist(), strict=True), strict=True)
    ]


def _opinion(point: HasSums, bounds: tuple[float, float], method: Method) -> Opinion:
    rules = method.trust
    low, high = bounds
    return Opinion(
        trust=expectation(point.r, point.s, point.a, rules.prior_weight),
        low=low,
        high=high,
        status=grade(point.n, point.r + point.s, low, high, method),
    )
