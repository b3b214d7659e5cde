"""Things that wait to be done in a partnership, in words: what, for whom, since when, and how urgent."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from api.pages.ground.in_words import count_of, day_in_words
from domain.events.english import words
from projections.lifecycles.work_rows import WorklistTask, WorkRow
from projections.views.worklist import ASKS_TO_ANSWER, PROMISES_TO_KEEP

HEADINGS: Final[dict[WorklistTask, str]] = {
    WorklistTask.KEEP_PROMISE: "Promises to keep",
    WorklistTask.CONFIRM_FULFILMENT: "Promises reported done, to confirm",
    WorklistTask.ACKNOWLEDGE_PROMISE: "Promises to acknowledge",
    WorklistTask.ANSWER_ASK: "Asks to answer",
    WorklistTask.ACCEPT_REFERRAL: "Asks passed on, to take over",
    WorklistTask.TAKE_UP_ASK: "Asks that nobody has",
    WorklistTask.FEED_BACK: "Consultations to report back on",
    WorklistTask.AGREE_NEW_TERMS: "New terms of promises, to agree",
    WorklistTask.AGREE_DATE: "Promises without a date, to agree one",
    WorklistTask.AGREE_SETTLEMENT: "Promises settled for a part, to agree",
    WorklistTask.AGREE_CORRECTION: "Corrections of promises, to agree",
    WorklistTask.AGREE_HANDOVER: "Promises passed on, to agree",
    WorklistTask.SETTLE_DISPUTE: "Disagreements to settle",
    WorklistTask.DECIDE_VARIATION: "Changes to awards, to decide",
    WorklistTask.ATTEST_DECISION: "Decisions whose lead another side can confirm",
    WorklistTask.SHARE_NOTES: "Notes of meetings to share",
    WorklistTask.NOTE_COVERAGE: "Changes to what this record would note, to look at",
}
"""The heading over the list of each kind of task, in the order in which they are listed."""

_COUNTED: Final[tuple[tuple[str, str, frozenset[WorklistTask], bool], ...]] = (
    ("promise overdue", "promises overdue", PROMISES_TO_KEEP, True),
    ("ask past its time", "asks past their time", ASKS_TO_ANSWER, True),
    ("set of notes not shared", "sets of notes not shared", frozenset({WorklistTask.SHARE_NOTES}), True),
    ("disagreement open", "disagreements open", frozenset({WorklistTask.SETTLE_DISPUTE}), False),
)
_URGENT: Final = frozenset({WorklistTask.KEEP_PROMISE, WorklistTask.ANSWER_ASK, WorklistTask.ACCEPT_REFERRAL})
_SHOWN_OVERDUE, _SHOWN_COMING = 3, 1


class Task(Struct, frozen=True, kw_only=True):
    """One thing that waits to be done."""

    task: WorklistTask
    thing_id: UUID
    title: str
    record: UUID
    party_id: UUID | None
    who: str
    when: str
    is_overdue: bool
    due_on: date | None


class TaskCount(Struct, frozen=True):
    """How many things of one sort wait."""

    count: int
    words: str


def tasks_in(worklist: Any) -> list[Task]:  # noqa: ANN401 - the view's shape is made from its projection
    """The tasks of a worklist as the API answers it, kind by kind, the longest overdue first in each."""
    order = list(HEADINGS)
    rows = sorted(worklist.rows, key=lambda row: order.index(row.task))
    return [
        Task(
            task=row.task,
            thing_id=row.thing_id,
            title=worklist.labels.get(row.thing_id, "Something without a title"),
            record=row.causes[0],
            party_id=row.party_id,
            who=_who(row, worklist.names),
            when=_when(row, worklist.as_of),
            is_overdue=row.is_overdue,
            due_on=row.due_on,
        )
        for row in rows
    ]


def counts_of(tasks: Sequence[Task]) -> list[TaskCount]:
    """The four counts that head a partnership's page."""
    counts = []
    for one, several, kinds, only_overdue in _COUNTED:
        count = len({task.thing_id for task in tasks if task.task in kinds and (task.is_overdue or not only_overdue)})
        counts.append(TaskCount(count, one if count == 1 else several))
    return counts


def most_urgent(tasks: Iterable[Task]) -> list[Task]:
    """The promises and asks that went overdue last, which can be mended soonest, and the one that is due next."""
    dated = sorted((task for task in tasks if task.task in _URGENT and task.due_on), key=lambda task: str(task.due_on))
    overdue = [task for task in dated if task.is_overdue]
    coming = [task for task in dated if not task.is_overdue]
    return [*reversed(overdue[-_SHOWN_OVERDUE:]), *coming[:_SHOWN_COMING]]


def _who(row: WorkRow, names: dict[UUID, str]) -> str:
    body = names.get(row.party_id, "") if row.party_id else ""
    since = day_in_words(row.since_on)
    if row.task is WorklistTask.KEEP_PROMISE:
        due = f", due {day_in_words(row.due_on)}" if row.due_on else ""
        return f"{body or 'Somebody'} promised this on {since}{due}"
    whom = body or (f"anybody of {words(row.side)}" if row.side else "anybody")
    silence = ""
    if row.silence_counts_on is not None:
        silence = f". Silence counts as agreement on {day_in_words(row.silence_counts_on)}"
    due = f", was due {day_in_words(row.due_on)}" if row.is_overdue else ""
    return f"Waits for {whom} since {since}{due}{silence}"


def _when(row: WorkRow, today: date) -> str:
    if row.due_on is None:
        return ""
    if row.is_overdue:
        return f"overdue by {count_of((today - row.due_on).days, 'day')}"
    return f"due {day_in_words(row.due_on)}"
