"""Settling for the part of a promise that was done."""

import pytest

from domain.decisions.commitment_endings import ReleaseCommitment, SettlePart
from domain.decisions.commitments import ConfirmFulfilment, ReportFulfilment
from domain.decisions.refusals import Code
from domain.events.commitments import FulfilmentClaimed, FulfilmentConfirmed, PartSettled
from domain.events.records import RecordConfirmed
from domain.values import Plain
from domain.vocabulary import Extent
from tests.support.given_commands import elsewhere, given, records, refuses
from tests.support.promise_commands import (
    CLAIMED,
    ENDINGS,
    MADE,
    MADE_TO_ALL,
    MADE_TO_MANY,
    PARTLY,
    PROMISE_ID,
    SETTLED,
)
from tests.support.small_world import (
    COUNCIL,
    OFFICER,
    POLICE,
    RESIDENT,
    SERGEANT,
    STEWARD,
    TENANTS,
    TODAY,
    WORKER,
    YOUTH,
    YOUTH_WORKER,
)

SETTLE = SettlePart(commitment=PROMISE_ID, settled_by=TENANTS.party_id, fraction=0.6, reasons="Good enough")
AS_CONFIRMED = SettlePart(commitment=PROMISE_ID, settled_by=TENANTS.party_id)


@records(SettlePart)
def test_the_promisee_settles_for_the_part_done():
    given(MADE).when(SETTLE, by=RESIDENT).then(
        PartSettled(
            happened=TODAY,
            commitment_id=PROMISE_ID,
            settled_by=TENANTS,
            fraction=0.6,
            reasons=Plain("Good enough"),
        )
    )


def test_where_whoever_promised_agrees_that_is_recorded_in_their_own_word():
    command = SettlePart(
        commitment=PROMISE_ID, settled_by=TENANTS.party_id, fraction=0.6, agreed_by=(COUNCIL.party_id,)
    )
    settlement, confirmation = given(MADE).when(command, by=STEWARD).drafts
    assert settlement.body == PartSettled(
        happened=TODAY, commitment_id=PROMISE_ID, settled_by=TENANTS, fraction=0.6, agreed_by=(COUNCIL,)
    )
    assert confirmation.body == RecordConfirmed(happened=TODAY, record_id=settlement.event_id, confirmed_by=COUNCIL)
    assert (settlement.word, confirmation.word) == (TENANTS, COUNCIL)


def test_left_out_the_part_is_the_last_one_spoken_of():
    reported = FulfilmentClaimed(
        happened="2026-06", commitment_id=PROMISE_ID, claimed_by=COUNCIL, extent=Extent.PART, fraction=0.3
    )
    given(MADE, reported, PARTLY).when(AS_CONFIRMED, by=RESIDENT).then(
        PartSettled(happened=TODAY, commitment_id=PROMISE_ID, settled_by=TENANTS, fraction=0.5)
    )


@refuses(SettlePart, Code.FRACTION_REQUIRED)
def test_a_part_that_nobody_spoke_of_has_to_be_stated():
    for earlier in ((MADE,), (MADE, CLAIMED)):
        given(*earlier).when(AS_CONFIRMED, by=RESIDENT).then_refused(Code.FRACTION_REQUIRED, at="#/fraction")


@refuses(SettlePart, Code.ONLY_THE_PROMISEE)
def test_nobody_else_settles_for_it():
    by_police = SettlePart(commitment=PROMISE_ID, settled_by=POLICE.party_id, fraction=0.5)
    given(MADE).when(by_police, by=SERGEANT).then_refused(Code.ONLY_THE_PROMISEE, at="#/settled_by")


@refuses(SettlePart, Code.TIED_TO_THE_PROMISER)
def test_nobody_tied_to_the_promiser_settles_for_it():
    by_youth = SettlePart(commitment=PROMISE_ID, settled_by=YOUTH.party_id, fraction=0.5)
    given(MADE_TO_ALL).when(by_youth, by=YOUTH_WORKER).then_refused(Code.TIED_TO_THE_PROMISER)


@refuses(SettlePart, Code.MAY_NOT_SPEAK_FOR)
def test_settling_is_the_promisees_own_word_and_agreeing_the_promisers():
    given(MADE).when(SETTLE, by=WORKER).then_refused(Code.MAY_NOT_SPEAK_FOR, at="#/settled_by")
    for_council = SettlePart(
        commitment=PROMISE_ID, settled_by=TENANTS.party_id, fraction=0.5, agreed_by=(COUNCIL.party_id,)
    )
    given(MADE).when(for_council, by=RESIDENT).then_refused(Code.MAY_NOT_SPEAK_FOR, at="#/agreed_by/0")


@refuses(SettlePart, Code.ONLY_THE_PROMISER)
def test_only_who_promised_agrees_to_be_judged_by_the_part():
    by_itself = SettlePart(
        commitment=PROMISE_ID, settled_by=TENANTS.party_id, fraction=0.5, agreed_by=(TENANTS.party_id,)
    )
    given(MADE).when(by_itself, by=RESIDENT).then_refused(Code.ONLY_THE_PROMISER, at="#/agreed_by/0")


@refuses(SettlePart, Code.ALREADY_ENDED)
def test_what_has_ended_is_not_settled():
    for ending in (*ENDINGS, SETTLED):
        given(MADE, ending).when(SETTLE, by=RESIDENT).then_refused(Code.ALREADY_ENDED, at="#/commitment")


def test_nothing_is_settled_that_was_not_promised_here():
    given(elsewhere(MADE)).when(SETTLE, by=RESIDENT).then_refused(Code.UNKNOWN_COMMITMENT, at="#/commitment")


def test_each_of_several_promisees_settles_for_itself():
    release = ReleaseCommitment(commitment=PROMISE_ID, released_by=POLICE.party_id)
    assert given(MADE_TO_MANY, SETTLED).when(release, by=SERGEANT).drafts


@pytest.mark.parametrize(
    ("command", "key", "event"),
    [
        (
            ReportFulfilment(commitment=PROMISE_ID, claimed_by=COUNCIL.party_id),
            OFFICER,
            FulfilmentClaimed(happened=TODAY, commitment_id=PROMISE_ID, claimed_by=COUNCIL),
        ),
        (
            ConfirmFulfilment(commitment=PROMISE_ID, confirmed_by=TENANTS.party_id),
            RESIDENT,
            FulfilmentConfirmed(happened=TODAY, commitment_id=PROMISE_ID, confirmed_by=TENANTS),
        ),
    ],
)
def test_work_done_after_a_settlement_is_recorded_beside_it(command, key, event):
    given(MADE, SETTLED).when(command, by=key).then(event)
