"""Ties between bodies: directed ones one by one, sitting together shared out among those present."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events.declaration import Participant
from domain.vocabulary import Attendance
from projections.scoring.formulas.contact_graph import (
    centralisation,
    contact_graph,
    density,
    external_internal,
    reciprocity,
)
from projections.views.network import Tie, network
from projections.views.network_bodies import network_bodies
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import CHARITY, COUNCIL, FORUM, ICB, TENANTS, PartnershipStory

METHOD = folkmoot_2026()
BODIES = (COUNCIL, ICB, TENANTS, FORUM, CHARITY)


def ties(story, tie, as_of="2026-06-30"):
    return {(row.from_party_id, row.to_party_id): row for row in network(story.at(as_of), METHOD) if row.tie is tie}


def pair(*bodies):
    return tuple(sorted(body.party_id for body in bodies))


def test_whoever_starts_a_contact_turns_to_everybody_who_came():
    story = PartnershipStory()
    story.met(
        "call",
        "2026-03-01",
        Participant(TENANTS),
        Participant(COUNCIL),
        Participant(ICB, attendance=Attendance.APOLOGIES),
        details={"initiated_by": TENANTS},
    )
    assert set(ties(story, Tie.CONTACT)) == {(TENANTS.party_id, COUNCIL.party_id)}


def test_asks_and_promises_tie_those_who_make_them_to_those_they_are_made_to():
    story = PartnershipStory()
    story.asked("bench", "2026-03-01", by=TENANTS, of=COUNCIL)
    story.asked("bus", "2026-03-01", by=TENANTS, of=None)
    story.promised("lights", "2026-03-02", who=(COUNCIL, ICB), to=TENANTS)
    story.promised("more lights", "2026-04-02", who=COUNCIL, to=TENANTS)
    assert set(ties(story, Tie.ASK)) == {(TENANTS.party_id, COUNCIL.party_id)}
    promises = ties(story, Tie.PROMISE)
    council = promises[COUNCIL.party_id, TENANTS.party_id]
    assert (council.weight, council.times, council.first_on.isoformat()) == (2.0, 2, "2026-03-02")
    assert promises[ICB.party_id, TENANTS.party_id].weight == 1.0


def test_being_one_of_n_at_a_meeting_counts_one_over_n_minus_one():
    story = PartnershipStory()
    story.joined(FORUM, "2025-01-01")
    story.met("board", "2026-03-01", *(Participant(body) for body in (TENANTS, COUNCIL, ICB)))
    story.met("walk", "2026-03-02", *(Participant(body) for body in (TENANTS, COUNCIL)))
    together = ties(story, Tie.CO_ATTENDANCE)
    assert together[pair(TENANTS, COUNCIL)].weight == 1.5
    assert together[pair(TENANTS, ICB)].weight == 0.5
    assert together[pair(TENANTS, COUNCIL)].times == 2


def test_a_meeting_of_all_members_ties_nobody():
    story = PartnershipStory()
    for body in (TENANTS, COUNCIL):
        story.joined(body, "2025-01-01")
    story.met("board", "2026-03-01", *(Participant(body) for body in (TENANTS, COUNCIL, ICB)))
    assert ties(story, Tie.CO_ATTENDANCE) == {}


def test_what_lies_before_the_window_ties_nobody_any_more():
    story = PartnershipStory()
    story.promised("lights", "2025-06-30")
    assert ties(story, Tie.PROMISE, "2026-06-29")
    assert not ties(story, Tie.PROMISE, "2026-06-30")


def test_bodies_that_only_came_are_there_without_a_tie():
    story = PartnershipStory()
    story.joined(TENANTS, "2025-01-01")
    story.met(
        "board",
        "2026-03-01",
        *(Participant(body) for body in (TENANTS, COUNCIL, ICB)),
        details={"convened_by": TENANTS},
    )
    story.met("talk", "2026-03-02", Participant(COUNCIL), details={"convened_by": TENANTS})
    bodies = {row.party_id: row for row in network_bodies(story.at("2026-06-30"), METHOD)}
    tenants = bodies[TENANTS.party_id]
    assert (tenants.is_member, tenants.contacts_attended) == (True, 1)
    assert (tenants.contacts_convened, tenants.contacts_of_several_convened) == (2, 1)
    assert (bodies[COUNCIL.party_id].contacts_attended, bodies[ICB.party_id].is_member) == (2, False)


def test_the_rows_are_enough_for_the_measures():
    story = PartnershipStory()
    for body in (COUNCIL, ICB, FORUM, CHARITY):
        story.asked(f"ask of {body.party_id}", "2026-03-01", by=TENANTS, of=body)
    story.promised("lights", "2026-03-02", who=COUNCIL, to=TENANTS)
    graph = graph_of(story)
    assert centralisation(graph) == pytest.approx(1.0)
    assert density(graph) == pytest.approx(5 / 20)
    assert reciprocity(graph) == pytest.approx(2 / 5)
    sides = {row.party_id: row.side for row in network_bodies(story.at("2026-06-30"), METHOD)}
    assert external_internal(graph, sides.__getitem__) == pytest.approx((3 - 1) / 4)


def graph_of(story, as_of="2026-06-30"):
    history = story.at(as_of)
    directed = [
        (row.from_party_id, row.to_party_id)
        for row in network(history, METHOD)
        if row.tie is not Tie.CO_ATTENDANCE
        for _ in range(row.times)
    ]
    return contact_graph([row.party_id for row in network_bodies(history, METHOD)], directed)


@given(st.lists(st.tuples(st.sampled_from(BODIES), st.sampled_from(BODIES)), max_size=12))
def test_every_end_of_a_tie_is_a_body_of_the_network(asks):
    story = PartnershipStory()
    story.joined(TENANTS, "2025-01-01")
    for number, (asker, addressee) in enumerate(asks):
        story.asked(f"ask {number}", "2026-03-01", by=asker, of=addressee)
        story.met(f"meeting {number}", "2026-03-02", Participant(asker), Participant(addressee))
    history = story.at("2026-06-30")
    bodies = {row.party_id for row in network_bodies(history, METHOD)}
    rows = network(history, METHOD)
    assert {end for row in rows for end in (row.from_party_id, row.to_party_id)} <= bodies
    assert not any(row.from_party_id == row.to_party_id for row in rows)
