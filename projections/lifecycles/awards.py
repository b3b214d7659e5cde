"""Awards: money sought, granted or refused, on what terms, how they changed, and what was paid and returned."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.declaration import EventBody
from domain.events.funding import (
    ControlDelegated,
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
from domain.events.recorded import Effective
from domain.values import Money, PartyAt, day_of, last_day
from domain.vocabulary import Allocation, CodeList, ConditionChange, Control, Payment, Restriction
from projections.agreement.agreement import course_if_disputed
from projections.agreement.steps import Course
from projections.history.history import History
from projections.history.memo import answers_about, once_per_history, once_per_thing
from projections.method.method import Method


class AwardState(CodeList):
    """Where an award stands on a day."""

    APPLIED = "applied"
    REFUSED = "refused"
    AWARDED = "awarded"
    ENDED = "ended"


class Award(Struct, frozen=True, kw_only=True):
    """One award, or application for one, at the end of the day asked about.

    Sums are in minor units of the award's own currency; what came in another currency is left out of them.
    """

    award_id: UUID
    state: AwardState
    funder: PartyAt
    recipient: PartyAt
    applied: FundingApplied | None
    awarded: FundingAwarded | None
    currency: str | None
    paid_minor: int
    returned_minor: int
    conditions: int
    variations_asked: int
    variations: tuple[FundingVariationDecided, ...]
    reports: int
    causes: tuple[UUID, ...]


def awards(history: History) -> list[Award]:
    """Follow every award of a partnership, in the order in which they were first written down."""
    first_facts = history.first_facts(FundingApplied, FundingAwarded)
    return [_award(history.about(identity), identity) for identity in first_facts]


def _award(story: list[Effective], award_id: UUID) -> Award:
    applied = next((fact.body for fact in story if isinstance(fact.body, FundingApplied)), None)
    awarded = next((fact.body for fact in story if isinstance(fact.body, FundingAwarded)), None)
    amount = awarded.amount if awarded else applied.amount if applied else None
    currency = amount.currency if amount else None
    payments = [fact.body.amount for fact in story if isinstance(fact.body, FundingPaid)]
    returns = [fact.body.amount for fact in story if isinstance(fact.body, FundingReturned)]
    funder, recipient = _parties(applied, awarded)
    return Award(
        award_id=award_id,
        state=_state(story),
        funder=funder,
        recipient=recipient,
        applied=applied,
        awarded=awarded,
        currency=currency,
        paid_minor=_total(payments, currency),
        returned_minor=_total(returns, currency),
        conditions=_conditions(story),
        variations_asked=len({_variation(fact) for fact in story} - {None}),
        variations=tuple(fact.body for fact in story if isinstance(fact.body, FundingVariationDecided)),
        reports=sum(isinstance(fact.body, FundingReported) for fact in story),
        causes=tuple(cause for fact in story for cause in fact.causes),
    )


class AwardTerms(Struct, frozen=True, kw_only=True):
    """The terms of one award, as far as they are recorded. `amount_pounds` is needed for the hours to be judged."""

    restriction: Restriction | None = None
    allocation: Allocation | None = None
    payment: Payment | None = None
    control: Control | None = None
    years: float | None = None
    hours_to_apply: float | None = None
    amount_pounds: float | None = None
    reports_a_year: float | None = None
    decision_days: float | None = None


def award_terms(history: History, fact: Effective, awarded: FundingAwarded) -> AwardTerms:
    """The terms of an award by its own words, and by the application's where the award is silent."""
    applied = next((each for each in history.about(awarded.award_id) if isinstance(each.body, FundingApplied)), None)
    application = applied.body if applied is not None and isinstance(applied.body, FundingApplied) else None
    hours, allocation, waited = awarded.hours_to_apply, awarded.allocation, awarded.decision_days
    if application is not None and applied is not None and applied.occurred_at <= fact.occurred_at:
        hours = application.hours_to_apply if hours is None else hours
        allocation = allocation or application.allocation
        if waited is None:
            waited = (day_of(fact.occurred_at) - last_day(application.happened)).days
    return AwardTerms(
        restriction=awarded.restriction,
        allocation=allocation,
        payment=awarded.payment,
        control=awarded.control,
        years=awarded.years,
        hours_to_apply=hours,
        amount_pounds=awarded.amount.minor_units / _MINOR_UNITS if awarded.amount.currency == "GBP" else None,
        reports_a_year=awarded.reports_a_year,
        decision_days=waited,
    )


_OF_FUNDERS: Final = (
    ControlDelegated,
    FundingAwarded,
    FundingPaid,
    FundingConditionChanged,
    FundingVariationDecided,
)


class FundersAct(Struct, frozen=True, kw_only=True):
    """One act of a body that gives money or control to another, with the terms of an award.

    `disputes`: the course of its record, empty where nobody disputed it.
    """

    fact: Effective
    giver: PartyAt
    taker: PartyAt
    terms: AwardTerms | None
    disputes: Course


@once_per_history
def funders_acts(history: History, method: Method) -> Sequence[FundersAct]:
    """List what was granted, refused, paid, tied to a condition or set free, in order."""
    return answers_about(history, method, funders_act, history.keys_of_facts(*_OF_FUNDERS))


@once_per_thing
def funders_act(history: History, method: Method, event_id: UUID) -> FundersAct:
    """Follow one act of a body that gives, by the id of its event."""
    fact, body = history.recorded(EventBody, event_id)
    giver, taker = _giver_and_taker(fact)
    return FundersAct(
        fact=fact,
        giver=giver,
        taker=taker,
        terms=award_terms(history, fact, body) if isinstance(body, FundingAwarded) else None,
        disputes=course_if_disputed(history, method, fact, giver, taker),
    )


def _giver_and_taker(fact: Effective) -> tuple[PartyAt, PartyAt]:
    match fact.body:
        case ControlDelegated(delegated_by=giver, delegated_to=taker):
            return giver, taker
        case FundingAwarded() | FundingPaid() | FundingConditionChanged() | FundingVariationDecided():
            return fact.body.funder, fact.body.recipient
    raise AssertionError(fact.body)


_YEAR_DAYS: Final = 365.25
_MINOR_UNITS: Final = 100


def runs_until(history: History, fact: Effective, awarded: FundingAwarded) -> date | None:
    """Find the last day on which an award runs; None where nothing says when it ends.

    It runs until it was ended or all of it returned, else for the years it was made for or until it must be spent,
    whichever is later.
    """
    endings = [day for day in (_ended_on(history, awarded), _returned_on(history, awarded)) if day is not None]
    if endings:
        return min(endings)
    stated_ends = [] if awarded.spend_by is None else [last_day(awarded.spend_by)]
    if awarded.years is not None:
        stated_ends.append(_years_after(day_of(fact.occurred_at), awarded.years) - timedelta(days=1))
    return max(stated_ends, default=None)


def _ended_on(history: History, awarded: FundingAwarded) -> date | None:
    endings = (each.body for each in history.about(awarded.award_id) if isinstance(each.body, FundingEnded))
    return next((last_day(each.happened) for each in endings), None)


def _returned_on(history: History, awarded: FundingAwarded) -> date | None:
    """Find the day on which the whole of an award had gone back."""
    minor_units_left = awarded.amount.minor_units
    for fact in history.about(awarded.award_id):
        if isinstance(fact.body, FundingReturned) and fact.body.amount.currency == awarded.amount.currency:
            minor_units_left -= fact.body.amount.minor_units
            if minor_units_left <= 0:
                return last_day(fact.body.happened)
    return None


def _years_after(start: date, years: float) -> date:
    year = start.year + int(years)
    leapless = date(year, 3, 1) if (start.month, start.day) == (2, 29) else start.replace(year=year)
    return leapless + timedelta(days=round(years % 1 * _YEAR_DAYS))


def _parties(applied: FundingApplied | None, awarded: FundingAwarded | None) -> tuple[PartyAt, PartyAt]:
    if awarded is not None:
        return awarded.funder, awarded.recipient
    assert applied is not None  # noqa: S101 - an award begins with one or the other
    return applied.funder, applied.applicant


def _state(story: list[Effective]) -> AwardState:
    kinds = {type(fact.body) for fact in story}
    if FundingEnded in kinds:
        return AwardState.ENDED
    if FundingAwarded in kinds:
        return AwardState.AWARDED
    return AwardState.REFUSED if FundingRefused in kinds else AwardState.APPLIED


def _conditions(story: list[Effective]) -> int:
    """Count the conditions added and not lifted."""
    last = {
        fact.body.condition_id: fact.body.change for fact in story if isinstance(fact.body, FundingConditionChanged)
    }
    return sum(change is ConditionChange.ADDED for change in last.values())


def _variation(fact: Effective) -> UUID | None:
    body = fact.body
    return body.variation_id if isinstance(body, FundingVariationRequested | FundingVariationDecided) else None


def _total(amounts: list[Money], currency: str | None) -> int:
    return sum(amount.minor_units for amount in amounts if amount.currency == currency)
