"""A partnership and a place to which everything happens that the record has words for."""

from uuid import UUID

import msgspec

from domain.events import EventBody, declarations
from domain.events.examples import example
from domain.events.experience import PulseObserved
from domain.events.interactions import NotesShared
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.values import PartyAt
from domain.vocabulary import Facet, Side
from tests.support.partnership_story import COUNCIL, ICB, TENANTS, PartnershipStory, an_id

_MENDING = (RecordCorrected, RecordWithdrawn)
PERSON = an_id("somebody")


def a_partnership(by: PartyAt | None = None) -> PartnershipStory:
    """Add an event of every type that a partnership has, all about the same few things, as the word of one body."""
    story = PartnershipStory("everything")
    story.formed("2025-01-01")
    for who in (COUNCIL, ICB, TENANTS):
        story.joined(who, "2025-01-01")
    promise = story.promised("lights", "2025-02-01", due="2025-03-01")
    story.met("walk", "2025-02-01")
    _tell_all(story, home="", record_id=promise, by=by)
    story.corrected(promise, "2026-05-01")(due="2025-04-01")
    story.tell(_pulse_about_no_person())
    story.tell(NotesShared(happened="2025-01-15", interaction_id=an_id("walk"), shared_with=()))  # before the walk
    return story


def _pulse_about_no_person() -> PulseObserved:
    return PulseObserved(
        happened="2025-11-01",
        pulse_id=an_id("pulse about no person"),
        about=COUNCIL,
        rater_side=Side.RESIDENTS,
        facet=Facet.EXPRESSED,
        counts=(1, 0, 2, 3, 4),
    )


def a_place() -> PartnershipStory:
    """Add an event of every type that a place has."""
    story = PartnershipStory("somewhere")
    _tell_all(story, home="place_id", record_id=story.partition_id)
    return story


def _tell_all(story: PartnershipStory, *, home: str, record_id: UUID, by: PartyAt | None = None) -> None:
    bodies = [each.body for each in declarations() if each.home == home and each.body not in _MENDING]
    for number, body in enumerate(bodies):
        story.tell(placed(example(body), number, record_id), by=by)


def placed(body: EventBody, number: int, record_id: UUID) -> EventBody:
    """Let ids of the same name mean the same thing, so that events continue one another."""
    ids = {name: an_id(name) for name in body.__struct_fields__ if name.endswith("_id") and getattr(body, name)}
    ids |= {name: PERSON for name in ids if name.endswith(("person_id", "subject_id", "rater_id"))}
    if "record_id" in ids:
        ids["record_id"] = record_id
    return msgspec.structs.replace(body, happened=f"2025-{number // 27 + 4:02}-{number % 27 + 1:02}", **ids)
