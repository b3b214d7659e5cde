"""Funding: on what terms money was sought and came, how the terms changed, and what was paid and returned."""

from collections import Counter
from datetime import date
from typing import Annotated, Any
from uuid import UUID

from msgspec import Meta

from domain.events.funding import (
    FundingApplied,
    FundingAwarded,
    FundingConditionChanged,
    FundingEnded,
    FundingPaid,
    FundingRefused,
    FundingReported,
    FundingReturned,
    FundingVariationDecided,
    FundingVariationRequested,
)
from domain.values import last_day
from domain.vocabulary import Allocation, Control, Payment, Restriction, Side, VariationAnswer
from projections.declaration import ProjectionRow, projection
from projections.history.history import History
from projections.lifecycles.awards import Award, AwardState, award_terms, awards, runs_until
from projections.method.method import Method
from projections.rows import MENDING, Causes, TextAt, names_a, text_at
from projections.scoring.facets.flexibility import flexibility


class FundingRow(ProjectionRow, frozen=True, kw_only=True):
    """One award, or application for one. Terms that nobody recorded are empty."""

    award_id: Annotated[UUID, names_a("award", "The award, or application for one")]
    state: Annotated[AwardState, Meta(description="Applied for, refused, awarded or ended")]
    funder_party_id: Annotated[UUID, names_a("party", "Whose money it is")]
    funder_side: Annotated[Side, Meta(description="The side of the funder")]
    recipient_party_id: Annotated[UUID, names_a("party", "Who sought it or got it")]
    recipient_side: Annotated[Side, Meta(description="The side of the recipient")]
    scheme: Annotated[str | None, Meta(description="The scheme it belongs to")]
    title: Annotated[TextAt | None, Meta(description="Where its sealed title stands")]
    applied_on: Annotated[date | None, Meta(description="The day it was applied for")]
    applied_minor: Annotated[int | None, Meta(description="How much was applied for, in minor units such as pence")]
    awarded_on: Annotated[date | None, Meta(description="The day it was awarded")]
    awarded_minor: Annotated[int | None, Meta(description="How much was awarded, in minor units such as pence")]
    currency: Annotated[str | None, Meta(description="The currency of these sums, by ISO 4217")]
    restriction: Annotated[Restriction | None, Meta(description="What it may be spent on")]
    allocation: Annotated[Allocation | None, Meta(description="How the recipient was chosen")]
    years: Annotated[float | None, Meta(description="For how many years")]
    hours_to_apply: Annotated[float | None, Meta(description="Hours spent on applying")]
    reports_a_year: Annotated[float | None, Meta(description="Reports asked for in a year")]
    decision_days: Annotated[int | None, Meta(description="Days from applying to the decision, as recorded")]
    payment: Annotated[Payment | None, Meta(description="When the money comes")]
    control: Annotated[Control | None, Meta(description="Who decides how it is spent")]
    match_required_percent: Annotated[float | None, Meta(description="Own money asked for, in per cent of the award")]
    spend_by_on: Annotated[date | None, Meta(description="The last day by which it must be spent")]
    runs_until_on: Annotated[date | None, Meta(description="The last day on which it runs; empty: nothing says")]
    has_carry_over: Annotated[bool | None, Meta(description="Whether what is left may be kept for another year")]
    has_claw_back: Annotated[bool | None, Meta(description="Whether the funder may take it back")]
    flexibility: Annotated[float | None, Meta(description="How freely it may be used, 0 to 1; empty: too little known")]
    flexibility_worst: Annotated[float | None, Meta(description="The same, if everything unknown were at its worst")]
    flexibility_best: Annotated[float | None, Meta(description="The same, if everything unknown were at its best")]
    terms_known: Annotated[int, Meta(description="How many of the terms that make it up are known")]
    conditions: Annotated[int, Meta(description="Conditions added and not lifted since")]
    variations_asked: Annotated[int, Meta(description="Changes that were asked for")]
    variations: Annotated[dict[VariationAnswer, int], Meta(description="Changes answered, by answer")]
    reports: Annotated[int, Meta(description="Reports made to the funder")]
    paid_minor: Annotated[int, Meta(description="How much was paid, in minor units of the same currency")]
    returned_minor: Annotated[int, Meta(description="How much went back, in minor units of the same currency")]
    causes: Causes


@projection(
    name="funding",
    version=2,
    row=FundingRow,
    key=("award_id",),
    handles=(
        FundingApplied,
        FundingAwarded,
        FundingRefused,
        FundingConditionChanged,
        FundingVariationRequested,
        FundingVariationDecided,
        FundingPaid,
        FundingReported,
        FundingEnded,
        FundingReturned,
        *MENDING,
    ),
    question="On what terms did money come, how did they change, and what was paid and returned?",
    ignores_rest="What the money was spent on is told under spending; control handed over is told under trust.",
)
def funding_rows(history: History, method: Method) -> list[FundingRow]:
    """One row for each award or application, in the order in which they were first written down."""
    return [_row(history, method, award) for award in awards(history)]


def _term(awarded: FundingAwarded | None, applied: FundingApplied | None, name: str) -> Any:  # noqa: ANN401 - any term
    """A term of the award or, where the award is silent, of the application."""
    value = getattr(awarded, name, None)
    return getattr(applied, name, None) if value is None else value


def _row(history: History, method: Method, award: Award) -> FundingRow:
    applied, awarded = award.applied, award.awarded
    fact = next((each for each in history.about(award.award_id) if each.body is awarded), None)
    judged = flexibility(award_terms(history, fact, awarded), method.flexibility) if fact and awarded else None
    return FundingRow(
        award_id=award.award_id,
        state=award.state,
        funder_party_id=award.funder.party_id,
        funder_side=award.funder.side,
        recipient_party_id=award.recipient.party_id,
        recipient_side=award.recipient.side,
        scheme=_term(awarded, applied, "scheme"),
        title=text_at(fact, "title") if fact else None,
        applied_on=last_day(applied.happened) if applied else None,
        applied_minor=applied.amount.minor_units if applied and applied.amount else None,
        awarded_on=last_day(awarded.happened) if awarded else None,
        awarded_minor=awarded.amount.minor_units if awarded else None,
        currency=award.currency,
        restriction=getattr(awarded, "restriction", None),
        allocation=_term(awarded, applied, "allocation"),
        years=getattr(awarded, "years", None),
        hours_to_apply=_term(awarded, applied, "hours_to_apply"),
        reports_a_year=getattr(awarded, "reports_a_year", None),
        decision_days=getattr(awarded, "decision_days", None),
        payment=getattr(awarded, "payment", None),
        control=getattr(awarded, "control", None),
        match_required_percent=getattr(awarded, "match_required_percent", None),
        spend_by_on=last_day(awarded.spend_by) if awarded and awarded.spend_by else None,
        runs_until_on=runs_until(history, fact, awarded) if fact and awarded else None,
        has_carry_over=getattr(awarded, "carry_over", None),
        has_claw_back=getattr(awarded, "claw_back", None),
        flexibility=judged.value if judged else None,
        flexibility_worst=judged.worst if judged else None,
        flexibility_best=judged.best if judged else None,
        terms_known=judged.known if judged else 0,
        conditions=award.conditions,
        variations_asked=award.variations_asked,
        variations=dict(sorted(Counter(each.answer for each in award.variations).items())),
        reports=award.reports,
        paid_minor=award.paid_minor,
        returned_minor=award.returned_minor,
        causes=award.causes,
    )
