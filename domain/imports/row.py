"""A row under a mapping: its cells translated, its identity and content, and the values they give to a command."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final, Protocol
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from domain.imports.cell_text import UnreadableCell, quoted_cell
from domain.imports.cell_values import read_cell, years_later
from domain.imports.mapping import Mapping, RefusedSpelling, RowCondition, RowKind, RowPart
from domain.imports.mapping_cells import (
    PLACEHOLDER,
    Cell,
    ColumnCell,
    ConstantCell,
    EarliestCell,
    FieldsCell,
    FirstOfCell,
    ListCell,
    PartyCell,
    ShareCell,
    ShareForm,
    TemplateCell,
    ThingCell,
)
from domain.imports.numbers import amount
from domain.imports.spreadsheets import SheetLine, Spreadsheet
from domain.values import ImpossibleDateError, first_instant
from domain.vocabulary import Extent

NOTHING_SAID: Final = "the mapping records nothing of such a row"
IS_BLANK: Final = " is blank"


class RowLookup(Protocol):
    """Looks up what a row's commands need and its own cells do not hold: parties, things, shares."""

    def party(self, name: str) -> UUID | None:
        """The id of a party of the mapping for this row."""

    def thing(self, thing_cell: ThingCell) -> UUID | None:
        """The id of the thing that a part of this row or of a parent row made; None when there is none."""

    def share(self, share: ShareCell) -> Decimal | None:
        """The share of the parent's amount that is reached by this row; None when its amount is not known."""


class NoLookup:
    """Finds nothing: for cells that need no more than their row."""

    def party(self, name: str) -> UUID | None:
        """Know no party."""

    def thing(self, thing_cell: ThingCell) -> UUID | None:
        """Know no thing."""

    def share(self, share: ShareCell) -> Decimal | None:
        """Know no amount."""


class MappedRow(Struct, frozen=True, kw_only=True):
    """One row, translated. `faults` says why it cannot be recorded, as far as its own cells tell."""

    mapping: Mapping
    kind: RowKind
    file: str
    line: int
    cells: dict[str, str]
    faults: tuple[str, ...]
    content: bytes = b""
    """What it says, in one form: two rows of one identity that say the same are the same."""

    @property
    def key(self) -> tuple[str, ...]:
        """The texts that identify it among the rows of its kind."""
        return self.key_of(self.kind.identified_by)

    def key_of(self, columns: Sequence[str]) -> tuple[str, ...]:
        """The texts of some columns, without outer spaces."""
        return tuple([self.cells.get(each, "").strip() for each in columns])

    def holds(self, conditions: Sequence[RowCondition], world: RowLookup | None = None) -> bool:
        """Whether all conditions hold. Without a look-up, conditions about things made are taken to hold."""
        return not conditions or all(self._one_holds(each, world) for each in conditions)

    def _one_holds(self, condition: RowCondition, world: RowLookup | None) -> bool:
        if condition.made is not None and world is not None and world.thing(condition.made) is None:
            return False
        if condition.column is None:
            return True
        text = self.cells.get(condition.column, "").strip()
        return (
            (not condition.is_ or text in condition.is_)
            and text not in condition.is_not
            and condition.blank in {None, not text}
            and condition.number in {None, self.sign(text)}
        )

    def sign(self, text: str) -> str | None:
        """The sign of an amount; None where there is none, or it cannot be read, which is a fault of the row."""
        try:
            sum_ = amount(text, self.mapping.currency) if text else None
        except UnreadableCell:
            return None
        if sum_ is None:
            return None
        return "zero" if not sum_ else "positive" if sum_ > 0 else "negative"

    def date(self, cell: Cell | None) -> str | None:
        """The date in a cell that needs no look-up; None where there is none or it cannot be read."""
        if cell is None:
            return None
        value, _ = CellEvaluator(self).value(cell)
        return value if isinstance(value, str) else None

    def parts(self) -> Iterator[tuple[int, RowPart]]:
        """The parts that apply, with their places, as far as the row's own cells tell."""
        for index, part in enumerate(self.kind.parts):
            if self.holds(part.when):
                yield index, part


def translate_row(mapping: Mapping, sheet: Spreadsheet, line: SheetLine) -> MappedRow:
    """The row of a line: its cells as the mapping translates their spellings, with every reason not to record it."""
    if line.fault is not None:
        return _row(mapping, sheet.kind, line, line.cells, faults=(line.fault,))
    cells, faults = {}, []
    for column in sheet.columns:
        cells[column] = line.cells[column].strip()
        table = mapping.values.get(column)
        if table is None:
            continue
        meaning = table.meaning(line.cells[column])
        if isinstance(meaning, RefusedSpelling):
            cells[column] = line.cells[column]
            faults.append(f"{column} {quoted_cell(cells[column])}: {meaning.because}")
        else:
            cells[column] = meaning.strip()
    row = _row(mapping, sheet.kind, line, cells, content=content_of(cells))
    try:
        faults += _faults(row)
    except (ValueError, TypeError, ArithmeticError, LookupError) as error:
        faults.append(unforeseen(error))
    return replace(row, faults=tuple(dict.fromkeys(faults))) if faults else row


def content_of(cells: dict[str, str]) -> bytes:
    """The texts of a row's cells in the order of their columns, as bytes to compare."""
    return msgspec.json.encode(list(cells.values()))


def _row(
    mapping: Mapping,
    kind: RowKind,
    line: SheetLine,
    cells: dict[str, str],
    *,
    faults: tuple[str, ...] = (),
    content: bytes = b"",
) -> MappedRow:
    return MappedRow(
        mapping=mapping, kind=kind, file=line.file, line=line.line, cells=cells, faults=faults, content=content
    )


def unforeseen(error: Exception) -> str:
    """The fault of a row that is unreadable for a reason nobody thought of: it never ends the run for the others."""
    return f"it cannot be read, which is a fault of Folkmoot that should be reported ({type(error).__name__})"


def _faults(row: MappedRow) -> list[str]:
    """The reasons for which a row cannot be recorded, as far as its own cells tell."""
    kind = row.kind
    faults = [f"{column}{IS_BLANK}" for column in kind.identified_by if not row.cells[column]]
    faults += _unreadable_numbers(row)
    faults += [rule.because for rule in kind.refuse if row.holds(rule.when)]
    unnamed = {parent: _blank(columns, row) for parent, columns in kind.parents.items()}
    faults += [f"its {parent} is not named: {blank} is blank" for parent, blank in unnamed.items() if blank]
    if not faults and not any(True for _ in row.parts()):
        faults.append(NOTHING_SAID)
    if kind.entered is not None:
        faults += CellEvaluator(row).value(kind.entered)[1]
    if not faults and kind.happened is not None:
        date, problems = CellEvaluator(row).value(kind.happened)
        faults += problems or (["it does not say when it happened"] if date is None else [])
    return faults


def _unreadable_numbers(row: MappedRow) -> Iterator[str]:
    """The numbers that conditions ask about and that cannot be read: what depends on them would be left out unseen."""
    for column in row.kind.numbered_columns:
        if not row.cells[column]:
            continue
        try:
            amount(row.cells[column], row.mapping.currency)
        except UnreadableCell as error:
            yield f"{column}: {error}"


def _blank(columns: Sequence[str], row: MappedRow) -> str:
    return " and ".join(each for each in columns if not row.cells.get(each, "").strip())


class CellEvaluator:
    """Evaluates cells for one row; a cell that gives nothing gives None, and problems say what cannot be read."""

    def __init__(self, row: MappedRow, world: RowLookup | None = None) -> None:
        self._row = row
        self._world = world
        self._problems: list[str] = []

    def value(self, cell: Cell) -> tuple[object, list[str]]:
        """The value of a cell, and what is wrong with it."""
        self._problems = []
        return self._value(cell), self._problems

    def _value(self, cell: Cell) -> object:
        match cell:
            case ConstantCell(value=value):
                return value
            case ColumnCell():
                return self._column(cell)
            case TemplateCell(text=text):
                return self._text(text, cell.columns)
            case PartyCell() | ThingCell() | ShareCell():
                return self._of_world(cell)
            case _:
                return self._of_several(cell)

    def _of_world(self, cell: PartyCell | ThingCell | ShareCell) -> object:
        world = self._world or NoLookup()
        match cell:
            case PartyCell(party=name):
                return self._needed(world.party(name), f"the party {name} is not given")
            case ThingCell(optional=True):
                return world.thing(cell)
            case ThingCell():
                return self._needed(world.thing(cell), f"no {cell.part} was made of its {cell.parent or 'own row'}")
            case ShareCell():
                return _share(self._share_of(cell, world), cell.give)

    def _of_several(self, cell: FirstOfCell | EarliestCell | FieldsCell | ListCell) -> object:
        match cell:
            case FirstOfCell():
                values = map(self._value, cell.cells)
                return self._later(next((each for each in values if each is not None), None), cell.plus_years)
            case EarliestCell():
                return self._later(self._earliest(cell), cell.plus_years)
            case FieldsCell():
                fields = {name: self._value(each) for name, each in cell.fields.items()}
                return {name: each for name, each in fields.items() if each is not None}
            case ListCell():
                return [each for each in map(self._value, cell.cells) if each is not None]

    def _earliest(self, cell: EarliestCell) -> str | None:
        dates = [each for each in map(self._value, cell.cells) if isinstance(each, str)]
        try:
            return min(dates, key=first_instant, default=None)
        except ImpossibleDateError as error:
            self._problems.append(str(error))
            return None

    def _share_of(self, cell: ShareCell, world: RowLookup) -> Decimal | None:
        """The share; None where the row says no amount, or an unreadable one, which is a problem."""
        text = self._row.cells.get(cell.column, "")
        if not text:
            return None
        try:
            amount(text, self._row.mapping.currency)
        except UnreadableCell as error:
            self._problems.append(f"{cell.column}: {error}")
            return None
        return world.share(cell)

    def _needed(self, value: object, problem: str) -> object:
        if value is None:
            self._problems.append(problem)
        return value

    def _column(self, cell: ColumnCell) -> object:
        text = self._row.cells.get(cell.column, "").strip()
        if cell.table is not None:
            meaning = self._row.mapping.tables[cell.table].meaning(text)
            if isinstance(meaning, RefusedSpelling):
                self._problems.append(f"{cell.column} {quoted_cell(text)}: {meaning.because}")
                return None
            text = meaning
        if not text:
            return None
        try:
            mapping = self._row.mapping
            value = read_cell(text, cell.read_as, dates=mapping.dates, currency=mapping.currency, since=mapping.since)
        except UnreadableCell as error:
            self._problems.append(f"{cell.column}: {error}")
            return None
        return self._later(value, cell.plus_years)

    def _text(self, text: str, columns: Sequence[str]) -> str | None:
        texts = {each: self._row.cells.get(each, "").strip() for each in columns}
        if not all(texts.values()):
            return None
        return PLACEHOLDER.sub(lambda match: texts[match.group(1)], text)

    def _later(self, value: object, years: int) -> object:
        if not years or not isinstance(value, str):
            return value
        try:
            return years_later(value, years)
        except UnreadableCell as error:
            self._problems.append(str(error))
            return None


def _share(share: Decimal | None, give: ShareForm) -> object:
    """A share in its form; where it is not known, the whole counts as reached."""
    is_part = share is not None and share < 1
    if give is ShareForm.EXTENT:
        return (Extent.PART if is_part else Extent.WHOLE).value
    return float(share) if share is not None and is_part else None
