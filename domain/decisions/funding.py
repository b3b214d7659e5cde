"""Deciding about money: seeking, granting and refusing it, and handing over the say about it."""

from typing import Annotated, ClassVar

from msgspec import Meta

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.facts import KnownEvent
from domain.decisions.references import AwardRef, DecisionRef, PartyRef
from domain.decisions.refusals import Code
from domain.events import funding
from domain.values import Clear, Label, Money, PartyAt, RegrantType, When
from domain.vocabulary import Allocation, Control, Delegated, DelegationStep, Payment, Restriction


def _two_parties(case: Case, one: PartyAt, other: PartyAt, at: str) -> None:
    if one == other:
        case.fault(Code.SAME_PARTY, at, "name two different organisations")


@command
class ApplyForFunding(Command, frozen=True, kw_only=True):
    """Record that money was sought, and what seeking it took."""

    refuses: ClassVar = (Code.SAME_PARTY,)

    applicant: PartyRef
    funder: PartyRef
    amount: Money | None = None
    scheme: Label | None = None
    allocation: Allocation | None = None
    hours_to_apply: funding.Hours | None = None
    pages: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    stages: Annotated[int, Meta(ge=1, le=20)] | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the application."""
        applicant = case.party(self.applicant, "applicant")
        funder = case.party(self.funder, "funder")
        _two_parties(case, applicant, funder, "funder")
        case.record(
            funding.FundingApplied(
                happened=case.happened(self.happened),
                award_id=case.identity("award"),
                applicant=applicant,
                funder=funder,
                amount=self.amount,
                scheme=self.scheme,
                allocation=self.allocation,
                hours_to_apply=self.hours_to_apply,
                pages=self.pages,
                stages=self.stages,
            ),
            word=case.word_of(applicant, funder),
        )


def _unanswered(case: Case, reference: AwardRef, at: str) -> tuple[KnownEvent, funding.FundingApplied] | None:
    """Find an application that has neither been granted nor refused."""
    entry = case.find("award", reference, at, funding.FundingApplied)
    if case.facts.about("award_id", reference, funding.FundingAwarded, funding.FundingRefused):
        case.fault(Code.ALREADY_ANSWERED, at, "this application has been granted or refused")
    return entry


@command
class AwardFunding(Command, frozen=True, kw_only=True):
    """Record that money was granted and on what terms, perhaps in answer to an application."""

    refuses: ClassVar = (
        Code.SAME_PARTY,
        Code.ALREADY_ANSWERED,
        Code.ONLY_THE_BODY_ASKED,
        Code.ENDS_BEFORE_IT_STARTS,
    )

    application: AwardRef | None = None
    funder: PartyRef
    recipient: PartyRef
    amount: Money
    scheme: Label | None = None
    title: Clear | None = None
    restriction: Restriction | None = None
    allocation: Allocation | None = None
    years: funding.Years | None = None
    hours_to_apply: funding.Hours | None = None
    reports_a_year: funding.PerYear | None = None
    decision_days: funding.Days | None = None
    payment: Payment | None = None
    control: Control | None = None
    match_required_percent: funding.Percent | None = None
    spend_by: When | None = None
    carry_over: bool | None = None
    claw_back: bool | None = None
    outcomes_set_by: PartyRef | None = None
    regrant_type: RegrantType | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the award, under the identity of its application where there was one."""
        funder = case.party(self.funder, "funder")
        recipient = case.party(self.recipient, "recipient")
        _two_parties(case, funder, recipient, "recipient")
        case.real_date(self.spend_by, "spend_by")
        application = self._application(case, funder)
        case.record(
            funding.FundingAwarded(
                happened=case.happened(self.happened),
                award_id=self.application or case.identity("award"),
                funder=funder,
                recipient=recipient,
                amount=self.amount,
                scheme=self.scheme,
                title=case.text(self.title),
                restriction=self.restriction,
                allocation=self.allocation,
                years=self.years,
                hours_to_apply=self.hours_to_apply,
                reports_a_year=self.reports_a_year,
                decision_days=self.decision_days,
                payment=self.payment,
                control=self.control,
                match_required_percent=self.match_required_percent,
                spend_by=self.spend_by,
                carry_over=self.carry_over,
                claw_back=self.claw_back,
                outcomes_set_by=(
                    None if self.outcomes_set_by is None else case.party(self.outcomes_set_by, "outcomes_set_by")
                ),
                regrant_type=self.regrant_type,
            ),
            word=case.word_of(funder, recipient),
            follows=application,
        )

    def _application(self, case: Case, funder: PartyAt) -> KnownEvent | None:
        if self.application is None:
            return None
        entry = _unanswered(case, self.application, "application")
        if entry is None:
            return None
        if funder.party_id not in case.facts.passed_on({entry[1].funder.party_id}):
            case.fault(Code.ONLY_THE_BODY_ASKED, "funder", "another funder was asked")
        return entry[0]


@command
class RefuseFunding(Command, frozen=True, kw_only=True):
    """Record that money was sought and refused."""

    refuses: ClassVar = (Code.ALREADY_ANSWERED,)

    application: AwardRef
    reasons: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the refusal of the funder that was asked."""
        entry = _unanswered(case, self.application, "application")
        if entry is None:
            return
        application = entry[1]
        case.record(
            funding.FundingRefused(
                happened=case.happened(self.happened),
                award_id=self.application,
                funder=application.funder,
                applicant=application.applicant,
                reasons=case.text(self.reasons),
            ),
            word=case.word_of(application.funder, application.applicant),
        )


@command
class DelegateControl(Command, frozen=True, kw_only=True):
    """Record that a say over money or a decision was handed over, refused or taken back."""

    refuses: ClassVar = (Code.SAME_PARTY,)

    delegated_by: PartyRef
    delegated_to: PartyRef
    what: Delegated
    step: DelegationStep = DelegationStep.GRANTED
    award: AwardRef | None = None
    decision: DecisionRef | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the step."""
        delegated_by = case.party(self.delegated_by, "delegated_by")
        delegated_to = case.party(self.delegated_to, "delegated_to")
        _two_parties(case, delegated_by, delegated_to, "delegated_to")
        case.record(
            funding.ControlDelegated(
                happened=case.happened(self.happened),
                delegation_id=case.identity("delegation"),
                delegated_by=delegated_by,
                delegated_to=delegated_to,
                what=self.what,
                step=self.step,
                award_id=case.thing("award", self.award, "award"),
                decision_id=case.thing("decision", self.decision, "decision"),
            ),
            word=case.word_of(delegated_by),
        )
