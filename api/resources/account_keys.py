"""Keys of accounts that somebody looks after: a first one, a link that signs in once, and keys taken away."""

from datetime import datetime
from functools import partial
from typing import Annotated, Final
from uuid import UUID, uuid4

import psycopg
from msgspec import UNSET, Meta, Struct, UnsetType

from api.access.accounts import Account, AccountKind
from api.access.grants import Grant, grants_in_force
from api.access.keys import Scope, create_key, list_keys, revoke_key
from api.access.letting_in import (
    AccessFault,
    FoundFault,
    KeyBounds,
    faults_of_changing,
    faults_of_key,
    faults_of_letting_in,
)
from api.access.reach import covers
from api.access.sign_in_links import LINK_KEY, LINK_LASTS, create_account_link
from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem
from api.reading.shown_access import (
    KeyEntries,
    KeyEntry,
    KeyScope,
    MadeKey,
    giver,
    key_bounds,
    key_entry,
    looked_after,
    refuse_name_of_link,
)
from api.reading.term import Until, end_of
from api.recording.account_deeds import AskedDeed, Why, done_once, refuse
from domain.values import Label

_TAG: Final = "Accounts"


class AccountKeyRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A key for an account that has none yet, or for a service."""

    name: Annotated[Label, Meta(description="What the key is for, such as a tool; not a person's name")]
    scope: Annotated[KeyScope, Meta(description="What it may do at most, of what its account may")] = KeyScope.STEWARD
    until: Annotated[Until | UnsetType, Meta(description="When it ends by itself; by default never")] = UNSET


class KeyEndRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The taking away of a key."""

    why: Why


class SignInLinkRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A link that signs in to an account once."""


class SignInLink(Struct, frozen=True, kw_only=True):
    """A link that signs in to an account once. It is shown this once and kept nowhere."""

    address: Annotated[
        str | None,
        Meta(description="What to open in a browser; null in the answer to a repeat, for it is kept nowhere"),
    ]
    expires_at: Annotated[datetime | None, Meta(description="Until when it can be used; null in an answer to a repeat")]


def _list(call: Call) -> OperationAnswer:
    account = looked_after(call)
    with call.services.recorder.connections.borrow() as connection:
        keys = list_keys(connection, account.account_id)
    content = KeyEntries(data=tuple(key_entry(each, call.services.now()) for each in keys))
    return OperationAnswer(content=content, personal=True)


def _make(call: Call) -> OperationAnswer:
    account = looked_after(call)
    texts: list[str] = []

    def prepare(body: AccountKeyRequest) -> AskedDeed:
        refuse_name_of_link(body.name)
        ends_at, wrong_days = end_of(body.until)
        scope, now = Scope[body.scope.name], call.services.now()
        bounds = KeyBounds(scope, key_bounds(call).ends_at)  # what it does is bound by the roles of its account
        faults = [*_faults(call, account), *faults_of_key(bounds, scope, ends_at, now)]
        if account.kind is AccountKind.PERSON and _has_key(call, account):
            detail = "its holder makes further ones; take away what is lost first, or make a sign-in link"
            faults.append(FoundFault(AccessFault.HAS_A_KEY, "#", detail))
        refuse(faults, wrong_days)
        key_id = uuid4()

        def carry_out(connection: psycopg.Connection) -> None:
            text = create_key(
                connection,
                name=body.name,
                scope=scope,
                account_id=account.account_id,
                expires_at=ends_at,
                key_id=key_id,
                vault=call.services.vault,
            )
            texts.append(text)

        return AskedDeed(account_id=account.account_id, made=key_id, carry_out=carry_out)

    outcome = done_once(call, AccountKeyRequest, prepare)
    content = MadeKey(key=None if outcome.is_repeat else texts[0], entry=_entry(call, account, outcome.made))
    return OperationAnswer(
        content=content, status=200 if outcome.is_repeat else 201, headers=outcome.headers, personal=True
    )


def _revoke(call: Call) -> OperationAnswer:
    account, key_id = looked_after(call), call.id_in_path("key")
    with call.services.recorder.connections.borrow() as connection:
        key = next((each for each in list_keys(connection, account.account_id) if each.key_id == key_id), None)
    if key is None:
        raise Problem("not-found", "This account has no key with this id.")

    def prepare(body: KeyEndRequest) -> AskedDeed:
        if key.revoked_at is not None:
            raise Problem("conflict", "The key was taken away already.")
        refuse(
            faults_of_changing(giver(call), account, _grants(call, account), partial(covers, call.services.recorder))
        )

        def carry_out(connection: psycopg.Connection) -> None:
            revoke_key(connection, key_id, vault=call.services.vault)

        return AskedDeed(account_id=account.account_id, made=key_id, carry_out=carry_out, why=body.why)

    outcome = done_once(call, KeyEndRequest, prepare)
    content = _entry(call, account, key_id)
    return OperationAnswer(content=content, status=201, headers=outcome.headers, personal=True)


def _link(call: Call) -> OperationAnswer:
    """A link signs in with a key whose text nobody sees, which ends with the session that it begins."""
    account = looked_after(call)
    tokens: list[str] = []
    now = call.services.now()

    def prepare(_: SignInLinkRequest) -> AskedDeed:
        refuse(_faults(call, account))
        if account.kind is AccountKind.SERVICE:
            raise Problem("conflict", "A service signs in to no page: make a key for it.")
        key_id = uuid4()

        def carry_out(connection: psycopg.Connection) -> None:
            tokens.append(create_account_link(connection, call.services.vault, account.account_id, key_id))

        return AskedDeed(account_id=account.account_id, made=key_id, carry_out=carry_out)

    outcome = done_once(call, SignInLinkRequest, prepare)
    content = SignInLink(
        address=None if outcome.is_repeat else f"{call.services.public_url}/sign-in/{tokens[0]}",
        expires_at=None if outcome.is_repeat else now + LINK_LASTS,
    )
    return OperationAnswer(
        content=content, status=200 if outcome.is_repeat else 201, headers=outcome.headers, personal=True
    )


def _faults(call: Call, account: Account) -> list[FoundFault]:
    return faults_of_letting_in(giver(call), account, _grants(call, account), partial(covers, call.services.recorder))


def _grants(call: Call, account: Account) -> list[Grant]:
    with call.services.recorder.connections.borrow() as connection:
        return grants_in_force(connection, account.account_id)


def _has_key(call: Call, account: Account) -> bool:
    with call.services.recorder.connections.borrow() as connection:
        keys = list_keys(connection, account.account_id)
    now = call.services.now()
    return any(key_entry(each, now).is_in_force and each.name != LINK_KEY for each in keys)


def _entry(call: Call, account: Account, key_id: UUID) -> KeyEntry:
    with call.services.recorder.connections.borrow() as connection:
        (key,) = (each for each in list_keys(connection, account.account_id) if each.key_id == key_id)
    return key_entry(key, call.services.now())


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/accounts/{account}/keys",
        name="list-account-keys",
        summary="List the keys of an account, with when each was used last.",
        tag=_TAG,
        handle=_list,
        right=Right.LET_IN,
        answers={200: KeyEntries},
    ),
    Operation(
        method="POST",
        path="/v1/accounts/{account}/keys",
        name="make-account-key",
        summary="Make the first key of somebody's account, or one for a service. It is shown once.",
        tag=_TAG,
        handle=_make,
        right=Right.LET_IN,
        request=AccountKeyRequest,
        answers={201: MadeKey, 200: MadeKey},
    ),
    Operation(
        method="POST",
        path="/v1/accounts/{account}/keys/{key}/revocations",
        name="revoke-account-key",
        summary="Take away a key of an account that you look after: it opens nothing from now on.",
        tag=_TAG,
        handle=_revoke,
        right=Right.LET_IN,
        request=KeyEndRequest,
        answers={201: KeyEntry},
    ),
    Operation(
        method="POST",
        path="/v1/accounts/{account}/sign-in-links",
        name="make-sign-in-link",
        summary="Make a link that signs somebody in to the pages once, within 12 hours. It is shown once.",
        tag=_TAG,
        handle=_link,
        right=Right.LET_IN,
        request=SignInLinkRequest,
        answers={201: SignInLink, 200: SignInLink},
    ),
)
