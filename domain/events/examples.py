"""A full example of every event, made from its types alone, for golden files and the reference pages.

The same names always give the same example. Every field is filled, with something other than its default, so
that an example shows all that can be stored.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum
from functools import singledispatch
from hashlib import sha256
from typing import Final, TypeVar, cast
from uuid import NAMESPACE_URL, UUID, uuid5

from msgspec import inspect

from domain.errors import FolkmootError
from domain.events.declaration import EventBody
from domain.values import PartyAt, Sealed
from domain.vocabulary import SIDE_OF_KIND, PartyKind

_FIRST_DAY: Final = date(2021, 1, 1)
_DAYS: Final = 1_800
_WIDTH: Final = 1_000
_TRIES: Final = 100

T = TypeVar("T")
E = TypeVar("E", bound=EventBody)


class NoExampleError(FolkmootError, TypeError):
    """No example can be made of a type. Give a patterned string `examples` in its Meta, or teach this module."""


def example(body: type[E]) -> E:
    """The example of an event as stored, its texts sealed under keys that no vault has. Raises NoExampleError."""
    return cast("E", _of(inspect.type_info(body), body.__name__))


@singledispatch
def _of(declared: inspect.Type, path: str) -> object:
    """An example of a type; `path` is its place in the event and seeds every choice. Raises NoExampleError."""
    raise NoExampleError(f"{path}: no example is known of {type(declared).__name__}")


@_of.register
def _(declared: inspect.StructType, path: str) -> object:
    filled = {field.name: _of_field(field, f"{path}.{field.name}") for field in declared.fields}
    if declared.cls is PartyAt:
        filled["side"] = SIDE_OF_KIND[cast("PartyKind", filled["kind"])]
    instance: object = declared.cls(**filled)
    return instance


def _of_field(field: inspect.Field, path: str) -> object:
    """An example that is not the default, for stored bodies leave defaults out. Raises NoExampleError."""
    for nth in range(_TRIES):
        candidate = _of(field.type, path + "'" * nth)
        if candidate != field.default:
            return candidate
    raise NoExampleError(f"{path}: no example differs from the default")


@_of.register
def _(declared: inspect.Metadata, path: str) -> object:
    examples = (declared.extra_json_schema or {}).get("examples")
    return _chosen(examples, path) if examples else _of(declared.type, path)


@_of.register
def _(declared: inspect.UnionType, path: str) -> object:
    there = [each for each in declared.types if not isinstance(each, inspect.NoneType)]
    sealed = [each for each in there if isinstance(each, inspect.StructType) and each.cls is Sealed]
    return _of((sealed or there)[0], path)


@_of.register
def _(declared: inspect.StrType, path: str) -> str:
    if declared.pattern is not None:
        raise NoExampleError(f"{path}: give the pattern {declared.pattern} an example in its Meta")
    return path.rpartition(".")[2].replace("_", " ")


@_of.register
def _(declared: inspect.EnumType, path: str) -> Enum:
    return _chosen(list(declared.cls), path)


@_of.register
def _(declared: inspect.IntType, path: str) -> int:
    least = declared.ge if declared.ge is not None and declared.ge > -_WIDTH else 1
    most = declared.le if declared.le is not None and declared.le < _WIDTH else _WIDTH
    return least + _number(path) % (most - least + 1)


@_of.register
def _(declared: inspect.FloatType, path: str) -> float:
    """Take a quarter of a fraction, or a number with two decimals: exact enough to read, never whole."""
    most = min((each for each in (declared.le, declared.lt) if each is not None), default=_WIDTH)
    return 0.25 + _number(path) % 3 / 4 if most <= 1 else round(1 + _number(path) % min(most, _WIDTH) * 0.97, 2)


@_of.register
def _(_declared: inspect.BoolType, path: str) -> bool:
    return bool(_number(path) % 2)


@_of.register
def _(_declared: inspect.UUIDType, path: str) -> UUID:
    return uuid5(NAMESPACE_URL, path)


@_of.register
def _(_declared: inspect.DateType, path: str) -> date:
    return _FIRST_DAY + timedelta(days=_number(path) % _DAYS)


@_of.register
def _(_declared: inspect.BytesType, path: str) -> bytes:
    return sha256(path.encode()).digest()


@_of.register
def _(declared: inspect.VarTupleType, path: str) -> tuple[object, ...]:
    return tuple(dict.fromkeys(_of(declared.item_type, f"{path} {nth}") for nth in (1, 2)))


@_of.register
def _(declared: inspect.TupleType, path: str) -> tuple[object, ...]:
    return tuple(_of(each, f"{path} {nth}") for nth, each in enumerate(declared.item_types, start=1))


@_of.register
def _(declared: inspect.DictType, path: str) -> dict[object, object]:
    return {_of(declared.key_type, f"{path} key"): _of(declared.value_type, f"{path} value")}


def _number(path: str) -> int:
    return int.from_bytes(sha256(path.encode()).digest()[:4])


def _chosen(choices: Sequence[T], path: str) -> T:
    return choices[_number(path) % len(choices)]
