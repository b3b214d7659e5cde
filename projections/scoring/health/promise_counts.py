"""Counts of promises in the words that tell their ends apart, beside reliability (H1).

A promise that carries a date was kept in time or late, is overdue, had a part of it settled for, or its promiser was
let off; one without a date is counted apart, because nothing that becomes of it is evidence.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from projections.lifecycles.commitment_states import UNENDED, CommitmentState
from projections.lifecycles.promise_outcomes import PromiseOutcome
from projections.method.method import Dimension
from projections.scoring.formulas.waiting_times import cumulative_incidence, days_until_share_kept
from projections.scoring.health.material import Material
from projections.scoring.health.measure import Measure, Missing, counted, share
from projections.scoring.health.promises_to_residents import PromiseNow

H1: Final = Dimension.RELIABILITY
_FAILED: Final = frozenset({CommitmentState.FAILED, CommitmentState.WITHDRAWN})
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


def outcomes(promises: Sequence[PromiseNow], material: Material, n: int) -> Iterator[Measure]:
    """Count what became of promises by the words people use: late means past the days of grace.

    They are of `n`, or of those with a date where the others are counted apart.
    """
    rules = material.method.commitments
    if rules.usual_term is None:
        promises = [now for now in promises if now.phase.due_on is not None]
        n = len(promises)
    for name, outcome in (_COUNTED | _COUNTED_WITH_PROGRESS if rules.progress_is_no_end else _COUNTED).items():
        yield how_many(name, [now for now in promises if now.outcome is outcome], n, material)
    if rules.progress_is_no_end:
        overdue = [now for now in promises if now.phase.state is CommitmentState.OVERDUE]
        in_part = [now for now in overdue if now.phase.fraction is not None]
        yield how_many("overdue-with-a-part-done", in_part, n, material)


def how_many(name: str, counting: Sequence[PromiseNow], n: int, material: Material) -> Measure:
    """Count some promises of so many."""
    causes = material.causes(H1, name, [now.promise.made for now in counting])
    return counted(H1, name, len(counting), n=n, causes=causes)


def undated(promises: Sequence[PromiseNow], material: Material) -> Iterator[Measure]:
    """Count the promises without a date: what became of them, how long they take, and the dates refused for them."""
    without = [now for now in promises if now.phase.due_on is None]
    parts = {
        "undated-done": [now for now in without if now.phase.state is CommitmentState.FULFILLED],
        "undated-failed": [now for now in without if now.phase.state in _FAILED],
        "undated-open": [now for now in without if now.phase.state in UNENDED],
    }
    for name, counting in parts.items():
        yield how_many(name, counting, len(without), material)
    yield from timing(without, material, prefix="undated-")
    refusals = [fact for now in promises for fact in now.refusals]
    causes = material.causes(H1, "dates-refused", refusals)
    yield counted(H1, "dates-refused", len(refusals), n=len(promises), causes=causes)


def with_a_date(promises: Sequence[PromiseNow], material: Material) -> Measure:
    """The share of promises that carry a date, so that leaving dates out is seen."""
    dated = [now for now in promises if now.phase.due_on is not None]
    causes = material.causes(H1, "with-a-date", [now.promise.made for now in dated])
    return share(H1, "with-a-date", len(dated), len(promises), causes=causes)


def timing(promises: Sequence[PromiseNow], material: Material, *, prefix: str = "") -> Iterator[Measure]:
    """The days until shares of promises are expected kept, the open ones counted as still waiting."""
    steps = cumulative_incidence(now.wait for now in promises)
    causes = material.causes(H1, f"{prefix}timing", [now.promise.made for now in promises])
    missing = Missing.NOT_YET_DUE if promises else Missing.NOTHING_HAPPENED
    for name, part in _QUARTERS.items():
        days = days_until_share_kept(steps, part)
        yield counted(H1, f"{prefix}{name}", days, n=len(promises), causes=causes, missing=missing)
