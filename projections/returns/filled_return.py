"""Filling a return in: each figure of a template, from rows of views, with the events that it rests on."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta, Struct

from domain.values import last_day
from projections.declaration import ProjectionRow
from projections.history.causes import each_once
from projections.history.history import History
from projections.history.memo import answered_once
from projections.method.method import Method
from projections.returns.return_template import ReturnTable, ReturnTemplate, TableHistory, TablePeriod
from projections.rows import Causes
from projections.views import projections


class ReturnPeriod(Struct, frozen=True):
    """The first and the last day that a return is about."""

    start: date
    end: date

    def holds(self, when: date | str | None, period: TablePeriod) -> bool:
        """A row of this day, or of the last day of this claimed time, counts."""
        if when is None:
            return False
        day = last_day(when) if isinstance(when, str) else when
        match period:
            case TablePeriod.WITHIN:
                return self.start <= day <= self.end
            case TablePeriod.UNTIL:
                return day <= self.end
            case TablePeriod.AFTER:
                return day > self.end


class ReturnFigure(Struct, frozen=True, kw_only=True):
    """One figure of a return, and the events that it rests on."""

    section: Annotated[str, Meta(description="The section")]
    table: Annotated[str, Meta(description="The table")]
    group: Annotated[tuple[str, ...], Meta(description="The group of rows, a value for each column grouped by")]
    measure: Annotated[str, Meta(description="What is counted or summed")]
    amount: Annotated[int, Meta(description="How many, or how much; money in minor units such as pence")]
    currency: Annotated[str, Meta(description="The currency of money, by ISO 4217; empty for what is no money")]
    causes: Causes


class FilledTable(Struct, frozen=True, kw_only=True):
    """One table as it was filled in: the rows that count, and its figures."""

    section: str
    table: ReturnTable
    rows: tuple[ProjectionRow, ...]
    figures: tuple[ReturnFigure, ...]


def filled_return(
    template: ReturnTemplate,
    histories: Mapping[TableHistory, tuple[History, Method]],
    period: ReturnPeriod,
) -> list[FilledTable]:
    """Every table of a return about a period, in order; one of a place where there is none is empty."""
    return [
        _filled(section.title, table, _rows(table, histories, period))
        for section in template.sections
        for table in section.tables
    ]


def _rows(
    table: ReturnTable, histories: Mapping[TableHistory, tuple[History, Method]], period: ReturnPeriod
) -> list[ProjectionRow]:
    if table.of not in histories:
        return []
    history, method = histories[table.of]
    project = projections()[table.view].project
    rows = answered_once(history, ("rows", table.view), method, lambda: project(history, method))
    return [row for row in rows if period.holds(getattr(row, table.on), table.period) and _counts(row, table)]


def _counts(row: ProjectionRow, table: ReturnTable) -> bool:
    is_known = all(getattr(row, column) not in (None, "", ()) for column in table.known)
    return is_known and all(_is_among(getattr(row, column), values) for column, values in table.where.items())


def _is_among(value: Any, values: Sequence[str | bool]) -> bool:  # noqa: ANN401 - the value of any column
    return any(each in values for each in value) if isinstance(value, tuple) else value in values


def _filled(section: str, table: ReturnTable, rows: Sequence[ProjectionRow]) -> FilledTable:
    columns = (*table.by, *([table.money] if table.money else []))
    groups: dict[tuple[str, ...], list[ProjectionRow]] = defaultdict(list)
    for row in rows:
        groups[tuple(_key(getattr(row, column)) for column in columns)].append(row)
    figures = [
        ReturnFigure(
            section=section,
            table=table.title,
            group=group[: len(table.by)],
            measure=measure,
            amount=amount,
            currency=group[-1] if table.money and measure != table.count else "",
            causes=each_once(cause for row in of_group for cause in row.causes),  # type: ignore[attr-defined] # each has
        )
        for group, of_group in sorted(groups.items())
        for measure, amount in _measures(table, of_group)
    ]
    return FilledTable(section=section, table=table, rows=tuple(rows), figures=tuple(figures))


def _measures(table: ReturnTable, rows: Sequence[ProjectionRow]) -> Iterator[tuple[str, int]]:
    if table.count:
        yield table.count, len(rows)
    for column, words in table.sums.items():
        values = [getattr(row, column) for row in rows]
        if any(isinstance(value, dict) for value in values):
            sums: dict[str, int] = defaultdict(int)
            for value in values:
                for key, amount in value.items():
                    sums[_key(key)] += amount
            yield from ((f"{words}: {key}", amount) for key, amount in sorted(sums.items()))
        else:
            yield words, sum(value or 0 for value in values)


def _key(value: object) -> str:
    """A value as a part of a group: a code, an id or a text; empty for none, joined by commas where there are more."""
    if isinstance(value, tuple):
        return ", ".join(_key(each) for each in value)
    if isinstance(value, UUID | date):
        return str(value)
    return "" if value is None else str(getattr(value, "value", value))
