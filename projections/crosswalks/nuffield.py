"""The six partnership principles of the Nuffield Institute's Partnership Assessment Tool, mapped onto our figures."""

from typing import Final

from projections.crosswalks.instrument import (
    ANSWERED,
    ATTENDANCE,
    DATED,
    DENSITY,
    EXPECTED_THERE,
    HELD,
    KEPT,
    KEPT_BY_RESIDENTS,
    LESSONS_CITED,
    MOVED,
    OPENNESS,
    REASONS,
    REVIEWED,
    SAID,
    WHOLE_PROMISES,
    CellCoverage,
    Instrument,
    InstrumentCell,
    InstrumentName,
    MappedFigure,
    MappedRequirement,
)
from projections.views.composition import Requirement

NUFFIELD: Final = Instrument(
    name=InstrumentName.NUFFIELD,
    title="Partnership Assessment Tool: six partnership principles",
    made_by="Hardy, Hudson and Waddington, Nuffield Institute for Health, 2003",
    address="http://bobhudsonconsulting.com/pat.aspx",
    filled_in_by=(
        "Each partner by itself agrees or disagrees with six statements a principle, so that it shows where partners "
        "see things alike and where they do not."
    ),
    no_total=(
        "The tool adds its statements up. Nobody answered them here, so nothing is added up: figures of what happened "
        "are no answers to statements."
    ),
    cells=(
        InstrumentCell(
            id="1",
            title="Recognise and accept the need for partnership",
            coverage=CellCoverage.IN_PART,
            figures=(EXPECTED_THERE, DENSITY),
            covered="Who of those expected is at the table, and how many of them turn to one another.",
            not_covered="Whether each accepts that it depends on the others, and for what.",
            question="What can you only reach together with the others here, and do they know it?",
        ),
        InstrumentCell(
            id="2",
            title="Develop clarity and realism of purpose",
            coverage=CellCoverage.IN_PART,
            figures=(WHOLE_PROMISES, DATED, MOVED),
            covered="Whether promises are clear enough to be judged, and how often their terms had to be changed.",
            not_covered="Whether partners share a vision, and think that its aims can be reached.",
            question="What is this partnership for, and are its aims within reach?",
        ),
        InstrumentCell(
            id="3",
            title="Ensure commitment and ownership",
            coverage=CellCoverage.COMPUTED,
            figures=(
                ATTENDANCE,
                KEPT,
                KEPT_BY_RESIDENTS,
                MappedFigure("H5", "promises-handed-over", "promises of leavers that somebody took on in time"),
            ),
            covered="Who comes, whose word is kept, and whether promises outlive those who made them.",
        ),
        InstrumentCell(
            id="4",
            title="Develop and maintain trust",
            coverage=CellCoverage.IN_PART,
            figures=(KEPT, ANSWERED, OPENNESS, SAID),
            covered="What each side met from the other, and what residents say where enough of them were asked.",
            not_covered="What those feel who were not asked: what was done and what is felt are kept apart here.",
            question="How far do you trust each of the others to do what they say?",
        ),
        InstrumentCell(
            id="5",
            title="Create clear and robust partnership arrangements",
            coverage=CellCoverage.COMPUTED,
            figures=(
                HELD,
                REASONS,
                MappedRequirement(Requirement.MEMBERS, "members, against the partnership’s own rule"),
                MappedRequirement(Requirement.RESIDENTS_VOTING_SHARE, "residents’ share of votes, against that rule"),
            ),
            covered="Whether meetings are held as planned, decisions have reasons, and seats keep to the rules.",
        ),
        InstrumentCell(
            id="6",
            title="Monitor, measure and learn",
            coverage=CellCoverage.COMPUTED,
            figures=(REVIEWED, LESSONS_CITED),
            covered="Whether the partnership stops to look at itself, and whether lessons come back in decisions.",
        ),
    ),
)
