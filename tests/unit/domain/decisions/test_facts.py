"""Facts while a command is decided: what it records itself counts from there on."""

from datetime import UTC, datetime

from domain.decisions.facts import Facts, StatedEvent
from domain.events.partnerships import MemberLeft
from tests.support.given_commands import given
from tests.support.small_world import BOARD_ID, COUNCIL, COUNCIL_SEAT_ID, an_id

WHEN = datetime(2026, 3, 1, tzinfo=UTC)


def test_a_seat_given_up_by_the_same_command_is_held_no_longer():
    known = [
        StatedEvent(each.event_id, each.body, WHEN, each.word, partition_id=each.partition_id) for each in given().past
    ]
    facts = Facts(known)
    before = {seat.member_id for seat in facts.accepted_seats_at(WHEN)}
    left = MemberLeft(happened="2026-03", member_id=COUNCIL_SEAT_ID, party=COUNCIL)
    facts.add([StatedEvent(an_id("the council leaves"), left, WHEN, COUNCIL, partition_id=BOARD_ID)])
    assert before - {seat.member_id for seat in facts.accepted_seats_at(WHEN)} == {COUNCIL_SEAT_ID}
