"""Nobody betters its own figure by its own pen: what was agreed is agreed as it read then, by who was there."""

from datetime import date

import msgspec
import pytest

from domain.events import Participant
from domain.events.commitments import CommitmentAcknowledged, CommitmentRenegotiated, FulfilmentClaimed
from domain.events.decisions import DecisionAttested, DecisionTaken
from domain.events.funding import ControlDelegated
from domain.events.partnerships import RuleAdopted
from domain.events.records import DisputeResolved
from domain.events.registries import PartiesFoundSame
from domain.vocabulary import (
    Attendance,
    Delegated,
    DelegationStep,
    Facet,
    Level,
    Materiality,
    PartyKind,
    ResolutionOutcome,
    Side,
)
from projections.agreement.steps import Agreed
from projections.lifecycles.commitment_states import CommitmentState as State
from projections.lifecycles.commitments import commitments
from tests.support.health_measures import value as health
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import (
    CHARITY,
    COUNCIL,
    COUNTY,
    FORUM,
    TENANTS,
    PartnershipStory,
    an_id,
    party,
    words,
)
from tests.support.standing_evidence import values

METHOD = folkmoot_2026()
LIGHTS, BOARD = an_id("lights"), an_id("board")
VOTER = Participant(TENANTS, voting=True)
AT = "2026-06-01"


def a_promise(due="2026-02-01", **how):
    story = PartnershipStory()
    record = story.promised("lights", "2026-01-01", due=due, **how)
    return story, record


def acknowledged(story):
    body = CommitmentAcknowledged(happened="2026-01-02", commitment_id=LIGHTS, acknowledged_by=TENANTS)
    return story.tell(body, by=TENANTS)


def reported_at_the_board(story, **how):
    body = FulfilmentClaimed(happened="2026-01-20", commitment_id=LIGHTS, claimed_by=COUNCIL, interaction_id=BOARD)
    return story.tell(body, by=COUNCIL, **how)


def decided(story, level=Level.INFORM):
    decision = DecisionTaken(
        happened="2026-01-20",
        decision_id=an_id("decision"),
        title=words(),
        decided_by=COUNCIL,
        led_by=COUNCIL,
        met_by=(Side.RESIDENTS,),
        level_promised=Level.EMPOWER,
        level_practised=level,
    )
    record = story.tell(decision, by=COUNCIL)
    attested = DecisionAttested(
        happened="2026-01-21", decision_id=an_id("decision"), attested_by=TENANTS, led_by=COUNCIL
    )
    story.tell(attested, by=TENANTS)
    return record


def levels(story):
    return [value for _, _, value, _ in values(story, Facet.INTEGRITY, AT)]


def phase(story, as_of=AT):
    history = story.at(as_of)
    (promise,) = commitments(history, METHOD)
    return promise.strands[0].at(history.end)


def test_the_promiser_does_not_move_its_own_date_by_writing_that_the_promisee_asked():
    story, _ = a_promise()
    request = CommitmentRenegotiated(happened="2026-01-20", commitment_id=LIGHTS, asked_by=TENANTS, due="2027")
    record = story.tell(request, by=COUNCIL)
    assert (phase(story).state, phase(story).due_on) == (State.OVERDUE, date(2026, 2, 1))
    story.confirmed(record, "2026-03-01")
    assert phase(story).state is State.OPEN


def test_minutes_agree_to_nothing_that_was_recorded_after_they_were_approved():
    story, _ = a_promise()
    story.met("board", "2026-01-20")
    story.minuted("board", "2026-02-20", Side.RESIDENTS)
    reported_at_the_board(story, recorded="2026-05-30")
    assert phase(story).state is State.OVERDUE


def test_who_sent_apologies_approved_no_minutes():
    story = PartnershipStory()
    story.met("board", "2026-01-20")
    story.promised("lights", "2026-01-20", who=COUNTY, to=COUNCIL, by=COUNCIL, details={"interaction_id": BOARD})
    away = Participant(COUNTY, attendance=Attendance.APOLOGIES, voting=True)
    story.met("after board", "2026-02-20", away, VOTER)
    story.minuted("board", "2026-02-20", Side.RESIDENTS)
    assert phase(story).state is State.MADE


def minutes_approved():
    story, _ = a_promise()
    story.met("board", "2026-01-20")
    reported_at_the_board(story)
    approving = story.met("after board", "2026-02-20", VOTER)
    story.minuted("board", "2026-02-20", Side.RESIDENTS)
    assert (phase(story).state, phase(story).agreed) == (State.FULFILLED, Agreed.MINUTES)
    return story, approving


def test_minutes_are_approved_by_who_was_there_as_the_approving_meeting_now_reads():
    story, approving = minutes_approved()
    away = msgspec.structs.replace(VOTER, attendance=Attendance.ABSENT)
    story.corrected(approving, "2026-03-01")(participants=(away,))
    assert phase(story).state is State.REPORTED


def test_a_meeting_that_was_withdrawn_approved_nothing():
    story, approving = minutes_approved()
    story.withdrawn(approving, "2026-03-01")
    assert phase(story).state is State.REPORTED


def test_what_was_reported_and_confirmed_at_one_meeting_was_done_on_the_day_reported():
    story, _ = a_promise()
    story.reported_done("lights", "2026-04-30", done_on="2026-01-20")
    story.confirmed_done("lights", "2026-04-30")
    assert (phase(story).done_on, phase(story).days_late) == (date(2026, 1, 20), 0)


def test_a_report_put_otherwise_after_it_was_confirmed_is_confirmed_anew():
    story, _ = a_promise()
    report = story.reported_done("lights", "2026-04-30")
    story.confirmed(report, "2026-05-02")
    assert (phase(story).state, phase(story).days_late) == (State.FULFILLED, 88)
    correction = story.corrected(report, "2026-05-10", by=COUNCIL)(done="2026-01-20")
    assert phase(story).state is State.OVERDUE
    story.confirmed(correction, "2026-05-12")
    assert (phase(story).state, phase(story).days_late) == (State.FULFILLED, 0)


def test_another_wording_of_the_same_report_stays_confirmed():
    story, _ = a_promise()
    body = FulfilmentClaimed(happened="2026-02-01", commitment_id=LIGHTS, claimed_by=COUNCIL, evidence=words("lit"))
    report = story.tell(body, by=COUNCIL)
    story.confirmed(report, "2026-02-02")
    story.corrected(report, "2026-02-10", by=COUNCIL)(evidence=words("all lit"))
    assert (phase(story).state, phase(story).agreed) == (State.FULFILLED, Agreed.CONFIRMED)


def test_a_level_put_higher_after_it_was_attested_has_to_be_attested_again():
    story = PartnershipStory()
    record = decided(story)
    assert levels(story) == [0.0]
    story.corrected(record, "2026-05-10", by=COUNCIL)(level_practised=Level.EMPOWER)
    assert levels(story) == []


@pytest.mark.parametrize(
    "changed", [{"promisers": (COUNTY,)}, {"materiality": Materiality.MINOR}, {"happened": "2026-03-01"}]
)
def test_once_acknowledged_who_promised_how_much_it_matters_and_when_are_not_corrected_alone(changed):
    story, record = a_promise(due=None, details={"materiality": Materiality.MAJOR})
    acknowledged(story)
    story.corrected(record, "2026-05-10", by=COUNCIL)(**changed)
    promise = phase(story)
    assert (promise.state, promise.promiser, promise.materiality) == (State.OVERDUE, COUNCIL, Materiality.MAJOR)


def test_approved_minutes_and_a_denial_acknowledge_a_promise_too():
    story, record = a_promise(details={"interaction_id": BOARD})
    story.met("board", "2026-01-01")
    story.minuted("board", "2026-01-20", Side.RESIDENTS, Side.GOVERNMENT)
    story.corrected(record, "2026-05-10", by=COUNCIL)(due="2027-03-01")
    assert phase(story).state is State.OVERDUE

    story, record = a_promise()
    story.reported_done("lights", "2026-02-01")
    story.said_not_done("lights", "2026-03-01")
    story.corrected(record, "2026-05-10", by=COUNCIL)(due="2027-03-01")
    assert phase(story).state is State.OVERDUE


def settle(story, record, outcome, *bodies):
    for body in bodies:
        resolution = DisputeResolved(happened="2026-02-02", record_id=record, agreed_by=body, outcome=outcome)
        story.tell(resolution, by=body)


def test_two_bodies_of_a_side_do_not_set_aside_between_them_what_one_of_them_did():
    story = PartnershipStory()
    record = decided(story)
    story.disputed(record, "2026-02-01", by=COUNCIL)
    settle(story, record, ResolutionOutcome.SET_ASIDE, COUNCIL, COUNTY)
    assert levels(story) == [0.0]
    settle(story, record, ResolutionOutcome.SET_ASIDE, TENANTS)
    assert levels(story) == []


def test_joining_the_others_dispute_does_not_make_a_body_their_part_in_ending_it():
    story, _ = a_promise()
    report = story.reported_done("lights", "2026-01-20")
    story.disputed(report, "2026-02-01", by=TENANTS)
    story.disputed(report, "2026-02-01", by=COUNCIL)
    settle(story, report, ResolutionOutcome.STANDS, COUNCIL, COUNTY)
    assert phase(story).state is State.OVERDUE


def test_a_resolver_named_by_the_side_that_gains_alone_resolves_nothing():
    story, _ = a_promise()
    report = story.reported_done("lights", "2026-01-20")
    story.disputed(report, "2026-02-01", by=TENANTS)
    adoption = RuleAdopted(happened="2026-02-02", rule_id=an_id("rule"), resolver=CHARITY)
    rule = story.tell(adoption, by=COUNCIL)
    for on in ("2026-02-03", "2026-02-20"):
        resolution = DisputeResolved(
            happened=on, record_id=report, agreed_by=CHARITY, outcome=ResolutionOutcome.STANDS, as_resolver=True
        )
        story.tell(resolution, by=CHARITY)
        story.confirmed(rule, "2026-02-10")
    assert phase(story, "2026-02-19").state is State.OVERDUE
    assert phase(story, "2026-02-20").state is State.FULFILLED


def test_a_dispute_that_was_settled_lends_no_weight_to_the_bodys_own():
    story, record = a_promise()
    story.disputed(record, "2026-01-05", by=TENANTS)
    settle(story, record, ResolutionOutcome.STANDS, COUNCIL, TENANTS)
    story.disputed(record, "2026-04-05", by=COUNCIL)
    assert [weight for *_, weight in values(story, Facet.RELIABILITY, AT)] == [1.0]


@pytest.mark.parametrize("again", [COUNCIL, TENANTS])
def test_what_was_set_aside_by_agreement_is_not_brought_back_by_disputing_it_once_more(again):
    story, _ = a_promise()
    body = ControlDelegated(
        happened="2026-01-10",
        delegation_id=an_id("the park"),
        delegated_by=COUNCIL,
        delegated_to=TENANTS,
        what=Delegated.DECISION,
        step=DelegationStep.GRANTED,
    )
    grant = story.tell(body, by=COUNCIL)
    story.disputed(grant, "2026-01-15", by=TENANTS)
    assert [weight for *_, weight in values(story, Facet.ENTRUSTED, AT)] == [0.5]
    settle(story, grant, ResolutionOutcome.SET_ASIDE, COUNCIL, TENANTS)
    assert values(story, Facet.ENTRUSTED, AT) == []
    story.disputed(grant, "2026-03-01", by=again)
    assert values(story, Facet.ENTRUSTED, AT) == []


def test_an_attestation_set_aside_says_nothing_of_the_level():
    story = PartnershipStory()
    decided(story, Level.EMPOWER)
    lower = DecisionAttested(
        happened="2026-01-22",
        decision_id=an_id("decision"),
        attested_by=FORUM,
        led_by=COUNCIL,
        level_practised=Level.INFORM,
    )
    record = story.tell(lower, by=FORUM)
    assert levels(story) == [0.0]
    story.disputed(record, "2026-02-01", by=COUNCIL)
    assert levels(story) == [0.0]
    settle(story, record, ResolutionOutcome.SET_ASIDE, COUNCIL, FORUM)
    assert levels(story) == [1.0]


def test_an_answer_set_aside_has_no_influence():
    story = PartnershipStory()
    story.asked("bins", "2025-10-01")
    answer = story.answered("bins", "2025-10-05")
    story.disputed(answer, "2025-10-10", by=TENANTS)
    settle(story, answer, ResolutionOutcome.SET_ASIDE, COUNCIL, TENANTS)
    assert health(story, "voice", as_of="2026-01-31") == 1
    assert health(story, "voice", as_of=AT) == 0


def test_who_wrote_a_report_down_and_not_who_is_said_to_have_made_it_agrees_to_it():
    story, _ = a_promise()
    body = FulfilmentClaimed(happened="2026-01-20", commitment_id=LIGHTS, claimed_by=TENANTS)
    story.tell(body, by=CHARITY)
    assert phase(story).state is State.REPORTED
    story.tell(body, by=TENANTS)
    assert phase(story).state is State.FULFILLED


def test_a_promise_written_down_under_a_duplicate_of_the_promiser_is_its_own_word():
    story = PartnershipStory()
    story.joined(TENANTS, "2025-01-01")
    again = party("council again", Side.GOVERNMENT, PartyKind.UNITARY)
    story.promised("lights", "2026-01-01", who=again, by=again, due="2026-02-01")
    finding = PartiesFoundSame(happened="2026-02-20", finding_id=an_id("finding"), kept=COUNCIL, duplicate=again)
    story.tell(finding)
    assert (phase(story).state, phase(story).promiser) == (State.OVERDUE, COUNCIL)


def test_a_decision_handed_over_and_taken_back_entrusts_nothing():
    story = PartnershipStory()
    for number, step in enumerate((DelegationStep.GRANTED, DelegationStep.TAKEN_BACK)):
        handed = ControlDelegated(
            happened=f"2026-0{number + 1}-01",
            delegation_id=an_id(f"delegation {number}"),
            delegated_by=COUNCIL,
            delegated_to=TENANTS,
            what=Delegated.DECISION,
            step=step,
            decision_id=an_id("decision"),
        )
        story.tell(handed, by=COUNCIL)
    assert [value for _, _, value, _ in values(story, Facet.ENTRUSTED, "2026-01-15")] == [1.0]
    assert [value for _, _, value, _ in values(story, Facet.ENTRUSTED, AT)] == [0.0]


def test_better_wording_of_an_answer_of_which_only_the_month_is_known_does_not_lose_it():
    story = PartnershipStory()
    story.asked("bins", "2026-03-14")
    answer = story.answered("bins", "2026-03")
    # The log has it no earlier than what it answers.
    story.records[-1] = msgspec.structs.replace(story.records[-1], occurred_at=story.records[-2].occurred_at)
    before = values(story, Facet.RESPONSIVENESS, AT)
    story.corrected(answer, "2026-04-10")(reasons=words("better"))
    assert values(story, Facet.RESPONSIVENESS, AT) == before
    assert before
