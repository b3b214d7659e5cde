"""Evidence of openness, integrity, flexibility and trust placed, and what people say beside it."""

import pytest

from domain.events import Participant
from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.events.decisions import DecisionAttested, DecisionTaken
from domain.events.experience import FeedbackGiven, PulseObserved
from domain.events.funding import (
    ControlDelegated,
    FundingAwarded,
    FundingConditionChanged,
    FundingVariationDecided,
)
from domain.events.interactions import NotesShared
from domain.events.records import DisputeResolved
from domain.values import Money
from domain.vocabulary import (
    Allocation,
    ConditionChange,
    Control,
    Delegated,
    DelegationStep,
    Facet,
    InteractionKind,
    Level,
    Payment,
    ResolutionOutcome,
    Restriction,
    Side,
    VariationAnswer,
)
from projections.scoring.behaviour import evidence
from projections.scoring.health.experience import voices
from projections.scoring.health.material import Material
from tests.support.partnership_story import (
    BOARD,
    COUNCIL,
    COUNCILLOR,
    COUNTY,
    FORUM,
    LOTTERY,
    TENANTS,
    PartnershipStory,
    an_id,
    words,
)
from tests.support.standing_evidence import RESIDENTS_OF_COUNCIL, standing, values
from tests.support.trust_figures import method, partnership, point, side_view


def meeting(story: PartnershipStory, on: str = "2025-03-03", kind=InteractionKind.MEETING, convened_by=COUNCIL):
    people = (Participant(COUNCIL), Participant(TENANTS), Participant(FORUM))
    return story.met("board", on, *people, kind=kind, details={"convened_by": convened_by})


def shared(story: PartnershipStory, on: str, *sides: Side):
    story.tell(
        NotesShared(happened=on, interaction_id=an_id("board"), shared_with=sides or (Side.RESIDENTS,)), by=COUNCIL
    )


def test_notes_count_once_for_a_side_however_many_of_its_bodies_were_there():
    story = partnership()
    meeting(story)
    shared(story, "2025-03-10")
    assert values(story, Facet.OPENNESS, "2025-06-01") == [(*RESIDENTS_OF_COUNCIL, 1.0, 1.0)]


@pytest.mark.parametrize(("on", "value"), [("2025-03-17", 1.0), ("2025-03-18", 0.5)])
def test_notes_have_ten_working_days(on, value):
    story = partnership()
    meeting(story)
    shared(story, on)
    assert values(story, Facet.OPENNESS, "2025-06-01") == [(*RESIDENTS_OF_COUNCIL, value, 1.0)]


def test_a_volunteer_run_body_has_twenty_eight_days_for_its_notes():
    story = partnership()
    meeting(story, convened_by=TENANTS)
    assert standing(story, Facet.OPENNESS, "2025-03-31") == []
    assert values(story, Facet.OPENNESS, "2025-04-01") == [(Side.GOVERNMENT, TENANTS.party_id, 0.0, 1.0)]


def test_notes_shared_with_another_side_are_still_owed_to_this_one():
    story = partnership()
    meeting(story)
    shared(story, "2025-03-10", Side.AGENCY)
    assert values(story, Facet.OPENNESS, "2025-06-01") == [(*RESIDENTS_OF_COUNCIL, 0.0, 1.0)]


def test_a_call_needs_no_notes():
    story = partnership()
    meeting(story, kind=InteractionKind.CALL)
    assert standing(story, Facet.OPENNESS, "2025-06-01") == []


def test_a_consultation_is_fed_back_within_84_days_of_closing():
    story = partnership()
    survey = an_id("survey")
    story.tell(
        ConsultationOpened(happened="2025-01-05", consultation_id=survey, opened_by=COUNCIL, subject=words()),
        by=COUNCIL,
    )
    assert standing(story, Facet.OPENNESS, "2026-01-01") == []
    story.tell(
        ConsultationClosed(happened="2025-02-01", consultation_id=survey, closed_by=COUNCIL, responses=40),
        by=COUNCIL,
    )
    assert values(story, Facet.OPENNESS, "2025-04-27") == [(*RESIDENTS_OF_COUNCIL, 0.0, 1.0)]
    story.tell(
        ConsultationFeedbackGiven(
            happened="2025-05-01", consultation_id=survey, given_by=COUNCIL, responses_covered=40
        ),
        by=COUNCIL,
    )
    assert values(story, Facet.OPENNESS, "2025-06-01") == [(*RESIDENTS_OF_COUNCIL, 0.5, 1.0)]


# Decisions: reasons, and the level practised against the level promised


def decision(story: PartnershipStory, *, by=COUNCIL, **details):
    fields = {"reasons": words(), "level_promised": Level.INVOLVE, "level_practised": Level.CONSULT} | details
    return story.tell(
        DecisionTaken(
            happened="2025-03-03",
            decision_id=an_id("plan"),
            title=words(),
            decided_by=BOARD,
            met_by=(Side.RESIDENTS, Side.GOVERNMENT),
            led_by=fields.pop("led_by", COUNCIL),
            **fields,
        ),
        by=by,
    )


def attested(story: PartnershipStory, on: str, level: Level | None = None, by=TENANTS):
    story.tell(
        DecisionAttested(happened=on, decision_id=an_id("plan"), attested_by=by, led_by=COUNCIL, level_practised=level),
        by=by,
    )


def test_a_leaders_own_word_on_the_level_counts_for_nothing_until_agreed():
    story = partnership()
    decision(story)
    assert standing(story, Facet.INTEGRITY, "2025-03-20") == []


def test_silence_after_notice_counts_as_far_as_the_leader_is_believed():
    story = partnership()
    decision(story)
    (row,) = standing(story, Facet.INTEGRITY, "2025-06-01")
    assert (row.value, row.tacit) == (0.75, True)
    assert row.believed.rate_at(row.at) == 0.5
    figure = point(story.at("2025-06-01"), method(), side_view(facet=Facet.INTEGRITY))
    assert (figure.r, figure.s) == (pytest.approx(0.375), pytest.approx(0.625))


def test_a_level_attested_by_another_side_is_the_level_that_counts():
    story = partnership()
    decision(story)
    attested(story, "2025-03-10", Level.INFORM)
    (row,) = standing(story, Facet.INTEGRITY, "2025-06-01")
    assert (row.truster.side, row.value, row.tacit) == (Side.RESIDENTS, pytest.approx(0.5), False)


def test_the_leaders_own_side_attests_nothing():
    story = partnership(COUNCIL, COUNTY)
    decision(story)
    attested(story, "2025-03-10", Level.EMPOWER, by=COUNTY)
    assert standing(story, Facet.INTEGRITY, "2025-12-01") == []


def test_a_decision_of_the_board_with_no_stated_lead_is_evidence_about_nobody():
    story = partnership()
    decision(story, led_by=None)
    assert standing(story, Facet.OPENNESS, "2025-12-01") == []


def test_reasons_not_given_stay_owed():
    story = partnership()
    decision(story, by=TENANTS, reasons=None)
    (row,) = standing(story, Facet.OPENNESS, "2026-03-01")
    assert (row.value, row.open_zero) == (0.0, True)


def test_a_disputed_record_stays_at_half_weight_until_both_sides_settle_it():
    story = partnership()
    record = decision(story, by=TENANTS)
    story.disputed(record, "2025-04-01", by=TENANTS)
    (row,) = standing(story, Facet.INTEGRITY, "2025-05-01")
    assert (row.weight, row.disputed) == (0.5, True)
    for party in (COUNCIL, TENANTS):
        story.tell(
            DisputeResolved(
                happened="2025-06-01", record_id=record, agreed_by=party, outcome=ResolutionOutcome.SET_ASIDE
            ),
            by=party,
        )
    assert standing(story, Facet.INTEGRITY, "2025-07-01") == []


def test_a_body_that_disputes_a_record_of_its_own_doings_keeps_the_whole_weight():
    story = partnership()
    record = decision(story, by=TENANTS)
    story.disputed(record, "2025-04-01", by=COUNCIL)
    (row,) = standing(story, Facet.INTEGRITY, "2025-05-01")
    assert (row.weight, row.disputed) == (1.0, True)


# Terms of funding, and what is put into residents' hands


def award(story: PartnershipStory, **terms):
    fields = {
        "restriction": Restriction.UNRESTRICTED,
        "allocation": Allocation.DIRECT,
        "years": 5.0,
        "payment": Payment.ADVANCE,
        "control": Control.RESIDENTS,
    } | terms
    return story.tell(
        FundingAwarded(
            happened="2025-03-03",
            award_id=an_id("award"),
            funder=LOTTERY,
            recipient=TENANTS,
            amount=Money(5_000_000),
            **fields,
        ),
        by=LOTTERY,
    )


def test_an_award_counts_by_its_terms_when_five_of_them_are_known():
    story = partnership()
    award(story)
    assert values(story, Facet.FLEXIBILITY, "2025-06-01") == [(Side.RESIDENTS, LOTTERY.party_id, 1.0, 1.0)]
    story = partnership()
    award(story, years=None)
    assert standing(story, Facet.FLEXIBILITY, "2025-06-01") == []


@pytest.mark.parametrize(("answer", "value"), [("granted", 1.0), ("part", 0.5), ("refused", 0.0)])
def test_a_variation_counts_by_its_answer(answer, value):
    story = partnership()
    award(story, years=None)
    story.tell(
        FundingVariationDecided(
            happened="2025-05-01",
            award_id=an_id("award"),
            variation_id=an_id("later"),
            funder=LOTTERY,
            recipient=TENANTS,
            answer=VariationAnswer(answer),
        ),
        by=LOTTERY,
    )
    assert [row[2] for row in values(story, Facet.FLEXIBILITY, "2025-06-01")] == [value]


def condition(story: PartnershipStory, on: str, change: ConditionChange):
    story.tell(
        FundingConditionChanged(
            happened=on,
            award_id=an_id("award"),
            condition_id=an_id("condition"),
            funder=LOTTERY,
            recipient=TENANTS,
            change=change,
        ),
        by=LOTTERY,
    )


def test_control_payment_in_advance_and_a_lifted_condition_are_entrusted_each_as_one_act():
    story = partnership()
    award(story)
    condition(story, "2025-04-01", ConditionChange.ADDED)
    assert len(standing(story, Facet.ENTRUSTED, "2025-06-01")) == 2
    condition(story, "2025-05-01", ConditionChange.LIFTED)
    assert [row[2] for row in values(story, Facet.ENTRUSTED, "2025-06-01")] == [1.0, 1.0, 1.0]
    condition(story, "2025-05-20", ConditionChange.ADDED)
    assert sorted(row[2] for row in values(story, Facet.ENTRUSTED, "2025-06-01")) == [0.0, 1.0, 1.0]


def delegated(story: PartnershipStory, on: str, step: DelegationStep):
    story.tell(
        ControlDelegated(
            happened=on,
            delegation_id=an_id("hall"),
            delegated_by=COUNCIL,
            delegated_to=TENANTS,
            what=Delegated.DECISION,
            step=step,
        ),
        by=COUNCIL,
    )


def test_a_decision_handed_over_and_taken_back_is_one_act_worth_nothing():
    story = partnership()
    delegated(story, "2025-03-01", DelegationStep.GRANTED)
    assert values(story, Facet.ENTRUSTED, "2025-03-31") == [(*RESIDENTS_OF_COUNCIL, 1.0, 1.0)]
    delegated(story, "2025-04-01", DelegationStep.TAKEN_BACK)
    assert values(story, Facet.ENTRUSTED, "2025-04-30") == [(*RESIDENTS_OF_COUNCIL, 0.0, 1.0)]


# What people say


def material(history):
    return Material(history=history, method=method())


def test_what_people_say_is_no_behaviour():
    story = partnership()
    story.tell(
        PulseObserved(
            happened="2025-03-01",
            pulse_id=an_id("pulse"),
            about=COUNCIL,
            rater_side=Side.RESIDENTS,
            facet=Facet.RELIABILITY,
            counts=(5, 0, 0, 0, 0),
        )
    )
    history = story.at("2025-06-01")
    assert evidence(history, method()) == ()
    ratings = voices(material(history), raters={Side.RESIDENTS}, about={Side.GOVERNMENT})
    assert (ratings.level_counts, ratings.raters) == ((5.0, 0.0, 0.0, 0.0, 0.0), 5)


def test_ratings_by_one_person_are_one_rater_and_an_office_holder_is_left_out():
    story = partnership()
    for number, about in enumerate((COUNCIL, COUNCIL, COUNCILLOR)):
        story.tell(
            FeedbackGiven(
                happened="2025-03-01",
                feedback_id=an_id(f"feedback {number}"),
                about=about,
                rater_side=Side.RESIDENTS,
                rater_id=an_id("somebody"),
                facet=Facet.RELIABILITY,
                score=4,
            )
        )
    ratings = voices(material(story.at("2025-06-01")), raters={Side.RESIDENTS}, about={Side.GOVERNMENT})
    assert (ratings.level_counts[3], ratings.raters) == (2.0, 1)
