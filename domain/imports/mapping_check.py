"""The check of a mapping that is well formed: whether what it names exists, and what commands need is given."""

from collections.abc import Iterator
from io import BytesIO, TextIOWrapper
from typing import Any

from msgspec import NODEFAULT
from msgspec.structs import fields as struct_fields

from domain.decisions.command import Command
from domain.decisions.partnerships import FormPartnership
from domain.decisions.registries import RegisterParty
from domain.expectations import did_you_mean
from domain.imports.dates import form_faults
from domain.imports.mapping import PARTIES_OF_PARTNERSHIP, Mapping, RowKind, RowPart
from domain.imports.mapping_cells import Cell, ConstantCell, PartyCell, ShareCell, ThingCell, cells_within
from domain.structs import NotAsDeclared, read_value
from domain.values import Currency, ImpossibleDateError, When, first_instant, is_over_before
from domain.vocabulary import SharingKind


def mapping_faults(mapping: Mapping) -> list[str]:
    """Everything in the mapping that cannot work."""
    return [*_whole(mapping), *_parties(mapping), *(fault for kind in mapping.rows for fault in _kind(mapping, kind))]


def _whole(mapping: Mapping) -> Iterator[str]:
    yield from _kinds(mapping)
    if mapping.since is not None and not _is_date(mapping.since):
        yield "since: must be a year, a month or a day"
    if not _fits(mapping.currency, Currency):
        yield "currency: must be three capital letters, such as GBP"
    if not _is_encoding(mapping.encoding):
        yield f"encoding: {mapping.encoding!r} is none that is known, such as utf-8-sig or windows-1252"
    since = mapping.since if mapping.since is not None and _is_date(mapping.since) else None
    for form in mapping.dates:
        yield from (f"dates: the form {form!r} cannot be used: {fault}" for fault in form_faults(form, since))
    yield from _coverage(mapping)
    for table in sorted(mapping.tables_used() - set(mapping.tables)):
        yield f"tables.{table}: is used but not given"


def _kinds(mapping: Mapping) -> Iterator[str]:
    if not mapping.rows:
        yield "rows: say at least one kind of row"
    names = [kind.name for kind in mapping.rows]
    if len(set(names)) < len(names):
        yield "rows: two kinds of row have the same name"
    whole = {kind.name for kind in mapping.rows if kind.in_rows_of is None}
    for kind in mapping.rows:
        if kind.in_rows_of is not None and kind.in_rows_of not in whole:
            yield f"rows {kind.name}: in_rows_of must name another kind of row that has files of its own"


def _coverage(mapping: Mapping) -> Iterator[str]:
    rule = mapping.covers
    if rule is None:
        return
    if mapping.partnership is None:
        yield "covers: only what is recorded in a partnership can be covered; add [partnership] or leave this out"
    for kind in (each for each in rule.kinds if each not in set(SharingKind)):
        hint = did_you_mean(kind, SharingKind)
        yield f"covers: there is no kind {kind!r}; {hint}there are {', '.join(SharingKind)}"
    for name in (each for each in rule.parties if each not in {*mapping.parties, *PARTIES_OF_PARTNERSHIP}):
        yield f"covered_parties: {_no_party(mapping, name)}"
    days = {"covered_from": rule.covered_from, "covered_until": rule.covered_until}
    wrong = [name for name, day in days.items() if day is not None and not _is_date(day)]
    yield from (f"{name}: must be a year, a month or a day" for name in wrong)
    if not wrong and rule.covered_from and rule.covered_until and is_over_before(rule.covered_until, rule.covered_from):
        yield "covered_until: lies before covered_from"


def _is_date(text: str) -> bool:
    try:
        return _fits(text, When) and bool(first_instant(text))
    except ImpossibleDateError:
        return False


def _is_encoding(name: str) -> bool:
    """Whether a name is that of an encoding of text; some codecs of Python are none."""
    try:
        TextIOWrapper(BytesIO(), encoding=name)
    except (LookupError, ValueError):
        return False
    return True


def _parties(mapping: Mapping) -> Iterator[str]:
    for name in sorted(set(mapping.parties) & set(PARTIES_OF_PARTNERSHIP)):
        yield f"parties.{name}: this is the name of a party that every partnership has; choose another"
    for name, party in mapping.parties.items():
        if party.party_id is None:
            yield from _fields(f"parties.{name}", RegisterParty, party.fields)
    rule = mapping.partnership
    if rule is None:
        return
    if rule.partnership_id is None:
        yield from _fields("partnership", FormPartnership, rule.fields)
    elif rule.members:
        yield "partnership.members: a partnership that exists has its members already; leave them out"
    for member in sorted(set(rule.members) - set(mapping.parties)):
        yield f"partnership.members: {_no_party(mapping, member)}"


def _no_party(mapping: Mapping, name: str) -> str:
    hint = did_you_mean(name, (*mapping.parties, *PARTIES_OF_PARTNERSHIP))
    return f"there is no party {name}{f': {hint.strip()}' if hint else ''}"


def _kind(mapping: Mapping, kind: RowKind) -> Iterator[str]:
    at = f"rows.{kind.name}"
    if not kind.identified_by:
        yield f"{at}.identified_by: say which columns tell one row from another"
    if not kind.parts:
        yield f"{at}.record: say at least one thing that a row records"
    earlier = _names_before(mapping, kind)
    for parent, columns in kind.parents.items():
        if parent not in earlier:
            yield f"{at}.parents.{parent}: no kind of row of that name comes before this one"
        elif len(columns) != len(mapping.kind(parent).identified_by):
            yield f"{at}.parents.{parent}: must name as many columns as identify a row of that kind, in its order"
    names = [part.name for part in kind.parts]
    if len(set(names)) < len(names):
        yield f"{at}.record: two parts have the same name"
    for index, part in enumerate(kind.parts):
        yield from _part(mapping, kind, part, f"{at}.{part.name}", names[:index])
    if mapping.partnership is None and len(kind.parts) > 1:
        yield f"{at}.record: outside a partnership a row records one thing only"


def _names_before(mapping: Mapping, kind: RowKind) -> list[str]:
    names = [each.name for each in mapping.rows]
    return names[: names.index(kind.name)]


def _part(mapping: Mapping, kind: RowKind, part: RowPart, at: str, before: list[str]) -> Iterator[str]:
    yield from _fields(at, part.command, kind.fields_of(part))
    if part.command.within_partnership and mapping.partnership is None:
        yield f"{at}.command: this is said within a partnership; add [partnership] to the mapping"
    if part.word is not None and part.word not in {*mapping.parties, *PARTIES_OF_PARTNERSHIP}:
        yield f"{at}.word: {_no_party(mapping, part.word)}"
    for name, cell in part.fields.items():
        yield from (f"{at}.fields.{name}: {fault}" for fault in _cell(mapping, kind, cell, before))
    for condition in part.when:
        if condition.made is not None:
            yield from (f"{at}.when: {fault}" for fault in _made(mapping, kind, condition.made, before))


def _cell(mapping: Mapping, kind: RowKind, cell: Cell, before: list[str]) -> Iterator[str]:
    for inner in cells_within(cell):
        if isinstance(inner, PartyCell) and inner.party not in {*mapping.parties, *PARTIES_OF_PARTNERSHIP}:
            yield _no_party(mapping, inner.party)
        elif isinstance(inner, PartyCell) and inner.party in PARTIES_OF_PARTNERSHIP and mapping.partnership is None:
            yield f"{inner.party} stands only in a partnership"
        elif isinstance(inner, ThingCell):
            yield from _made(mapping, kind, inner, before)
        elif isinstance(inner, ShareCell):
            yield from _made(mapping, kind, inner.of, before)
            if not inner.of.parent:
                yield "a share is one of an amount in a parent row: write parent.part"


def _made(mapping: Mapping, kind: RowKind, reference: ThingCell, before: list[str]) -> Iterator[str]:
    if not reference.parent:
        if reference.part not in before:
            yield f"no part named {reference.part} comes before this one"
        return
    if reference.parent not in kind.parents:
        yield f"{reference.parent} is not a parent of this kind of row"
    elif reference.part not in {part.name for part in mapping.kind(reference.parent).parts}:
        yield f"a row of kind {reference.parent} has no part {reference.part}"


def _fields(at: str, command: type[Command], cells: dict[str, Cell]) -> Iterator[str]:
    if command is Command:
        return
    declared = {field.name: field for field in struct_fields(command)}
    for name in sorted(set(cells) - set(declared)):
        hint = did_you_mean(name, declared)
        yield f"{at}: {hint}{command.__name__} has no field {name}; it has {', '.join(sorted(declared))}"
    for name, field in declared.items():
        cell = cells.get(name)
        if cell is None and field.default is NODEFAULT and field.default_factory is NODEFAULT:
            yield f"{at}: {name} must be given"
        if isinstance(cell, ConstantCell) and not _fits(cell.value, field.type):
            yield f"{at}.{name}: {cell.value!r} will not do: {_reason(cell.value, field.type)}"


def _fits(value: object, kind: Any) -> bool:  # noqa: ANN401 - a type
    return not _reason(value, kind)


def _reason(value: object, kind: Any) -> str:  # noqa: ANN401 - a type
    try:
        read_value(value, kind)
    except NotAsDeclared as error:
        return "; ".join(each.detail for each in error.faults)
    return ""
