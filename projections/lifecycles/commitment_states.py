"""The states that a promise passes through."""

from typing import Final

from domain.vocabulary import CodeList


class CommitmentState(CodeList):
    """Where a promise stands on a day. What nobody has promised yet, or what waits to be agreed, is no evidence."""

    PROPOSED = "proposed"
    MADE = "made"
    OPEN = "open"
    OVERDUE = "overdue"
    REPORTED = "reported"
    FULFILLED = "fulfilled"
    PARTLY_FULFILLED = "partly-fulfilled"
    SETTLED = "settled-for-part"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    RELEASED = "released"
    SUPERSEDED = "superseded"
    REFERRED = "referred"
    SET_ASIDE = "set-aside"


OWED: Final = frozenset({CommitmentState.OPEN, CommitmentState.OVERDUE, CommitmentState.REPORTED})
"""The states in which it is still to be done."""

UNENDED: Final = OWED | {CommitmentState.MADE}
"""The states of a promise that nothing has ended, agreed by whoever made it or not yet."""

BY_URGENCY: Final = (
    CommitmentState.OVERDUE,
    CommitmentState.REPORTED,
    CommitmentState.OPEN,
    CommitmentState.MADE,
    CommitmentState.PROPOSED,
    CommitmentState.FAILED,
    CommitmentState.WITHDRAWN,
    CommitmentState.PARTLY_FULFILLED,
    CommitmentState.SETTLED,
    CommitmentState.FULFILLED,
    CommitmentState.SUPERSEDED,
    CommitmentState.RELEASED,
    CommitmentState.REFERRED,
    CommitmentState.SET_ASIDE,
)
"""The states from what most needs somebody's attention to what least does."""
