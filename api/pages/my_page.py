"""My page: what waits for the bodies that somebody speaks for, their unfinished forms, and what is new to them."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from msgspec import Struct

from api.access.user_roles import Right
from api.http.problems import Problem
from api.pages.ground.browser_sessions import note_look
from api.pages.ground.drafts import FormDraft
from api.pages.ground.list_pages import every_answer
from api.pages.ground.page import Page, PageAnswer, Shown, Visit
from api.pages.meetings.ways import drafts_of, form_address
from api.pages.partnership.tasks import HEADINGS, Task, tasks_in
from api.resources.me import Me
from domain.log.errors import BeyondHead
from domain.log.recorder import LogRecorder
from projections.lifecycles.work_rows import WorklistTask

_OF_A_KIND: Final = 5
_NEWS: Final = 10
_FIRST_LOOK: Final = timedelta(days=14)
"""How far back somebody is told what is new who looks for the first time."""
_COUNTED: Final = (
    ("promise to keep", "promises to keep", frozenset({WorklistTask.KEEP_PROMISE})),
    ("ask to answer", "asks to answer", frozenset({WorklistTask.ANSWER_ASK, WorklistTask.ACCEPT_REFERRAL})),
    ("report to confirm", "reports to confirm", frozenset({WorklistTask.CONFIRM_FULFILMENT})),
    ("set of notes to share", "sets of notes to share", frozenset({WorklistTask.SHARE_NOTES})),
)


class TasksOf(Struct, frozen=True, kw_only=True):
    """The rows of a worklist with what is needed to put them in words."""

    rows: Sequence[Any]
    labels: dict[UUID, str]
    names: dict[UUID, str]
    as_of: date


class DatedTask(Protocol):
    """A row of the worklist, of one partnership or of all, as far as its days are concerned."""

    due_on: date | None
    since_on: date
    is_overdue: bool


class OwnTask(Struct, frozen=True, kw_only=True):
    """One thing that waits for a body that somebody speaks for, and where."""

    task: Task
    partnership_id: UUID
    partnership: str


class OwnCount(Struct, frozen=True, kw_only=True):
    """How many things of one sort wait, and how many of them are past their day."""

    count: int
    words: str
    overdue: int


class UnfinishedForm(Struct, frozen=True, kw_only=True):
    """A form that was begun and not recorded."""

    title: str
    address: str
    saved_at: datetime


def _show(visit: Visit) -> PageAnswer:
    me: Me = visit.ask("read-me")
    if not visit.visitor.may(Right.READ_FIGURES):
        values = {
            "me": me,
            "may_operate": visit.visitor.may(Right.OPERATE),
            "may_send_on": visit.visitor.may(Right.SEND_ON),
        }
        return Shown(template="people/page_without_figures.html", title="My page", values=values)
    tasks = list(_tasks(visit, me))
    kind = visit.query.get("kind", "")
    groups = [(each, [own for own in tasks if own.task.task is each]) for each in HEADINGS]
    news, is_first = _news(visit)
    names = {each.partnership_id: each.name or "" for each in me.partnerships}
    values = {
        "me": me,
        "may_send_on": visit.visitor.may(Right.SEND_ON),
        "counts": list(_counts(tasks)),
        "groups": [
            (
                task_kind.value,
                HEADINGS[task_kind],
                of_kind,
                of_kind if task_kind.value == kind else of_kind[:_OF_A_KIND],
            )
            for task_kind, of_kind in groups
            if of_kind and kind in ("", task_kind.value)
        ],
        "kind": kind if kind in {each.value for each in HEADINGS} else "",
        "in_all": len(tasks),
        "unfinished": [_unfinished(draft, names) for draft in drafts_of(visit).listed()],
        "news": news,
        "since": _FIRST_LOOK.days if is_first else None,
        "partnership_names": names,
    }
    return Shown(template="my_page.html", title="My page", values=values)


def _tasks(visit: Visit, me: Me) -> Iterator[OwnTask]:
    """The tasks of the bodies, partnership by partnership in order of name, the longest overdue first in each."""
    bodies = {body.party_id for body in me.bodies}
    try:
        worklists = list(_from_lists(visit, bodies))
    except Problem as problem:
        if problem.code != "not-built":
            raise
        worklists = [_from_partnership(visit, seat.partnership_id, bodies) for seat in me.partnerships]
    for partnership_id, tasks_of in worklists:
        name = tasks_of.names.get(partnership_id, "")
        for task in tasks_in(tasks_of):
            yield OwnTask(task=task, partnership_id=partnership_id, partnership=name)


def _from_lists(visit: Visit, bodies: Iterable[UUID]) -> Iterator[tuple[UUID, TasksOf]]:
    """Out of the list across partnerships."""
    query = {"causes": 1, "labels": True}
    answers = [
        answer
        for body in sorted(bodies)
        for answer in every_answer(visit, "list-stored-worklist", {**query, "party_id": body})
    ]
    names = {identity: name for answer in answers for identity, name in answer.names.items()}
    labels = {identity: label for answer in answers for identity, label in answer.labels.items()}
    rows = sorted((row for answer in answers for row in answer.data), key=lambda row: row.due_on or date.max)
    partnership_ids = sorted({row.partnership_id for row in rows}, key=lambda identity: names.get(identity, ""))
    for partnership_id in partnership_ids:
        own = [row for row in rows if row.partnership_id == partnership_id]
        yield (
            partnership_id,
            TasksOf(rows=sorted(own, key=_nearness), labels=labels, names=names, as_of=answers[0].as_of),
        )


def _from_partnership(visit: Visit, partnership_id: UUID, bodies: Iterable[UUID]) -> tuple[UUID, TasksOf]:
    """Out of one partnership's own view, where the lists were not made yet."""
    view = visit.ask("read-worklist", {"partnership_id": partnership_id}, {"causes": 1})
    own = sorted((row for row in view.rows if row.party_id in set(bodies)), key=_nearness)
    entry = visit.ask("read-partnership", {"partnership_id": partnership_id})
    names = view.names | {partnership_id: entry.name}
    return partnership_id, TasksOf(rows=own, labels=view.labels, names=names, as_of=view.as_of)


def _nearness(row: DatedTask) -> tuple[int, int]:
    """The order of tasks: what is due next, then what went overdue last, which is mended soonest, then the rest."""
    if row.due_on is None:
        return 2, -row.since_on.toordinal()
    return (1, -row.due_on.toordinal()) if row.is_overdue else (0, row.due_on.toordinal())


def _counts(tasks: Sequence[OwnTask]) -> Iterator[OwnCount]:
    for one, several, kinds in _COUNTED:
        waiting = [own.task for own in tasks if own.task.task in kinds]
        overdue = sum(task.is_overdue for task in waiting)
        yield OwnCount(count=len(waiting), words=one if len(waiting) == 1 else several, overdue=overdue)


def _unfinished(draft: FormDraft, names: dict[UUID, str]) -> UnfinishedForm:
    where = names.get(draft.partnership_id, "")
    return UnfinishedForm(
        title=f"Record a meeting{f' of {where}' if where else ''}",
        address=form_address(draft.partnership_id, draft.draft_id),
        saved_at=draft.saved_at,
    )


def _news(visit: Visit) -> tuple[Any, bool]:
    """The news since the holder of the key last looked before this session; and whether they never looked before."""
    log, session = visit.services.recorder, visit.session
    since = 0 if session is None else session.since
    is_first = since == 0
    if is_first:
        since = _position_at(log, visit.services.now() - _FIRST_LOOK)
    news = visit.ask("read-news", query={"since": since, "limit": _NEWS})
    if session is not None and not visit.is_head:
        note_look(log, session, news.position)
    return news, is_first


def _position_at(log: LogRecorder, instant: datetime) -> int:
    """How far the log had come at an instant, which may be after everything that is in it."""
    try:
        return log.position_at(instant)
    except BeyondHead:
        return log.head().position


PAGES = (Page(path="/my-page", name="my-page", show=_show, right=Right.OWN_KEYS, section="my-page"),)
