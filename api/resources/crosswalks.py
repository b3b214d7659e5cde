"""Crosswalks: a partnership's figures in the cells of an instrument that people know, and what has to be asked."""

from typing import Annotated, Any
from urllib.parse import urlencode

from msgspec import Meta

from api.http.operations import Call, Operation, OperationAnswer
from api.reading.as_of import pinned, read_known, same_past
from api.reading.capped_causes import MostCauses, most_causes, with_causes
from api.reading.formats import MEDIA, TABLES, table_in
from api.reading.replay_answers import ViewQuery, about_partnership
from api.reading.shown_table import ShownTable
from projections.crosswalks.crosswalk import (
    INSTRUMENTS,
    CrosswalkCell,
    CrosswalkFigure,
    CrosswalkTableRow,
    crosswalk,
    crosswalk_rows,
)
from projections.crosswalks.instrument import InstrumentName
from projections.engine.replay import AnswerBasis


class CrosswalkQuery(ViewQuery, frozen=True, kw_only=True):
    """Which instrument, about which past, by which method, in which format."""

    instrument: Annotated[InstrumentName, Meta(description="The instrument")]
    causes: MostCauses | None = None


class LinkedCell(CrosswalkCell, frozen=True, kw_only=True):
    """One cell, with the addresses at which its figures and their causes are read, in the order of the figures."""

    links: tuple[str, ...]


class InstrumentCrosswalk(AnswerBasis, frozen=True, kw_only=True):
    """A partnership's figures in the cells of an instrument. They are not added up: `no_total` says why."""

    instrument: InstrumentName
    title: str
    made_by: str
    address: str
    filled_in_by: str
    no_total: str
    cells: tuple[LinkedCell, ...]


def _read(call: Call) -> OperationAnswer:
    query: CrosswalkQuery = call.query
    at = pinned(call, "crosswalk")
    if (unchanged := at.unchanged(call)) is not None:
        return unchanged
    partnership = read_known(call, at=at)
    cells = crosswalk(partnership.history, partnership.method, query.instrument)
    if call.media in TABLES:
        rows = [with_causes(row, most_causes(call)) for row in crosswalk_rows(query.instrument, cells)]
        table = ShownTable(columns=CrosswalkTableRow.__struct_fields__, rows=rows, name_columns=())
        title = INSTRUMENTS[query.instrument].title
        about = about_partnership(call, partnership, title, InstrumentCrosswalk.__doc__ or "", {})
        content: Any = table_in(call.media, about, table)
    else:
        instrument, basis = INSTRUMENTS[query.instrument], partnership.basis
        content = InstrumentCrosswalk(
            **{name: getattr(basis, name) for name in basis.__struct_fields__},
            instrument=instrument.name,
            title=instrument.title,
            made_by=instrument.made_by,
            address=instrument.address,
            filled_in_by=instrument.filled_in_by,
            no_total=instrument.no_total,
            cells=tuple(_linked(call, basis, cell) for cell in cells),
        )
    return OperationAnswer(content=content, media=call.media, headers={"ETag": at.tag}, personal=bool(at.entitled))


def _linked(call: Call, basis: AnswerBasis, cell: CrosswalkCell) -> LinkedCell:
    figures = tuple(with_causes(figure, most_causes(call)) for figure in cell.figures)
    fields = {name: getattr(cell, name) for name in cell.__struct_fields__}
    return LinkedCell(**{**fields, "figures": figures}, links=tuple(_link(call, basis, each) for each in cell.figures))


def _link(call: Call, basis: AnswerBasis, figure: CrosswalkFigure) -> str:
    """The address of what a figure rests on, about the same past and by the same method."""
    which = {"dimension": figure.dimension, "measure": figure.measure, "group": figure.group}
    past = {**same_past(basis), "method": call.query.method}
    parameters = {**(which if figure.dimension else {}), **past}
    root = f"/v1/partnerships/{call.id_in_path('partnership_id')}"
    path = f"{root}/health/causes" if figure.dimension else f"{root}/composition"
    return f"{path}?{urlencode({name: text for name, text in parameters.items() if text})}"


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/partnerships/{partnership_id}/crosswalk",
        name="read-crosswalk",
        summary="Read a partnership's figures in the cells of an instrument that people know, and what is left to ask.",
        tag="Reading",
        handle=_read,
        query=CrosswalkQuery,
        answers={200: InstrumentCrosswalk},
        media=MEDIA,
        conditional=True,
        dear=True,
    ),
)
