"""A crosswalk: one partnership's figures, each with its likely range and what it rests on, in an instrument's cells.

Cells are never added up: an instrument totals what people answered, and nobody answered here.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from msgspec import Struct

from projections.crosswalks.big_local import BIG_LOCAL
from projections.crosswalks.instrument import (
    CellCoverage,
    Instrument,
    InstrumentCell,
    InstrumentName,
    MappedFigure,
    MappedRequirement,
)
from projections.crosswalks.nuffield import NUFFIELD
from projections.crosswalks.partner_tool import PARTNER
from projections.crosswalks.scottish_standards import SCOTTISH_STANDARDS
from projections.crosswalks.vichealth import VICHEALTH
from projections.history.history import History
from projections.method.method import Method
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health.measure import MeasureBasis, Missing
from projections.scoring.health.profile import health_rows
from projections.scoring.health.shown_profile import ShownMeasure, dimension_called, shown_measures
from projections.views.composition import CompositionRow, composition

INSTRUMENTS: Final[Mapping[InstrumentName, Instrument]] = {
    instrument.name: instrument for instrument in (NUFFIELD, VICHEALTH, PARTNER, SCOTTISH_STANDARDS, BIG_LOCAL)
}
"""Every instrument that figures are mapped onto, by name."""


class CrosswalkFigure(Struct, frozen=True, kw_only=True):
    """One figure in a cell, as shown anywhere else: with its likely range and what it rests on, or why there is none.

    `source` is `health`, a measure of a dimension, or `composition`, a requirement on seats: `required` is its rule's.
    """

    source: str
    dimension: str
    measure: str
    group: str
    words: str
    basis: MeasureBasis
    value: float | None
    low: float | None
    high: float | None
    n: float
    required: float | None
    status: EvidenceStatus
    missing: Missing | None
    causes: tuple[UUID, ...]


class CrosswalkCell(Struct, frozen=True, kw_only=True):
    """One cell of an instrument: what is computed of it, what is not, and what to ask people for the rest."""

    id: str
    title: str
    coverage: CellCoverage
    covered: str
    not_covered: str
    question: str
    figures: tuple[CrosswalkFigure, ...]


class CrosswalkTableRow(Struct, frozen=True, kw_only=True):
    """One figure of one cell as a row of a table; a cell without figures is one row too."""

    instrument: InstrumentName
    cell: str
    title: str
    coverage: CellCoverage
    covered: str
    not_covered: str
    question: str
    source: str = ""
    dimension: str = ""
    measure: str = ""
    group: str = ""
    words: str = ""
    value: float | None = None
    low: float | None = None
    high: float | None = None
    n: float | None = None
    required: float | None = None
    status: EvidenceStatus | None = None
    missing: Missing | None = None
    causes: tuple[UUID, ...] = ()


def crosswalk(history: History, method: Method, name: InstrumentName) -> tuple[CrosswalkCell, ...]:
    """Work out every cell of an instrument for one partnership."""
    measures = shown_measures(health_rows(history, method), method)
    seats = composition(history, method)
    return tuple(_cell(cell, measures, seats) for cell in INSTRUMENTS[name].cells)


def crosswalk_rows(name: InstrumentName, cells: Sequence[CrosswalkCell]) -> Iterator[CrosswalkTableRow]:
    """The cells as rows of a table, in order."""
    for cell in cells:
        of_cell: dict[str, Any] = {
            "instrument": name,
            "cell": cell.id,
            "title": cell.title,
            "coverage": cell.coverage,
            "covered": cell.covered,
            "not_covered": cell.not_covered,
            "question": cell.question,
        }
        if not cell.figures:
            yield CrosswalkTableRow(**of_cell)
        for figure in cell.figures:
            of_figure: dict[str, Any] = {
                field: getattr(figure, field) for field in figure.__struct_fields__ if field != "basis"
            }
            yield CrosswalkTableRow(**of_cell, **of_figure)


def _cell(cell: InstrumentCell, measures: Sequence[ShownMeasure], seats: Sequence[CompositionRow]) -> CrosswalkCell:
    figures = [figure for each in cell.figures for figure in _figures(each, measures, seats)]
    return CrosswalkCell(
        id=cell.id,
        title=cell.title,
        coverage=cell.coverage,
        covered=cell.covered,
        not_covered=cell.not_covered,
        question=cell.question,
        figures=tuple(figures),
    )


def _figures(
    mapped: MappedFigure | MappedRequirement, measures: Sequence[ShownMeasure], seats: Sequence[CompositionRow]
) -> Iterator[CrosswalkFigure]:
    """The figures of one mapping: one for each group that a measure has; where it has none, why it has no value."""
    match mapped:
        case MappedFigure(dimension=number, measure=name, words=words):
            dimension = dimension_called(number)
            of_name = [each for each in measures if (each.dimension, each.name) == (dimension, name)]
            yield from (_of_measure(number, words, each) for each in of_name)
            if not of_name:
                yield _nothing(number, name, words)
        case MappedRequirement(requirement=requirement, words=words):
            yield from (_of_seats(row, words) for row in seats if row.requirement is requirement)


def _of_measure(number: str, words: str, measure: ShownMeasure) -> CrosswalkFigure:
    return CrosswalkFigure(
        source="health",
        dimension=number,
        measure=measure.name,
        group=measure.group,
        words=words,
        basis=measure.basis,
        value=measure.value,
        low=measure.low,
        high=measure.high,
        n=measure.n,
        required=None,
        status=measure.status,
        missing=measure.missing,
        causes=measure.causes,
    )


def _nothing(number: str, name: str, words: str) -> CrosswalkFigure:
    """A measure that has a row a group, where there was nothing in any group."""
    return CrosswalkFigure(
        source="health",
        dimension=number,
        measure=name,
        group="",
        words=words,
        basis=MeasureBasis.COUNTED,
        value=None,
        low=None,
        high=None,
        n=0.0,
        required=None,
        status=EvidenceStatus.INSUFFICIENT_EVIDENCE,
        missing=Missing.NOTHING_HAPPENED,
        causes=(),
    )


def _of_seats(row: CompositionRow, words: str) -> CrosswalkFigure:
    is_known = row.actual is not None
    return CrosswalkFigure(
        source="composition",
        dimension="",
        measure=row.requirement.value,
        group="",
        words=words,
        basis=MeasureBasis.COUNTED,
        value=row.actual,
        low=row.actual,
        high=row.actual,
        n=float(row.seats),
        required=row.required,
        status=EvidenceStatus.ENOUGH if is_known else EvidenceStatus.INSUFFICIENT_EVIDENCE,
        missing=None if is_known else Missing.NOTHING_HAPPENED,
        causes=row.causes,
    )
