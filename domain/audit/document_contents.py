"""The contents of documents compared with the log: whole, of the size it says, and of the SHA-256 it says.

Chunk by chunk, so that memory stays bounded. Without wrapping keys nothing is opened: then only what is there and how
much of it is looked at.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.audit.alteration import Alteration, Connection
from domain.events import decode
from domain.events.documents import DocumentAttached
from domain.log.decode_events import UNREADABLE
from domain.values import Sealed
from domain.vault import ContentsCipher, OpeningRequest, Purpose, SealBroken, WrappingKey, chunks_of, opened_with
from domain.vault.contents import TAG_BYTES

_ATTACHED: Final = "SELECT position, event_id, type, version, data FROM log.event WHERE type = 'document-attached'"
_KEPT: Final = """
    SELECT count(*), coalesce(max(number) + 1, 0), coalesce(sum(octet_length(sealed)), 0)::bigint
    FROM vault.contents WHERE key_id = %s
"""
_KEY: Final = "SELECT wrapping_key_id, wrapped FROM vault.key WHERE key_id = %s"
_CHUNK: Final = "SELECT sealed FROM vault.contents WHERE key_id = %s AND number = %s"
_LOOSE: Final = "SELECT DISTINCT key_id FROM vault.contents WHERE key_id <> ALL (%s::uuid[])"


class _Claimed(Struct, frozen=True):
    """A document as the log has it."""

    where: str
    event_id: UUID
    body: DocumentAttached
    salt: Sealed


def contents_alterations(connection: Connection, wrapping_keys: Mapping[bytes, WrappingKey]) -> Iterator[Alteration]:
    """Find documents whose contents are not what the log says, and contents of no document."""
    claims = list(_claims(connection))
    for claim in claims:
        fault = _fault(connection, claim, wrapping_keys)
        if fault:
            yield Alteration(where=claim.where, detail=fault)
    for (key_id,) in connection.execute(_LOOSE, ([claim.salt.key_id for claim in claims],)).fetchall():
        yield Alteration(
            where=f"contents under key {key_id}", detail="no event of the log attached them: they are forged"
        )


def _claims(connection: Connection) -> Iterator[_Claimed]:
    for position, event_id, kind, version, data in connection.execute(_ATTACHED).fetchall():
        try:
            body = decode(kind, version, data)
        except UNREADABLE:
            continue  # for the look at the vault's keys to say
        if isinstance(body, DocumentAttached) and isinstance(body.salt, Sealed):
            yield _Claimed(f"document of event {position}", event_id, body, body.salt)


def _fault(connection: Connection, claim: _Claimed, wrapping_keys: Mapping[bytes, WrappingKey]) -> str:
    """The fault of a document's contents; empty where there is none, or where its key is gone and they went with it."""
    key_id, size = claim.salt.key_id, claim.body.size
    key = connection.execute(_KEY, (key_id,)).fetchone()
    if key is None:
        return ""
    count, end, length = connection.execute(_KEPT, (key_id,)).fetchone() or (0, 0, 0)
    if (count, end, length) != (chunks_of(size), chunks_of(size), size + TAG_BYTES * chunks_of(size)):
        return "its contents are not whole, and nobody erased them: restore the vault's dump"
    wrapping_key_id, wrapped = key
    if wrapping_key_id not in wrapping_keys:
        return ""
    try:
        own_key = wrapping_keys[wrapping_key_id].unwrap(key_id, Purpose.TEXT, wrapped)
        salt = opened_with(OpeningRequest(claim.event_id, "salt", claim.salt), own_key)
        digest = hashlib.sha256(bytes.fromhex(str(salt)))
        cipher = ContentsCipher(own_key, claim.event_id, key_id)
        for number in range(count):
            (chunk,) = connection.execute(_CHUNK, (key_id, number)).fetchone() or (b"",)
            digest.update(cipher.opened(number, chunk, is_last=number == count - 1))
    except SealBroken:
        return "its contents were altered"
    return "" if digest.hexdigest() == claim.body.sha256 else "its contents are not what was attached"
