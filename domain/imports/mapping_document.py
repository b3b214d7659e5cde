"""The mapping that a document of TOML declares, with every fault of the document named at once."""

import tomllib
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from domain.decisions.command import Command, commands
from domain.expectations import did_you_mean
from domain.imports.mapping import (
    OTHERWISE,
    CoverageRule,
    Mapping,
    PartnershipRule,
    PartyRule,
    RefusalRule,
    RefusedSpelling,
    RowKind,
    RowPart,
    SpellingTable,
    folded_spelling,
)
from domain.imports.mapping_cell_reader import cell, cells, conditions
from domain.imports.mapping_check import mapping_faults
from domain.imports.toml_document import MappingFaulty, TomlTable

_SHIPPED: Final = files("domain.imports") / "mappings"


def shipped_mappings() -> list[str]:
    """The names of the mappings that come with this release."""
    return sorted(each.name.removesuffix(".toml") for each in _SHIPPED.iterdir() if each.name.endswith(".toml"))


def find_mapping(name_or_path: str) -> Mapping:
    """Read a shipped mapping by name, or one of your own by path. Raises MappingFaulty."""
    if name_or_path in shipped_mappings():
        return read_mapping((_SHIPPED / f"{name_or_path}.toml").read_bytes())
    try:
        return read_mapping(Path(name_or_path).read_bytes())
    except OSError as error:
        detail = f"{name_or_path} cannot be read ({error.strerror}), nor is it one of {', '.join(shipped_mappings())}"
        raise MappingFaulty([detail]) from error


def read_mapping(source: bytes) -> Mapping:
    """Read a mapping from TOML. Raises MappingFaulty with everything that is wrong."""
    try:
        document = TomlTable(tomllib.loads(source.decode()))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MappingFaulty([f"it is not TOML: {error}"]) from error
    mapping = _mapping(document)
    document.done()
    faults = document.faults or mapping_faults(mapping)
    if faults:
        raise MappingFaulty(faults)
    return mapping


def _mapping(document: TomlTable) -> Mapping:
    return Mapping(
        id=document.text("id", required=True) or "",
        title=document.text("title", required=True) or "",
        currency=document.text("currency") or "GBP",
        encoding=document.text("encoding") or "utf-8-sig",
        dates=document.texts("dates") or ("%Y-%m-%d",),
        since=document.text("since"),
        values=document.named_tables("values", _table),
        tables=document.named_tables("tables", _table),
        partnership=_partnership(document.table("partnership")) if "partnership" in document else None,
        parties=document.named_tables("parties", _party),
        covers=_coverage(document),
        rows=tuple(_row_kind(each) for each in document.tables("rows")),
    )


def _coverage(document: TomlTable) -> CoverageRule | None:
    """The coverage of the files, where the mapping says anything of it: `covers = []` says that they cover nothing."""
    parties = document.texts("covered_parties")
    covered_from, covered_until = document.text("covered_from"), document.text("covered_until")
    if "covers" not in document:
        for field, value in (("parties", parties), ("from", covered_from), ("until", covered_until)):
            if value:
                document.fault(f"covered_{field}", "says of what is covered, so say in covers what that is")
        return None
    covers_nothing = document.raw("covers") == []
    return CoverageRule(
        kinds=() if covers_nothing else document.texts("covers"),
        parties=parties,
        covered_from=covered_from,
        covered_until=covered_until,
    )


def _table(document: TomlTable) -> SpellingTable:
    meanings = {key: _meaning(document, key) for key in document.names() if key != OTHERWISE}
    spelled = {folded_spelling(key): meaning for key, meaning in meanings.items()}
    if len(spelled) < len(meanings):
        document.fault("", "lists a spelling twice; capitals and outer spaces make no difference")
    otherwise = _meaning(document, OTHERWISE) if OTHERWISE in document else None
    document.done()
    return SpellingTable(spelled, otherwise)


def _meaning(document: TomlTable, key: str) -> str | RefusedSpelling:
    meaning = document.raw(key)
    if isinstance(meaning, str):
        return meaning
    if isinstance(meaning, dict) and isinstance(meaning.get("refuse"), str) and len(meaning) == 1:
        return RefusedSpelling(meaning["refuse"])
    document.fault(key, 'must be a text, or { refuse = "why" }')
    return ""


def _registered_id(document: TomlTable) -> UUID | None:
    text = document.text("id")
    try:
        return None if text is None else UUID(text)
    except ValueError:
        document.fault("id", "must be the id of what is registered already")
        return None


def _rest(document: TomlTable) -> dict[str, Any]:
    fields = {key: cell(document, key) for key in document.names() if key not in {"id", "per", "members"}}
    document.done()
    return fields


def _party(document: TomlTable) -> PartyRule:
    return PartyRule(party_id=_registered_id(document), per=document.text("per"), fields=_rest(document))


def _partnership(document: TomlTable) -> PartnershipRule:
    members = document.texts("members")
    partnership_id = _registered_id(document)
    return PartnershipRule(
        partnership_id=partnership_id, per=document.text("per"), members=members, fields=_rest(document)
    )


def _row_kind(document: TomlTable) -> RowKind:
    parents = document.table("parents")
    kind = RowKind(
        name=document.text("kind", required=True) or "",
        identified_by=document.texts("identified_by"),
        happened=cell(document, "happened") if "happened" in document else None,
        entered=cell(document, "entered") if "entered" in document else None,
        parents={name: parents.texts(name) for name in parents.names()},
        in_rows_of=document.text("in_rows_of"),
        refuse=tuple(_refusal(each) for each in document.tables("refuse")),
        parts=tuple(_part(each) for each in document.tables("record")),
    )
    document.done()
    return kind


def _refusal(document: TomlTable) -> RefusalRule:
    rule = RefusalRule(conditions(document), document.text("because", required=True) or "")
    document.done()
    return rule


def _part(document: TomlTable) -> RowPart:
    name = document.text("command", required=True) or ""
    command = commands().get(name)
    if command is None:
        hint = did_you_mean(name, commands())
        document.fault("command", f"there is no command {name!r}; {hint}there are {_listed(commands())}")
    part = RowPart(
        name=document.text("name", required=True) or "",
        command=command or Command,
        fields=cells(document.table("fields")),
        when=conditions(document),
        word=document.text("word"),
    )
    document.done()
    return part


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names))
