"""A receipt says of what takes effect only once others agree that it waits, and for whom."""

import pytest

from domain.decisions.commitment_endings import ReassignCommitment, SettlePart
from domain.decisions.commitments import RenegotiateCommitment
from domain.decisions.partnerships import AddMember, FirstSeat, FormPartnership
from domain.decisions.records import CorrectRecord
from domain.decisions.warnings import Slip
from domain.events.commitments import CommitmentMade, CommitmentProposed
from domain.vocabulary import PartyKind
from tests.support.given_commands import event_id_of, given, past
from tests.support.promise_commands import ACKNOWLEDGED, MADE, MADE_TO_ALL, PROMISE_ID
from tests.support.small_world import (
    AT_LARGE,
    COUNCIL,
    DEVELOPER,
    OFFICER,
    POLICE,
    RESIDENT,
    SEALED,
    SERGEANT,
    STEWARD,
    TENANTS,
    an_id,
)

LATER = CommitmentMade(
    happened="2026-02-01",
    commitment_id=an_id("a promise that is not due yet"),
    promisers=(COUNCIL,),
    promisees=(TENANTS,),
    text=SEALED,
    due="2027-06",
)


def waits(events, command, by):
    first = given(*events).when(command, by=by).drafts[0]
    return [(each.pointer, each.about) for each in first.warnings if each.code == Slip.WAITS_FOR_OTHERS]


def correct(record, **changes):
    return CorrectRecord(record=event_id_of(record), changes=changes, reasons="Misheard")


@pytest.mark.parametrize(
    "changes",
    [
        {"due": "2027-01"},
        {"text": "Mend two"},
        {"measure": "By lux"},
        {"promisees": [str(POLICE.party_id)]},
        {"happened": "2026-01-30"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_correction_of_acknowledged_terms_says_for_whom_it_waits(changes):
    (field,) = changes
    expected = [(f"#/changes/{field}", (TENANTS.party_id,))]
    assert waits((MADE, ACKNOWLEDGED), correct(MADE, **changes), OFFICER) == expected
    assert waits((MADE, ACKNOWLEDGED), correct(MADE, **changes), STEWARD) == expected
    by_them = [(f"#/changes/{field}", (COUNCIL.party_id,))]
    assert waits((past(MADE, by=TENANTS), ACKNOWLEDGED), correct(MADE, **changes), RESIDENT) == by_them


def test_what_takes_effect_at_once_says_nothing():
    assert waits((MADE, ACKNOWLEDGED), correct(MADE, theme="light"), OFFICER) == []
    assert waits((LATER,), correct(LATER, due="2027-09"), OFFICER) == []
    assert waits((LATER,), correct(LATER, text="Mend two"), OFFICER) == []


def test_a_date_that_has_passed_or_is_taken_away_waits_even_before_it_is_acknowledged():
    over = CommitmentProposed(
        happened="2026-02-01",
        commitment_id=an_id("an offer"),
        promisers=(COUNCIL,),
        promisees=(TENANTS,),
        text=SEALED,
        due="2026-03",
    )
    for events, command in (((over,), correct(over, due="2027-09")), ((LATER,), correct(LATER, due=None))):
        assert waits(events, command, OFFICER) == [("#/changes/due", (TENANTS.party_id,))]


UNDATED = CommitmentMade(
    happened="2026-02-01",
    commitment_id=an_id("a promise without a date"),
    promisers=(COUNCIL,),
    promisees=(TENANTS,),
    text=SEALED,
)


def test_a_first_date_waits_for_whoever_promised_and_one_that_is_over_for_those_promised_to():
    theirs = past(UNDATED, by=TENANTS)
    assert waits((theirs,), correct(UNDATED, due="2027-09"), RESIDENT) == [("#/changes/due", (COUNCIL.party_id,))]
    assert waits((UNDATED,), correct(UNDATED, due="2026-03"), OFFICER) == [("#/changes/due", (TENANTS.party_id,))]
    assert waits((UNDATED,), correct(UNDATED, due="2027-09"), OFFICER) == []


def test_settling_for_a_part_before_the_day_waits_for_whoever_promised():
    def settle(promise):
        return SettlePart(commitment=promise.commitment_id, settled_by=TENANTS.party_id, fraction=0.5)

    for open_still in (LATER, UNDATED):
        assert waits((open_still,), settle(open_still), RESIDENT) == [("#/agreed_by", (COUNCIL.party_id,))]
    assert waits((MADE,), settle(MADE), RESIDENT) == []


def test_new_terms_wait_for_those_who_have_not_agreed():
    move = RenegotiateCommitment(commitment=PROMISE_ID, asked_by=COUNCIL.party_id, due="2027")
    assert waits((MADE,), move, OFFICER) == [("#/agreed_by", (TENANTS.party_id,))]
    theirs = RenegotiateCommitment(commitment=PROMISE_ID, asked_by=TENANTS.party_id, due="2027")
    assert waits((MADE,), theirs, RESIDENT) == [("#/agreed_by", (COUNCIL.party_id,))]
    agreed = RenegotiateCommitment(
        commitment=PROMISE_ID, asked_by=COUNCIL.party_id, due="2027", agreed_by=(TENANTS.party_id,)
    )
    assert waits((MADE,), agreed, STEWARD) == []
    assert waits((MADE_TO_ALL,), agreed, STEWARD) == []
    assert waits((MADE_TO_ALL,), move, OFFICER) == [("#/agreed_by", (AT_LARGE.party_id,))]


def test_a_promise_that_is_passed_on_waits_for_whom_it_was_made_to():
    command = ReassignCommitment(commitment=PROMISE_ID, from_promiser=COUNCIL.party_id, to_promiser=POLICE.party_id)
    assert waits((MADE,), command, SERGEANT) == [("#/agreed_by", (TENANTS.party_id,))]


def test_a_seat_given_to_another_says_that_it_waits():
    add = AddMember(party=DEVELOPER.party_id)
    form = FormPartnership(name="Westmoor", kind=PartyKind.INQUIRY, members=(FirstSeat(party=DEVELOPER.party_id),))
    for command, at in ((add, "#/party"), (form, "#/members/0/party")):
        (warning,) = given().when(command, by=OFFICER).drafts[0].warnings
        assert (warning.code, warning.pointer, warning.about) == (Slip.SEAT_WAITS, at, (DEVELOPER.party_id,))
        assert given().when(command, by=STEWARD).drafts[0].warnings == ()
