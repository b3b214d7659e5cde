"""Pages about what can be recorded: events, vocabulary and data dictionary."""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from msgspec import Struct, inspect

from domain import vocabulary
from domain.events import Declaration, declarations
from domain.events.english import words
from domain.events.glossary import GLOSSARY
from domain.events.schema import structs_of
from domain.values import Plain, Sealed, When
from domain.vocabulary import KINDS_BY_SIDE, CodeList
from scripts.documentation.markdown import capital, link, page, table, title


def events_page() -> str:
    """Describe every event, by family, and the parts that events are made of."""
    lines = [
        *title("Events"),
        "Each entry is one kind of event. The sentence is what a timeline says: names in braces are fields, and what",
        "stands in square brackets is left out where a field is absent. Sealed fields hold names of people and free",
        "text; they are encrypted, each under a key of its own, and can be forgotten.",
        "",
    ]
    for family, members in groupby(declarations(), key=lambda declaration: declaration.family):
        lines += [f"## {capital(family.name)}", ""]
        lines += [f"Kept {family.purpose}. Lawful basis: {family.lawful_basis}. Retention: {family.retention}.", ""]
        for declaration in members:
            lines += _event(declaration)
    lines += ["## Parts of events", ""]
    for struct in _parts():
        lines += [f"### {struct.__name__}", "", _summary(struct), "", *_fields(struct)]
    return page(lines)


def _event(declaration: Declaration) -> Iterator[str]:
    partition_words = f"of its own, named by `{declaration.home}`" if declaration.home else "of the partnership"
    yield from (f"### {declaration.name}", "", declaration.question, "")
    yield f"* Sentence: `{declaration.sentence}`"
    yield f"* Version: {declaration.version}. Kept in the history {partition_words}."
    if declaration.about:
        yield f"* Continues what `{declaration.about}` names; without it the event is set aside."
    if declaration.sealed:
        yield f"* Sealed: {', '.join(f'`{name}`' for name in declaration.sealed)}."
    yield from ("", *_fields(declaration.body))


def _fields(struct: type[Struct]) -> Iterator[str]:
    described = inspect.type_info(struct)
    assert isinstance(described, inspect.StructType)  # noqa: S101 - every struct is described as one
    rows = [
        (f"`{field.name}`", _type(field.type), "yes" if field.required else "", GLOSSARY[field.name])
        for field in described.fields
    ]
    yield from table(("Field", "Type", "Required", "Meaning"), rows)


def vocabulary_page() -> str:
    """List every code, and the kinds of organisations and groups by the side they stand on."""
    lines = [*title("Vocabulary"), "A list may grow; a code is never reused with another meaning.", ""]
    lines += ["## Kinds by side", ""]
    rows = [(f"`{side}`", ", ".join(f"`{kind}`" for kind in kinds)) for side, kinds in KINDS_BY_SIDE.items()]
    lines += table(("Side", "Kinds"), rows)
    for codes in _code_lists():
        lines += [f"## {_heading(codes)}", "", _summary(codes), ""]
        lines += table(("Code", "In words"), [(f"`{code}`", words(code)) for code in codes])
    return page(lines)


def data_dictionary_page() -> str:
    """The fields by name: what each means, its types and where it is used."""
    types: dict[str, dict[str, None]] = {}
    users: dict[str, dict[str, None]] = {}
    names: dict[type[Struct], str] = {each.body: each.name for each in declarations()}
    for struct in (*names, *_parts()):
        described = inspect.type_info(struct)
        assert isinstance(described, inspect.StructType)  # noqa: S101 - every struct is described as one
        for field in described.fields:
            types.setdefault(field.name, {})[_type(field.type)] = None
            users.setdefault(field.name, {})[names.get(struct, struct.__name__)] = None
    rows = [(f"`{name}`", GLOSSARY[name], "; ".join(types[name]), ", ".join(users[name])) for name in sorted(types)]
    intro = "A field name means the same in every event that has it."
    return page([*title("Data dictionary"), intro, "", *table(("Field", "Meaning", "Type", "In"), rows)])


def _type(declared: inspect.Type) -> str:
    """The content of a field in words."""
    match declared:
        case inspect.Metadata(type=inner):
            return "year, month, day or instant" if declared == _WHEN else _type(inner)
        case inspect.UnionType(types=several):
            return " or ".join(dict.fromkeys(_type(each) for each in several if not _is_none(each)))
        case inspect.VarTupleType(item_type=inner):
            return f"list of {_type(inner)}"
        case inspect.TupleType(item_types=several):
            return f"{len(several)} of {_type(several[0])}"
        case inspect.DictType(key_type=key, value_type=value):
            return f"{_type(value)} by {_type(key)}"
        case _:
            return _simple_type(declared)


def _simple_type(declared: inspect.Type) -> str:
    match declared:
        case inspect.StructType(cls=struct):
            return "sealed text" if struct in {Plain, Sealed} else link("events.md", struct.__name__)
        case inspect.EnumType(cls=codes):
            return link("vocabulary.md", _heading(codes))
        case _:
            return _SIMPLE[type(declared)]


_WHEN: Final = inspect.type_info(When)
_SIMPLE: Final[dict[type[inspect.Type], str]] = {
    inspect.BoolType: "yes or no",
    inspect.BytesType: "bytes",
    inspect.DateType: "day",
    inspect.FloatType: "number",
    inspect.IntType: "whole number",
    inspect.StrType: "text",
    inspect.UUIDType: "id",
}


def _is_none(declared: inspect.Type) -> bool:
    return isinstance(declared, inspect.NoneType)


def _parts() -> tuple[type[Struct], ...]:
    bodies = [each.body for each in declarations()]
    return tuple(
        sorted({*structs_of(*bodies)} - {*bodies, Plain, Sealed}, key=lambda struct: struct.__name__),
    )


def _code_lists() -> list[type[CodeList]]:
    return [each for each in CodeList.__subclasses__() if each.__module__.startswith(f"{vocabulary.__name__}.")]


def _heading(codes: type) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", codes.__name__).capitalize()


def _summary(described: type) -> str:
    return " ".join((described.__doc__ or "").split())
