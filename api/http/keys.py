"""API keys: made, listed, revoked, and marked by the vault, so that a forged one is found.

A key is `fm_`, its id and 32 random bytes. Only its hash is kept.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import IntEnum
from typing import Any, Final
from uuid import UUID, uuid4

import msgspec
import psycopg
from msgspec import Struct

from domain.audit.alteration import Alteration
from domain.log.recorder import LogRecorder
from domain.vault import Vault

_KEY: Final = re.compile(r"fm_([0-9a-f]{32})_[A-Za-z0-9_-]{43}")
_ALL: Final = """
    SELECT key_id, name, scope, party_id, speaks_for, created_at, expires_at, revoked_at
    FROM api.key ORDER BY created_at, key_id
"""
_IN_FORCE: Final = """
    SELECT sha256, key_id, scope, party_id, speaks_for FROM api.key
    WHERE key_id = %s AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())
"""
_OF_ORGANISATION: Final = """
    SELECT key_id FROM api.key WHERE party_id = %s ORDER BY key_id <> %s, created_at DESC, key_id
"""
_INSERT: Final = """
    INSERT INTO api.key (key_id, sha256, name, scope, party_id, speaks_for, expires_at)
    VALUES (%s, %s, %s, %s, %s, %s::uuid[], %s)
"""
_MARKED: Final = """
    SELECT key_id, sha256, name, scope, party_id, speaks_for, created_at, expires_at, revoked_at, mark,
           created_at < (SELECT applied_at FROM log.migration WHERE part = 'api' AND version = 4)
           AND created_at > (SELECT created_at FROM log.header)
    FROM api.key WHERE %(key_id)s::uuid IS NULL OR key_id = %(key_id)s
"""


class Scope(IntEnum):
    """The scope of a key; each includes those before it."""

    READ = 1
    RECORD = 2
    STEWARD = 3


class ApiKey(Struct, frozen=True, kw_only=True):
    """A key as listed; nothing here opens anything."""

    key_id: UUID
    name: str
    scope: Scope
    party_id: UUID | None
    speaks_for: frozenset[UUID]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class KeyInForce(Struct, frozen=True, kw_only=True):
    """A key that was given and is in force: what it may do, and for whom."""

    key_id: UUID
    scope: Scope
    party_id: UUID | None
    speaks_for: frozenset[UUID]


def create_key(
    connection: psycopg.Connection,
    *,
    name: str,
    scope: Scope,
    party_id: UUID | None = None,
    speaks_for: Sequence[UUID] = (),
    expires_at: datetime | None = None,
    vault: Vault | None = None,
) -> str:
    """Make a key; its text is returned once and kept nowhere. The connection must be the owner's.

    The vault marks it, so that `folkmoot verify` does not take it for a forged one.
    """
    key_id = uuid4()
    key = f"fm_{key_id.hex}_{secrets.token_urlsafe(32)}"
    values = (key_id, _hash(key), name, scope.name.lower(), party_id, list(speaks_for), expires_at)
    with connection.transaction():
        connection.execute(_INSERT, values)
        _mark(connection, key_id, vault)
    return key


def mark_keys(connection: psycopg.Connection, vault: Vault) -> None:
    """Mark the keys that were made before there were marks. The connection must be the owner's."""
    for *content, mark, is_older in connection.execute(_MARKED, {"key_id": None}).fetchall():
        if mark is None and is_older:
            _mark(connection, content[0], vault)


def remark_keys(connection: psycopg.Connection, vault: Vault) -> None:
    """Mark under the present wrapping key those marked under a former one. The connection must be the owner's."""
    for *content, mark, _ in connection.execute(_MARKED, {"key_id": None}).fetchall():
        if mark in vault.marks(_content(content)):
            _mark(connection, content[0], vault)


def forged_keys(connection: psycopg.Connection, vault: Vault) -> list[Alteration]:
    """Keys that were made, changed or given back their force by other means than the command `key`."""
    detail = "it was made or changed by other means than `folkmoot key`"
    return [
        Alteration(where=f"API key {content[0]} ({content[3]})", detail=detail)
        for *content, mark, is_older in connection.execute(_MARKED, {"key_id": None}).fetchall()
        if (mark not in vault.marks(_content(content)) if mark is not None else not is_older)
    ]


def _mark(connection: psycopg.Connection, key_id: UUID, vault: Vault | None) -> None:
    row = connection.execute(_MARKED, {"key_id": key_id}).fetchone()
    if vault is not None and row is not None:
        mark = vault.marks(_content(row[:-2]))[0]
        connection.execute("UPDATE api.key SET mark = %s WHERE key_id = %s", (mark, key_id))


def _content(row: Sequence[Any]) -> bytes:
    """The bytes of a key's row that its mark is over."""
    return msgspec.msgpack.encode([value.astimezone(UTC) if isinstance(value, datetime) else value for value in row])


def revoke_key(connection: psycopg.Connection, key_id: UUID, *, vault: Vault | None = None) -> bool:
    """Revoke a key; False where none with this id is in force. The connection must be the owner's."""
    updated = connection.execute(
        "UPDATE api.key SET revoked_at = clock_timestamp() WHERE key_id = %s AND revoked_at IS NULL", (key_id,)
    )
    _mark(connection, key_id, vault)
    return updated.rowcount == 1


def list_keys(connection: psycopg.Connection) -> list[ApiKey]:
    """Every key ever made, oldest first."""
    rows = connection.execute(_ALL).fetchall()
    return [
        ApiKey(
            key_id=key_id,
            name=name,
            scope=Scope[scope.upper()],
            party_id=party_id,
            speaks_for=frozenset(speaks_for),
            created_at=created_at,
            expires_at=expires_at,
            revoked_at=revoked_at,
        )
        for key_id, name, scope, party_id, speaks_for, created_at, expires_at, revoked_at in rows
    ]


def key_in_force(log: LogRecorder, text: str) -> KeyInForce | None:
    """The key with this text, if it is in force: neither revoked nor expired."""
    parts = _KEY.fullmatch(text)
    if parts is None:
        return None
    with log.connections.borrow() as connection:
        row = connection.execute(_IN_FORCE, (UUID(parts[1]),)).fetchone()
    if row is None or not hmac.compare_digest(row[0], _hash(text)):
        return None
    return _in_force(row)


def key_still_in_force(log: LogRecorder, key_id: UUID) -> KeyInForce | None:
    """The key with this id, if it is in force: neither revoked nor expired."""
    with log.connections.borrow() as connection:
        row = connection.execute(_IN_FORCE, (key_id,)).fetchone()
    return None if row is None else _in_force(row)


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


def _in_force(row: Sequence[Any]) -> KeyInForce:
    _, key_id, scope, party_id, speaks_for = row
    return KeyInForce(key_id=key_id, scope=Scope[scope.upper()], party_id=party_id, speaks_for=frozenset(speaks_for))


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("ascii")).digest()
