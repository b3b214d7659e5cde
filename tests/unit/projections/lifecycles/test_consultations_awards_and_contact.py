"""Consultations, awards and contact: how each stood at the end of a day."""

from datetime import date

from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
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
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, LOTTERY, TENANTS, PartnershipStory, an_id, words

METHOD = folkmoot_2026()
PLAN, GRANT, MARCH = an_id("plan"), an_id("grant"), an_id("march")


def a_consultation():
    story = PartnershipStory()
    story.tell(ConsultationOpened(happened="2026-01-01", consultation_id=PLAN, opened_by=COUNCIL, subject=words()))
    return story


def the_consultation(story, as_of):
    (only,) = consultations(story.at(as_of), METHOD)
    return only


def test_a_consultation_is_overdue_for_feedback_twelve_weeks_after_it_closed():
    story = a_consultation()
    assert the_consultation(story, "2026-12-01").state is ConsultationState.OPEN
    story.tell(ConsultationClosed(happened="2026-02-01", consultation_id=PLAN, closed_by=COUNCIL, responses=40))
    assert the_consultation(story, "2026-04-26").state is ConsultationState.CLOSED
    assert the_consultation(story, "2026-04-27").state is ConsultationState.OVERDUE


def test_a_consultation_fed_back_says_how_many_answers_were_covered():
    story = a_consultation()
    story.tell(ConsultationClosed(happened="2026-02-01", consultation_id=PLAN, closed_by=COUNCIL, responses=40))
    story.tell(
        ConsultationFeedbackGiven(happened="2026-03-01", consultation_id=PLAN, given_by=COUNCIL, responses_covered=30)
    )
    consultation = the_consultation(story, "2026-03-01")
    assert (consultation.state, consultation.responses, consultation.responses_covered) == (
        ConsultationState.FED_BACK,
        40,
        30,
    )


def pounds(amount, currency="GBP"):
    return Money(amount * 100, currency)


def an_application():
    story = PartnershipStory()
    story.tell(FundingApplied(happened="2026-01-01", award_id=GRANT, applicant=TENANTS, funder=LOTTERY))
    return story


def an_award():
    story = an_application()
    story.tell(
        FundingAwarded(happened="2026-02-01", award_id=GRANT, funder=LOTTERY, recipient=TENANTS, amount=pounds(10_000))
    )
    return story


def the_award(story, as_of):
    (only,) = awards(story.at(as_of))
    return only


def test_an_application_is_refused_or_awarded_and_an_award_ends():
    story = an_application()
    story.tell(FundingRefused(happened="2026-01-20", award_id=GRANT, funder=LOTTERY, applicant=TENANTS))
    assert the_award(story, "2026-01-19").state is AwardState.APPLIED
    assert the_award(story, "2026-01-20").state is AwardState.REFUSED
    story = an_award()
    story.tell(FundingEnded(happened="2026-09-01", award_id=GRANT, funder=LOTTERY, recipient=TENANTS))
    assert the_award(story, "2026-02-01").state is AwardState.AWARDED
    assert the_award(story, "2026-09-01").state is AwardState.ENDED


def test_only_sums_in_the_awards_own_currency_are_added_up():
    story = an_award()
    for amount in (pounds(4_000), pounds(1_000), pounds(9, "EUR")):
        story.tell(FundingPaid(happened="2026-03-01", award_id=GRANT, funder=LOTTERY, recipient=TENANTS, amount=amount))
    story.tell(
        FundingReturned(
            happened="2026-04-01", award_id=GRANT, returned_by=TENANTS, returned_to=LOTTERY, amount=pounds(500)
        )
    )
    award = the_award(story, "2026-04-01")
    assert (award.paid_minor, award.returned_minor, award.currency) == (500_000, 50_000, "GBP")


def test_a_condition_lifted_no_longer_counts():
    story = an_award()
    for number, change in ((1, ConditionChange.ADDED), (2, ConditionChange.ADDED), (1, ConditionChange.LIFTED)):
        story.tell(
            FundingConditionChanged(
                happened="2026-03-01",
                award_id=GRANT,
                condition_id=an_id(f"condition {number}"),
                funder=LOTTERY,
                recipient=TENANTS,
                change=change,
            )
        )
    assert the_award(story, "2026-04-01").conditions == 1


def a_plan():
    story = PartnershipStory()
    story.tell(
        InteractionPlanned(
            happened="2026-02-01",
            interaction_id=MARCH,
            kind=InteractionKind.MEETING,
            planned_for="2026-03-10",
            convened_by=COUNCIL,
        )
    )
    return story


def the_contact(story, as_of):
    (only,) = contacts(story.at(as_of), METHOD)
    return only


def test_a_plan_lapses_when_its_day_passes_and_nothing_was_recorded():
    story = a_plan()
    assert the_contact(story, "2026-03-10").state is InteractionState.PLANNED
    assert the_contact(story, "2026-03-11").state is InteractionState.LAPSED


def test_a_plan_moved_lapses_by_its_new_day():
    story = a_plan()
    story.tell(InteractionRescheduled(happened="2026-03-01", interaction_id=MARCH, planned_for="2026-04"))
    contact = the_contact(story, "2026-04-30")
    assert (contact.state, contact.planned_for, contact.times_moved) == (InteractionState.PLANNED, date(2026, 4, 30), 1)


def test_a_plan_called_off_is_cancelled_unless_it_was_held_after_all():
    story = a_plan()
    story.tell(InteractionCancelled(happened="2026-03-01", interaction_id=MARCH, cancelled_by=COUNCIL))
    assert the_contact(story, "2026-03-20").state is InteractionState.CANCELLED
    story.met("march", "2026-03-21")
    assert the_contact(story, "2026-03-21").state is InteractionState.HELD


def test_notes_are_due_in_working_days_or_later_where_volunteers_convened():
    story = PartnershipStory()
    there = (Participant(COUNCIL), Participant(TENANTS))
    story.met("march", "2026-03-10", *there, details={"convened_by": COUNCIL})
    story.met("april", "2026-04-10", *there, details={"convened_by": TENANTS})
    story.tell(NotesShared(happened="2026-03-12", interaction_id=MARCH, shared_with=(Side.RESIDENTS,)))
    march, april = contacts(story.at("2026-06-01"), METHOD)
    assert (march.notes_due_on, march.notes_shared_with) == (date(2026, 3, 24), {Side.RESIDENTS})
    assert (april.notes_due_on, april.notes_shared_with) == (date(2026, 5, 8), set())
