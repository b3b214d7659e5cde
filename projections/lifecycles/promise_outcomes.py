"""Outcomes of promises, in the words that people use: `kept` alone would hide how late, or how much of it."""

from typing import Final

from domain.vocabulary import CodeList
from projections.lifecycles.commitment_states import OWED, CommitmentState
from projections.lifecycles.commitment_strand import Phase
from projections.method.method import CommitmentRules


class PromiseOutcome(CodeList):
    """A sort of outcome; of a promise that nobody is bound by there is none."""

    KEPT_IN_TIME = "kept-in-time"
    KEPT_LATE = "kept-late"
    DONE_WITHOUT_DATE = "done-without-date"
    IN_PART = "in-part"
    OVERDUE = "overdue"
    SETTLED = "settled-for-part"
    LET_OFF = "let-off"
    NOT_KEPT = "not-kept"
    OPEN = "open"


_OUTCOMES: Final = {
    CommitmentState.OVERDUE: PromiseOutcome.OVERDUE,
    CommitmentState.PARTLY_FULFILLED: PromiseOutcome.IN_PART,
    CommitmentState.SETTLED: PromiseOutcome.SETTLED,
    CommitmentState.RELEASED: PromiseOutcome.LET_OFF,
    CommitmentState.FAILED: PromiseOutcome.NOT_KEPT,
    CommitmentState.WITHDRAWN: PromiseOutcome.NOT_KEPT,
}


def outcome_of(phase: Phase, rules: CommitmentRules) -> PromiseOutcome | None:
    """The outcome so far: late means past the days of grace, in part that the rest is still owed in time."""
    if phase.state is CommitmentState.FULFILLED:
        if phase.due_on is None:
            return PromiseOutcome.DONE_WITHOUT_DATE
        return PromiseOutcome.KEPT_LATE if phase.days_late > rules.grace_days else PromiseOutcome.KEPT_IN_TIME
    if phase.state in OWED and phase.state is not CommitmentState.OVERDUE:
        return PromiseOutcome.OPEN if phase.fraction is None else PromiseOutcome.IN_PART
    return _OUTCOMES.get(phase.state)
