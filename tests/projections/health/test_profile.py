"""The health profile: each headline by hand, what stands beside it, and why something is missing."""

import pytest

from domain.events import Participant
from domain.events.consultation import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.events.disputes import DisputeRaised, DisputeSettled
from domain.events.experience import FeedbackGiven, Group, ProfileObserved, PulseObserved
from domain.events.funding import FundingAwarded
from domain.events.interactions import InteractionCancelled, InteractionPlanned
from domain.events.outcomes import LessonDrawn
from domain.events.partnership import ExpectedBodiesSet, ExpectedBody, MemberLeft, RuleAdopted
from domain.values import Money
from domain.vocabulary import (
    Allocation,
    Answer,
    Attendance,
    Control,
    Facet,
    InteractionKind,
    Level,
    PartyKind,
    Payment,
    Restriction,
    Side,
)
from projections.scoring.health.measure import HEADLINE, Basis, Missing
from projections.scoring.health.profile import health_rows, weights_in_force
from projections.scoring.health.shown import profile_composite, shown, shown_measures
from projections.scoring.method import Dimension
from projections.scoring.opinion import Status
from tests.projections.given import (
    BOARD,
    COUNCIL,
    COUNTY,
    FORUM,
    ICB,
    LOTTERY,
    RESIDENTS,
    TENANTS,
    Told,
    an_id,
    words,
)
from tests.projections.trust.told import day, keep, leave_overdue, method, partnership

AT = "2025-12-31"


def measure(told: Told, dimension: str, name: str = HEADLINE, group: str = "", as_of: str = AT, used=None):
    used = used or method()
    rows = [row for row in health_rows(told.at(as_of), used) if (row.dimension, row.name) == (dimension, name)]
    (found,) = [each for each in shown_measures(rows, used) if each.group == group]
    return found


def value(*arguments, **more):
    return measure(*arguments, **more).value


def test_a_new_partnership_says_of_every_headline_why_it_is_missing():
    told = Told()
    told.formed("2025-01-01")
    headlines = {row.dimension: row.missing for row in health_rows(told.at(AT), method()) if row.name == HEADLINE}
    assert None not in headlines.values()
    assert headlines[Dimension.RELIABILITY] is Missing.NOTHING_HAPPENED
    assert headlines[Dimension.COVERAGE] is Missing.NOT_RECORDED


# H1 and H2


def test_reliability_is_officials_promises_to_residents_with_the_twin_beside():
    told = partnership()
    keep(told, 6)
    leave_overdue(told, 3)
    keep(told, 3, who=TENANTS, to=COUNCIL, name="theirs")
    found = measure(told, Dimension.RELIABILITY)
    assert (found.value, found.n, found.status) == (pytest.approx(7 / 11), pytest.approx(9), Status.ENOUGH)
    assert value(told, Dimension.RELIABILITY, "residents-to-officials") == pytest.approx(4 / 5)
    assert value(told, Dimension.RELIABILITY, "days-until-half-kept") == 20


def test_a_promise_not_yet_due_leaves_reliability_not_yet_due():
    told = partnership()
    told.promised("lights", "2025-12-01", due="2026-06-01")
    assert measure(told, Dimension.RELIABILITY).missing is Missing.NOT_YET_DUE


def test_reports_that_nobody_confirmed_stand_beside_reliability():
    told = partnership()
    told.promised("lights", "2025-12-01", due="2026-06-01")
    told.reported_done("lights", "2025-12-20")
    assert value(told, Dimension.RELIABILITY, "reported-but-unconfirmed") == 1


def test_responsiveness_counts_asks_of_officials_and_shows_the_ones_that_nobody_has():
    told = partnership()
    told.asked("park", "2025-03-03")
    told.answered("park", "2025-03-10")
    told.asked("bins", "2025-03-03")
    told.asked("bus", "2025-03-03", of=None)
    assert value(told, Dimension.RESPONSIVENESS) == pytest.approx(0.5)
    assert value(told, Dimension.RESPONSIVENESS, "asks-nobody-has") == 1


def test_consultations_fed_back_count_by_number_and_by_responses():
    told = partnership()
    for name, responses in (("one", 30), ("two", 70)):
        told.tell(
            ConsultationOpened(happened="2025-02-01", consultation_id=an_id(name), opened_by=COUNCIL, subject=words())
        )
        told.tell(
            ConsultationClosed(
                happened="2025-03-01", consultation_id=an_id(name), closed_by=COUNCIL, responses=responses
            )
        )
    told.tell(
        ConsultationFeedbackGiven(
            happened="2025-04-01", consultation_id=an_id("one"), given_by=COUNCIL, responses_covered=30
        )
    )
    assert value(told, Dimension.RESPONSIVENESS, "consultations-fed-back") == pytest.approx(0.5)
    assert value(told, Dimension.RESPONSIVENESS, "responses-covered") == pytest.approx(0.3)


# H3


def test_voice_is_the_influence_of_residents_asks_and_leaves_out_those_too_young():
    told = partnership()
    for name, answer in (("a", Answer.ADOPTED), ("b", Answer.ADAPTED), ("c", Answer.DECLINED)):
        told.asked(name, "2025-03-03")
        told.answered(name, "2025-03-10", answer=answer)
    told.asked("ignored", "2025-03-03")
    told.asked("young", "2025-12-01")
    told.asked("theirs", "2025-03-03", by=COUNCIL, of=TENANTS)
    found = measure(told, Dimension.VOICE)
    assert (found.value, found.n) == (pytest.approx(1.5 / 4), 4)
    assert value(told, Dimension.VOICE, "asks-too-young-to-say") == 1


def test_beside_voice_stand_seats_against_the_rule_and_spending_that_residents_asked_for():
    told = partnership(COUNCIL, TENANTS, FORUM)
    told.tell(RuleAdopted(happened="2025-01-02", rule_id=an_id("rule"), residents_voting_share_min=0.51))
    told.asked("park", "2025-03-03")
    for name, pence, asks in (("swings", 30_000, (an_id("park"),)), ("desk", 10_000, ())):
        told.tell(
            SpendingRecorded(
                happened="2025-05-01", spending_id=an_id(name), spent_by=COUNCIL, amount=Money(pence), ask_ids=asks
            )
        )
    assert value(told, Dimension.VOICE, "resident-voting-seats") == pytest.approx(2 / 3)
    assert value(told, Dimension.VOICE, "resident-voting-seats-by-rule") == 0.51
    assert value(told, Dimension.VOICE, "spending-traced-to-residents", group="GBP") == pytest.approx(0.75)


def test_who_led_is_counted_only_where_it_is_stated():
    told = partnership()
    for name, leader in (("a", TENANTS), ("b", None)):
        told.tell(
            DecisionTaken(
                happened="2025-03-03",
                decision_id=an_id(name),
                title=words(),
                decided_by=BOARD,
                met_by=(Side.RESIDENTS, Side.GOVERNMENT),
                led_by=leader,
                level_practised=Level.COLLABORATE,
            ),
            by=COUNCIL,
        )
    assert value(told, Dimension.VOICE, "led-by-residents") == 1
    assert value(told, Dimension.VOICE, "lead-not-stated") == 1
    assert value(told, Dimension.VOICE, "level-practised") == 3


# H4 to H8


def meet(told: Told, on: str, *people, kind=InteractionKind.MEETING, **details):
    return told.met(f"on {on}", on, *people, kind=kind, details={"convened_by": COUNCIL} | details)


def person(name: str, party=TENANTS, attendance=Attendance.ATTENDED):
    return Participant(party, person_id=an_id(name), attendance=attendance)


def test_participation_is_the_fewest_behind_half_of_what_is_done():
    told = partnership()
    for number in range(5):
        meet(told, day("2025-03-01", number), person("ann"))
    for number in range(2):
        meet(told, day("2025-04-01", number), person("bea"), person("cy", COUNCIL))
    meet(told, "2025-05-01", person("dee"), person("ed", attendance=Attendance.APOLOGIES))
    meet(told, "2025-05-02", person("ed", attendance=Attendance.ABSENT))
    found = measure(told, Dimension.PARTICIPATION)
    assert (found.value, found.n) == (pytest.approx(1 / 2), 10)  # one of four active, over two
    assert found.low <= found.value <= found.high
    assert value(told, Dimension.PARTICIPATION, "concentration") == pytest.approx(0.34)
    assert value(told, Dimension.PARTICIPATION, "effective-number") == pytest.approx(2.941, abs=5e-4)
    assert value(told, Dimension.PARTICIPATION, "attendance", "residents") == pytest.approx(8 / 9)


def test_no_person_is_named_in_a_profile():
    told = partnership()
    meet(told, "2025-03-01", person("ann"), person("bea"))
    assert an_id("ann").hex not in repr(health_rows(told.at(AT), method())).replace("-", "")


def test_promises_that_a_leaver_leaves_behind_are_handed_over_or_not():
    told = partnership(COUNCIL, COUNTY, TENANTS)
    told.promised("lights", "2025-03-01", due="2025-12-01", who=COUNTY, by=COUNTY)
    told.tell(MemberLeft(happened="2025-06-01", member_id=an_id(f"seat of {COUNTY.party_id}"), party=COUNTY), by=COUNTY)
    assert (
        measure(told, Dimension.CONTINUITY, "promises-handed-over", as_of="2025-06-20").missing is Missing.NOT_YET_DUE
    )
    assert value(told, Dimension.CONTINUITY, "promises-handed-over") == 0
    assert value(told, Dimension.CONTINUITY, "churn") == pytest.approx(4 / (2 * 2.5))  # three seats, then two


def test_coverage_is_the_share_of_expected_bodies_that_came():
    told = partnership()
    told.tell(
        ExpectedBodiesSet(
            happened="2025-01-02",
            expectation_id=an_id("expected"),
            bodies=(
                ExpectedBody(PartyKind.UNITARY),
                ExpectedBody(PartyKind.ICB),
                ExpectedBody(TENANTS.kind, TENANTS.party_id),
            ),
        )
    )
    meet(told, "2025-03-01", Participant(COUNCIL), Participant(TENANTS))
    found = measure(told, Dimension.COVERAGE)
    assert (found.value, found.low, found.high, found.status) == (pytest.approx(2 / 3),) * 3 + (Status.ENOUGH,)


def test_one_expected_body_is_no_coverage_to_speak_of():
    told = partnership()
    bodies = (ExpectedBody(PartyKind.UNITARY),)
    told.tell(ExpectedBodiesSet(happened="2025-01-02", expectation_id=an_id("expected"), bodies=bodies))
    assert measure(told, Dimension.COVERAGE).missing is Missing.NOT_APPLICABLE


def test_network_is_context_with_no_headline():
    told = partnership(COUNCIL, ICB, TENANTS, FORUM)
    for name, asker in (("a", TENANTS), ("b", FORUM)):
        told.asked(name, "2025-03-03", by=asker, of=COUNCIL)
    told.asked("c", "2025-03-03", by=TENANTS, of=ICB)
    profile = shown(health_rows(told.at(AT), method()), method())
    (network,) = [each for each in profile.dimensions if each.dimension == Dimension.NETWORK]
    assert (network.id, network.headline) == ("H7", None)
    assert value(told, Dimension.NETWORK, "external-internal") == 1
    assert value(told, Dimension.NETWORK, "density") == pytest.approx(3 / 12)


def plan(told: Told, name: str, on: str, *, planned: str = "2025-02-01"):
    told.tell(
        InteractionPlanned(happened=planned, interaction_id=an_id(name), kind=InteractionKind.MEETING, planned_for=on),
        by=COUNCIL,
    )


def test_rhythm_is_meetings_held_over_those_planned_ahead():
    told = partnership()
    for number, on in enumerate(("2025-03-01", "2025-04-01", "2025-05-01", "2026-06-01")):
        plan(told, f"board {number}", on)
    told.met("board 0", "2025-03-01", Participant(COUNCIL))
    told.met("board 1", "2025-04-01", Participant(COUNCIL))
    told.tell(
        InteractionCancelled(happened="2025-04-21", interaction_id=an_id("board 2"), cancelled_by=COUNCIL), by=COUNCIL
    )
    found = measure(told, Dimension.RHYTHM)
    assert (found.value, found.n) == (pytest.approx(2 / 3), 3)
    assert value(told, Dimension.RHYTHM, "cancelled", "government") == 1
    assert value(told, Dimension.RHYTHM, "notice-days", "government") == pytest.approx(10)


def test_rhythm_follows_the_adopted_cadence_where_that_asks_for_more():
    told = partnership(since="2024-01-01")
    told.tell(RuleAdopted(happened="2024-01-02", rule_id=an_id("rule"), meetings_a_year=4.0))
    for on in ("2025-02-01", "2025-05-01", "2025-08-01"):
        meet(told, on, Participant(COUNCIL))
    assert value(told, Dimension.RHYTHM, "due-by-cadence") == 3
    assert value(told, Dimension.RHYTHM) == 1
    assert value(told, Dimension.RHYTHM, "regularity") == pytest.approx(1, abs=0.01)


def test_a_plan_written_down_on_the_day_itself_is_no_plan():
    told = partnership()
    plan(told, "board", "2025-03-01", planned="2025-03-01")
    assert value(told, Dimension.RHYTHM, "planned-ahead") == 0


# H9 to H14


def award(told: Told, name: str, pounds: int, **terms):
    fields = {
        "restriction": Restriction.UNRESTRICTED,
        "allocation": Allocation.DIRECT,
        "years": 5.0,
        "payment": Payment.ADVANCE,
        "control": Control.RESIDENTS,
    } | terms
    told.tell(
        FundingAwarded(
            happened="2025-03-03",
            award_id=an_id(name),
            funder=LOTTERY,
            recipient=TENANTS,
            amount=Money(pounds * 100),
            **fields,
        ),
        by=LOTTERY,
    )


def test_funding_flexibility_is_a_mean_per_award_with_the_best_and_worst_case_as_its_range():
    told = partnership()
    award(told, "free", 30_000)
    award(told, "tied", 10_000, restriction=Restriction.PROJECT, payment=Payment.ARREARS)
    award(told, "unknown", 10_000, years=None)
    found = measure(told, Dimension.FUNDING_FLEXIBILITY)
    assert (found.value, found.n) == (pytest.approx((1 + 3 / 5) / 2), 2)
    assert found.low == pytest.approx((5 / 8 + 3 / 8 + 4 / 8) / 3)
    assert value(told, Dimension.FUNDING_FLEXIBILITY, "weighted-by-amount", "GBP") == pytest.approx(0.9)


def test_openness_has_its_parts_beside_it():
    told = partnership()
    meet(told, "2025-03-03", Participant(COUNCIL), Participant(TENANTS))
    assert value(told, Dimension.OPENNESS) == pytest.approx(1 / 3)
    assert value(told, Dimension.OPENNESS, "notes") == pytest.approx(1 / 3)
    assert measure(told, Dimension.OPENNESS, "feedback").missing is Missing.NOTHING_HAPPENED


def test_groups_are_merged_until_every_cell_is_large_enough():
    told = partnership()
    groups = (Group("under 25", 2, 0.2), Group("25 to 64", 10, 0.5), Group("65 to 74", 3, 0.2), Group("75 on", 5, 0.1))
    told.tell(ProfileObserved(happened="2025-03-01", profile_id=an_id("profile"), groups=groups))
    assert value(told, Dimension.REPRESENTATIVENESS, "groups") == 3
    observed, expected = (0.25, 0.25, 0.5), (0.4, 0.1, 0.5)
    likeness = 1 - sum(abs(p - q) for p, q in zip(observed, expected, strict=True)) / 2
    assert value(told, Dimension.REPRESENTATIVENESS) == pytest.approx(likeness)


def test_groups_too_small_to_show_are_not_shown():
    told = partnership()
    groups = (Group("under 25", 2, 0.5), Group("25 on", 2, 0.5))
    told.tell(ProfileObserved(happened="2025-03-01", profile_id=an_id("profile"), groups=groups))
    assert measure(told, Dimension.REPRESENTATIVENESS).missing is Missing.TOO_FEW


def test_expressed_experience_is_shown_from_five_raters_on():
    told = partnership()
    pulse = {"about": COUNCIL, "rater_side": Side.RESIDENTS, "facet": Facet.RELIABILITY}
    told.tell(PulseObserved(happened="2025-12-01", pulse_id=an_id("one"), counts=(1, 0, 2, 0, 1), **pulse))
    assert measure(told, Dimension.EXPRESSED_EXPERIENCE).missing is Missing.TOO_FEW
    told.tell(PulseObserved(happened="2025-12-02", pulse_id=an_id("two"), counts=(0, 0, 0, 3, 3), **pulse))
    found = measure(told, Dimension.EXPRESSED_EXPERIENCE)
    assert (found.value, found.n, found.basis) == (pytest.approx(0.6875), 10, Basis.MOMENTS)
    assert found.low < found.value < found.high
    assert measure(told, Dimension.EXPRESSED_EXPERIENCE, "gap").missing is Missing.TOO_FEW


def test_learning_is_reviews_held_and_lessons_that_come_back():
    told = partnership()
    told.met("review", "2025-06-01", Participant(COUNCIL), kind=InteractionKind.PARTNERSHIP_REVIEW)
    for name in ("a", "b"):
        told.tell(LessonDrawn(happened="2025-06-01", lesson_id=an_id(name), lesson=words()))
    told.tell(
        DecisionTaken(
            happened="2025-07-01",
            decision_id=an_id("d"),
            title=words(),
            decided_by=BOARD,
            met_by=(Side.RESIDENTS,),
            cites_lesson_ids=(an_id("a"),),
        )
    )
    assert value(told, Dimension.LEARNING) == 1
    assert value(told, Dimension.LEARNING, "lessons-cited") == pytest.approx(0.5)


def test_a_knock_is_made_good_by_new_good_acts_and_not_by_fading():
    told = partnership()
    keep(told, 4)
    leave_overdue(told, 2, start="2025-05-01")
    assert value(told, Dimension.REPAIR, "knocks-made-good") == 0
    keep(told, 8, start="2025-08-01", name="again")
    assert value(told, Dimension.REPAIR, "knocks-made-good") > 0


def test_disagreements_are_open_until_settled():
    told = partnership()
    for name in ("a", "b"):
        told.tell(
            DisputeRaised(
                happened="2025-03-01", dispute_id=an_id(name), raised_by=TENANTS, others=(COUNCIL,), about=words()
            )
        )
    told.tell(DisputeSettled(happened="2025-03-11", dispute_id=an_id("a"), agreed_by=(TENANTS, COUNCIL)))
    assert value(told, Dimension.REPAIR, "open-disagreements") == 1
    assert value(told, Dimension.REPAIR, "days-until-half-settled") == 10


# Beside the profile


def test_how_it_was_recorded_stands_beside_every_profile():
    told = partnership(since="2024-01-01")
    told.asked("park", "2025-03-03")
    told.asked("late", "2025-03-03", recorded="2025-06-01")
    assert value(told, "recording", "recorded-late") == pytest.approx(0.5)
    assert value(told, "recording", "recorded-by", "residents") == 1
    assert value(told, "recording", "events-a-month") == pytest.approx(2 / 12, abs=0.01)


def test_the_markets_score_rises_with_contact_alone_and_ours_does_not():
    told = partnership()
    keep(told, 3)
    leave_overdue(told, 3)
    before = value(told, Dimension.RELIABILITY)
    for number in range(5):
        meet(told, day("2025-12-10", number), Participant(COUNCIL), Participant(TENANTS), convened_by=None)
    assert value(told, "comparison", "market-relationship-score") == 100
    assert value(told, Dimension.RELIABILITY) == before


def test_ratings_by_too_few_people_stay_out_of_the_markets_score():
    told = partnership()
    meet(told, "2025-12-10", Participant(COUNCIL))
    told.tell(
        FeedbackGiven(
            happened="2025-12-11",
            feedback_id=an_id("f"),
            about=COUNCIL,
            rater_side=Side.RESIDENTS,
            rater_id=an_id("somebody"),
            facet=Facet.OPENNESS,
            score=1,
        )
    )
    assert value(told, "comparison", "market-relationship-score") == pytest.approx(20)


def test_a_composite_is_a_range_that_missing_dimensions_widen():
    told = partnership()
    keep(told, 4)
    rows = health_rows(told.at(AT), method())
    found = profile_composite(rows, method())
    assert "coverage" in found.missing
    assert found.low < found.high
    assert found.band is None
    alone = profile_composite(rows, method(), {"reliability": 1.0})
    assert alone.low == alone.high == pytest.approx(5 / 6)
    assert alone.band == "strong"


def test_a_partnerships_own_weights_bind_from_adoption_or_recording_the_later():
    told = partnership()
    told.tell(
        RuleAdopted(happened="2025-02-01", rule_id=an_id("weights"), weights={"H1": 2.0, "openness": 1.0}),
        recorded="2025-06-01",
    )
    assert weights_in_force(told.at("2025-05-01")) is None
    assert weights_in_force(told.at("2025-07-01")) == {"reliability": 2.0, "openness": 1.0}


def test_a_share_has_a_range_that_holds_it_even_at_the_ends():
    told = partnership()
    for name in "abcd":
        told.asked(name, "2025-03-03")
        told.answered(name, "2025-03-10")
    found = measure(told, Dimension.VOICE)
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(0.65, abs=0.05)


def test_officials_and_residents_are_measured_by_the_same_rule():
    told = partnership()
    keep(told, 3)
    keep(told, 3, who=TENANTS, to=COUNCIL, name="theirs")
    assert value(told, Dimension.RELIABILITY) == value(told, Dimension.RELIABILITY, "residents-to-officials")


def test_residents_at_large_are_promised_to_like_any_body():
    told = partnership(COUNCIL, TENANTS)
    told.promised("lights", "2025-03-01", to=RESIDENTS, due="2025-04-01")
    told.confirmed_done("lights", "2025-03-20", by=TENANTS)
    assert value(told, Dimension.RELIABILITY) == pytest.approx(2 / 3)
