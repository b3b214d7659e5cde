"""Who was there: signatures, answers and letters are counted, and nobody attended by them."""

import pytest

from domain.events.declaration import Participant
from domain.events.interactions import Crowd
from domain.vocabulary import TOGETHER, InteractionKind, Mode, Role, Side
from projections.method.document import default_method
from projections.method.method import Dimension
from projections.scoring.health.measure import Missing
from projections.views.contact_counts import ALL, contact_counts
from projections.views.interactions import interactions
from projections.views.network import Tie, network
from projections.views.network_bodies import network_bodies
from tests.support.health_measures import measure, value
from tests.support.told_partnership import COUNCIL, ICB, TENANTS, Told
from tests.support.trust_figures import partnership

METHOD = default_method()
AT = "2025-12-31"
APART = [kind for kind in InteractionKind if not TOGETHER[kind]]


def contact(kind, mode=None) -> Told:
    """Tell of one contact of a kind: five people of two bodies, and 1,200 who are only counted."""
    told = partnership(COUNCIL, ICB, TENANTS)
    told.met(
        "it",
        "2025-11-03",
        Participant(TENANTS, Role.RESIDENT_MEMBER, count=3),
        Participant(COUNCIL, Role.OFFICER, count=2),
        kind=kind,
        details={"crowds": (Crowd(Side.RESIDENTS, 1_200),), "mode": mode, "initiated_by": TENANTS},
    )
    return told


def counted(told, kind=ALL):
    found = {(row.kind, row.role, row.side): row for row in contact_counts(told.at(AT), METHOD)}
    return found[kind, ALL, ALL]


def ties(told):
    return {row.tie for row in network(told.at(AT), METHOD)}


def test_of_every_kind_it_is_said_whether_people_are_with_one_another():
    assert TOGETHER.keys() == set(InteractionKind)
    assert {InteractionKind.PETITION, InteractionKind.EVIDENCE_SUBMISSION, InteractionKind.SURVEY} <= set(APART)


@pytest.mark.parametrize(
    ("kind", "mode"), [*((kind, None) for kind in APART), (InteractionKind.MEETING, Mode.IN_WRITING)]
)
def test_those_who_sign_answer_or_write_attend_nothing(kind, mode):
    told = contact(kind, mode)
    (row,) = interactions(told.at(AT), METHOD)
    assert (row.attended, row.members, row.visitors, row.crowd, row.counted_apart) == (0, 0, 0, 0, 1_205)
    assert (row.attended_by_side, row.attended_by_role) == ({}, {})
    assert (counted(told).people, counted(told).appearances, counted(told).counted_apart) == (0, 0, 1_200)
    assert measure(told, Dimension.PARTICIPATION).missing is Missing.NOTHING_HAPPENED
    assert measure(told, Dimension.NETWORK, "together-across-the-line").value is None
    assert ties(told) == {Tie.CONTACT}
    assert {body.contacts_attended for body in network_bodies(told.at(AT), METHOD)} == {0}


@pytest.mark.parametrize("kind", [kind for kind in InteractionKind if TOGETHER[kind]])
def test_those_who_are_with_one_another_attend(kind):
    told = contact(kind)
    (row,) = interactions(told.at(AT), METHOD)
    assert (row.attended, row.crowd, row.counted_apart) == (1_205, 1_200, 0)
    assert (counted(told).people, counted(told).counted_apart) == (1_205, 0)
    assert value(told, Dimension.PARTICIPATION, "people-active") == 2
    assert ties(told) == {Tie.CONTACT, Tie.CO_ATTENDANCE}


def test_two_unnamed_officers_at_forty_five_submissions_are_two_people_who_attended_nothing():
    told = partnership(COUNCIL, TENANTS)
    for number in range(45):
        told.met(
            f"paper {number}",
            "2025-04-01",
            Participant(COUNCIL, Role.OFFICER, count=2),
            kind=InteractionKind.EVIDENCE_SUBMISSION,
        )
    papers = counted(told, InteractionKind.EVIDENCE_SUBMISSION)
    assert (papers.contacts, papers.people) == (45, 2)
    assert (counted(told).people, counted(told).appearances) == (0, 0)


def test_whoever_is_not_named_may_be_the_same_at_every_meeting():
    told = partnership(COUNCIL, TENANTS)
    for number in range(45):
        told.met(
            f"meeting {number}",
            "2025-04-01",
            Participant(COUNCIL, Role.OFFICER, count=2 + (number == 7)),
            Participant(TENANTS, Role.OFFICER),
        )
    assert (counted(told).people, counted(told).appearances) == (3 + 1, 91 + 45)
