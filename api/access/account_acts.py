"""Acts: what was done to accounts and keys, by whom and why, each once for each request, and never changed."""

import hmac
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from msgspec import Struct, field

from api.access.grants import GrantHand
from api.access.row_marks import MarkedTable
from domain.audit.alteration import Alteration
from domain.vault import Vault

_COLUMNS: Final = (
    "entry",
    "act_id",
    "act",
    "account_id",
    "made",
    "by_account",
    "by_key",
    "why",
    "fingerprint",
    "at",
)
ACTS: Final = MarkedTable(table="account_act", key="entry", columns=_COLUMNS, words="act on an account")
_LOCK: Final = "SELECT pg_advisory_xact_lock(444115938933)"
"""One act is written after the other, so that they are numbered without gaps."""
_NEXT: Final = "SELECT coalesce(max(entry), 0) + 1, clock_timestamp() FROM api.account_act"
_INSERT: Final = f"INSERT INTO api.account_act ({', '.join(_COLUMNS)}, mark) VALUES ({'%s, ' * len(_COLUMNS)}%s)"  # noqa: S608 - constants
_ALL: Final = """
    SELECT entry, act, act_id, account_id, made, by_account, by_key, why, fingerprint, at FROM api.account_act
"""
_ONE: Final = f"{_ALL} WHERE act_id = %s"
_PAGE: Final = f"""{_ALL}
    WHERE entry > %(after)s AND (%(party_id)s::uuid IS NULL OR EXISTS (
        SELECT FROM api.account WHERE account.account_id = account_act.account_id AND party_id = %(party_id)s))
    ORDER BY entry LIMIT %(limit)s
"""
_LOST: Final = """
    SELECT act.entry FROM api.account_act act
    JOIN (VALUES ('give-role', 'given'), ('take-away-role', 'taken-away')) AS of_roles (act, entry) USING (act)
    WHERE NOT EXISTS (
        SELECT FROM api.grant_entry WHERE grant_entry.grant_id = act.made AND grant_entry.act = of_roles.entry)
    ORDER BY act.entry
"""
_GAPS: Final = """
    SELECT number FROM generate_series(1, (SELECT max(entry) FROM api.account_act)) number
    WHERE NOT EXISTS (SELECT FROM api.account_act WHERE entry = number) ORDER BY number
"""


class AccountAct(Struct, frozen=True, kw_only=True):
    """One thing that was done to an account or a key: which, to whose, what came of it, by whom and when."""

    entry: int
    act: str
    act_id: UUID
    account_id: UUID | None
    made: UUID
    by: GrantHand
    at: datetime
    fingerprint: bytes

    def is_of(self, vault: Vault, content: bytes) -> bool:
        """It was done for a request with this content, and not for something else under the same key."""
        return any(hmac.compare_digest(self.fingerprint, mark) for mark in vault.marks(content))


class AccountDeed(Struct, frozen=True, kw_only=True):
    """One thing to do: which, to whose account, what comes of it, for whom, and how; once for its request."""

    act: str
    account_id: UUID | None
    made: UUID
    by: GrantHand
    carry_out: Callable[[psycopg.Connection], None]
    act_id: UUID = field(default_factory=uuid4)
    content: bytes = b""


def find_act(connection: psycopg.Connection, act_id: UUID) -> AccountAct | None:
    """The act that a request led to before."""
    row = connection.execute(_ONE, (act_id,)).fetchone()
    return None if row is None else _act(row)


def acts_after(
    connection: psycopg.Connection, entry: int, limit: int, organisation_id: UUID | None = None
) -> list[AccountAct]:
    """The acts after an entry, in order: to all accounts, or to those of one organisation."""
    parameters = {"after": entry, "limit": limit, "party_id": organisation_id}
    return [_act(row) for row in connection.execute(_PAGE, parameters).fetchall()]


def do_once(connection: psycopg.Connection, vault: Vault, deed: AccountDeed) -> AccountAct | None:
    """Carry something out and write it down, in one transaction; the earlier act where it was done before."""
    with connection.transaction():
        connection.execute(_LOCK)
        if (before := find_act(connection, deed.act_id)) is not None:
            return before
        deed.carry_out(connection)
        row = connection.execute(_NEXT).fetchone()
        assert row is not None  # noqa: S101 - an aggregate always has a row
        entry, now = row
        by, fingerprint = deed.by, vault.marks(deed.content)[0]
        values = (
            entry,
            deed.act_id,
            deed.act,
            deed.account_id,
            deed.made,
            by.account_id,
            by.key_id,
            by.why,
            fingerprint,
            now,
        )
        connection.execute(_INSERT, (*values, vault.marks(ACTS.content(values))[0]))
    return None


def missing_acts(connection: psycopg.Connection) -> list[Alteration]:
    """The acts that were taken out of the table, or whose entries on roles were, found by the gaps that they left."""
    detail = "it is no longer there, and acts are never deleted"
    gaps = [
        Alteration(where=f"{ACTS.words} {number}", detail=detail) for (number,) in connection.execute(_GAPS).fetchall()
    ]
    detail = "the role that it gave or took away has no entry any more, and entries are never deleted"
    lost = [
        Alteration(where=f"{ACTS.words} {number}", detail=detail) for (number,) in connection.execute(_LOST).fetchall()
    ]
    return [*gaps, *lost]


def _act(row: Sequence[Any]) -> AccountAct:
    entry, act, act_id, account_id, made, by_account, by_key, why, fingerprint, at = row
    return AccountAct(
        entry=entry,
        act=act,
        act_id=act_id,
        account_id=account_id,
        made=made,
        by=GrantHand(account_id=by_account, key_id=by_key, why=why),
        at=at,
        fingerprint=fingerprint,
    )
