"""Trails of access, for auditors: roles as they were given and taken away, and what was done to accounts and keys."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from api.access.account_acts import acts_after
from api.access.grants import GrantAct, entries_after
from api.access.reach import ReachKind
from api.access.sight import is_known
from api.access.user_roles import Right, UserRole
from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import DEFAULT_LIMIT, Cursor, Limit, after, link, next_address
from api.reading.shown_access import own_organisation

_TAG: Final = "Trails"


class TrailQuery(Struct, frozen=True, kw_only=True):
    """Which page of a trail is asked for."""

    limit: Limit = DEFAULT_LIMIT
    cursor: Cursor | None = None


class RoleTrailEntry(Struct, frozen=True, kw_only=True):
    """A role that was given or taken away, as it was written down. It holds no names."""

    entry: Annotated[int, Meta(description="Its number: entries are never changed, and none is missing")]
    act: Annotated[GrantAct, Meta(description="Whether the role was given or taken away")]
    grant_id: Annotated[UUID, Meta(description="The role as it was given, the same in both entries")]
    account_id: Annotated[UUID, Meta(description="Whose role it is")]
    role: Annotated[UserRole, Meta(description="The role")]
    reach: Annotated[ReachKind, Meta(description="Whether it reaches all, some partnerships, or those of some places")]
    reach_ids: Annotated[
        tuple[UUID, ...], Meta(description="Those partnerships or places that are within your own reach")
    ]
    bodies: Annotated[tuple[UUID, ...], Meta(description="Further bodies whose word its holder may set down")]
    until: Annotated[datetime | None, Meta(description="When it ends by itself; null for never")]
    by_account: Annotated[UUID | None, Meta(description="The account that did it; null for a key of none")]
    by_key: Annotated[UUID | None, Meta(description="The key that was used; null at pages without one")]
    why: Annotated[str, Meta(description="Why, in the words of whoever did it")]
    at: Annotated[datetime, Meta(description="When")]


class RoleTrail(Struct, frozen=True, kw_only=True):
    """Some entries of the trail of roles, in order, and where to go on."""

    data: Annotated[tuple[RoleTrailEntry, ...], Meta(description="The entries of this page")]
    next: str | None


class AccountTrailEntry(Struct, frozen=True, kw_only=True):
    """One thing that was done to an account or a key, as it was written down. It holds no names."""

    entry: Annotated[int, Meta(description="Its number: entries are never changed, and none is missing")]
    act: Annotated[str, Meta(description="What was done, as the operation that does it is called")]
    account_id: Annotated[UUID | None, Meta(description="To whose account or key; null for a key of no account")]
    made: Annotated[UUID, Meta(description="The account, role or key that was made or ended")]
    by_account: Annotated[UUID | None, Meta(description="The account that did it; null for a key of none")]
    by_key: Annotated[UUID | None, Meta(description="The key that was used; null at pages without one")]
    why: Annotated[str, Meta(description="Why, where a reason is asked for")]
    at: Annotated[datetime, Meta(description="When")]


class AccountTrail(Struct, frozen=True, kw_only=True):
    """Some entries of the trail of accounts, in order, and where to go on."""

    data: Annotated[tuple[AccountTrailEntry, ...], Meta(description="The entries of this page")]
    next: str | None


def _roles(call: Call) -> OperationAnswer:
    log = call.services.recorder
    with call.services.recorder.connections.borrow() as connection:
        entries = entries_after(connection, after(call.query.cursor), call.query.limit + 1, own_organisation(call))
    data = tuple(
        RoleTrailEntry(
            entry=each.entry,
            act=each.act,
            grant_id=each.grant.grant_id,
            account_id=each.grant.account_id,
            role=each.grant.role,
            reach=each.grant.reach.kind,
            reach_ids=tuple(id_ for id_ in sorted(each.grant.reach.ids) if is_known(log, id_)),
            bodies=tuple(sorted(each.grant.bodies)),
            until=each.grant.until_at,
            by_account=each.by.account_id,
            by_key=each.by.key_id,
            why=each.by.why,
            at=each.at,
        )
        for each in entries[: call.query.limit]
    )
    address = _next(call, data, len(entries))
    return OperationAnswer(content=RoleTrail(data=data, next=address), headers=link(address), personal=True)


def _accounts(call: Call) -> OperationAnswer:
    with call.services.recorder.connections.borrow() as connection:
        acts = acts_after(connection, after(call.query.cursor), call.query.limit + 1, own_organisation(call))
    data = tuple(
        AccountTrailEntry(
            entry=each.entry,
            act=each.act,
            account_id=each.account_id,
            made=each.made,
            by_account=each.by.account_id,
            by_key=each.by.key_id,
            why=each.by.why,
            at=each.at,
        )
        for each in acts[: call.query.limit]
    )
    address = _next(call, data, len(acts))
    return OperationAnswer(content=AccountTrail(data=data, next=address), headers=link(address), personal=True)


def _next(call: Call, data: Sequence[RoleTrailEntry | AccountTrailEntry], found: int) -> str | None:
    return next_address(call, data[-1].entry if found > len(data) else None, {})


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/trails/roles",
        name="list-role-trail",
        summary="Read who was given which role and who lost it, by whom, when and why, in order.",
        tag=_TAG,
        handle=_roles,
        right=Right.READ_TRAILS,
        query=TrailQuery,
        answers={200: RoleTrail},
    ),
    Operation(
        method="GET",
        path="/v1/trails/accounts",
        name="list-account-trail",
        summary="Read what was done to accounts and keys, by whom, when and why, in order.",
        tag=_TAG,
        handle=_accounts,
        right=Right.READ_TRAILS,
        query=TrailQuery,
        answers={200: AccountTrail},
    ),
)
