"""Sessions of people at pages: begun with a key, held in the database, ended on the server.

The browser holds a random token, signed; the database holds its hash. No key is ever kept in the browser.
"""

import hashlib
import secrets
from datetime import timedelta
from typing import Final
from uuid import UUID

import psycopg
from msgspec import Struct

from api.access.keys import KeyInForce, key_still_in_force
from domain.log.recorder import LogRecorder

LASTS: Final = timedelta(hours=20)
"""How long a session lasts: WCAG 2.2 (2.2.1) asks for a warning before any that is shorter."""
_KEPT: Final = timedelta(days=30)
LINK_LASTS: Final = timedelta(hours=12)
_BEGIN: Final = """
    INSERT INTO api.session (sha256, key_id, since, expires_at)
    SELECT %(sha256)s, %(key_id)s, coalesce(max(position), 0), clock_timestamp() + %(lasts)s
    FROM api.last_look WHERE key_id = %(key_id)s
"""
_FORGET: Final = "DELETE FROM api.session WHERE expires_at < clock_timestamp() - %s"
_FIND: Final = """
    SELECT key_id, since FROM api.session
    WHERE sha256 = %s AND ended_at IS NULL AND expires_at > clock_timestamp()
"""
_END: Final = "UPDATE api.session SET ended_at = clock_timestamp() WHERE sha256 = %s AND ended_at IS NULL"
_LINK: Final = "INSERT INTO api.sign_in_link (sha256, key_id, expires_at) VALUES (%s, %s, clock_timestamp() + %s)"
_USE: Final = """
    UPDATE api.sign_in_link SET used_at = clock_timestamp()
    WHERE sha256 = %s AND used_at IS NULL AND expires_at > clock_timestamp() RETURNING key_id
"""
_LOOK: Final = """
    INSERT INTO api.last_look (key_id, position) VALUES (%s, %s)
    ON CONFLICT (key_id) DO UPDATE SET position = greatest(last_look.position, excluded.position),
        looked_at = clock_timestamp()
"""


class Session(Struct, frozen=True, kw_only=True):
    """One sitting of somebody at the pages; `since` is how far the log had come when they last looked before it."""

    sha256: bytes
    key: KeyInForce
    since: int


def begin_session(log: LogRecorder, key_id: UUID) -> str:
    """Begin a session for the holder of a key; its token is returned once and kept nowhere."""
    token = secrets.token_urlsafe(32)
    with log.connections.borrow() as connection, connection.transaction():
        connection.execute(_FORGET, (_KEPT,))
        connection.execute(_BEGIN, {"sha256": _hash(token), "key_id": key_id, "lasts": LASTS})
    return token


def find_session(log: LogRecorder, token: str) -> Session | None:
    """The session with this token, if it is open and its key in force."""
    sha256 = _hash(token)
    with log.connections.borrow() as connection:
        row = connection.execute(_FIND, (sha256,)).fetchone()
    key = None if row is None else key_still_in_force(log, row[0])
    return None if row is None or key is None else Session(sha256=sha256, key=key, since=row[1])


def end_session(log: LogRecorder, token: str) -> None:
    """End a session: its token opens nothing from now on."""
    with log.connections.borrow() as connection:
        connection.execute(_END, (_hash(token),))


def note_look(log: LogRecorder, session: Session, position: int) -> None:
    """Note how far the log had come when the holder of a session's key looked at what is new."""
    with log.connections.borrow() as connection:
        connection.execute(_LOOK, (session.key.key_id, position))


def create_link(connection: psycopg.Connection, key_id: UUID) -> str:
    """Make a link that signs in once; its last part is returned once and kept nowhere. Needs the owner's connection."""
    token = secrets.token_urlsafe(32)
    connection.execute(_LINK, (_hash(token), key_id, LINK_LASTS))
    return token


def use_link(log: LogRecorder, token: str) -> KeyInForce | None:
    """The key that a link signs in with, which it does once; None where it was used, has run out or never was."""
    with log.connections.borrow() as connection:
        row = connection.execute(_USE, (_hash(token),)).fetchone()
    return None if row is None else key_still_in_force(log, row[0])


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "replace")).digest()
