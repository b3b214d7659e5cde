"""Counts of promises in the words that tell their ends apart, beside reliability (H1).

A promise that carries a date was kept in time or late, is overdue, had a part of it settled for, or its promiser was
let off; one without a date is counted apart, because nothing that becomes of it is evidence.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from msgspec import Struct

from domain.values import day_of
from projections.history.causes import causes_of
from projections.history.history import History
from projections.lifecycles.commitment_states import UNENDED, CommitmentState
from projections.lifecycles.commitment_strand import Phase
from projections.lifecycles.commitments import Commitment
from projections.lifecycles.promise_outcomes import PromiseOutcome, outcome_of
from projections.method.method import CommitmentRules, Dimension
from projections.scoring.formulas.waiting_times import Ending, Wait, cumulative_incidence, days_until_share_kept
from projections.scoring.health.measure import Measure, Missing, counted, share

H1: Final = Dimension.RELIABILITY
_FAILED: Final = frozenset({CommitmentState.FAILED, CommitmentState.WITHDRAWN})
_ENDINGS: Final = {
    CommitmentState.FULFILLED: Ending.KEPT,
    CommitmentState.PARTLY_FULFILLED: Ending.KEPT,
    CommitmentState.SETTLED: Ending.OTHERWISE,
    CommitmentState.FAILED: Ending.OTHERWISE,
    CommitmentState.WITHDRAWN: Ending.OTHERWISE,
}
_COUNTED: Final = {
    "kept-in-time": PromiseOutcome.KEPT_IN_TIME,
    "kept-late": PromiseOutcome.KEPT_LATE,
    "in-part": PromiseOutcome.IN_PART,
    "overdue": PromiseOutcome.OVERDUE,
    "let-off": PromiseOutcome.LET_OFF,
}
_COUNTED_WITH_PROGRESS: Final = {
    "settled-for-a-part": PromiseOutcome.SETTLED,
    "not-kept": PromiseOutcome.NOT_KEPT,
}
_QUARTERS: Final = {
    "days-until-a-quarter-kept": 0.25,
    "days-until-half-kept": 0.5,
    "days-until-three-quarters-kept": 0.75,
}


class PromiseNow(Struct, frozen=True):
    """A promise and its phase on the day asked about."""

    promise: Commitment
    phase: Phase


def outcomes(promises: Sequence[PromiseNow], rules: CommitmentRules, n: int) -> Iterator[Measure]:
    """Count what became of promises by the words people use: late means past the days of grace.

    They are of `n`, or of those with a date where the others are counted apart.
    """
    if rules.usual_term is None:
        promises = [now for now in promises if now.phase.due_on is not None]
        n = len(promises)
    outcomes_now = [(now.promise.made, outcome_of(now.phase, rules)) for now in promises]
    for name, outcome in (_COUNTED | _COUNTED_WITH_PROGRESS if rules.progress_is_no_end else _COUNTED).items():
        counting = [fact for fact, outcome_now in outcomes_now if outcome_now is outcome]
        yield counted(H1, name, len(counting), n=n, causes=causes_of(counting))
    if rules.progress_is_no_end:
        overdue = [now for now in promises if now.phase.state is CommitmentState.OVERDUE]
        in_part = [now.promise.made for now in overdue if now.phase.fraction is not None]
        yield counted(H1, "overdue-with-a-part-done", len(in_part), n=n, causes=causes_of(in_part))


def undated(promises: Sequence[PromiseNow], history: History) -> Iterator[Measure]:
    """Count the promises without a date: what became of them, how long they take, and the dates refused for them."""
    without = [now for now in promises if now.phase.due_on is None]
    parts = {
        "undated-done": [now for now in without if now.phase.state is CommitmentState.FULFILLED],
        "undated-failed": [now for now in without if now.phase.state in _FAILED],
        "undated-open": [now for now in without if now.phase.state in UNENDED],
    }
    for name, counting in parts.items():
        causes = causes_of(now.promise.made for now in counting)
        yield counted(H1, name, len(counting), n=len(without), causes=causes)
    yield from timing(without, history.as_of, prefix="undated-")
    refusals = [fact for now in promises for fact in now.promise.refused_dates(history.end)]
    yield counted(H1, "dates-refused", len(refusals), n=len(promises), causes=causes_of(refusals))


def with_a_date(promises: Sequence[PromiseNow]) -> Measure:
    """The share of promises that carry a date, so that leaving dates out is seen."""
    dated = [now for now in promises if now.phase.due_on is not None]
    return share(H1, "with-a-date", len(dated), len(promises), causes=causes_of(now.promise.made for now in dated))


def timing(promises: Sequence[PromiseNow], as_of: date, *, prefix: str = "") -> Iterator[Measure]:
    """The days until shares of promises are expected kept, the open ones counted as still waiting."""
    waits = [_wait(now, as_of) for now in promises]
    steps = cumulative_incidence(waits)
    causes = causes_of(now.promise.made for now in promises)
    missing = Missing.NOT_YET_DUE if waits else Missing.NOTHING_HAPPENED
    for name, part in _QUARTERS.items():
        days = days_until_share_kept(steps, part)
        yield counted(H1, f"{prefix}{name}", days, n=len(waits), causes=causes, missing=missing)


def _wait(now: PromiseNow, as_of: date) -> Wait:
    phase = now.phase
    ending = _ENDINGS.get(phase.state, Ending.OPEN)
    if phase.done_on is not None:
        until = min(phase.done_on, as_of)
    elif phase.ended_by is not None:
        until = day_of(phase.ended_by.occurred_at)
    else:
        until = as_of
    return Wait(days=max(0, (until - now.promise.promised_on).days), ending=ending)
