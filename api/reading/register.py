"""Registers as they are read: entries in the order of registration, each as it stands, a page at a time."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from typing import Annotated, Any, TypeVar
from uuid import UUID

from msgspec import Meta, Struct

from api.http.conditional import etag
from api.http.freshness import FreshnessQuery
from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import DEFAULT_LIMIT, Cursor, Limit, after, link, next_address
from api.http.problems import Problem
from api.reading.access import may_read_entry
from api.reading.events import shown
from api.reading.names_and_texts import NamesAndTexts
from domain.decisions.refusals import in_words
from domain.events import EventBody, name_of
from domain.events.recorded import Effective, Recorded, resolve
from domain.events.selection import Selection, on
from domain.events.tags import tag
from domain.log.find_records import find_records, in_batches, last_position
from domain.log.recorder import LogRecorder
from domain.text import is_called

E = TypeVar("E")

NameSought = Annotated[
    str,
    Meta(
        min_length=1,
        max_length=200,
        description="Only what has a name with these words in it, or with a part of one; capitals, accents, "
        "punctuation and extra spaces make no difference. Names of people are sealed, and so are never searched.",
    ),
]


class PageQuery(FreshnessQuery, frozen=True, kw_only=True):
    """Which page of a list is asked for."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None


class NamedPageQuery(PageQuery, frozen=True, kw_only=True):
    """Which page of a list is asked for, and by which name."""

    q: NameSought | None = None


class RegisterEntry(Struct, frozen=True, kw_only=True):
    """One thing of a register as it stands, by the event that last said so."""

    event_id: UUID
    details: dict[str, Any]


class RegisterPage(Struct, frozen=True, kw_only=True):
    """Some entries of a register, and where to go on."""

    data: tuple[RegisterEntry, ...]
    next: str | None


class Register:
    """One register: the events that begin its entries, those that amend them, and the operations that read it."""

    def __init__(self, kind: str, begins: type[EventBody], *amends: type[EventBody]) -> None:
        self._kind = kind
        self._begins = begins
        self._types = (begins, *amends)

    def listing(self, path: str, *, name: str, summary: str, tag: str) -> Operation:
        """The operation that lists the register at a path, or what of it is called so."""
        return Operation(
            method="GET",
            path=path,
            name=name,
            summary=summary,
            tag=tag,
            handle=self.listed,
            query=NamedPageQuery,
            answers={200: RegisterPage},
        )

    def reading(self, path: str, *, name: str, summary: str, tag: str) -> Operation:
        """The operation that reads one entry at a path, whose only parameter is the id."""
        return Operation(
            method="GET",
            path=path,
            name=name,
            summary=summary,
            tag=tag,
            handle=partial(self.one, parameter=self._kind),
            answers={200: RegisterEntry},
            conditional=True,
        )

    def listed(self, call: Call) -> OperationAnswer:
        """One page of the register, oldest entries first."""
        q = call.query.q
        only = None if q is None else call.services.handler.lookalikes.called(q)
        entries, address = self.page(call, only, lambda ids: self._entries(call, ids, q))
        return OperationAnswer(content=RegisterPage(data=entries, next=address), headers=link(address), personal=True)

    def page(
        self, call: Call, only: Collection[UUID] | None, entries_of: Callable[[Sequence[UUID]], Mapping[UUID, E]]
    ) -> tuple[tuple[E, ...], str | None]:
        """One page of entries, oldest first, and the address of the next; `only` are those that may be on it at all.

        What `entries_of` leaves out is not listed.
        """
        log, start, limit = call.services.recorder, after(call.query.cursor), call.query.limit
        if only is None:
            every = Selection(frozenset({name_of(self._begins)}), frozenset())
            beginnings = find_records(log, frozenset({every}), after=start, limit=limit + 1)
        else:
            beginnings = [record for record in self._begun(log, only) if record.position > start]
        listed: list[tuple[int, E]] = []
        for some in in_batches(beginnings, limit + 1):
            entries = entries_of([self._id_of(record.body) for record in some])
            ids = [(record.position, self._id_of(record.body)) for record in some]
            listed += [(position, entries[thing_id]) for position, thing_id in ids if thing_id in entries]
            if len(listed) > limit:
                break
        place = listed[limit - 1][0] if len(listed) > limit else None
        if place is None and only is None and len(beginnings) > limit:
            place = beginnings[-1].position
        return tuple(entry for _, entry in listed[:limit]), next_address(call, place, {})

    def _begun(self, log: LogRecorder, ids: Collection[UUID]) -> list[Recorded]:
        """The events that began the entries with these ids, in order."""
        name, beginnings = frozenset({name_of(self._begins)}), []
        for some in in_batches(list(ids)):
            beginnings += find_records(
                log, frozenset(Selection(name, frozenset({tag(self._kind, each)})) for each in some)
            )
        ids_known = set(ids)
        return sorted(
            (record for record in beginnings if self._id_of(record.body) in ids_known),
            key=lambda record: record.position,
        )

    def one(self, call: Call, parameter: str) -> OperationAnswer:
        """The entry that the address names. Raises Problem 404."""
        identity = call.id_in_path(parameter)
        entry = self._entries(call, [identity]).get(identity)
        if entry is None:
            raise Problem("not-found", f"There is no {in_words(self._kind)} with this id.")
        position = last_position(call.services.recorder, frozenset({on(self._kind, identity, *self._types)}))
        return OperationAnswer(content=entry, headers={"ETag": etag(position)}, personal=True)

    def _entries(self, call: Call, ids: Sequence[UUID], q: str | None = None) -> dict[UUID, RegisterEntry]:
        """Entries as they stand, by their ids; those withdrawn, unknown or called otherwise are left out."""
        selections = frozenset(on(self._kind, thing_id, *self._types) for thing_id in ids)
        records = find_records(call.services.recorder, selections)
        standing, _ = resolve(records)
        latest: dict[UUID, Effective] = {}
        for fact in standing:
            if isinstance(fact.body, self._types):
                latest[self._id_of(fact.body)] = fact
        return {
            thing_id: RegisterEntry(
                event_id=latest[thing_id].event_id, details=details_of(call, latest[thing_id], records)
            )
            for thing_id in ids
            if thing_id in latest and is_named(latest[thing_id].body, q)
        }

    def _id_of(self, body: EventBody) -> UUID:
        thing_id = getattr(body, f"{self._kind}_id")
        assert isinstance(thing_id, UUID)  # noqa: S101 - every register's events name its things so
        return thing_id


def is_named(body: EventBody, q: str | None) -> bool:
    """The clear name that an event gives is the one sought; any is, where none is sought."""
    name = getattr(body, "name", None)
    return q is None or (isinstance(name, str) and is_called(name, q))


def details_of(call: Call, fact: Effective, records: Sequence[Recorded]) -> dict[str, Any]:
    """The details of an entry; its words are for the body that made it and for stewards."""
    words = NamesAndTexts(call.services, entitled=may_read_entry(call.asker, fact.recorded))
    return shown(fact.body, words.texts([fact], records), words)
