"""Reading the cells and conditions of a mapping document."""

from typing import Any, Final, cast, get_args

from domain.expectations import did_you_mean
from domain.imports.cells import (
    AnyOf,
    As,
    Cell,
    Column,
    Constant,
    Earliest,
    Fields,
    Give,
    Listed,
    Made,
    PartyOf,
    Share,
    Template,
)
from domain.imports.mapping import Condition, NumberIs
from domain.imports.toml_document import Document

_NOTHING: Final = Constant(None)


def cell(document: Document, key: str) -> Cell:
    """Read the cell at a key."""
    return _cell(document, key, document.raw(key))


def cells(document: Document) -> dict[str, Cell]:
    """Read every key of a table as a cell."""
    return {key: cell(document, key) for key in document.keys()}  # noqa: SIM118 - not a dict


def _cell(document: Document, key: str, given: Any) -> Cell:  # noqa: ANN401 - whatever the document holds
    if isinstance(given, list):
        return Listed(_each(document, key, given))
    if not isinstance(given, dict):
        return Constant(given)
    inner = Document(given, document.place(key), document.faults)
    kinds = [name for name in _READERS if name in inner]
    if len(kinds) != 1:
        document.fault(key, f"must have exactly one of the keys {', '.join(_READERS)}")
        return _NOTHING
    read = _READERS[kinds[0]](inner)
    inner.done()
    return read


def _each(document: Document, key: str, given: list[Any]) -> tuple[Cell, ...]:
    return tuple(_cell(document, f"{key}[{index}]", each) for index, each in enumerate(given))


def _column(inner: Document) -> Cell:
    return Column(
        inner.text("column", required=True) or "",
        _one_of(inner, "as", As, As.TEXT),
        inner.text("table"),
        inner.take("plus_years", int, 0),
    )


def _template(inner: Document) -> Cell:
    return Template(inner.text("text") or "")


def _party(inner: Document) -> Cell:
    return PartyOf(inner.text("party") or "")


def _made(inner: Document) -> Cell:
    return made(inner.text("made") or "", optional=inner.take("optional", bool, default=False))


def made(reference: str, *, optional: bool = False) -> Made:
    """Read a reference to what a part made: `part` of this row, or `parent.part`."""
    parent, _, part = reference.rpartition(".")
    return Made(parent, part, optional)


def _share(inner: Document) -> Cell:
    return Share(
        inner.text("share") or "",
        made(inner.text("of", required=True) or ""),
        _one_of(inner, "give", Give, Give.EXTENT),
    )


def _any(inner: Document) -> Cell:
    return AnyOf(_each(inner, "any", inner.take("any", list, [])), inner.take("plus_years", int, 0))


def _earliest(inner: Document) -> Cell:
    return Earliest(_each(inner, "earliest", inner.take("earliest", list, [])), inner.take("plus_years", int, 0))


def _fields(inner: Document) -> Cell:
    return Fields(cells(inner.table("fields")))


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


def _one_of(inner: Document, key: str, kind: type[Any], default: Any) -> Any:  # noqa: ANN401 - any enumeration
    given = inner.text(key)
    known = [each.value for each in kind]
    if given is None or given in known:
        return default if given is None else kind(given)
    inner.fault(key, f"{did_you_mean(str(given), known)}must be one of {', '.join(known)}")
    return default


def conditions(document: Document, key: str = "when") -> tuple[Condition, ...]:
    """Read one condition or a list of them, all of which must hold."""
    given = document.raw(key)
    listed = given if isinstance(given, list) else [] if given is None else [given]
    found = []
    for index, each in enumerate(listed):
        place = f"{key}[{index}]" if isinstance(given, list) else key
        if isinstance(each, dict):
            found.append(_condition(Document(each, document.place(place), document.faults)))
        else:
            document.fault(place, "must be a table, such as { column = …, is = … }")
    return tuple(found)


def _condition(inner: Document) -> Condition:
    number = inner.text("number")
    if number is not None and number not in get_args(NumberIs):
        meant = did_you_mean(number, get_args(NumberIs))
        inner.fault("number", f"{meant}must be one of {', '.join(get_args(NumberIs))}")
        number = None
    of = inner.text("made")
    blank = inner.take("blank", bool, default=False) if "blank" in inner else None
    condition = Condition(
        column=inner.text("column"),
        is_=inner.texts("is"),
        is_not=inner.texts("is_not"),
        blank=blank,
        number=cast("NumberIs | None", number),
        made=None if of is None else made(of),
    )
    tests = condition.is_ or condition.is_not or blank is not None or number is not None
    if bool(tests) != (condition.column is not None) or not (tests or condition.made):
        inner.fault("", "must name a column and say is, is_not, blank or number of it; or say which thing must be made")
    inner.raw("is"), inner.raw("is_not"), inner.raw("blank")
    inner.done()
    return condition
