"""A correction claims no vote, no seat and no side that a first record could not: those follow from seats and keys."""

import pytest

from domain.decisions.records import CorrectRecord
from domain.decisions.refusals import Code
from domain.events.decisions import DecisionTaken
from domain.events.declaration import Participant
from domain.events.experience import FeedbackGiven
from domain.events.interactions import InteractionRecorded, MinutesApproved
from domain.events.partnerships import SeatAccepted
from domain.vocabulary import Facet, InteractionKind, Side
from tests.support.given_commands import event_id_of, given, past
from tests.support.small_world import (
    BOARD,
    BOARD_FORMED,
    COUNCIL,
    DEVELOPER,
    OFFICER,
    SEALED,
    STEWARD,
    TENANTS,
    a_key,
    an_id,
    seated,
)

SEAT_ID = an_id("a seat that the council gave")
GIVEN = seated(DEVELOPER, SEAT_ID, voting=True, awaits_acceptance=True)
ACCEPTED = SeatAccepted(happened="2026-01", member_id=SEAT_ID, party=DEVELOPER)
US, THEM = Participant(COUNCIL, voting=True, member=True), Participant(DEVELOPER, voting=False, member=False)


def meeting(name, on, *there):
    kind = InteractionKind.MEETING
    return past(InteractionRecorded(happened=on, interaction_id=an_id(name), kind=kind, participants=there), by=COUNCIL)


MET, AGREED = meeting("first", "2026-02-01", US, THEM), meeting("second", "2026-03-01", US, THEM)
MINUTES = past(
    MinutesApproved(
        happened="2026-03-01",
        interaction_id=an_id("first"),
        approving_interaction_id=an_id("second"),
        sides_present=(Side.GOVERNMENT,),
    ),
    by=COUNCIL,
)
DECIDED = past(
    DecisionTaken(
        happened="2026-02-01", decision_id=an_id("d"), title=SEALED, decided_by=COUNCIL, met_by=(Side.RESIDENTS,)
    )
)
RATED = past(
    FeedbackGiven(
        happened="2026-02-01",
        feedback_id=an_id("f"),
        about=COUNCIL,
        rater_side=Side.GOVERNMENT,
        rater_id=an_id("person-amina"),
        facet=Facet.EXPRESSED,
        score=5,
    ),
    by=COUNCIL,
)


def there(party, **details):
    return {"party": str(party.party_id), **details}


def correction(record, **changes):
    return CorrectRecord(record=record.event_id, changes=changes, reasons="Better so")


CLAIMS = {
    "a vote at a meeting": (
        correction(MET, participants=[there(COUNCIL), there(DEVELOPER, voting=True)]),
        "participants/1/voting",
    ),
    "a seat at a meeting": (
        correction(MET, participants=[there(COUNCIL), there(DEVELOPER, member=True)]),
        "participants/1/member",
    ),
    "a side at the approval of minutes": (
        correction(MINUTES, sides_present=["government", "business"]),
        "sides_present",
    ),
    "a side that met a decision": (correction(DECIDED, met_by=["residents", "business"]), "met_by"),
    "another side's rating": (correction(RATED, rater_side="residents"), "rater_side"),
}
WORLD = (GIVEN, MET, AGREED, MINUTES, DECIDED, RATED)


@pytest.mark.parametrize(("command", "at"), CLAIMS.values(), ids=CLAIMS.keys())
def test_a_correction_claims_nothing_that_the_seats_do_not_bear_out(command, at):
    refusal = given(*WORLD).when(command, by=OFFICER)
    assert [fault.pointer for fault in refusal.outcome.faults] == [f"#/changes/{at}"]
    assert given(*WORLD).when(command, by=STEWARD).drafts


def test_whoever_accepted_its_seat_has_its_vote_in_a_correction_too():
    late = meeting("late", "2026-02-01", US)
    command = correction(late, participants=[there(COUNCIL), there(DEVELOPER, voting=True, member=True)])
    assert given(GIVEN, ACCEPTED, late).when(command, by=OFFICER).drafts
    (draft,) = (
        given(GIVEN, ACCEPTED, late)
        .when(correction(late, participants=[there(COUNCIL), there(DEVELOPER)]), by=OFFICER)
        .drafts
    )
    assert [(each.voting, each.member) for each in draft.replacement.participants] == [(True, True), (True, True)]


def test_what_is_left_out_of_a_correction_follows_from_the_seats():
    late = meeting("late", "2026-02-01", US)
    command = correction(late, participants=[there(COUNCIL), there(DEVELOPER), there(TENANTS)])
    (draft,) = given(GIVEN, late).when(command, by=OFFICER).drafts
    seats = [(each.voting, each.member) for each in draft.replacement.participants]
    assert seats == [(True, True), (False, False), (True, True)]


def test_the_two_bodies_that_begin_with_a_partnership_are_no_others_by_a_correction():
    chair = a_key("a clerk of the board", COUNCIL, speaks_for=frozenset({BOARD.party_id}))
    for name in ("itself", "residents"):
        command = CorrectRecord(
            record=event_id_of(BOARD_FORMED), changes={name: str(DEVELOPER.party_id)}, reasons="Theirs"
        )
        for key in (chair, STEWARD):
            given(GIVEN).when(command, by=key).then_refused(Code.WRONG_REPLACEMENT, at=f"#/changes/{name}")


def test_a_side_that_had_a_vote_at_the_approval_may_be_added_to_it():
    agreed = meeting("second", "2026-03-01", US, Participant(TENANTS, voting=True, member=True))
    command = correction(MINUTES, sides_present=["government", "residents"])
    assert given(MET, agreed, MINUTES).when(command, by=OFFICER).drafts
