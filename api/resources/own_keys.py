"""Own keys: those of whoever asks, listed with their last use, made, renewed with an overlap, and taken away."""

from datetime import datetime, timedelta
from typing import Annotated, Final
from uuid import UUID, uuid4

import psycopg
from msgspec import UNSET, Meta, Struct, UnsetType

from api.access.grants import holds_a_role
from api.access.keys import ApiKey, Scope, create_key, end_key, list_keys, revoke_key
from api.access.letting_in import KeyBounds, faults_of_key
from api.access.sign_in_links import LINK_KEY
from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem
from api.reading.shown_access import (
    KeyEntries,
    KeyEntry,
    KeyScope,
    MadeKey,
    key_bounds,
    key_entry,
    refuse_name_of_link,
)
from api.reading.term import Until, end_of
from api.recording.account_deeds import AskedDeed, done_once, refuse
from domain.values import Label

_TAG: Final = "Your keys"
_MOST_DAYS: Final = 30
_BY_PROVIDER: Final = (
    "Your roles are what your provider says of you when you sign on, so that a key would open nothing: ask whoever "
    "looks after accounts to give you a role here."
)


class OwnKeyRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key that somebody makes for themselves."""

    name: Annotated[Label, Meta(description="What the key is for, such as a tool; not a person's name")]
    scope: Annotated[KeyScope, Meta(description="What it may do at most, of what your account may")]
    until: Annotated[Until | UnsetType, Meta(description="When it ends by itself; by default never")] = UNSET


class KeyRenewalRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A new key in place of one, which stays good for a while, so that programs can be given the new one first."""

    overlap_days: Annotated[
        int, Meta(ge=0, le=_MOST_DAYS, description="For how many days the old key stays good beside the new one")
    ] = 7
    until: Annotated[
        Until | UnsetType,
        Meta(
            description="When the new key ends by itself; by default it lasts as long as the old did. One of no "
            "account ends no later than the key whose place it takes"
        ),
    ] = UNSET


class OwnKeyEndRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The taking away of one's own key."""


def _list(call: Call) -> OperationAnswer:
    content = KeyEntries(data=tuple(key_entry(each, call.services.now()) for each in _own(call)))
    return OperationAnswer(content=content, personal=True)


def _make(call: Call) -> OperationAnswer:
    account_id = call.asker.account_id
    texts: list[str] = []

    def prepare(body: OwnKeyRequest) -> AskedDeed:
        if account_id is None:
            raise Problem(
                "not-allowed",
                "A key that belongs to no account makes no others: renew it, or ask whoever runs this Folkmoot.",
            )
        if not holds_a_role(call.services.recorder, account_id):
            raise Problem("conflict", _BY_PROVIDER)
        refuse_name_of_link(body.name)
        ends_at, wrong_days = end_of(body.until)
        scope = Scope[body.scope.name]
        refuse(faults_of_key(key_bounds(call), scope, ends_at, call.services.now()), wrong_days)
        key_id = uuid4()

        def carry_out(connection: psycopg.Connection) -> None:
            text = create_key(
                connection,
                name=body.name,
                scope=scope,
                account_id=account_id,
                expires_at=ends_at,
                key_id=key_id,
                vault=call.services.vault,
            )
            texts.append(text)

        return AskedDeed(account_id=account_id, made=key_id, carry_out=carry_out)

    outcome = done_once(call, OwnKeyRequest, prepare)
    content = MadeKey(key=None if outcome.is_repeat else texts[0], entry=_entry(call, outcome.made))
    return OperationAnswer(
        content=content, status=200 if outcome.is_repeat else 201, headers=outcome.headers, personal=True
    )


def _renew(call: Call) -> OperationAnswer:
    key = _key_in_path(call)
    texts: list[str] = []

    def prepare(body: KeyRenewalRequest) -> AskedDeed:
        now = call.services.now()
        if not key_entry(key, now).is_in_force:
            raise Problem("conflict", "The key is no longer good: make another.")
        if key.name == LINK_KEY:
            raise Problem("conflict", "A link signs in with this key, and nobody ever sees it: make another.")
        ends_at, wrong_days = end_of(body.until)
        if key.expires_at is not None:
            ends_at = _end_of_renewed(key, ends_at, now)
        refuse(faults_of_key(_bounds_of_renewal(call, key, now), key.scope, ends_at, now), wrong_days)
        key_id = uuid4()

        def carry_out(connection: psycopg.Connection) -> None:
            text = create_key(
                connection,
                name=key.name,
                scope=key.scope,
                party_id=key.party_id,
                speaks_for=sorted(key.speaks_for),
                account_id=key.account_id,
                expires_at=ends_at,
                key_id=key_id,
                vault=call.services.vault,
            )
            end_key(connection, key.key_id, timedelta(days=body.overlap_days), vault=call.services.vault)
            texts.append(text)

        return AskedDeed(account_id=key.account_id, made=key_id, carry_out=carry_out)

    outcome = done_once(call, KeyRenewalRequest, prepare)
    with call.services.recorder.connections.borrow() as connection:
        (made,) = (each for each in list_keys(connection, key.account_id) if each.key_id == outcome.made)
    content = MadeKey(key=None if outcome.is_repeat else texts[0], entry=key_entry(made, call.services.now()))
    return OperationAnswer(
        content=content, status=200 if outcome.is_repeat else 201, headers=outcome.headers, personal=True
    )


def _end_of_renewed(key: ApiKey, asked: datetime | None, now: datetime) -> datetime | None:
    """The end of the key in place of one that ends: as long again, if not asked for otherwise.

    A key of no account was given for a time by whoever runs the server: a new one in its place ends when it would have.
    """
    assert key.expires_at is not None  # noqa: S101 - only a key that ends has an end to keep to
    if key.account_id is None:
        return key.expires_at if asked is None else min(asked, key.expires_at)
    return now + (key.expires_at - key.created_at) if asked is None else asked


def _bounds_of_renewal(call: Call, key: ApiKey, now: datetime) -> KeyBounds:
    """The bounds of the key in place of one: a key that ends may be in its own place for as long again."""
    bounds = key_bounds(call)
    if bounds.ends_at is None or key.key_id != call.asker.key_id or key.expires_at is None:
        return bounds
    return KeyBounds(bounds.scope, now + (key.expires_at - key.created_at))


def _revoke(call: Call) -> OperationAnswer:
    key = _key_in_path(call)

    def prepare(_: OwnKeyEndRequest) -> AskedDeed:
        if key.revoked_at is not None:
            raise Problem("conflict", "The key was taken away already.")
        if key.scope > key_bounds(call).scope:
            raise Problem("not-allowed", "That key does more than the one that you use: use one that does as much.")

        def carry_out(connection: psycopg.Connection) -> None:
            revoke_key(connection, key.key_id, vault=call.services.vault)

        return AskedDeed(account_id=key.account_id, made=key.key_id, carry_out=carry_out)

    outcome = done_once(call, OwnKeyEndRequest, prepare)
    content = _entry(call, key.key_id)
    return OperationAnswer(content=content, status=201, headers=outcome.headers, personal=True)


def _own(call: Call) -> list[ApiKey]:
    """The keys of the asker's account; of who has none, the key that is used."""
    account_id = call.asker.account_id
    with call.services.recorder.connections.borrow() as connection:
        keys = list_keys(connection, account_id)
    return keys if account_id is not None else [each for each in keys if each.key_id == call.asker.key_id]


def _key_in_path(call: Call) -> ApiKey:
    key_id = call.id_in_path("key")
    for key in _own(call):
        if key.key_id == key_id:
            return key
    raise Problem("not-found", "You have no key with this id.")


def _entry(call: Call, key_id: UUID) -> KeyEntry:
    (key,) = (each for each in _own(call) if each.key_id == key_id)
    return key_entry(key, call.services.now())


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/me/keys",
        name="list-own-keys",
        summary="List your keys, with when each was used last; no key's text is kept anywhere.",
        tag=_TAG,
        handle=_list,
        right=Right.OWN_KEYS,
        answers={200: KeyEntries},
    ),
    Operation(
        method="POST",
        path="/v1/me/keys",
        name="make-own-key",
        summary="Make a key of your own, for a program or for signing in. It is shown once.",
        tag=_TAG,
        handle=_make,
        right=Right.OWN_KEYS,
        request=OwnKeyRequest,
        answers={201: MadeKey, 200: MadeKey},
    ),
    Operation(
        method="POST",
        path="/v1/me/keys/{key}/renewals",
        name="renew-own-key",
        summary="Make a new key in place of one of yours, which stays good beside it for up to 30 days.",
        tag=_TAG,
        handle=_renew,
        right=Right.OWN_KEYS,
        request=KeyRenewalRequest,
        answers={201: MadeKey, 200: MadeKey},
    ),
    Operation(
        method="POST",
        path="/v1/me/keys/{key}/revocations",
        name="revoke-own-key",
        summary="Take away one of your keys: it opens nothing from now on, and its sessions are over.",
        tag=_TAG,
        handle=_revoke,
        right=Right.OWN_KEYS,
        request=OwnKeyEndRequest,
        answers={201: KeyEntry},
    ),
)
