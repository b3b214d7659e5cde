"""Deciding about an award once granted: its conditions, changes asked for, payments, reports, end and return."""

from typing import ClassVar

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.facts import KnownEvent
from domain.decisions.references import AwardRef, ConditionRef, VariationRef
from domain.decisions.refusals import Code
from domain.events import funding
from domain.values import Clear, Money, When
from domain.vocabulary import ConditionChange, Payment, VariationAnswer


def _granted(
    case: Case, reference: AwardRef, *, after_end: bool = True
) -> tuple[KnownEvent, funding.FundingAwarded] | None:
    """Find an award that was granted; a fault is noted where it was not, or has ended and that matters."""
    if case.find("award", reference, "award", funding.FundingApplied, funding.FundingAwarded) is None:
        return None
    entry = case.facts.first("award_id", reference, funding.FundingAwarded)
    if entry is None:
        case.fault(Code.NOT_AWARDED, "award", "the money has been applied for, not granted")
    if not after_end and case.facts.about("award_id", reference, funding.FundingEnded):
        case.fault(Code.ALREADY_ENDED, "award", "this award has ended")
    return entry


@command
class AddFundingCondition(Command, frozen=True, kw_only=True):
    """Record that a condition was added to an award after it was granted."""

    refuses: ClassVar = (Code.NOT_AWARDED, Code.ALREADY_ENDED)

    award: AwardRef
    text: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the new condition."""
        entry = _granted(case, self.award, after_end=False)
        if entry is None:
            return
        record, award = entry
        case.record(
            funding.FundingConditionChanged(
                happened=case.happened(self.happened),
                award_id=self.award,
                condition_id=case.identity("condition"),
                funder=award.funder,
                recipient=award.recipient,
                change=ConditionChange.ADDED,
                text=case.text(self.text),
            ),
            word=case.word_of(award.funder, award.recipient),
            follows=record,
        )


@command
class LiftFundingCondition(Command, frozen=True, kw_only=True):
    """Record that a condition of an award was lifted: one added later, or one of its first terms."""

    refuses: ClassVar = (Code.NOT_AWARDED, Code.ALREADY_ENDED, Code.ALREADY_DONE)

    award: AwardRef
    condition: ConditionRef | None = None
    text: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the lifting."""
        entry = _granted(case, self.award, after_end=False)
        addition = self._added(case)
        if entry is None:
            return
        record, award = entry
        case.record(
            funding.FundingConditionChanged(
                happened=case.happened(self.happened),
                award_id=self.award,
                condition_id=self.condition or case.identity("condition"),
                funder=award.funder,
                recipient=award.recipient,
                change=ConditionChange.LIFTED,
                text=case.text(self.text),
            ),
            word=case.word_of(award.funder, award.recipient),
            follows=addition or record,
        )

    def _added(self, case: Case) -> KnownEvent | None:
        if self.condition is None:
            return None
        changes = case.facts.about("condition_id", self.condition, funding.FundingConditionChanged)
        addition = next((record for record, body in changes if body.award_id == self.award), None)
        if addition is None:
            case.fault(Code.UNKNOWN_CONDITION, "condition", f"no condition of this award has the id {self.condition}")
        if any(body.change is ConditionChange.LIFTED for _, body in changes):
            case.fault(Code.ALREADY_DONE, "condition", "this condition has been lifted")
        return addition


@command
class RequestVariation(Command, frozen=True, kw_only=True):
    """Record that the recipient asked to spend, time or measure an award differently."""

    refuses: ClassVar = (Code.NOT_AWARDED, Code.ALREADY_ENDED)

    award: AwardRef
    text: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the request."""
        entry = _granted(case, self.award, after_end=False)
        if entry is None:
            return
        record, award = entry
        case.record(
            funding.FundingVariationRequested(
                happened=case.happened(self.happened),
                award_id=self.award,
                variation_id=case.identity("variation"),
                funder=award.funder,
                recipient=award.recipient,
                text=case.text(self.text),
            ),
            word=case.word_of(award.recipient, award.funder),
            follows=record,
        )


@command
class DecideVariation(Command, frozen=True, kw_only=True):
    """Record the funder's answer to a requested change."""

    refuses: ClassVar = (Code.ALREADY_ANSWERED,)

    variation: VariationRef
    answer: VariationAnswer
    reasons: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the answer."""
        entry = case.find("variation", self.variation, "variation", funding.FundingVariationRequested)
        if entry is None:
            return
        record, request = entry
        if case.facts.about("variation_id", self.variation, funding.FundingVariationDecided):
            case.fault(Code.ALREADY_ANSWERED, "variation", "this request has an answer")
        case.record(
            funding.FundingVariationDecided(
                happened=case.happened(self.happened),
                award_id=request.award_id,
                variation_id=self.variation,
                funder=request.funder,
                recipient=request.recipient,
                answer=self.answer,
                reasons=case.text(self.reasons),
            ),
            word=case.word_of(request.funder),
            follows=record,
        )


@command
class PayFunding(Command, frozen=True, kw_only=True):
    """Record that money of an award arrived; payment in arrears may come after its end."""

    refuses: ClassVar = (Code.NOT_AWARDED,)

    award: AwardRef
    amount: Money
    payment: Payment | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the payment."""
        entry = _granted(case, self.award)
        if entry is None:
            return
        record, award = entry
        case.record(
            funding.FundingPaid(
                happened=case.happened(self.happened),
                award_id=self.award,
                funder=award.funder,
                recipient=award.recipient,
                amount=self.amount,
                payment=self.payment,
            ),
            word=case.word_of(award.recipient, award.funder),
            follows=record,
        )


@command
class ReportOnFunding(Command, frozen=True, kw_only=True):
    """Record that the recipient accounted for the money, and what that took; the last report may follow the end."""

    refuses: ClassVar = (Code.NOT_AWARDED,)

    award: AwardRef
    hours: funding.Hours | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the report."""
        entry = _granted(case, self.award)
        if entry is None:
            return
        record, award = entry
        case.record(
            funding.FundingReported(
                happened=case.happened(self.happened),
                award_id=self.award,
                funder=award.funder,
                recipient=award.recipient,
                hours=self.hours,
            ),
            word=case.word_of(award.recipient, award.funder),
            follows=record,
        )


@command
class EndFunding(Command, frozen=True, kw_only=True):
    """Record that an award came to its end."""

    refuses: ClassVar = (Code.NOT_AWARDED, Code.ALREADY_ENDED)

    award: AwardRef
    reasons: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the end."""
        entry = _granted(case, self.award, after_end=False)
        if entry is None:
            return
        record, award = entry
        case.record(
            funding.FundingEnded(
                happened=case.happened(self.happened),
                award_id=self.award,
                funder=award.funder,
                recipient=award.recipient,
                reasons=case.text(self.reasons),
            ),
            word=case.word_of(award.funder, award.recipient),
            follows=record,
        )


@command
class ReturnFunding(Command, frozen=True, kw_only=True):
    """Record that money of an award went back to its funder, unspent or clawed back."""

    refuses: ClassVar = (Code.NOT_AWARDED,)

    award: AwardRef
    amount: Money
    reasons: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the return."""
        entry = _granted(case, self.award)
        if entry is None:
            return
        record, award = entry
        case.record(
            funding.FundingReturned(
                happened=case.happened(self.happened),
                award_id=self.award,
                returned_by=award.recipient,
                returned_to=award.funder,
                amount=self.amount,
                reasons=case.text(self.reasons),
            ),
            word=case.word_of(award.recipient, award.funder),
            follows=record,
        )
