"""The asker: whose key it is, which bodies it speaks for, where they sit, and what it may do."""

from collections.abc import Callable
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from api.access.accounts import find_account
from api.access.keys import name_of_key
from api.access.principal import Principal
from api.access.user_roles import RIGHTS_IN_WORDS, Right
from api.http.operations import Call, Operation, OperationAnswer
from api.reading.access import tables_of
from api.reading.names_and_texts import NamesAndTexts
from domain.log.recorder import LogRecorder
from domain.text import likeness
from domain.vault import Ground
from domain.vocabulary import CodeList


class KeyScope(CodeList):
    """The scope of a key: what it may do; each includes those before it."""

    READ = "read"
    RECORD = "record"
    STEWARD = "steward"


_IN_WORDS: Final[dict[KeyScope, str]] = {
    KeyScope.READ: "may read",
    KeyScope.RECORD: "may read and record",
    KeyScope.STEWARD: "looks after the record",
}


class NamedBody(Struct, frozen=True, kw_only=True):
    """An organisation or group by its id and its name now."""

    party_id: UUID
    name: Annotated[str | None, Meta(description="Null where it is not in the register, or its name cannot be read")]


class OwnPartnership(Struct, frozen=True, kw_only=True):
    """A partnership in which some of the asker's bodies have a seat now."""

    partnership_id: UUID
    name: str | None
    party_ids: Annotated[tuple[UUID, ...], Meta(description="Which of the bodies have a seat there")]


class Me(Struct, frozen=True, kw_only=True):
    """Whose key this is, which bodies it speaks for, and where they sit."""

    key_id: Annotated[UUID | None, Meta(description="The key, as a number of ours; null for who signed in without one")]
    account_id: Annotated[UUID | None, Meta(description="The account that the key belongs to; null where it has none")]
    name: Annotated[str, Meta(description="The name of the account, or that under which the key was made")]
    scope: KeyScope
    scope_in_words: str
    rights: Annotated[tuple[str, ...], Meta(description="What the key may do, each in words")]
    organisation: Annotated[
        NamedBody | None, Meta(description="Whose key it is; null where it belongs to none in the register")
    ]
    bodies: Annotated[tuple[NamedBody, ...], Meta(description="The bodies whose word it may set down, by name")]
    partnerships: Annotated[tuple[OwnPartnership, ...], Meta(description="Where any of them has a seat now, by name")]


def _read(call: Call) -> OperationAnswer:
    log, asker = call.services.recorder, call.asker
    ids = asker.actor.speaks_for | ({asker.organisation_id} if asker.organisation_id else set())
    tables = tables_of(log, ids)
    reads_all = asker.may_everywhere(Right.READ_ALL_WORDS)
    names = NamesAndTexts(call.services, entitled=Ground.CARE if reads_all else None).names_across(
        tables, ids, upto=log.head().position
    )
    bodies = tuple(NamedBody(party_id=each, name=names.get(each)) for each in sorted(ids, key=_by_name(names)))
    me = Me(
        key_id=asker.key_id,
        account_id=asker.account_id,
        name=_name(log, asker),
        scope=(scope := _scope(asker)),
        scope_in_words=_IN_WORDS[scope],
        rights=tuple(words for right, words in RIGHTS_IN_WORDS.items() if asker.may(right)),
        organisation=next((each for each in bodies if each.party_id == asker.organisation_id), None),
        bodies=bodies,
        partnerships=tuple(
            OwnPartnership(
                partnership_id=partnership_id,
                name=names.get(partnership_id),
                party_ids=tuple(sorted(tables[partnership_id])),
            )
            for partnership_id in sorted(tables, key=_by_name(names))
        ),
    )
    return OperationAnswer(content=me, personal=True)


def _scope(asker: Principal) -> KeyScope:
    if asker.may(Right.LOOK_AFTER):
        return KeyScope.STEWARD
    return KeyScope.RECORD if asker.may(Right.RECORD) else KeyScope.READ


def _name(log: LogRecorder, asker: Principal) -> str:
    if asker.account_id is None:
        return "" if asker.key_id is None else name_of_key(log, asker.key_id)
    with log.connections.borrow() as connection:
        account = find_account(connection, asker.account_id)
    return "" if account is None else account.name


def _by_name(names: dict[UUID, str]) -> Callable[[UUID], tuple[str, str]]:
    return lambda identity: (likeness(names.get(identity, "")), str(identity))


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/me",
        name="read-me",
        summary="Read whose key you hold, which bodies it speaks for, where they sit, and what it may do.",
        tag="Service",
        handle=_read,
        right=Right.OWN_KEYS,
        answers={200: Me},
    ),
)
