"""Expectations of a value, in words, made from its schema; and the nearest word to one that does not fit."""

import difflib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Final, TypeAlias

import msgspec

_CLOSE: Final = 0.6
_LONGEST_GUESS: Final = 60

TypeNotation: TypeAlias = object
"""A type as a declaration writes it: any that msgspec knows."""


def did_you_mean(word: str, words: Iterable[str]) -> str:
    """A question whether one of some words was meant, to set before a sentence; empty where none is near."""
    if len(word) > _LONGEST_GUESS:
        return ""
    spellings = {each.casefold().replace("_", "-"): each for each in words}
    near = difflib.get_close_matches(word.strip().casefold().replace("_", "-"), spellings, n=1, cutoff=_CLOSE)
    return f"did you mean {spellings[near[0]]}? " if near else ""


def instead_of(value: object, annotation: TypeNotation) -> str:
    """A question whether a code of the declared list was meant, to set before a sentence; empty where none is near."""
    if not isinstance(value, str):
        return ""
    codes = _codes(annotation)
    return did_you_mean(value, codes) if codes and value not in codes else ""


@cache
def _codes(annotation: TypeNotation) -> tuple[str, ...]:
    schema, components = _schema(annotation)
    arms = [_resolved(each, components) for each in _resolved(schema, components).get("anyOf", [schema])]
    return tuple(str(code) for arm in arms for code in arm.get("enum", ()) if code is not None)


@cache
def expectation(annotation: TypeNotation) -> str:
    """The expectation of a type, in words."""
    return _in_words(*_schema(annotation))


def _schema(annotation: TypeNotation) -> tuple[Mapping[str, Any], Mapping[str, Mapping[str, Any]]]:
    (schema,), components = msgspec.json.schema_components((annotation,), ref_template="{name}")
    return schema, components


def _resolved(schema: Mapping[str, Any], components: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    return components[schema["$ref"]] if "$ref" in schema else schema


def _in_words(schema: Mapping[str, Any], components: Mapping[str, Mapping[str, Any]]) -> str:
    schema = _resolved(schema, components)
    if "anyOf" in schema:
        arms = [_in_words(each, components) for each in schema["anyOf"] if each.get("type") != "null"]
        return ", or ".join(dict.fromkeys(arms))
    if "enum" in schema:
        return f"one of: {', '.join(str(each) for each in schema['enum'] if each is not None)}"
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
            bounds = _bounds(schema, "minProperties", "maxProperties", " with ", " fields")
            return "an object" + (f" with {', '.join(schema['required'])}" if schema.get("required") else bounds)


def _text(schema: Mapping[str, Any]) -> str:
    match schema.get("format"):
        case "uuid":
            return "an id (UUID)"
        case "date":
            return "a date such as 2026-03-27"
        case "date-time":
            return "an instant such as 2026-03-27T19:00:00Z, with its zone"
    length = _bounds(schema, "minLength", "maxLength", " of ", " characters")
    examples = schema.get("examples")
    if schema.get("x-text") in {"name", "text"}:
        return f"text{length}, not only spaces"
    if examples:
        return f"text like {' or '.join(map(str, examples))}"
    return f"text{length} matching {schema['pattern']}" if "pattern" in schema else f"text{length}"


def _bounds(schema: Mapping[str, Any], low: str, high: str, before: str = " ", unit: str = "") -> str:
    least = schema.get(low, schema.get(f"exclusive{low.capitalize()}"))
    most = schema.get(high, schema.get(f"exclusive{high.capitalize()}"))
    if least is not None and most is not None:
        return f"{before}{least} to {most}{unit}" if before.strip() else f" from {least} to {most}{unit}"
    if least is not None:
        return f"{before}at least {least}{unit}"
    return f"{before}at most {most}{unit}" if most is not None else ""
