"""The other dimensions of health, each headline by hand."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.events import Participant
from domain.events.decisions import DecisionTaken
from domain.events.disputes import DisputeRaised, DisputeSettled
from domain.events.experience import Group, ProfileObserved, PulseObserved
from domain.events.interactions import InteractionCancelled, InteractionPlanned
from domain.events.outcomes import LessonDrawn
from domain.events.partnerships import ExpectedBodiesSet, ExpectedBody, MemberLeft, RuleAdopted
from domain.vocabulary import (
    Attendance,
    Facet,
    InteractionKind,
    PartyKind,
    Payment,
    Restriction,
    Side,
)
from projections.method.method import Dimension
from projections.scoring.formulas.opinion import EvidenceStatus
from projections.scoring.health.measure import MeasureBasis, Missing
from projections.scoring.health.profile import health_rows
from projections.scoring.health.shown_profile import shown_profile
from tests.support.health_measures import AT, award, measure, meet, row, value
from tests.support.partnership_story import (
    BOARD,
    COUNCIL,
    COUNTY,
    FORUM,
    ICB,
    TENANTS,
    PartnershipStory,
    an_id,
    words,
)
from tests.support.trust_figures import day, keep, leave_overdue, method, partnership

# H4 to H8


def person(name: str, party=TENANTS, attendance=Attendance.ATTENDED):
    return Participant(party, person_id=an_id(name), attendance=attendance)


def test_participation_is_the_fewest_behind_half_of_what_is_done():
    story = partnership()
    for number in range(5):
        meet(story, day("2025-03-01", number), person("ann"))
    for number in range(2):
        meet(story, day("2025-04-01", number), person("bea"), person("cy", COUNCIL))
    meet(story, "2025-05-01", person("dee"), person("ed", attendance=Attendance.APOLOGIES))
    meet(story, "2025-05-02", person("ed", attendance=Attendance.ABSENT))
    figure = measure(story, Dimension.PARTICIPATION)
    assert (figure.value, figure.n) == (pytest.approx(1 / 2), 8)  # one of four active, over two; at eight contacts
    assert figure.low <= figure.value <= figure.high
    assert value(story, Dimension.PARTICIPATION, "concentration") == pytest.approx(0.34)
    assert value(story, Dimension.PARTICIPATION, "effective-number") == pytest.approx(2.941, abs=5e-4)
    assert value(story, Dimension.PARTICIPATION, "attendance", "residents") == pytest.approx(8 / 9)


def by_deeds():
    shipped = method()
    return replace(shipped, health=replace(shipped.health, participation_by_deeds=True))


def test_participation_by_deeds_counts_what_bodies_do_beside_coming_each_deed_once_for_each_doer():
    story = partnership()
    meet(story, "2025-03-01", person("ann"), person("bea"))  # called by the council: three did it
    meet(story, "2025-03-02", Participant(COUNCIL), person("ann"))  # the council called it and came: two did it
    keep(story, 2, start="2025-04-01")
    leave_overdue(story, 1)
    story.asked("a hedge", "2025-05-01")
    story.answered("a hedge", "2025-05-10")
    figure = measure(story, Dimension.PARTICIPATION, scoring=by_deeds())
    # the council 5 of 8, ann 2, bea 1: one of three makes half, over one and a half
    assert (figure.value, figure.n) == (pytest.approx(1 / 1.5), 5)
    assert value(story, Dimension.PARTICIPATION, "concentration", scoring=by_deeds()) == pytest.approx(30 / 64)
    assert value(story, Dimension.PARTICIPATION, "concentration") == pytest.approx(6 / 16), "who came, as ever"


@given(attended=st.lists(st.sampled_from(["ann", "bea", "cy"]), min_size=1, max_size=6), kept_count=st.integers(0, 4))
def test_what_nobody_but_the_council_does_never_spreads_the_work_wider(attended, kept_count):
    story = partnership()
    for number, name in enumerate(attended):
        meet(story, day("2025-03-01", number), person(name), convened_by=None)
    keep(story, kept_count, start="2025-06-01")
    figure = row(story, Dimension.PARTICIPATION, scoring=by_deeds())
    assert figure.n == len(attended) + kept_count
    people_active = len(set(attended)) + (kept_count > 0)
    assert value(story, Dimension.PARTICIPATION, "people-active", scoring=by_deeds()) == people_active


def test_no_person_is_named_in_a_profile():
    story = partnership()
    meet(story, "2025-03-01", person("ann"), person("bea"))
    assert an_id("ann").hex not in repr(health_rows(story.at(AT), method())).replace("-", "")


def test_promises_that_a_leaver_leaves_behind_are_handed_over_or_not():
    story = partnership(COUNCIL, COUNTY, TENANTS)
    story.promised("lights", "2025-03-01", due="2025-12-01", who=COUNTY, by=COUNTY)
    story.tell(
        MemberLeft(happened="2025-06-01", member_id=an_id(f"seat of {COUNTY.party_id}"), party=COUNTY), by=COUNTY
    )
    assert (
        measure(story, Dimension.CONTINUITY, "promises-handed-over", as_of="2025-06-20").missing is Missing.NOT_YET_DUE
    )
    assert value(story, Dimension.CONTINUITY, "promises-handed-over") == 0
    assert value(story, Dimension.CONTINUITY, "churn") == pytest.approx(1 / (2 * 2.5))  # three seats, then two


def test_founders_are_not_joiners():
    story = partnership(COUNCIL, COUNTY, TENANTS, since="2025-06-01")
    story.joined(FORUM, "2025-06-01T18:00:00+00:00")
    assert (value(story, Dimension.CONTINUITY, "joined"), value(story, Dimension.CONTINUITY, "churn")) == (0, 0)
    story.joined(ICB, "2025-06-02")
    assert value(story, Dimension.CONTINUITY, "joined") == 1
    assert value(story, Dimension.CONTINUITY, "churn") == pytest.approx(1 / (2 * 4.5))  # four founded it, five sit now


def test_coverage_is_the_share_of_expected_bodies_that_came():
    story = partnership()
    story.tell(
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
    meet(story, "2025-03-01", Participant(COUNCIL), Participant(TENANTS))
    figure = measure(story, Dimension.COVERAGE)
    assert (figure.value, figure.low, figure.high, figure.status) == (pytest.approx(2 / 3),) * 3 + (
        EvidenceStatus.ENOUGH,
    )


def test_one_expected_body_is_no_coverage_to_speak_of():
    story = partnership()
    bodies = (ExpectedBody(PartyKind.UNITARY),)
    story.tell(ExpectedBodiesSet(happened="2025-01-02", expectation_id=an_id("expected"), bodies=bodies))
    assert measure(story, Dimension.COVERAGE).missing is Missing.NOT_APPLICABLE


def test_network_is_context_with_no_headline():
    story = partnership(COUNCIL, ICB, TENANTS, FORUM)
    for name, asker in (("a", TENANTS), ("b", FORUM)):
        story.asked(name, "2025-03-03", by=asker, of=COUNCIL)
    story.asked("c", "2025-03-03", by=TENANTS, of=ICB)
    profile = shown_profile(health_rows(story.at(AT), method()), method(), date.fromisoformat(AT))
    (network,) = [each for each in profile.dimensions if each.dimension == Dimension.NETWORK]
    assert (network.id, network.headline) == ("H7", None)
    assert value(story, Dimension.NETWORK, "external-internal") == 1
    assert value(story, Dimension.NETWORK, "density") == pytest.approx(3 / 12)


def plan(story: PartnershipStory, name: str, on: str, *, planned: str = "2025-02-01"):
    story.tell(
        InteractionPlanned(happened=planned, interaction_id=an_id(name), kind=InteractionKind.MEETING, planned_for=on),
        by=COUNCIL,
    )


def test_rhythm_is_meetings_held_over_those_planned_ahead():
    story = partnership()
    for number, on in enumerate(("2025-03-01", "2025-04-01", "2025-05-01", "2026-06-01")):
        plan(story, f"board {number}", on)
    story.met("board 0", "2025-03-01", Participant(COUNCIL))
    story.met("board 1", "2025-04-01", Participant(COUNCIL))
    story.tell(
        InteractionCancelled(happened="2025-04-21", interaction_id=an_id("board 2"), cancelled_by=COUNCIL), by=COUNCIL
    )
    figure = row(story, Dimension.RHYTHM)
    assert (value(story, Dimension.RHYTHM), figure.n) == (pytest.approx(2 / 3), 3)
    assert value(story, Dimension.RHYTHM, "cancelled", "government") == 1
    assert value(story, Dimension.RHYTHM, "notice-days", "government") == pytest.approx(10)


def test_rhythm_follows_the_adopted_cadence_where_that_asks_for_more():
    story = partnership(since="2024-01-01")
    story.tell(RuleAdopted(happened="2024-01-02", rule_id=an_id("rule"), meetings_a_year=4.0))
    for on in ("2025-02-01", "2025-05-01", "2025-08-01"):
        meet(story, on, Participant(COUNCIL))
    assert value(story, Dimension.RHYTHM, "due-by-cadence") == 3
    assert value(story, Dimension.RHYTHM) == 1
    assert value(story, Dimension.RHYTHM, "regularity") == pytest.approx(1, abs=0.01)


def test_a_plan_written_down_on_the_day_itself_is_no_plan():
    story = partnership()
    plan(story, "board", "2025-03-01", planned="2025-03-01")
    assert value(story, Dimension.RHYTHM, "planned-ahead") == 0


# H9 to H14


def test_funding_flexibility_is_a_mean_per_award_with_the_best_and_worst_case_as_its_range():
    story = partnership()
    award(story, "free", 30_000)
    award(story, "tied", 10_000, restriction=Restriction.PROJECT, payment=Payment.ARREARS)
    award(story, "unknown", 10_000, years=None)
    figure = row(story, Dimension.FUNDING_FLEXIBILITY)
    assert (figure.value, figure.n) == (pytest.approx((1 + 3 / 5) / 2), 2)
    assert figure.low == pytest.approx((5 / 8 + 3 / 8 + 4 / 8) / 3)
    assert value(story, Dimension.FUNDING_FLEXIBILITY, "weighted-by-amount", "GBP") == pytest.approx(0.9)


def test_openness_has_its_parts_beside_it():
    story = partnership()
    meet(story, "2025-03-03", Participant(COUNCIL), Participant(TENANTS))
    assert value(story, Dimension.OPENNESS) == pytest.approx(1 / 3)
    assert value(story, Dimension.OPENNESS, "notes") == pytest.approx(1 / 3)
    assert measure(story, Dimension.OPENNESS, "feedback").missing is Missing.NOTHING_HAPPENED


def test_groups_are_merged_until_every_cell_is_large_enough():
    story = partnership()
    groups = (
        Group("under 25", 2, 0.2),
        Group("25 to 64", 10, 0.5),
        Group("65 to 74", 3, 0.2),
        Group("75 on", 5, 0.1),
    )
    story.tell(ProfileObserved(happened="2025-03-01", profile_id=an_id("profile"), groups=groups))
    assert value(story, Dimension.REPRESENTATIVENESS, "groups") == 3
    observed, expected = (0.25, 0.25, 0.5), (0.4, 0.1, 0.5)
    likeness = 1 - sum(abs(p - q) for p, q in zip(observed, expected, strict=True)) / 2
    assert value(story, Dimension.REPRESENTATIVENESS) == pytest.approx(likeness)


def test_groups_too_small_to_show_are_not_shown():
    story = partnership()
    groups = (Group("under 25", 2, 0.5), Group("25 on", 2, 0.5))
    story.tell(ProfileObserved(happened="2025-03-01", profile_id=an_id("profile"), groups=groups))
    assert measure(story, Dimension.REPRESENTATIVENESS).missing is Missing.TOO_FEW


def test_expressed_experience_is_shown_from_five_raters_on():
    story = partnership()
    pulse = {"about": COUNCIL, "rater_side": Side.RESIDENTS, "facet": Facet.RELIABILITY}
    story.tell(PulseObserved(happened="2025-12-01", pulse_id=an_id("one"), counts=(1, 0, 2, 0, 1), **pulse))
    assert measure(story, Dimension.EXPRESSED_EXPERIENCE).missing is Missing.TOO_FEW
    story.tell(PulseObserved(happened="2025-12-02", pulse_id=an_id("two"), counts=(0, 0, 0, 3, 3), **pulse))
    figure = measure(story, Dimension.EXPRESSED_EXPERIENCE)
    assert (figure.value, figure.n, figure.basis) == (pytest.approx(0.6875), 10, MeasureBasis.MOMENTS)
    assert figure.low < figure.value < figure.high
    assert measure(story, Dimension.EXPRESSED_EXPERIENCE, "gap").missing is Missing.TOO_FEW


def test_learning_is_reviews_held_and_lessons_that_come_back():
    story = partnership()
    story.met("review", "2025-06-01", Participant(COUNCIL), kind=InteractionKind.PARTNERSHIP_REVIEW)
    for name in ("a", "b"):
        story.tell(LessonDrawn(happened="2025-06-01", lesson_id=an_id(name), lesson=words()))
    story.tell(
        DecisionTaken(
            happened="2025-07-01",
            decision_id=an_id("d"),
            title=words(),
            decided_by=BOARD,
            met_by=(Side.RESIDENTS,),
            cites_lesson_ids=(an_id("a"),),
        )
    )
    assert value(story, Dimension.LEARNING) == 1
    assert value(story, Dimension.LEARNING, "lessons-cited") == pytest.approx(0.5)


def test_a_knock_is_made_good_by_new_good_acts_and_not_by_fading():
    story = partnership()
    keep(story, 4)
    leave_overdue(story, 2, start="2025-05-01")
    assert value(story, Dimension.REPAIR, "knocks-made-good") == 0
    keep(story, 8, start="2025-08-01", name="again")
    assert value(story, Dimension.REPAIR, "knocks-made-good") > 0


def test_disagreements_are_open_until_settled():
    story = partnership()
    for name in ("a", "b"):
        story.tell(
            DisputeRaised(
                happened="2025-03-01", dispute_id=an_id(name), raised_by=TENANTS, others=(COUNCIL,), about=words()
            )
        )
    story.tell(DisputeSettled(happened="2025-03-11", dispute_id=an_id("a"), agreed_by=(TENANTS, COUNCIL)))
    assert value(story, Dimension.REPAIR, "open-disagreements") == 1
    assert value(story, Dimension.REPAIR, "days-until-half-settled") == 10
