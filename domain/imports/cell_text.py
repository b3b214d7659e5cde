"""The text of a spreadsheet's cell in messages: quoted, and the error of one that cannot be read."""

from typing import Final

from domain.errors import FolkmootError

_LONGEST: Final = 80


class UnreadableCell(FolkmootError, ValueError):
    """The text is not what it should be; the message says what it is instead."""


def quoted_cell(text: str) -> str:
    """A text in quotation marks, the middle left out where it is long."""
    return repr(text if len(text) <= _LONGEST else f"{text[: _LONGEST - 20]} … {text[-10:]}")
