"""The seven domains of the VicHealth partnerships analysis tool, mapped onto our figures."""

from typing import Final

from projections.crosswalks.instrument import (
    ANSWERED,
    CENTRALISATION,
    DENSITY,
    EXPECTED_THERE,
    FREEDOM,
    HELD,
    KEPT,
    LED_BY_RESIDENTS,
    LESSONS_CITED,
    LIKENESS,
    OUT_OF_HOURS,
    REVIEWED,
    SUPPORT,
    WHOLE_PROMISES,
    CellCoverage,
    Instrument,
    InstrumentCell,
    InstrumentName,
    MappedFigure,
)

VICHEALTH: Final = Instrument(
    name=InstrumentName.VICHEALTH,
    title="Partnerships Analysis Tool",
    made_by="McLeod for VicHealth, 2004, revised 2011",
    address="https://www.incept.org.au/shared-measurement/partnership-assessment-tools",
    filled_in_by=(
        "Partners sit together, draw a map of who works with whom, and rate 35 statements from 1 to 5, which add up "
        "to between 35 and 175."
    ),
    no_total="The 35 ratings are partners’ own. Nobody gave them here, so there is no total and no band.",
    cells=(
        InstrumentCell(
            id="map",
            title="The map: from networking to collaborating",
            coverage=CellCoverage.IN_PART,
            figures=(DENSITY, CENTRALISATION),
            covered="Who turns to whom, by contacts, asks and promises, and whether all of it runs through one.",
            not_covered="How close partners think each tie is: networking, coordinating, cooperating, collaborating.",
            question="With whom do you only exchange news, and with whom do you share work, money or decisions?",
        ),
        InstrumentCell(
            id="1",
            title="Determining the need for the partnership",
            coverage=CellCoverage.IN_PART,
            figures=(EXPECTED_THERE,),
            covered="Whether those who are needed take part.",
            not_covered="Whether partners see a need, a shared goal and a benefit of their own.",
            question="Do you gain more from working together than it costs you?",
        ),
        InstrumentCell(
            id="2",
            title="Choosing partners",
            coverage=CellCoverage.IN_PART,
            figures=(EXPECTED_THERE, MappedFigure("H6", "evenness", "how evenly they take part"), LIKENESS),
            covered="Who of those expected takes part, how evenly, and whether people who take part match the place.",
            not_covered="Whether partners share interests and complement one another.",
            question="Who is missing here, and who brings what nobody else could?",
        ),
        InstrumentCell(
            id="3",
            title="Making sure partnerships work",
            coverage=CellCoverage.COMPUTED,
            figures=(KEPT, HELD, ANSWERED),
            covered="Whether promises are kept, meetings held and asks answered.",
        ),
        InstrumentCell(
            id="4",
            title="Planning collaborative action",
            coverage=CellCoverage.IN_PART,
            figures=(WHOLE_PROMISES, LED_BY_RESIDENTS),
            covered="Whether what was agreed says who, by when and how one will know, and who led decisions.",
            not_covered="Whether partners were part of planning and setting priorities from the start.",
            question="Did you help to set the plan, or were you told of it?",
        ),
        InstrumentCell(
            id="5",
            title="Implementing collaborative action",
            coverage=CellCoverage.COMPUTED,
            figures=(
                KEPT,
                MappedFigure("H1", "kept-in-time", "promises kept in time"),
                MappedFigure("H1", "kept-late", "promises kept late"),
                MappedFigure("H1", "overdue", "promises overdue"),
            ),
            covered="What was carried out, in time, late or not yet.",
        ),
        InstrumentCell(
            id="6",
            title="Minimising the barriers to partnerships",
            coverage=CellCoverage.IN_PART,
            figures=(SUPPORT, OUT_OF_HOURS, FREEDOM),
            covered="Support and hours that let people come, and how freely money may be used.",
            not_covered="Differences in priorities, goals and ways of working, and whether they are talked about.",
            question="What makes it hard for you to take part, and does anybody know?",
        ),
        InstrumentCell(
            id="7",
            title="Reflecting on and continuing the partnership",
            coverage=CellCoverage.IN_PART,
            figures=(REVIEWED, LESSONS_CITED, MappedFigure("H5", "churn", "members who came or left in the year")),
            covered="Reviews held, lessons that came back, and how many members came and left.",
            not_covered="Whether partners see a need and a wish to go on.",
            question="Would you begin this partnership again, knowing what you know now?",
        ),
    ),
)
