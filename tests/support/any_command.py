"""Hypothesis strategies for commands, built from their types: well-typed, and about things that may exist."""

from collections.abc import Sequence
from functools import cache
from uuid import UUID

from hypothesis import strategies as st
from msgspec import inspect

from domain.decisions.command import Command
from domain.values import When
from tests.support.any_event import strategy_of
from tests.support.small_world import AMINA, BEN, GONE, STRANGER

MANY = 2
TIMES = st.sampled_from(
    [
        *("2026", "2026-03", "2026-03-14", "2026-11-23", "2019", "2026-03-14T19:00:00Z", "2025-12-31T23:59:59+01:00"),
        *("2026-12-25", "2027", "2026-13", "2026-02-30", "0000", "0001", "9999", "9999-12-31", "9999-12-31T23:59:59Z"),
    ]
)
PEOPLE = st.sampled_from([AMINA, BEN, GONE, STRANGER, "person-nobody"])
WORDS = st.text(max_size=20).map(lambda text: text + "x")
NAMES = st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=20).map(lambda text: text + "x")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | WORDS | TIMES | PEOPLE,
    lambda inner: st.lists(inner, max_size=MANY) | st.dictionaries(WORDS, inner, max_size=MANY),
    max_leaves=5,
)


@cache
def order_of(command: type[Command], ids: tuple[UUID, ...], names: tuple[str, ...]) -> st.SearchStrategy[Command]:
    """Commands of one type, about these ids; corrections change fields of these names."""
    return _of(inspect.type_info(command), ids, names)


def _of(declared: inspect.Type, ids: Sequence[UUID], names: Sequence[str]) -> st.SearchStrategy:
    match declared:
        case inspect.Metadata(extra_json_schema={"x-refers-to": "person"}):
            strategy = PEOPLE
        case inspect.Metadata() if declared == inspect.type_info(When):
            strategy = TIMES
        case inspect.Metadata(extra_json_schema={"x-text": "code" | "name" as form, "pattern": pattern}):
            strategy = NAMES if form == "name" else st.from_regex(pattern, fullmatch=True)
        case inspect.Metadata(type=inner, extra_json_schema=schema) if not (schema or {}).get("examples"):
            strategy = _of(inner, ids, names)
        case inspect.UUIDType():
            strategy = st.sampled_from(ids)
        case inspect.StructType(cls=cls, fields=fields):
            strategy = st.builds(cls, **{field.name: _of(field.type, ids, names) for field in fields})
        case inspect.UnionType(types=types):
            strategy = st.one_of(*(_of(each, ids, names) for each in types))
        case inspect.VarTupleType(item_type=item, min_length=least):
            strategy = st.lists(_of(item, ids, names), min_size=least or 0, max_size=MANY).map(tuple)
        case inspect.DictType(value_type=inspect.AnyType()):
            values = JSON | st.sampled_from(ids).map(str) | st.lists(st.sampled_from(ids).map(str), max_size=MANY)
            strategy = st.dictionaries(st.sampled_from(names), values, max_size=MANY)
        case _:
            strategy = strategy_of(declared)
    return strategy
