"""Stories of one promise about street lights, and how it stood at the end of a day."""

from domain.events.commitments import CommitmentRenegotiated
from projections.lifecycles.commitments import commitments
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, PartnershipStory, an_id

METHOD = folkmoot_2026()
LIGHTS = an_id("lights")


def a_partnership(*seats):
    story = PartnershipStory()
    for seat in seats:
        story.joined(seat, "2025-01-01")
    return story


def a_promise(*, seats=(), due="2026-02-01", **how):
    story = a_partnership(*seats)
    story.promised("lights", "2026-01-01", due=due, **how)
    return story


def phase(story, as_of, *, strand=0, known_at=None):
    history = story.at(as_of, known_at=known_at)
    (only,) = commitments(history, METHOD)
    return only.strands[strand].at(history.end)


def state(story, as_of, **which):
    return phase(story, as_of, **which).state


def renegotiated(story, on, due, *, agreed_by=()):
    body = CommitmentRenegotiated(happened=on, commitment_id=LIGHTS, asked_by=COUNCIL, due=due, agreed_by=agreed_by)
    return story.tell(body)
