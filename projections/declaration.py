"""How a projection is declared: one file, one question, one row type, one pure function of a history and a method."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, Final, TypeVar, get_args, get_type_hints

from msgspec import Struct
from msgspec.structs import fields as struct_fields

from domain.events import EventBody, declaration_of
from domain.structs import prepared
from projections.history.history import History
from projections.method.method import Method
from projections.rows import TextAt, kind_named


class ProjectionRow(Struct, frozen=True, gc=False, kw_only=True):
    """One row of a projection: plain values in declared columns, each described in its annotation.

    `unlisted` names the column of truth values whose rows are shown in their partnership alone, in no list of several.
    `gone_with` names the column of a sealed text without which a row is not answered: once it is erased, so is the row.
    """

    unlisted: ClassVar[str] = ""
    gone_with: ClassVar[str] = ""


R = TypeVar("R", bound=ProjectionRow)
Project = Callable[[History, Method], Sequence[R]]


class Projection(Struct, frozen=True, kw_only=True):
    """A projection as declared. `ignores_rest` says why the events it does not handle make no difference.

    `stored` says what its rows are kept for beyond one partnership's page; empty: they are only replayed.
    """

    name: str
    version: int
    question: str
    row: type[ProjectionRow]
    key: tuple[str, ...]
    handles: tuple[type[EventBody], ...]
    ignores_rest: str
    project: Callable[[History, Method], Sequence[ProjectionRow]]
    stored: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Name the columns in declared order."""
        return tuple(field.name for field in struct_fields(self.row))

    @property
    def kinds(self) -> Mapping[str, str]:
        """Name the columns that hold ids, each with the kind of thing they are of."""
        return _kinds(self.row)

    @property
    def text_columns(self) -> tuple[str, ...]:
        """Name the columns that say where sealed texts stand."""
        return _text_columns(self.row)

    def described(self) -> dict[str, str]:
        """Each column's description. Raises TypeError naming a column that has none."""
        hints = get_type_hints(self.row, include_extras=True)
        return {name: _description(self.name, name, hints[name]) for name in self.columns}


DECLARED: Final[dict[str, Projection]] = {}
"""The projections of every file loaded so far, by name; `projections.views` loads all of them."""

_TABLES: Final = frozenset({"run", "build", "row_set", "parked", "shard", "sent", "drift", "tracking"})
_COLUMNS: Final = frozenset({"partition_id", "row_key"})


def projection(
    *,
    name: str,
    version: int,
    row: type[R],
    key: tuple[str, ...],
    handles: tuple[type[EventBody], ...],
    ignores_rest: str,
    question: str,
    stored: str = "",
) -> Callable[[Project[R]], Project[R]]:
    """Register a pure function as a projection under a permanent name. `key` names the columns that tell rows apart."""

    def declare(function: Project[R]) -> Project[R]:
        if name in DECLARED:
            message = f"the projection {name} is declared twice"
            raise TypeError(message)
        if stored and (clashing := sorted({name} & _TABLES | {*row.__struct_fields__} & _COLUMNS)):
            message = f"the projection {name} cannot be stored: {', '.join(clashing)} has a meaning of its own there"
            raise TypeError(message)
        if stored and (elsewhere := sorted(declaration_of(body).name for body in handles if declaration_of(body).home)):
            message = f"the projection {name} cannot be stored: no partnership has {', '.join(elsewhere)}"
            raise TypeError(message)
        prepared(row)
        DECLARED[name] = Projection(
            name=name,
            version=version,
            question=question,
            row=row,
            key=key,
            handles=handles,
            ignores_rest=ignores_rest,
            project=function,
            stored=stored,
        )
        return function

    return declare


@cache
def _kinds(row: type[ProjectionRow]) -> Mapping[str, str]:
    hints = get_type_hints(row, include_extras=True)
    kinds = {field.name: kind_named(hints[field.name]) for field in struct_fields(row)}
    return {name: kind for name, kind in kinds.items() if kind is not None}


@cache
def _text_columns(row: type[ProjectionRow]) -> tuple[str, ...]:
    return tuple(field.name for field in struct_fields(row) if _mentions_texts(field.type))


def _mentions_texts(annotation: Any) -> bool:  # noqa: ANN401 - an annotation
    if annotation is TextAt:
        return True
    if isinstance(annotation, type) and issubclass(annotation, Struct):
        return any(_mentions_texts(field.type) for field in struct_fields(annotation))
    return any(map(_mentions_texts, get_args(annotation)))


def _description(projection_name: str, column: str, annotation: Any) -> str:  # noqa: ANN401 - an annotation
    for meta in getattr(annotation, "__metadata__", ()):
        if getattr(meta, "description", None):
            return str(meta.description)
    message = f"the column {column} of {projection_name} has no description"
    raise TypeError(message)
