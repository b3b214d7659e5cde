"""Templates of returns: sections and tables, each a view, a period, which rows and what of them is counted or summed.

What a ministry asks for changes every year; a template is a file, so that next year's fields need no code.
"""

import tomllib
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, get_args, get_type_hints

import msgspec
from msgspec import Meta, Struct

from domain.errors import FolkmootError
from domain.vocabulary import CodeList
from projections.declaration import ProjectionRow
from projections.views import projections


class ReturnTemplateInvalid(FolkmootError, ValueError):
    """A template names what is not there. Put the file right."""


class ReturnName(CodeList):
    """A return or pack that can be filled in: the name of its template."""

    BOARD_PACK = "board-pack"
    SUMMARY = "pride-in-place-summary"
    YEARLY = "pride-in-place-return"


class TableHistory(CodeList):
    """Whose history a table is made from: the partnership's, or that of the place it is formed for."""

    PARTNERSHIP = "partnership"
    PLACE = "place"


class TablePeriod(CodeList):
    """Which rows count, by their day: within the period, until its end, or after it."""

    WITHIN = "within"
    UNTIL = "until"
    AFTER = "after"


class ReturnTable(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One table: rows of a view whose day lies in the period, grouped, counted and summed.

    `where` names columns with the values that count, `known` columns that must hold something. `money` names the column
    of the currency that sums are in. `of`: whose history.
    """

    title: Annotated[str, Meta(min_length=1)]
    view: str
    on: str
    period: TablePeriod = TablePeriod.WITHIN
    of: TableHistory = TableHistory.PARTNERSHIP
    where: dict[str, list[str | bool]] = {}
    known: list[str] = []
    by: list[str] = []
    count: str = ""
    sums: dict[str, str] = {}
    money: str = ""

    @property
    def row(self) -> type[ProjectionRow]:
        """The row type of its view."""
        return projections()[self.view].row

    def faults(self) -> list[str]:
        """The faults of the table: a view or columns that do not exist, or nothing counted or summed."""
        if self.view not in projections():
            return [f"{self.title}: there is no view {self.view}"]
        columns = set(projections()[self.view].columns)
        names = {self.on, *self.where, *self.known, *self.by, *self.sums, *([self.money] if self.money else [])}
        faults = [f"{self.title}: the view {self.view} has no column {each}" for each in sorted(names - columns)]
        if not self.count and not self.sums:
            faults.append(f"{self.title}: say what is counted or summed")
        if self.on in columns and not _holds_day(get_type_hints(self.row)[self.on]):
            faults.append(f"{self.title}: the column {self.on} holds neither a day nor a claimed time")
        return faults


def _holds_day(hint: object) -> bool:
    """A column of this type holds days, or claimed times as precise as they were stated."""
    return not {date, str}.isdisjoint(get_args(hint) or (hint,))


class ReturnSection(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One section of a return: what it is about, and its tables."""

    title: Annotated[str, Meta(min_length=1)]
    about: str = ""
    tables: list[ReturnTable]


class ReturnTemplate(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One return: what it is called, how many months it looks back, and its sections.

    `since_last_meeting`: it begins on the day after the last meeting, where there was one.
    """

    title: Annotated[str, Meta(min_length=1)]
    months: Annotated[int, Meta(ge=1, le=120)]
    since_last_meeting: bool = False
    about: str = ""
    sections: list[ReturnSection]


def read_return_template(text: str) -> ReturnTemplate:
    """A template from its file. Raises ReturnTemplateInvalid naming everything that is wrong with it."""
    try:
        template = msgspec.convert(tomllib.loads(text), ReturnTemplate)
    except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise ReturnTemplateInvalid(str(error)) from None
    faults = [fault for section in template.sections for table in section.tables for fault in table.faults()]
    if faults:
        raise ReturnTemplateInvalid("; ".join(faults))
    return template


@cache
def shipped_return_template(name: ReturnName) -> ReturnTemplate:
    """A template that is shipped."""
    return read_return_template(files("projections.returns").joinpath(f"{name.value}.toml").read_text("utf-8"))
