"""Accounts, roles and keys as they are shown, with what bodies, partnerships and places are called."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from api.access.accounts import Account, AccountKind, find_account
from api.access.grants import Grant, GrantHand
from api.access.keys import ApiKey, Scope, list_keys
from api.access.letting_in import Giver, KeyBounds, giver_of
from api.access.reach import Reach, ReachKind
from api.access.sign_in_links import LINK_KEY
from api.access.user_roles import RIGHTS_IN_WORDS, RIGHTS_OF, UserRole
from api.http.operations import Call
from api.http.problems import Problem
from api.reading.names_and_texts import NamesAndTexts
from domain.vocabulary import CodeList


class KeyScope(CodeList):
    """The scope of a key: what it may do; each includes those before it."""

    READ = "read"
    RECORD = "record"
    STEWARD = "steward"


class NamedBody(Struct, frozen=True, kw_only=True):
    """An organisation or group by its id and its name now."""

    party_id: UUID
    name: Annotated[str | None, Meta(description="Null where it is not in the register, or its name cannot be read")]


class ReachedThing(Struct, frozen=True, kw_only=True):
    """A partnership or place that a role reaches, by its id and its name now."""

    reached_id: Annotated[UUID, Meta(description="The id of the partnership or place")]
    name: Annotated[str, Meta(description="What it is called now")]


class NamedReach(Struct, frozen=True, kw_only=True):
    """The reach of a role: every partnership, some partnerships, or those of some places."""

    kind: Annotated[ReachKind, Meta(description="Whether it is all, some partnerships, or those of some places")]
    things: Annotated[
        tuple[ReachedThing, ...],
        Meta(description="Those partnerships or places that are within your own reach, by name"),
    ]


class RoleHand(Struct, frozen=True, kw_only=True):
    """The hand that gave a role or took it away, when and why."""

    account_id: Annotated[UUID | None, Meta(description="Their account; null for a key of none, or the command line")]
    key_id: Annotated[UUID | None, Meta(description="The key that they used; null at pages without one")]
    at: Annotated[datetime, Meta(description="When")]
    why: Annotated[str, Meta(description="Why, in their words")]


class RoleState(CodeList):
    """The state of a role: held now, ended with its term, or taken away."""

    HELD = "held"
    ENDED = "ended"
    TAKEN_AWAY = "taken-away"


class GivenRole(Struct, frozen=True, kw_only=True):
    """A role that an account was given: how far it reaches, whose word, until when, by whom, and what became of it."""

    grant_id: Annotated[UUID, Meta(description="The id under which it is taken away")]
    role: Annotated[UserRole, Meta(description="The role")]
    may: Annotated[tuple[str, ...], Meta(description="What it lets its holder do, each in words")]
    reach: Annotated[NamedReach, Meta(description="How far it reaches")]
    bodies: Annotated[tuple[NamedBody, ...], Meta(description="Further bodies whose word its holder may set down")]
    until: Annotated[datetime | None, Meta(description="When it ends by itself; null for never")]
    state: Annotated[RoleState, Meta(description="Whether it is held now, has ended, or was taken away")]
    given: Annotated[RoleHand, Meta(description="Who gave it, when and why")]
    taken_away: Annotated[RoleHand | None, Meta(description="Who took it away; null where nobody did")]


class AccountEntry(Struct, frozen=True, kw_only=True):
    """A person or service that uses the installation, with the roles that it was ever given."""

    account_id: Annotated[UUID, Meta(description="The id of the account: behind what it records it is the actor")]
    kind: Annotated[AccountKind, Meta(description="Whether a person or a program uses it")]
    organisation: Annotated[NamedBody | None, Meta(description="Whose it is; null for those who run the installation")]
    name: Annotated[str, Meta(description="By which it is known here; empty once its holder is forgotten")]
    created_at: Annotated[datetime, Meta(description="When it was made")]
    closed_at: Annotated[datetime | None, Meta(description="When it was closed; null while it is open")]
    roles: Annotated[tuple[GivenRole, ...], Meta(description="Every role that it was given, in order")]


class KeyEntry(Struct, frozen=True, kw_only=True):
    """A key as listed: what it is for and may do at most, when it was used last, and until when it is good."""

    key_id: Annotated[UUID, Meta(description="The key, as a number of ours; it opens nothing")]
    name: Annotated[str, Meta(description="What it is for, such as a tool")]
    scope: Annotated[KeyScope, Meta(description="What it may do at most, of what its account may")]
    created_at: Annotated[datetime, Meta(description="When it was made")]
    expires_at: Annotated[datetime | None, Meta(description="When it ends by itself; null for never")]
    revoked_at: Annotated[datetime | None, Meta(description="When it was taken away; null where it was not")]
    last_used_at: Annotated[datetime | None, Meta(description="When it was used last, to within five minutes")]
    is_in_force: Annotated[bool, Meta(description="Whether it opens anything now")]


class KeyEntries(Struct, frozen=True, kw_only=True):
    """The keys of an account, oldest first."""

    data: Annotated[tuple[KeyEntry, ...], Meta(description="Every key that was made, oldest first")]


class MadeKey(Struct, frozen=True, kw_only=True):
    """A key that was made. Its text is shown this once and kept nowhere."""

    key: Annotated[
        str | None,
        Meta(description="The text of the key; null in the answer to a repeat, for it is kept nowhere: make another"),
    ]
    entry: Annotated[KeyEntry, Meta(description="The key as it is listed from now on")]


def giver(call: Call) -> Giver:
    """The asker, as somebody who lets others in."""
    return giver_of(call.asker, _own_account(call))


def key_bounds(call: Call) -> KeyBounds:
    """The bounds of a key that the asker makes: those of the key that is used.

    There are none for who signed in without a key, or by a link that was sent to them.
    """
    with call.services.recorder.connections.borrow() as connection:
        keys = list_keys(connection, call.asker.account_id)
    key = next((each for each in keys if each.key_id == call.asker.key_id), None)
    if key is None:
        return KeyBounds(Scope.STEWARD)
    return KeyBounds(key.scope, None if key.name == LINK_KEY else key.expires_at)


def refuse_name_of_link(name: str) -> None:
    """Refuse a key that is called as those are called that links sign in with. Raises Problem 409."""
    if name == LINK_KEY:
        raise Problem("conflict", f"Keys of links are called “{LINK_KEY}”: give it another name.")


def own_organisation(call: Call) -> UUID | None:
    """The organisation of the asker's account, whichever body they act for; None for who looks after all."""
    account = _own_account(call)
    return None if account is None else account.organisation_id


def looked_after(call: Call) -> Account:
    """The account in the address. Raises Problem 404 where there is none, or the asker does not look after it."""
    account_id = call.id_in_path("account")
    with call.services.recorder.connections.borrow() as connection:
        account = find_account(connection, account_id)
    asker = giver(call)  # asked alike whether or not there is such an account
    if account is None or not asker.looks_after(account):
        raise Problem("not-found", "There is no account with this id.")
    return account


def _own_account(call: Call) -> Account | None:
    if call.asker.account_id is None:
        return None
    with call.services.recorder.connections.borrow() as connection:
        return find_account(connection, call.asker.account_id)


def names_of(call: Call, reaches: Iterable[Reach], party_ids: Iterable[UUID] = ()) -> dict[UUID, str]:
    """The names of the partnerships and places within some reaches, and of bodies."""
    partnerships, others = set[UUID](), set(party_ids)
    for reach in reaches:
        (partnerships if reach.kind is ReachKind.PARTNERSHIPS else others).update(reach.ids)
    upto = call.services.recorder.head().position
    return NamesAndTexts(call.services, entitled=None).names_across(partnerships, others, upto=upto)


def names_in(call: Call, grants: Iterable[Grant], party_ids: Iterable[UUID] = ()) -> dict[UUID, str]:
    """The names of all that stands in some grants, and of further bodies."""
    grants = list(grants)
    return names_of(call, [each.reach for each in grants], {*party_ids}.union(*(each.bodies for each in grants)))


def account_entry(call: Call, account: Account, grants: Iterable[Grant], names: Mapping[UUID, str]) -> AccountEntry:
    """An account as it is shown."""
    organisation_id = account.organisation_id
    return AccountEntry(
        account_id=account.account_id,
        kind=account.kind,
        organisation=None if organisation_id is None else named_body(organisation_id, names),
        name=account.name,
        created_at=account.created_at,
        closed_at=account.closed_at,
        roles=tuple(given_role(grant, names, account, call.services.now()) for grant in grants),
    )


def given_role(grant: Grant, names: Mapping[UUID, str], account: Account, now: datetime) -> GivenRole:
    """A role that was given, as it is shown."""
    taken = grant.taken_away
    is_over = account.closed_at is not None or (grant.until_at is not None and grant.until_at <= now)
    state = RoleState.ENDED if is_over else RoleState.HELD
    return GivenRole(
        grant_id=grant.grant_id,
        role=grant.role,
        may=may_in_words(grant.role),
        reach=named_reach(grant.reach, names),
        bodies=tuple(named_body(each, names) for each in sorted(grant.bodies)),
        until=grant.until_at,
        state=state if taken is None else RoleState.TAKEN_AWAY,
        given=_hand(grant.by, grant.given_at),
        taken_away=None if taken is None else _hand(taken.by, taken.at),
    )


def may_in_words(role: UserRole) -> tuple[str, ...]:
    """The rights of a role, each in words."""
    return tuple(words for right, words in RIGHTS_IN_WORDS.items() if right in RIGHTS_OF[role])


def named_body(party_id: UUID, names: Mapping[UUID, str]) -> NamedBody:
    """A body with its name."""
    return NamedBody(party_id=party_id, name=names.get(party_id))


def named_reach(reach: Reach, names: Mapping[UUID, str]) -> NamedReach:
    """A reach with the names of what is in it, as far as its reader may know of that."""
    things = (ReachedThing(reached_id=each, name=names[each]) for each in reach.ids if each in names)
    return NamedReach(kind=reach.kind, things=tuple(sorted(things, key=lambda each: (each.name, each.reached_id))))


def key_entry(key: ApiKey, now: datetime) -> KeyEntry:
    """A key as it is listed."""
    return KeyEntry(
        key_id=key.key_id,
        name=key.name,
        scope=KeyScope(key.scope.name.lower()),
        created_at=key.created_at,
        expires_at=key.expires_at,
        revoked_at=key.revoked_at,
        last_used_at=key.last_used_at,
        is_in_force=key.revoked_at is None and (key.expires_at is None or key.expires_at > now),
    )


def _hand(by: GrantHand, at: datetime) -> RoleHand:
    return RoleHand(account_id=by.account_id, key_id=by.key_id, at=at, why=by.why)
