"""Personal data: names and free text sealed under keys of their own, so that people can be forgotten."""

from domain.vault.errors import (
    KeyLost,
    NotInTheLog,
    SealBroken,
    SubjectForgotten,
    UnsealableText,
    VaultBehind,
    VaultError,
    WrappingKeyInvalid,
    WrongVaultIsolation,
    WrongWrappingKey,
)
from domain.vault.vault import Erased, KeyRow, OpeningRequest, Purpose, Vault, rewrap, scrub
from domain.vault.wrapping_key import WrappingKey, load_wrapping_keys

__all__ = [
    "Erased",
    "KeyLost",
    "KeyRow",
    "NotInTheLog",
    "OpeningRequest",
    "Purpose",
    "SealBroken",
    "SubjectForgotten",
    "UnsealableText",
    "Vault",
    "VaultBehind",
    "VaultError",
    "WrappingKey",
    "WrappingKeyInvalid",
    "WrongVaultIsolation",
    "WrongWrappingKey",
    "load_wrapping_keys",
    "rewrap",
    "scrub",
]
