"""Who is asking: keys, what each may do, and the actor that a key is in the record.

A key is `fm_`, its id and 32 random bytes. Only its hash is kept. The organisation it belongs to is looked up in
the register at every request, so that an amendment or a revocation takes effect at once.
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

from api.http.problems import Problem
from domain.audit.alteration import Alteration
from domain.decisions.command_context import Actor
from domain.decisions.facts import Facts, Party
from domain.decisions.references import READS
from domain.events.selection import on
from domain.handling.operator import operator_party
from domain.log.find_records import find_records
from domain.log.recorder import LogRecorder
from domain.vault import Vault

_KEY: Final = re.compile(r"fm_([0-9a-f]{32})_[A-Za-z0-9_-]{43}")
_ALL: Final = """
    SELECT key_id, name, scope, party_id, speaks_for, created_at, expires_at, revoked_at
    FROM api.key ORDER BY created_at, key_id
"""
_IN_FORCE: Final = """
    SELECT sha256, key_id, name, scope, party_id, speaks_for FROM api.key
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
    """What a key may do; each scope includes those before it."""

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


class Principal(Struct, frozen=True, kw_only=True):
    """The holder of a key in force, for one request; a key without an organisation stands for itself."""

    key_id: UUID
    organisation_id: UUID | None
    scope: Scope
    actor: Actor

    @property
    def speaks_for(self) -> frozenset[UUID]:
        """Give the parties whose word it may set down, its own included."""
        return self.actor.speaks_for | {self.actor.party.party_id}


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
    """Make a key and give it, for the only time. The connection must be the owner's.

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


def mark_again(connection: psycopg.Connection, vault: Vault) -> None:
    """Mark under the present wrapping key what was marked under a former one. The connection must be the owner's."""
    for *content, mark, _ in connection.execute(_MARKED, {"key_id": None}).fetchall():
        if mark in vault.marks(_content(content)):
            _mark(connection, content[0], vault)


def forged_keys(connection: psycopg.Connection, vault: Vault) -> list[Alteration]:
    """Find keys that were made, changed or given back their force by other means than the command `key`."""
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
    """Write a key's row the one way that its mark is over."""
    return msgspec.msgpack.encode([each.astimezone(UTC) if isinstance(each, datetime) else each for each in row])


def revoke_key(connection: psycopg.Connection, key_id: UUID, *, vault: Vault | None = None) -> bool:
    """Take a key away; False when there is none that is in force. The connection must be the owner's."""
    done = connection.execute(
        "UPDATE api.key SET revoked_at = clock_timestamp() WHERE key_id = %s AND revoked_at IS NULL", (key_id,)
    )
    _mark(connection, key_id, vault)
    return done.rowcount == 1


def list_keys(connection: psycopg.Connection) -> list[ApiKey]:
    """List every key ever made, oldest first."""
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


def authenticate(log: LogRecorder, authorization: str | None) -> Principal:
    """Find who is asking. Raises Problem 401 when no key in force was given, without saying which part failed."""
    scheme, _, key = (authorization or "").partition(" ")
    given = _KEY.fullmatch(key.strip()) if scheme.lower() == "bearer" else None
    if given is None:
        raise _unknown(None if authorization is None else "invalid_token")
    with log.connections.borrow() as connection:
        row = connection.execute(_IN_FORCE, (UUID(given[1]),)).fetchone()
    if row is None or not hmac.compare_digest(row[0], _hash(given[0])):
        raise _unknown("invalid_token")
    _, key_id, _, scope, party_id, speaks_for = row
    rank = Scope[scope.upper()]
    actor = actor_of(log, key_id, party_id, frozenset(speaks_for), steward=rank is Scope.STEWARD)
    return Principal(key_id=key_id, organisation_id=party_id, scope=rank, actor=actor)


def keys_of(log: LogRecorder, principal: Principal) -> list[UUID]:
    """Every key that an organisation ever had, by id: that of this request first, then the newest."""
    with log.connections.borrow() as connection:
        rows = connection.execute(_OF_ORGANISATION, (principal.organisation_id, principal.key_id)).fetchall()
    return [key_id for (key_id,) in rows]


def require(principal: Principal, scope: Scope) -> None:
    """Raise Problem 403 when the key may not do this kind of thing."""
    if principal.scope < scope:
        needed, has = scope.name.lower(), principal.scope.name.lower()
        raise Problem("not-allowed", f"This needs a key with the scope `{needed}`; yours has `{has}`.")


def actor_of(
    log: LogRecorder, actor_id: UUID, party_id: UUID | None, speaks_for: frozenset[UUID], *, steward: bool
) -> Actor:
    """Make the actor of a key from the register as it is now; one without a party stands for the operator."""
    if party_id is None:
        return Actor(actor_id=actor_id, party=operator_party(log), speaks_for=speaks_for, steward=steward)
    party = _registered(log, party_id)
    if party is None:
        raise Problem("not-allowed", "The organisation or group that this key belongs to is not in the register.")
    return Actor(
        actor_id=actor_id,
        party=party.at,
        speaks_for=speaks_for,
        steward=steward,
        part_of=party.part_of,
        paid_by=party.paid_by,
    )


def is_registered(log: LogRecorder, party_id: UUID) -> bool:
    """Whether an organisation or group stands in the register, so that a key can belong to it."""
    return _registered(log, party_id) is not None


def _registered(log: LogRecorder, party_id: UUID) -> Party | None:
    facts = Facts.from_records(find_records(log, frozenset({on("party", party_id, *READS["party"])})))
    return facts.party(party_id)


def _unknown(error: str | None) -> Problem:
    challenge = 'Bearer realm="folkmoot"' + (f', error="{error}"' if error else "")
    detail = "Give a key that is in force." if error else "No key was given."
    return Problem("key-required", detail, headers={"WWW-Authenticate": challenge})


def _hash(key: str) -> bytes:
    return hashlib.sha256(key.encode("ascii")).digest()
