"""The rules, the yearly review and the five values of Big Local partnerships, mapped onto our figures."""

from typing import Final

from projections.crosswalks.instrument import (
    ACTED_ON,
    ANSWERED,
    FREEDOM,
    LED_BY_RESIDENTS,
    REVIEWED,
    SHARED_OUT,
    CellCoverage,
    Instrument,
    InstrumentCell,
    InstrumentName,
    MappedFigure,
    MappedRequirement,
)
from projections.views.composition import Requirement

BIG_LOCAL: Final = Instrument(
    name=InstrumentName.BIG_LOCAL,
    title="Big Local: rules, yearly review and values of a partnership",
    made_by="Local Trust, from 2011",
    address="http://localtrust.org.uk/library/programme-guidance/big-local-partnerships/",
    filled_in_by="Each partnership is reviewed once a year with its adviser, and members are surveyed.",
    no_total="Big Local keeps no total, and nor do we: a rule is kept or it is not, and values are no sum.",
    cells=(
        InstrumentCell(
            id="members",
            title="At least eight members",
            coverage=CellCoverage.COMPUTED,
            figures=(MappedRequirement(Requirement.MEMBERS, "members, against the partnership’s own rule"),),
            covered="How many seats are taken on the day asked about; eight is Big Local’s number.",
        ),
        InstrumentCell(
            id="resident-majority",
            title="Residents have at least 51 in 100 of the votes",
            coverage=CellCoverage.COMPUTED,
            figures=(
                MappedRequirement(Requirement.RESIDENTS_VOTING_SHARE, "residents’ share of votes, against that rule"),
            ),
            covered="Residents’ share of voting seats on the day asked about; a later page of Local Trust says 50.",
        ),
        InstrumentCell(
            id="yearly-review",
            title="Reviewed every year",
            coverage=CellCoverage.COMPUTED,
            figures=(REVIEWED,),
            covered="Reviews of the partnership held in the year, of those planned.",
        ),
        InstrumentCell(
            id="small-group",
            title="Not resting on a small group",
            coverage=CellCoverage.IN_PART,
            figures=(SHARED_OUT, MappedFigure("H4", "fewest-behind-half", "fewest people behind half of the work")),
            covered="How attendance is shared: 63 in 100 members whom Big Local asked found it too few.",
            not_covered="Work that leaves no attendance, and whether members mind.",
            question="Does the partnership rely too much on a small group of people?",
        ),
        InstrumentCell(
            id="resident-led",
            title="Value: resident-led",
            coverage=CellCoverage.COMPUTED,
            figures=(LED_BY_RESIDENTS, ACTED_ON),
            covered="Which decisions residents led, and what became of what they asked for.",
        ),
        InstrumentCell(
            id="non-prescriptive",
            title="Value: non-prescriptive",
            coverage=CellCoverage.IN_PART,
            figures=(FREEDOM,),
            covered="How freely money may be used.",
            not_covered="Conditions that are not written down.",
            question="Who decides what the money is for?",
        ),
        InstrumentCell(
            id="long-term",
            title="Value: long-term",
            coverage=CellCoverage.IN_PART,
            figures=(
                FREEDOM,
                MappedFigure("H5", "promises-handed-over", "promises of leavers that somebody took on in time"),
            ),
            covered="How long awards run is part of their freedom; whether promises outlive those who made them.",
            not_covered="Whether people count on it to last.",
            question="Do you expect this to be here in five years?",
        ),
        InstrumentCell(
            id="patient",
            title="Value: patient and non-judgemental",
            coverage=CellCoverage.NEEDS_SURVEY,
            not_covered="No act shows patience; asking for more time and getting it is counted under freedom.",
            question="Were you given time to learn, and were mistakes forgiven?",
        ),
        InstrumentCell(
            id="flexible",
            title="Value: flexible and responsive",
            coverage=CellCoverage.COMPUTED,
            figures=(MappedFigure("H9", "variations", "changes to awards that were granted"), ANSWERED),
            covered="Whether changes were granted when plans changed, and asks answered.",
        ),
    ),
)
