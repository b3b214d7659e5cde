"""The tables and the summary of a comparison of two extracts: changed cells, the events behind, what was recorded."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from projections.reviews.compare_cells import CellCause, CellChange, EventBetween, EventBetweenKind, PanelCell
from projections.reviews.compare_extracts import ComparedExtract, ExtractComparison, UnsharedScope
from projections.reviews.data_package import DICTIONARY, dictionary
from projections.reviews.extract_tables import EventId, ExtractTable, ForeignKey, MeasureKey, PartnershipId, TableRow
from projections.reviews.freeze import RerunDifference
from projections.reviews.table_files import ExtractFormat, table_files

COMPARISON: Final = "comparison.json"

AsOf = Annotated[date, Meta(description="The last day of the month, at whose end it stood so", examples=["2026-03-31"])]
_NONE: Final = PanelCell(value=None, low=None, high=None, status="", missing=None)


class ChangedCellRow(TableRow, frozen=True, kw_only=True):
    """A cell that is not the same in both extracts; the parts of a change add up to it."""

    partnership_id: PartnershipId
    as_of: AsOf
    measure: MeasureKey
    one_value: Annotated[float | None, Meta(description="The value in the one extract", examples=["0.7125"])]
    one_low: Annotated[float | None, Meta(description="Lower end of its likely range there", examples=["0.512"])]
    one_high: Annotated[float | None, Meta(description="Upper end of its likely range there", examples=["0.874"])]
    one_status: Annotated[
        str | None, Meta(description="Its status there; empty where there is no such cell", examples=["enough"])
    ]
    one_missing: Annotated[str | None, Meta(description="Why there is no value there", examples=["not-yet-due"])]
    other_value: Annotated[float | None, Meta(description="The value in the other extract", examples=["0.6875"])]
    other_low: Annotated[float | None, Meta(description="Lower end of its likely range there", examples=["0.48"])]
    other_high: Annotated[float | None, Meta(description="Upper end of its likely range there", examples=["0.862"])]
    other_status: Annotated[
        str | None, Meta(description="Its status there; empty where there is no such cell", examples=["enough"])
    ]
    other_missing: Annotated[str | None, Meta(description="Why there is no value there", examples=["not-yet-due"])]
    because_of_events: Annotated[
        bool, Meta(description="Whether events recorded between the two positions changed it", examples=["true"])
    ]
    because_of_method: Annotated[bool, Meta(description="Whether another method changed it", examples=["false"])]
    because_of_program: Annotated[
        bool, Meta(description="Whether another version of the program changed it", examples=["false"])
    ]
    change: Annotated[
        float | None, Meta(description="Other value less one value; empty where one is missing", examples=["-0.025"])
    ]
    by_events: Annotated[float | None, Meta(description="The part of it due to events", examples=["-0.025"])]
    by_method: Annotated[float | None, Meta(description="The part due to the method", examples=["0"])]
    by_program: Annotated[float | None, Meta(description="The part due to the program", examples=["0"])]


class ChangedByRow(TableRow, frozen=True, kw_only=True):
    """An event that a changed cell came to rest on, or that took away what it rested on."""

    partnership_id: PartnershipId
    as_of: AsOf
    measure: MeasureKey
    event_id: EventId


class RecordedBetweenRow(TableRow, frozen=True, kw_only=True):
    """An event recorded between the two positions in a partnership that both extracts look at."""

    event_id: EventId
    partnership_id: PartnershipId
    type: Annotated[str, Meta(description="What kind of event it is", examples=["commitment-made"])]
    kind: Annotated[
        EventBetweenKind,
        Meta(description="Whether it corrects, withdraws, is late (it had happened before) or new", examples=["late"]),
    ]
    position: Annotated[int, Meta(description="Its place in the log", examples=["1234"])]
    happened: Annotated[str, Meta(description="When it happened, in the precision claimed", examples=["2026-03"])]
    recorded_at: Annotated[datetime, Meta(description="When the log took it", examples=["2026-03-27T19:00:00.000000Z"])]


_CELL: Final = ("partnership_id", "as_of", "measure")
COMPARISON_TABLES: Final = (
    ExtractTable(name="changed-cells", row=ChangedCellRow, key=_CELL),
    ExtractTable(
        name="changed-by",
        row=ChangedByRow,
        key=(*_CELL, "event_id"),
        links=(ForeignKey(_CELL, "changed-cells", _CELL), ForeignKey(("event_id",), "recorded-between", ("event_id",))),
    ),
    ExtractTable(name="recorded-between", row=RecordedBetweenRow, key=("event_id",)),
)


class CellsByCause(Struct, frozen=True, kw_only=True):
    """How many cells each cause changed; a cell can have several."""

    events: int
    method: int
    program: int


class ComparisonSummary(Struct, frozen=True, kw_only=True):
    """How two extracts differ, without the cells themselves; `recorded` counts the events in between by kind."""

    one: ComparedExtract
    other: ComparedExtract
    definitions: tuple[RerunDifference, ...]
    only_in_one: UnsharedScope
    only_in_other: UnsharedScope
    cells: int
    changed: int
    because_of: CellsByCause
    recorded: dict[str, int]
    in_words: str


def summary_of(comparison: ExtractComparison) -> ComparisonSummary:
    """The summary of a comparison, without the cells themselves."""
    causes = Counter(cause for each in comparison.changed for cause in each.because)
    kinds = Counter(each.kind for each in comparison.events)
    return ComparisonSummary(
        one=comparison.one,
        other=comparison.other,
        definitions=comparison.definitions,
        only_in_one=comparison.only_in_one,
        only_in_other=comparison.only_in_other,
        cells=comparison.cells,
        changed=len(comparison.changed),
        because_of=CellsByCause(
            events=causes[CellCause.EVENTS], method=causes[CellCause.METHOD], program=causes[CellCause.PROGRAM]
        ),
        recorded={str(kind): kinds[kind] for kind in EventBetweenKind},
        in_words=comparison.in_words,
    )


def write_comparison(comparison: ExtractComparison, folder: Path) -> None:
    """Write a comparison into an empty folder: whole as JSON, its tables as CSV, and what their columns mean.

    Raises OSError.
    """
    with table_files(COMPARISON_TABLES, folder, (ExtractFormat.CSV,)) as files:
        files["changed-cells"].write([_changed(each) for each in comparison.changed])
        files["changed-by"].write([row for each in comparison.changed for row in _changed_by(each)])
        files["recorded-between"].write([_recorded(each) for each in comparison.events])
    (folder / DICTIONARY).write_bytes(dictionary(COMPARISON_TABLES))
    (folder / COMPARISON).write_bytes(msgspec.json.format(msgspec.json.encode(comparison), indent=2) + b"\n")


def _changed(change: CellChange) -> ChangedCellRow:
    one, other = change.one or _NONE, change.other or _NONE
    return ChangedCellRow(
        partnership_id=change.partnership_id,
        as_of=change.as_of,
        measure=change.measure,
        one_value=one.value,
        one_low=one.low,
        one_high=one.high,
        one_status=one.status or None,
        one_missing=one.missing,
        other_value=other.value,
        other_low=other.low,
        other_high=other.high,
        other_status=other.status or None,
        other_missing=other.missing,
        because_of_events=CellCause.EVENTS in change.because,
        because_of_method=CellCause.METHOD in change.because,
        because_of_program=CellCause.PROGRAM in change.because,
        change=change.change,
        by_events=change.by_events,
        by_method=change.by_method,
        by_program=change.by_program,
    )


def _changed_by(change: CellChange) -> Iterator[ChangedByRow]:
    for event_id in change.events:
        yield ChangedByRow(
            partnership_id=change.partnership_id, as_of=change.as_of, measure=change.measure, event_id=event_id
        )


def _recorded(event: EventBetween) -> RecordedBetweenRow:
    return RecordedBetweenRow(
        event_id=event.event_id,
        partnership_id=event.partnership_id,
        type=event.type,
        kind=event.kind,
        position=event.position,
        happened=event.happened,
        recorded_at=event.recorded_at,
    )
