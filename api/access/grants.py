"""Grants: roles given and taken away, by whom, when and why, in a table to which entries are only ever added."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from msgspec import Struct

from api.access.reach import Reach, ReachKind
from api.access.row_marks import MarkedTable
from api.access.user_roles import UserRole
from domain.audit.alteration import Alteration
from domain.log.recorder import LogRecorder
from domain.vault import Vault
from domain.vocabulary import CodeList

GRANTS: Final = MarkedTable(
    table="grant_entry",
    key="entry",
    columns=(
        "entry",
        "grant_id",
        "act",
        "account_id",
        "role",
        "reach",
        "reach_ids",
        "bodies",
        "until_at",
        "by_account",
        "by_key",
        "why",
        "at",
    ),
    words="entry on roles",
)
_LOCK: Final = "SELECT pg_advisory_xact_lock(444115938932)"
"""One entry is written after the other, so that they are numbered without gaps."""
_NEXT: Final = "SELECT coalesce(max(entry), 0) + 1, clock_timestamp() FROM api.grant_entry"
_INSERT: Final = """
    INSERT INTO api.grant_entry (entry, grant_id, act, account_id, role, reach, reach_ids, bodies, until_at,
                                 by_account, by_key, why, at, mark)
    VALUES (%s, %s, %s, %s, %s, %s, %s::uuid[], %s::uuid[], %s, %s, %s, %s, %s, %s)
"""
_GRANTS: Final = """
    SELECT given.grant_id, given.account_id, given.role, given.reach, given.reach_ids, given.bodies, given.until_at,
           given.by_account, given.by_key, given.why, given.at, taken.at, taken.by_account, taken.by_key, taken.why
    FROM api.grant_entry given
    LEFT JOIN api.grant_entry taken ON taken.grant_id = given.grant_id AND taken.act = 'taken-away'
    WHERE given.act = 'given'
"""
_OF_ACCOUNT: Final = f"{_GRANTS} AND given.account_id = %s ORDER BY given.entry"
_IN_FORCE: Final = f"""{_GRANTS}
    AND given.account_id = %s AND taken.at IS NULL AND (given.until_at IS NULL OR given.until_at > clock_timestamp())
    AND EXISTS (SELECT FROM api.account WHERE account.account_id = given.account_id AND closed_at IS NULL)
    ORDER BY given.entry"""
_ONE: Final = f"{_GRANTS} AND given.grant_id = %s"
_ENTRIES: Final = """
    SELECT grant_id, account_id, role, reach, reach_ids, bodies, until_at, by_account, by_key, why, at,
           NULL::timestamptz, NULL::uuid, NULL::uuid, NULL, entry, act
    FROM api.grant_entry
    WHERE entry > %(after)s AND (%(party_id)s::uuid IS NULL OR EXISTS (
        SELECT FROM api.account WHERE account.account_id = grant_entry.account_id AND party_id = %(party_id)s))
    ORDER BY entry LIMIT %(limit)s
"""
_GAPS: Final = """
    SELECT number FROM generate_series(1, (SELECT max(entry) FROM api.grant_entry)) number
    WHERE NOT EXISTS (SELECT FROM api.grant_entry WHERE entry = number) ORDER BY number
"""


class GrantAct(CodeList):
    """The act that an entry is of: a role given, or taken away."""

    GIVEN = "given"
    TAKEN_AWAY = "taken-away"


class GrantHand(Struct, frozen=True, kw_only=True):
    """The hand that gave a role or took it away, and why: an account, a key, or neither on the command line."""

    account_id: UUID | None = None
    key_id: UUID | None = None
    why: str


class TakenAway(Struct, frozen=True, kw_only=True):
    """The end of a grant before its term: when it was taken away, and by whom."""

    at: datetime
    by: GrantHand


class Grant(Struct, frozen=True, kw_only=True):
    """A role of an account: how far it reaches, whose word it may set down, its term, and who gave it."""

    grant_id: UUID
    account_id: UUID
    role: UserRole
    reach: Reach
    bodies: frozenset[UUID]
    until_at: datetime | None
    given_at: datetime
    by: GrantHand
    taken_away: TakenAway | None = None


class GrantEntry(Struct, frozen=True, kw_only=True):
    """One line of the trail: a role given or taken away, by whom and when."""

    entry: int
    act: GrantAct
    grant: Grant
    by: GrantHand
    at: datetime


def give_role(  # noqa: PLR0913 - the parts of a grant
    connection: psycopg.Connection,
    vault: Vault,
    *,
    account_id: UUID,
    role: UserRole,
    reach: Reach,
    bodies: frozenset[UUID] = frozenset(),
    until_at: datetime | None = None,
    by: GrantHand,
    grant_id: UUID | None = None,
) -> UUID:
    """Write down a role given to an account; the id of the grant. Whether the giver may is decided before."""
    grant_id = grant_id or uuid4()
    with connection.transaction():
        _append(connection, vault, GrantAct.GIVEN, _Given(grant_id, account_id, role, reach, bodies, until_at), by)
    return grant_id


def take_away(connection: psycopg.Connection, vault: Vault, grant_id: UUID, by: GrantHand) -> bool:
    """Take a role away; False where it was taken away before, or there is none with this id."""
    with connection.transaction():
        connection.execute(_LOCK)
        grant = find_grant(connection, grant_id)
        if grant is None or grant.taken_away is not None:
            return False
        given = _Given(grant_id, grant.account_id, grant.role, grant.reach, grant.bodies, grant.until_at)
        _append(connection, vault, GrantAct.TAKEN_AWAY, given, by)
    return True


def find_grant(connection: psycopg.Connection, grant_id: UUID) -> Grant | None:
    """The grant with this id, whether in force or not."""
    row = connection.execute(_ONE, (grant_id,)).fetchone()
    return None if row is None else _grant(row)


def grants_of(connection: psycopg.Connection, account_id: UUID) -> list[Grant]:
    """Every role that an account was ever given, in order."""
    return [_grant(row) for row in connection.execute(_OF_ACCOUNT, (account_id,)).fetchall()]


def grants_in_force(connection: psycopg.Connection, account_id: UUID) -> list[Grant]:
    """The roles that an account holds now; none once it is closed."""
    return [_grant(row) for row in connection.execute(_IN_FORCE, (account_id,)).fetchall()]


def entries_after(
    connection: psycopg.Connection, entry: int, limit: int, organisation_id: UUID | None = None
) -> list[GrantEntry]:
    """The entries after one, in order: on all accounts, or on those of one organisation."""
    parameters = {"after": entry, "limit": limit, "party_id": organisation_id}
    entries = []
    for *row, number, act in connection.execute(_ENTRIES, parameters).fetchall():
        grant = _grant(tuple(row))
        entries.append(GrantEntry(entry=number, act=GrantAct(act), grant=grant, by=grant.by, at=grant.given_at))
    return entries


def holds_a_role(log: LogRecorder, account_id: UUID) -> bool:
    """An account is open and holds a role now."""
    with log.connections.borrow() as connection:
        return bool(grants_in_force(connection, account_id))


def missing_entries(connection: psycopg.Connection) -> list[Alteration]:
    """The entries on roles that were taken out of the table, found by the gaps that they left."""
    detail = "it is no longer there, and entries are never deleted"
    rows = connection.execute(_GAPS).fetchall()
    return [Alteration(where=f"entry on roles {number}", detail=detail) for (number,) in rows]


class _Given(Struct, frozen=True):
    """The content of a grant, as both of its entries state it."""

    grant_id: UUID
    account_id: UUID
    role: UserRole
    reach: Reach
    bodies: frozenset[UUID]
    until_at: datetime | None


def _append(connection: psycopg.Connection, vault: Vault, act: GrantAct, given: _Given, by: GrantHand) -> None:
    connection.execute(_LOCK)
    row = connection.execute(_NEXT).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always has a row
    entry, now = row
    values = (
        entry,
        given.grant_id,
        act.value,
        given.account_id,
        given.role.value,
        given.reach.kind.value,
        sorted(given.reach.ids),
        sorted(given.bodies),
        given.until_at,
        by.account_id,
        by.key_id,
        by.why,
        now,
    )
    connection.execute(_INSERT, (*values, vault.marks(GRANTS.content(values))[0]))


def _grant(row: tuple[Any, ...]) -> Grant:
    grant_id, account_id, role, reach, reach_ids, bodies, until_at, by_account, by_key, why, at, *taken = row
    taken_at, taken_by_account, taken_by_key, taken_why = taken
    return Grant(
        grant_id=grant_id,
        account_id=account_id,
        role=UserRole(role),
        reach=Reach(kind=ReachKind(reach), ids=frozenset(reach_ids)),
        bodies=frozenset(bodies),
        until_at=until_at,
        given_at=at,
        by=GrantHand(account_id=by_account, key_id=by_key, why=why),
        taken_away=None
        if taken_at is None
        else TakenAway(at=taken_at, by=GrantHand(account_id=taken_by_account, key_id=taken_by_key, why=taken_why)),
    )
