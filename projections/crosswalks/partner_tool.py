"""The scores of PARTNER, a survey of networks in which every member rates every other, mapped onto our figures."""

from typing import Final

from projections.crosswalks.instrument import (
    ACTED_ON,
    ANSWERED,
    ATTENDANCE,
    CENTRALISATION,
    DENSITY,
    FREEDOM,
    KEPT,
    KEPT_BY_RESIDENTS,
    LED_BY_RESIDENTS,
    OPENNESS,
    SHARED_OUT,
    CellCoverage,
    Instrument,
    InstrumentCell,
    InstrumentName,
    MappedFigure,
)

PARTNER: Final = Instrument(
    name=InstrumentName.PARTNER,
    title="PARTNER: trust, value and the shape of the network",
    made_by="Varda, Visible Network Labs",
    address="https://support.visiblenetworklabs.com/portal/en/kb/articles/analyze-trust-and-value",
    filled_in_by=(
        "Each member answers for about half an hour, and rates every other from 1 to 4 on three questions of trust "
        "and three of value. A later survey begins from nothing."
    ),
    no_total=(
        "PARTNER averages ratings of one member by all others. Here nobody rates anybody: each line says what was "
        "done, with its own range, and lines are not averaged."
    ),
    cells=(
        InstrumentCell(
            id="trust-reliability",
            title="Trust: reliability",
            coverage=CellCoverage.COMPUTED,
            figures=(KEPT, KEPT_BY_RESIDENTS),
            covered="Whether promises are kept, in both directions; of each body by itself under trust.",
        ),
        InstrumentCell(
            id="trust-mission",
            title="Trust: in support of the mission",
            coverage=CellCoverage.NEEDS_SURVEY,
            not_covered="Whether members share the aims of the partnership: no act shows it.",
            question="How far does each of the others share the mission of this partnership?",
        ),
        InstrumentCell(
            id="trust-open",
            title="Trust: open to discussion",
            coverage=CellCoverage.COMPUTED,
            figures=(ANSWERED, OPENNESS),
            covered="Whether asks are answered, and notes, reasons and feedback given in time.",
        ),
        InstrumentCell(
            id="value-power",
            title="Value: power and influence",
            coverage=CellCoverage.IN_PART,
            figures=(ACTED_ON, LED_BY_RESIDENTS),
            covered="What residents changed, and which decisions they led.",
            not_covered="Influence that leaves no trace on record, and the standing that others see.",
            question="How much influence does each of the others have in the place?",
        ),
        InstrumentCell(
            id="value-involvement",
            title="Value: level of involvement",
            coverage=CellCoverage.COMPUTED,
            figures=(ATTENDANCE, SHARED_OUT),
            covered="Who of those expected came, and how work is shared out.",
        ),
        InstrumentCell(
            id="value-resources",
            title="Value: contribution of resources",
            coverage=CellCoverage.IN_PART,
            figures=(MappedFigure("H9", "awards", "awards of money that run"), FREEDOM),
            covered="Money that was awarded, and on what terms.",
            not_covered="Time, skills, rooms and contacts that were given without an award.",
            question="What does each of the others bring in: time, skills, rooms, contacts, money?",
        ),
        InstrumentCell(
            id="density",
            title="Network: density",
            coverage=CellCoverage.COMPUTED,
            figures=(DENSITY,),
            covered="Ties from contacts, asks and promises on record; PARTNER’s are those that members report.",
        ),
        InstrumentCell(
            id="centralisation",
            title="Network: degree centralisation",
            coverage=CellCoverage.COMPUTED,
            figures=(CENTRALISATION,),
            covered="How far ties run through one member, by Freeman’s measure.",
        ),
    ),
)
