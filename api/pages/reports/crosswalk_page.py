"""A partnership's figures in the cells of an instrument that people know, and what has to be asked of people."""

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from api.pages.ground.in_words import in_hundred, sentence_case
from api.pages.ground.page import Page, PageAnswer, Visit
from api.pages.partnership.dimensions import DIMENSION_WORDS
from api.pages.partnership.health_rows import MISSING_IN_WORDS
from api.pages.partnership.whose import PartnershipVisit
from api.pages.pictures.figure_words import figure_in_words
from api.reading.formats import FORMS_OF_TABLES
from api.resources.crosswalks import InstrumentCrosswalk
from domain.events.english import words
from domain.vocabulary import Side
from projections.crosswalks.crosswalk import INSTRUMENTS, CrosswalkFigure
from projections.crosswalks.instrument import CellCoverage, InstrumentName
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health.measure import HEADLINE, MeasureBasis, Missing

COVERAGE: Final = {
    CellCoverage.COMPUTED: "Computed",
    CellCoverage.IN_PART: "In part",
    CellCoverage.NEEDS_SURVEY: "Needs a survey",
}
"""How far a cell is covered, in words."""

_SHORT: Final = {
    InstrumentName.NUFFIELD: "Nuffield: six principles",
    InstrumentName.VICHEALTH: "VicHealth",
    InstrumentName.PARTNER: "PARTNER",
    InstrumentName.SCOTTISH_STANDARDS: "Scottish standards",
    InstrumentName.BIG_LOCAL: "Big Local",
}
_SIDES: Final = frozenset(side.value for side in Side)
_PARTS_OF_ONE: Final = frozenset(
    {"density", "centralisation", "evenness", "churn", "spending-traced-to-residents", "residents-voting-share"}
)
"""Counts that are shares of a whole; any other count is a plain number."""


class FigureLine(Struct, frozen=True, kw_only=True):
    """One figure of a cell in words; it leads to why it moved, where it is the headline of a dimension."""

    words: str
    figure: str
    rests_on: str
    address: str


class CellInWords(Struct, frozen=True, kw_only=True):
    """One cell of the instrument."""

    title: str
    coverage: str
    covered: str
    not_covered: str
    question: str
    figures: tuple[FigureLine, ...]


def _show(visit: Visit) -> PageAnswer:
    here = PartnershipVisit(visit)
    instrument = visit.query.get("instrument", "")
    name = InstrumentName(instrument) if instrument in set(InstrumentName) else InstrumentName.NUFFIELD
    if visit.query.get("format") in FORMS_OF_TABLES:
        return here.table("read-crosswalk", name.value, instrument=name)
    answer: InstrumentCrosswalk = here.ask("read-crosswalk", instrument=name, causes=0)
    values = {
        "instruments": [(each.value, _SHORT[each]) for each in INSTRUMENTS],
        "chosen": name.value,
        "instrument": answer,
        "cells": [
            CellInWords(
                title=cell.title,
                coverage=COVERAGE[cell.coverage],
                covered=cell.covered,
                not_covered=cell.not_covered,
                question=cell.question,
                figures=tuple(_lines(here, cell.figures)),
            )
            for cell in answer.cells
        ],
    }
    return here.shown("reports/crosswalk.html", f"{_SHORT[name]}: {here.entry.name}", values)


def _lines(here: PartnershipVisit, figures: tuple[CrosswalkFigure, ...]) -> Iterator[FigureLine]:
    for figure in figures:
        group = f", {words(Side(figure.group)) if figure.group in _SIDES else figure.group}" if figure.group else ""
        is_explained = figure.measure == HEADLINE and figure.dimension in DIMENSION_WORDS
        address = here.past.at(f"{here.address}/why", dimension=figure.dimension) if is_explained else ""
        yield FigureLine(
            words=sentence_case(f"{figure.words}{group}"),
            figure=_said(figure),
            rests_on=f"on about {round(figure.n):,}" if figure.n and figure.value is not None else "",
            address=address,
        )


def _said(figure: CrosswalkFigure) -> str:
    """The figure with its likely range; a count as a number; or why there is none."""
    if figure.value is None:
        return MISSING_IN_WORDS.get(figure.missing or Missing.NOT_ENOUGH, "Nothing has happened.")
    required = f"; the rule asks for {_counted(figure, figure.required)}" if figure.required is not None else ""
    if figure.basis is MeasureBasis.COUNTED and figure.measure != HEADLINE:
        return f"{_counted(figure, figure.value)}{required}"
    return figure_in_words(figure, is_some=figure.status is EvidenceStatus.SOME)


def _counted(figure: CrosswalkFigure, value: float) -> str:
    return f"{in_hundred(value)} in 100" if figure.measure in _PARTS_OF_ONE else f"{value:,.4g}"


PAGES = (
    Page(path="/partnerships/{partnership_id}/crosswalk", name="crosswalk", show=_show, section="reports", dear=True),
)
