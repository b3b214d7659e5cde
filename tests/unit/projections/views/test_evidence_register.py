"""Who was heard: witnesses and visitors, not the members who listen, and people counted by side only."""

from datetime import date

import pytest

from domain.events import Participant
from domain.events.interactions import Crowd
from domain.vocabulary import Attendance, Challenge, InteractionKind, Role, Side
from projections.views.evidence_register import evidence_register
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import CHARITY, COUNCIL, ICB, TENANTS, PartnershipStory, an_id


@pytest.fixture
def story():
    """A session with a witness, a member who is one, one who listens, one who did not come; a workshop with a crowd."""
    story = PartnershipStory()
    story.formed("2026-01-01")
    story.met(
        "session",
        "2026-02-03",
        Participant(CHARITY, role=Role.EXPERT_WITNESS, member=False, count=2),
        Participant(ICB, role=Role.EXPERT_WITNESS),
        Participant(COUNCIL),
        Participant(TENANTS, member=False, attendance=Attendance.APOLOGIES),
        kind=InteractionKind.EVIDENCE_SESSION,
        details={"themes": ("Buses",), "challenges": (Challenge.TRANSPORT_CONNECTIVITY,)},
    )
    crowds = (Crowd(side=Side.RESIDENTS, count=30),)
    story.met("workshop", "2026-03-04", Participant(COUNCIL), kind=InteractionKind.WORKSHOP, details={"crowds": crowds})
    story.met("board", "2026-03-05", Participant(CHARITY, member=False))
    return story


def read(story, as_of):
    return evidence_register(story.at(as_of), folkmoot_2026())


def test_witnesses_are_listed_with_when_how_and_on_what(story):
    rows = read(story, "2026-02-28")
    assert [(row.party_id, row.role, row.people) for row in rows] == [
        (CHARITY.party_id, Role.EXPERT_WITNESS, 2),
        (ICB.party_id, Role.EXPERT_WITNESS, 1),
    ]
    assert {(row.kind, row.heard_on, row.themes, row.challenges) for row in rows} == {
        (InteractionKind.EVIDENCE_SESSION, date(2026, 2, 3), ("Buses",), (Challenge.TRANSPORT_CONNECTIVITY,))
    }


def test_people_who_were_only_counted_are_listed_by_side_and_board_meetings_are_no_hearing(story):
    (row,) = [row for row in read(story, "2026-12-31") if row.interaction_id != an_id("session")]
    assert (row.interaction_id, row.party_id, row.side, row.people) == (an_id("workshop"), None, Side.RESIDENTS, 30)
