"""The errors of the vault: a closed set, each saying what to do and none showing what is sealed."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from domain.errors import FolkmootError


class VaultError(FolkmootError):
    """Anything that the vault refuses or cannot do."""


class WrappingKeyInvalid(VaultError):
    """The wrapping key that was given cannot be used: the message says which setting to mend."""


class WrongWrappingKey(VaultError):
    """Wrong wrapping key: the vault is wrapped under another one, which was not given.

    Nothing is lost: give that one, or give it after the present one.
    """


class SealBroken(VaultError):
    """What is sealed, or its key, was altered or moved to another place: restore it from the dump."""


class KeyLost(VaultError):
    """A key is missing although nobody destroyed it: restore the vault's dump and start Folkmoot again."""


class ContentsMissing(VaultError):
    """A part of a document is missing although nobody erased it: restore the vault's dump."""


class SubjectForgotten(VaultError):
    """A text lists somebody who has been forgotten: leave that person out; nothing was kept."""


class UnsealableText(VaultError):
    """A text holds half a surrogate pair and is not Unicode: correct it."""


class NotInTheLog(VaultError):
    """The log does not say that this is destroyed: record the erasure or the redaction; nothing was destroyed."""


class VaultBehind(VaultError):
    """The vault is older than erasures or redactions of the log: start Folkmoot again, which carries them out."""


class WrongVaultIsolation(VaultError):
    """The vault changes at READ COMMITTED only: open the transaction so."""


class TrailBusy(VaultError):
    """So many record at once who looked that this had no turn: try again; nothing was shown."""


class UnrecordedOpening(VaultError):
    """Words were to be opened where nothing would record that: open them within the block of a reader."""


_BY_SQLSTATE: dict[str, type[VaultError]] = {
    "FV001": WrongVaultIsolation,
    "FV002": SubjectForgotten,
    "FV003": WrongWrappingKey,
    "FV004": NotInTheLog,
}


def sentence_of_error(kind: type[VaultError]) -> str:
    """The sentence in which a kind of error says what to do."""
    return " ".join((kind.__doc__ or "").split())


@contextmanager
def vault_errors() -> Iterator[None]:
    """Turn the vault's own refusals in the database into typed errors; the driver's other errors pass."""
    try:
        yield
    except psycopg.Error as error:
        kind = _BY_SQLSTATE.get(error.sqlstate or "")
        if kind is None:
            raise
        raise kind(sentence_of_error(kind)) from error
