"""The work that waits for somebody, counted by partnership: what is due, unanswered and unconfirmed in their reach."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.access.principal import Principal
from api.access.user_roles import Right
from api.reading.names_and_texts import NamesAndTexts
from api.runtime.services import Services
from projections.engine.list_rows import RowQuery, list_rows
from projections.lifecycles.work_rows import WorklistTask, WorkRow
from projections.views import stored_projections

SOON: Final = timedelta(days=14)
_PAGE: Final = 1_000
_ANSWERING: Final = frozenset(
    {
        WorklistTask.ANSWER_ASK,
        WorklistTask.ACCEPT_REFERRAL,
        WorklistTask.TAKE_UP_ASK,
        WorklistTask.FEED_BACK,
        WorklistTask.DECIDE_VARIATION,
    }
)
_LATER: Final = frozenset({WorklistTask.KEEP_PROMISE, WorklistTask.SHARE_NOTES})
"""Tasks that wait for nobody's word: they count once their day is near."""


class WaitingWork(Struct, frozen=True, kw_only=True):
    """The work that waits in one partnership, counted once: past its day, due soon, to be answered, to be confirmed.

    `unconfirmed` counts whatever else waits for somebody's word, such as a dispute to be settled.
    """

    partnership_id: UUID
    name: str
    overdue: int
    due_soon: int
    unanswered: int
    unconfirmed: int


def waiting_work(services: Services, principal: Principal) -> list[WaitingWork]:
    """The work that waits for the bodies that somebody speaks for, or, if for none, for anybody in their reach.

    By name of the partnership; only those where something waits. Raises NotBuilt while the worklist is not.
    """
    if not principal.may(Right.READ_FIGURES):
        return []
    within = principal.within()
    bodies = principal.actor.speaks_for | ({principal.organisation_id} if principal.organisation_id else set())
    counts: dict[UUID, Counter[str]] = {}
    for partnership_id, row, as_of in _rows(services, None if within is None else tuple(sorted(within))):
        sort = _sort_of(row, as_of)
        if sort and (not bodies or row.party_id in bodies):
            counts.setdefault(partnership_id, Counter())[sort] += 1
    upto = services.recorder.head().position
    names = NamesAndTexts(services, entitled=None).names_across(counts, (), upto=upto)
    waiting = [
        WaitingWork(
            partnership_id=partnership_id,
            name=names.get(partnership_id, "A partnership without a name"),
            overdue=of_sort["overdue"],
            due_soon=of_sort["due_soon"],
            unanswered=of_sort["unanswered"],
            unconfirmed=of_sort["unconfirmed"],
        )
        for partnership_id, of_sort in counts.items()
    ]
    return sorted(waiting, key=lambda work: (work.name, work.partnership_id))


def _rows(services: Services, partnership_ids: tuple[UUID, ...] | None) -> Iterator[tuple[UUID, WorkRow, date]]:
    """The rows of the worklist, with the partnership of each and the day that it was brought to."""
    worklist, after = stored_projections()["worklist"], None
    while True:
        query = RowQuery(partition_ids=partnership_ids, after=after, limit=_PAGE, without_causes=True)
        with services.recorder.connections.borrow() as connection:
            page = list_rows(connection, worklist, query)
        for place, row in page.rows:
            assert isinstance(row, WorkRow)  # noqa: S101 - the rows of the worklist are
            yield place.partition_id, row, page.headers[place.partition_id].as_of
        if len(page.rows) < _PAGE:
            return
        after = page.rows[-1][0]


def _sort_of(row: WorkRow, as_of: date) -> str | None:
    if row.is_overdue:
        return "overdue"
    if row.due_on is not None and row.due_on <= as_of + SOON:
        return "due_soon"
    if row.task in _ANSWERING:
        return "unanswered"
    return None if row.task in _LATER else "unconfirmed"
