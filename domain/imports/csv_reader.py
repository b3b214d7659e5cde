"""A strict reader of CSV (RFC 4180): nothing is forgiven, and no line of a file is lost inside a cell unseen.

A row that breaks the rules comes with what is wrong with it, and reading goes on with the very next line: a quotation
mark that is never closed costs the row it stands in, and not those below it.
"""

from collections import deque
from collections.abc import Iterator
from typing import Final, TextIO

from msgspec import Struct
from msgspec.structs import replace

from domain.errors import FolkmootError

LONGEST_ROW: Final = 1_000_000
"""Characters; a row that runs on for longer has a quotation mark open, or is no row."""

LARGEST_FILE: Final = 250_000_000
"""Characters, unpacked; what a spreadsheet holds is far smaller, and what a small archive unpacks to may be endless."""

_BLANKS: Final = " \t"
_CUT: Final = "its line ends, or the one before it, in a lone carriage return where other lines of the file do not"
_UNCLOSED: Final = "has a quotation mark that is never closed"
_MISPLACED: Final = (
    "has a quotation mark in its middle: put the whole cell in quotation marks and double those inside it"
)


class TooLarge(FolkmootError, ValueError):
    """The file unpacks to more than any spreadsheet holds: split it."""


class CsvRow(Struct, frozen=True, kw_only=True):
    """One row: the line on which it starts, its cells, and what is wrong with it."""

    line: int
    cells: tuple[str, ...]
    fault: str | None = None


class BrokenRow(FolkmootError):
    """A row breaks the rules of quotation marks; the message says in which cell, and how."""


def csv_rows(stream: TextIO) -> Iterator[CsvRow]:
    """Read every row that is not blank. `stream` keeps line ends as they are. Raises TooLarge.

    Rows end as the first one does, where a return may stand before a feed: a lone return among feeds has cut a row.
    """
    source, cut = _CsvLines(stream), False
    in_feed: bool | None = None
    while (start := source.take()) is not None:
        row, last = _row(source, start)
        if in_feed is None:
            in_feed = last.end.endswith("\n")
        cuts = bool(last.end) and last.end.endswith("\n") != in_feed
        if row.fault is None and (cut or cuts):
            row = replace(row, fault=_CUT)
        cut = cuts
        if row.cells != ("",) or row.fault:
            yield row


class _CsvLine(Struct, frozen=True):
    """A line of the file without its end, and the end."""

    line: int
    text: str
    end: str


class _CsvLines:
    """The lines of a file, numbered; those read ahead can be put back."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._back: deque[_CsvLine] = deque()
        self._line = 0
        self._size = 0

    def take(self) -> _CsvLine | None:
        """Read one line; None at the end of the file."""
        if self._back:
            return self._back.popleft()
        whole = self._stream.readline(LONGEST_ROW + 2)
        self._size += len(whole)
        if self._size > LARGEST_FILE:
            raise TooLarge(f"it unpacks to more than {LARGEST_FILE:,} characters: split it")
        if not whole:
            return None
        self._line += 1
        text = whole.rstrip("\r\n")
        return _CsvLine(self._line, text, whole[len(text) :])

    def put_back(self, pieces: list[_CsvLine]) -> None:
        """Let lines be read again."""
        self._back.extendleft(reversed(pieces))

    def skip_rest(self) -> None:
        """Pass over what is left of a line that is too long to be held."""
        while (rest := self._stream.readline(LONGEST_ROW)) and not rest.endswith(("\n", "\r")):
            self._size += len(rest)
            if self._size > LARGEST_FILE:
                raise TooLarge(f"it unpacks to more than {LARGEST_FILE:,} characters: split it")


def _row(source: _CsvLines, start: _CsvLine) -> tuple[CsvRow, _CsvLine]:
    """The row that starts with a line, and the line that is its last."""
    if len(start.text) > LONGEST_ROW:
        if not start.end:
            source.skip_rest()
        return CsvRow(line=start.line, cells=(), fault=f"it is longer than {LONGEST_ROW:,} characters"), start
    pieces, text, closed = [start], start.text, _closes(start.text)
    while not closed and len(text) <= LONGEST_ROW and (piece := source.take()) is not None:
        text += pieces[-1].end + piece.text
        closed = not _closes(piece.text)
        pieces.append(piece)
    try:
        cells = split_row(text)
    except BrokenRow as broken:
        source.put_back(pieces[1:])
        fault = _wrong_with(start.text) or str(broken)
        return CsvRow(line=start.line, cells=tuple(start.text.split(",")), fault=fault), start
    return CsvRow(line=start.line, cells=cells, fault="it holds a NUL" if "\0" in text else None), pieces[-1]


def _wrong_with(text: str) -> str | None:
    """The fault of a line taken alone."""
    try:
        split_row(text)
    except BrokenRow as broken:
        return str(broken)
    return None


def _closes(text: str) -> bool:
    """Whether as many quotation marks close as open; one inside a cell is doubled, so it counts as none."""
    return text.count('"') % 2 == 0


def split_row(text: str) -> tuple[str, ...]:
    """Split a row at its commas, those in quotation marks excepted. Raises BrokenRow."""
    if '"' not in text:
        return tuple(text.split(","))
    cells: list[str] = []
    at = 0
    while True:
        cell, at = _cell(text, at, len(cells) + 1)
        cells.append(cell)
        if at == len(text):
            return tuple(cells)
        at += 1


def _cell(text: str, at: int, number: int) -> tuple[str, int]:
    """One cell from a place on, and the place where it ends; blanks around quotation marks are outside of it."""
    begin = at
    while begin < len(text) and text[begin] in _BLANKS:
        begin += 1
    if text[begin : begin + 1] != '"':
        end = text.find(",", at)
        end = len(text) if end < 0 else end
        if '"' in text[at:end]:
            raise BrokenRow(f"its cell {number} {_MISPLACED}")
        return text[at:end], end
    close = begin + 1
    while (close := text.find('"', close)) >= 0 and text[close + 1 : close + 2] == '"':
        close += 2
    if close < 0:
        raise BrokenRow(f"its cell {number} {_UNCLOSED}")
    end = close + 1
    while end < len(text) and text[end] in _BLANKS:
        end += 1
    if end < len(text) and text[end] != ",":
        raise BrokenRow(f"its cell {number} {_MISPLACED}")
    return text[begin + 1 : close].replace('""', '"'), end
