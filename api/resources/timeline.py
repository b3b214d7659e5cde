"""The timeline: the events of a partnership, sentence by sentence, until a day and as known then; all, or some."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum, auto
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct, field

from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import DEFAULT_LIMIT, Cursor, Limit, after, link, next_address, page
from api.reading.access import may_read_words
from api.reading.as_of import PastQuery, read_known, same_past
from api.reading.changes import CHANGED_SINCE, ChangedSince, position_held
from api.reading.labels import Beginnings
from api.reading.names_and_texts import NamesAndTexts, ids_in
from api.reading.timeline_entries import EventStanding, TimelineEntry, entries
from domain.events import EventBody, declaration_of, name_of
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Effective, Recorded
from domain.values import Label
from projections.engine.replay import KnownPartnership
from projections.history.anchoring import thing_of
from projections.history.attendance import is_together
from projections.history.claimed_record import KnownByClaims
from projections.history.history import AMENDMENTS, History

ListedEvent = tuple[Effective, EventStanding]


class EventFamily(StrEnum):
    """A family of events, by what they are about."""

    PARTNERSHIP = auto()
    INTERACTIONS = auto()
    RECORDS = auto()
    ASKS = auto()
    CONSULTATION = auto()
    DECISIONS = auto()
    COMMITMENTS = auto()
    DISPUTES = auto()
    FUNDING = auto()
    DOCUMENTS = auto()
    OUTCOMES = auto()
    EXPERIENCE = auto()
    REGISTRIES = auto()
    STEWARDSHIP = auto()


class TimelineOrder(StrEnum):
    """In which order events are listed."""

    OLDEST = auto()
    NEWEST = auto()


Things = Annotated[
    tuple[UUID, ...],
    Meta(max_length=50, description="Only events that begin or continue these things, or are about these records"),
]
Families = Annotated[tuple[EventFamily, ...], Meta(max_length=14, description="Only events of these families")]
SoughtWords = Annotated[
    str, Meta(min_length=1, max_length=100, description="Only events whose sentence, as shown to this reader, holds it")
]


class TimelineQuery(PastQuery, frozen=True, kw_only=True):
    """Which past is asked about, which events of it, and which page of those."""

    family: Families = ()
    party: Annotated[UUID, Meta(description="Only events that name this organisation or group")] | None = None
    type: Annotated[Label, Meta(description="Only events of this type, such as `interaction-recorded`")] | None = None
    theme: Annotated[Label, Meta(description="Only events with this theme")] | None = None
    thing: Things = ()
    q: SoughtWords | None = None
    together: Annotated[
        bool, Meta(description="Whether to list only contacts in which people came together, which a petition is not")
    ] = False
    changed_since: ChangedSince | None = field(default=None, name=CHANGED_SINCE)
    order: Annotated[TimelineOrder, Meta(description="Which come first")] = TimelineOrder.OLDEST
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None


class Timeline(Struct, frozen=True, kw_only=True):
    """A page of what happened, in the order in which it happened, and what it rests on.

    `entries_in_all` counts those that were asked for, on every page. `labels` says what things are called, by their
    ids, that an event continues or is about.
    """

    log_id: UUID
    position: int
    as_of: date
    tree_root: str
    known_by: KnownByClaims = None
    entries_in_all: int
    data: tuple[TimelineEntry, ...]
    labels: dict[UUID, str]
    next: str | None


def _read(call: Call) -> OperationAnswer:
    partnership = read_known(call)
    basis = partnership.basis
    entitled = may_read_words(call.services.recorder, call.asker, partnership.history.partition_id)
    words = NamesAndTexts(call.services, entitled=entitled)
    events = _changed(_wanted(call.query, words, partnership), partnership.history, position_held(call))
    facts, place = page(events, after(call.query.cursor), call.query.limit)
    page_entries, _ = entries(words, partnership, facts)
    address = next_address(call, place, same_past(basis))
    answer = Timeline(
        log_id=basis.log_id,
        position=basis.position,
        as_of=basis.as_of,
        tree_root=basis.tree_root,
        known_by=basis.known_by,
        entries_in_all=len(events),
        data=page_entries,
        labels=_labels(words, partnership, [fact for fact, _ in facts]),
        next=address,
    )
    return OperationAnswer(content=answer, headers=link(address), personal=True)


def _labels(words: NamesAndTexts, partnership: KnownPartnership, facts: Iterable[Effective]) -> dict[UUID, str]:
    """The labels of the things that some facts continue or are about, in words that this reader may read."""
    history = partnership.history
    ids = dict.fromkeys(thing_of(fact.body) for fact in facts if not declaration_of(fact.body).begins)
    things = Beginnings(words.log, history, ids)
    texts = words.texts(things.here.values(), history.amendments)
    formed = next((body for _, body in history.each(PartnershipFormed)), None)
    names = words.names(things.parties, formed=formed, upto=partnership.basis.position)
    return things.labels(names, texts)


def _wanted(query: TimelineQuery, words: NamesAndTexts, partnership: KnownPartnership) -> Sequence[ListedEvent]:
    """The events that are asked for; words are sought only where this reader may read them."""
    events = [each for each in _all(partnership.history) if _is_wanted(query, each[0].body)]
    if query.order is TimelineOrder.NEWEST:
        events.reverse()
    if query.q is None:
        return events
    sought = query.q.casefold()
    sentences, _ = entries(words, partnership, events)
    return [each for each, entry in zip(events, sentences, strict=True) if sought in entry.sentence.casefold()]


def _changed(events: Sequence[ListedEvent], history: History, position: int | None) -> Sequence[ListedEvent]:
    """The events that were recorded, put right or withdrawn after a position; all, where there is none."""
    if position is None:
        return events
    mended = set(_mended(history, position))
    return [each for each in events if each[0].position > position or each[0].event_id in mended]


def _mended(history: History, position: int) -> Iterator[UUID]:
    """The records that were put right or withdrawn after a position, also by taking back what had put them right."""
    amendments = [*history.amendments, *history.withdrawn]
    mended = {each.event_id: each.body.record_id for each in amendments if isinstance(each.body, AMENDMENTS)}
    for amendment in history.amendments:
        record_id = mended.get(amendment.event_id) if amendment.position > position else None
        while record_id is not None:
            yield record_id
            record_id = mended.get(record_id)


def _is_wanted(query: TimelineQuery, body: EventBody) -> bool:
    return (
        (not query.family or declaration_of(body).family.name in query.family)
        and (not query.thing or thing_of(body) in query.thing)
        and (query.type is None or name_of(body) == query.type)
        and (query.theme is None or query.theme in _themes(body))
        and (query.party is None or query.party in ids_in(body, "party"))
        and (not query.together or (isinstance(body, InteractionRecorded) and is_together(body)))
    )


def _themes(body: EventBody) -> Iterator[str]:
    yield from getattr(body, "themes", ())
    yield getattr(body, "theme", None) or ""


def _all(history: History) -> list[ListedEvent]:
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
        summary="Read what happened, in sentences, in the order in which it happened; all of it, or some.",
        tag="Reading",
        handle=_read,
        query=TimelineQuery,
        answers={200: Timeline},
    ),
)
