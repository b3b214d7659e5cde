"""The asker: whose key it is, which bodies it speaks for, where they sit, and what it may do."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from api.access.accounts import find_account
from api.access.keys import name_of_key
from api.access.principal import Principal
from api.access.user_roles import RIGHTS_IN_WORDS, Right, UserRole
from api.http.operations import Call, Operation, OperationAnswer
from api.reading.access import tables_of
from api.reading.names_and_texts import NamesAndTexts
from api.reading.shown_access import KeyScope, NamedBody, NamedReach, may_in_words, named_body, named_reach, names_of
from domain.log.recorder import LogRecorder
from domain.text import likeness
from domain.vault import Ground

_IN_WORDS: Final[dict[KeyScope, str]] = {
    KeyScope.READ: "may read",
    KeyScope.RECORD: "may read and record",
    KeyScope.STEWARD: "looks after the record",
}


class OwnRole(Struct, frozen=True, kw_only=True):
    """A role that the asker holds now: what it lets them do, how far it reaches, whose word, and until when."""

    role: Annotated[UserRole, Meta(description="The role")]
    may: Annotated[tuple[str, ...], Meta(description="What it lets its holder do, each in words")]
    reach: Annotated[NamedReach, Meta(description="How far it reaches")]
    bodies: Annotated[tuple[NamedBody, ...], Meta(description="Further bodies whose word its holder may set down")]
    until: Annotated[datetime | None, Meta(description="When it ends by itself; null for never")]


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
    roles: Annotated[
        tuple[OwnRole, ...], Meta(description="The roles held now; none with a key that belongs to no account")
    ]
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
        roles=tuple(_roles(call)),
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


def _roles(call: Call) -> Iterator[OwnRole]:
    held = [(each, each.role, each.reach) for each in call.asker.roles]
    reaches = [reach for _, _, reach in held if reach is not None]
    names = names_of(call, reaches, frozenset().union(*(each.bodies for each in call.asker.roles)))
    for each, role, reach in held:
        if role is not None and reach is not None:
            yield OwnRole(
                role=role,
                may=may_in_words(role),
                reach=named_reach(reach, names),
                bodies=tuple(named_body(body, names) for body in sorted(each.bodies)),
                until=each.until_at,
            )


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
