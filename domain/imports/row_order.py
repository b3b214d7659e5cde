"""Rows in the order in which they are recorded, whatever the order in which they stand in their files."""

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.imports.cell_text import UnreadableCell, quoted_cell
from domain.imports.csv_reader import BrokenRow, split_row
from domain.imports.mapping import Mapping
from domain.imports.mapping_cells import Cell, ShareCell, cells_within, columns_of
from domain.imports.numbers import amount
from domain.imports.row import MappedRow, translate_row
from domain.imports.spreadsheets import Spreadsheet, sheet_lines

_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")


TotalKey = tuple[object, ...]
"""The subject of a running total: a kind of row, a part, a column, and what identifies the parent."""


class PreparedRow(Struct, frozen=True, kw_only=True):
    """A row ready to be recorded, with the running totals of its shares: by part and column.

    `added` is what the row adds to each total, to be taken off for later rows where this one is refused.
    """

    row: MappedRow
    totals: dict[tuple[str, str], Decimal]
    added: dict[tuple[str, str], tuple[TotalKey, Decimal]] = {}


def prepare_rows(mapping: Mapping, spreadsheets: Iterable[Spreadsheet]) -> list[PreparedRow]:
    """Read and translate every row: kinds in the order of the mapping, then by date, by what is said, by identity."""
    rows = [
        _alone(spreadsheet, translate_row(mapping, spreadsheet, line))
        for spreadsheet in spreadsheets
        for line in sheet_lines(spreadsheet.path, mapping.encoding)
    ]
    order = {kind.name: place for place, kind in enumerate(mapping.rows)}
    rows.sort(key=lambda row: (order[row.kind.name], *_place(row)))
    return list(_with_totals(rows))


def _alone(spreadsheet: Spreadsheet, row: MappedRow) -> MappedRow:
    """Refuse a row that holds another in one of its cells, as it does where a quotation mark is missing.

    A line inside a cell is taken for one where it reads, date and all, as a row of this kind without a fault.
    """
    happened = row.kind.happened
    if row.faults or happened is None or not columns_of(happened):
        return row
    for column, cell in row.line.cells.items():
        for inside in _LINE_BREAK.split(cell)[1:]:
            if _reads_as_row(spreadsheet, row, inside):
                fault = f"its {column} holds what reads as a row of its own ({quoted_cell(inside)})"
                return replace(row, faults=(f"{fault}: close the quotation mark before it",))
    return row


def _reads_as_row(spreadsheet: Spreadsheet, row: MappedRow, text: str) -> bool:
    try:
        cells = split_row(text)
    except BrokenRow:
        return False
    if len(cells) != len(row.line.cells):
        return False
    line = replace(row.line, cells=dict(zip(row.line.cells, cells, strict=True)))
    return not translate_row(row.mapping, spreadsheet, line).faults


def _place(row: MappedRow) -> tuple[object, ...]:
    if row.faults:
        return ("", 0, row.key, b"", row.line.file, row.line.line)
    first = next(index for index, _ in row.parts())
    return (row.date(row.kind.happened) or "", first, row.key, row.content, row.line.file, row.line.line)


def _with_totals(rows: Iterable[MappedRow]) -> Iterable[PreparedRow]:
    """Add up, for each part and parent, what rows say of it until each of them; a row seen twice counts once."""
    running: defaultdict[TotalKey, Decimal] = defaultdict(Decimal)
    counted_rows: set[tuple[object, ...]] = set()
    for row in rows:
        totals: dict[tuple[str, str], Decimal] = {}
        added_totals: dict[tuple[str, str], tuple[TotalKey, Decimal]] = {}
        identity = (row.kind.name, row.key)
        for part, share in () if row.faults else _shares(row):
            sum_of = (row.kind.name, part, share.column, row.key_of(row.kind.parents[share.of.parent]))
            more = Decimal() if identity in counted_rows else _amount(row, share.column)
            added_totals[part, share.column] = (sum_of, more)
            running[sum_of] += more
            totals[part, share.column] = running[sum_of]
        if not row.faults:
            counted_rows.add(identity)
        yield PreparedRow(row=row, totals=totals, added=added_totals)


def _shares(row: MappedRow) -> list[tuple[str, ShareCell]]:
    """The shares of a row, each column once for a part."""
    shares = {
        (part.name, inner_cell.column): inner_cell
        for _, part in row.parts()
        for cell in part.fields.values()
        for inner_cell in _within(cell)
    }
    return [(part, share) for (part, _), share in shares.items()]


def _within(cell: Cell) -> Iterable[ShareCell]:
    return (each for each in cells_within(cell) if isinstance(each, ShareCell))


def _amount(row: MappedRow, column: str) -> Decimal:
    text = row.cells[column]
    try:
        return amount(text, row.mapping.currency) if text.strip() else Decimal()
    except UnreadableCell:
        return Decimal()
