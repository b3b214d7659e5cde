"""Funding: the terms on which money was sought, came, changed and ended."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.declaration import EventBody, Voice, event
from domain.events.families import FUNDING
from domain.values import Label, Money, PartyAt, RegrantType, Text, When
from domain.vocabulary import (
    Allocation,
    ConditionChange,
    Control,
    Delegated,
    DelegationStep,
    Payment,
    Restriction,
    VariationAnswer,
)

Hours = Annotated[float, Meta(ge=0, le=100_000)]
Years = Annotated[float, Meta(gt=0, le=100)]
Days = Annotated[int, Meta(ge=0, le=10_000)]
PerYear = Annotated[float, Meta(ge=0, le=366)]
Percent = Annotated[float, Meta(ge=0, le=1_000)]


@event(family=FUNDING, begins="award_id", sentence="{applicant} applied to {funder} for [{amount}|money]")
class FundingApplied(EventBody, frozen=True, kw_only=True):
    """Money was sought."""

    award_id: UUID
    applicant: PartyAt
    funder: PartyAt
    amount: Money | None = None
    scheme: Label | None = None
    allocation: Allocation | None = None
    hours_to_apply: Hours | None = None
    pages: Annotated[int, Meta(ge=0, le=10_000)] | None = None
    stages: Annotated[int, Meta(ge=1, le=20)] | None = None


@event(
    family=FUNDING,
    begins="award_id",
    voices={"outcomes_set_by": Voice.ACTS},
    sentence="{funder} awarded {recipient} {amount}[: {title}]",
)
class FundingAwarded(EventBody, frozen=True, kw_only=True):
    """Money was granted, on these terms."""

    award_id: UUID
    funder: PartyAt
    recipient: PartyAt
    amount: Money
    scheme: Label | None = None
    title: Text | None = None
    restriction: Restriction | None = None
    allocation: Allocation | None = None
    years: Years | None = None
    hours_to_apply: Hours | None = None
    reports_a_year: PerYear | None = None
    decision_days: Days | None = None
    payment: Payment | None = None
    control: Control | None = None
    match_required_percent: Percent | None = None
    spend_by: When | None = None
    carry_over: bool | None = None
    claw_back: bool | None = None
    outcomes_set_by: PartyAt | None = None
    regrant_type: RegrantType | None = None


@event(family=FUNDING, about="award_id", sentence="{funder} refused {applicant} money[: {reasons}]")
class FundingRefused(EventBody, frozen=True, kw_only=True):
    """Money was sought and refused."""

    award_id: UUID
    funder: PartyAt
    applicant: PartyAt
    reasons: Text | None = None


@event(
    family=FUNDING,
    about="award_id",
    sentence="A condition of an award by {funder} to {recipient} was {change}[: {text}]",
)
class FundingConditionChanged(EventBody, frozen=True, kw_only=True):
    """A condition was added to an award or lifted from it."""

    award_id: UUID
    condition_id: UUID
    funder: PartyAt
    recipient: PartyAt
    change: ConditionChange
    text: Text | None = None


@event(family=FUNDING, about="award_id", sentence="{recipient} asked {funder} to change an award[: {text}]")
class FundingVariationRequested(EventBody, frozen=True, kw_only=True):
    """The recipient asked to spend, time or measure differently."""

    award_id: UUID
    variation_id: UUID
    funder: PartyAt
    recipient: PartyAt
    text: Text | None = None


@event(
    family=FUNDING,
    about="award_id",
    sentence="{funder} answered a change to an award that {recipient} asked for: {answer}[: {reasons}]",
)
class FundingVariationDecided(EventBody, frozen=True, kw_only=True):
    """The funder answered a requested change."""

    award_id: UUID
    variation_id: UUID
    funder: PartyAt
    recipient: PartyAt
    answer: VariationAnswer
    reasons: Text | None = None


@event(family=FUNDING, about="award_id", sentence="{funder} paid {recipient} {amount}")
class FundingPaid(EventBody, frozen=True, kw_only=True):
    """Money arrived."""

    award_id: UUID
    funder: PartyAt
    recipient: PartyAt
    amount: Money
    payment: Payment | None = None


@event(family=FUNDING, about="award_id", sentence="{recipient} reported to {funder}")
class FundingReported(EventBody, frozen=True, kw_only=True):
    """The recipient accounted for the money."""

    award_id: UUID
    funder: PartyAt
    recipient: PartyAt
    hours: Hours | None = None


@event(family=FUNDING, about="award_id", sentence="An award by {funder} to {recipient} ended[: {reasons}]")
class FundingEnded(EventBody, frozen=True, kw_only=True):
    """An award came to its end."""

    award_id: UUID
    funder: PartyAt
    recipient: PartyAt
    reasons: Text | None = None


@event(
    family=FUNDING,
    about="award_id",
    voices={"returned_by": Voice.SPEAKS},
    sentence="{returned_by} returned {amount} to {returned_to}[: {reasons}]",
)
class FundingReturned(EventBody, frozen=True, kw_only=True):
    """Money went back unspent, or was clawed back."""

    award_id: UUID
    returned_by: PartyAt
    returned_to: PartyAt
    amount: Money
    reasons: Text | None = None


@event(
    family=FUNDING,
    begins="delegation_id",
    voices={"delegated_by": Voice.SPEAKS},
    sentence="A say for {delegated_to} ({what}) was {step} by {delegated_by}",
)
class ControlDelegated(EventBody, frozen=True, kw_only=True):
    """A say over money or a decision was handed over, refused or taken back."""

    delegation_id: UUID
    delegated_by: PartyAt
    delegated_to: PartyAt
    what: Delegated
    step: DelegationStep = DelegationStep.GRANTED
    award_id: UUID | None = None
    decision_id: UUID | None = None
