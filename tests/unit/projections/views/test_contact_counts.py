"""Counting people and contacts by kind, role and side: an inquiry's figures come out as they went in."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events.declaration import Participant
from domain.events.interactions import Crowd
from domain.vocabulary import Attendance, InteractionKind, PartyKind, Role, Side
from projections.views.contact_counts import ALL, contact_counts
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import CHARITY, COUNCIL, ICB, TENANTS, PartnershipStory, an_id, party

METHOD = folkmoot_2026()


def counts(story, as_of="2026-12-31"):
    rows = contact_counts(story.at(as_of), METHOD)
    return {(row.kind, row.role, row.side, row.attendance): row for row in rows}


def came(table, kind=ALL, role=ALL, side=ALL, attendance=Attendance.ATTENDED):
    return table[kind, role, side, attendance]


WITNESS_SIDES = (COUNCIL, ICB, CHARITY)


@pytest.fixture
def inquiry():
    """Return an inquiry of 21 witnesses over 4 sessions (one heard twice), 45 submissions and 3 workshops."""
    story = PartnershipStory("inquiry")
    witnesses = [
        Participant(WITNESS_SIDES[number % 3], Role.EXPERT_WITNESS, member=False, person_id=an_id(f"witness {number}"))
        for number in range(21)
    ]
    for session in range(4):
        session_witnesses = witnesses[session * 6 : session * 6 + 6]
        again = witnesses[:1] if session == 3 else []
        story.met(
            f"session {session}",
            f"2026-03-0{session + 1}",
            *session_witnesses,
            *again,
            kind=InteractionKind.EVIDENCE_SESSION,
        )
    for number in range(45):
        author = party(f"author {number}", Side.COMMUNITY_SECTOR, PartyKind.CHARITY)
        story.met(f"paper {number}", "2026-04-01", Participant(author), kind=InteractionKind.EVIDENCE_SUBMISSION)
    for number in range(3):
        story.met(
            f"workshop {number}",
            f"2026-05-0{number + 1}",
            Participant(TENANTS, Role.RESIDENT_MEMBER, count=5),
            Participant(COUNCIL, Role.OFFICER, Attendance.APOLOGIES),
            kind=InteractionKind.WORKSHOP,
            details={"crowds": (Crowd(Side.RESIDENTS, 10),)},
        )
    return story


def test_twenty_one_witnesses_over_several_sessions_are_twenty_one_people(inquiry):
    table = counts(inquiry)
    witnesses = came(table, role=Role.EXPERT_WITNESS)
    assert (witnesses.people, witnesses.appearances, witnesses.contacts) == (21, 22, 4)
    by_side = {
        side: came(table, role=Role.EXPERT_WITNESS, side=side).people for side in (each.side for each in WITNESS_SIDES)
    }
    assert by_side == {Side.GOVERNMENT: 7, Side.AGENCY: 7, Side.COMMUNITY_SECTOR: 7}


def test_forty_five_submissions_and_three_workshops_are_counted_as_contacts(inquiry):
    table = counts(inquiry)
    papers = came(table, kind=InteractionKind.EVIDENCE_SUBMISSION)
    assert (papers.contacts, papers.bodies, papers.people) == (45, 45, 45)
    workshops = came(table, kind=InteractionKind.WORKSHOP)
    assert (workshops.contacts, workshops.people, workshops.appearances) == (3, 5 + 30, 45)


def test_crowds_count_for_their_side_and_for_no_role(inquiry):
    table = counts(inquiry)
    assert came(table, kind=InteractionKind.WORKSHOP, side=Side.RESIDENTS).appearances == 45
    assert came(table, role=Role.RESIDENT_MEMBER).appearances == 15


def test_those_who_stayed_away_are_counted_apart(inquiry):
    table = counts(inquiry)
    sorry = came(table, attendance=Attendance.APOLOGIES)
    assert (sorry.people, sorry.appearances) == (1, 3)  # one officer each time: nothing says that they were three
    assert (InteractionKind.WORKSHOP, Role.OFFICER, Side.GOVERNMENT, Attendance.ATTENDED) not in table


def test_no_person_is_named_in_any_row(inquiry):
    people = {str(an_id(f"witness {number}")) for number in range(21)}
    assert not any(person in repr(row) for person in people for row in contact_counts(inquiry.at("2026-12-31"), METHOD))


cast = st.lists(
    st.builds(
        Participant,
        st.sampled_from([COUNCIL, ICB, TENANTS]),
        st.sampled_from([Role.OFFICER, Role.CHAIR]),
        person_id=st.none() | st.sampled_from([an_id("anna"), an_id("ben")]),
        count=st.integers(1, 9),
    ),
    min_size=1,
    max_size=4,
)


@given(st.lists(cast, min_size=1, max_size=5))
def test_the_whole_is_never_less_than_a_part_nor_more_than_all_parts(meetings):
    story = PartnershipStory()
    for number, participants in enumerate(meetings):
        story.met(f"meeting {number}", "2026-03-01", *participants)
    table = counts(story)
    whole = came(table)
    assert whole.contacts == len(meetings)
    for of in ("role", "side"):
        parts = [
            row
            for (kind, role, side, _), row in table.items()
            if kind == ALL and (side if of == "role" else role) == ALL and (role if of == "role" else side) != ALL
        ]
        assert max(row.people for row in parts) <= whole.people <= sum(row.people for row in parts)
        assert whole.people <= whole.appearances
