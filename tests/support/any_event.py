"""Hypothesis strategies for event bodies, built from the types: random in all that these leave open."""

from functools import singledispatch

from hypothesis import strategies as st
from msgspec import inspect

from domain.events import declarations
from domain.values import Plain

SMALL = 3


def body_of(event_type):
    """Sealed bodies of one type, as they are stored."""
    return strategy_of(inspect.type_info(event_type))


def any_body():
    return st.sampled_from(declarations()).flatmap(lambda declared: body_of(declared.body))


@singledispatch
def strategy_of(declared):
    return {
        inspect.BoolType: st.booleans(),
        inspect.BytesType: st.binary(max_size=40),
        inspect.DateType: st.dates(),
        inspect.NoneType: st.none(),
        inspect.UUIDType: st.uuids(),
    }[type(declared)]


@strategy_of.register
def _(declared: inspect.Metadata):
    """Where a pattern rules, one of its examples stands."""
    examples = (declared.extra_json_schema or {}).get("examples")
    return st.sampled_from(examples) if examples else strategy_of(declared.type)


@strategy_of.register
def _(declared: inspect.StructType):
    return st.builds(declared.cls, **{field.name: strategy_of(field.type) for field in declared.fields})


@strategy_of.register
def _(declared: inspect.UnionType):
    return st.one_of(*(strategy_of(each) for each in declared.types if getattr(each, "cls", None) is not Plain))


@strategy_of.register
def _(declared: inspect.VarTupleType):
    return st.lists(strategy_of(declared.item_type), min_size=declared.min_length or 0, max_size=SMALL).map(tuple)


@strategy_of.register
def _(declared: inspect.TupleType):
    return st.tuples(*map(strategy_of, declared.item_types))


@strategy_of.register
def _(declared: inspect.DictType):
    return st.dictionaries(strategy_of(declared.key_type), strategy_of(declared.value_type), max_size=SMALL)


@strategy_of.register
def _(declared: inspect.EnumType):
    return st.sampled_from(declared.cls)


@strategy_of.register
def _(declared: inspect.StrType):
    blank_or_not = st.text(max_size=min(declared.max_length or 50, 50) - 1)
    return blank_or_not.map(lambda text: text + "x")


@strategy_of.register
def _(declared: inspect.IntType):
    least, most = declared.ge, declared.le
    return st.integers(-(2**63) if least is None else least, 2**63 - 1 if most is None else most)


@strategy_of.register
def _(declared: inspect.FloatType):
    return st.floats(
        declared.ge if declared.gt is None else declared.gt,
        declared.le if declared.lt is None else declared.lt,
        exclude_min=declared.gt is not None,
        exclude_max=declared.lt is not None,
        allow_nan=False,
        allow_infinity=False,
    )
