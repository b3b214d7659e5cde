"""API keys: made, renewed, listed, taken away, and looked up when given.

A key is `fm_`, its id and 32 random bytes. Only its hash is kept.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
from msgspec import Struct

from api.access.row_marks import OLDER_THAN_MARKS, MarkedTable
from domain.log.errors import LogError
from domain.log.recorder import LogRecorder
from domain.vault import Vault

_KEY: Final = re.compile(r"fm_([0-9a-f]{32})_[A-Za-z0-9_-]{43}")
_LISTED: Final = """
    SELECT key_id, name, scope, party_id, speaks_for, account_id, created_at, expires_at, revoked_at, last_used_at
    FROM api.key LEFT JOIN api.key_use USING (key_id)
    WHERE %(account_id)s::uuid IS NULL OR account_id = %(account_id)s ORDER BY created_at, key_id
"""
_IN_FORCE: Final = """
    SELECT sha256, key_id, scope, party_id, speaks_for, account_id, last_used_at > clock_timestamp() - %(fresh)s
    FROM api.key LEFT JOIN api.key_use USING (key_id)
    WHERE key_id = %(key_id)s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())
"""
_OF_ORGANISATION: Final = """
    SELECT key_id FROM api.key WHERE party_id = %s ORDER BY key_id <> %s, created_at DESC, key_id
"""
_INSERT: Final = """
    INSERT INTO api.key (key_id, sha256, name, scope, party_id, speaks_for, account_id, expires_at)
    VALUES (%s, %s, %s, %s, %s, %s::uuid[], %s, %s)
"""
_USED: Final = """
    INSERT INTO api.key_use (key_id, last_used_at) VALUES (%s, clock_timestamp())
    ON CONFLICT (key_id) DO UPDATE SET last_used_at = excluded.last_used_at
"""
_END: Final = """
    UPDATE api.key SET expires_at = least(expires_at, clock_timestamp() + %s) WHERE key_id = %s AND revoked_at IS NULL
"""
_KEPT_BY: Final = "SELECT key_id FROM api.key WHERE account_id = %s"
_UNNAME: Final = "UPDATE api.key SET name = 'a key' WHERE key_id = %s"
_USE_NOTED_EVERY: Final = timedelta(minutes=5)
KEYS: Final = MarkedTable(
    table="key",
    key="key_id",
    columns=(
        "key_id",
        "sha256",
        "name",
        "scope",
        "party_id",
        "speaks_for",
        "created_at",
        "expires_at",
        "revoked_at",
    ),
    later=("account_id",),
    words="API key",
    older_than_marks=OLDER_THAN_MARKS,
)


class Scope(IntEnum):
    """The scope of a key; each includes those before it."""

    READ = 1
    RECORD = 2
    STEWARD = 3


class ApiKey(Struct, frozen=True, kw_only=True):
    """A key as listed; nothing here opens anything. `last_used_at` is right to within five minutes."""

    key_id: UUID
    name: str
    scope: Scope
    party_id: UUID | None
    speaks_for: frozenset[UUID]
    account_id: UUID | None
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class KeyInForce(Struct, frozen=True, kw_only=True):
    """A key that was given and is in force: what it may do at most, and for whom."""

    key_id: UUID
    scope: Scope
    party_id: UUID | None
    speaks_for: frozenset[UUID]
    account_id: UUID | None = None


def create_key(  # noqa: PLR0913 - the parts of a key
    connection: psycopg.Connection,
    *,
    name: str,
    scope: Scope,
    party_id: UUID | None = None,
    speaks_for: Sequence[UUID] = (),
    account_id: UUID | None = None,
    expires_at: datetime | None = None,
    key_id: UUID | None = None,
    vault: Vault | None = None,
) -> str:
    """Make a key; its text is returned once and kept nowhere. A key of an account acts by the roles of the account.

    The vault marks it, so that `folkmoot verify` does not take it for a forged one.
    """
    key_id = key_id or uuid4()
    key = f"fm_{key_id.hex}_{secrets.token_urlsafe(32)}"
    values = (key_id, _hash(key), name, scope.name.lower(), party_id, list(speaks_for), account_id, expires_at)
    with connection.transaction():
        connection.execute(_INSERT, values)
        if vault is not None:
            KEYS.mark(connection, vault, key_id)
    return key


def revoke_key(connection: psycopg.Connection, key_id: UUID, *, vault: Vault | None = None) -> bool:
    """Revoke a key; False where none with this id is in force."""
    with _changing(connection, key_id, vault):
        updated = connection.execute(
            "UPDATE api.key SET revoked_at = clock_timestamp() WHERE key_id = %s AND revoked_at IS NULL", (key_id,)
        )
    return updated.rowcount == 1


def end_key(connection: psycopg.Connection, key_id: UUID, after: timedelta, *, vault: Vault) -> None:
    """Let a key end after a while, unless it ends sooner: the time in which it and the one after it are both good."""
    with _changing(connection, key_id, vault):
        connection.execute(_END, (after, key_id))


def unname_keys(connection: psycopg.Connection, vault: Vault, account_id: UUID) -> None:
    """Call the keys of an account nothing but keys, once its holder is forgotten."""
    for (key_id,) in connection.execute(_KEPT_BY, (account_id,)).fetchall():
        with KEYS.changing(connection, vault, key_id):
            connection.execute(_UNNAME, (key_id,))


def list_keys(connection: psycopg.Connection, account_id: UUID | None = None) -> list[ApiKey]:
    """Every key ever made, or those of one account, oldest first."""
    rows = connection.execute(_LISTED, {"account_id": account_id}).fetchall()
    return [
        ApiKey(
            key_id=key_id,
            name=name,
            scope=Scope[scope.upper()],
            party_id=party_id,
            speaks_for=frozenset(speaks_for),
            account_id=owner_id,
            created_at=created_at,
            expires_at=expires_at,
            revoked_at=revoked_at,
            last_used_at=last_used_at,
        )
        for (
            key_id,
            name,
            scope,
            party_id,
            speaks_for,
            owner_id,
            created_at,
            expires_at,
            revoked_at,
            last_used_at,
        ) in rows
    ]


def key_in_force(log: LogRecorder, text: str) -> KeyInForce | None:
    """The key with this text, if it is in force: neither revoked nor expired. Its use is noted."""
    parts = _KEY.fullmatch(text)
    row = None if parts is None else _row_in_force(log, UUID(parts[1]))
    if row is None or not hmac.compare_digest(row[0], _hash(text)):
        return None
    return _in_force(log, row)


def key_still_in_force(log: LogRecorder, key_id: UUID) -> KeyInForce | None:
    """The key with this id, if it is in force: neither revoked nor expired. Its use is noted."""
    row = _row_in_force(log, key_id)
    return None if row is None else _in_force(log, row)


def name_of_key(log: LogRecorder, key_id: UUID) -> str:
    """The name under which a key was made; empty where there is no such key."""
    with log.connections.borrow() as connection:
        row = connection.execute("SELECT name FROM api.key WHERE key_id = %s", (key_id,)).fetchone()
    return "" if row is None else row[0]


def keys_of(log: LogRecorder, organisation_id: UUID, first: UUID) -> list[UUID]:
    """The ids of every key that an organisation ever had: `first`, then the newest."""
    with log.connections.borrow() as connection:
        rows = connection.execute(_OF_ORGANISATION, (organisation_id, first)).fetchall()
    return [key_id for (key_id,) in rows]


def _changing(connection: psycopg.Connection, key_id: UUID, vault: Vault | None) -> AbstractContextManager[object]:
    return nullcontext() if vault is None else KEYS.changing(connection, vault, key_id)


def _row_in_force(log: LogRecorder, key_id: UUID) -> Sequence[Any] | None:
    with log.connections.borrow() as connection:
        return connection.execute(_IN_FORCE, {"key_id": key_id, "fresh": _USE_NOTED_EVERY}).fetchone()


def _in_force(log: LogRecorder, row: Sequence[Any]) -> KeyInForce:
    _, key_id, scope, party_id, speaks_for, account_id, was_noted = row
    if not was_noted:
        with suppress(LogError), log.connections.borrow() as connection:  # a database that takes no more is still read
            connection.execute(_USED, (key_id,))
    return KeyInForce(
        key_id=key_id,
        scope=Scope[scope.upper()],
        party_id=party_id,
        speaks_for=frozenset(speaks_for),
        account_id=account_id,
    )


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("ascii")).digest()
