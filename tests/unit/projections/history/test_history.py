"""How a prefix of the log becomes facts: two clocks, corrections, withdrawals, and what depended on them."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from domain.events.commitments import CommitmentMade
from domain.events.interactions import InteractionRecorded, MinutesApproved
from domain.events.partnerships import MemberLeft
from domain.events.registries import PartiesFoundSame, PartySucceeded
from domain.vocabulary import PartyKind, Side
from tests.support.partnership_story import COUNCIL, COUNTY, FORUM, ICB, TENANTS, PartnershipStory, an_id, noon, party


def kinds(facts):
    return [type(fact.body).__name__ for fact in facts]


def test_a_fact_counts_from_the_day_it_happened():
    story = PartnershipStory()
    story.promised("lights", "2026-03-14")
    assert not story.at("2026-03-13").facts
    assert kinds(story.at("2026-03-14").facts) == ["CommitmentMade"]


def test_a_fact_recorded_late_does_not_appear_in_what_was_known_before():
    story = PartnershipStory()
    story.promised("lights", "2026-03-14")
    story.promised("bins", "2026-03-01", recorded="2026-06-01")
    assert [fact.body.commitment_id for fact in story.at("2026-06-01", known_at=1).facts] == [an_id("lights")]
    assert [fact.body.commitment_id for fact in story.at("2026-06-01").facts] == [an_id("bins"), an_id("lights")]


def test_a_day_ends_in_london():
    story = PartnershipStory()
    story.promised("lights", "2026-07-01T22:59:59+00:00")
    story.promised("bins", "2026-07-01T23:00:00+00:00")
    assert [fact.body.commitment_id for fact in story.at("2026-07-01").facts] == [an_id("lights")]


def test_a_correction_reaches_back_to_every_day_from_its_own_position_on():
    story = PartnershipStory()
    promise = story.promised("lights", "2026-03-14", due="2026-04-01")
    story.corrected(promise, "2026-09-01")(happened="2026-03-10", due="2026-05-01")
    assert not story.at("2026-03-10", known_at=1).facts
    (fact,) = story.at("2026-03-10", known_at=2).facts
    assert fact.body.due == "2026-05-01"
    assert fact.causes == (promise, story.records[1].event_id)
    assert [each.event_id for each in story.at("2026-03-10").amendments] == [story.records[1].event_id]


def test_a_withdrawn_meeting_keeps_its_promises_and_sets_its_minutes_aside():
    story = PartnershipStory()
    meeting = story.met("board", "2026-03-14")
    story.promised("lights", "2026-03-14", details={"interaction_id": an_id("board")})
    story.minuted("board", "2026-04-14", Side.RESIDENTS)
    story.withdrawn(meeting, "2026-05-01")
    history = story.at("2026-06-01")
    assert kinds(history.facts) == ["CommitmentMade"]
    assert kinds(history.set_aside) == ["MinutesApproved"]
    assert [each.event_id for each in history.withdrawn] == [meeting]


def test_a_withdrawal_that_is_withdrawn_undoes_itself():
    story = PartnershipStory()
    meeting = story.met("board", "2026-03-14")
    withdrawal = story.withdrawn(meeting, "2026-05-01")
    story.withdrawn(withdrawal, "2026-05-02")
    assert kinds(story.at("2026-06-01").of(InteractionRecorded)) == ["InteractionRecorded"]


def test_what_is_about_something_set_aside_is_set_aside_too():
    story = PartnershipStory()
    meeting = story.met("board", "2026-03-14")
    minutes = story.minuted("board", "2026-04-14", Side.RESIDENTS)
    story.confirmed(minutes, "2026-04-20")
    story.withdrawn(meeting, "2026-05-01")
    assert kinds(story.at("2026-06-01").set_aside) == ["MinutesApproved", "RecordConfirmed"]


def test_a_correction_can_itself_be_confirmed():
    story = PartnershipStory()
    promise = story.promised("lights", "2026-03-14")
    correction = story.corrected(promise, "2026-03-20")(due="2026-05-01")
    confirmation = story.confirmed(correction, "2026-03-21")
    assert [fact.event_id for fact in story.at("2026-06-01").about(correction)] == [confirmation]


def test_confirmations_and_disputes_are_cut_by_the_day_too():
    story = PartnershipStory()
    promise = story.promised("lights", "2026-03-14")
    story.disputed(promise, "2026-04-01")
    story.confirmed(promise, "2026-05-01")
    assert kinds(story.at("2026-03-31").about(promise)) == []
    assert kinds(story.at("2026-04-01").about(promise)) == ["RecordDisputed"]
    assert kinds(story.at("2026-05-01").about(promise)) == ["RecordDisputed", "RecordConfirmed"]


def test_a_body_known_by_two_ids_is_one_throughout():
    spare = party("spare", Side.OTHER, PartyKind.OTHER_BODY)
    spare_of_spare = party("spare of spare", Side.OTHER, PartyKind.OTHER_BODY)
    story = PartnershipStory()
    story.promised("lights", "2026-03-14", who=spare_of_spare, to=(TENANTS, FORUM))
    story.tell(PartiesFoundSame(happened="2026-05-01", finding_id=an_id("1"), kept=spare, duplicate=spare_of_spare))
    story.tell(PartiesFoundSame(happened="2026-05-02", finding_id=an_id("2"), kept=COUNCIL, duplicate=spare))
    ((_, commitment),) = story.at("2026-03-14").each(CommitmentMade)
    assert commitment.promisers == (COUNCIL,)
    assert commitment.promisees == (TENANTS, FORUM)


def test_seats_are_taken_and_given_up():
    story = PartnershipStory()
    story.joined(TENANTS, "2026-01-01", recorded="2026-02-01")
    story.joined(COUNCIL, "2026-01-15")
    story.tell(MemberLeft(happened="2026-03-01", member_id=an_id(f"seat of {TENANTS.party_id}"), party=TENANTS))
    history = story.at("2026-06-01")
    assert [seat.party for seat in history.members_at(noon("2026-02-01"))] == [TENANTS, COUNCIL]
    assert [seat.party for seat in history.members_at(noon("2026-02-28"))] == [TENANTS, COUNCIL]
    assert [seat.party for seat in history.members_at(noon("2026-03-01"))] == [COUNCIL]
    assert history.seats[0].noticed_from == noon("2026-02-01")


def test_a_successor_sits_on_in_its_predecessors_seat():
    story = PartnershipStory()
    story.joined(COUNCIL, "2026-01-01")
    story.tell(PartySucceeded(happened="2026-04-01", succession_id=an_id("s"), predecessor=COUNCIL, successor=COUNTY))
    history = story.at("2026-06-01")
    assert [seat.party for seat in history.members_at(noon("2026-03-31"))] == [COUNCIL]
    assert [seat.party for seat in history.members_at(noon("2026-04-01"))] == [COUNTY]


def test_facts_of_several_types_come_in_one_order():
    story = PartnershipStory()
    story.minuted("board", "2026-03-10", Side.AGENCY)
    story.met("board", "2026-03-01", recorded="2026-03-11")
    story.promised("x", "2026-03-05", who=ICB)
    assert kinds(story.at("2026-06-01").of(MinutesApproved, CommitmentMade, InteractionRecorded)) == [
        "InteractionRecorded",
        "CommitmentMade",
        "MinutesApproved",
    ]


days = st.integers(0, 400).map(lambda n: (datetime(2025, 1, 1, tzinfo=UTC) + timedelta(n)).date())


@given(known_days=st.lists(days, max_size=8), late=st.lists(days, min_size=1, max_size=8), as_of=days)
def test_nothing_recorded_later_changes_what_was_known(known_days, late, as_of):
    story = PartnershipStory()
    story.formed("2024-12-01")
    for number, day in enumerate(known_days):
        story.promised(f"early {number}", day.isoformat())
    position = story.head
    before = story.at(as_of)
    for number, day in enumerate(late):
        story.promised(f"late {number}", day.isoformat())
    assert story.at(as_of, known_at=position) == before
