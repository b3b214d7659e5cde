"""Links that sign in to the pages once: with a key that there is, or to an account, with a key that nobody sees."""

import hashlib
import secrets
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import psycopg

from api.access.keys import KeyInForce, Scope, create_key, key_still_in_force
from domain.log.recorder import LogRecorder
from domain.vault import Vault

SESSION_LASTS: Final = timedelta(hours=20)
"""How long a session lasts: WCAG 2.2 (2.2.1) asks for a warning before any that is shorter."""
LINK_LASTS: Final = timedelta(hours=12)
LINK_KEY: Final = "a sign-in link"
"""The name of a key that a link signs in with, and that nobody ever sees."""
_LINK: Final = "INSERT INTO api.sign_in_link (sha256, key_id, expires_at) VALUES (%s, %s, clock_timestamp() + %s)"
_USE: Final = """
    UPDATE api.sign_in_link SET used_at = clock_timestamp()
    WHERE sha256 = %s AND used_at IS NULL AND expires_at > clock_timestamp() RETURNING key_id
"""


def create_link(connection: psycopg.Connection, key_id: UUID) -> str:
    """Make a link that signs in once; its last part is returned once and kept nowhere."""
    token = secrets.token_urlsafe(32)
    connection.execute(_LINK, (hash_of(token), key_id, LINK_LASTS))
    return token


def create_account_link(connection: psycopg.Connection, vault: Vault, account_id: UUID, key_id: UUID) -> str:
    """Make a link that signs in to an account once; the key behind it ends with the session that it begins at most."""
    create_key(
        connection,
        name=LINK_KEY,
        scope=Scope.STEWARD,
        account_id=account_id,
        expires_at=datetime.now(UTC) + LINK_LASTS + SESSION_LASTS,
        key_id=key_id,
        vault=vault,
    )
    return create_link(connection, key_id)


def use_link(log: LogRecorder, token: str) -> KeyInForce | None:
    """The key that a link signs in with, which it does once; None where it was used, has run out or never was."""
    with log.connections.borrow() as connection:
        row = connection.execute(_USE, (hash_of(token),)).fetchone()
    return None if row is None else key_still_in_force(log, row[0])


def hash_of(token: str) -> bytes:
    """The hash under which a random token is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
