"""Interventions, outcomes, what is said to have led to them, and lessons learnt."""

from datetime import date

from domain.decisions.outcomes import (
    ClaimContribution,
    DrawLesson,
    EndIntervention,
    ObserveOutcome,
    StartIntervention,
)
from domain.decisions.refusals import Code
from domain.events.outcomes import (
    ContributionClaimed,
    InterventionEnded,
    InterventionStarted,
    LessonDrawn,
    OutcomeObserved,
)
from domain.values import Plain
from domain.vocabulary import Basis, ContributorKind, OutcomeDomain, Stance
from tests.support.given_commands import elsewhere, given, given_only, new, records, refuses
from tests.support.small_world import (
    COUNCIL,
    NOBODY_KNOWS,
    OBSERVER,
    OFFICER,
    PLACE,
    PLACE_ID,
    RESIDENT,
    TENANTS,
    TODAY,
    TRUST,
    WORKER,
    an_id,
)

STARTED = InterventionStarted(happened="2026-02", intervention_id=an_id("an intervention"), name="Warm hall")
ENDED = InterventionEnded(happened="2026-05", intervention_id=STARTED.intervention_id)
READING = {
    "place_id": PLACE_ID,
    "indicator": "belonging",
    "domain": OutcomeDomain.BELONGING,
    "period_start_on": date(2026, 1, 1),
    "period_end_on": date(2026, 6, 30),
    "value": 62.5,
    "unit": "percent",
}
OBSERVED = OutcomeObserved(happened="2026-06-30", outcome_id=an_id("an outcome"), **READING)
EARLIER = OutcomeObserved(happened="2026-06-30", outcome_id=an_id("an earlier outcome"), **READING)


def a_reading(**details: object) -> ObserveOutcome:
    reading = {name: value for name, value in READING.items() if name != "place_id"}
    return ObserveOutcome(**{"place": PLACE_ID, **reading, **details})


@records(StartIntervention)
def test_something_is_set_going():
    command = StartIntervention(
        name="Warm hall", led_by=TRUST.party_id, place=PLACE_ID, domains=(OutcomeDomain.BELONGING,)
    )
    given().when(command, by=WORKER).then(
        InterventionStarted(
            happened=TODAY,
            intervention_id=new("intervention"),
            name="Warm hall",
            led_by=TRUST,
            place_id=PLACE_ID,
            domains=(OutcomeDomain.BELONGING,),
        )
    )


@records(EndIntervention)
def test_an_intervention_ends():
    command = EndIntervention(intervention=STARTED.intervention_id, reasons="Spring came")
    given(STARTED).when(command, by=WORKER).then(
        InterventionEnded(happened=TODAY, intervention_id=STARTED.intervention_id, reasons=Plain("Spring came"))
    )


@refuses(EndIntervention, Code.ALREADY_ENDED)
def test_an_intervention_ends_once():
    command = EndIntervention(intervention=STARTED.intervention_id)
    given(STARTED, ENDED).when(command, by=WORKER).then_refused(Code.ALREADY_ENDED, at="#/intervention")
    given().when(command, by=WORKER).then_refused(Code.UNKNOWN_INTERVENTION)


@records(ObserveOutcome)
def test_a_figure_is_read_for_a_place_without_any_partnership_there():
    (draft,) = given_only(PLACE).when(a_reading(n=400, standard_error=2.1), by=OBSERVER).drafts
    assert draft.body == OutcomeObserved(
        happened="2026-06-30", outcome_id=new("outcome"), n=400, standard_error=2.1, **READING
    )
    assert draft.partition_id == PLACE_ID


@refuses(ObserveOutcome, Code.ENDS_BEFORE_IT_STARTS)
def test_a_period_does_not_end_before_it_starts():
    command = a_reading(period_end_on=date(2025, 12, 31))
    given().when(command, by=OBSERVER).then_refused(Code.ENDS_BEFORE_IT_STARTS, at="#/period_end_on")


def test_a_figure_is_not_read_before_its_period_is_over():
    command = a_reading(period_end_on=date(2026, 12, 31), happened="2026-10-01")
    given().when(command, by=OBSERVER).then_refused(Code.IN_THE_FUTURE, at="#/period_end_on")


def test_a_figure_is_read_for_a_place_that_is_registered():
    given().when(a_reading(place=NOBODY_KNOWS), by=OBSERVER).then_refused(Code.UNKNOWN_PLACE, at="#/place")


@records(ClaimContribution)
def test_a_body_says_what_helped_to_bring_an_outcome_about():
    command = ClaimContribution(
        outcome=OBSERVED.outcome_id,
        said_by=TENANTS.party_id,
        intervention=STARTED.intervention_id,
        stance=Stance.CONTESTS,
        basis=Basis.DOCUMENT,
        reasons="It was the summer",
    )
    given(STARTED, OBSERVED).when(command, by=RESIDENT).then(
        ContributionClaimed(
            happened=TODAY,
            claim_id=new("claim"),
            contributor_kind=ContributorKind.INTERVENTION,
            contributor_id=STARTED.intervention_id,
            outcome_id=OBSERVED.outcome_id,
            said_by=TENANTS,
            stance=Stance.CONTESTS,
            basis=Basis.DOCUMENT,
            reasons=Plain("It was the summer"),
        )
    )


@refuses(ClaimContribution, Code.EXACTLY_ONE)
def test_a_claim_names_one_contributor():
    none = ClaimContribution(outcome=OBSERVED.outcome_id, said_by=COUNCIL.party_id)
    two = ClaimContribution(
        outcome=OBSERVED.outcome_id,
        said_by=COUNCIL.party_id,
        intervention=STARTED.intervention_id,
        earlier_outcome=EARLIER.outcome_id,
    )
    for command in (none, two):
        given(STARTED, EARLIER, OBSERVED).when(command, by=OFFICER).then_refused(Code.EXACTLY_ONE)


def test_what_contributed_was_done_here():
    command = ClaimContribution(
        outcome=OBSERVED.outcome_id, said_by=COUNCIL.party_id, intervention=STARTED.intervention_id
    )
    given(elsewhere(STARTED), OBSERVED).when(command, by=OFFICER).then_refused(Code.UNKNOWN_INTERVENTION)
    given(STARTED).when(command, by=OFFICER).then_refused(Code.UNKNOWN_OUTCOME)


@records(DrawLesson)
def test_a_lesson_is_drawn():
    command = DrawLesson(lesson="Heat first", drawn_by=TENANTS.party_id, domain=OutcomeDomain.WELLBEING)
    given().when(command, by=RESIDENT).then(
        LessonDrawn(
            happened=TODAY,
            lesson_id=new("lesson"),
            lesson=Plain("Heat first"),
            drawn_by=TENANTS,
            domain=OutcomeDomain.WELLBEING,
        )
    )
