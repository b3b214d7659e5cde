"""Tables as workbooks (XLSX), as the Government Analysis Function asks of spreadsheets.

There is a cover sheet, contents, notes, and one marked table a sheet, from the first column on, under its title.
Nothing in a cell is ever a formula or a link: texts and ids are written as texts. Days are days, shown as 31/03/2026.
The same table is the same bytes: a workbook is as old as the day that it is about.
"""

import io
import re
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import fields

from api.http.problems import Problem

if TYPE_CHECKING:
    from xlsxwriter import Workbook  # type: ignore[import-untyped] # the library has no types
    from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped] # the same

_LONGEST: Final = 32_767
"""Characters, of any cell of a spreadsheet."""
_CUT: Final = " … [cut]"
_LARGEST: Final = 2**53
"""Whole numbers beyond are not exact in a spreadsheet, and written as texts."""
_WIDEST: Final = 60
_CORE: Final = "docProps/core.xml"
_LANGUAGE: Final = b"<dc:language>en-GB</dc:language></cp:coreProperties>"
_MISSING: Final = "Some cells are empty: nothing is recorded, or nothing applies."
_NOTES: Final = (
    ("Empty cells", "Nothing is recorded, or nothing applies to the row."),
    ("Days", "Real dates, shown as day/month/year. Instants are in Coordinated Universal Time (UTC)."),
    ("Several values in one cell", "They stand in order, with a semicolon between them."),
    ("Ids", "Random and permanent. Rows of different tables that hold the same id are about the same thing."),
    ("Long texts", f"A cell holds {_LONGEST:,} characters at most; what is longer ends in{_CUT}."),
)


class TableAbout(Struct, frozen=True, kw_only=True):
    """The heading of a table: its question, and the record that it was made from; `meanings` describe its columns."""

    title: str
    question: str
    as_of: date
    log_id: UUID | None = None
    """The record that it was made from; None for what anybody may read."""
    position: int = 0
    method: str = ""
    contact: str = ""
    meanings: Mapping[str, str] = {}


def meanings_of(row: type[Struct]) -> dict[str, str]:
    """The meanings of a row's columns, by name, where its declaration describes them."""
    hints = {each.name: getattr(each.type, "__metadata__", ()) for each in fields(row)}
    described = {name: [each.description for each in more if isinstance(each, Meta)] for name, more in hints.items()}
    return {name: texts[0] for name, texts in described.items() if texts and texts[0]}


def workbook_of(about: TableAbout, headings: Sequence[str], lines: Iterable[Sequence[object]]) -> bytes:
    """A workbook with one table. Raises Problem where the library that writes it is not installed."""
    try:
        from xlsxwriter import Workbook  # noqa: PLC0415 - an extra
    except ModuleNotFoundError:
        detail = "Sheets need the extra `export`, which is not installed here: ask for CSV or JSON."
        raise Problem("not-acceptable", detail) from None
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        created = datetime.combine(about.as_of, time(), UTC).replace(tzinfo=None)
        workbook.set_properties({"title": about.title, "subject": about.question, "created": created})
        sheets = _Sheets(workbook)
        sheets.cover(about)
        sheets.table("Contents", "Contents", ("Sheet", "What it holds"), _contents(about))
        sheets.table("Notes", "Notes", ("About", "Note"), [*_NOTES, *_of_columns(about, headings)])
        sheets.table("Data", about.title, headings, list(lines), more=(about.question, _MISSING))
    return _in_english(out.getvalue())


class _Sheets:
    """The sheets of one workbook, added one after another."""

    def __init__(self, workbook: "Workbook") -> None:
        self._workbook = workbook
        self._title = workbook.add_format({"bold": True, "font_size": 14})
        self._wrapped = workbook.add_format({"text_wrap": True, "valign": "top"})
        self._day = workbook.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
        self._instant = workbook.add_format({"num_format": "dd/mm/yyyy hh:mm:ss", "valign": "top"})

    def cover(self, about: TableAbout) -> None:
        """The cover: one line a cell, in the first column."""
        sheet = self._workbook.add_worksheet("Cover")
        sheet.set_column(0, 0, _WIDEST + 20, self._wrapped)
        sheet.write_string(0, 0, about.title, self._title)
        for row, line in enumerate(_cover(about), start=1):
            sheet.write_string(row, 0, line, self._wrapped)

    def table(
        self,
        name: str,
        title: str,
        headings: Sequence[str],
        lines: Sequence[Sequence[object]],
        *,
        more: Sequence[str] = (),
    ) -> None:
        """A sheet with its title, how many tables there are, further lines, and one marked table under them."""
        sheet = self._workbook.add_worksheet(name)
        sheet.write_string(0, 0, title, self._title)
        summary = "This worksheet contains one table." if lines else "This worksheet contains one table without rows."
        for row, words in enumerate((summary, *more), start=1):
            sheet.write_string(row, 0, words)
        first = 2 + len(more)
        columns: list[Any] = [{"header": heading} for heading in headings]
        options = {"columns": columns, "name": f"{name}_table", "autofilter": False, "style": None}
        if lines:
            sheet.add_table(first, 0, first + len(lines), len(headings) - 1, options)
        else:
            for column, heading in enumerate(headings):
                sheet.write_string(first, column, heading)
        widths = [len(heading) for heading in headings]
        for row, values in enumerate(lines, start=first + 1):
            for column, value in enumerate(values):
                widths[column] = max(widths[column], self._write(sheet, row, column, value))
        for column, width in enumerate(widths):
            sheet.set_column(column, column, min(width, _WIDEST) + 2)

    def _write(self, sheet: "Worksheet", row: int, column: int, value: object) -> int:
        """Write a value as what it is; how wide it is shown, in characters."""
        match value:
            case None | "" | ():
                return 0
            case bool():
                sheet.write_boolean(row, column, value)
                return 5
            case int() | float() if abs(value) < _LARGEST:
                sheet.write_number(row, column, value)
                return len(str(value))
            case datetime():
                moment = value.astimezone(UTC).replace(tzinfo=None)
                sheet.write_datetime(row, column, moment, self._instant)
                return 19
            case date():
                sheet.write_datetime(row, column, datetime.combine(value, time()), self._day)
                return 10
        text = _text(value)
        sheet.write_string(row, column, text, self._wrapped if len(text) > _WIDEST else None)
        return len(text)


def _text(value: object) -> str:
    """A value as a text of a cell."""
    text = ";".join(map(_in_list, value)) if isinstance(value, tuple) else plain_text(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - len(_CUT)]}{_CUT}"


def _in_list(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else plain_text(value)


def plain_text(value: object) -> str:
    """A value that is neither missing nor a list, as programs read it: codes as codes, instants in UTC."""
    match value:
        case Enum():
            return str(value.value)
        case datetime() | date():
            return value.isoformat().replace("+00:00", "Z")
        case Struct() | dict():
            return msgspec.json.encode(value).decode()
    return str(value)


def _cover(about: TableAbout) -> list[str]:
    return [
        about.question,
        f"As things stood on {about.as_of.day} {about.as_of:%B %Y}.",
        "Source: Folkmoot"
        + ("." if about.log_id is None else f", the record {about.log_id}, as known at position {about.position:,}."),
        *([f"Figures are made by the method {about.method}."] if about.method else []),
        f"Contact: {about.contact}" if about.contact else "Contact: whoever runs this Folkmoot.",
        "Licence: none is given with this file. Ask the contact before you publish it.",
        *([] if about.log_id is None else ["Some of what it tells may be for the body alone that was given it."]),
    ]


def _contents(about: TableAbout) -> list[tuple[str, str]]:
    return [
        ("Cover", "What this workbook is, where it comes from, and whom to ask"),
        ("Contents", "The sheets"),
        ("Notes", "What empty cells, days and lists mean, and what each column holds"),
        ("Data", about.title),
    ]


def _of_columns(about: TableAbout, headings: Sequence[str]) -> list[tuple[str, str]]:
    return [(f"Column {heading}", _meaning(about, heading)) for heading in headings]


def _meaning(about: TableAbout, heading: str) -> str:
    meaning = about.meanings.get(heading)
    if meaning is not None:
        return meaning
    for suffix, of in (("_names", "_ids"), ("_name", "_id"), ("_name", "")):
        stem = heading.removesuffix(suffix)
        if stem != heading and f"{stem}{of}" in about.meanings:
            return f"The name of what {stem}{of} holds"
    return re.sub("_", " ", heading).capitalize()


def _in_english(workbook: bytes) -> bytes:
    """The same workbook, which says that it is in British English: the library has no way of saying so."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            if part.filename == _CORE:
                content = content.replace(b"</cp:coreProperties>", _LANGUAGE)
            new.writestr(part, content)
    return out.getvalue()
