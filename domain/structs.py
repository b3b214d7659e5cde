"""The reader that turns data into declared structs: it names every fault by its place, and tidies texts as it goes.

msgspec stops at the first fault, so a struct is walked field by field and msgspec judges the leaves. The expressions
and forms of texts are judged here alone: stored events are decoded by the same declarations without them, so that
what was once accepted decodes for ever.
"""

import operator
import re
import types
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial, reduce
from typing import Annotated, Any, Final, TypeVar, Union, cast, get_args, get_origin

import msgspec
from msgspec import NODEFAULT, Meta, Struct
from msgspec.structs import fields as struct_fields
from msgspec.structs import replace

from domain.errors import FolkmootError
from domain.expectations import TypeNotation, did_you_mean, expectation, instead_of
from domain.text import TextForm, UnfitText, tidied

MOST_FAULTS: Final = 100
"""The most faults that are named; of the others only their number is kept."""

_LONGEST_NAME: Final = 4_000
_NAMES: Final = frozenset({TextForm.NAME, TextForm.NAME_AS_SENT})
S = TypeVar("S", bound=Struct)


class FieldFault(Struct, frozen=True):
    """A fault of a field: its code, a sentence, and its place (a JSON pointer)."""

    code: str
    detail: str
    pointer: str


class FieldFaults:
    """The first faults found, and how many there are in all."""

    def __init__(self) -> None:
        self.first: list[FieldFault] = []
        self.in_all = 0

    def add(self, code: str, at: str, detail: Callable[[], str]) -> None:
        """Note a fault; its sentence is made only if it is among those that are named."""
        self.in_all += 1
        if len(self.first) < MOST_FAULTS:
            self.first.append(FieldFault(code, detail(), at))


class NotAsDeclared(FolkmootError, ValueError):
    """Data that does not fit its declaration; `faults` names what to mend."""

    def __init__(self, faults: FieldFaults) -> None:
        super().__init__("; ".join(f"{each.pointer}: {each.detail}" for each in faults.first))
        self.faults = faults.first
        self.in_all = faults.in_all


def takes_list(annotation: TypeNotation) -> bool:
    """A list can stand where the annotation does."""
    return _shape(annotation).item is not None


def prepared(*kinds: TypeNotation) -> None:
    """Build what msgspec keeps of types and of all that is nested in them.

    Several threads that need it for the first time at once end the process: so it is built where types are declared.
    """
    for kind in kinds:
        msgspec.json.Decoder(kind)


def read(data: Mapping[str, object], struct: type[S]) -> S:
    """A struct made of plain data, its texts tidied. Raises NotAsDeclared with every fault."""
    message = ""
    for judges_leaves in (False, True):  # most data is without fault, and judged once, as a whole
        reader = _Reader(strict=True, judges_leaves=judges_leaves)
        tidy = reader.fields(data, struct, "#")
        if not reader.faults.in_all:
            try:
                return msgspec.convert(tidy, struct)
            except msgspec.ValidationError as error:
                message = str(error)
    if not reader.faults.in_all:  # a rule that no single field breaks
        _note(reader.faults, "wrong-type", "#", message)
    raise NotAsDeclared(reader.faults)


def read_texts(texts: Mapping[str, object], struct: type[S]) -> S:
    """A struct made of texts, such as those of a query, where numbers are written out. Raises NotAsDeclared.

    No text stands for None: a field that has no value is left out.
    """
    reader = _Reader(strict=False)
    values = reader.fields(texts, struct, "")
    if reader.faults.in_all:
        raise NotAsDeclared(reader.faults)
    names = {encoded: field.name for encoded, field in _declared(struct).items()}
    return struct(**{names[name]: value for name, value in values.items()})


def read_value(value: object, annotation: TypeNotation, at: str = "#") -> object:
    """A value made of plain data, as a field so declared would hold it. Raises NotAsDeclared."""
    reader = _Reader(strict=True)
    tidy = reader.value(value, annotation, at)
    if reader.faults.in_all:
        raise NotAsDeclared(reader.faults)
    return msgspec.convert(tidy, annotation)


class _Reader:
    """Walks data beside its declaration; the result is tidy where no fault was noted.

    A reader that does not judge leaves notes fields that are unknown or missing and texts that are unfit, and no more.
    """

    def __init__(self, *, strict: bool, judges_leaves: bool = True) -> None:
        self.faults = FieldFaults()
        self._strict = strict
        self._judges_leaves = judges_leaves

    def fields(self, data: Mapping[str, object], struct: type[Struct], at: str) -> dict[str, object]:
        declared = _declared(struct)
        for name in data.keys() - declared.keys():
            self.faults.add("unknown-field", _at(at, name), partial(_unknown, name, declared))
        values: dict[str, object] = {}
        for name, field in declared.items():
            if name in data:
                values[name] = self._shaped(data[name], field.shape, f"{at}{field.step}")
            elif field.is_required:
                _note(self.faults, "missing", f"{at}{field.step}", "it must be given")
        return values

    def value(self, value: object, annotation: TypeNotation, at: str) -> object:
        return self._shaped(value, _shape(annotation), at)

    def _shaped(self, value: object, shape: "_Shape", at: str) -> object:
        if shape.anything:
            return self._anything(value, at)
        if isinstance(value, dict) and shape.struct is not None:
            return self.fields(value, shape.struct, at)
        if isinstance(value, dict) and shape.entry is not None:
            return self._mapping(value, shape, shape.entry, at)
        if isinstance(value, list) and shape.item is not None:
            return self._list(value, shape, at)
        return self._leaf(value, shape, at)

    def _mapping(
        self, value: dict[str, object], shape: "_Shape", entry: tuple[TypeNotation, TypeNotation], at: str
    ) -> object:
        before = self.faults.in_all
        key_shape, value_shape = map(_shape, entry)
        tidy = {
            cast("str", self._leaf(key, key_shape, _at(at, key))): self._shaped(item, value_shape, _at(at, key))
            for key, item in value.items()
        }
        return tidy if self.faults.in_all > before else self._leaf(tidy, shape, at)

    def _list(self, value: list[object], shape: "_Shape", at: str) -> object:
        """A list; its length is judged first, and the items of one that is too long are not looked at."""
        before = self.faults.in_all
        self._judged([None] * len(value), shape.lengths, at, described=shape.annotation)
        if self.faults.in_all > before:
            return value
        item_shape = _shape(shape.item)
        items = [self._shaped(each, item_shape, f"{at}/{index}") for index, each in enumerate(value)]
        return items if self._strict else tuple(items)

    def _anything(self, value: object, at: str) -> object:
        match value:
            case str():
                return self._text(value, _ANY_TEXT, at)
            case list():
                return [self._anything(item, f"{at}/{index}") for index, item in enumerate(value)]
            case dict():
                return {
                    self._text(name, _ANY_LINE, _at(at, name)): self._anything(item, _at(at, name))
                    for name, item in value.items()
                }
            case _:
                return value

    def _leaf(self, value: object, shape: "_Shape", at: str) -> object:
        if not self._strict and isinstance(value, str) and value.casefold() == "null":
            _note(self.faults, "wrong-type", at, "leave it out: null stands for nothing here")
            return value
        rule = shape.text
        if isinstance(value, str) and rule is not None and (rule.form not in _NAMES or len(value) < _LONGEST_NAME):
            before = self.faults.in_all
            value = self._text(value, rule, at)
            if self.faults.in_all > before:
                return value
        if not self._judges_leaves:
            return value
        return self._judged(value, shape.annotation, at, described=shape.annotation)

    def _judged(self, value: object, annotation: TypeNotation, at: str, *, described: TypeNotation) -> object:
        try:
            kind = annotation if self._strict else _without_none(annotation)
            converted = msgspec.convert(value, kind, strict=self._strict)
        except msgspec.ValidationError as error:
            message = str(error)
            self.faults.add(_code(message, value), at, lambda: _give(value, described))
            return value
        return value if self._strict else converted

    def _text(self, value: str, rule: "_TextRule", at: str) -> str:
        try:
            text = tidied(value, rule.form)
        except UnfitText as error:
            _note(self.faults, "unfit-text", at, str(error))
            return value
        if rule.pattern is not None and not re.search(rule.pattern, text):
            self.faults.add("out-of-bounds", at, lambda: rule.hint(text) or f"give {expectation(rule.annotation)}")
        return text


@cache
def _declared(struct: type[Struct]) -> "dict[str, _Field]":
    """The fields of a struct by the names that data gives them; msgspec collects them anew at every call."""
    return {
        field.encode_name: _Field(
            name=field.name,
            shape=_shape(field.type),
            step=_at("", field.encode_name),
            is_required=field.default is NODEFAULT and field.default_factory is NODEFAULT,
        )
        for field in struct_fields(struct)
    }


def _note(faults: FieldFaults, code: str, at: str, detail: str) -> None:
    faults.add(code, at, lambda: detail)


def _unknown(name: str, declared: Iterable[str]) -> str:
    names = list(declared)
    return f"{did_you_mean(name, names)}there is no such field; there are: {', '.join(names) or 'none'}"


def _give(value: object, annotation: TypeNotation) -> str:
    return f"{instead_of(value, annotation)}give {expectation(annotation)}"


def _at(at: str, name: str) -> str:
    return f"{at}/{name.replace('~', '~0').replace('/', '~1')}"


def _code(message: str, value: object) -> str:
    if "enum value" in message:
        return "not-in-list"
    if "to match" in message or "matching" in message or "length" in message or ("`" in message and "=" in message):
        return "out-of-bounds"
    return "wrong-type" if not (isinstance(value, str) and message.startswith("Invalid")) else "out-of-bounds"


class _Shape(Struct, frozen=True):
    """The way to walk a value of some annotation: into a struct, into items or entries, or not at all.

    A text in its place follows the rule, if there is one.
    """

    annotation: Any = None
    text: "_TextRule | None" = None
    struct: type[Struct] | None = None
    item: Any = None
    lengths: Any = None
    entry: tuple[TypeNotation, TypeNotation] | None = None
    anything: bool = False


class _Field(Struct, frozen=True, kw_only=True):
    """A field of a struct: how its value is walked, its place below the struct, and whether it must be given."""

    name: str
    shape: _Shape
    step: str
    is_required: bool


@cache
def _shape(annotation: TypeNotation) -> _Shape:
    return replace(_walk(annotation), annotation=annotation, text=_text_rule(annotation))


def _walk(annotation: TypeNotation) -> _Shape:
    origin = get_origin(annotation)
    if annotation is Any:
        return _Shape(anything=True)
    if origin is Annotated:
        inner, *metas = get_args(annotation)
        shape = _shape(inner)
        if shape.item is None:
            return shape
        return _Shape(item=shape.item, lengths=Annotated[tuple[None, ...], *metas])
    if origin in (Union, types.UnionType):
        shapes = [_shape(each) for each in get_args(annotation)]
        return _Shape(
            struct=next((each.struct for each in shapes if each.struct), None),
            item=next((each.item for each in shapes if each.item is not None), None),
            lengths=next((each.lengths for each in shapes if each.item is not None), None),
            entry=next((each.entry for each in shapes if each.entry), None),
        )
    if origin is dict:
        return _Shape(entry=cast("tuple[TypeNotation, TypeNotation]", get_args(annotation)))
    return _of_plain(annotation)


def _of_plain(annotation: TypeNotation) -> _Shape:
    if get_origin(annotation) is tuple:
        items = get_args(annotation)
        return _Shape(item=items[0], lengths=tuple[None, ...] if items[-1] is Ellipsis else tuple[(None,) * len(items)])  # type: ignore[misc] # made at run time
    return _Shape(struct=annotation) if isinstance(annotation, type) and issubclass(annotation, Struct) else _Shape()


class _TextRule(Struct, frozen=True):
    """The rule for a text of some annotation."""

    form: TextForm
    pattern: str | None
    annotation: TypeNotation
    otherwise: tuple[tuple[str, str], ...] = ()

    def hint(self, text: str) -> str | None:
        """The sentence for a text of a form that people give by mistake."""
        return next((sentence for pattern, sentence in self.otherwise if re.search(pattern, text)), None)


_ANY_TEXT: Final = _TextRule(TextForm.ANY, None, str)
_ANY_LINE: Final = _TextRule(TextForm.CODE, None, str)


@cache
def _text_rule(annotation: TypeNotation) -> _TextRule | None:
    """The rule for a text where an annotation stands; None where no text can stand."""
    if annotation is str:
        return _ANY_TEXT
    if get_origin(annotation) is Annotated:
        inner, *metas = get_args(annotation)
        rule = _text_rule(inner)
        for meta in metas if rule else ():
            rule = _narrowed(cast("_TextRule", rule), meta, annotation)
        return rule
    if get_origin(annotation) in (Union, types.UnionType):
        return next((rule for each in get_args(annotation) if (rule := _text_rule(each))), None)
    return None


def _narrowed(rule: _TextRule, meta: object, annotation: TypeNotation) -> _TextRule:
    if not isinstance(meta, Meta):
        return rule
    extra = meta.extra or {}
    form = extra.get("form", rule.form)
    pattern = (meta.extra_json_schema or {}).get("pattern") if form is TextForm.CODE else None
    return _TextRule(form, pattern or rule.pattern, annotation, extra.get("otherwise", rule.otherwise))


@cache
def _without_none(annotation: TypeNotation) -> TypeNotation:
    """An annotation without None, for which a field is left out."""
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation
    arms = [each for each in get_args(annotation) if each is not types.NoneType]
    return reduce(operator.or_, arms)
