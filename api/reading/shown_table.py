"""A table as it is shown: rows under column names, with names beside ids and texts in place of what refers to them."""

from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from msgspec import Struct

from projections.rows import TextAt


class ShownTable(Struct, frozen=True, kw_only=True):
    """Rows with the names of what their ids name, the texts that they refer to, and further columns.

    Names stand beside `name_columns`, so that every answer has the same columns; by default beside those that hold an
    id with a name. `more` holds further columns, a value for each row.
    """

    columns: Sequence[str]
    rows: Sequence[Struct]
    names: Mapping[UUID, str] = {}
    texts: Mapping[TextAt, str | None] = {}
    name_columns: Sequence[str] | None = None
    more: Mapping[str, Sequence[object]] = {}

    def headings(self) -> list[str]:
        """The names of all columns, in order."""
        return [*self.columns, *map(_name_of, self._named()), *self.more]

    def lines(self) -> Iterator[list[object]]:
        """The values of each row, in the order of the headings."""
        id_columns = self._named()
        for row, *values in zip(self.rows, *self.more.values(), strict=True):
            cells = [getattr(row, column) for column in self.columns]
            labels = [tuple(self.names.get(each, "") for each in _ids(getattr(row, column))) for column in id_columns]
            yield [self._read(each) for each in (*cells, *labels, *values)]

    def _read(self, value: object) -> object:
        """A value with texts in place of what refers to them."""
        match value:
            case TextAt():
                return self.texts.get(value)
            case tuple():
                return tuple(map(self._read, value))
            case _:
                return value

    def _named(self) -> Sequence[str]:
        if self.name_columns is not None:
            return self.name_columns
        return [column for column in self.columns if any(id_ in self.names for id_ in self._ids_in(column))]

    def _ids_in(self, column: str) -> Iterator[UUID]:
        for row in self.rows:
            yield from _ids(getattr(row, column))


def _ids(value: object) -> tuple[UUID, ...]:
    return tuple(each for each in (value if isinstance(value, tuple) else (value,)) if isinstance(each, UUID))


def _name_of(column: str) -> str:
    stem = column.removesuffix("_ids")
    return f"{column.removesuffix('_id')}_name" if stem == column else f"{stem}_names"
