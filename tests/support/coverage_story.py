"""Meetings told of by several sources of a record, and what of them is evidence, counted or waiting."""

from domain.events.consultations import ConsultationClosed, ConsultationOpened
from domain.events.covered_acts import CoveredActs
from domain.events.declaration import Participant
from domain.events.interactions import NotesShared
from domain.events.stewardship import CoverageDeclared
from domain.vocabulary import Facet, InteractionKind, SharingKind, Side
from projections.lifecycles.sharing_coverage import sharing_coverage
from projections.method.document import default_method
from projections.scoring.behaviour import evidence
from tests.support.partnership_story import COUNCIL, COUNTY, TENANTS, an_id, words

DIARY = "diary"
NOTES = CoveredActs(SharingKind.NOTES)
YEAR_END = "2026-12-31"


def met(story, name, on, *, convened_by=COUNCIL, **how):
    people = (Participant(COUNCIL), Participant(TENANTS), Participant(COUNTY))
    return story.met(
        name, on, *people, kind=InteractionKind.MEETING, details={"convened_by": convened_by}, by=convened_by, **how
    )


def shared(story, name, on, **how):
    body = NotesShared(happened=on, interaction_id=an_id(name), shared_with=(Side.RESIDENTS,))
    return story.tell(body, by=COUNCIL, **how)


def declared(story, on, *covered, key=None, mapping=None, **how):
    body = CoverageDeclared(
        happened=on,
        coverage_id=an_id(f"coverage {story.head}"),
        api_key_id=None if key is None else an_id(key),
        mapping=mapping,
        covered=covered,
    )
    return story.tell(body, key="steward", **how)


def values(story, on=YEAR_END, method=None, **how):
    """The value of each act of openness towards residents that stands on a day, in order."""
    history = story.at(on, **how)
    rows = [row for row in evidence(history, method or default_method()) if row.facet is Facet.OPENNESS]
    return [row.value for row in rows if row.truster.side is Side.RESIDENTS and row.stands_at(history.end)]


def counted(story, on=YEAR_END, **how):
    """Of each kind: how many duties to residents no source covers, of how many."""
    rows = sharing_coverage(story.at(on, **how), default_method())
    return {row.kind: (row.uncovered, row.duties) for row in rows if row.owed_to is Side.RESIDENTS}


def consulted(story, **how):
    """A consultation that closed, of which nothing was fed back."""
    sides = (Side.RESIDENTS,)
    opening = ConsultationOpened(
        happened="2026-01-01", consultation_id=an_id("c"), opened_by=COUNCIL, subject=words("c"), consulted=sides
    )
    story.tell(opening, **how)
    closing = ConsultationClosed(happened="2026-02-01", consultation_id=an_id("c"), closed_by=COUNCIL, responses=4)
    story.tell(closing, **how)
