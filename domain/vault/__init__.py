"""Personal data: names and free text sealed under keys of their own, so that people can be forgotten."""

from domain.vault.contents import (
    ContentsCipher,
    NewContents,
    chunks_of,
    content_of,
    keep_contents,
)
from domain.vault.errors import (
    ContentsMissing,
    KeyLost,
    NotInTheLog,
    SealBroken,
    SubjectForgotten,
    TrailBusy,
    UnrecordedOpening,
    UnsealableText,
    VaultBehind,
    VaultError,
    WrappingKeyInvalid,
    WrongVaultIsolation,
    WrongWrappingKey,
)
from domain.vault.readers import Asker, Ground, Opening, OpeningTrail, WordReader, in_force
from domain.vault.upkeep import rewrap, scrub
from domain.vault.vault import Erased, KeyRow, OpeningRequest, Purpose, Vault, opened_with
from domain.vault.wrapping_key import WrappingKey, load_wrapping_keys

__all__ = [
    "Asker",
    "ContentsCipher",
    "ContentsMissing",
    "Erased",
    "Ground",
    "KeyLost",
    "KeyRow",
    "NewContents",
    "NotInTheLog",
    "Opening",
    "OpeningRequest",
    "OpeningTrail",
    "Purpose",
    "SealBroken",
    "SubjectForgotten",
    "TrailBusy",
    "UnrecordedOpening",
    "UnsealableText",
    "Vault",
    "VaultBehind",
    "VaultError",
    "WordReader",
    "WrappingKey",
    "WrappingKeyInvalid",
    "WrongVaultIsolation",
    "WrongWrappingKey",
    "chunks_of",
    "content_of",
    "in_force",
    "keep_contents",
    "load_wrapping_keys",
    "opened_with",
    "rewrap",
    "scrub",
]
