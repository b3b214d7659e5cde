"""Columns of a projection's tables: rows to values of a table and back, so that what is read is what was written."""

import json
import types
from collections.abc import Callable, Sequence
from datetime import date, datetime
from enum import Enum
from functools import cache
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from msgspec.structs import astuple
from psycopg.types.json import Jsonb
from psycopg.types.numeric import Int8

from projections.declaration import Projection, ProjectionRow

Convert = Callable[[Any], Any]
_PLAIN: Final[dict[type, str]] = {
    bool: "boolean",
    int: "bigint",
    float: "double precision",
    str: "text",
    UUID: "uuid",
    datetime: "timestamptz",
    date: "date",
}

_COPIED: Final = {"boolean": "bool", "bigint": "int8", "double precision": "float8"}


class StoredColumns:
    """The columns of one projection's tables, in declared order."""

    def __init__(self, projection: Projection) -> None:
        hints = get_type_hints(projection.row)
        self.names = projection.columns
        self.row = projection.row
        self.types = tuple(sql_type(hints[name]) for name in self.names)
        self.copy_types = tuple(_COPIED.get(kind, kind) for kind in self.types)
        self._whole = [place for place, kind in enumerate(self.types) if kind == "bigint"]
        outward = map(_outward, self.types)
        self._outward = [(place, convert) for place, convert in enumerate(outward) if convert is not None]

    def values(self, row: ProjectionRow) -> list[Any]:
        """The values of a row as they are written to a table; those of code lists are texts already."""
        values = list(astuple(row))
        for place, convert in self._outward:
            if (value := values[place]) is not None:
                values[place] = convert(value)
        return values

    def parameters(self, row: ProjectionRow) -> list[Any]:
        """The values of a row as parameters: whole numbers of one type, so that a statement is prepared once."""
        values = self.values(row)
        for place in self._whole:
            if isinstance(value := values[place], int):
                values[place] = Int8(value)
        return values

    def row_of(self, values: Sequence[Any]) -> ProjectionRow | dict[str, Any]:
        """The row that values read from a table make; plain values by name where no projection can have made them."""
        values_by_name = dict(zip(self.names, values, strict=True))
        try:
            return msgspec.convert(values_by_name, self.row)
        except msgspec.ValidationError:
            return values_by_name


@cache
def columns_of(projection: Projection) -> StoredColumns:
    """The columns of a projection, worked out once."""
    return StoredColumns(projection)


def sql_type(annotation: Any) -> str:  # noqa: ANN401 - an annotation
    """The SQL type of a column for an annotation: a plain type, an array of texts or ids, else JSON."""
    bare = _bare(annotation)
    if get_origin(bare) is tuple:
        inner = sql_type(get_args(bare)[0])
        return f"{inner}[]" if inner in {"uuid", "text"} else "jsonb"
    if isinstance(bare, type) and issubclass(bare, Enum):
        return "text"
    return _PLAIN.get(bare, "jsonb") if isinstance(bare, type) else "jsonb"


def _bare(annotation: Any) -> Any:  # noqa: ANN401 - an annotation
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) in {Union, types.UnionType}:
        options = [each for each in get_args(annotation) if each is not type(None)]
        return _bare(options[0]) if len(options) == 1 else object
    return annotation


def _as_postgresql_writes(value: object) -> str:
    """Write JSON as PostgreSQL writes what it has kept: short keys first, so that bytes come back as they went."""
    return json.dumps(_in_order(msgspec.to_builtins(value)), ensure_ascii=False)


def _in_order(value: object) -> object:
    if isinstance(value, dict):
        return {key: _in_order(value[key]) for key in sorted(value, key=lambda key: (len(key.encode()), key.encode()))}
    return [_in_order(each) for each in value] if isinstance(value, list) else value


def _outward(column_type: str) -> Convert | None:
    match column_type:
        case "text[]":
            return lambda values: [str(value) for value in values]
        case "uuid[]":
            return list
        case "jsonb":
            return lambda value: Jsonb(value, dumps=_as_postgresql_writes)
        case _:
            return None
