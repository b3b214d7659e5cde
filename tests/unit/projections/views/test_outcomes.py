"""Interventions, what is said to have come of them, and lessons learnt."""

from datetime import date

from domain.events.decisions import DecisionTaken
from domain.events.outcomes import (
    ContributionClaimed,
    InterventionEnded,
    InterventionStarted,
    LessonDrawn,
    OutcomeObserved,
)
from domain.vocabulary import Basis, ContributorKind, OutcomeDomain, Side, Stance
from projections.rows import TextAt
from projections.views.interventions import interventions
from projections.views.lessons import lessons
from projections.views.observations import observations
from projections.views.outcomes import outcomes
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import BOARD, CHARITY, COUNCIL, TENANTS, PartnershipStory, an_id, words

METHOD = folkmoot_2026()


def started(story, name, on):
    body = InterventionStarted(
        happened=on, intervention_id=an_id(name), name=name, led_by=CHARITY, domains=(OutcomeDomain.WELLBEING,)
    )
    return story.tell(body)


def said(story, on, who, stance, *, about="kitchen", basis=Basis.EXPERIENCE):
    body = ContributionClaimed(
        happened=on,
        claim_id=an_id(f"claim {on}"),
        contributor_kind=ContributorKind.INTERVENTION,
        contributor_id=an_id(about),
        outcome_id=an_id("wellbeing 2026"),
        said_by=who,
        stance=stance,
        basis=basis,
        reasons=words(),
    )
    return story.tell(body)


def decided(story, on, what):
    body = DecisionTaken(
        happened=on,
        decision_id=an_id(what),
        title=words(),
        decided_by=BOARD,
        met_by=(Side.RESIDENTS,),
        cites_lesson_ids=(an_id("start small"),),
    )
    return story.tell(body)


def test_an_intervention_runs_from_its_start_to_its_end_and_gathers_claims():
    story = PartnershipStory()
    start = started(story, "kitchen", "2025-03")
    claim = said(story, "2026-01-01", CHARITY, Stance.CLAIMS)
    end = story.tell(InterventionEnded(happened="2026-03-31", intervention_id=an_id("kitchen"), reasons=words()))
    (row,) = interventions(story.at("2026-03-01"), METHOD)
    assert (row.ended, row.end_reasons, row.claims) == (None, None, 1)
    (row,) = interventions(story.at("2026-04-01"), METHOD)
    assert (row.started, row.ended, row.end_reasons) == ("2025-03", "2026-03-31", TextAt(end, "reasons"))
    assert (row.led_by_side, row.contests) == (Side.COMMUNITY_SECTOR, 0)
    assert row.causes == (start, end, claim)


def test_a_claim_and_its_contest_stand_side_by_side_with_their_bases():
    story = PartnershipStory()
    started(story, "kitchen", "2025-03-01")
    said(story, "2026-01-01", CHARITY, Stance.CLAIMS, basis=Basis.BEFORE_AND_AFTER)
    said(story, "2026-02-01", TENANTS, Stance.CONTESTS)
    said(story, "2026-03-01", COUNCIL, Stance.CLAIMS)
    claim, contest, _ = outcomes(story.at("2026-04-01"), METHOD)
    assert (claim.stance, claim.basis, claim.said_by_side) == (
        Stance.CLAIMS,
        Basis.BEFORE_AND_AFTER,
        Side.COMMUNITY_SECTOR,
    )
    assert (contest.stance, contest.said_by_party_id) == (Stance.CONTESTS, TENANTS.party_id)
    assert (contest.claims_of_link, contest.contests_of_link) == (2, 1)
    assert claim.is_contributor_recorded_here


def test_a_claim_about_something_recorded_elsewhere_says_so():
    story = PartnershipStory()
    said(story, "2026-01-01", CHARITY, Stance.CLAIMS, about="somewhere else")
    (row,) = outcomes(story.at("2026-04-01"), METHOD)
    assert not row.is_contributor_recorded_here


def test_a_lesson_knows_the_decisions_that_cite_it():
    story = PartnershipStory()
    lesson = story.tell(
        LessonDrawn(happened="2025-06-01", lesson_id=an_id("start small"), lesson=words(), drawn_by=TENANTS)
    )
    budget, hall = (decided(story, on, what) for on, what in (("2026-01-10", "budget"), ("2026-03-01", "hall")))
    (before,) = lessons(story.at("2026-01-09"), METHOD)
    (after,) = lessons(story.at("2026-03-01"), METHOD)
    assert (before.cited_by_decision_ids, before.first_cited_on) == ((), None)
    assert after.cited_by_decision_ids == (an_id("budget"), an_id("hall"))
    assert after.first_cited_on == date(2026, 1, 10)
    assert after.lesson == TextAt(lesson, "lesson")
    assert after.causes == (lesson, budget, hall)


def test_a_place_tells_what_was_observed_there_as_corrected():
    story = PartnershipStory("place")
    observed = story.tell(
        OutcomeObserved(
            happened="2026-05-01",
            outcome_id=an_id("wellbeing 2026"),
            place_id=story.partition_id,
            indicator="life satisfaction",
            domain=OutcomeDomain.WELLBEING,
            period_start_on=date(2025, 4, 1),
            period_end_on=date(2026, 3, 31),
            value=7.1,
            unit="0 to 10",
            n=212,
            standard_error=0.2,
        ),
        by=COUNCIL,
    )
    correction = story.corrected(observed, "2026-06-01")(value=6.9)
    (row,) = observations(story.at("2026-05-31"), METHOD)
    assert (row.value, row.n, row.standard_error, row.causes) == (6.9, 212, 0.2, (observed, correction))
