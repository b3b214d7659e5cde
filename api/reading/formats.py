"""Formats of tables, and rows as CSV (RFC 4180)."""

import io
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from api.http.operations import CSV, JSON, XLSX
from api.reading.shown_table import ShownTable
from api.reading.workbook import TableAbout, plain_text, workbook_of
from domain.csv_writer import CsvWriter, inert
from domain.vocabulary import CodeList
from projections.rows import TextAt

MEDIA: Final = (JSON, CSV, XLSX)
TABLES: Final = frozenset({CSV, XLSX})
"""The media types of tables without anything around them."""


class TableFormat(CodeList):
    """How a table is written."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"

    @property
    def media(self) -> str:
        """Its media type."""
        return {TableFormat.JSON: JSON, TableFormat.CSV: CSV, TableFormat.XLSX: XLSX}[self]


FORMS_OF_TABLES: Final = frozenset({TableFormat.CSV, TableFormat.XLSX})
"""The same, as pages name them in addresses."""
Format = Annotated[TableFormat, Meta(description="The format, instead of an Accept header")]


def table_in(media: str, about: TableAbout, table: ShownTable) -> bytes:
    """A table as CSV, or as a workbook that says what it is about. Raises Problem where sheets cannot be written."""
    if media == XLSX:
        return workbook_of(about, table.headings(), table.lines())
    return _csv_of(table)


def csv_of(
    columns: Sequence[str],
    rows: Sequence[Struct],
    names: Mapping[UUID, str],
    texts: Mapping[TextAt, str | None],
    name_columns: Sequence[str] | None = None,
) -> bytes:
    """Rows as CSV under their column names: UTF-8, empty for missing, lists joined by `;`, names beside ids."""
    return _csv_of(ShownTable(columns=columns, rows=rows, names=names, texts=texts, name_columns=name_columns))


def _csv_of(table: ShownTable) -> bytes:
    out = io.StringIO(newline="")
    writer = CsvWriter(out)
    writer.write(table.headings())
    for line in table.lines():
        writer.write(map(_cell, line))
    return out.getvalue().encode()


def _cell(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str() if not isinstance(value, Enum):
            return inert(value)
        case tuple():
            return ";".join(map(_cell, value))
    return plain_text(value)
