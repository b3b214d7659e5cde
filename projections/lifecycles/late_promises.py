"""When a promise is late: overdue while it is open, and by how many days once it is done.

Lateness comes from the clock and is nobody's word. What a late promise is worth as evidence is said in
`scoring/facets/act_value.py`.
"""

from datetime import date, datetime, timedelta

from domain.values import end_of_day
from projections.lifecycles.commitment_states import CommitmentState
from projections.method.method import CommitmentRules


def overdue_at(due_on: date, rules: CommitmentRules) -> datetime:
    """The instant from which a promise still open is overdue: the end of its last day of grace."""
    return end_of_day(due_on + timedelta(days=rules.grace_days))


def state_while_open(
    instant: datetime, due_on: date | None, rules: CommitmentRules, *, reported_at: datetime | None
) -> CommitmentState:
    """The state of a promise that nothing has ended: a report known before it was overdue holds its lateness back.

    `reported_at`: when the first report of its being done that still waits for an answer was made and recorded.
    What is due on no day is never overdue.
    """
    if due_on is None:
        return CommitmentState.OPEN if reported_at is None else CommitmentState.REPORTED
    overdue = overdue_at(due_on, rules)
    if reported_at is not None and reported_at < overdue:
        return CommitmentState.REPORTED
    return CommitmentState.OVERDUE if instant >= overdue else CommitmentState.OPEN


def days_late(done_on: date | None, due_on: date | None) -> int:
    """The calendar days from the day due to the day done; 0 for what was done in time, is not done or not dated."""
    return 0 if done_on is None or due_on is None else max(0, (done_on - due_on).days)
