"""The health profile: promises, asks and voice by hand, what stands beside it, and why something is missing."""

import pytest

from domain.events import Participant
from domain.events.commitments import CommitmentReleased
from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.events.experience import FeedbackGiven
from domain.events.partnerships import RuleAdopted
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
from tests.support.partnership_story import (
    BOARD,
    COUNCIL,
    FORUM,
    RESIDENTS,
    TENANTS,
    PartnershipStory,
    an_id,
    words,
)
from tests.support.trust_figures import day, keep, leave_overdue, method, partnership


def test_a_new_partnership_says_of_every_headline_why_it_is_missing():
    story = PartnershipStory()
    story.formed("2025-01-01")
    headlines = {row.dimension: row.missing for row in health_rows(story.at(AT), method()) if row.name == HEADLINE}
    assert None not in headlines.values()
    assert headlines[Dimension.RELIABILITY] is Missing.NOTHING_HAPPENED
    assert headlines[Dimension.COVERAGE] is Missing.NOT_RECORDED


# H1 and H2


def test_reliability_is_officials_promises_to_residents_with_the_twin_beside():
    story = partnership()
    keep(story, 6)
    leave_overdue(story, 3)
    keep(story, 3, who=TENANTS, to=COUNCIL, name="theirs")
    figure = measure(story, Dimension.RELIABILITY)
    assert (figure.value, figure.n, figure.status) == (pytest.approx(7 / 11), pytest.approx(9), EvidenceStatus.ENOUGH)
    assert value(story, Dimension.RELIABILITY, "residents-to-officials") == pytest.approx(4 / 5)
    assert value(story, Dimension.RELIABILITY, "days-until-half-kept") == 20


def test_what_became_of_promises_is_counted_in_the_words_of_the_field():
    story = partnership()
    keep(story, 2)
    story.promised("late", "2025-01-10", due="2025-02-10")
    story.confirmed_done("late", "2025-05-01")
    story.promised("within grace", "2025-01-10", due="2025-02-10")
    story.confirmed_done("within grace", "2025-02-24")
    story.promised("half", "2025-01-10", due="2025-02-10")
    story.confirmed_done("half", "2025-02-01", details={"extent": Extent.PART, "fraction": 0.5})
    leave_overdue(story, 1)
    story.promised("forgiven", "2025-01-10", due="2025-02-10")
    released = {"commitment_id": an_id("forgiven"), "promisers": (COUNCIL,), "released_by": TENANTS}
    story.tell(CommitmentReleased(happened="2025-02-01", **released), by=TENANTS)
    story.promised("to come", "2025-12-01", due="2026-06-01")
    words = {"kept-in-time": 3, "kept-late": 1, "in-part": 1, "overdue": 1, "let-off": 1}
    assert {name: value(story, Dimension.RELIABILITY, name) for name in words} == words


def test_a_promise_not_yet_due_leaves_reliability_not_yet_due():
    story = partnership()
    story.promised("lights", "2025-12-01", due="2026-06-01")
    assert measure(story, Dimension.RELIABILITY).missing is Missing.NOT_YET_DUE


def test_reports_that_nobody_confirmed_stand_beside_reliability():
    story = partnership()
    story.promised("lights", "2025-12-01", due="2026-06-01")
    story.reported_done("lights", "2025-12-20")
    assert value(story, Dimension.RELIABILITY, "reported-but-unconfirmed") == 1


def test_responsiveness_counts_asks_of_officials_and_shows_the_ones_that_nobody_has():
    story = partnership()
    story.asked("park", "2025-03-03")
    story.answered("park", "2025-03-10")
    story.asked("bins", "2025-03-03")
    story.asked("bus", "2025-03-03", of=None)
    assert value(story, Dimension.RESPONSIVENESS) == pytest.approx(0.5)
    assert value(story, Dimension.RESPONSIVENESS, "asks-nobody-has") == 1


def test_consultations_fed_back_count_by_number_and_by_responses():
    story = partnership()
    for name, responses in (("one", 30), ("two", 70)):
        story.tell(
            ConsultationOpened(happened="2025-02-01", consultation_id=an_id(name), opened_by=COUNCIL, subject=words())
        )
        story.tell(
            ConsultationClosed(
                happened="2025-03-01", consultation_id=an_id(name), closed_by=COUNCIL, responses=responses
            )
        )
    story.tell(
        ConsultationFeedbackGiven(
            happened="2025-04-01", consultation_id=an_id("one"), given_by=COUNCIL, responses_covered=30
        )
    )
    assert value(story, Dimension.RESPONSIVENESS, "consultations-fed-back") == pytest.approx(0.5)
    assert value(story, Dimension.RESPONSIVENESS, "responses-covered") == pytest.approx(0.3)


# H3


def test_voice_is_the_influence_of_residents_asks_and_leaves_out_those_too_young():
    story = partnership()
    for name, answer in (("a", Answer.ADOPTED), ("b", Answer.ADAPTED), ("c", Answer.DECLINED)):
        story.asked(name, "2025-03-03")
        story.answered(name, "2025-03-10", answer=answer)
    story.asked("ignored", "2025-03-03")
    story.asked("young", "2025-12-01")
    story.asked("theirs", "2025-03-03", by=COUNCIL, of=TENANTS)
    assert (value(story, Dimension.VOICE), row(story, Dimension.VOICE).n) == (pytest.approx(1.5 / 4), 4)
    assert value(story, Dimension.VOICE, "asks-too-young-to-say") == 1


def test_beside_voice_stand_seats_against_the_rule_and_spending_that_residents_asked_for():
    story = partnership(COUNCIL, TENANTS, FORUM)
    story.tell(RuleAdopted(happened="2025-01-02", rule_id=an_id("rule"), residents_voting_share_min=0.51))
    story.asked("park", "2025-03-03")
    for name, pence, asks in (("swings", 30_000, (an_id("park"),)), ("desk", 10_000, ())):
        story.tell(
            SpendingRecorded(
                happened="2025-05-01", spending_id=an_id(name), spent_by=COUNCIL, amount=Money(pence), ask_ids=asks
            )
        )
    assert value(story, Dimension.VOICE, "resident-voting-seats") == pytest.approx(2 / 3)
    assert value(story, Dimension.VOICE, "resident-voting-seats-by-rule") == 0.51
    assert value(story, Dimension.VOICE, "spending-traced-to-residents", group="GBP") == pytest.approx(0.75)


def test_who_led_is_counted_only_where_it_is_stated():
    story = partnership()
    for name, leader in (("a", TENANTS), ("b", None)):
        story.tell(
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
    assert value(story, Dimension.VOICE, "led-by-residents") == 1
    assert value(story, Dimension.VOICE, "lead-not-stated") == 1
    assert value(story, Dimension.VOICE, "level-practised") == 3


# Beside the profile


def test_how_it_was_recorded_stands_beside_every_profile():
    story = partnership(since="2024-01-01")
    story.asked("park", "2025-03-03")
    story.asked("late", "2025-03-03", recorded="2025-06-01")
    assert value(story, "recording", "recorded-late") == pytest.approx(0.5)
    assert value(story, "recording", "recorded-by", "residents") == 1
    assert value(story, "recording", "events-a-month") == pytest.approx(2 / 12, abs=0.01)


def test_the_markets_score_rises_with_contact_alone_and_ours_does_not():
    story = partnership()
    keep(story, 3)
    leave_overdue(story, 3)
    before = value(story, Dimension.RELIABILITY)
    for number in range(5):
        meet(story, day("2025-12-10", number), Participant(COUNCIL), Participant(TENANTS), convened_by=None)
    assert value(story, "comparison", "market-relationship-score") == 100
    assert value(story, Dimension.RELIABILITY) == before


def test_ratings_by_too_few_people_stay_out_of_the_markets_score():
    story = partnership()
    meet(story, "2025-12-10", Participant(COUNCIL))
    story.tell(
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
    assert value(story, "comparison", "market-relationship-score") == pytest.approx(20)


def test_a_composite_is_a_range_that_missing_dimensions_widen():
    story = partnership()
    keep(story, 4)
    rows = health_rows(story.at(AT), method())
    total = profile_composite(rows, method())
    assert "coverage" in total.missing
    assert total.low < total.high
    assert total.band is None
    alone = profile_composite(rows, method(), {"reliability": 1.0})
    assert alone.low == alone.high == pytest.approx(5 / 6)
    assert alone.band == "strong"


def test_a_partnerships_own_weights_bind_from_adoption_or_recording_the_later():
    story = partnership()
    story.tell(
        RuleAdopted(happened="2025-02-01", rule_id=an_id("weights"), weights={"H1": 2.0, "openness": 1.0}),
        recorded="2025-06-01",
    )
    assert weights_in_force(story.at("2025-05-01")) is None
    assert weights_in_force(story.at("2025-07-01")) == {"reliability": 2.0, "openness": 1.0}


def test_a_share_has_a_range_that_holds_it_even_at_the_ends():
    story = partnership()
    for name in "abcd":
        story.asked(name, "2025-03-03")
        story.answered(name, "2025-03-10")
    figure = measure(story, Dimension.VOICE)
    assert (figure.value, figure.high) == (1, 1)
    assert figure.low == pytest.approx(0.65, abs=0.05)


def test_officials_and_residents_are_measured_by_the_same_rule():
    story = partnership()
    keep(story, 3)
    keep(story, 3, who=TENANTS, to=COUNCIL, name="theirs")
    assert value(story, Dimension.RELIABILITY) == value(story, Dimension.RELIABILITY, "residents-to-officials")


def test_residents_at_large_are_promised_to_like_any_body():
    story = partnership(COUNCIL, TENANTS)
    story.promised("lights", "2025-03-01", to=RESIDENTS, due="2025-04-01")
    story.confirmed_done("lights", "2025-03-20", by=TENANTS)
    assert value(story, Dimension.RELIABILITY) == pytest.approx(2 / 3)
