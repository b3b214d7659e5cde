"""The cells of a mapping: where a value of a command comes from. They are declared, never programmed.

A cell is a constant, or a table with one of the keys `column`, `text`, `party`, `made`, `share`, `any`,
`earliest` and `fields`; a list holds cells. docs/how-to/import-a-spreadsheet.md explains each with examples.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from functools import cached_property
from typing import Any, Final

from msgspec import Struct

PLACEHOLDER: Final = re.compile(r"\{([^{}]+)\}")


class ReadAs(StrEnum):
    """How the text of a column is read."""

    TEXT = "text"
    DATE = "date"
    INSTANT = "instant"
    MONEY = "money"
    NUMBER = "number"
    WHOLE_NUMBER = "whole-number"
    YES_NO = "yes-no"


class ShareForm(StrEnum):
    """The form of a share: how far the whole was reached, or the fraction where it was not."""

    EXTENT = "extent"
    FRACTION = "fraction"


class ConstantCell(Struct, frozen=True):
    """The same for every row."""

    value: Any


class ColumnCell(Struct, frozen=True):
    """The content of a column, perhaps translated by a table of the mapping."""

    column: str
    read_as: ReadAs = ReadAs.TEXT
    table: str | None = None
    plus_years: int = 0


class TemplateCell(Struct, frozen=True, dict=True):
    """A text with columns in it; nothing at all where one of them is blank."""

    text: str

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns in it."""
        return tuple(PLACEHOLDER.findall(self.text))


class PartyCell(Struct, frozen=True):
    """A party of the mapping; `residents` and `partnership` are the two that every partnership has."""

    party: str


class ThingCell(Struct, frozen=True):
    """The thing that a part of this row, or of the parent row, brought into being."""

    parent: str
    part: str
    optional: bool = False


class ShareCell(Struct, frozen=True):
    """How much of the amount in a part of the parent row the running total of a column comes to.

    The total runs over the rows that record the same part for the same parent, by date.
    """

    column: str
    of: ThingCell
    give: ShareForm


class FirstOfCell(Struct, frozen=True):
    """The first of these that gives something."""

    cells: tuple["Cell", ...]
    plus_years: int = 0


class EarliestCell(Struct, frozen=True):
    """The earliest of these dates."""

    cells: tuple["Cell", ...]
    plus_years: int = 0


class FieldsCell(Struct, frozen=True):
    """A part of a command that has fields of its own."""

    fields: dict[str, "Cell"]


class ListCell(Struct, frozen=True):
    """Several, leaving out those that give nothing."""

    cells: tuple["Cell", ...]


Cell = (
    ConstantCell
    | ColumnCell
    | TemplateCell
    | PartyCell
    | ThingCell
    | ShareCell
    | FirstOfCell
    | EarliestCell
    | FieldsCell
    | ListCell
)


def cells_within(cell: Cell) -> Iterator[Cell]:
    """A cell and all cells in it."""
    yield cell
    match cell:
        case FirstOfCell(cells=cells) | EarliestCell(cells=cells) | ListCell(cells=cells):
            for inner in cells:
                yield from cells_within(inner)
        case FieldsCell(fields=fields):
            for inner in fields.values():
                yield from cells_within(inner)


def columns_of(cell: Cell) -> set[str]:
    """The columns that a cell reads."""
    columns: set[str] = set()
    for inner in cells_within(cell):
        if isinstance(inner, ColumnCell | ShareCell):
            columns.add(inner.column)
        elif isinstance(inner, TemplateCell):
            columns.update(inner.columns)
    return columns
