"""Seeking money, granting and refusing it, and handing over the say about it."""

from domain.decisions.funding import ApplyForFunding, AwardFunding, DelegateControl, RefuseFunding
from domain.decisions.refusals import Code
from domain.events.funding import ControlDelegated, FundingApplied, FundingAwarded, FundingRefused
from domain.values import Money, Plain
from domain.vocabulary import Allocation, Control, Delegated, DelegationStep, Payment, Restriction
from tests.support.given_commands import given, new, records, refuses
from tests.support.small_world import (
    COUNCIL,
    GRANT_OFFICER,
    LOTTERY,
    NOBODY_KNOWS,
    OFFICER,
    RESIDENT,
    TENANTS,
    TODAY,
    an_id,
)

TEN_THOUSAND = Money(10_000_00)
APPLIED = FundingApplied(happened="2026-01-10", award_id=an_id("an award"), applicant=TENANTS, funder=LOTTERY)
AWARDED = FundingAwarded(
    happened="2026-03-01", award_id=APPLIED.award_id, funder=LOTTERY, recipient=TENANTS, amount=TEN_THOUSAND
)
REFUSED = FundingRefused(happened="2026-03-01", award_id=APPLIED.award_id, funder=LOTTERY, applicant=TENANTS)
GRANT = AwardFunding(
    application=APPLIED.award_id, funder=LOTTERY.party_id, recipient=TENANTS.party_id, amount=TEN_THOUSAND
)


@records(ApplyForFunding)
def test_money_is_sought():
    command = ApplyForFunding(
        applicant=TENANTS.party_id,
        funder=LOTTERY.party_id,
        amount=TEN_THOUSAND,
        allocation=Allocation.OPEN_CALL,
        hours_to_apply=30.0,
        pages=12,
        stages=2,
    )
    given().when(command, by=RESIDENT).then(
        FundingApplied(
            happened=TODAY,
            award_id=new("award"),
            applicant=TENANTS,
            funder=LOTTERY,
            amount=TEN_THOUSAND,
            allocation=Allocation.OPEN_CALL,
            hours_to_apply=30.0,
            pages=12,
            stages=2,
        )
    )


@refuses(ApplyForFunding, Code.SAME_PARTY)
def test_nobody_applies_to_themselves():
    command = ApplyForFunding(applicant=TENANTS.party_id, funder=TENANTS.party_id)
    given().when(command, by=RESIDENT).then_refused(Code.SAME_PARTY, at="#/funder")


@refuses(AwardFunding, Code.ENDS_BEFORE_IT_STARTS)
def test_money_is_not_to_be_spent_before_it_is_granted():
    early = AwardFunding(
        funder=COUNCIL.party_id, recipient=TENANTS.party_id, amount=TEN_THOUSAND, spend_by="2025-11-23"
    )
    given().when(early, by=OFFICER).then_refused(Code.ENDS_BEFORE_IT_STARTS, at="#/spend_by")


@records(AwardFunding)
def test_money_is_granted_without_an_application():
    command = AwardFunding(
        funder=COUNCIL.party_id,
        recipient=TENANTS.party_id,
        amount=TEN_THOUSAND,
        title="Small grants",
        restriction=Restriction.UNRESTRICTED,
        payment=Payment.ADVANCE,
        control=Control.RESIDENTS,
        spend_by="2028-03",
        outcomes_set_by=TENANTS.party_id,
    )
    given().when(command, by=OFFICER).then(
        FundingAwarded(
            happened=TODAY,
            award_id=new("award"),
            funder=COUNCIL,
            recipient=TENANTS,
            amount=TEN_THOUSAND,
            title=Plain("Small grants"),
            restriction=Restriction.UNRESTRICTED,
            payment=Payment.ADVANCE,
            control=Control.RESIDENTS,
            spend_by="2028-03",
            outcomes_set_by=TENANTS,
        )
    )


@records(AwardFunding)
def test_an_application_is_granted_under_its_own_id():
    (draft,) = given(APPLIED).when(GRANT, by=GRANT_OFFICER).drafts
    assert draft.body.award_id == APPLIED.award_id


@refuses(AwardFunding, Code.ALREADY_ANSWERED)
def test_an_application_is_answered_once():
    for answer in (AWARDED, REFUSED):
        given(APPLIED, answer).when(GRANT, by=GRANT_OFFICER).then_refused(Code.ALREADY_ANSWERED, at="#/application")


@refuses(AwardFunding, Code.ONLY_THE_BODY_ASKED)
def test_another_funder_does_not_grant_what_was_sought_of_one():
    command = AwardFunding(
        application=APPLIED.award_id, funder=COUNCIL.party_id, recipient=TENANTS.party_id, amount=TEN_THOUSAND
    )
    given(APPLIED).when(command, by=OFFICER).then_refused(Code.ONLY_THE_BODY_ASKED, at="#/funder")


@refuses(AwardFunding, Code.SAME_PARTY)
def test_nobody_grants_money_to_themselves():
    command = AwardFunding(funder=COUNCIL.party_id, recipient=COUNCIL.party_id, amount=TEN_THOUSAND)
    given().when(command, by=OFFICER).then_refused(Code.SAME_PARTY, at="#/recipient")


def test_money_is_not_granted_before_it_was_sought():
    command = AwardFunding(
        application=APPLIED.award_id,
        funder=LOTTERY.party_id,
        recipient=TENANTS.party_id,
        amount=TEN_THOUSAND,
        happened="2025",
    )
    given(APPLIED).when(command, by=GRANT_OFFICER).then_refused(Code.BEFORE_WHAT_IT_REFERS_TO, at="#/happened")


@records(RefuseFunding)
def test_money_is_refused():
    given(APPLIED).when(RefuseFunding(application=APPLIED.award_id, reasons="Full"), by=GRANT_OFFICER).then(
        FundingRefused(
            happened=TODAY, award_id=APPLIED.award_id, funder=LOTTERY, applicant=TENANTS, reasons=Plain("Full")
        )
    )


@refuses(RefuseFunding, Code.ALREADY_ANSWERED)
def test_money_is_refused_once():
    command = RefuseFunding(application=APPLIED.award_id)
    for answer in (AWARDED, REFUSED):
        given(APPLIED, answer).when(command, by=GRANT_OFFICER).then_refused(Code.ALREADY_ANSWERED)


def test_only_what_was_sought_is_refused():
    given().when(RefuseFunding(application=NOBODY_KNOWS), by=GRANT_OFFICER).then_refused(Code.UNKNOWN_AWARD)


@records(DelegateControl)
def test_a_say_over_money_is_taken_back():
    command = DelegateControl(
        delegated_by=COUNCIL.party_id,
        delegated_to=TENANTS.party_id,
        what=Delegated.SPENDING,
        step=DelegationStep.TAKEN_BACK,
        award=AWARDED.award_id,
    )
    given(AWARDED).when(command, by=OFFICER).then(
        ControlDelegated(
            happened=TODAY,
            delegation_id=new("delegation"),
            delegated_by=COUNCIL,
            delegated_to=TENANTS,
            what=Delegated.SPENDING,
            step=DelegationStep.TAKEN_BACK,
            award_id=AWARDED.award_id,
        )
    )


@refuses(DelegateControl, Code.SAME_PARTY)
def test_nobody_hands_a_say_to_themselves():
    command = DelegateControl(delegated_by=COUNCIL.party_id, delegated_to=COUNCIL.party_id, what=Delegated.DECISION)
    given().when(command, by=OFFICER).then_refused(Code.SAME_PARTY, at="#/delegated_to")
