"""The wrapping key: the one secret that comes from outside and never enters the database.

It wraps the vault's keys, so that neither the database nor a dump of it opens anything alone. Keys with
other uses are derived from it (HKDF with SHA-256; Krawczyk, 2010), each under a name of its own.
"""

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from domain.vault.errors import SealBroken, WrappingKeyInvalid

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
KEY_VARIABLE: Final = "FOLKMOOT_WRAPPING_KEY"
FILE_VARIABLE: Final = "FOLKMOOT_WRAPPING_KEY_FILE"
_EXPECTED: Final = f"must hold {KEY_BYTES} random bytes in base64, as `openssl rand -base64 {KEY_BYTES}` makes them"


class WrappingKey:
    """A wrapping key and what is derived from it. Its representation shows nothing."""

    __slots__ = ("_fingerprints", "_marks", "_wrap", "fingerprint_key_id", "key_id", "references")

    def __init__(self, secret: bytes) -> None:
        """Take the secret's 32 bytes. Raises WrappingKeyInvalid for any other length."""
        if len(secret) != KEY_BYTES:
            raise WrappingKeyInvalid(f"a wrapping key {_EXPECTED}")
        self.key_id: Final = _derive(secret, "name", 8)
        self.fingerprint_key_id: Final = UUID(bytes=_derive(secret, "fingerprint name", 16), version=4)
        self.references: Final = AESSIV(_derive(secret, "references", 64))
        self._fingerprints: Final = _derive(secret, "fingerprints", KEY_BYTES)
        self._marks: Final = _derive(secret, "marks", KEY_BYTES)
        self._wrap: Final = AESGCM(_derive(secret, "wrap", KEY_BYTES))

    @classmethod
    def generate(cls) -> "WrappingKey":
        """Make a new one that nobody else has."""
        return cls(secrets.token_bytes(KEY_BYTES))

    def __repr__(self) -> str:
        """Show nothing: representations end up in logs."""
        return "WrappingKey(...)"

    def fingerprint_key(self) -> bytes:
        """The key for fingerprints of commands that name nobody."""
        return self._fingerprints

    def mark(self, content: bytes) -> bytes:
        """Mark content that only a holder of this key can have written: the key's name and an HMAC-SHA-256."""
        return self.key_id + hmac.digest(self._marks, content, "sha256")

    def wrap(self, key_id: UUID, purpose: str, key: bytes) -> bytes:
        """Wrap a key: nonce and ciphertext, bound to the key's id and purpose."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + self._wrap.encrypt(nonce, key, _binding(key_id, purpose))

    def unwrap(self, key_id: UUID, purpose: str, wrapped: bytes) -> bytes:
        """Unwrap a key. Raises SealBroken when it was altered, or belongs to another id or purpose."""
        try:
            return self._wrap.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _binding(key_id, purpose))
        except InvalidTag:
            raise SealBroken("a key in the vault was altered or moved: restore it from the vault's dump") from None


def load_wrapping_keys(environ: Mapping[str, str], own_file: Path | None = None) -> tuple[WrappingKey, ...]:
    """Find the wrapping keys: in the environment, in the file it names, or in a file of our own.

    Several keys are separated by white space: the first wraps, the others still open what they wrapped.
    `own_file` is made, readable by its owner alone, when it is needed and absent.
    Raises WrappingKeyInvalid, saying which setting to mend.
    """
    setting, file = environ.get(KEY_VARIABLE, ""), environ.get(FILE_VARIABLE, "")
    if setting and file:
        raise WrappingKeyInvalid(f"{KEY_VARIABLE} and {FILE_VARIABLE} are both set: leave one out")
    if setting:
        return _parse(setting, KEY_VARIABLE)
    if file:
        keys = _parse(_read(Path(file), FILE_VARIABLE), FILE_VARIABLE)
        _refuse_exposed(Path(file), 0o007, "0600, or 0640 with a group of Folkmoot's own")
        return keys
    if own_file is None:
        raise WrappingKeyInvalid(f"no wrapping key is set: {KEY_VARIABLE}, or the file in {FILE_VARIABLE}, {_EXPECTED}")
    return _own(own_file)


def _own(file: Path) -> tuple[WrappingKey, ...]:
    if not file.exists():
        _make(file)
    text = _read(file, "the wrapping key's file")
    _refuse_exposed(file, 0o077, "0600")
    return _parse(text, str(file))


def _refuse_exposed(file: Path, others: int, mode: str) -> None:
    if file.stat().st_mode & others:
        raise WrappingKeyInvalid(f"others may read or change the wrapping key in {file}: set its mode to {mode}")


def _make(file: Path) -> None:
    """Write the file whole and lasting before it gets its name; of two makers at once one wins."""
    unfinished = file.with_name(f"{file.name}.{secrets.token_hex(8)}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
            stream.flush()
            os.fsync(stream.fileno())
        try:
            os.link(unfinished, file)
        except FileExistsError:
            return
    finally:
        unfinished.unlink()
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _read(file: Path, setting: str) -> str:
    try:
        return file.read_text(encoding="ascii")
    except OSError as error:
        raise WrappingKeyInvalid(f"{setting}: cannot read {file} ({error.strerror})") from None
    except UnicodeDecodeError:
        pass  # raised below, where the file's content is not part of the error's context
    raise WrappingKeyInvalid(f"{setting} {_EXPECTED}")


def _parse(text: str, setting: str) -> tuple[WrappingKey, ...]:
    try:
        secrets_given = [base64.b64decode(word, validate=True) for word in text.split()]
    except (binascii.Error, ValueError):
        secrets_given = []
    if not secrets_given or any(len(secret) != KEY_BYTES for secret in secrets_given):
        raise WrappingKeyInvalid(f"{setting} {_EXPECTED}")
    return tuple(WrappingKey(secret) for secret in secrets_given)


def _derive(secret: bytes, use: str, length: int) -> bytes:
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"folkmoot vault: {use}".encode()).derive(secret)


def _binding(key_id: UUID, purpose: str) -> bytes:
    return key_id.bytes + purpose.encode()
