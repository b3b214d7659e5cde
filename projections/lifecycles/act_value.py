"""What one act is worth as evidence, in [0, 1]: promises, answers, sharing and levels of participation."""

from datetime import date, timedelta

from domain.vocabulary import CodeList, Level
from projections.method.method import AnswerRules, CommitmentRules, OpennessRules


class CommitmentState(CodeList):
    """Where a promise stands on a day. What nobody has promised yet, or what waits to be agreed, is no evidence."""

    PROPOSED = "proposed"
    MADE = "made"
    OPEN = "open"
    OVERDUE = "overdue"
    REPORTED = "reported"
    FULFILLED = "fulfilled"
    PARTLY_FULFILLED = "partly-fulfilled"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    RELEASED = "released"
    SUPERSEDED = "superseded"
    REFERRED = "referred"
    SET_ASIDE = "set-aside"


def overdue_on(due_on: date, rules: CommitmentRules) -> date:
    """Give the first day on which a promise still open is overdue: the day after its grace has run out."""
    return due_on + timedelta(days=rules.grace_days + 1)


def lateness_factor(days_late: int, rules: CommitmentRules) -> float:
    """Give what being so many calendar days late leaves of a kept promise; not late at or below 0."""
    beyond_grace = max(0, days_late - rules.grace_days)
    return max(rules.lowest_when_done, 1 - beyond_grace / rules.tolerance_days)


def commitment_value(
    state: CommitmentState,
    rules: CommitmentRules,
    *,
    days_late: int = 0,
    fraction: float = 1.0,
    renegotiated_late: bool = False,
) -> float | None:
    """Give the value of a promise in its latest state, or None when that state is no evidence.

    `fraction`: how much of it was done, agreed by the promisee. `renegotiated_late`: its due date was moved by
    agreement after it had passed. An overdue promise is worth 0 and does not fade while it is owed.
    """
    match state:
        case CommitmentState.FULFILLED:
            value = lateness_factor(days_late, rules)
        case CommitmentState.PARTLY_FULFILLED:
            value = fraction * lateness_factor(days_late, rules)
        case CommitmentState.WITHDRAWN | CommitmentState.FAILED | CommitmentState.OVERDUE:
            value = 0.0
        case _:
            return None
    return min(value, rules.highest_when_renegotiated_late) if renegotiated_late else value


def answer_value(working_days_taken: int, rules: AnswerRules) -> float:
    """Give the value of an answer: whole within the standard, then falling in a line to the lowest at the limit."""
    standard = rules.standard_working_days
    beyond = max(0, working_days_taken - standard) / (standard * (rules.limit_multiple - 1))
    return max(rules.lowest_when_answered, 1 - (1 - rules.lowest_when_answered) * beyond)


def sharing_value(shared_on: date, due_on: date, rules: OpennessRules) -> float:
    """Give the value of notes, reasons or feedback once shared: whole by the day they were due, less when late."""
    return 1.0 if shared_on <= due_on else rules.late_value


def integrity_value(promised: Level, practised: Level) -> float:
    """Give the value of a decision by how far participation fell short of the level promised."""
    return 1 - max(0, promised.rank - practised.rank) / (len(Level) - 1)
