"""Decisions, spending and funding: who led, on whose word, and on what terms."""

from datetime import date

from domain.events.decisions import DecisionAttested, DecisionTaken, SpendingRecorded
from domain.events.funding import FundingApplied, FundingAwarded
from domain.values import Money
from domain.vocabulary import Allocation, Control, Level, Payment, Restriction, Side
from projections.agreement.steps import Agreed
from projections.views.decisions import decision_rows
from projections.views.funding import funding_rows
from projections.views.spending import spending_rows
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import BOARD, COUNCIL, LOTTERY, TENANTS, PartnershipStory, an_id, words

METHOD = folkmoot_2026()


def a_decision(**details):
    story = PartnershipStory()
    story.tell(
        DecisionTaken(
            happened="2026-01-10",
            decision_id=an_id("d"),
            title=words(),
            decided_by=BOARD,
            met_by=(Side.GOVERNMENT, Side.RESIDENTS),
            **details,
        ),
        by=COUNCIL,
    )
    return story


def test_who_led_and_at_what_level_is_agreed_once_another_side_says_so():
    story = a_decision(led_by=COUNCIL, level_practised=Level.COLLABORATE)
    (row,) = decision_rows(story.at("2026-01-11"), METHOD)
    assert (row.agreed, row.level_practised, row.level_agreed) == (Agreed.REPORTED, Level.COLLABORATE, None)
    story.tell(
        DecisionAttested(
            happened="2026-01-12",
            decision_id=an_id("d"),
            attested_by=TENANTS,
            led_by=COUNCIL,
            level_practised=Level.CONSULT,
        ),
        by=TENANTS,
    )
    (row,) = decision_rows(story.at("2026-01-12"), METHOD)
    assert (row.agreed, row.level_agreed) == (Agreed.CONFIRMED, Level.CONSULT)


def test_a_decision_by_the_board_alone_states_no_lead():
    (row,) = decision_rows(a_decision().at("2026-02-01"), METHOD)
    assert (row.led_by_party_id, row.agreed) == (None, None)


def test_spending_is_traced_to_who_asked_directly_or_through_a_decision():
    story = a_decision(answers_ask_ids=(an_id("bench"),))
    story.asked("bench", "2026-01-05")
    story.asked("kerb", "2026-01-05", by=COUNCIL)
    for name, details in (
        ("through", {"decision_id": an_id("d")}),
        ("direct", {"ask_ids": (an_id("kerb"),)}),
        ("untraced", {}),
    ):
        story.tell(
            SpendingRecorded(
                happened="2026-02-01", spending_id=an_id(name), spent_by=COUNCIL, amount=Money(5_000), **details
            )
        )
    sides = {row.spending_id: row.asked_by_sides for row in spending_rows(story.at("2026-02-01"), METHOD)}
    assert sides == {
        an_id("through"): (Side.RESIDENTS,),
        an_id("direct"): (Side.GOVERNMENT,),
        an_id("untraced"): (),
    }
    (row,) = decision_rows(story.at("2026-02-01"), METHOD)
    assert row.spent_minor == {"GBP": 5_000}


def test_an_award_shows_its_terms_and_how_freely_it_may_be_used():
    story = PartnershipStory()
    story.tell(
        FundingApplied(
            happened="2026-01-01",
            award_id=an_id("grant"),
            applicant=TENANTS,
            funder=LOTTERY,
            amount=Money(900_000),
            allocation=Allocation.DIRECT,
        )
    )
    story.tell(
        FundingAwarded(
            happened="2026-02-01",
            award_id=an_id("grant"),
            funder=LOTTERY,
            recipient=TENANTS,
            amount=Money(800_000),
            restriction=Restriction.UNRESTRICTED,
            years=5,
            payment=Payment.ADVANCE,
            control=Control.RESIDENTS,
            reports_a_year=0,
            decision_days=0,
            spend_by="2027-03",
        )
    )
    (row,) = funding_rows(story.at("2026-02-01"), METHOD)
    assert (row.applied_minor, row.awarded_minor, row.allocation) == (900_000, 800_000, Allocation.DIRECT)
    assert (row.terms_known, row.flexibility, row.flexibility_best) == (7, 1.0, 1.0)
    assert row.flexibility_worst == 7 / 8
    assert row.spend_by_on == date(2027, 3, 31)
