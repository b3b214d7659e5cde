"""Reading spreadsheets line by line, as left: quoted line breaks kept, lines numbered as in the file."""

import csv
import gzip
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, TextIO, cast

from msgspec import Struct

from domain.imports.mapping import Mapping, RowKind

_LONGEST_CELL: Final = 10_000_000


class UnreadableSpreadsheet(Exception):
    """The file is no spreadsheet that the mapping is about; the message says what to do."""


class Line(Struct, frozen=True, kw_only=True):
    """One row of a file: where it starts, and its cells by column, or what is wrong with it."""

    file: str
    line: int
    cells: dict[str, str]
    fault: str | None = None


class Spreadsheet(Struct, frozen=True, kw_only=True):
    """A file whose heading fits one kind of row; `columns` are those the mapping reads, in one order."""

    path: Path
    kind: RowKind
    columns: tuple[str, ...]


def recognise(mapping: Mapping, path: Path) -> Spreadsheet:
    """Find the kind of row that a file holds by its heading. Raises UnreadableSpreadsheet."""
    with _open(path, mapping.encoding) as stream:
        heading = _heading(path, csv.reader(stream))
    fitting = [kind for kind in mapping.rows if mapping.columns(kind) <= set(heading)]
    if len(fitting) == 1:
        return Spreadsheet(path=path, kind=fitting[0], columns=tuple(sorted(mapping.columns(fitting[0]))))
    if fitting:
        kinds = ", ".join(kind.name for kind in fitting)
        raise UnreadableSpreadsheet(f"{path.name}: its heading fits several kinds of row ({kinds}): make them differ")
    missing = "; ".join(
        f"for {kind.name} it lacks {', '.join(sorted(mapping.columns(kind) - set(heading)))}" for kind in mapping.rows
    )
    raise UnreadableSpreadsheet(f"{path.name}: its heading fits no kind of row of the mapping {mapping.id}: {missing}")


def lines(path: Path, encoding: str) -> Iterator[Line]:
    """Read every row below the heading. A row that cannot be read comes with what is wrong with it."""
    with _open(path, encoding) as stream:
        reader = csv.reader(stream)
        heading = _heading(path, reader)
        starts = reader.line_num + 1
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                yield Line(file=path.name, line=starts, cells={}, fault=f"it is not comma-separated: {error}")
                starts = reader.line_num + 1
                continue
            if row is None:
                return
            if row:
                yield _line(path.name, starts, heading, row)
            starts = reader.line_num + 1


def _line(file: str, line: int, heading: Sequence[str], row: Sequence[str]) -> Line:
    cells = dict(zip(heading, row, strict=False))
    fault = None
    if len(row) != len(heading):
        fault = f"it has {len(row)} cells where the heading has {len(heading)}"
    elif any("\udc80" <= letter <= "\udcff" for cell in row for letter in cell):
        fault = "it holds bytes that are not in the file's encoding"
    return Line(file=file, line=line, cells=cells, fault=fault)


def _heading(path: Path, reader: Iterator[list[str]]) -> list[str]:
    try:
        heading = [each.strip() for each in next(reader, [])]
    except csv.Error as error:
        raise UnreadableSpreadsheet(f"{path.name}: its heading is not comma-separated: {error}") from error
    if len(set(heading)) < len(heading):
        raise UnreadableSpreadsheet(f"{path.name}: two columns have the same heading: rename one")
    return heading


def _open(path: Path, encoding: str) -> TextIO:
    csv.field_size_limit(_LONGEST_CELL)
    opened = gzip.open if path.suffix == ".gz" else open
    try:
        return cast("TextIO", opened(path, "rt", encoding=encoding, errors="surrogateescape", newline=""))
    except OSError as error:
        raise UnreadableSpreadsheet(f"{path}: cannot be read ({error.strerror})") from error
    except LookupError as error:
        raise UnreadableSpreadsheet(f"{path}: the mapping's encoding is unknown: {error}") from error
