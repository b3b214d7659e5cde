"""Rows in the order in which they are recorded, whatever the order in which they stand in their files."""

import re
from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.imports.cell_values import Unreadable, amount
from domain.imports.cells import Cell, Share, columns_of, walk
from domain.imports.csv_reader import BrokenRow, split_row
from domain.imports.mapping import Mapping
from domain.imports.quoted import shown
from domain.imports.row import Row, translate
from domain.imports.spreadsheets import Spreadsheet, lines

_LINE_BREAK: Final = re.compile(r"\r\n|\r|\n")


SumOf = tuple[object, ...]
"""The subject of a running total: a kind of row, a part, a column, and what identifies the parent."""


class Prepared(Struct, frozen=True, kw_only=True):
    """A row ready to be recorded, with the running totals of its shares: by part and column.

    `added` is what the row adds to each total, to be taken off for later rows where this one is refused.
    """

    row: Row
    totals: dict[tuple[str, str], Decimal]
    added: dict[tuple[str, str], tuple[SumOf, Decimal]] = {}


def prepare(mapping: Mapping, spreadsheets: Iterable[Spreadsheet]) -> list[Prepared]:
    """Read and translate every row: kinds in the order of the mapping, then by date, by what is said, by identity."""
    rows = [
        _alone(spreadsheet, translate(mapping, spreadsheet, line))
        for spreadsheet in spreadsheets
        for line in lines(spreadsheet.path, mapping.encoding)
    ]
    order = {kind.name: place for place, kind in enumerate(mapping.rows)}
    rows.sort(key=lambda row: (order[row.kind.name], *_place(row)))
    return list(_with_totals(rows))


def _alone(spreadsheet: Spreadsheet, row: Row) -> Row:
    """Refuse a row that holds another in one of its cells, as it does where a quotation mark is missing.

    A line inside a cell is taken for one where it reads, date and all, as a row of this kind without a fault.
    """
    happened = row.kind.happened
    if row.faults or happened is None or not columns_of(happened):
        return row
    for column, cell in row.line.cells.items():
        for inside in _LINE_BREAK.split(cell)[1:]:
            if _reads_as_row(spreadsheet, row, inside):
                fault = f"its {column} holds what reads as a row of its own ({shown(inside)}): close the quotation mark"
                return replace(row, faults=(f"{fault} before it",))
    return row


def _reads_as_row(spreadsheet: Spreadsheet, row: Row, text: str) -> bool:
    try:
        cells = split_row(text)
    except BrokenRow:
        return False
    if len(cells) != len(row.line.cells):
        return False
    line = replace(row.line, cells=dict(zip(row.line.cells, cells, strict=True)))
    return not translate(row.mapping, spreadsheet, line).faults


def _place(row: Row) -> tuple[object, ...]:
    if row.faults:
        return ("", 0, row.key, b"", row.line.file, row.line.line)
    first = next(index for index, _ in row.parts())
    return (row.date(row.kind.happened) or "", first, row.key, row.content, row.line.file, row.line.line)


def _with_totals(rows: Iterable[Row]) -> Iterable[Prepared]:
    """Add up, for each part and parent, what rows say of it until each of them; a row seen twice counts once."""
    running: defaultdict[SumOf, Decimal] = defaultdict(Decimal)
    seen: set[tuple[object, ...]] = set()
    for row in rows:
        totals: dict[tuple[str, str], Decimal] = {}
        added: dict[tuple[str, str], tuple[SumOf, Decimal]] = {}
        identity = (row.kind.name, row.key)
        for part, share in () if row.faults else _shares(row):
            sum_of = (row.kind.name, part, share.column, row.key_of(row.kind.parents[share.of.parent]))
            more = Decimal() if identity in seen else _amount(row, share.column)
            added[part, share.column] = (sum_of, more)
            running[sum_of] += more
            totals[part, share.column] = running[sum_of]
        if not row.faults:
            seen.add(identity)
        yield Prepared(row=row, totals=totals, added=added)


def _shares(row: Row) -> list[tuple[str, Share]]:
    """Give the shares of a row, each column once for a part."""
    found = {
        (part.name, each.column): each
        for _, part in row.parts()
        for cell in part.fields.values()
        for each in _within(cell)
    }
    return [(part, share) for (part, _), share in found.items()]


def _within(cell: Cell) -> Iterable[Share]:
    return (each for each in walk(cell) if isinstance(each, Share))


def _amount(row: Row, column: str) -> Decimal:
    text = row.cells[column]
    try:
        return amount(text, row.mapping.currency) if text.strip() else Decimal()
    except Unreadable:
        return Decimal()
