"""The course of an award: its conditions, changes asked for, payments, reports, its end, money returned."""

import pytest

from domain.decisions.awards import (
    AddFundingCondition,
    DecideVariation,
    EndFunding,
    LiftFundingCondition,
    PayFunding,
    ReportOnFunding,
    RequestVariation,
    ReturnFunding,
)
from domain.decisions.refusals import Code
from domain.events.funding import (
    FundingApplied,
    FundingAwarded,
    FundingConditionChanged,
    FundingEnded,
    FundingPaid,
    FundingReported,
    FundingReturned,
    FundingVariationDecided,
    FundingVariationRequested,
)
from domain.values import Money, Plain
from domain.vocabulary import ConditionChange, Payment, VariationAnswer
from tests.support.given_commands import elsewhere, given, new, records, refuses
from tests.support.small_world import (
    GRANT_OFFICER,
    LOTTERY,
    NOBODY_KNOWS,
    RESIDENT,
    TENANTS,
    TODAY,
    an_id,
)

AWARD_ID = an_id("an award")
BETWEEN = {"award_id": AWARD_ID, "funder": LOTTERY, "recipient": TENANTS}
APPLIED = FundingApplied(happened="2026-01-10", award_id=AWARD_ID, applicant=TENANTS, funder=LOTTERY)
AWARDED = FundingAwarded(happened="2026-03-01", amount=Money(10_000_00), **BETWEEN)
ENDED = FundingEnded(happened="2026-09", **BETWEEN)
ADDED = FundingConditionChanged(
    happened="2026-05", condition_id=an_id("a condition"), change=ConditionChange.ADDED, **BETWEEN
)
LIFTED = FundingConditionChanged(
    happened="2026-06", condition_id=an_id("a condition"), change=ConditionChange.LIFTED, **BETWEEN
)
REQUESTED = FundingVariationRequested(happened="2026-05", variation_id=an_id("a variation"), **BETWEEN)
DECIDED = FundingVariationDecided(
    happened="2026-06", variation_id=an_id("a variation"), answer=VariationAnswer.REFUSED, **BETWEEN
)

ADD = AddFundingCondition(award=AWARD_ID, text="Quarterly visits")
LIFT = LiftFundingCondition(award=AWARD_ID, condition=ADDED.condition_id)
REQUEST = RequestVariation(award=AWARD_ID, text="Later, please")
PAY = PayFunding(award=AWARD_ID, amount=Money(5_000_00), payment=Payment.ADVANCE)
REPORT = ReportOnFunding(award=AWARD_ID, hours=7.5)
END = EndFunding(award=AWARD_ID)
RETURN = ReturnFunding(award=AWARD_ID, amount=Money(12_34), reasons="Unspent")
ON_AN_AWARD = (ADD, LIFT, REQUEST, PAY, REPORT, END, RETURN)


@records(AddFundingCondition)
def test_a_condition_is_added():
    given(AWARDED).when(ADD, by=GRANT_OFFICER).then(
        FundingConditionChanged(
            happened=TODAY,
            condition_id=new("condition"),
            change=ConditionChange.ADDED,
            text=Plain("Quarterly visits"),
            **BETWEEN,
        )
    )


@records(LiftFundingCondition)
def test_a_condition_that_was_added_is_lifted():
    given(AWARDED, ADDED).when(LIFT, by=GRANT_OFFICER).then(
        FundingConditionChanged(
            happened=TODAY, condition_id=ADDED.condition_id, change=ConditionChange.LIFTED, **BETWEEN
        )
    )


@records(LiftFundingCondition)
def test_a_condition_of_the_first_terms_is_lifted():
    (draft,) = given(AWARDED).when(LiftFundingCondition(award=AWARD_ID), by=GRANT_OFFICER).drafts
    assert draft.body.condition_id == new("condition")


@refuses(LiftFundingCondition, Code.ALREADY_DONE)
def test_a_condition_is_lifted_once():
    given(AWARDED, ADDED, LIFTED).when(LIFT, by=GRANT_OFFICER).then_refused(Code.ALREADY_DONE, at="#/condition")


def test_a_condition_is_lifted_from_the_award_it_was_added_to():
    given(AWARDED).when(LIFT, by=GRANT_OFFICER).then_refused(Code.UNKNOWN_CONDITION, at="#/condition")


@records(RequestVariation)
def test_a_change_is_asked_for():
    given(AWARDED).when(REQUEST, by=RESIDENT).then(
        FundingVariationRequested(happened=TODAY, variation_id=new("variation"), text=Plain("Later, please"), **BETWEEN)
    )


@records(DecideVariation)
def test_a_change_asked_for_is_answered():
    command = DecideVariation(variation=REQUESTED.variation_id, answer=VariationAnswer.PART, reasons="Half")
    given(AWARDED, REQUESTED).when(command, by=GRANT_OFFICER).then(
        FundingVariationDecided(
            happened=TODAY,
            variation_id=REQUESTED.variation_id,
            answer=VariationAnswer.PART,
            reasons=Plain("Half"),
            **BETWEEN,
        )
    )


@refuses(DecideVariation, Code.ALREADY_ANSWERED)
def test_a_change_asked_for_is_answered_once():
    command = DecideVariation(variation=REQUESTED.variation_id, answer=VariationAnswer.GRANTED)
    given(AWARDED, REQUESTED, DECIDED).when(command, by=GRANT_OFFICER).then_refused(Code.ALREADY_ANSWERED)


def test_a_change_is_not_answered_before_it_was_asked_for():
    early = DecideVariation(variation=REQUESTED.variation_id, answer=VariationAnswer.GRANTED, happened="2026-04")
    given(AWARDED, REQUESTED).when(early, by=GRANT_OFFICER).then_refused(Code.BEFORE_WHAT_IT_REFERS_TO)
    unknown = DecideVariation(variation=NOBODY_KNOWS, answer=VariationAnswer.GRANTED)
    given(AWARDED).when(unknown, by=GRANT_OFFICER).then_refused(Code.UNKNOWN_VARIATION)


@records(PayFunding)
def test_money_arrives_even_after_the_end():
    for earlier in ((AWARDED,), (AWARDED, ENDED)):
        given(*earlier).when(PAY, by=RESIDENT).then(
            FundingPaid(happened=TODAY, amount=Money(5_000_00), payment=Payment.ADVANCE, **BETWEEN)
        )


@records(ReportOnFunding)
def test_the_recipient_accounts_for_the_money():
    given(AWARDED, ENDED).when(REPORT, by=RESIDENT).then(FundingReported(happened=TODAY, hours=7.5, **BETWEEN))


@records(EndFunding)
def test_an_award_ends():
    given(AWARDED).when(END, by=GRANT_OFFICER).then(FundingEnded(happened=TODAY, **BETWEEN))


@records(ReturnFunding)
def test_money_goes_back_to_its_funder():
    given(AWARDED, ENDED).when(RETURN, by=RESIDENT).then(
        FundingReturned(
            happened=TODAY,
            award_id=AWARD_ID,
            returned_by=TENANTS,
            returned_to=LOTTERY,
            amount=Money(12_34),
            reasons=Plain("Unspent"),
        )
    )


@refuses(AddFundingCondition, Code.ALREADY_ENDED)
@refuses(LiftFundingCondition, Code.ALREADY_ENDED)
@refuses(RequestVariation, Code.ALREADY_ENDED)
@refuses(EndFunding, Code.ALREADY_ENDED)
def test_an_award_that_has_ended_keeps_its_terms_and_does_not_end_again():
    for command in (ADD, LIFT, REQUEST, END):
        given(AWARDED, ADDED, ENDED).when(command, by=GRANT_OFFICER).then_refused(Code.ALREADY_ENDED, at="#/award")


@refuses(AddFundingCondition, Code.NOT_AWARDED)
@refuses(LiftFundingCondition, Code.NOT_AWARDED)
@refuses(RequestVariation, Code.NOT_AWARDED)
@refuses(PayFunding, Code.NOT_AWARDED)
@refuses(ReportOnFunding, Code.NOT_AWARDED)
@refuses(EndFunding, Code.NOT_AWARDED)
@refuses(ReturnFunding, Code.NOT_AWARDED)
def test_nothing_becomes_of_money_that_was_only_sought():
    for command in ON_AN_AWARD:
        given(APPLIED, ADDED).when(command, by=GRANT_OFFICER).then_refused(Code.NOT_AWARDED, at="#/award")


@pytest.mark.parametrize("command", ON_AN_AWARD, ids=lambda command: type(command).__name__)
def test_an_award_of_another_partnership_is_not_known_here(command):
    hearing = given(elsewhere(AWARDED), ADDED).when(command, by=GRANT_OFFICER)
    hearing.then_refused(Code.UNKNOWN_AWARD, at="#/award")


def test_what_becomes_of_an_award_follows_its_grant_and_not_its_application():
    for command in (
        EndFunding(award=AWARD_ID, happened="2026-02"),
        ReportOnFunding(award=AWARD_ID, happened="2026-02"),
    ):
        given(APPLIED, AWARDED).when(command, by=GRANT_OFFICER).then_refused(Code.BEFORE_WHAT_IT_REFERS_TO)
