"""Taking decisions, attesting who led them, recording what was spent."""

from datetime import date

import pytest

from domain.decisions.decisions import AttestDecision, RecordSpending, TakeDecision
from domain.decisions.refusals import Code
from domain.events.asks import AskRaised
from domain.events.decisions import DecisionAttested, DecisionTaken, SpendingRecorded
from domain.events.funding import FundingAwarded
from domain.events.outcomes import LessonDrawn
from domain.values import Money, Plain
from domain.vocabulary import AskKind, Level, Side
from tests.support.given_commands import elsewhere, given, new, records, refuses
from tests.support.small_world import (
    AT_LARGE,
    BOARD,
    COUNCIL,
    LOTTERY,
    NOBODY_KNOWS,
    OFFICER,
    POLICE,
    RESIDENT,
    SEALED,
    SERGEANT,
    TENANTS,
    TODAY,
    an_id,
)

ASKED = AskRaised(happened="2026-03-14", ask_id=an_id("an ask"), kind=AskKind.REQUEST, raised_by=TENANTS, text=SEALED)
LEARNT = LessonDrawn(happened="2026", lesson_id=an_id("a lesson"), lesson=SEALED, drawn_by=TENANTS)
AWARDED = FundingAwarded(
    happened="2026", award_id=an_id("an award"), funder=LOTTERY, recipient=TENANTS, amount=Money(10_000_00)
)


def decided(**details: object) -> DecisionTaken:
    body = {"decided_by": COUNCIL, "met_by": (Side.RESIDENTS,), **details}
    return DecisionTaken(happened="2026-04-01", decision_id=an_id("a decision"), title=SEALED, **body)


@records(TakeDecision)
def test_a_decision_names_the_sides_that_met_it():
    command = TakeDecision(
        title="Reopen the hall",
        decided_by=BOARD.party_id,
        led_by=COUNCIL.party_id,
        reasons="Asked for",
        level_promised=Level.COLLABORATE,
        answers=(ASKED.ask_id,),
        cites=(LEARNT.lesson_id,),
        equality_assessment_on=date(2026, 3, 1),
        happened="2026-04-01",
    )
    given(ASKED, LEARNT).when(command, by=OFFICER).then(
        DecisionTaken(
            happened="2026-04-01",
            decision_id=new("decision"),
            title=Plain("Reopen the hall"),
            decided_by=BOARD,
            met_by=(Side.RESIDENTS,),
            led_by=COUNCIL,
            reasons=Plain("Asked for"),
            level_promised=Level.COLLABORATE,
            answers_ask_ids=(ASKED.ask_id,),
            cites_lesson_ids=(LEARNT.lesson_id,),
            equality_assessment_on=date(2026, 3, 1),
        )
    )


@pytest.mark.parametrize(
    ("leader", "met_by"),
    [
        (BOARD, (Side.RESIDENTS, Side.GOVERNMENT)),
        (COUNCIL, (Side.RESIDENTS,)),
        (TENANTS, (Side.GOVERNMENT,)),
    ],
)
def test_the_leaders_own_side_does_not_meet_a_decision(leader, met_by):
    (draft,) = given().when(TakeDecision(title="Yes", decided_by=leader.party_id), by=OFFICER).drafts
    assert draft.body.met_by == met_by


def test_before_anyone_had_a_vote_residents_met_a_decision():
    command = TakeDecision(title="Yes", decided_by=COUNCIL.party_id, happened="2019")
    (draft,) = given().when(command, by=OFFICER).drafts
    assert draft.body.met_by == (Side.RESIDENTS,)


def test_a_decision_cites_lessons_from_anywhere_but_answers_only_asks_made_here():
    command = TakeDecision(
        title="Yes", decided_by=COUNCIL.party_id, answers=(ASKED.ask_id,), cites=(LEARNT.lesson_id, NOBODY_KNOWS)
    )
    hearing = given(elsewhere(ASKED), elsewhere(LEARNT)).when(command, by=OFFICER)
    hearing.then_refused(Code.UNKNOWN_ASK, Code.UNKNOWN_LESSON, at="#/cites/1")


@records(AttestDecision)
def test_another_side_says_who_led_and_at_what_level():
    command = AttestDecision(
        decision=an_id("a decision"),
        attested_by=AT_LARGE.party_id,
        led_by=COUNCIL.party_id,
        level_practised=Level.CONSULT,
    )
    given(decided()).when(command, by=RESIDENT).then(
        DecisionAttested(
            happened=TODAY,
            decision_id=an_id("a decision"),
            attested_by=AT_LARGE,
            led_by=COUNCIL,
            level_practised=Level.CONSULT,
        )
    )


@refuses(AttestDecision, Code.ONLY_ANOTHER_SIDE)
def test_no_side_attests_what_it_led():
    attest = AttestDecision(
        decision=an_id("a decision"), attested_by=COUNCIL.party_id, level_practised=Level.COLLABORATE
    )
    for decision in (decided(), decided(decided_by=BOARD, led_by=COUNCIL)):
        given(decision).when(attest, by=OFFICER).then_refused(Code.ONLY_ANOTHER_SIDE, at="#/attested_by")


@refuses(AttestDecision, Code.ONLY_ANOTHER_SIDE)
def test_no_side_attests_that_it_led():
    command = AttestDecision(decision=an_id("a decision"), attested_by=TENANTS.party_id, led_by=AT_LARGE.party_id)
    given(decided(decided_by=BOARD)).when(command, by=RESIDENT).then_refused(Code.ONLY_ANOTHER_SIDE, at="#/led_by")


@refuses(AttestDecision, Code.NOTHING_TO_RECORD)
def test_an_attestation_says_something():
    command = AttestDecision(decision=an_id("a decision"), attested_by=TENANTS.party_id)
    given(decided()).when(command, by=RESIDENT).then_refused(Code.NOTHING_TO_RECORD)


@refuses(AttestDecision, Code.MAY_NOT_SPEAK_FOR)
def test_an_attestation_is_a_sides_own_word():
    command = AttestDecision(decision=an_id("a decision"), attested_by=TENANTS.party_id, level_practised=Level.INFORM)
    given(decided()).when(command, by=SERGEANT).then_refused(Code.MAY_NOT_SPEAK_FOR)


def test_only_a_decision_that_was_taken_is_attested():
    command = AttestDecision(decision=NOBODY_KNOWS, attested_by=TENANTS.party_id, level_practised=Level.INFORM)
    given().when(command, by=RESIDENT).then_refused(Code.UNKNOWN_DECISION)


@records(RecordSpending)
def test_spending_is_traced_to_what_it_came_from():
    command = RecordSpending(
        spent_by=POLICE.party_id,
        amount=Money(500_00),
        purpose="Paint",
        theme="hall",
        decision=an_id("a decision"),
        award=AWARDED.award_id,
        asks=(ASKED.ask_id,),
    )
    given(ASKED, decided(), AWARDED).when(command, by=SERGEANT).then(
        SpendingRecorded(
            happened=TODAY,
            spending_id=new("spending"),
            spent_by=POLICE,
            amount=Money(500_00),
            purpose=Plain("Paint"),
            theme="hall",
            decision_id=an_id("a decision"),
            award_id=AWARDED.award_id,
            ask_ids=(ASKED.ask_id,),
        )
    )
