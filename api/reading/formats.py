"""Formats of tables, and rows as CSV (RFC 4180)."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Final
from uuid import UUID

import msgspec
from msgspec import Meta, Struct

from api.http.operations import CSV, JSON
from domain.csv_writer import CsvWriter, inert
from domain.vocabulary import CodeList
from projections.rows import TextAt

MEDIA: Final = (JSON, CSV)


class TableFormat(CodeList):
    """How a table is written."""

    JSON = "json"
    CSV = "csv"

    @property
    def media(self) -> str:
        """Its media type."""
        return JSON if self is TableFormat.JSON else CSV


Format = Annotated[TableFormat, Meta(description="The format, instead of an Accept header")]


def csv_of(
    columns: Sequence[str],
    rows: Sequence[Struct],
    names: Mapping[UUID, str],
    texts: Mapping[TextAt, str | None],
    name_columns: Sequence[str] | None = None,
    more: Mapping[str, Sequence[object]] | None = None,
) -> bytes:
    """Rows as CSV under their column names: UTF-8, empty for missing, lists joined by `;`, names beside ids.

    Names stand beside `name_columns`, so that every answer has the same columns; by default beside those that hold an
    id with a name. `more` holds further columns, a value for each row.
    """
    if name_columns is None:
        name_columns = [column for column in columns if any(id_ in names for id_ in _ids_in(rows, column))]
    further = more or {}
    out = io.StringIO(newline="")
    writer = CsvWriter(out)
    writer.write([*columns, *map(_name_of, name_columns), *further])
    for row, *values in zip(rows, *further.values(), strict=True):
        cells = [getattr(row, column) for column in columns]
        labels = [tuple(names.get(each, "") for each in _ids(getattr(row, column))) for column in name_columns]
        writer.write([_cell(each, texts) for each in (*cells, *labels, *values)])
    return out.getvalue().encode()


def _ids_in(rows: Sequence[Struct], column: str) -> Iterator[UUID]:
    for row in rows:
        yield from _ids(getattr(row, column))


def _ids(value: object) -> tuple[UUID, ...]:
    return tuple(each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, UUID))


def _name_of(column: str) -> str:
    stem = column.removesuffix("_ids")
    return f"{column.removesuffix('_id')}_name" if stem == column else f"{stem}_names"


def _cell(value: object, texts: Mapping[TextAt, str | None]) -> str:  # noqa: PLR0911 - one return for each kind of value
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case TextAt():
            return inert(texts.get(value) or "")
        case Enum():
            return str(value.value)
        case datetime() | date():
            return value.isoformat().replace("+00:00", "Z")
        case str():
            return inert(value)
        case tuple():
            return ";".join(_cell(each, texts) for each in value)
        case Struct() | dict():
            return msgspec.json.encode(value).decode()
        case _:
            return str(value)
