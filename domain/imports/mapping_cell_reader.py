"""Reading the cells and conditions of a mapping document."""

from typing import Any, Final, cast, get_args

from domain.expectations import did_you_mean
from domain.imports.mapping import NumberIs, RowCondition
from domain.imports.mapping_cells import (
    Cell,
    ColumnCell,
    ConstantCell,
    EarliestCell,
    FieldsCell,
    FirstOfCell,
    ListCell,
    PartyCell,
    ReadAs,
    ShareCell,
    ShareForm,
    TemplateCell,
    ThingCell,
)
from domain.imports.toml_document import TomlTable

_NOTHING: Final = ConstantCell(None)


def cell(document: TomlTable, key: str) -> Cell:
    """Read the cell at a key."""
    return _cell(document, key, document.raw(key))


def cells(document: TomlTable) -> dict[str, Cell]:
    """Read every key of a table as a cell."""
    return {key: cell(document, key) for key in document.names()}


def _cell(document: TomlTable, key: str, value: Any) -> Cell:  # noqa: ANN401 - whatever the document holds
    if isinstance(value, list):
        return ListCell(_each(document, key, value))
    if not isinstance(value, dict):
        return ConstantCell(value)
    inner = TomlTable(value, document.place(key), document.faults)
    kinds = [name for name in _READERS if name in inner]
    if len(kinds) != 1:
        document.fault(key, f"must have exactly one of the keys {', '.join(_READERS)}")
        return _NOTHING
    read = _READERS[kinds[0]](inner)
    inner.done()
    return read


def _each(document: TomlTable, key: str, values: list[Any]) -> tuple[Cell, ...]:
    return tuple(_cell(document, f"{key}[{index}]", value) for index, value in enumerate(values))


def _column(inner: TomlTable) -> Cell:
    return ColumnCell(
        inner.text("column", required=True) or "",
        _one_of(inner, "as", ReadAs, ReadAs.TEXT),
        inner.text("table"),
        inner.take("plus_years", int, 0),
    )


def _template(inner: TomlTable) -> Cell:
    return TemplateCell(inner.text("text") or "")


def _party(inner: TomlTable) -> Cell:
    return PartyCell(inner.text("party") or "")


def _made(inner: TomlTable) -> Cell:
    return made(inner.text("made") or "", optional=inner.take("optional", bool, default=False))


def made(reference: str, *, optional: bool = False) -> ThingCell:
    """Read a reference to what a part made: `part` of this row, or `parent.part`."""
    parent, _, part = reference.rpartition(".")
    return ThingCell(parent, part, optional)


def _share(inner: TomlTable) -> Cell:
    return ShareCell(
        inner.text("share") or "",
        made(inner.text("of", required=True) or ""),
        _one_of(inner, "give", ShareForm, ShareForm.EXTENT),
    )


def _any(inner: TomlTable) -> Cell:
    return FirstOfCell(_each(inner, "any", inner.take("any", list, [])), inner.take("plus_years", int, 0))


def _earliest(inner: TomlTable) -> Cell:
    return EarliestCell(_each(inner, "earliest", inner.take("earliest", list, [])), inner.take("plus_years", int, 0))


def _fields(inner: TomlTable) -> Cell:
    return FieldsCell(cells(inner.table("fields")))


_READERS: Final = {
    "column": _column,
    "text": _template,
    "party": _party,
    "made": _made,
    "share": _share,
    "any": _any,
    "earliest": _earliest,
    "fields": _fields,
}


def _one_of(inner: TomlTable, key: str, kind: type[Any], default: Any) -> Any:  # noqa: ANN401 - any enumeration
    text = inner.text(key)
    codes = [each.value for each in kind]
    if text is None or text in codes:
        return default if text is None else kind(text)
    inner.fault(key, f"{did_you_mean(str(text), codes)}must be one of {', '.join(codes)}")
    return default


def conditions(document: TomlTable, key: str = "when") -> tuple[RowCondition, ...]:
    """Read one condition or a list of them, all of which must hold."""
    value = document.raw(key)
    items = value if isinstance(value, list) else [] if value is None else [value]
    conditions_read = []
    for index, item in enumerate(items):
        place = f"{key}[{index}]" if isinstance(value, list) else key
        if isinstance(item, dict):
            conditions_read.append(_condition(TomlTable(item, document.place(place), document.faults)))
        else:
            document.fault(place, "must be a table, such as { column = …, is = … }")
    return tuple(conditions_read)


def _condition(inner: TomlTable) -> RowCondition:
    number = inner.text("number")
    if number is not None and number not in get_args(NumberIs):
        hint = did_you_mean(number, get_args(NumberIs))
        inner.fault("number", f"{hint}must be one of {', '.join(get_args(NumberIs))}")
        number = None
    reference = inner.text("made")
    blank = inner.take("blank", bool, default=False) if "blank" in inner else None
    condition = RowCondition(
        column=inner.text("column"),
        is_=inner.texts("is"),
        is_not=inner.texts("is_not"),
        blank=blank,
        number=cast("NumberIs | None", number),
        made=None if reference is None else made(reference),
    )
    tests = condition.is_ or condition.is_not or blank is not None or number is not None
    if bool(tests) != (condition.column is not None) or not (tests or condition.made):
        inner.fault("", "must name a column and say is, is_not, blank or number of it; or say which thing must be made")
    inner.raw("is"), inner.raw("is_not"), inner.raw("blank")
    inner.done()
    return condition
