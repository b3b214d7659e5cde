"""Who was there: signatures, answers and letters are counted, and nobody attended by them."""

import pytest

from domain.events.declaration import Participant
from domain.events.interactions import Crowd
from domain.vocabulary import TOGETHER, InteractionKind, Mode, Role, Side
from projections.method.method import Dimension
from projections.scoring.health.measure import Missing
from projections.views.contact_counts import ALL, contact_counts
from projections.views.interactions import interactions
from projections.views.network import Tie, network
from projections.views.network_bodies import network_bodies
from tests.support.health_measures import measure, value
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, ICB, TENANTS, PartnershipStory
from tests.support.trust_figures import partnership

METHOD = folkmoot_2026()
AT = "2025-12-31"
APART = [kind for kind in InteractionKind if not TOGETHER[kind]]


def contact(kind, mode=None) -> PartnershipStory:
    """One contact of a kind: five people of two bodies, and 1,200 who are only counted."""
    story = partnership(COUNCIL, ICB, TENANTS)
    story.met(
        "it",
        "2025-11-03",
        Participant(TENANTS, Role.RESIDENT_MEMBER, count=3),
        Participant(COUNCIL, Role.OFFICER, count=2),
        kind=kind,
        details={"crowds": (Crowd(Side.RESIDENTS, 1_200),), "mode": mode, "initiated_by": TENANTS},
    )
    return story


def counted(story, kind=ALL):
    counts = {(row.kind, row.role, row.side): row for row in contact_counts(story.at(AT), METHOD)}
    return counts[kind, ALL, ALL]


def ties(story):
    return {row.tie for row in network(story.at(AT), METHOD)}


def test_of_every_kind_it_is_said_whether_people_are_with_one_another():
    assert TOGETHER.keys() == set(InteractionKind)
    assert {InteractionKind.PETITION, InteractionKind.EVIDENCE_SUBMISSION, InteractionKind.SURVEY} <= set(APART)


@pytest.mark.parametrize(
    ("kind", "mode"), [*((kind, None) for kind in APART), (InteractionKind.MEETING, Mode.IN_WRITING)]
)
def test_those_who_sign_answer_or_write_attend_nothing(kind, mode):
    story = contact(kind, mode)
    (row,) = interactions(story.at(AT), METHOD)
    assert (row.attended, row.members, row.visitors, row.crowd, row.counted_apart) == (0, 0, 0, 0, 1_205)
    assert (row.attended_by_side, row.attended_by_role) == ({}, {})
    assert (counted(story).people, counted(story).appearances, counted(story).counted_apart) == (0, 0, 1_200)
    assert measure(story, Dimension.PARTICIPATION).missing is Missing.NOTHING_HAPPENED
    assert measure(story, Dimension.NETWORK, "together-across-the-line").value is None
    assert ties(story) == {Tie.CONTACT}
    assert {body.contacts_attended for body in network_bodies(story.at(AT), METHOD)} == {0}


@pytest.mark.parametrize("kind", [kind for kind in InteractionKind if TOGETHER[kind]])
def test_those_who_are_with_one_another_attend(kind):
    story = contact(kind)
    (row,) = interactions(story.at(AT), METHOD)
    assert (row.attended, row.crowd, row.counted_apart) == (1_205, 1_200, 0)
    assert (counted(story).people, counted(story).counted_apart) == (1_205, 0)
    assert value(story, Dimension.PARTICIPATION, "people-active") == 2
    assert ties(story) == {Tie.CONTACT, Tie.CO_ATTENDANCE}


def test_two_unnamed_officers_at_forty_five_submissions_are_two_people_who_attended_nothing():
    story = partnership(COUNCIL, TENANTS)
    for number in range(45):
        story.met(
            f"paper {number}",
            "2025-04-01",
            Participant(COUNCIL, Role.OFFICER, count=2),
            kind=InteractionKind.EVIDENCE_SUBMISSION,
        )
    papers = counted(story, InteractionKind.EVIDENCE_SUBMISSION)
    assert (papers.contacts, papers.people) == (45, 2)
    assert (counted(story).people, counted(story).appearances) == (0, 0)


def test_whoever_is_not_named_may_be_the_same_at_every_meeting():
    story = partnership(COUNCIL, TENANTS)
    for number in range(45):
        story.met(
            f"meeting {number}",
            "2025-04-01",
            Participant(COUNCIL, Role.OFFICER, count=2 + (number == 7)),
            Participant(TENANTS, Role.OFFICER),
        )
    assert (counted(story).people, counted(story).appearances) == (3 + 1, 91 + 45)
