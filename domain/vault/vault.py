"""Personal data: sealing texts, keeping their keys, and forgetting people without touching the log.

Each text has a key of its own, listed under everybody it names. A person is forgotten by deleting every key
that lists them: those of texts about them alone, and those of texts that name others too. The log keeps
the ciphertext, so no figure and no proof changes.

A deleted key is gone from the table at once, and from its pages once the table is written anew. Copies live on
in the write-ahead log and in backups until these expire, still wrapped. So the vault has a dump of its own that
is kept no longer than people are told. A restored vault is seen by what it lacks: nothing is opened until the
erasures and redactions of the log are carried out in it again.
"""

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, LiteralString, NamedTuple
from uuid import UUID, uuid4

import msgspec
import psycopg
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from psycopg.rows import tuple_row

from domain.events.envelope import Fingerprint
from domain.values import Sealed
from domain.vault.errors import (
    KeyLost,
    SealBroken,
    UnsealableText,
    VaultBehind,
    WrongWrappingKey,
    sentence_of_error,
    vault_errors,
)
from domain.vault.readers import Ground, WordReader
from domain.vault.wrapping_key import KEY_BYTES, NONCE_BYTES, WrappingKey

AnyCursor = psycopg.Cursor[Any]

_KEEP: Final = "SELECT vault.keep(%b::uuid[], %b::text[], %b::bytea[], %b::bytea[], %b::uuid[], %b::uuid[])"
_FIND: Final = "SELECT * FROM vault.find_keys(%s::uuid[])"
_FOUND_AT_ONCE: Final = 1000
_ERASE: Final = "SELECT vault.erase(%s::uuid[], %s::uuid[])"
_REDACT: Final = "SELECT vault.redact(%s::uuid[], %s::uuid[])"
_DESTROY_ALONE: Final = "SELECT pg_advisory_xact_lock(hashtextextended('vault.destroy', 0))"
_INTRODUCE: Final = "SELECT vault.introduce(%s::bytea[], %s::uuid[])"
_WRAPPED_OTHERWISE: Final = "SELECT vault.is_wrapped_otherwise(%s::bytea[])"
_NOTHING: Final = UUID(int=0)


class Purpose(StrEnum):
    """The purpose of a key."""

    TEXT = "text"
    FINGERPRINT = "fingerprint"


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """A wrapped key on its way into the vault, and whom it lists."""

    key_id: UUID
    purpose: Purpose
    wrapping_key_id: bytes
    wrapped: bytes
    subjects: frozenset[UUID]

    def __repr__(self) -> str:
        """Show neither the key nor whom it lists: representations end up in logs."""
        return "KeyRow(...)"


class OpeningRequest(msgspec.Struct, frozen=True):
    """A sealed text and the place it was sealed for."""

    event_id: UUID
    field: str
    sealed: Sealed


class Erased(msgspec.Struct, frozen=True):
    """A text or fingerprint whose key was destroyed: when, and the event that says why."""

    erased_at: datetime
    event_id: UUID


class Vault:
    """Seals and opens under one wrapping key; keys kept under previous ones still open."""

    def __init__(self, wrapping_key: WrappingKey, *previous: WrappingKey) -> None:
        self._current = wrapping_key
        self._known = {key.key_id: key for key in (*previous, wrapping_key)}
        self.destroy_outstanding: Callable[[], object] | None = None
        """Carries out again, in a vault that was restored meanwhile, what the log says is destroyed."""

    def introduce(self, cursor: AnyCursor) -> None:
        """Note under which wrapping keys the vault is opened. Raises WrongWrappingKey, and then nothing is lost."""
        wrapping_keys = list(self._known.values())
        with vault_errors():
            if _count(cursor, _WRAPPED_OTHERWISE, ([key.key_id for key in wrapping_keys],)):
                raise WrongWrappingKey(sentence_of_error(WrongWrappingKey))
            columns = ([key.key_id for key in wrapping_keys], [key.fingerprint_key_id for key in wrapping_keys])
            own_cursor(cursor).execute(_INTRODUCE, columns)

    def seal(self, event_id: UUID, field: str, text: str, subjects: frozenset[UUID]) -> tuple[Sealed, KeyRow]:
        """Seal one text (AES-256-GCM) for one field of one event; touches no database.

        The box is a 12-byte nonce and the ciphertext. It opens only there, and only once the row is kept.
        Raises UnsealableText.
        """
        plain = _encoded(text)
        if plain is None:
            raise UnsealableText("a text holds half a surrogate pair and is not Unicode: correct it")
        key, row = self._new_key(Purpose.TEXT, subjects)
        nonce = secrets.token_bytes(NONCE_BYTES)
        box = nonce + AESGCM(key).encrypt(nonce, plain, _place(event_id, field, row.key_id))
        return Sealed(row.key_id, box), row

    def keep(self, cursor: AnyCursor, rows: Sequence[KeyRow]) -> None:
        """Keep keys in the caller's transaction, in one round trip: all or none.

        Keep first, then append: the log's lock comes last, is held briefly, and nobody waits in a ring.
        Raises SubjectForgotten, WrongVaultIsolation.
        """
        if not rows:
            return
        with vault_errors():
            own_cursor(cursor).execute(_KEEP, keep_arguments(rows))

    def open(
        self, cursor: AnyCursor, requests: Sequence[OpeningRequest], reader: WordReader, ground: Ground
    ) -> list[str | Erased]:
        """Open texts for a reader on a ground, in the order asked, with one query for all keys.

        Raises SealBroken, WrongWrappingKey, KeyLost, and UnrecordedOpening where nothing would record it.
        """
        key_ids = {request.sealed.key_id for request in requests}
        rows = self._found(cursor, key_ids)
        live = [row for row in rows if row.destroyed_at is None]
        reader.note([row.key_id for row in live], {subject for row in live for subject in row.subject_ids}, ground)
        keys = self._unwrapped(rows, Purpose.TEXT)
        return [opened_with(request, keys[request.sealed.key_id]) for request in requests]

    def destroyed(self, cursor: AnyCursor, key_ids: set[UUID]) -> set[UUID]:
        """Those of some keys that were destroyed; nothing is opened. Raises VaultBehind."""
        if not key_ids:
            return set()
        return {row.key_id for row in self._found(cursor, key_ids) if row.destroyed_at is not None}

    def key_of_row(self, row: KeyRow) -> bytes:
        """The key in a row on its way into the vault: what belongs to its text is sealed under one made from it."""
        return self._known[row.wrapping_key_id].unwrap(row.key_id, row.purpose, row.wrapped)

    def key_of(self, cursor: AnyCursor, key_id: UUID, reader: WordReader, ground: Ground) -> bytes | Erased:
        """The key of one text, for a reader of what was sealed with it, on a ground.

        Raises SealBroken, WrongWrappingKey, KeyLost, and UnrecordedOpening where nothing would record it.
        """
        rows = self._found(cursor, {key_id})
        live = [row for row in rows if row.destroyed_at is None]
        reader.note([row.key_id for row in live], {subject for row in live for subject in row.subject_ids}, ground)
        return self._unwrapped(rows, Purpose.TEXT)[key_id]

    def new_fingerprint(self, payload: bytes, subjects: frozenset[UUID]) -> tuple[Fingerprint, KeyRow | None]:
        """Fingerprint a command (HMAC-SHA-256) under a fresh key listed under everybody it names.

        A command that names nobody is fingerprinted under one key derived from the wrapping key: no row.
        """
        if not subjects:
            mac = hmac.digest(self._current.fingerprint_key(), payload, "sha256")
            return Fingerprint(self._current.fingerprint_key_id, mac), None
        key, row = self._new_key(Purpose.FINGERPRINT, subjects)
        return Fingerprint(row.key_id, hmac.digest(key, payload, "sha256")), row

    def fingerprint_matches(self, cursor: AnyCursor, fingerprint: Fingerprint, payload: bytes) -> bool | Erased:
        """True where a command is the one fingerprinted; Erased once somebody it named was forgotten.

        Raises SealBroken, WrongWrappingKey, KeyLost.
        """
        is_same = self.derived_matches(fingerprint, payload)
        if is_same is not None:
            return is_same
        key = self._keys(cursor, {fingerprint.key_id}, Purpose.FINGERPRINT)[fingerprint.key_id]
        return key if isinstance(key, Erased) else _matches(fingerprint, key, payload)

    def derived_matches(self, fingerprint: Fingerprint, payload: bytes) -> bool | None:
        """Whether a command that names nobody is the one fingerprinted; None for one that names somebody."""
        derived = {key.fingerprint_key_id: key.fingerprint_key() for key in self._known.values()}
        key = derived.get(fingerprint.key_id)
        return None if key is None else _matches(fingerprint, key, payload)

    def destroy_alone(self, cursor: AnyCursor) -> None:
        """Let nobody else who asks for this destroy keys until the transaction ends.

        Whoever keeps keys that list a person and then forgets that person would else wait for others who do the same.
        """
        own_cursor(cursor).execute(_DESTROY_ALONE)

    def erase(self, cursor: AnyCursor, subject_id: UUID, event_id: UUID) -> int:
        """Forget one subject: destroy every key that lists it, and count them. Again does no harm.

        `event_id` is the event in the log that says so. Where one transaction does both, erase first and then
        append: the log's lock comes last. Raises WrongVaultIsolation.
        """
        return self.replay_erasures(cursor, [(subject_id, event_id)])

    def replay_erasures(self, cursor: AnyCursor, erasures: Iterable[tuple[UUID, UUID]]) -> int:
        """Forget again everybody whom the log says is forgotten, and count the keys that were still there.

        `erasures` are pairs of subject and event, oldest first. For start-up and after a restore.
        Raises WrongVaultIsolation.
        """
        pairs = list(erasures)
        with vault_errors():
            return _count(cursor, _ERASE, ([subject for subject, _ in pairs], [event for _, event in pairs]))

    def redact(self, cursor: AnyCursor, key_ids: Iterable[UUID], event_id: UUID) -> int:
        """Destroy the keys of one text, whomever they list, and count them. Again does no harm.

        Raises WrongVaultIsolation.
        """
        return self.replay_redactions(cursor, [(key_ids, event_id)])

    def replay_redactions(self, cursor: AnyCursor, redactions: Iterable[tuple[Iterable[UUID], UUID]]) -> int:
        """Destroy again the keys of every text that the log says is taken out, and count those still there.

        Raises WrongVaultIsolation.
        """
        pairs = [(key_id, event_id) for key_ids, event_id in redactions for key_id in (tuple(key_ids) or (_NOTHING,))]
        with vault_errors():
            return _count(cursor, _REDACT, ([key_id for key_id, _ in pairs], [event_id for _, event_id in pairs]))

    def marks(self, content: bytes) -> list[bytes]:
        """Mark content under each wrapping key, the present one first (HMAC-SHA-256 after the key's name)."""
        keys = [self._current, *(key for key in self._known.values() if key is not self._current)]
        return [key.mark(content) for key in keys]

    def wrap_secret(self, secret_id: UUID, use: str, secret: bytes) -> tuple[bytes, bytes]:
        """Wrap a secret of 32 bytes that is kept elsewhere: the name of the present wrapping key, and 60 bytes."""
        return self._current.key_id, self._current.wrap(secret_id, use, secret)

    def unwrap_secret(self, secret_id: UUID, use: str, wrapping_key_id: bytes, wrapped: bytes) -> bytes:
        """Unwrap such a secret. Raises WrongWrappingKey, and SealBroken where it was altered or moved."""
        if wrapping_key_id not in self._known:
            raise WrongWrappingKey(sentence_of_error(WrongWrappingKey))
        return self._known[wrapping_key_id].unwrap(secret_id, use, wrapped)

    def reference(self, person_id: UUID) -> str:
        """Name a person outside: always the same 43 characters, which say nothing (AES-SIV, RFC 5297)."""
        sealed = self._current.references.encrypt(person_id.bytes, [b"person"])
        return urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def person_of(self, reference: str) -> UUID | None:
        """Find the person whom a reference names; None when it is not one of ours."""
        for key in reversed(self._known.values()):
            try:
                sealed = urlsafe_b64decode(reference.encode("ascii") + b"=")
                person_id = UUID(bytes=key.references.decrypt(sealed, [b"person"]))
            except (InvalidTag, ValueError):
                continue
            # Base64 has spare bits and its decoder skips strangers: only the one spelling counts.
            return person_id if urlsafe_b64encode(sealed) == reference.encode() + b"=" else None
        return None

    def _new_key(self, purpose: Purpose, subjects: frozenset[UUID]) -> tuple[bytes, KeyRow]:
        key, key_id = secrets.token_bytes(KEY_BYTES), uuid4()
        wrapped = self._current.wrap(key_id, purpose, key)
        row = KeyRow(
            key_id=key_id,
            purpose=purpose,
            wrapping_key_id=self._current.key_id,
            wrapped=wrapped,
            subjects=subjects,
        )
        return key, row

    def _keys(self, cursor: AnyCursor, key_ids: set[UUID], purpose: Purpose) -> dict[UUID, bytes | Erased]:
        return self._unwrapped(self._found(cursor, key_ids), purpose)

    def _unwrapped(self, rows: Sequence["_Found"], purpose: Purpose) -> dict[UUID, bytes | Erased]:
        live = [row for row in rows if row.destroyed_at is None]
        if any(row.wrapped_by not in (None, *self._known) for row in live):
            raise WrongWrappingKey(sentence_of_error(WrongWrappingKey))
        if lost := [row.key_id for row in live if row.wrapped is None]:
            raise KeyLost(
                f"{len(lost)} keys are missing although nobody destroyed them, among them {min(lost)}:"
                " restore the vault's dump and start Folkmoot again"
            )
        keys: dict[UUID, bytes | Erased] = {
            row.key_id: Erased(row.destroyed_at, row.event_id) for row in rows if row.destroyed_at and row.event_id
        }
        for row in live:
            if row.wrapped is not None and row.wrapped_by is not None:
                keys[row.key_id] = self._known[row.wrapped_by].unwrap(row.key_id, purpose, row.wrapped)
        return keys

    def _found(self, cursor: AnyCursor, key_ids: set[UUID]) -> list["_Found"]:
        """Look keys up; in a vault that was restored while we run, what the log says is destroyed goes first."""
        for attempt in range(2):
            rows = [row for some in _parts(list(key_ids)) for row in _found_at_once(cursor, some)]
            if not any(row.is_behind for row in rows):
                return rows
            if attempt == 0 and self.destroy_outstanding is not None:
                self.destroy_outstanding()
        raise VaultBehind(sentence_of_error(VaultBehind))


def keep_arguments(rows: Sequence[KeyRow]) -> tuple[object, ...]:
    """The arguments of `vault.keep`."""
    listed = [(subject, row.key_id) for row in rows for subject in row.subjects]
    return (
        [row.key_id for row in rows],
        [row.purpose.value for row in rows],
        [row.wrapping_key_id for row in rows],
        [row.wrapped for row in rows],
        [subject for subject, _ in listed],
        [key_id for _, key_id in listed],
    )


class _Found(NamedTuple):
    """The row of one key in the vault."""

    key_id: UUID
    wrapped_by: bytes | None
    wrapped: bytes | None
    destroyed_at: datetime | None
    event_id: UUID | None
    is_behind: bool
    subject_ids: list[UUID]


def _found_at_once(cursor: AnyCursor, key_ids: list[UUID]) -> list[_Found]:
    return [_Found(*row) for row in own_cursor(cursor).execute(_FIND, (key_ids,)).fetchall()]


def _parts(key_ids: list[UUID]) -> Iterator[list[UUID]]:
    """As many keys as one statement is handed, at a time."""
    for start in range(0, len(key_ids), _FOUND_AT_ONCE):
        yield key_ids[start : start + _FOUND_AT_ONCE]


def own_cursor(cursor: AnyCursor) -> psycopg.Cursor[tuple[Any, ...]]:
    """Work in the caller's transaction whatever shape of row its cursor is set to."""
    return cursor.connection.cursor(row_factory=tuple_row, binary=True)


def _count(cursor: AnyCursor, query: LiteralString, values: Sequence[object]) -> int:
    row = own_cursor(cursor).execute(query, values).fetchone()
    return int(row[0]) if row else 0


def _encoded(text: str) -> bytes | None:
    try:
        return text.encode()
    except UnicodeEncodeError:
        return None  # raised outside this handler, for the caught error carries the whole text


def opened_with(request: OpeningRequest, key: bytes | Erased) -> str | Erased:
    """A text opened with its key; Erased where that was destroyed. Raises SealBroken."""
    if isinstance(key, Erased):
        return key
    nonce, ciphertext = request.sealed.box[:NONCE_BYTES], request.sealed.box[NONCE_BYTES:]
    place = _place(request.event_id, request.field, request.sealed.key_id)
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, place).decode()
    except (InvalidTag, ValueError):  # ValueError: what is left is too short to hold a nonce
        raise SealBroken(
            f"field {request.field} of event {request.event_id} was altered or moved: restore it from a dump"
        ) from None


def _matches(fingerprint: Fingerprint, key: bytes, payload: bytes) -> bool:
    return hmac.compare_digest(fingerprint.mac, hmac.digest(key, payload, "sha256"))


def _place(event_id: UUID, field: str, key_id: UUID) -> bytes:
    """Bind a box to its place; both ids have a fixed length, so no two places read alike."""
    return event_id.bytes + field.encode() + key_id.bytes
