"""Records of one thing that claim an impossible order are listed as slips, and counted with how it was recorded."""

import pytest

from domain.events.interactions import InteractionPlanned, NotesShared
from domain.vocabulary import InteractionKind, Side
from projections.method.document import default_method
from projections.views.health import health
from projections.views.impossible_orders import impossible_order_rows
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, TENANTS, Participant, an_id
from tests.support.trust_figures import partnership


@pytest.fixture
def story():
    return partnership(COUNCIL, TENANTS, since="2025-01-01")


def listed(story, on="2025-12-31"):
    rows = impossible_order_rows(story.at(on), default_method())
    return [(row.type, row.field, row.claimed, row.follows_type, row.follows_claimed) for row in rows]


def test_what_was_done_before_it_was_promised_is_listed(story):
    story.promised("lights", "2025-03-01", due="2025-06-30")
    story.confirmed_done("lights", "2025-04-01", details={"done": "2025-02-01"})
    assert listed(story) == [("fulfilment-confirmed", "done", "2025-02-01", "commitment-made", "2025-03-01")]


def test_notes_shared_between_the_plan_and_the_meeting_are_listed_and_those_of_the_same_day_are_not(story):
    body = InteractionPlanned(
        happened="2025-01-02", interaction_id=an_id("board"), kind=InteractionKind.MEETING, planned_for="2025-03-03"
    )
    story.tell(body, by=COUNCIL)
    story.met("board", "2025-03-03", Participant(COUNCIL), Participant(TENANTS))
    for day in ("2025-02-03", "2025-03-03", "2025-03"):
        story.tell(NotesShared(happened=day, interaction_id=an_id("board"), shared_with=(Side.RESIDENTS,)), by=COUNCIL)
    assert listed(story) == [("notes-shared", "happened", "2025-02-03", "interaction-recorded", "2025-03-03")]


def test_a_correction_that_moves_an_ask_behind_its_answer_is_seen_until_it_is_put_right(story):
    ask = story.asked("ask", "2025-03-01")
    story.answered("ask", "2025-03-10")
    assert listed(story) == []
    story.corrected(ask, "2025-04-01")(happened="2025-03-20")
    assert listed(story) == [("ask-answered", "happened", "2025-03-10", "ask-raised", "2025-03-20")]
    story.corrected(ask, "2025-04-02")(happened="2025-03-02")
    assert listed(story) == []


def test_the_profile_counts_them_beside_how_it_was_recorded(story):
    promise = story.promised("lights", "2025-03-01", due="2025-06-30")
    word = story.confirmed_done("lights", "2025-04-01", details={"done": "2025-02-01"})

    def measured(method):
        rows = health(story.at("2025-12-31"), method)
        return next((row for row in rows if (row.dimension, row.name) == ("recording", "out-of-order")), None)

    row = measured(default_method())
    assert (row.r, row.n, row.causes) == (1, 5, (word, promise))
    assert measured(folkmoot_2026()) is None
