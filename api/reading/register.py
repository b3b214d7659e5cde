"""Registers as they are read: entries in the order of registration, each as it stands, a page at a time."""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from msgspec import Struct

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
from domain.log.find_records import find_records, last_position


class PageQuery(FreshnessQuery, frozen=True, kw_only=True):
    """Which page of a list is asked for."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None


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
        """The operation that lists the register at a path."""
        return Operation(
            method="GET",
            path=path,
            name=name,
            summary=summary,
            tag=tag,
            handle=self.listed,
            query=PageQuery,
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
        first = Selection(frozenset({name_of(self._begins)}), frozenset())
        limit = call.query.limit
        records = find_records(
            call.services.recorder, frozenset({first}), after=after(call.query.cursor), limit=limit + 1
        )
        shown_now = records[:limit]
        address = next_address(call, shown_now[-1].position if len(records) > limit else None, {})
        entries = self._entries(call, [self._id_of(record.body) for record in shown_now])
        return OperationAnswer(
            content=RegisterPage(data=tuple(entries), next=address), headers=link(address), personal=True
        )

    def one(self, call: Call, parameter: str) -> OperationAnswer:
        """The entry that the address names. Raises Problem 404."""
        identity = call.id_in_path(parameter)
        entries = self._entries(call, [identity])
        if not entries:
            raise Problem("not-found", f"There is no {in_words(self._kind)} with this id.")
        position = last_position(call.services.recorder, frozenset({on(self._kind, identity, *self._types)}))
        return OperationAnswer(content=entries[0], headers={"ETag": etag(position)}, personal=True)

    def _entries(self, call: Call, ids: Sequence[UUID]) -> list[RegisterEntry]:
        """Entries as they stand, in the order of the ids; those withdrawn or unknown are left out."""
        selections = frozenset(on(self._kind, thing_id, *self._types) for thing_id in ids)
        records = find_records(call.services.recorder, selections)
        standing, _ = resolve(records)
        latest: dict[UUID, Effective] = {}
        for fact in standing:
            if isinstance(fact.body, self._types):
                latest[self._id_of(fact.body)] = fact
        return [
            RegisterEntry(event_id=latest[thing_id].event_id, details=details_of(call, latest[thing_id], records))
            for thing_id in ids
            if thing_id in latest
        ]

    def _id_of(self, body: EventBody) -> UUID:
        thing_id = getattr(body, f"{self._kind}_id")
        assert isinstance(thing_id, UUID)  # noqa: S101 - every register's events name its things so
        return thing_id


def details_of(call: Call, fact: Effective, records: Sequence[Recorded]) -> dict[str, Any]:
    """The details of an entry; its words are for the body that made it and for stewards."""
    words = NamesAndTexts(call.services, entitled=may_read_entry(call.asker, fact.recorded))
    return shown(fact.body, words.texts([fact], records), words)
