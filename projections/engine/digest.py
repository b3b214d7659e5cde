"""A digest of rows, equal wherever and whenever the same rows are made: what two builds are compared by.

A row is digested as MessagePack of its columns in declared order: instants as UTC microseconds since 1970, floats
rounded to nine places with -0 made 0, ids as bytes, code-list values and days as text, what is nested as lists of its
fields, mappings as pairs in order of key. How each column is written is worked out once, from its annotation.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import msgspec
from msgspec import Struct
from msgspec.structs import astuple

from domain.errors import FolkmootError
from projections.declaration import Projection, ProjectionRow

DECIMALS: Final = 9
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ENCODER: Final = msgspec.msgpack.Encoder(uuid_format="bytes")
_MICROSECOND: Final = timedelta(microseconds=1)
_AS_IT_IS: Final = (bool, int, str, bytes, UUID, date, Enum)

Write = Callable[[Any], Any]
"""The conversion of a value other than None into the one form in which it is digested."""


class KeyShared(FolkmootError, ValueError):
    """Two rows of one projection have the same key: mend the projection, whose key has to tell its rows apart."""


def digest(projection: Projection, rows: Iterable[ProjectionRow]) -> str:
    """The hexadecimal SHA-256 over rows sorted by key, columns in declared order, as MessagePack."""
    return _sha256(row for _, row in sorted(_written(projection, rows)))


def encoded(projection: Projection, rows: Iterable[ProjectionRow]) -> dict[bytes, bytes]:
    """Encode each row as it is digested, under its encoded key: what two sets of rows are compared by.

    Raises KeyShared when two rows have one key.
    """
    return _told_apart(projection, _written(projection, rows))


def encoded_each(projection: Projection, rows: Iterable[ProjectionRow]) -> Iterator[tuple[bytes, bytes]]:
    """Encode each row as it is digested, with its encoded key; whether keys are shared is not looked at."""
    return _written(projection, rows)


def encoded_values(projection: Projection, values: Iterable[Sequence[object]]) -> dict[bytes, bytes]:
    """Encode rows as a table returns them: columns in declared order, JSON parsed.

    Raises KeyShared as `encoded` does, and msgspec.ValidationError for JSON that no row was written as.
    """
    return _told_apart(projection, _written_values(projection, values))


def digest_of(rows: Mapping[bytes, bytes], order: Iterable[bytes] | None = None) -> str:
    """The digest of rows that are encoded already; `order` holds their keys sorted, where those are known."""
    return _sha256(map(rows.__getitem__, sorted(rows) if order is None else order))


def _sha256(parts: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _told_apart(projection: Projection, encoded_rows: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    rows: dict[bytes, bytes] = {}
    for key, row in encoded_rows:
        if key in rows:
            raise KeyShared(f"two rows of {projection.name} have one key")
        rows[key] = row
    return rows


def _written(projection: Projection, rows: Iterable[ProjectionRow]) -> Iterator[tuple[bytes, bytes]]:
    columns = _columns(projection.row, projection.key)
    return columns.written(map(list, map(astuple, rows)), columns.writing)


def _written_values(projection: Projection, values: Iterable[Sequence[object]]) -> Iterator[tuple[bytes, bytes]]:
    columns = _columns(projection.row, projection.key)
    return columns.written(map(list, values), columns.rewriting)


class _DigestColumns:
    """Conversions of the columns of a row type that need one; `rewriting` starts from values that a table returned."""

    def __init__(self, row: type[ProjectionRow], key: Sequence[str]) -> None:
        names, hints = row.__struct_fields__, get_type_hints(row)
        self._key = [names.index(name) for name in key]
        self.writing: list[tuple[int, Write]] = []
        self.rewriting: list[tuple[int, Write]] = []
        for place, name in enumerate(names):
            write = _writing(hints[name])
            if write is not None:
                self.writing.append((place, write))
                is_plain = write in (_rounded, _microseconds)
                self.rewriting.append((place, write if is_plain else _parsed(hints[name], write)))

    def written(self, rows: Iterable[list[Any]], writing: Sequence[tuple[int, Write]]) -> Iterator[tuple[bytes, bytes]]:
        encode, key = _ENCODER.encode, self._key
        for values in rows:
            for place, write in writing:
                if (value := values[place]) is not None:
                    values[place] = write(value)
            yield encode([values[place] for place in key]), encode(values)


@cache
def _columns(row: type[ProjectionRow], key: tuple[str, ...]) -> _DigestColumns:
    return _DigestColumns(row, key)


@cache
def _writing(annotation: Any) -> Write | None:  # noqa: ANN401 - an annotation
    """The conversion for values of a type; None where they are encoded as they are."""
    kind = get_origin(annotation) or annotation
    if kind in (Union, UnionType):
        (annotation,) = (each for each in get_args(annotation) if each is not NoneType)
        return _writing(annotation)
    if kind in _WRITTEN:
        return _WRITTEN[kind](*get_args(annotation))
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _writing_struct(kind)
    if not issubclass(kind, _AS_IT_IS):
        message = f"a row cannot hold {kind.__name__}"
        raise TypeError(message)
    return None


def _parsed(annotation: object, write: Write) -> Write:
    return lambda value: write(msgspec.convert(value, annotation))


def _rounded(value: float) -> float:
    # Rounding takes long, and many values are whole; adding 0.0 makes -0.0 an ordinary zero.
    return value + 0.0 if value.is_integer() else round(value, DECIMALS) + 0.0


def _microseconds(value: datetime) -> int:
    return (value - _EPOCH) // _MICROSECOND


def _writing_list(inner: object, *_: object) -> Write | None:
    write = _writing(inner)
    return None if write is None else lambda values: [None if each is None else write(each) for each in values]


def _writing_mapping(_: object, inner: object) -> Write:
    write = _writing_list(inner) or list

    def pairs(mapping: Mapping[Any, object]) -> list[list[object]]:
        items = sorted(mapping.items())
        return [[key, value] for (key, _), value in zip(items, write([each for _, each in items]), strict=True)]

    return pairs


def _writing_struct(struct: type[Struct]) -> Write:
    hints = get_type_hints(struct)
    writes = [_writing(hints[name]) for name in struct.__struct_fields__]
    return lambda value: [
        part if write is None or part is None else write(part)
        for write, part in zip(writes, astuple(value), strict=True)
    ]


_WRITTEN: Final[Mapping[object, Callable[..., Write | None]]] = {
    float: lambda: _rounded,
    datetime: lambda: _microseconds,
    tuple: _writing_list,
    list: _writing_list,
    dict: _writing_mapping,
}
