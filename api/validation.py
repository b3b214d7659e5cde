"""Reading what was sent: bytes to JSON, JSON to a declared struct, naming every fault by its place.

msgspec stops at the first fault, so a struct is walked field by field and msgspec judges the leaves.
"""

import json
import math
import types
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Final, NoReturn, TypeVar, Union, cast, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Struct
from msgspec.structs import fields as struct_fields

from api.problems import Fault, Problem

BODY_BYTES: Final = 1_000_000
NESTING: Final = 30
_SHOWN: Final = 12

S = TypeVar("S", bound=Struct)
JsonObject = dict[str, Any]


def read_object(data: bytes) -> JsonObject:
    """Read one JSON object. Raises Problem 400 for anything that is not plainly one."""
    try:
        found = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise Problem("unreadable", "The body is not valid UTF-8.") from None
    except RecursionError:
        raise Problem("unreadable", f"The body is nested more than {NESTING} levels deep.") from None
    except json.JSONDecodeError as error:
        raise Problem(
            "unreadable", f"The body is not valid JSON: it breaks off at line {error.lineno}, column {error.colno}."
        ) from None
    except ValueError:
        raise Problem("unreadable", "The body holds a number that is too long.") from None
    _must_be_plain(found, 1)
    if not isinstance(found, dict):
        raise Problem("unreadable", "The body is not a JSON object.")
    return found


def _once(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Problem("unreadable", "The body gives the same key twice in one object.")
    return found


def _no_constant(name: str) -> NoReturn:
    raise Problem("unreadable", f"The body holds {name}, which is not a JSON number.")


def _must_be_plain(value: object, level: int) -> None:
    """Refuse what JSON can write and nobody can store: endless nesting and numbers, half characters."""
    if level > NESTING:
        raise Problem("unreadable", f"The body is nested more than {NESTING} levels deep.")
    match value:
        case dict():
            for name, each in value.items():
                _must_be_plain(name, level)
                _must_be_plain(each, level + 1)
        case list():
            for each in value:
                _must_be_plain(each, level + 1)
        case float() if not math.isfinite(value):
            raise Problem("unreadable", "The body holds a number that is too large.")
        case str():
            try:
                value.encode()
            except UnicodeEncodeError:
                raise Problem("unreadable", "The body holds half of a character pair, which is not Unicode.") from None


def read_struct(given: Mapping[str, object], struct: type[S]) -> S:
    """Make a struct of what was sent in a body. Raises Problem 422 naming every fault by JSON pointer."""
    faults = list(_in_object(given, struct, "#", strict=True))
    if not faults:
        try:
            return msgspec.convert(given, struct)
        except msgspec.ValidationError as error:  # a rule that no single field breaks
            faults.append(Fault(code="wrong-type", detail=str(error), pointer="#"))
    raise invalid(faults)


def invalid(faults: Sequence[Fault]) -> Problem:
    """Say what is wrong with a body that was understood."""
    return Problem("invalid", _counted(faults), faults)


def read_query(pairs: list[tuple[str, str]], struct: type[S]) -> S:
    """Make a struct of query parameters; those that take a list are repeated for it.

    Raises Problem 400 naming every fault and the parameters there are.
    """
    lists = {field.encode_name for field in struct_fields(struct) if _shape(field.type).item is not None}
    names = [name for name, _ in pairs]
    given: dict[str, object] = dict(pairs)
    given |= {name: [each for its, each in pairs if its == name] for name in lists.intersection(names)}
    repeated = {name for name in names if names.count(name) > 1} - lists
    faults = [Fault(code="repeated", detail="give it once", parameter=name) for name in sorted(repeated)]
    for fault in _in_object(given, struct, "", strict=False):
        name = str(fault.pointer).removeprefix("/").replace("~1", "/").replace("~0", "~")
        name = next((each for each in lists if name.startswith(f"{each}/")), name)
        if fault.code == "unknown-field":
            faults.append(Fault(code="unknown-parameter", detail="there is no such parameter", parameter=name))
        else:
            faults.append(Fault(code=fault.code, detail=fault.detail, parameter=name))
    if not faults:
        return msgspec.convert(given, struct, strict=False)
    allowed = ", ".join(field.encode_name for field in struct_fields(struct)) or "none"
    raise Problem("invalid-query", f"{_counted(faults)} Parameters here: {allowed}.", faults)


def _counted(faults: Sequence[Fault]) -> str:
    if len(faults) == 1:
        where = faults[0].pointer or faults[0].parameter
        return f"{where}: {faults[0].detail}."
    return f"{len(faults)} things are wrong; each is listed in errors."


# The walk


def _in_object(given: Mapping[str, object], struct: type[Struct], at: str, *, strict: bool) -> Iterator[Fault]:
    declared = {field.encode_name: field for field in struct_fields(struct)}
    for name in given:
        if name not in declared:
            known = ", ".join(declared) or "none"
            yield Fault(
                code="unknown-field", detail=f"there is no such field; there are: {known}", pointer=_at(at, name)
            )
    for name, field in declared.items():
        if name in given:
            yield from _in_value(given[name], field.type, _at(at, name), strict=strict)
        elif field.default is NODEFAULT and field.default_factory is NODEFAULT:
            yield Fault(code="missing", detail="it must be given", pointer=_at(at, name))


def _at(at: str, name: str) -> str:
    return f"{at}/{name.replace('~', '~0').replace('/', '~1')}"


def _in_value(value: object, annotation: object, at: str, *, strict: bool) -> Iterator[Fault]:
    shape = _shape(annotation)
    if isinstance(value, dict) and shape.struct is not None:
        yield from _in_object(value, shape.struct, at, strict=strict)
    elif isinstance(value, list) and shape.item is not None:
        yield from _of_leaf([None] * len(value), shape.lengths, at, described=annotation)
        for index, each in enumerate(value):
            yield from _in_value(each, shape.item, f"{at}/{index}", strict=strict)
    else:
        yield from _of_leaf(value, annotation, at, strict=strict)


def _of_leaf(
    value: object, annotation: object, at: str, *, strict: bool = True, described: object = None
) -> Iterator[Fault]:
    try:
        msgspec.convert(value, cast("Any", annotation), strict=strict)
    except msgspec.ValidationError as error:
        kind = _expectation(described or annotation)
        yield Fault(code=_code(str(error), value), detail=f"give {kind}", pointer=at)


def _code(message: str, value: object) -> str:
    if "enum value" in message:
        return "not-in-list"
    if "to match" in message or "matching" in message or "length" in message or ("`" in message and "=" in message):
        return "out-of-bounds"
    return "wrong-type" if not (isinstance(value, str) and message.startswith("Invalid")) else "out-of-bounds"


class _Shape(Struct, frozen=True):
    """How to walk a value of some annotation: into a struct, into items, or not at all."""

    struct: type[Struct] | None = None
    item: Any = None
    lengths: Any = None


@cache
def _shape(annotation: object) -> _Shape:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *metas = get_args(annotation)
        found = _shape(inner)
        if found.item is None:
            return found
        return _Shape(item=found.item, lengths=Annotated[tuple[None, ...], *metas])
    if origin in (Union, types.UnionType):
        shapes = [_shape(each) for each in get_args(annotation)]
        return _Shape(
            struct=next((each.struct for each in shapes if each.struct), None),
            item=next((each.item for each in shapes if each.item is not None), None),
            lengths=tuple[None, ...],
        )
    if origin is tuple:
        return _Shape(item=get_args(annotation)[0], lengths=tuple[None, ...])
    return _Shape(struct=annotation) if isinstance(annotation, type) and issubclass(annotation, Struct) else _Shape()


# What is expected, in words


@cache
def _expectation(annotation: object) -> str:
    """Say in words what a value must be, from its schema."""
    (schema,), components = msgspec.json.schema_components((annotation,), ref_template="{name}")
    return _in_words(schema, components)


def _in_words(schema: Mapping[str, Any], components: Mapping[str, Mapping[str, Any]]) -> str:
    if "$ref" in schema:
        schema = components[schema["$ref"]]
    if "anyOf" in schema:
        arms = [_in_words(each, components) for each in schema["anyOf"] if each.get("type") != "null"]
        return ", or ".join(dict.fromkeys(arms))
    if "enum" in schema:
        listed = [str(each) for each in schema["enum"] if each is not None]
        more = f" (and {len(listed) - _SHOWN} more, see the API description)" if len(listed) > _SHOWN else ""
        return f"one of: {', '.join(listed[:_SHOWN])}{more}"
    return _plainly(schema)


def _plainly(schema: Mapping[str, Any]) -> str:
    match schema.get("type"):
        case "string":
            return _text(schema)
        case "integer":
            return "a whole number" + _bounds(schema, "minimum", "maximum")
        case "number":
            return "a number" + _bounds(schema, "minimum", "maximum")
        case "boolean":
            return "true or false"
        case "array":
            return "a list" + _bounds(schema, "minItems", "maxItems", " with ", " items")
        case _:
            return "an object" + (f" with {', '.join(schema['required'])}" if schema.get("required") else "")


def _text(schema: Mapping[str, Any]) -> str:
    match schema.get("format"):
        case "uuid":
            return "an id (UUID)"
        case "date":
            return "a date such as 2026-03-27"
        case "date-time":
            return "an instant such as 2026-03-27T19:00:00Z"
    length = _bounds(schema, "minLength", "maxLength", " of ", " characters")
    pattern = schema.get("pattern")
    if not pattern or pattern == r"\S":
        return f"text{length}" + (", not only spaces" if pattern else "")
    examples = schema.get("examples")
    return f"text like {' or '.join(map(str, examples))}" if examples else f"text{length} matching {pattern}"


def _bounds(schema: Mapping[str, Any], low: str, high: str, before: str = " ", unit: str = "") -> str:
    least = schema.get(low, schema.get(f"exclusive{low.capitalize()}"))
    most = schema.get(high, schema.get(f"exclusive{high.capitalize()}"))
    if least is not None and most is not None:
        return f"{before}{least} to {most}{unit}" if before.strip() else f" from {least} to {most}{unit}"
    if least is not None:
        return f"{before}at least {least}{unit}"
    return f"{before}at most {most}{unit}" if most is not None else ""
