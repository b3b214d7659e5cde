"""Sessions of people at pages: begun with a key or by a provider, held in the database, ended on the server.

The browser holds a random token, signed; the database holds its hash. No key is ever kept in the browser.
"""

import secrets
from collections.abc import Iterable
from typing import Final
from uuid import UUID

from msgspec import Struct

from api.access.keys import KeyInForce, key_still_in_force
from api.access.sign_in_links import SESSION_LASTS, hash_of
from domain.log.recorder import LogRecorder

_BEGIN: Final = """
    INSERT INTO api.session (sha256, key_id, account_id, conditions, errand, since, expires_at)
    SELECT %(sha256)s, %(key_id)s, %(account_id)s, %(conditions)s::bytea[], %(errand)s,
           coalesce(max(position), 0), clock_timestamp() + %(lasts)s
    FROM api.last_look WHERE holder_id = coalesce(%(key_id)s::uuid, %(account_id)s)
    ON CONFLICT (errand) DO NOTHING
"""
_FIND: Final = """
    SELECT key_id, account_id, conditions, since, acting_for FROM api.session
    WHERE sha256 = %s AND ended_at IS NULL AND expires_at > clock_timestamp()
"""
_END: Final = "UPDATE api.session SET ended_at = clock_timestamp() WHERE sha256 = %s AND ended_at IS NULL"
_ACT_FOR: Final = "UPDATE api.session SET acting_for = %s WHERE sha256 = %s"
_LOOK: Final = """
    INSERT INTO api.last_look (holder_id, position) VALUES (%s, %s)
    ON CONFLICT (holder_id) DO UPDATE SET position = greatest(last_look.position, excluded.position),
        looked_at = clock_timestamp()
"""


class Session(Struct, frozen=True, kw_only=True):
    """One sitting of somebody at the pages; `since` is how far the log had come when they last looked before it.

    It is that of a key, or of the account of somebody for whom a provider vouched, with the conditions met then.
    """

    sha256: bytes
    key: KeyInForce | None
    account_id: UUID | None = None
    conditions: frozenset[bytes] = frozenset()
    since: int
    acting_for: UUID | None = None
    """The body that its holder chose to act for; None for their own organisation."""

    @property
    def holder_id(self) -> UUID | None:
        """The key or account whose it is."""
        return self.account_id if self.key is None else self.key.key_id


def begin_session(log: LogRecorder, key_id: UUID) -> str:
    """Begin a session for the holder of a key; its token is returned once and kept nowhere."""
    token = _begun(log, key_id=key_id)
    assert token is not None  # noqa: S101 - only an errand can begin none
    return token


def begin_signed_on(log: LogRecorder, account_id: UUID, conditions: Iterable[bytes], errand: str) -> str | None:
    """Begin a session for somebody whom a provider vouched for; its token, or None where their errand began one."""
    return _begun(log, account_id=account_id, conditions=list(conditions), errand=hash_of(errand))


def _begun(log: LogRecorder, **whose: object) -> str | None:
    token = secrets.token_urlsafe(32)
    nobody: dict[str, object] = {"key_id": None, "account_id": None, "conditions": [], "errand": None}
    with log.connections.borrow() as connection:
        begun = connection.execute(_BEGIN, {**nobody, **whose, "sha256": hash_of(token), "lasts": SESSION_LASTS})
    return token if begun.rowcount == 1 else None


def find_session(log: LogRecorder, token: str) -> Session | None:
    """The session with this token, if it is open and its key, where it has one, in force."""
    sha256 = hash_of(token)
    with log.connections.borrow() as connection:
        row = connection.execute(_FIND, (sha256,)).fetchone()
    if row is None:
        return None
    key_id, account_id, conditions, since, acting_for = row
    key = None if key_id is None else key_still_in_force(log, key_id)
    if key is None and account_id is None:
        return None
    return Session(
        sha256=sha256,
        key=key,
        account_id=account_id,
        conditions=frozenset(conditions),
        since=since,
        acting_for=acting_for,
    )


def end_session(log: LogRecorder, token: str) -> None:
    """End a session: its token opens nothing from now on."""
    with log.connections.borrow() as connection:
        connection.execute(_END, (hash_of(token),))


def act_for(log: LogRecorder, session: Session, party_id: UUID | None) -> None:
    """Let the holder of a session act for one of their bodies until it ends; None: for their own organisation."""
    with log.connections.borrow() as connection:
        connection.execute(_ACT_FOR, (party_id, session.sha256))


def note_look(log: LogRecorder, session: Session, position: int) -> None:
    """Note how far the log had come when the holder of a session looked at what is new."""
    with log.connections.borrow() as connection:
        connection.execute(_LOOK, (session.holder_id, position))
