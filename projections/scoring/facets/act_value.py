"""The value of one act as evidence, in [0, 1]: promises, answers, sharing and levels of participation."""

from datetime import date

from domain.vocabulary import Level
from projections.lifecycles.commitment_states import CommitmentState
from projections.method.method import AnswerRules, CommitmentRules, OpennessRules


def lateness_factor(days_late: int, rules: CommitmentRules) -> float:
    """The part of a kept promise's value that is left when it was so many days late; all of it within the grace."""
    beyond_grace = max(0, days_late - rules.grace_days)
    return max(rules.lowest_when_done, 1 - beyond_grace / rules.tolerance_days)


def commitment_value(
    state: CommitmentState,
    rules: CommitmentRules,
    *,
    days_late: int = 0,
    fraction: float = 1.0,
    renegotiated_late: bool = False,
    is_dated: bool = True,
) -> float | None:
    """The value of a promise in its latest state; None when that state is no evidence, or it was due on no day.

    `fraction`: how much of it was done, agreed by the promisee. `renegotiated_late`: its due date was moved by
    agreement after it had passed. An overdue promise is worth 0 and does not fade while it is owed.
    """
    if not is_dated:
        return None
    match state:
        case CommitmentState.FULFILLED:
            value = lateness_factor(days_late, rules)
        case CommitmentState.PARTLY_FULFILLED | CommitmentState.SETTLED:
            value = fraction * lateness_factor(days_late, rules)
        case CommitmentState.WITHDRAWN | CommitmentState.FAILED | CommitmentState.OVERDUE:
            value = 0.0
        case _:
            return None
    return min(value, rules.highest_when_renegotiated_late) if renegotiated_late else value


def answer_value(working_days_taken: int, rules: AnswerRules) -> float:
    """The value of an answer: whole within the standard, then falling in a line to the lowest at the limit."""
    standard = rules.standard_working_days
    beyond = max(0, working_days_taken - standard) / (standard * (rules.limit_multiple - 1))
    return max(rules.lowest_when_answered, 1 - (1 - rules.lowest_when_answered) * beyond)


def sharing_value(shared_on: date, due_on: date, rules: OpennessRules) -> float:
    """The value of notes, reasons or feedback once shared: whole by the day they were due, less when late."""
    return 1.0 if shared_on <= due_on else rules.late_value


def integrity_value(promised: Level, practised: Level) -> float:
    """The value of a decision by how far participation fell short of the level promised."""
    return 1 - max(0, promised.rank - practised.rank) / (len(Level) - 1)
