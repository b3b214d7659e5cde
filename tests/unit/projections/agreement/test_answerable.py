"""Nothing stands against a body that others put at a table: not by its silence, by its side, or in any list."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.events.commitments import CommitmentAcknowledged
from domain.events.decisions import DecisionAttested, DecisionTaken
from domain.events.declaration import Participant
from domain.events.funding import FundingAwarded
from domain.events.partnerships import MemberLeft, RuleAdopted
from domain.values import Money
from domain.vocabulary import Facet, Level, Side
from projections.engine.digest import digest
from projections.lifecycles.commitment_states import CommitmentState as State
from projections.lifecycles.work_rows import WorklistTask
from projections.scoring.behaviour import evidence
from projections.views import stored_projections
from projections.views.asks import ask_rows
from projections.views.commitments import commitment_rows
from projections.views.composition import composition
from projections.views.health import health
from projections.views.members import members
from projections.views.worklist import worklist
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, COUNTY, ICB, RESIDENTS, TENANTS, PartnershipStory, an_id, words

METHOD = folkmoot_2026()
LATER = "2026-06-01"


def a_front(*, waits=True, unvouched=False, seated=True):
    """Tenants form a board, seat the council unasked, and write down what it is to do."""
    story = PartnershipStory()
    story.formed("2025-01-01", unvouched=unvouched)
    story.joined(TENANTS, "2025-01-01", by=TENANTS)
    if seated:
        story.joined(COUNCIL, "2025-01-01", waits=waits, by=TENANTS)
    story.promised("lights", "2026-01-01", due="2026-02-01", by=TENANTS)
    story.asked("swings", "2026-01-01")
    return story


def promise(story, as_of=LATER, **limits):
    (row,) = commitment_rows(story.at(as_of, **limits), METHOD)
    return row


def ask(story, as_of=LATER):
    (row,) = ask_rows(story.at(as_of), METHOD)
    return row


def about_the_council(story, as_of=LATER):
    return [row for row in evidence(story.at(as_of), METHOD) if row.trustee.party_id == COUNCIL.party_id]


def waiting_for(party, story, as_of=LATER):
    return [row.task for row in worklist(story.at(as_of), METHOD) if row.party_id == party.party_id]


def test_what_is_laid_at_the_door_of_who_never_accepted_is_marked_and_counts_for_nothing():
    story = a_front()
    assert (promise(story).state, promise(story).is_unaccepted, ask(story).is_unaccepted) == (State.MADE, True, True)
    assert about_the_council(story) == []
    assert waiting_for(COUNCIL, story) == []


def test_a_seat_recorded_before_seats_had_to_be_accepted_counts_as_accepted():
    story = a_front(waits=False)
    assert (promise(story).state, promise(story).is_unaccepted, ask(story).is_unaccepted) == (
        State.OVERDUE,
        False,
        False,
    )
    assert about_the_council(story) != []
    assert waiting_for(COUNCIL, story) != []


def test_silence_runs_from_the_acceptance_and_not_before():
    story = a_front()
    story.accepted(COUNCIL, "2026-03-02")
    story.tell(RuleAdopted(happened="2026-03-03", rule_id=an_id("a rule"), quorum=2), recorded="2026-05-30")
    assert promise(story, "2026-03-01").is_unaccepted
    assert (promise(story, "2026-03-05").state, promise(story, "2026-03-05").is_unaccepted) == (State.OVERDUE, False)
    before = PartnershipStory()
    before.records = story.records[:-1]
    assert promise(before, "2026-03-05").state is State.MADE


def test_an_ask_is_owed_an_answer_from_the_acceptance_on():
    story = a_front()
    story.accepted(COUNCIL, "2026-03-10")
    owed = [row for row in about_the_council(story) if row.act.startswith("ask")]
    assert [row.begins_at.date().isoformat() for row in owed] == ["2026-03-10"]


def test_another_of_its_side_agrees_to_nothing_for_it():
    story = a_front()
    story.joined(COUNTY, "2025-01-01", by=COUNTY)
    story.tell(RuleAdopted(happened="2026-01-01", rule_id=an_id("a rule"), quorum=2), recorded="2026-05-30")
    assert promise(story).state is State.MADE
    story.met("board", "2026-02-01", Participant(COUNTY, voting=True), Participant(TENANTS, voting=True))
    story.minuted("board", "2026-03-01", Side.GOVERNMENT, Side.RESIDENTS)
    assert promise(story).state is State.MADE


def test_its_own_word_takes_a_promise_up_whether_or_not_it_sits():
    story = a_front()
    taken_up = CommitmentAcknowledged(happened="2026-01-05", commitment_id=an_id("lights"), acknowledged_by=COUNCIL)
    story.tell(taken_up, by=COUNCIL)
    assert (promise(story).state, promise(story).is_unaccepted) == (State.OVERDUE, False)
    assert {row.facet for row in about_the_council(story)} == {Facet.RELIABILITY}


def test_a_joint_promise_is_marked_for_the_one_who_never_agreed():
    story = a_front()
    story.promised("swings", "2026-01-01", who=(TENANTS, COUNCIL), to=RESIDENTS, by=TENANTS)
    marks = {row.commitment_id: row.is_unaccepted for row in commitment_rows(story.at(LATER), METHOD)}
    assert marks[an_id("swings")]


@pytest.mark.parametrize("seated", [True, False], ids=["given a seat", "given none"])
def test_where_nobody_vouched_for_the_partnership_who_has_no_seat_answers_for_nothing_either(seated):
    story = a_front(unvouched=True, seated=seated)
    assert promise(story).is_unaccepted
    assert ask(story).is_unaccepted
    assert about_the_council(story) == []
    assert not promise(a_front(seated=False)).is_unaccepted


def test_a_partnership_vouched_for_by_nobody_still_holds_its_own_to_their_word():
    story = PartnershipStory()
    story.formed("2025-01-01", unvouched=True)
    story.joined(COUNCIL, "2025-01-01", by=COUNCIL)
    story.promised("lights", "2026-01-01", due="2026-02-01", by=TENANTS, to=RESIDENTS)
    story.promised("swings", "2026-01-01", who=RESIDENTS, to=COUNCIL, by=COUNCIL)
    assert not any(row.is_unaccepted for row in commitment_rows(story.at(LATER), METHOD))


def test_whoever_has_not_accepted_is_no_member_and_the_seats_say_so():
    story = a_front()
    rows = {row.party_id: row for row in members(story.at(LATER), METHOD)}
    assert (rows[COUNCIL.party_id].is_accepted, rows[COUNCIL.party_id].accepted_on) == (False, None)
    assert rows[TENANTS.party_id].is_accepted
    assert [row.actual for row in composition(story.at(LATER), METHOD)] == [1.0, 1.0]
    story.accepted(COUNCIL, "2026-03-02")
    (row,) = [row for row in members(story.at(LATER), METHOD) if row.party_id == COUNCIL.party_id]
    assert (row.is_accepted, row.accepted_on.isoformat()) == (True, "2026-03-02")
    assert [row.actual for row in composition(story.at(LATER), METHOD)] == [2.0, 0.5]


def test_lists_across_partnerships_leave_out_what_is_marked():
    assert {name: each.row.unlisted for name, each in stored_projections().items() if each.row.unlisted} == {
        "commitments": "is_unaccepted",
        "asks": "is_unaccepted",
    }


@given(accepted=st.integers(1, 27), day_number=st.integers(1, 27))
def test_a_later_acceptance_changes_no_earlier_day(accepted, day_number):
    story = a_front()
    before = PartnershipStory()
    before.records = list(story.records)
    story.accepted(COUNCIL, f"2026-04-{accepted:02}")
    if day_number < accepted:
        day = f"2026-04-{day_number:02}"
        for projection in stored_projections().values():
            then, now = before.at(day), story.at(day)
            assert digest(projection, projection.project(then, METHOD)) == digest(
                projection, projection.project(now, METHOD)
            )


def test_whoever_never_agreed_to_a_seat_neither_joined_nor_left():
    story = a_front()
    story.joined(COUNTY, "2026-02-01", by=COUNTY)
    story.joined(ICB, "2026-02-01", waits=True, by=TENANTS)
    story.tell(MemberLeft(happened="2026-03-01", member_id=an_id(f"seat of {ICB.party_id}"), party=ICB))
    measures = {each.name: each.value for each in health(story.at(LATER), METHOD)}
    assert (measures["joined"], measures["left"]) == (1, 0)


def test_disputing_what_is_laid_at_its_door_does_not_take_it_up():
    story = a_front()
    promise_id, ask_id = (each.event_id for each in story.records[-2:])
    decision_id = story.tell(
        DecisionTaken(
            happened="2026-01-10",
            decision_id=an_id("decision"),
            title=words(),
            decided_by=COUNCIL,
            met_by=(Side.RESIDENTS,),
            level_promised=Level.EMPOWER,
            level_practised=Level.INFORM,
        ),
        by=TENANTS,
    )
    attestation = DecisionAttested(
        happened="2026-01-11",
        decision_id=an_id("decision"),
        attested_by=TENANTS,
        led_by=COUNCIL,
        level_practised=Level.INFORM,
    )
    story.tell(attestation, by=TENANTS)
    for record in (promise_id, ask_id, decision_id):
        story.disputed(record, "2026-01-20", by=COUNCIL)
    story.said_not_done("lights", "2026-01-21", by=COUNCIL)
    assert about_the_council(story) == []
    assert (promise(story).is_unaccepted, ask(story).is_unaccepted) == (True, True)


def test_confirming_the_record_of_a_promise_takes_it_up_in_every_list():
    story = a_front()
    story.confirmed(story.records[-2].event_id, "2026-01-05", by=COUNCIL)
    assert (promise(story).state, promise(story).is_unaccepted) == (State.OVERDUE, False)
    assert {row.facet for row in about_the_council(story)} == {Facet.RELIABILITY}
    assert WorklistTask.KEEP_PROMISE in waiting_for(COUNCIL, story)


def test_health_holds_nothing_against_a_partnership_that_others_laid_at_a_door():
    story = a_front()
    story.tell(
        FundingAwarded(
            happened="2026-01-10", award_id=an_id("award"), funder=COUNCIL, recipient=TENANTS, amount=Money(100)
        ),
        by=TENANTS,
    )
    names = {("voice", "headline"), ("funding-flexibility", "awards"), ("reliability", "overdue")}

    def resting_on():
        rows = health(story.at(LATER), METHOD)
        return {each.dimension: each.value if each.basis == "counted" else each.n for each in rows if of(each) in names}

    def of(row):
        return (row.dimension, row.name)

    assert resting_on() == {"voice": 0, "funding-flexibility": 0, "reliability": 0}
    story.accepted(COUNCIL, "2026-01-01")
    story.tell(RuleAdopted(happened="2026-03-03", rule_id=an_id("a rule"), quorum=2), recorded="2026-05-30")
    assert resting_on() == {"voice": 1, "funding-flexibility": 1, "reliability": 1}


def a_decision_of_the_councils(story):
    fields = {"decision_id": an_id("decision"), "led_by": COUNCIL, "level_practised": Level.INFORM}
    decision = DecisionTaken(
        happened="2026-01-10",
        title=words(),
        decided_by=COUNCIL,
        met_by=(Side.RESIDENTS,),
        level_promised=Level.EMPOWER,
        **fields,
    )
    story.tell(decision, by=TENANTS)
    story.tell(DecisionAttested(happened="2026-01-11", attested_by=TENANTS, **fields), by=TENANTS)


MONTHS = st.none() | st.integers(1, 5)


@given(
    unvouched=st.booleans(),
    gift=MONTHS,
    accepted=MONTHS,
    own=MONTHS,
    confirmed=MONTHS,
    of=st.sampled_from([2, 3, 4]),
    days=st.lists(st.integers(0, 150)),
)
def test_whenever_a_body_comes_to_be_held_to_it_no_earlier_figure_moves(
    unvouched, gift, accepted, own, confirmed, of, days
):
    story = a_front(unvouched=unvouched, seated=False)
    a_decision_of_the_councils(story)
    if gift is not None:
        story.joined(COUNCIL, f"2026-0{gift}-07", waits=True, by=TENANTS)
        if accepted is not None and accepted > gift:
            story.accepted(COUNCIL, f"2026-0{accepted}-09")
    if own is not None:
        story.joined(COUNCIL, f"2026-0{own}-11", seat="another seat", by=COUNCIL)
    if confirmed is not None:
        story.confirmed(story.records[of].event_id, f"2026-0{confirmed}-13", by=COUNCIL)

    def standing(history, end):
        rows = evidence(history, METHOD)
        return {(row.act, row.value, row.weight, row.begins_at) for row in rows if row.stands_at(end)}

    last = story.at(LATER)
    for day in (date(2026, 1, 1) + timedelta(days=each) for each in days):
        then = story.at(day)
        assert standing(last, then.end) == standing(then, then.end), day


def test_a_seat_given_to_it_clears_nobody_of_what_stood_before():
    story = a_front(seated=False)
    before = about_the_council(story)
    assert before != []
    story.joined(COUNCIL, "2026-05-01", waits=True, by=TENANTS)
    assert about_the_council(story) == before
    assert not ask(story).is_unaccepted


def test_withdrawing_the_formation_vouches_for_nothing():
    story = a_front(unvouched=True, seated=False)
    story.withdrawn(story.records[0].event_id, "2026-02-01")
    assert promise(story).is_unaccepted
    assert about_the_council(story) == []
