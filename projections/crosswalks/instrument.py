"""An instrument that people know, as declared: its cells, and what of each is computed here and what is not."""

from msgspec import Struct

from domain.vocabulary import CodeList
from projections.views.composition import Requirement


class InstrumentName(CodeList):
    """The instruments that figures are mapped onto."""

    NUFFIELD = "nuffield"
    VICHEALTH = "vichealth"
    PARTNER = "partner"
    SCOTTISH_STANDARDS = "scottish-standards"
    BIG_LOCAL = "big-local"


class CellCoverage(CodeList):
    """How far a cell is covered by what happened: computed, in part, or only by asking people."""

    COMPUTED = "computed"
    IN_PART = "in-part"
    NEEDS_SURVEY = "needs-a-survey"


class MappedFigure(Struct, frozen=True):
    """A measure of health that speaks to a cell: of which dimension, under which name, and what it is in words."""

    dimension: str
    measure: str
    words: str


class MappedRequirement(Struct, frozen=True):
    """A requirement on seats that speaks to a cell: the partnership's own rule, and how the seats stand against it."""

    requirement: Requirement
    words: str


class InstrumentCell(Struct, frozen=True, kw_only=True):
    """One principle, standard or score of an instrument, in our words.

    `covered` says what the figures show of it, `not_covered` what they do not; `question` is what to ask people.
    """

    id: str
    title: str
    coverage: CellCoverage
    figures: tuple[MappedFigure | MappedRequirement, ...] = ()
    covered: str = ""
    not_covered: str = ""
    question: str = ""


class Instrument(Struct, frozen=True, kw_only=True):
    """One instrument: who made it, how it is filled in and totalled there, and why no total is made here."""

    name: InstrumentName
    title: str
    made_by: str
    address: str
    filled_in_by: str
    no_total: str
    cells: tuple[InstrumentCell, ...]


KEPT = MappedFigure("H1", "headline", "promises of officials to residents, kept")
KEPT_BY_RESIDENTS = MappedFigure("H1", "residents-to-officials", "promises of residents to officials, kept")
ANSWERED = MappedFigure("H2", "headline", "residents’ asks answered")
FED_BACK = MappedFigure("H2", "consultations-fed-back", "consultations that were reported back on")
ACTED_ON = MappedFigure("H3", "headline", "asks of residents that were acted on")
LED_BY_RESIDENTS = MappedFigure("H3", "led-by-residents", "decisions led by residents")
LEVEL_PRACTISED = MappedFigure("H3", "level-practised", "how far people took part, from 0 (informed) to 4 (in charge)")
SHARED_OUT = MappedFigure("H4", "headline", "work shared out, and not done by few")
ATTENDANCE = MappedFigure("H4", "attendance", "how many of those expected came")
SUPPORT = MappedFigure("H4", "with-support-offered", "meetings at which support was offered, such as childcare")
OUT_OF_HOURS = MappedFigure("H4", "outside-office-hours", "meetings outside office hours")
EXPECTED_THERE = MappedFigure("H6", "headline", "organisations and groups expected at the table that take part")
DENSITY = MappedFigure("H7", "density", "ties there are, of all there could be")
CENTRALISATION = MappedFigure("H7", "centralisation", "how far all ties run through one")
HELD = MappedFigure("H8", "headline", "meetings held, of those planned or due by the rules")
FREEDOM = MappedFigure("H9", "headline", "freedom in how money is given")
OPENNESS = MappedFigure("H10", "headline", "notes, reasons and feedback given in time")
REASONS = MappedFigure("H10", "reasons", "decisions with reasons on record")
LIKENESS = MappedFigure("H11", "headline", "how like the place those taking part were")
SAID = MappedFigure("H12", "headline", "what residents say of officials")
GAP = MappedFigure("H12", "gap", "how far apart the two sides’ ratings are")
REVIEWED = MappedFigure("H13", "headline", "reviews of the partnership held, of those planned")
LESSONS_CITED = MappedFigure("H13", "lessons-cited", "lessons that a later decision cites")
WHOLE_PROMISES = MappedFigure(
    "H1", "owner-promisee-due-and-measure", "promises that say who, to whom, by when and how one will know"
)
DATED = MappedFigure("H1", "with-a-date", "promises that carry a date")
MOVED = MappedFigure("H1", "renegotiated", "promises whose terms were changed by agreement")
"""Figures that several instruments ask for, in words that stand after a colon."""
