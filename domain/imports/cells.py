"""The cells of a mapping: where a value of a command comes from. They are declared, never programmed.

A cell is a constant, or a table with one of the keys `column`, `text`, `party`, `made`, `share`, `any`,
`earliest` and `fields`; a list holds cells. docs/how-to/import-a-spreadsheet.md explains each with examples.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

from msgspec import Struct

PLACEHOLDER: Final = re.compile(r"\{([^{}]+)\}")


class As(StrEnum):
    """How the text of a column is read."""

    TEXT = "text"
    DATE = "date"
    INSTANT = "instant"
    MONEY = "money"
    NUMBER = "number"
    WHOLE_NUMBER = "whole-number"
    YES_NO = "yes-no"


class Give(StrEnum):
    """What is said of a share: how far the whole was reached, or the fraction where it was not."""

    EXTENT = "extent"
    FRACTION = "fraction"


class Constant(Struct, frozen=True):
    """The same for every row."""

    value: Any


class Column(Struct, frozen=True):
    """What a column holds, perhaps translated by a table of the mapping."""

    column: str
    read_as: As = As.TEXT
    table: str | None = None
    plus_years: int = 0


class Template(Struct, frozen=True):
    """A text with columns in it; nothing at all where one of them is blank."""

    text: str

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns in it."""
        return tuple(PLACEHOLDER.findall(self.text))


class PartyOf(Struct, frozen=True):
    """A party of the mapping; `residents` and `partnership` are the two that every partnership has."""

    party: str


class Made(Struct, frozen=True):
    """The thing that a part of this row, or of the parent row, brought into being."""

    parent: str
    part: str
    optional: bool = False


class Share(Struct, frozen=True):
    """How much of the amount in a part of the parent row the running total of a column comes to.

    The total runs over the rows that record the same part for the same parent, by date.
    """

    column: str
    of: Made
    give: Give


class AnyOf(Struct, frozen=True):
    """The first of these that gives something."""

    cells: tuple["Cell", ...]
    plus_years: int = 0


class Earliest(Struct, frozen=True):
    """The earliest of these dates."""

    cells: tuple["Cell", ...]
    plus_years: int = 0


class Fields(Struct, frozen=True):
    """A part of a command that has fields of its own."""

    fields: dict[str, "Cell"]


class Listed(Struct, frozen=True):
    """Several, leaving out those that give nothing."""

    cells: tuple["Cell", ...]


Cell = Constant | Column | Template | PartyOf | Made | Share | AnyOf | Earliest | Fields | Listed


def walk(cell: Cell) -> Iterator[Cell]:
    """Give a cell and all cells in it."""
    yield cell
    match cell:
        case AnyOf(cells=cells) | Earliest(cells=cells) | Listed(cells=cells):
            for each in cells:
                yield from walk(each)
        case Fields(fields=fields):
            for each in fields.values():
                yield from walk(each)


def columns_of(cell: Cell) -> set[str]:
    """Name the columns that a cell reads."""
    found: set[str] = set()
    for each in walk(cell):
        if isinstance(each, Column | Share):
            found.add(each.column)
        elif isinstance(each, Template):
            found.update(each.columns)
    return found
