"""The contents of documents: sealed in chunks beside a text of theirs, and destroyed with its key.

A document takes the key of its salt. What it holds is sealed under another that is made from it (HKDF with SHA-256),
chunk by chunk, so that neither sealing nor opening needs all of it at once. A chunk opens only in its place: it is
bound to the event, to its number and to whether it is the last (the STREAM construction; Hoang, Reyhanitabar, Rogaway
and Vizár, 2015), so that none can be left out, moved or cut off unseen.
"""

from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from msgspec import Struct

from domain.vault.errors import ContentsMissing, SealBroken, sentence_of_error, vault_errors
from domain.vault.vault import AnyCursor, KeyRow, Vault, own_cursor
from domain.vault.wrapping_key import KEY_BYTES

CHUNK_BYTES: Final = 262_144
TAG_BYTES: Final = 16
_KEEP: Final = "SELECT vault.keep_contents(%b, %b, %b)"
_CHUNK: Final = "SELECT vault.contents_of(%b, %b)"


class NewContents(Struct, frozen=True, kw_only=True):
    """The contents of a document on their way into the vault: the row of its key, and its event."""

    row: KeyRow
    event_id: UUID
    content: bytes

    def __repr__(self) -> str:
        """Show nothing: representations end up in logs."""
        return "NewContents(...)"


class ContentsCipher:
    """Seals and opens the chunks of one document."""

    def __init__(self, key: bytes, event_id: UUID, key_id: UUID) -> None:
        own_key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"folkmoot vault: contents").derive(key)
        self._cipher = AESGCM(own_key)
        self._place = event_id.bytes + b"contents" + key_id.bytes
        self._event_id = event_id

    def sealed(self, content: bytes) -> Iterator[tuple[int, bytes]]:
        """The chunks of a content, numbered from 0, each sealed as it is asked for."""
        count = chunks_of(len(content))
        for number in range(count):
            chunk = memoryview(content)[number * CHUNK_BYTES : (number + 1) * CHUNK_BYTES]
            yield number, self._cipher.encrypt(_nonce(number, number == count - 1), chunk, self._place)

    def opened(self, number: int, chunk: bytes, *, is_last: bool) -> bytes:
        """One chunk, opened. Raises SealBroken where it was altered, moved, or is the last and should not be."""
        try:
            return self._cipher.decrypt(_nonce(number, is_last), chunk, self._place)
        except (InvalidTag, ValueError):
            raise SealBroken(
                f"the contents kept for event {self._event_id} were altered or moved: restore them from a dump"
            ) from None


def chunks_of(size: int) -> int:
    """The number of chunks of so many bytes."""
    return -(-size // CHUNK_BYTES)


def keep_contents(cursor: AnyCursor, vault: Vault, contents: NewContents) -> None:
    """Keep the contents of a document in the caller's transaction, after its key and before its event."""
    cipher = ContentsCipher(vault.key_of_row(contents.row), contents.event_id, contents.row.key_id)
    own = own_cursor(cursor)
    with vault_errors():
        for number, chunk in cipher.sealed(contents.content):
            own.execute(_KEEP, (contents.row.key_id, number, chunk))


def content_of(
    connection: psycopg.Connection[Any], cipher: ContentsCipher, key_id: UUID, number: int, size: int
) -> bytes:
    """One opened chunk of a document of so many bytes. Raises ContentsMissing and SealBroken."""
    row = connection.cursor(binary=True).execute(_CHUNK, (key_id, number)).fetchone()
    if row is None or row[0] is None:
        raise ContentsMissing(sentence_of_error(ContentsMissing))
    return cipher.opened(number, row[0], is_last=number == chunks_of(size) - 1)


def _nonce(number: int, is_last: bool) -> bytes:  # noqa: FBT001 - the two parts of one nonce
    """A nonce of 12 bytes that the key sees once: the number of the chunk, and whether it is the last."""
    return number.to_bytes(11, "big") + bytes([is_last])
