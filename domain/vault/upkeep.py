"""The upkeep of the vault by its owner: keys wrapped anew under another wrapping key, and tables written anew."""

from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg.sql import SQL, Identifier

from domain.vault.vault import AnyCursor, own_cursor
from domain.vault.wrapping_key import WrappingKey

_HELD_BY_VAULT: Final = """
    SELECT relname FROM pg_class
    WHERE relnamespace = 'vault'::regnamespace AND relkind = 'r' AND relname NOT LIKE 'opening%' ORDER BY relname
"""
_NOT_OURS: Final = """
    SELECT count(*) FROM pg_class
    WHERE relnamespace = 'vault'::regnamespace AND relkind = 'r' AND NOT pg_has_role(relowner, 'USAGE')
"""
_WRAPPED_BY: Final = """
    SELECT key_id, purpose, wrapped FROM vault.key WHERE wrapping_key_id = %s AND key_id > %s
    ORDER BY key_id LIMIT 2000 FOR UPDATE
"""
_REWRAP: Final = """
    UPDATE vault.key SET wrapping_key_id = %s, wrapped = fresh.wrapped
    FROM unnest(%s::uuid[], %s::bytea[]) AS fresh (key_id, wrapped) WHERE key.key_id = fresh.key_id
"""


def rewrap(cursor: AnyCursor, old: WrappingKey, new: WrappingKey) -> int:
    """Wrap every key under `new` that is wrapped under `old`, and count them; for the vault's owner.

    First let everything that runs know `new` and then `old`, so that nothing is wrapped under `old` any more.
    VACUUM afterwards; dumps keep the old wrapping. References, and fingerprints of commands that name nobody,
    come from the wrapping key itself: those given out before are known while the old one is given as well.
    Raises SealBroken.
    """
    own, last, count = own_cursor(cursor), UUID(int=0), 0
    while rows := own.execute(_WRAPPED_BY, (old.key_id, last)).fetchall():
        fresh = [new.wrap(key_id, purpose, old.unwrap(key_id, purpose, wrapped)) for key_id, purpose, wrapped in rows]
        own.execute(_REWRAP, (new.key_id, [key_id for key_id, _, _ in rows], fresh))
        last, count = rows[-1][0], count + len(rows)
    return count


def scrub(connection: psycopg.Connection[Any]) -> list[str]:
    """Write the vault's tables anew, so that no page of theirs holds a destroyed key; for the vault's owner.

    Returns the names of the tables; those of who opened what never held a key, and stay as they are.
    Whoever reads or keeps a text meanwhile waits. The connection commits by itself.
    Raises InsufficientPrivilege.
    """
    tables = connection.execute(_HELD_BY_VAULT).fetchall()
    (foreign,) = connection.execute(_NOT_OURS).fetchone() or (0,)
    if foreign:
        raise psycopg.errors.InsufficientPrivilege("the vault's tables belong to another login")
    for (table,) in tables:
        connection.execute(SQL("VACUUM (FULL, ANALYZE) {}").format(Identifier("vault", table)))
    return [table for (table,) in tables]
