"""The health profile: promises, asks and voice by hand, what stands beside it, and why something is missing."""

import pytest

from domain.events import Participant
from domain.events.commitments import CommitmentReleased
from domain.events.consultation import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.events.experience import FeedbackGiven
from domain.events.partnership import RuleAdopted
from domain.values import Money
from domain.vocabulary import (
    Answer,
    Extent,
    Facet,
    Level,
    Side,
)
from projections.method.method import Dimension
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health.measure import HEADLINE, Missing
from projections.scoring.health.profile import health_rows, weights_in_force
from projections.scoring.health.shown_profile import profile_composite
from tests.support.health_measures import AT, measure, meet, row, value
from tests.support.told_partnership import (
    BOARD,
    COUNCIL,
    FORUM,
    RESIDENTS,
    TENANTS,
    Told,
    an_id,
    words,
)
from tests.support.trust_figures import day, keep, leave_overdue, method, partnership


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
    assert (found.value, found.n, found.status) == (pytest.approx(7 / 11), pytest.approx(9), EvidenceStatus.ENOUGH)
    assert value(told, Dimension.RELIABILITY, "residents-to-officials") == pytest.approx(4 / 5)
    assert value(told, Dimension.RELIABILITY, "days-until-half-kept") == 20


def test_what_became_of_promises_is_counted_in_the_words_of_the_field():
    told = partnership()
    keep(told, 2)
    told.promised("late", "2025-01-10", due="2025-02-10")
    told.confirmed_done("late", "2025-05-01")
    told.promised("within grace", "2025-01-10", due="2025-02-10")
    told.confirmed_done("within grace", "2025-02-24")
    told.promised("half", "2025-01-10", due="2025-02-10")
    told.confirmed_done("half", "2025-02-01", details={"extent": Extent.PART, "fraction": 0.5})
    leave_overdue(told, 1)
    told.promised("forgiven", "2025-01-10", due="2025-02-10")
    released = {"commitment_id": an_id("forgiven"), "promisers": (COUNCIL,), "released_by": TENANTS}
    told.tell(CommitmentReleased(happened="2025-02-01", **released), by=TENANTS)
    told.promised("to come", "2025-12-01", due="2026-06-01")
    words = {"kept-in-time": 3, "kept-late": 1, "in-part": 1, "overdue": 1, "let-off": 1}
    assert {name: value(told, Dimension.RELIABILITY, name) for name in words} == words


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
    assert (value(told, Dimension.VOICE), row(told, Dimension.VOICE).n) == (pytest.approx(1.5 / 4), 4)
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
