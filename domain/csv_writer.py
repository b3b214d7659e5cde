"""CSV as it is written: rows that every reader splits alike, and texts that no spreadsheet takes for formulas."""

import csv
import io
import unicodedata
from collections.abc import Iterable
from typing import Final, TextIO

_FORMULA: Final = frozenset("=+-@\N{MINUS SIGN}")
_BREAKS: Final = ("\t", "\r", "\n")
_UNSEEN: Final = "CZ"
"""The kinds of signs that show nothing: controls, marks of direction and width, signs nobody assigned, blanks."""

_BLANK_LETTERS: Final = "\u115f\u1160\u2800\u3164\uffa0"
"""Letters and symbols that show nothing, though Unicode counts them among those that do."""


def inert(text: str) -> str:
    """A text for a cell, with an apostrophe before one that a spreadsheet could take for a formula.

    Programs skip blanks, line breaks and unseen signs before they look, and read full-width and small signs as
    plain ones; so do we.
    """
    first = next((letter for letter in text if not _is_unseen(letter)), "")
    runs = unicodedata.normalize("NFKC", first)[:1] in _FORMULA if first else False
    return f"'{text}" if runs or text.startswith(_BREAKS) else text


def _is_unseen(letter: str) -> bool:
    return unicodedata.category(letter)[0] in _UNSEEN or letter in _BLANK_LETTERS


class CsvWriter:
    """Writes rows of CSV (RFC 4180), each ended by a line feed."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._row = io.StringIO(newline="")
        # The library quotes what its own line end holds: so a carriage return, too, stays inside its cell.
        self._writer = csv.writer(self._row, lineterminator="\r\n")

    def write(self, cells: Iterable[str]) -> None:
        """Write one row; texts from people go through `inert` first, numbers do not."""
        self._writer.writerow(cells)
        self._stream.write(self._row.getvalue().removesuffix("\r\n") + "\n")
        self._row.seek(0)
        self._row.truncate()
