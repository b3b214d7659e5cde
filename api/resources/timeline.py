"""The timeline: the events of a partnership, sentence by sentence, until a day and as known then."""

from datetime import date
from uuid import UUID

from msgspec import Struct

from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import DEFAULT_LIMIT, Cursor, Limit, after, link, next_address, page
from api.reading.access import may_read_words
from api.reading.as_of import PastQuery, read_known
from api.reading.names_and_texts import NamesAndTexts
from api.reading.timeline_entries import EventStanding, TimelineEntry, entries
from domain.events.recorded import Effective, Recorded
from projections.history.history import History


class TimelineQuery(PastQuery, frozen=True, kw_only=True):
    """Which past is asked about, and which page of it."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None


class Timeline(Struct, frozen=True, kw_only=True):
    """A page of what happened, in the order in which it happened, and what it rests on."""

    log_id: UUID
    position: int
    as_of: date
    tree_root: str
    data: tuple[TimelineEntry, ...]
    next: str | None


def _read(call: Call) -> OperationAnswer:
    partnership = read_known(call)
    basis = partnership.basis
    facts, place = page(_all(partnership.history), after(call.query.cursor), call.query.limit)
    entitled = may_read_words(call.services.recorder, call.asker, partnership.history.partition_id)
    page_entries, _ = entries(NamesAndTexts(call.services, entitled=entitled), partnership, facts)
    address = next_address(call, place, {"as_of": basis.as_of, "known_at": basis.position})
    answer = Timeline(
        log_id=basis.log_id,
        position=basis.position,
        as_of=basis.as_of,
        tree_root=basis.tree_root,
        data=page_entries,
        next=address,
    )
    return OperationAnswer(content=answer, headers=link(address), personal=True)


def _all(history: History) -> list[tuple[Effective, EventStanding]]:
    withdrawn = [_as_recorded(each) for each in history.withdrawn if each.occurred_at < history.end]
    listed = [
        *((fact, EventStanding.STANDS) for fact in history.facts),
        *((fact, EventStanding.SET_ASIDE) for fact in history.set_aside),
        *((fact, EventStanding.WITHDRAWN) for fact in withdrawn),
    ]
    return sorted(listed, key=lambda pair: (pair[0].occurred_at, pair[0].position))


def _as_recorded(record: Recorded) -> Effective:
    return Effective(recorded=record, body=record.body, occurred_at=record.occurred_at)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/timeline",
        name="read-timeline",
        summary="Read what happened, in sentences, in the order in which it happened.",
        tag="Reading",
        handle=_read,
        query=TimelineQuery,
        answers={200: Timeline},
    ),
)
