"""Evidence of reliability and responsiveness: who met it, what it is worth and from when."""

import pytest

from domain.events.asks import AskDeferred, AskReferred, AskWithdrawn, ReferralAccepted
from domain.events.commitments import CommitmentMade, CommitmentReassigned
from domain.events.registries import PartySucceeded
from domain.vocabulary import (
    Answer,
    Facet,
    Side,
)
from tests.support.partnership_story import (
    COUNCIL,
    COUNCILLOR,
    COUNTY,
    TENANTS,
    an_id,
    words,
)
from tests.support.standing_evidence import RESIDENTS_OF_COUNCIL, standing, values
from tests.support.trust_figures import partnership


def test_a_promise_by_an_office_holder_is_carried_but_never_scored():
    story = partnership()
    story.promised("lights", "2025-03-01", who=COUNCILLOR, by=COUNCILLOR, due="2025-04-01")
    assert standing(story, Facet.RELIABILITY, "2026-01-01") == []


def test_joint_promisers_are_each_answerable_and_named_as_joint():
    story = partnership(COUNCIL, COUNTY, TENANTS)
    story.promised("lights", "2025-03-01", who=(COUNCIL, COUNTY), by=COUNCIL, due="2025-04-01")
    story.confirmed_done("lights", "2025-03-20")
    rows = standing(story, Facet.RELIABILITY, "2025-06-01")
    assert {row.trustee.party_id for row in rows} == {COUNCIL.party_id, COUNTY.party_id}
    assert {row.joint for row in rows} == {tuple(sorted((COUNCIL.party_id, COUNTY.party_id)))}
    assert len({row.act for row in rows}) == 1


def test_an_overdue_promise_does_not_fade_while_it_is_owed():
    story = partnership()
    record = story.promised("lights", "2025-03-01", due="2025-04-01")
    (row,) = standing(story, Facet.RELIABILITY, "2026-03-01")
    assert (row.value, row.open_zero, row.causes) == (0.0, True, (record,))


def test_a_body_answers_only_for_the_time_it_held_a_promise():
    story = partnership(COUNCIL, COUNTY, TENANTS)
    story.promised("lights", "2025-03-01", due="2025-04-01")
    story.tell(
        CommitmentReassigned(
            happened="2025-03-15",
            commitment_id=an_id("lights"),
            from_promiser=COUNCIL,
            to_promiser=COUNTY,
            agreed_by=(COUNTY, TENANTS),
        ),
        by=TENANTS,
    )
    assert values(story, Facet.RELIABILITY, "2025-06-01") == [(Side.RESIDENTS, COUNTY.party_id, 0.0, 1.0)]


def test_materiality_weighs_once_the_promisee_agrees():
    story = partnership()
    story.tell(
        CommitmentMade(
            happened="2025-03-01",
            commitment_id=an_id("lights"),
            promisers=(COUNCIL,),
            promisees=(TENANTS,),
            text=words(),
            due="2025-04-01",
            materiality="major",
        ),
        by=COUNCIL,
    )
    assert values(story, Facet.RELIABILITY, "2025-05-01")[0][3] == 1.5  # silence after notice
    story = partnership(COUNCIL)
    story.promised("lights", "2025-03-01", due="2025-04-01", details={"materiality": "major"})
    assert values(story, Facet.RELIABILITY, "2025-05-01")[0][3] == 1.0  # nobody there to be given notice


# Responsiveness


@pytest.mark.parametrize(("answered", "value"), [("2025-03-31", 1.0), ("2025-04-01", 0.9775), ("2025-07-01", 0.1)])
def test_an_answer_is_whole_within_twenty_working_days_and_falls_to_a_tenth(answered, value):
    story = partnership()
    story.asked("park", "2025-03-03")
    story.answered("park", answered)
    (row,) = standing(story, Facet.RESPONSIVENESS, "2025-12-31")
    assert row.value == pytest.approx(value)


def test_an_unanswered_ask_is_owed_from_the_day_after_the_standard():
    story = partnership()
    story.asked("park", "2025-03-03")
    assert standing(story, Facet.RESPONSIVENESS, "2025-03-31") == []
    assert values(story, Facet.RESPONSIVENESS, "2025-04-01") == [(*RESIDENTS_OF_COUNCIL, 0.0, 1.0)]


def test_a_refusal_without_reasons_is_no_answer():
    story = partnership()
    story.asked("park", "2025-03-03")
    story.answered("park", "2025-03-10", answer=Answer.DECLINED, reasons=None)
    assert values(story, Facet.RESPONSIVENESS, "2025-06-01") == [(*RESIDENTS_OF_COUNCIL, 0.0, 1.0)]
    story.answered("park", "2025-03-11", answer=Answer.DECLINED, reasons="no money")
    assert values(story, Facet.RESPONSIVENESS, "2025-06-01") == [(*RESIDENTS_OF_COUNCIL, 1.0, 1.0)]


def test_referring_moves_the_duty_only_when_accepted_and_the_clock_runs_from_the_first_asking():
    story = partnership(COUNCIL, COUNTY, TENANTS)
    story.asked("road", "2025-03-03")
    story.tell(
        AskReferred(happened="2025-03-20", ask_id=an_id("road"), referred_by=COUNCIL, referred_to=COUNTY), by=COUNCIL
    )
    assert values(story, Facet.RESPONSIVENESS, "2025-04-10") == [(*RESIDENTS_OF_COUNCIL, 0.0, 1.0)]
    story.tell(ReferralAccepted(happened="2025-04-11", ask_id=an_id("road"), accepted_by=COUNTY), by=COUNTY)
    assert values(story, Facet.RESPONSIVENESS, "2025-04-11") == [(Side.RESIDENTS, COUNTY.party_id, 0.0, 1.0)]


def test_putting_an_answer_off_keeps_the_clock_running():
    story = partnership()
    story.asked("park", "2025-03-03")
    story.tell(
        AskDeferred(
            happened="2025-03-10",
            ask_id=an_id("park"),
            deferred_by=COUNCIL,
            until="2025-12-01",
            commitment_id=an_id("answer"),
        ),
        by=COUNCIL,
    )
    assert values(story, Facet.RESPONSIVENESS, "2025-04-10") == [(*RESIDENTS_OF_COUNCIL, 0.0, 1.0)]


def test_an_ask_taken_back_is_no_evidence():
    story = partnership()
    story.asked("park", "2025-03-03")
    story.tell(AskWithdrawn(happened="2025-05-01", ask_id=an_id("park"), withdrawn_by=TENANTS), by=TENANTS)
    assert standing(story, Facet.RESPONSIVENESS, "2025-04-30")
    assert standing(story, Facet.RESPONSIVENESS, "2025-05-01") == []


def test_a_successor_takes_over_what_its_predecessor_owed():
    story = partnership()
    story.asked("park", "2025-03-03")
    story.tell(
        PartySucceeded(happened="2025-03-10", succession_id=an_id("merger"), predecessor=COUNCIL, successor=COUNTY)
    )
    assert values(story, Facet.RESPONSIVENESS, "2025-06-01") == [(Side.RESIDENTS, COUNTY.party_id, 0.0, 1.0)]
