"""The rows of the worklist: the tasks that there are, and what is said of each thing that waits."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.values import PartyAt
from domain.vocabulary import CodeList, Side
from projections.declaration import ProjectionRow
from projections.history.history import History
from projections.rows import Causes, names_a


class WorklistTask(CodeList):
    """The kinds of thing that wait to be done."""

    KEEP_PROMISE = "keep-promise"
    ACKNOWLEDGE_PROMISE = "acknowledge-promise"
    CONFIRM_FULFILMENT = "confirm-fulfilment"
    AGREE_NEW_TERMS = "agree-new-terms"
    AGREE_DATE = "agree-date"
    AGREE_SETTLEMENT = "agree-settlement"
    AGREE_CORRECTION = "agree-correction"
    AGREE_HANDOVER = "agree-handover"
    ANSWER_ASK = "answer-ask"
    TAKE_UP_ASK = "take-up-ask"
    ACCEPT_REFERRAL = "accept-referral"
    FEED_BACK = "feed-back"
    SHARE_NOTES = "share-notes"
    ATTEST_DECISION = "attest-decision"
    DECIDE_VARIATION = "decide-variation"
    SETTLE_DISPUTE = "settle-dispute"
    NOTE_COVERAGE = "note-coverage"


class WorkRow(ProjectionRow, frozen=True, kw_only=True):
    """One thing that waits for one body, or for a whole side, or for anybody."""

    task: Annotated[WorklistTask, Meta(description="What is to be done")]
    thing_id: Annotated[
        UUID, names_a("thing", "The promise, ask, contact, consultation, decision or dispute it is about")
    ]
    party_id: Annotated[UUID | None, names_a("party", "Who it waits for; empty: a whole side, or anybody")]
    side: Annotated[Side | None, Meta(description="The side it waits for; empty: anybody")]
    since_on: Annotated[date, Meta(description="The day from which it has waited")]
    due_on: Annotated[date | None, Meta(description="The day it is due, where there is one")]
    silence_counts_on: Annotated[
        date | None, Meta(description="The day on which silence becomes agreement, where it does")
    ]
    is_overdue: Annotated[bool, Meta(description="Whether the day it is due has passed")]
    causes: Causes


def work_row(
    history: History,
    task: WorklistTask,
    thing_id: UUID,
    *,
    who: PartyAt | Side | None,
    since_on: date,
    causes: tuple[UUID, ...],
    due_on: date | None = None,
    silence_counts_on: date | None = None,
) -> WorkRow:
    """One row for a body or a side; overdue the day after it is due."""
    return WorkRow(
        task=task,
        thing_id=thing_id,
        party_id=who.party_id if isinstance(who, PartyAt) else None,
        side=who.side if isinstance(who, PartyAt) else who,
        since_on=since_on,
        due_on=due_on,
        silence_counts_on=silence_counts_on,
        is_overdue=due_on is not None and due_on < history.as_of,
        causes=causes,
    )
