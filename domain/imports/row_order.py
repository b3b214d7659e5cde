"""Rows in the order in which they are recorded, whatever the order in which they stand in their files."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Final, NamedTuple

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from domain.imports.cell_text import UnreadableCell, quoted_cell
from domain.imports.csv_reader import BrokenRow, split_row
from domain.imports.mapping import Mapping
from domain.imports.mapping_cells import ShareCell
from domain.imports.numbers import amount
from domain.imports.row import IS_BLANK, NOTHING_SAID, MappedRow, translate_row
from domain.imports.sorted_records import SortedRecords, text_key
from domain.imports.spreadsheets import SheetLine, Spreadsheet, sheet_lines, sheets_within

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
    has_twin: bool = False
    """Another row has the same identity."""


class _OrderKey(NamedTuple):
    """The place of a row: kinds as in the mapping, then by date, by the first thing said, by identity."""

    kind: int
    happened: str
    part: int
    identity: bytes
    content: bytes
    file: str
    line: int


class _FaultyRow(Struct, frozen=True, array_like=True):
    """A row that cannot be recorded as it waits in the file: its cells and faults; a sound one waits as its content."""

    cells: dict[str, str]
    faults: tuple[str, ...]
    content: bytes


class PreparedRows:
    """The rows of an import in the order in which they are recorded.

    They lie in a temporary file, so that they take little memory however many they are; they can be gone through again.
    """

    def __init__(self, mapping: Mapping) -> None:
        self._mapping = mapping
        self._kinds = {kind.name: place for place, kind in enumerate(mapping.rows)}
        self._columns = [mapping.columns_in_order(kind) for kind in mapping.rows]
        self._records = SortedRecords(len(_OrderKey._fields))

    def __len__(self) -> int:
        return len(self._records)

    def add(self, row: MappedRow) -> None:
        """Add a row."""
        faulty = _FaultyRow(row.cells, row.faults, row.content)
        self._records.add(self._key(row), msgspec.msgpack.encode(faulty) if row.faults else b"")

    def __iter__(self) -> Iterator[PreparedRow]:
        """Go through the rows in order, and add up the totals of their shares."""
        kind, identity = (_OrderKey._fields.index(each) for each in ("kind", "identity"))
        twins = set(self._records.repeated(kind, identity))
        totals = _RunningTotals()
        for *parts, faulty in self._records:
            key = _OrderKey(*parts)
            has_twin = bool(twins) and (key.kind, key.identity) in twins
            yield totals.prepared(self._row(key, faulty), has_twin=has_twin)

    def _key(self, row: MappedRow) -> _OrderKey:
        kind, identity = self._kinds[row.kind.name], text_key(row.key)
        if row.faults:
            return _OrderKey(kind, "", 0, identity, b"", row.file, row.line)
        first = next(index for index, _ in row.parts())
        happened = row.date(row.kind.happened) or ""
        return _OrderKey(kind, happened, first, identity, row.content, row.file, row.line)

    def _row(self, key: _OrderKey, faulty: bytes) -> MappedRow:
        if faulty:
            cells, faults, content = msgspec.structs.astuple(msgspec.msgpack.decode(faulty, type=_FaultyRow))
        else:
            texts = msgspec.json.decode(key.content, type=list[str])
            cells, faults, content = dict(zip(self._columns[key.kind], texts, strict=True)), (), key.content
        return MappedRow(
            mapping=self._mapping,
            kind=self._mapping.rows[key.kind],
            file=key.file,
            line=key.line,
            cells=cells,
            faults=faults,
            content=content,
        )


def prepare_rows(mapping: Mapping, spreadsheets: Iterable[Spreadsheet]) -> PreparedRows:
    """Read and translate every row, and put them in order. Raises UnreadableSpreadsheet and OSError."""
    rows = PreparedRows(mapping)
    for spreadsheet in spreadsheets:
        within = sheets_within(mapping, spreadsheet)
        for line in sheet_lines(spreadsheet.path, mapping.encoding):
            rows.add(_alone(spreadsheet, line, translate_row(mapping, spreadsheet, line)))
            for sheet in within if line.fault is None else ():
                row = translate_row(mapping, sheet, line)
                if not _says_nothing(row):
                    rows.add(row)
    return rows


def _says_nothing(row: MappedRow) -> bool:
    """Nothing of a kind stands in a row of another, as before a tracked promise was begun."""
    is_blank = all(fault == NOTHING_SAID or fault.endswith(IS_BLANK) for fault in row.faults)
    return is_blank and not any(True for _ in row.parts())


def _alone(spreadsheet: Spreadsheet, line: SheetLine, row: MappedRow) -> MappedRow:
    """Refuse a row that holds another in one of its cells, as it does where a quotation mark is missing.

    A line inside a cell is taken for one where it reads, date and all, as a row of this kind without a fault.
    """
    if row.faults or not row.kind.is_dated_by_row:
        return row
    for column, cell in line.cells.items():
        for inside in _LINE_BREAK.split(cell)[1:] if "\n" in cell or "\r" in cell else ():
            if _reads_as_row(spreadsheet, line, row.mapping, inside):
                fault = f"its {column} holds what reads as a row of its own ({quoted_cell(inside)})"
                return replace(row, faults=(f"{fault}: close the quotation mark before it",))
    return row


def _reads_as_row(spreadsheet: Spreadsheet, line: SheetLine, mapping: Mapping, text: str) -> bool:
    try:
        cells = split_row(text)
    except BrokenRow:
        return False
    if len(cells) != len(line.cells):
        return False
    inner_line = replace(line, cells=dict(zip(line.cells, cells, strict=True)))
    return not translate_row(mapping, spreadsheet, inner_line).faults


class _RunningTotals:
    """The sums that rows add up to until each of them, by part and parent; of rows of one identity the first counts."""

    def __init__(self) -> None:
        self._running: defaultdict[TotalKey, Decimal] = defaultdict(Decimal)
        self._counted_twins: set[tuple[object, ...]] = set()

    def prepared(self, row: MappedRow, *, has_twin: bool) -> PreparedRow:
        """A row with its totals."""
        totals: dict[tuple[str, str], Decimal] = {}
        added_totals: dict[tuple[str, str], tuple[TotalKey, Decimal]] = {}
        identity = (row.kind.name, row.key) if has_twin else ()
        for part, share in () if row.faults else _shares(row):
            sum_of = (row.kind.name, part, share.column, row.key_of(row.kind.parents[share.of.parent]))
            more = Decimal() if identity in self._counted_twins else _amount(row, share.column)
            added_totals[part, share.column] = (sum_of, more)
            self._running[sum_of] += more
            totals[part, share.column] = self._running[sum_of]
        if has_twin and not row.faults:
            self._counted_twins.add(identity)
        return PreparedRow(row=row, totals=totals, added=added_totals, has_twin=has_twin)


def _shares(row: MappedRow) -> Iterator[tuple[str, ShareCell]]:
    """The shares of a row, each column once for a part."""
    return ((part.name, share) for _, part in row.parts() for share in part.shares)


def _amount(row: MappedRow, column: str) -> Decimal:
    text = row.cells[column]
    try:
        return amount(text, row.mapping.currency) if text.strip() else Decimal()
    except UnreadableCell:
        return Decimal()
