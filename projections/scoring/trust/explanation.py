"""Why a figure of trust is not what it was: its whole change shared out exactly among its causes.

Two readings of the record are compared; they may differ in the day asked about, in what was known, or in both.
T = A / B with A = r + W a and B = r + s + W. Along the straight path from one reading to the other each cause has a
share that depends on no order, and the shares of a group add up (Aumann and Shapley, 1974).
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from math import fsum, log1p
from typing import Final
from uuid import UUID

from msgspec import Struct

from projections.history.causes import causes_of, each_once
from projections.history.history import History
from projections.method.method import Method
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import Evidence, TrustView
from projections.scoring.formulas.opinion import expectation
from projections.scoring.formulas.tally import Sums, by_act, sums
from projections.scoring.trust.timeline import points_at

_SERIES_BELOW: Final = 0.05
_SERIES_TERMS: Final = 18


class CauseKind(StrEnum):
    """What sort of change moved a figure."""

    ARRIVAL = "arrival"
    FADING = "fading"
    ZERO_REPLACED = "zero-replaced"
    CORRECTION = "correction"
    BELIEF = "reports-believed"
    BASE_RATE = "base-rate"
    PASSAGE_OF_TIME = "passage-of-time"
    EVENT = "event"


class ChangeCause(Struct, frozen=True, kw_only=True):
    """One cause and what it did to T. `act` is empty for a move of the usual rate: what others experienced."""

    kind: CauseKind
    act: str
    events: tuple[UUID, ...]
    change: float


class ViewState(Struct, frozen=True, kw_only=True):
    """One side of a comparison: a view's evidence, the instant it is read at, and its base rate there."""

    evidence: Sequence[Evidence]
    at: datetime
    a: float


class ChangeShares(Struct, frozen=True, kw_only=True):
    """The figure before and after, and the causes, which sum to the change."""

    before: float
    after: float
    causes: tuple[ChangeCause, ...]


def sums_by_kind(causes: Sequence[ChangeCause]) -> dict[CauseKind, float]:
    """The changes of the causes of each kind that is present, added up."""
    return {
        kind: fsum(cause.change for cause in causes if cause.kind is kind)
        for kind in CauseKind
        if any(cause.kind is kind for cause in causes)
    }


class ReadingPoint(Struct, frozen=True):
    """A day asked about, and the log position that it was known at."""

    as_of: date
    known_at: int


class ExplainedChange(Struct, frozen=True, kw_only=True):
    """The whole change of one figure and its causes, which add up to it. `by_kind` sums them by kind."""

    view: TrustView
    earlier: ReadingPoint
    later: ReadingPoint
    before: float
    after: float
    change: float
    causes: tuple[ChangeCause, ...]
    by_kind: dict[CauseKind, float]


def explain_change(earlier: History, later: History, view: TrustView, method: Method) -> ExplainedChange:
    """Share the change of a view's trust among acts that came, faded, were done at last or were put right.

    What others experienced stands as one cause, without events of its own. The histories are of one partnership.
    """
    shares: ChangeShares = share_change(_state(earlier, view, method), _state(later, view, method), method)
    return ExplainedChange(
        view=view,
        earlier=ReadingPoint(earlier.as_of, earlier.position),
        later=ReadingPoint(later.as_of, later.position),
        before=shares.before,
        after=shares.after,
        change=shares.after - shares.before,
        causes=shares.causes,
        by_kind=sums_by_kind(shares.causes),
    )


def _state(history: History, view: TrustView, method: Method) -> ViewState:
    rows: Sequence[Evidence] = evidence(history, method)
    point = points_at(rows, [view], history.end, method)[view]
    return ViewState(evidence=[row for row in rows if view.holds(row)], at=history.end, a=point.a)


def path_weights(a_0: float, b_0: float, c: float, d: float) -> tuple[float, float]:
    """The weights L and M, so that a cause changing A by x and B by y changes A / B by x L - y M.

    `a_0` and `b_0` are A and B before (B positive), `c` and `d` their whole changes. Both weights are integrals
    along the path; near d = 0 a series takes the place of a difference of logarithms.
    """
    x = d / b_0
    if abs(x) < _SERIES_BELOW:
        # int dt/(1 + x t) and int t dt/(1 + x t)^2 over [0, 1], term by term.
        first = fsum((-x) ** k / (k + 1) for k in range(_SERIES_TERMS))
        second = fsum((k + 1) * (-x) ** k / (k + 2) for k in range(_SERIES_TERMS))
    else:
        first = log1p(x) / x
        second = (log1p(x) - x / (1 + x)) / (x * x)
    return first / b_0, (a_0 / (1 + x) + c * second) / (b_0 * b_0)


def share_change(before: ViewState, after: ViewState, method: Method) -> ChangeShares:
    """Share the change of a view's T between two states among its acts and its base rate.

    Causes that changed nothing are left out; the rest come in order of act, the base rate last.
    """
    prior = method.trust.prior_weight
    old, new = sums(before.evidence, before.at, method), sums(after.evidence, after.at, method)
    a_0, b_0 = old.r + prior * before.a, old.r + old.s + prior
    a_1, b_1 = new.r + prior * after.a, new.r + new.s + prior
    level, slope = path_weights(a_0, b_0, a_1 - a_0, b_1 - b_0)
    causes = []
    old_acts, new_acts = (_standing(state) for state in (before, after))
    for act in sorted(old_acts.keys() | new_acts.keys()):
        rows_0, rows_1 = old_acts.get(act, []), new_acts.get(act, [])
        sums_0, sums_1 = sums(rows_0, before.at, method), sums(rows_1, after.at, method)
        good, bad = sums_1.r - sums_0.r, sums_1.s - sums_0.s
        if good or bad:
            change = good * level - (good + bad) * slope
            kind = _kind(rows_0, rows_1)
            events = _events(rows_0, rows_1)
            if kind is CauseKind.FADING and (verdicts := _verdicts(rows_1, before.at, after.at)):
                kind, events = CauseKind.BELIEF, verdicts
            causes.append(ChangeCause(kind=kind, act=act, events=events, change=change))
    if after.a != before.a:
        change = prior * (after.a - before.a) * level
        causes.append(ChangeCause(kind=CauseKind.BASE_RATE, act="", events=(), change=change))
    return ChangeShares(before=_trust(old, before.a, prior), after=_trust(new, after.a, prior), causes=tuple(causes))


def _trust(statistics: Sums, a: float, prior: float) -> float:
    return expectation(statistics.r, statistics.s, a, prior)


def _standing(state: ViewState) -> dict[str, list[Evidence]]:
    return by_act(row for row in state.evidence if row.stands_at(state.at))


def _kind(before: Iterable[Evidence], after: Iterable[Evidence]) -> CauseKind:
    old, new = {_substance(row) for row in before}, {_substance(row) for row in after}
    if old == new:
        return CauseKind.FADING
    if old < new:
        return CauseKind.ARRIVAL
    if new and any(row.open_zero and _substance(row) not in new for row in before):
        return CauseKind.ZERO_REPLACED
    return CauseKind.CORRECTION


def _verdicts(rows: Iterable[Evidence], before: datetime, after: datetime) -> tuple[UUID, ...]:
    """The events that changed how far the doer's own word is believed, where that changed."""
    beliefs = [row.believed for row in rows if row.believed is not None]
    changed = (belief for belief in beliefs if belief.rate_at(before) != belief.rate_at(after))
    return each_once(event for belief in changed for event in belief.causes_at(after))


def _substance(row: Evidence) -> tuple[object, ...]:
    at = None if row.open_zero else row.at
    return (row.truster, row.trustee, at, row.value, row.weight, row.open_zero)


def _events(before: Iterable[Evidence], after: Iterable[Evidence]) -> tuple[UUID, ...]:
    """The events behind a cause, each once: those of the new state, or what ended the old one."""
    return causes_of(after) or each_once(event for row in before for event in row.ended_by or row.causes)
