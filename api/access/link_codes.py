"""Codes of links: random, in letters that are hard to mistake on paper, and never kept but as a hash."""

import hashlib
import secrets
from typing import Final

from msgspec import Struct

_LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: five bits a letter, without I, L, O and U."""
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_GROUP: Final = 5
_SELECTOR: Final = 4
"""The letters by which a code's row is found. The other 26 are the secret: 130 bits."""
_LENGTH: Final = 30


class LinkCode(Struct, frozen=True):
    """The code of a link, without what people put between its letters."""

    letters: str

    def __repr__(self) -> str:
        """Show no letters: representations end up in logs."""
        return "LinkCode()"

    @property
    def text(self) -> str:
        """The code as it is handed on, in groups of five letters."""
        return "-".join(self.letters[at : at + _GROUP] for at in range(0, _LENGTH, _GROUP))

    @property
    def selector(self) -> str:
        """The letters by which the link is found, before the secret is compared."""
        return self.letters[:_SELECTOR]

    @property
    def sha256(self) -> bytes:
        """The hash under which the whole code is kept."""
        return hashlib.sha256(self.letters.encode()).digest()


def new_code() -> LinkCode:
    """A code that nobody can guess."""
    return LinkCode("".join(secrets.choice(_LETTERS) for _ in range(_LENGTH)))


def code_of(digest: bytes) -> LinkCode:
    """The code made of the first 150 bits of a secret digest: the same whenever it is asked for."""
    number = int.from_bytes(digest[:19]) >> 2
    return LinkCode("".join(_LETTERS[number >> 5 * at & 31] for at in reversed(range(_LENGTH))))


def read_code(text: str) -> LinkCode | None:
    """The code in what somebody typed or pasted, the whole link too; None where there is none."""
    letters = text.rpartition("#")[2].upper().translate(_MISREAD)
    letters = "".join(letter for letter in letters if letter.isalnum())
    if len(letters) != _LENGTH or not set(letters) <= set(_LETTERS):
        return None
    return LinkCode(letters)
