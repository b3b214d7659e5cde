"""JSON Schema (2020-12) of every event body, with each field explained in the words of the glossary."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

import msgspec
from msgspec import Struct

from domain.events.declaration import Declaration, declarations
from domain.events.glossary import GLOSSARY
from domain.vocabulary import CodeList

Schema = dict[str, Any]

_DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"


def all_schemas(ref_template: str = "#/components/schemas/{name}") -> tuple[dict[str, Schema], dict[str, Schema]]:
    """References to the schemas of events, by stored name, and the components that they refer to, by class name."""
    declared = declarations()
    refs, components = _explained([each.body for each in declared], ref_template)
    return {each.name: ref for each, ref in zip(declared, refs, strict=True)}, components


def body_schema(declaration: Declaration) -> Schema:
    """The schema of one event's body as a document of its own."""
    (ref,), components = _explained([declaration.body], "#/$defs/{name}")
    title = f"{declaration.name} version {declaration.version}"
    return {"$schema": _DIALECT, "title": title, **ref, "$defs": components}


def _explained(bodies: Sequence[type[Struct]], ref_template: str) -> tuple[tuple[Schema, ...], dict[str, Schema]]:
    refs, components = msgspec.json.schema_components(bodies, ref_template=ref_template)
    for struct in structs_of(*bodies):
        _explain(struct, components[struct.__name__])
    keep_order(components)
    return refs, components


def keep_order(components: Mapping[str, Schema]) -> None:
    """Order the codes of every list as it declares them, which is often from less to more."""
    for name, schema in components.items():
        for codes in CodeList.__subclasses__():
            if codes.__name__ == name.rpartition(".")[2] and set(schema.get("enum", ())) == {*codes}:
                schema["enum"] = [code.value for code in codes]


def structs_of(*types: type[Struct]) -> tuple[type[Struct], ...]:
    """These types and every struct nested in them, each once."""
    return tuple(dict.fromkeys(struct for each in types for struct in _structs_in(each)))


@cache
def _structs_in(root: type[Struct]) -> tuple[type[Struct], ...]:
    return tuple(_walk(msgspec.inspect.type_info(root)))


def _walk(described: object) -> Iterator[type[Struct]]:
    match described:
        case msgspec.inspect.StructType(cls=struct, fields=fields):
            yield struct
            for field in fields:
                yield from _walk(field.type)
        case msgspec.inspect.Metadata(type=inner) | msgspec.inspect.VarTupleType(item_type=inner):
            yield from _walk(inner)
        case msgspec.inspect.UnionType(types=arms) | msgspec.inspect.TupleType(item_types=arms):
            for item_type in arms:
                yield from _walk(item_type)


def _explain(struct: type[Struct], schema: Schema) -> None:
    """Add the glossary's words to the schema of a struct, whether it is an object or written as an array."""
    if "properties" in schema:
        for name, of_field in schema["properties"].items():
            of_field["description"] = GLOSSARY[name]
        return
    items = schema["prefixItems"][-len(struct.__struct_fields__) :]
    for name, of_field in zip(struct.__struct_fields__, items, strict=True):
        of_field |= {"title": name, "description": GLOSSARY[name]}
