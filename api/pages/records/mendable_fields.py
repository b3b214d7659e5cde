"""The fields of a record that a form can put right: texts, days, choices and amounts; and what was entered in them."""

import types
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from msgspec import NODEFAULT, Struct
from msgspec.structs import fields as struct_fields
from starlette.datastructures import ImmutableMultiDict

from api.pages.ground.entered_dates import entered_date
from api.pages.ground.entered_numbers import whole_number
from api.pages.ground.in_words import sentence_case
from api.pages.ground.page import FieldError, FormFields
from api.pages.records.field_labels import label_of
from api.reading.names_and_texts import ShownText
from domain.events import EventBody
from domain.events.declaration import claimed_times, declaration_of, declared
from domain.events.english import words
from domain.values import Money, decimals_of
from domain.vocabulary import CodeList

_PARTS: Final = ("year", "month", "day")
_DAY: Final = len("2026-03-27")
POUNDS: Final = "GBP"
WHEN, TEXT, LINE, CHOICE, MONEY = "when", "text", "line", "choice", "money"


class MendableField(Struct, frozen=True, kw_only=True):
    """One field that a form can put right: how it is entered, and whether it may be left empty."""

    name: str
    label: str
    entered_as: str
    is_optional: bool
    choices: tuple[tuple[str, str], ...] = ()
    currency: str = POUNDS
    """Of an amount: that in which it is on record."""

    @property
    def first_input(self) -> str:
        """The id of its first input."""
        return f"{self.name}-day" if self.entered_as == WHEN else self.name


def mendable_fields(event_name: str, body: Mapping[str, Any]) -> list[MendableField]:
    """The fields of a record that a form can put right; texts that this reader may not read are left out."""
    declaration = declared(event_name)
    hints = get_type_hints(declaration.body)
    return [
        MendableField(
            name=field.name,
            label=label_of(field.name),
            entered_as=entered_as,
            is_optional=field.default is not NODEFAULT,
            choices=_choices(hints[field.name]),
            currency=_currency(body.get(field.name)),
        )
        for field in struct_fields(declaration.body)
        if (entered_as := _entered_as(declaration.body, field.name, hints[field.name]))
        and _is_readable(body, field.name)
    ]


def _currency(value: object) -> str:
    return str(value["currency"]) if isinstance(value, Mapping) and "currency" in value else POUNDS


def _entered_as(event: type[EventBody], name: str, annotation: object) -> str:
    """How a field is entered; empty for one that no form puts right."""
    kinds = _kinds_in(annotation)
    if name in declaration_of(event).sealed:
        return TEXT
    if name in claimed_times(event) or date in kinds:
        return WHEN
    if any(isinstance(kind, type) and issubclass(kind, CodeList) for kind in kinds):
        return CHOICE
    if Money in kinds:
        return MONEY
    return LINE if str in kinds else ""


def _kinds_in(annotation: object) -> tuple[object, ...]:
    """The types that a field may hold; none for lists and the like."""
    if get_origin(annotation) in (Union, types.UnionType):
        return tuple(kind for member in get_args(annotation) for kind in _kinds_in(member))
    return () if get_origin(annotation) is not None else (annotation,)


def _choices(annotation: object) -> tuple[tuple[str, str], ...]:
    lists = [kind for kind in _kinds_in(annotation) if isinstance(kind, type) and issubclass(kind, CodeList)]
    return tuple((code.value, sentence_case(words(code))) for code in (lists[0] if lists else ()))


def _is_readable(body: Mapping[str, Any], name: str) -> bool:
    value = body.get(name)
    return not isinstance(value, ShownText) or value.text is not None


def as_recorded(fields: list[MendableField], body: Mapping[str, Any]) -> FormFields:
    """The form filled in as the record stands."""
    return FormFields(ImmutableMultiDict(dict(_inputs(fields, body))))


def _inputs(fields: list[MendableField], body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for field in fields:
        value = body.get(field.name)
        match value:
            case None:
                continue
            case ShownText():
                yield field.name, value.text or ""
            case {"minor_units": int(minor_units)}:
                yield field.name, str(Money(minor_units, field.currency).exact)
            case _ if field.entered_as == WHEN:
                parts = str(value)[:_DAY].split("-")
                for part, text in zip(_PARTS, parts, strict=False):
                    yield f"{field.name}-{part}", str(int(text))
            case _:
                yield field.name, str(value)


def read_changes(
    fields: list[MendableField], form: FormFields, recorded: FormFields
) -> tuple[dict[str, Any], list[FieldError]]:
    """The fields that read otherwise now than on record, as they should read, and what is wrong with them."""
    changes: dict[str, Any] = {}
    errors: list[FieldError] = []
    for field in fields:
        inputs = [f"{field.name}-{part}" for part in _PARTS] if field.entered_as == WHEN else [field.name]
        if all(_lines(form.one(each)) == _lines(recorded.one(each)) for each in inputs):
            continue
        value, error = _read(field, form)
        if error is None and value is None and not field.is_optional:
            error = FieldError(field.first_input, f"{field.label} must be answered")
        if error is not None:
            errors.append(error)
        else:
            changes[field.name] = value
    return changes, errors


def _read(field: MendableField, form: FormFields) -> tuple[Any, FieldError | None]:
    if field.entered_as == WHEN:
        entered = entered_date(form, field.name, field.label)
        return entered.when, entered.fault
    text = _lines(form.one(field.name))
    if not text or field.entered_as != MONEY:
        return text or None, None
    return _read_money(field, text)


def _read_money(field: MendableField, text: str) -> tuple[Any, FieldError | None]:
    """An amount in the field's currency: whole, or with all the decimals that it has."""
    decimals = decimals_of(field.currency)
    whole, _, part = text.replace(",", "").removeprefix("\N{POUND SIGN}").strip().partition(".")
    minor_units = whole_number(f"{whole}{part:0<{decimals}}")
    if minor_units is None or whole_number(whole) is None or len(part) not in {0, decimals}:
        example = f"600 or 193.{'5417'[:decimals]}" if decimals else "600"
        return None, FieldError(field.name, f"{field.label} must be an amount of money, like {example}")
    return {"minor_units": minor_units, "currency": field.currency}, None


def _lines(text: str) -> str:
    """A text with the line ends that it is kept with: browsers send others."""
    return text.replace("\r\n", "\n")
