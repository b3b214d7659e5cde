"""The rows of a spreadsheet under its heading, numbered as in the file, each with what is wrong with it."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.imports.cell_text import quoted_cell
from domain.imports.csv_file import UnreadableSpreadsheet, opened_csv, shown_name
from domain.imports.csv_reader import CsvRow, csv_rows
from domain.imports.mapping import Mapping, RowKind

MOST_ROWS: Final = 1_048_576
"""As many as a spreadsheet holds; a longer file is no spreadsheet that anybody has looked through."""

_ABOVE: Final = 20
"""How far down a heading is looked for that stands under a title."""

_UNDECODED: Final = re.compile("[\udc80-\udcff]")
_OTHER_SEPARATORS: Final = {";": "semicolons", "\t": "tabs", "|": "bars"}


class SheetLine(Struct, frozen=True, kw_only=True):
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


def recognise_spreadsheet(mapping: Mapping, path: Path) -> Spreadsheet:
    """Find the kind of row that a file holds by its heading. Raises UnreadableSpreadsheet."""
    with opened_csv(path, mapping.encoding) as stream:
        first = list(islice(csv_rows(stream), _ABOVE))
    heading = _names(first[0].cells) if first else ()
    _must_be_told_apart(path, heading, set().union(*(mapping.columns(kind) for kind in mapping.rows)))
    kinds = [kind for kind in mapping.rows if kind.in_rows_of is None]
    fitting = [kind for kind in kinds if mapping.columns_of_file(kind) <= set(heading)]
    if len(fitting) == 1:
        _must_be_sound(path, first[0])
        return Spreadsheet(path=path, kind=fitting[0], columns=mapping.columns_in_order(fitting[0]))
    if fitting:
        names = ", ".join(kind.name for kind in fitting)
        raise UnreadableSpreadsheet(
            f"{shown_name(path)}: its heading fits several kinds of row ({names}): make them differ"
        )
    raise UnreadableSpreadsheet(f"{shown_name(path)}: {_unfitting(mapping, first, heading)}")


def sheets_within(mapping: Mapping, sheet: Spreadsheet) -> tuple[Spreadsheet, ...]:
    """The same file for each kind of row that is read out of its rows too."""
    kinds = mapping.kinds_within(sheet.kind)
    return tuple(replace(sheet, kind=kind, columns=mapping.columns_in_order(kind)) for kind in kinds)


def _names(cells: Sequence[str]) -> tuple[str, ...]:
    """Read a heading: outer blanks make no difference, nor does a mark of the byte order."""
    return tuple(each.removeprefix("\ufeff").strip() for each in cells)


def _must_be_told_apart(path: Path, heading: Sequence[str], columns: set[str]) -> None:
    for name, count in Counter(heading).items():
        if count > 1 and name in columns:
            places = " and ".join(str(index) for index, each in enumerate(heading, start=1) if each == name)
            raise UnreadableSpreadsheet(
                f"{shown_name(path)}: columns {places} have the same heading, {name}: rename one"
            )


def _must_be_sound(path: Path, row: CsvRow) -> None:
    undecoded = any(_is_undecoded(each) for each in row.cells)
    fault = row.fault or ("it holds bytes that are not in the file's encoding" if undecoded else None)
    if fault is not None:
        raise UnreadableSpreadsheet(f"{shown_name(path)}: its heading, line {row.line}, cannot be read: {fault}")


def _unfitting(mapping: Mapping, first: Sequence[CsvRow], heading: Sequence[str]) -> str:
    """A message of the columns that are missing, what was read instead, and what it looks like."""
    missing = "; ".join(
        f"for {kind.name} it lacks {', '.join(sorted(mapping.columns_of_file(kind) - set(heading)))}"
        for kind in mapping.rows
        if kind.in_rows_of is None
    )
    sentence = f"its heading fits no kind of row of the mapping {mapping.id}: {missing}"
    if not first:
        return f"{sentence}; the file is empty"
    columns = ", ".join(quoted_cell(each) for each in heading[:30])
    sentence += f"; line {first[0].line} was read as the heading, in {len(heading)} columns: {columns}"
    sentence += ", …" if len(heading) > len(heading[:30]) else ""
    if first[0].fault is not None:
        sentence += f" ({first[0].fault})"
    for sign, name in _OTHER_SEPARATORS.items():
        if len(heading) == 1 and sign in heading[0]:
            return f"{sentence}; it seems to be separated by {name}: save it separated by commas"
    column_sets = [mapping.columns(kind) for kind in mapping.rows]
    heading_below = next(
        (row for row in first[1:] if any(each <= set(_names(row.cells)) for each in column_sets)), None
    )
    if heading_below is not None:
        return f"{sentence}; line {heading_below.line} has the columns: delete what stands above it"
    return sentence


def sheet_lines(path: Path, encoding: str) -> Iterator[SheetLine]:
    """Read every row below the heading. A row that cannot be read comes with what is wrong with it."""
    file = shown_name(path)
    with opened_csv(path, encoding) as stream:
        rows = csv_rows(stream)
        heading = _Heading.of(_names(next(rows, CsvRow(line=1, cells=())).cells))
        for count, row in enumerate(rows, start=1):
            if count > MOST_ROWS:
                raise UnreadableSpreadsheet(f"{file}: it has more than {MOST_ROWS:,} rows: split it")
            yield _line(file, heading, row)


class _Heading(Struct, frozen=True):
    """The names of the columns; those that have none must be empty, and may be left out at the end."""

    names: tuple[str, ...]
    last_named: int
    has_unnamed: bool

    @classmethod
    def of(cls, names: tuple[str, ...]) -> "_Heading":
        last_named = max((index for index, name in enumerate(names, start=1) if name), default=0)
        return cls(names, last_named, not all(names))


def _line(file: str, heading: _Heading, row: CsvRow) -> SheetLine:
    fault = row.fault or _fault(heading, row.cells)
    cells = dict(zip(heading.names, row.cells, strict=False))
    if heading.has_unnamed:
        cells.pop("", None)
    if fault is not None:
        cells = {name: _decoded(cell) for name, cell in cells.items()}
    return SheetLine(file=file, line=row.line, cells=cells, fault=fault)


def _fault(heading: _Heading, cells: Sequence[str]) -> str | None:
    """The fault of cells that are not under their heading."""
    if not heading.last_named <= len(cells) <= len(heading.names):
        return f"it has {len(cells)} cells where the heading has {len(heading.names)}"
    if not all(map(str.isascii, cells)):
        named_cells = zip(heading.names, cells, strict=False)
        undecoded = next((name for name, cell in named_cells if _is_undecoded(cell)), None)
        if undecoded is not None:
            return f"it holds bytes that are not in the file's encoding, in {undecoded or 'a column without a heading'}"
    if not heading.has_unnamed:
        return None
    for index, (name, cell) in enumerate(zip(heading.names, cells, strict=False), start=1):
        if not name and cell.strip():
            place = f"it has {quoted_cell(cell)} in column {index}"
            return f"{place}, which has no heading: name the column, or clear the cell"
    return None


def _is_undecoded(cell: str) -> bool:
    return _UNDECODED.search(cell) is not None


def _decoded(cell: str) -> str:
    """Put a replacement character for every byte that is not in the encoding, so that the cell can be reported."""
    return "".join("\ufffd" if "\ud800" <= letter <= "\udfff" else letter for letter in cell)
