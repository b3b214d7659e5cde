"""Accounts: the people and services that use the installation, made, renamed, closed and forgotten."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Final
from uuid import UUID, uuid4

import psycopg
from msgspec import Meta, Struct

from api.access.accounts import (
    AccountKind,
    close_with_roles,
    create_account,
    find_account,
    forget_holder,
    list_accounts,
    rename_account,
)
from api.access.grants import grants_in_force, grants_of
from api.access.letting_in import FoundFault, faults_of_account, faults_of_changing, faults_of_closing
from api.access.principal import is_registered
from api.access.reach import covers
from api.access.signed_on import forget_subject
from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import DEFAULT_LIMIT, Cursor, Limit, after, link, next_address, page
from api.http.problems import Problem, ProblemFault
from api.reading.shown_access import AccountEntry, account_entry, giver, looked_after, names_in
from api.recording.account_deeds import AskedDeed, DeedOutcome, Why, done_once, hand_of, refuse
from domain.decisions.refusals import Code
from domain.values import Name

_TAG: Final = "Accounts"


class AccountsQuery(Struct, frozen=True, kw_only=True):
    """Which page of the accounts is asked for."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None


class AccountList(Struct, frozen=True, kw_only=True):
    """Some of the accounts that the asker looks after, oldest first, and where to go on."""

    data: Annotated[tuple[AccountEntry, ...], Meta(description="The accounts of this page")]
    in_all: Annotated[int, Meta(description="How many accounts there are")]
    next: str | None


class NewAccountRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account to be made: for whom, and of which organisation."""

    kind: Annotated[AccountKind, Meta(description="Whether a person or a program uses it")]
    name: Annotated[Name, Meta(description="By which it is known here; only those who look after accounts see it")]
    organisation: Annotated[
        UUID | None,
        Meta(description="The organisation or group that it belongs to; by default that of whoever makes it"),
    ] = None


class RenamingRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another name for an account."""

    name: Annotated[Name, Meta(description="By which it is known here from now on")]


class ClosingRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The closing of an account, with its roles, keys and sessions."""

    why: Why


class HolderErasureRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The forgetting of who holds an account: it is closed, and its name and those of its keys are emptied."""

    why: Why


def _list(call: Call) -> OperationAnswer:
    asker = giver(call)
    organisations = None if asker.organisation_id is None else frozenset({asker.organisation_id})
    with call.services.recorder.connections.borrow() as connection:
        accounts = list_accounts(connection, organisations)
        shown, following = page(accounts, after(call.query.cursor), call.query.limit)
        grants = {each.account_id: grants_of(connection, each.account_id) for each in shown}
    bodies = {each.organisation_id for each in shown if each.organisation_id is not None}
    names = names_in(call, [grant for of_one in grants.values() for grant in of_one], bodies)
    following_address = next_address(call, following, {})
    content = AccountList(
        data=tuple(account_entry(call, each, grants[each.account_id], names) for each in shown),
        in_all=len(accounts),
        next=following_address,
    )
    return OperationAnswer(content=content, headers=link(following_address), personal=True)


def _read(call: Call) -> OperationAnswer:
    return OperationAnswer(content=_entry(call, looked_after(call).account_id), personal=True)


def _make(call: Call) -> OperationAnswer:
    asker = giver(call)

    def prepare(body: NewAccountRequest) -> AskedDeed:
        organisation_id = asker.organisation_id if body.organisation is None else body.organisation
        faults = faults_of_account(asker, organisation_id)
        refuse(faults, [] if faults else _unregistered(call, organisation_id))
        account_id = uuid4()

        def carry_out(connection: psycopg.Connection) -> None:
            create_account(
                connection,
                call.services.vault,
                kind=body.kind,
                organisation_id=organisation_id,
                name=body.name,
                account_id=account_id,
            )

        return AskedDeed(account_id=account_id, made=account_id, carry_out=carry_out)

    return _answer(call, done_once(call, NewAccountRequest, prepare))


def _unregistered(call: Call, organisation_id: UUID | None) -> list[ProblemFault]:
    if organisation_id is None or is_registered(call.services.recorder, organisation_id):
        return []
    detail = "no organisation or group has this id: register it first"
    return [ProblemFault(code=Code.UNKNOWN_PARTY, detail=detail, pointer="#/organisation")]


def _rename(call: Call) -> OperationAnswer:
    account = looked_after(call)

    def prepare(body: RenamingRequest) -> AskedDeed:
        if account.closed_at is not None:
            raise Problem("conflict", "The account is closed: its name stays as it is, or is forgotten.")
        refuse(_faults(call, account.account_id, faults_of_changing))
        return AskedDeed(
            account_id=account.account_id,
            made=account.account_id,
            carry_out=lambda connection: rename_account(connection, call.services.vault, account.account_id, body.name),
        )

    return _answer(call, done_once(call, RenamingRequest, prepare))


def _close(call: Call) -> OperationAnswer:
    account = looked_after(call)

    def prepare(body: ClosingRequest) -> AskedDeed:
        if account.closed_at is not None:
            raise Problem("conflict", "The account is closed already.")
        refuse(_faults(call, account.account_id, faults_of_closing))
        return AskedDeed(
            account_id=account.account_id,
            made=account.account_id,
            carry_out=lambda connection: close_with_roles(
                connection, call.services.vault, account.account_id, hand_of(call, body.why)
            ),
            why=body.why,
        )

    return _answer(call, done_once(call, ClosingRequest, prepare))


def _forget(call: Call) -> OperationAnswer:
    account = looked_after(call)

    def prepare(body: HolderErasureRequest) -> AskedDeed:
        if account.closed_at is None:
            refuse(_faults(call, account.account_id, faults_of_closing))

        def carry_out(connection: psycopg.Connection) -> None:
            close_with_roles(connection, call.services.vault, account.account_id, hand_of(call, body.why))
            forget_holder(connection, call.services.vault, account.account_id)
            forget_subject(connection, call.services.vault, account.account_id)

        return AskedDeed(account_id=account.account_id, made=account.account_id, carry_out=carry_out, why=body.why)

    return _answer(call, done_once(call, HolderErasureRequest, prepare))


def _faults(call: Call, account_id: UUID, of_act: Callable[..., list[FoundFault]]) -> list[FoundFault]:
    log = call.services.recorder
    with log.connections.borrow() as connection:
        account, grants = find_account(connection, account_id), grants_in_force(connection, account_id)
    assert account is not None  # noqa: S101 - it was found a moment ago, and accounts are never deleted
    return of_act(giver(call), account, grants, partial(covers, log))


def _answer(call: Call, outcome: DeedOutcome) -> OperationAnswer:
    headers = {**outcome.headers, "Location": f"/v1/accounts/{outcome.made}"}
    return OperationAnswer(content=_entry(call, outcome.made), status=201, headers=headers, personal=True)


def _entry(call: Call, account_id: UUID) -> AccountEntry:
    with call.services.recorder.connections.borrow() as connection:
        account, grants = find_account(connection, account_id), grants_of(connection, account_id)
    assert account is not None  # noqa: S101 - it was found or made a moment ago, and accounts are never deleted
    bodies = [] if account.organisation_id is None else [account.organisation_id]
    return account_entry(call, account, grants, names_in(call, grants, bodies))


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/accounts",
        name="list-accounts",
        summary="List the people and services that you look after, with the roles that they were given.",
        tag=_TAG,
        handle=_list,
        right=Right.LET_IN,
        query=AccountsQuery,
        answers={200: AccountList},
    ),
    Operation(
        method="POST",
        path="/v1/accounts",
        name="make-account",
        summary="Make an account for a person or a service; it may do nothing until it is given a role.",
        tag=_TAG,
        handle=_make,
        right=Right.LET_IN,
        request=NewAccountRequest,
        answers={201: AccountEntry},
    ),
    Operation(
        method="GET",
        path="/v1/accounts/{account}",
        name="read-account",
        summary="Read an account, with every role that it was ever given: by whom, when, why and until when.",
        tag=_TAG,
        handle=_read,
        right=Right.LET_IN,
        answers={200: AccountEntry},
    ),
    Operation(
        method="POST",
        path="/v1/accounts/{account}/renamings",
        name="rename-account",
        summary="Call an account something else.",
        tag=_TAG,
        handle=_rename,
        right=Right.LET_IN,
        request=RenamingRequest,
        answers={201: AccountEntry},
    ),
    Operation(
        method="POST",
        path="/v1/accounts/{account}/closings",
        name="close-account",
        summary="Close an account for good: its roles, keys and sessions end at once.",
        tag=_TAG,
        handle=_close,
        right=Right.LET_IN,
        request=ClosingRequest,
        answers={201: AccountEntry},
    ),
    Operation(
        method="POST",
        path="/v1/accounts/{account}/holder-erasures",
        name="forget-account-holder",
        summary="Forget who holds an account: it is closed, and its name and those of its keys are emptied.",
        tag=_TAG,
        handle=_forget,
        right=Right.LET_IN,
        request=HolderErasureRequest,
        answers={201: AccountEntry},
    ),
)
