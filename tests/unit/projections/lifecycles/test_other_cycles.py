"""Consultations, awards and contact: how each stood at the end of a day."""

from datetime import date

from domain.events.consultation import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.events.declaration import Participant
from domain.events.funding import (
    FundingApplied,
    FundingAwarded,
    FundingConditionChanged,
    FundingEnded,
    FundingPaid,
    FundingRefused,
    FundingReturned,
)
from domain.events.interactions import (
    InteractionCancelled,
    InteractionPlanned,
    InteractionRescheduled,
    NotesShared,
)
from domain.values import Money
from domain.vocabulary import ConditionChange, InteractionKind, Side
from projections.lifecycles.awards import AwardState, awards
from projections.lifecycles.consultations import ConsultationState, consultations
from projections.lifecycles.interactions import InteractionState, contacts
from projections.method.document import default_method
from tests.support.told_partnership import COUNCIL, LOTTERY, TENANTS, Told, an_id, words

METHOD = default_method()
PLAN, GRANT, MARCH = an_id("plan"), an_id("grant"), an_id("march")


def a_consultation():
    told = Told()
    told.tell(ConsultationOpened(happened="2026-01-01", consultation_id=PLAN, opened_by=COUNCIL, subject=words()))
    return told


def the_consultation(told, as_of):
    (only,) = consultations(told.at(as_of), METHOD)
    return only


def test_a_consultation_is_overdue_for_feedback_twelve_weeks_after_it_closed():
    told = a_consultation()
    assert the_consultation(told, "2026-12-01").state is ConsultationState.OPEN
    told.tell(ConsultationClosed(happened="2026-02-01", consultation_id=PLAN, closed_by=COUNCIL, responses=40))
    assert the_consultation(told, "2026-04-26").state is ConsultationState.CLOSED
    assert the_consultation(told, "2026-04-27").state is ConsultationState.OVERDUE


def test_a_consultation_fed_back_says_how_many_answers_were_covered():
    told = a_consultation()
    told.tell(ConsultationClosed(happened="2026-02-01", consultation_id=PLAN, closed_by=COUNCIL, responses=40))
    told.tell(
        ConsultationFeedbackGiven(happened="2026-03-01", consultation_id=PLAN, given_by=COUNCIL, responses_covered=30)
    )
    found = the_consultation(told, "2026-03-01")
    assert (found.state, found.responses, found.responses_covered) == (ConsultationState.FED_BACK, 40, 30)


def pounds(amount, currency="GBP"):
    return Money(amount * 100, currency)


def an_application():
    told = Told()
    told.tell(FundingApplied(happened="2026-01-01", award_id=GRANT, applicant=TENANTS, funder=LOTTERY))
    return told


def an_award():
    told = an_application()
    told.tell(
        FundingAwarded(happened="2026-02-01", award_id=GRANT, funder=LOTTERY, recipient=TENANTS, amount=pounds(10_000))
    )
    return told


def the_award(told, as_of):
    (only,) = awards(told.at(as_of))
    return only


def test_an_application_is_refused_or_awarded_and_an_award_ends():
    told = an_application()
    told.tell(FundingRefused(happened="2026-01-20", award_id=GRANT, funder=LOTTERY, applicant=TENANTS))
    assert the_award(told, "2026-01-19").state is AwardState.APPLIED
    assert the_award(told, "2026-01-20").state is AwardState.REFUSED
    told = an_award()
    told.tell(FundingEnded(happened="2026-09-01", award_id=GRANT, funder=LOTTERY, recipient=TENANTS))
    assert the_award(told, "2026-02-01").state is AwardState.AWARDED
    assert the_award(told, "2026-09-01").state is AwardState.ENDED


def test_only_sums_in_the_awards_own_currency_are_added_up():
    told = an_award()
    for amount in (pounds(4_000), pounds(1_000), pounds(9, "EUR")):
        told.tell(FundingPaid(happened="2026-03-01", award_id=GRANT, funder=LOTTERY, recipient=TENANTS, amount=amount))
    told.tell(
        FundingReturned(
            happened="2026-04-01", award_id=GRANT, returned_by=TENANTS, returned_to=LOTTERY, amount=pounds(500)
        )
    )
    found = the_award(told, "2026-04-01")
    assert (found.paid_minor, found.returned_minor, found.currency) == (500_000, 50_000, "GBP")


def test_a_condition_lifted_no_longer_counts():
    told = an_award()
    for number, change in ((1, ConditionChange.ADDED), (2, ConditionChange.ADDED), (1, ConditionChange.LIFTED)):
        told.tell(
            FundingConditionChanged(
                happened="2026-03-01",
                award_id=GRANT,
                condition_id=an_id(f"condition {number}"),
                funder=LOTTERY,
                recipient=TENANTS,
                change=change,
            )
        )
    assert the_award(told, "2026-04-01").conditions == 1


def a_plan():
    told = Told()
    told.tell(
        InteractionPlanned(
            happened="2026-02-01",
            interaction_id=MARCH,
            kind=InteractionKind.MEETING,
            planned_for="2026-03-10",
            convened_by=COUNCIL,
        )
    )
    return told


def the_contact(told, as_of):
    (only,) = contacts(told.at(as_of), METHOD)
    return only


def test_a_plan_lapses_when_its_day_passes_and_nothing_was_recorded():
    told = a_plan()
    assert the_contact(told, "2026-03-10").state is InteractionState.PLANNED
    assert the_contact(told, "2026-03-11").state is InteractionState.LAPSED


def test_a_plan_moved_lapses_by_its_new_day():
    told = a_plan()
    told.tell(InteractionRescheduled(happened="2026-03-01", interaction_id=MARCH, planned_for="2026-04"))
    found = the_contact(told, "2026-04-30")
    assert (found.state, found.planned_for, found.times_moved) == (InteractionState.PLANNED, date(2026, 4, 30), 1)


def test_a_plan_called_off_is_cancelled_unless_it_was_held_after_all():
    told = a_plan()
    told.tell(InteractionCancelled(happened="2026-03-01", interaction_id=MARCH, cancelled_by=COUNCIL))
    assert the_contact(told, "2026-03-20").state is InteractionState.CANCELLED
    told.met("march", "2026-03-21")
    assert the_contact(told, "2026-03-21").state is InteractionState.HELD


def test_notes_are_due_in_working_days_or_later_where_volunteers_convened():
    told = Told()
    there = (Participant(COUNCIL), Participant(TENANTS))
    told.met("march", "2026-03-10", *there, details={"convened_by": COUNCIL})
    told.met("april", "2026-04-10", *there, details={"convened_by": TENANTS})
    told.tell(NotesShared(happened="2026-03-12", interaction_id=MARCH, shared_with=(Side.RESIDENTS,)))
    march, april = contacts(told.at("2026-06-01"), METHOD)
    assert (march.notes_due_on, march.notes_shared_with) == (date(2026, 3, 24), {Side.RESIDENTS})
    assert (april.notes_due_on, april.notes_shared_with) == (date(2026, 5, 8), set())
