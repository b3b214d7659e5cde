"""The timeline: what happened in a partnership, sentence by sentence, as known then and until a day."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from api.http.operations import Answer, Call, Operation
from api.http.paging import DEFAULT_LIMIT, Cursor, Limit, after, link, next_address, page
from api.reading.access import may_read_words
from api.reading.as_of import PastQuery, read_known
from api.reading.names_and_texts import UNNAMED, NamesAndTexts, ShownTexts, ids_in, said
from domain.events.partnership import PartnershipFormed
from domain.events.recorded import Effective, Recorded
from domain.events.sentences import sentence
from domain.values import Plain, Sealed
from projections.engine.replay import KnownPartnership
from projections.history.history import History


class EventStanding(StrEnum):
    """Whether an event counts: it may have been withdrawn, or be about something that was."""

    STANDS = "stands"
    SET_ASIDE = "set-aside"
    WITHDRAWN = "withdrawn"


class TimelineQuery(PastQuery, frozen=True, kw_only=True):
    """Which past is asked about, and which page of it."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None


class TimelineEntry(Struct, frozen=True, kw_only=True):
    """One event in one sentence, as it stands; `corrected_by` lists the corrections in force."""

    event_id: UUID
    position: int
    type: str
    happened: str
    occurred_at: datetime
    recorded_at: datetime
    standing: EventStanding
    corrected_by: tuple[UUID, ...]
    sentence: str


class Timeline(Struct, frozen=True, kw_only=True):
    """A page of what happened, in the order in which it happened, and what it rests on."""

    log_id: UUID
    position: int
    as_of: date
    tree_root: str
    data: tuple[TimelineEntry, ...]
    next: str | None


def _read(call: Call) -> Answer:
    known = read_known(call)
    basis = known.basis
    facts, place = page(_all(known.history), after(call.query.cursor), call.query.limit)
    told, _ = entries(call, known, facts)
    address = next_address(call, place, {"as_of": basis.as_of, "known_at": basis.position})
    answer = Timeline(
        log_id=basis.log_id,
        position=basis.position,
        as_of=basis.as_of,
        tree_root=basis.tree_root,
        data=told,
        next=address,
    )
    return Answer(content=answer, headers=link(address), personal=True)


def entries(
    call: Call, known: KnownPartnership, facts: Sequence[tuple[Effective, EventStanding]], *, also: Iterable[UUID] = ()
) -> tuple[tuple[TimelineEntry, ...], dict[UUID, str]]:
    """Tell events in sentences, in words this reader may read; also gives the names used, and those of `also`."""
    history = known.history
    words = NamesAndTexts(
        call.services, entitled=may_read_words(call.services.recorder, call.asker, history.partition_id)
    )
    texts = words.texts((fact for fact, _ in facts), history.amendments)
    formed = next((body for _, body in history.each(PartnershipFormed)), None)
    mentioned = [each for fact, _ in facts for each in ids_in(fact.body, "party", "place")]
    names = words.names([*mentioned, *also], formed=formed, upto=known.basis.position)
    told = tuple(_entry(fact, standing, lambda each: names.get(each, UNNAMED), texts) for fact, standing in facts)
    return told, names


def _all(history: History) -> list[tuple[Effective, EventStanding]]:
    gone = [_as_recorded(each) for each in history.withdrawn if each.occurred_at < history.end]
    listed = [
        *((fact, EventStanding.STANDS) for fact in history.facts),
        *((fact, EventStanding.SET_ASIDE) for fact in history.set_aside),
        *((fact, EventStanding.WITHDRAWN) for fact in gone),
    ]
    return sorted(listed, key=lambda pair: (pair[0].occurred_at, pair[0].position))


def _as_recorded(record: Recorded) -> Effective:
    return Effective(recorded=record, body=record.body, occurred_at=record.occurred_at)


def _entry(fact: Effective, standing: EventStanding, label: Callable[[UUID], str], texts: ShownTexts) -> TimelineEntry:
    def text(_: str, sealed: Plain | Sealed) -> str:
        return said(sealed, texts)

    return TimelineEntry(
        event_id=fact.event_id,
        position=fact.position,
        type=fact.name,
        happened=fact.body.happened,
        occurred_at=fact.occurred_at,
        recorded_at=fact.recorded_at,
        standing=standing,
        corrected_by=fact.corrected_by,
        sentence=sentence(fact.body, label=label, text=text),
    )


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
