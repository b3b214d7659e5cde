"""A digest of rows, equal wherever and whenever the same rows are made: what two builds are compared by."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from enum import Enum
from typing import Final
from uuid import UUID

import msgspec
from msgspec import Struct

from projections.declaration import Projection, ProjectionRow

DECIMALS: Final = 9
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_ENCODER: Final = msgspec.msgpack.Encoder()
_MICROSECOND: Final = timedelta(microseconds=1)


class KeyShared(ValueError):
    """Two rows of one partition have the same key: the projection's declared key does not tell its rows apart."""


def canonical(value: object) -> object:  # noqa: PLR0911 - one return for each kind of value
    """Give a value in the one form in which it is digested.

    Instants become UTC microseconds since 1970, floats are rounded to nine places with -0 made 0, ids are bytes,
    code-list values and days are text.
    """
    match value:
        case Enum():
            return value.value
        case bool() | int() | str() | bytes() | None:
            return value
        case float():
            return round(value, DECIMALS) + 0.0
        case UUID():
            return value.bytes
        case datetime():
            return (value - _EPOCH) // _MICROSECOND
        case date():
            return value.isoformat()
        case Struct():
            return [canonical(getattr(value, name)) for name in value.__struct_fields__]
        case dict():
            return [[canonical(key), canonical(each)] for key, each in sorted(value.items())]
        case tuple() | list():
            return [canonical(each) for each in value]
        case _:
            message = f"a row cannot hold {type(value).__name__}"
            raise TypeError(message)


def digest(projection: Projection, rows: Iterable[ProjectionRow]) -> str:
    """Give the hexadecimal SHA-256 over the rows sorted by key, columns in declared order, as MessagePack."""
    return _sha256(row for _, row in sorted(_pairs(projection, rows)))


def encoded(projection: Projection, rows: Iterable[ProjectionRow]) -> dict[bytes, bytes]:
    """Encode each row as it is digested, under its encoded key: what two sets of rows are compared by.

    Raises KeyShared when two rows have one key.
    """
    found: dict[bytes, bytes] = {}
    for key, row in _pairs(projection, rows):
        if key in found:
            raise KeyShared(f"two rows of {projection.name} have one key")
        found[key] = row
    return found


def digest_of(rows: Mapping[bytes, bytes]) -> str:
    """Give the digest of encoded rows."""
    return _sha256(rows[key] for key in sorted(rows))


def _pairs(projection: Projection, rows: Iterable[ProjectionRow]) -> Iterator[tuple[bytes, bytes]]:
    columns = projection.columns
    for row in rows:
        yield (
            _ENCODER.encode([canonical(getattr(row, name)) for name in projection.key]),
            _ENCODER.encode([canonical(getattr(row, name)) for name in columns]),
        )


def _sha256(parts: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part)
    return whole.hexdigest()
