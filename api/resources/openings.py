"""Openings: who opened sealed words, when, on which ground and whose. Holds no words, and asking opens none."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from api.access.user_roles import Right
from api.http.auth import not_allowed
from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import DEFAULT_LIMIT, Cursor, Limit, after, link, next_address
from api.http.problems import Problem
from api.reading.names_and_texts import NamesAndTexts
from domain.events.registries import PersonRegistered
from domain.events.selection import on
from domain.log.find_records import find_records
from domain.values import end_of_day, start_of_day
from domain.vault import Ground, Opening
from domain.vault.kept_openings import OpeningsSought, find_opening, find_openings

_TAG = "Trails"
_NOBODY = UUID(int=0)
_DIGITS = 18
_NO_OPENING = "There is no opening with this number."


Opener = Annotated[UUID, Meta(description="The key that opened, or the account")]
OpenerBody = Annotated[UUID, Meta(description="The organisation of whoever opened")]
FirstDay = Annotated[date, Meta(description="The first day, in London")]
LastDay = Annotated[date, Meta(description="The last day, in London")]
OnlyBulk = Annotated[bool, Meta(description="Only those that went past the number of people one reads at work")]


class OpeningsQuery(Struct, frozen=True, kw_only=True):
    """Which openings are sought; all where nothing is said."""

    by: Opener | None = None
    organisation: OpenerBody | None = None
    first_day: FirstDay | None = None
    last_day: LastDay | None = None
    bulk: OnlyBulk = False
    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None


class OpeningEntry(Struct, frozen=True, kw_only=True):
    """One request that opened sealed words."""

    number: Annotated[int, Meta(description="Its number; each is one more than the one before")]
    opened_at: Annotated[datetime, Meta(description="When")]
    opened_by: Annotated[UUID, Meta(description="The key that asked; without one the account, or who ran a command")]
    account_id: Annotated[UUID | None, Meta(description="The account that the key belongs to")]
    organisation_id: Annotated[UUID | None, Meta(description="The organisation of whoever asked")]
    operation: Annotated[str, Meta(description="What was asked for: an operation, a page or a command")]
    request_id: Annotated[UUID, Meta(description="The request, as in the service's log")]
    grounds: Annotated[tuple[Ground, ...], Meta(description="On which grounds")]
    texts: Annotated[int, Meta(description="How many texts were opened")]
    people: Annotated[int, Meta(description="How many people they may name")]
    bulk: Annotated[bool, Meta(description="Whether the reader went past the number of people one reads at work")]


class OpeningList(Struct, frozen=True, kw_only=True):
    """Openings, newest first. `names` says who the organisations are."""

    data: tuple[OpeningEntry, ...]
    names: dict[UUID, str]
    next: str | None


class OpenedKey(Struct, frozen=True, kw_only=True):
    """One text that was opened, by its key in the vault, and on which ground."""

    key_id: Annotated[UUID, Meta(description="The key of the text in the vault")]
    ground: Annotated[Ground, Meta(description="On which ground it was opened")]


class OpeningDetails(Struct, frozen=True, kw_only=True):
    """One opening whole: the keys of what was opened, and whom these texts may name, by their references."""

    opening: Annotated[OpeningEntry, Meta(description="The request that opened them")]
    keys: Annotated[tuple[OpenedKey, ...], Meta(description="The texts, by their keys")]
    people: Annotated[tuple[str, ...], Meta(description="Whom they may name, by their references")]
    names: dict[UUID, str]


def _list(call: Call) -> OperationAnswer:
    _require_everywhere(call)
    return _found(call, None)


def _list_of_person(call: Call) -> OperationAnswer:
    """The openings of what one person is named in: for who may read the whole trail, and for the person's own body."""
    reference = call.path["person"]
    person_id = call.services.vault.person_of(reference) or _NOBODY
    records = find_records(call.services.recorder, frozenset({on("person", person_id, PersonRegistered)}))
    words = [each.envelope.on_behalf_of for each in records if each.partition_id == person_id]
    is_own = any(word is not None and word.party_id in call.asker.speaks_for for word in words)
    if not words or not (is_own or call.asker.may_everywhere(Right.READ_TRAILS)):
        raise Problem("not-found", "There is no person with this reference.")
    return _found(call, person_id)


def _read(call: Call) -> OperationAnswer:
    _require_everywhere(call)
    text = call.path["number"]
    if not (text.isascii() and text.isdecimal()) or len(text) > _DIGITS:
        raise Problem("not-found", _NO_OPENING)
    with call.services.recorder.connections.borrow() as connection:
        opening = find_opening(connection, int(text))
    if opening is None:
        raise Problem("not-found", _NO_OPENING)
    keys = tuple(
        OpenedKey(key_id=key_id, ground=Ground(ground))
        for key_id, ground in zip(opening.key_ids, opening.grounds, strict=True)
    )
    content = OpeningDetails(
        opening=_entry(opening),
        keys=keys,
        people=tuple(sorted(map(call.services.vault.reference, opening.subject_ids))),
        names=_names(call, [opening]),
    )
    return OperationAnswer(content=content, personal=True)


def _require_everywhere(call: Call) -> None:
    """Refuse who may read the trail only where a role of theirs reaches: a row is of no one partnership."""
    if not call.asker.may_everywhere(Right.READ_TRAILS):
        raise not_allowed(Right.READ_TRAILS, "for all")


def _found(call: Call, person_id: UUID | None) -> OperationAnswer:
    query: OpeningsQuery = call.query
    sought = OpeningsSought(
        subject_id=person_id,
        reader_id=query.by,
        organisation_id=query.organisation,
        since=None if query.first_day is None else start_of_day(query.first_day),
        until=None if query.last_day is None else end_of_day(query.last_day),
        in_bulk=query.bulk,
    )
    with call.services.recorder.connections.borrow() as connection:
        found = find_openings(connection, sought, before=after(query.cursor) or None, limit=query.limit + 1)
    openings = found[: query.limit]
    address = next_address(call, openings[-1].number if len(found) > len(openings) else None, {})
    content = OpeningList(data=tuple(map(_entry, openings)), names=_names(call, openings), next=address)
    return OperationAnswer(content=content, headers=link(address), personal=True)


def _entry(opening: Opening) -> OpeningEntry:
    return OpeningEntry(
        number=opening.number,
        opened_at=opening.opened_at,
        opened_by=opening.actor_id,
        account_id=opening.account_id,
        organisation_id=opening.organisation_id,
        operation=opening.operation,
        request_id=opening.request_id,
        grounds=tuple(Ground(each) for each in sorted(set(opening.grounds))),
        texts=len(opening.key_ids),
        people=len(opening.subject_ids),
        bulk=opening.is_bulk,
    )


def _names(call: Call, openings: list[Opening]) -> dict[UUID, str]:
    """The names of the organisations of those who opened: clear ones only, for nothing is opened here."""
    words = NamesAndTexts(call.services, entitled=None)
    ids = {each.organisation_id for each in openings if each.organisation_id is not None}
    return words.names(ids, upto=call.services.recorder.head().position)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/openings",
        name="list-openings",
        summary="List who opened sealed words, when and on which ground, newest first.",
        tag=_TAG,
        handle=_list,
        right=Right.READ_TRAILS,
        query=OpeningsQuery,
        answers={200: OpeningList},
    ),
    Operation(
        method="GET",
        path="/v1/openings/{number}",
        name="read-opening",
        summary="Read one opening: the keys of the texts, and the people whom these may name.",
        tag=_TAG,
        handle=_read,
        right=Right.READ_TRAILS,
        answers={200: OpeningDetails},
    ),
    Operation(
        method="GET",
        path="/v1/people/{person}/openings",
        name="list-openings-of-person",
        summary="List who opened words that may name one person: part of what people are told who ask what is held.",
        tag=_TAG,
        handle=_list_of_person,
        right=Right.READ_TRAILS,
        query=OpeningsQuery,
        answers={200: OpeningList},
    ),
)
