"""What can go wrong with the vault: a closed set, each saying what to do and none showing what is sealed."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg


class VaultError(Exception):
    """Anything that the vault refuses or cannot do."""


class WrappingKeyInvalid(VaultError):
    """The wrapping key that was given cannot be used: the message says which setting to mend."""


class WrongWrappingKey(VaultError):
    """The vault is wrapped under a wrapping key that was not given: give it too, after the present one."""


class SealBroken(VaultError):
    """What is sealed, or its key, was altered or moved to another place: restore it from the dump."""


class KeyLost(VaultError):
    """A key is missing although nobody destroyed it: restore the vault's dump, then replay the erasures."""


class SubjectForgotten(VaultError):
    """A text lists somebody who has been forgotten: leave that person out; nothing was kept."""


class UnsealableText(VaultError):
    """A text holds half a surrogate pair and is not Unicode: correct it."""


class WrongVaultIsolation(VaultError):
    """The vault changes at READ COMMITTED only: open the transaction so."""


_BY_SQLSTATE: dict[str, type[VaultError]] = {"FV001": WrongVaultIsolation, "FV002": SubjectForgotten}


@contextmanager
def translated() -> Iterator[None]:
    """Turn the vault's own refusals in the database into typed errors; the driver's other errors pass."""
    try:
        yield
    except psycopg.Error as error:
        named = _BY_SQLSTATE.get(error.sqlstate or "")
        if named is None:
            raise
        raise named(named.__doc__) from error
