"""Roles of accounts: what may be given by whom, given for a reach and a term, taken away, and read as a history."""

from datetime import datetime
from functools import partial
from typing import Annotated, Final
from uuid import UUID, uuid4

import psycopg
from msgspec import UNSET, Meta, Struct, UnsetType

from api.access.grants import Grant, find_grant, give_role, grants_of, take_away
from api.access.letting_in import RoleToGive, faults_of_giving, faults_of_taking_away, roles_to_give
from api.access.principal import is_registered
from api.access.reach import (
    Reach,
    ReachKind,
    covers,
    known_bodies,
    known_partnerships,
    known_places,
    partnerships_within,
    places_within,
)
from api.access.user_roles import Right, UserRole
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem, ProblemFault
from api.reading.shown_access import (
    GivenRole,
    NamedBody,
    ReachedThing,
    given_role,
    giver,
    looked_after,
    may_in_words,
    named_body,
    names_in,
)
from api.reading.term import Until, end_of
from api.recording.account_deeds import AskedDeed, DeedOutcome, Why, done_once, hand_of, refuse
from domain.decisions.refusals import Code
from domain.log.recorder import LogRecorder

_TAG: Final = "Accounts"
_MOST: Final = 500
Ids = Annotated[tuple[UUID, ...], Meta(max_length=_MOST, description="Their ids; none where it reaches all")]


class RoleReach(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The reach of a role: all partnerships, some, or those of some places and of the places within them."""

    kind: Annotated[ReachKind, Meta(description="Whether it is all, some partnerships, or those of some places")]
    ids: Ids = ()


class RoleRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role to be given to an account."""

    role: Annotated[UserRole, Meta(description="The role")]
    reach: Annotated[RoleReach, Meta(description="How far it reaches: no further than your own role")]
    bodies: Annotated[
        tuple[UUID, ...],
        Meta(max_length=_MOST, description="Further bodies whose word its holder may set down, beside their own"),
    ] = ()
    until: Annotated[Until | UnsetType, Meta(description="When it ends by itself; by default never")] = UNSET
    why: Why


class RoleEndRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The taking away of a role."""

    why: Why


class RoleHistory(Struct, frozen=True, kw_only=True):
    """Every role that an account was ever given, in order, with what became of it."""

    data: Annotated[tuple[GivenRole, ...], Meta(description="The roles, in the order in which they were given")]


class GivableRole(Struct, frozen=True, kw_only=True):
    """A role that the asker may give, and what it lets its holder do."""

    role: Annotated[UserRole, Meta(description="The role")]
    may: Annotated[tuple[str, ...], Meta(description="What it lets its holder do, each in words")]


class WhatMayBeGiven(Struct, frozen=True, kw_only=True):
    """All that the asker may give to others: which roles, for which partnerships and places, whose word, until when."""

    roles: Annotated[tuple[GivableRole, ...], Meta(description="The roles, in order")]
    is_all: Annotated[bool, Meta(description="Whether a role may be given that reaches all")]
    partnerships: Annotated[tuple[ReachedThing, ...], Meta(description="The partnerships that may be named, by name")]
    places: Annotated[tuple[ReachedThing, ...], Meta(description="The places that may be named, by name")]
    organisation: Annotated[
        NamedBody | None, Meta(description="Whose people the asker looks after; null for everybody's")
    ]
    bodies: Annotated[
        tuple[NamedBody, ...], Meta(description="The bodies whose word may be given; none named where it is anybody's")
    ]
    organisations: Annotated[
        tuple[NamedBody, ...], Meta(description="The organisations and groups of which accounts may be made, by name")
    ]
    until: Annotated[datetime | None, Meta(description="When a role must end at the latest; null for never")]


def _what(call: Call) -> OperationAnswer:
    log, asker = call.services.recorder, giver(call)
    is_all = any(each.partnership_ids is None for each in asker.roles)
    partnerships = known_partnerships(log)
    places = known_places(log)
    if not is_all:
        reached = [each.reach for each in asker.roles if each.reach is not None]
        within = frozenset().union(*(partnerships_within(log, each) or () for each in reached))
        around = frozenset().union(*(places_within(log, each.ids) for each in reached if each.kind is ReachKind.PLACES))
        partnerships = {each: name for each, name in partnerships.items() if each in within}
        places = {each: name for each, name in places.items() if each in around}
    bodies = set[UUID]() if asker.organisation_id is None else {asker.organisation_id} | asker.bodies
    names = names_in(call, (), bodies)
    bodies_by_name = tuple(named_body(each, names) for each in sorted(bodies, key=lambda each: names.get(each, "")))
    own = tuple(each for each in bodies_by_name if each.party_id == asker.organisation_id)
    known = sorted(known_bodies(log).items(), key=lambda each: (each[1], each[0]))
    terms = [each.until_at for each in asker.roles]
    content = WhatMayBeGiven(
        roles=tuple(GivableRole(role=each, may=may_in_words(each)) for each in roles_to_give(asker)),
        is_all=is_all,
        partnerships=_by_name(partnerships),
        places=_by_name(places),
        organisation=None if asker.organisation_id is None else named_body(asker.organisation_id, names),
        bodies=bodies_by_name,
        organisations=own or tuple(NamedBody(party_id=each, name=name) for each, name in known),
        until=None if None in terms else max((each for each in terms if each), default=None),
    )
    return OperationAnswer(content=content, personal=True)


def _by_name(names: dict[UUID, str]) -> tuple[ReachedThing, ...]:
    things = (ReachedThing(reached_id=id_, name=name) for id_, name in names.items())
    return tuple(sorted(things, key=lambda each: (each.name, each.reached_id)))


def _history(call: Call) -> OperationAnswer:
    account = looked_after(call)
    with call.services.recorder.connections.borrow() as connection:
        grants = grants_of(connection, account.account_id)
    names, now = names_in(call, grants), call.services.now()
    content = RoleHistory(data=tuple(given_role(each, names, account, now) for each in grants))
    return OperationAnswer(content=content, personal=True)


def _give(call: Call) -> OperationAnswer:
    account, asker, log = looked_after(call), giver(call), call.services.recorder

    def prepare(body: RoleRequest) -> AskedDeed:
        ends_at, wrong_days = end_of(body.until)
        asked = RoleToGive(
            role=body.role,
            reach=Reach(kind=body.reach.kind, ids=frozenset(body.reach.ids)),
            bodies=frozenset(body.bodies),
            until_at=ends_at,
        )
        faults = [*wrong_days, *_impossible(body)]
        if not faults:
            found = faults_of_giving(asker, account, asked, partial(covers, log), call.services.now())
            is_all = any(each.partnership_ids is None for each in asker.roles)
            refuse(found, _unknown(log, asked) if is_all else _unknown_bodies(log, asked))
        refuse([], faults)
        grant_id = uuid4()

        def carry_out(connection: psycopg.Connection) -> None:
            give_role(
                connection,
                call.services.vault,
                account_id=account.account_id,
                role=asked.role,
                reach=asked.reach,
                bodies=asked.bodies,
                until_at=asked.until_at,
                by=hand_of(call, body.why),
                grant_id=grant_id,
            )

        return AskedDeed(account_id=account.account_id, made=grant_id, carry_out=carry_out, why=body.why)

    return _answer(call, done_once(call, RoleRequest, prepare))


def _impossible(body: RoleRequest) -> list[ProblemFault]:
    if (body.reach.kind is ReachKind.ALL) == (not body.reach.ids):
        return []
    detail = "name at least one, or say that it reaches all; where it reaches all, name none"
    return [ProblemFault(code="out-of-bounds", detail=detail, pointer="#/reach/ids")]


def _unknown(log: LogRecorder, asked: RoleToGive) -> list[ProblemFault]:
    """Faults of what is named in a role and stands in no register; not asked for of a reach by who reaches not all."""
    faults = _unknown_bodies(log, asked)
    match asked.reach.kind:
        case ReachKind.PARTNERSHIPS:
            code, known, words = Code.UNKNOWN_PARTNERSHIP, known_partnerships(log), "partnership"
        case ReachKind.PLACES:
            code, known, words = Code.UNKNOWN_PLACE, known_places(log), "place"
        case ReachKind.ALL:
            return faults
    for each in sorted(asked.reach.ids - known.keys()):
        detail = f"no {words} has the id {each}: register it first"
        faults.append(ProblemFault(code=code, detail=detail, pointer="#/reach/ids"))
    return faults


def _unknown_bodies(log: LogRecorder, asked: RoleToGive) -> list[ProblemFault]:
    return [
        ProblemFault(
            code=Code.UNKNOWN_PARTY,
            detail=f"no organisation or group has the id {each}: register it first",
            pointer="#/bodies",
        )
        for each in sorted(asked.bodies)
        if not is_registered(log, each)
    ]


def _take_away(call: Call) -> OperationAnswer:
    account, asker, log = looked_after(call), giver(call), call.services.recorder
    grant_id = call.id_in_path("grant")
    grant = _grant(call, grant_id)
    if grant is None or grant.account_id != account.account_id:
        raise Problem("not-found", "This account was given no role with this id.")

    def prepare(body: RoleEndRequest) -> AskedDeed:
        if grant.taken_away is not None:
            raise Problem("conflict", "The role was taken away already.")
        refuse(faults_of_taking_away(asker, grant, partial(covers, log)))
        by = hand_of(call, body.why)

        def carry_out(connection: psycopg.Connection) -> None:
            if not take_away(connection, call.services.vault, grant_id, by):
                raise Problem("conflict", "The role was taken away already.")

        return AskedDeed(account_id=account.account_id, made=grant_id, carry_out=carry_out, why=body.why)

    return _answer(call, done_once(call, RoleEndRequest, prepare))


def _grant(call: Call, grant_id: UUID) -> Grant | None:
    with call.services.recorder.connections.borrow() as connection:
        return find_grant(connection, grant_id)


def _answer(call: Call, outcome: DeedOutcome) -> OperationAnswer:
    account, grant = looked_after(call), _grant(call, outcome.made)
    assert grant is not None  # noqa: S101 - it was given a moment ago or before, and entries are never deleted
    content = given_role(grant, names_in(call, [grant]), account, call.services.now())
    headers = {**outcome.headers, "Location": f"/v1/accounts/{account.account_id}/roles"}
    return OperationAnswer(content=content, status=201, headers=headers, personal=True)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/me/roles-to-give",
        name="read-what-may-be-given",
        summary="Read which roles you may give to others, for which partnerships and places, and until when.",
        tag=_TAG,
        handle=_what,
        right=Right.LET_IN,
        answers={200: WhatMayBeGiven},
    ),
    Operation(
        method="GET",
        path="/v1/accounts/{account}/roles",
        name="list-account-roles",
        summary="Read the history of an account's roles: given and taken away, by whom, when and why.",
        tag=_TAG,
        handle=_history,
        right=Right.LET_IN,
        answers={200: RoleHistory},
    ),
    Operation(
        method="POST",
        path="/v1/accounts/{account}/roles",
        name="give-role",
        summary="Give a role to an account, for a reach and a term no wider than those of your own role.",
        tag=_TAG,
        handle=_give,
        right=Right.LET_IN,
        request=RoleRequest,
        answers={201: GivenRole},
    ),
    Operation(
        method="POST",
        path="/v1/accounts/{account}/roles/{grant}/withdrawals",
        name="take-away-role",
        summary="Take a role away from an account: from now on it opens nothing.",
        tag=_TAG,
        handle=_take_away,
        right=Right.LET_IN,
        request=RoleEndRequest,
        answers={201: GivenRole},
    ),
)
