"""The worklist: what waits for whom."""

from datetime import date

import msgspec
import pytest

from domain.events.asks import AskReferred
from domain.events.commitments import CommitmentAcknowledged, CommitmentReassigned, CommitmentRenegotiated
from domain.events.consultations import ConsultationClosed, ConsultationOpened
from domain.events.decisions import DecisionAttested, DecisionTaken
from domain.events.declaration import Participant
from domain.events.disputes import DisputeRaised, DisputeSettled
from domain.events.funding import FundingAwarded, FundingVariationDecided, FundingVariationRequested
from domain.values import Money
from domain.vocabulary import Side, VariationAnswer
from projections.lifecycles.work_rows import WorklistTask
from projections.views.worklist import worklist
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, FORUM, ICB, LOTTERY, TENANTS, PartnershipStory, an_id, words

METHOD = folkmoot_2026()


def work(story, as_of):
    return worklist(story.at(as_of), METHOD)


def tasks(story, as_of):
    return [(row.task, row.party_id or row.side) for row in work(story, as_of)]


def test_a_promise_waits_for_who_made_it_and_says_when_it_is_overdue():
    story = PartnershipStory()
    story.promised("lights", "2026-01-01", due="2026-02-01")
    (row,) = work(story, "2026-02-01")
    assert (row.task, row.party_id, row.due_on, row.is_overdue) == (
        WorklistTask.KEEP_PROMISE,
        COUNCIL.party_id,
        date(2026, 2, 1),
        False,
    )
    assert work(story, "2026-02-02")[0].is_overdue


def test_a_promise_written_down_by_others_waits_to_be_acknowledged():
    story = PartnershipStory()
    story.promised("lights", "2026-01-01", by=TENANTS)
    assert tasks(story, "2026-01-02") == [(WorklistTask.ACKNOWLEDGE_PROMISE, COUNCIL.party_id)]


def test_a_report_waits_for_the_promisee_until_silence_counts():
    story = PartnershipStory()
    story.joined(TENANTS, "2025-01-01")
    story.promised("lights", "2026-01-01", due="2026-02-01")
    story.reported_done("lights", "2026-01-20")
    (row,) = work(story, "2026-01-21")
    assert (row.task, row.party_id, row.silence_counts_on) == (
        WorklistTask.CONFIRM_FULFILMENT,
        TENANTS.party_id,
        date(2026, 2, 17),
    )
    assert tasks(story, "2026-02-17") == []


def test_new_terms_wait_for_the_side_that_did_not_ask_for_them():
    story = PartnershipStory()
    story.promised("lights", "2026-01-01", due="2026-02-01")
    story.tell(
        CommitmentRenegotiated(happened="2026-01-10", commitment_id=an_id("lights"), asked_by=COUNCIL, due="2026-05")
    )
    assert (WorklistTask.AGREE_NEW_TERMS, TENANTS.party_id) in tasks(story, "2026-01-11")


def test_an_ask_waits_for_who_has_it_or_for_anybody():
    story = PartnershipStory()
    story.asked("bench", "2026-01-01")
    story.asked("bins", "2026-01-02", of=None)
    story.tell(AskReferred(happened="2026-01-10", ask_id=an_id("bench"), referred_by=COUNCIL, referred_to=ICB))
    assert tasks(story, "2026-01-11") == [
        (WorklistTask.ANSWER_ASK, COUNCIL.party_id),
        (WorklistTask.ACCEPT_REFERRAL, ICB.party_id),
        (WorklistTask.TAKE_UP_ASK, None),
    ]
    story.answered("bench", "2026-01-12")
    assert tasks(story, "2026-01-12") == [(WorklistTask.TAKE_UP_ASK, None)]


def test_feedback_and_notes_wait_for_whoever_convened():
    story = PartnershipStory()
    story.tell(
        ConsultationOpened(happened="2026-01-01", consultation_id=an_id("c"), opened_by=COUNCIL, subject=words())
    )
    story.tell(ConsultationClosed(happened="2026-02-01", consultation_id=an_id("c"), closed_by=COUNCIL, responses=9))
    story.met("board", "2026-02-02", Participant(COUNCIL), Participant(TENANTS), details={"convened_by": COUNCIL})
    assert [(row.task, row.due_on) for row in work(story, "2026-02-03")] == [
        (WorklistTask.SHARE_NOTES, date(2026, 2, 16)),
        (WorklistTask.FEED_BACK, date(2026, 4, 26)),
    ]


def test_a_decision_waits_for_another_side_to_say_who_led_it():
    story = PartnershipStory()
    story.tell(
        DecisionTaken(
            happened="2026-01-01",
            decision_id=an_id("d"),
            title=words(),
            decided_by=COUNCIL,
            led_by=COUNCIL,
            met_by=(Side.GOVERNMENT, Side.RESIDENTS),
        ),
        by=COUNCIL,
    )
    assert tasks(story, "2026-01-02") == [(WorklistTask.ATTEST_DECISION, Side.RESIDENTS)]
    story.tell(
        DecisionAttested(happened="2026-01-03", decision_id=an_id("d"), attested_by=TENANTS, led_by=COUNCIL), by=TENANTS
    )
    assert tasks(story, "2026-01-03") == []


def test_a_change_asked_of_a_funder_waits_for_its_answer():
    story = PartnershipStory()
    parties = {"award_id": an_id("grant"), "funder": LOTTERY, "recipient": TENANTS}
    story.tell(FundingAwarded(happened="2026-01-01", amount=Money(1), **parties))
    story.tell(FundingVariationRequested(happened="2026-01-02", variation_id=an_id("v"), **parties))
    assert tasks(story, "2026-01-02") == [(WorklistTask.DECIDE_VARIATION, LOTTERY.party_id)]
    story.tell(
        FundingVariationDecided(
            happened="2026-01-03", variation_id=an_id("v"), answer=VariationAnswer.GRANTED, **parties
        )
    )
    assert tasks(story, "2026-01-03") == []


def test_a_disagreement_waits_for_both_until_settled():
    story = PartnershipStory()
    raised = {"dispute_id": an_id("row"), "raised_by": TENANTS, "others": (COUNCIL,), "about": words()}
    story.tell(DisputeRaised(happened="2026-01-01", **raised))
    assert len(work(story, "2026-01-01")) == 2
    story.tell(DisputeSettled(happened="2026-01-02", dispute_id=an_id("row"), agreed_by=(TENANTS, COUNCIL)))
    assert work(story, "2026-01-02") == []


def test_a_disputed_record_waits_for_who_disputes_it_and_whose_word_it_is():
    story = PartnershipStory()
    story.asked("bench", "2026-01-01")
    answer = story.answered("bench", "2026-01-02")
    story.disputed(answer, "2026-01-05")
    assert {(row.task, row.party_id) for row in work(story, "2026-01-05")} == {
        (WorklistTask.SETTLE_DISPUTE, TENANTS.party_id),
        (WorklistTask.SETTLE_DISPUTE, COUNCIL.party_id),
    }


def acknowledged_lights(story):
    record = story.promised("lights", "2026-01-01", due="2026-05-01")
    acknowledgement = CommitmentAcknowledged(
        happened="2026-01-02", commitment_id=an_id("lights"), acknowledged_by=TENANTS
    )
    story.tell(acknowledgement, by=TENANTS)
    return record


@pytest.mark.parametrize(
    ("corrector", "other"), [(COUNCIL, TENANTS), (TENANTS, COUNCIL)], ids=["by the promiser", "by the promisee"]
)
@pytest.mark.parametrize(
    "changes",
    [{"due": "2026-09-01"}, {"text": words("other")}, {"measure": words("lux")}, {"promisees": (FORUM,)}],
    ids=["due", "text", "measure", "promisees"],
)
def test_a_correction_of_acknowledged_terms_waits_for_the_other_side_until_it_confirms(changes, corrector, other):
    story = PartnershipStory()
    record = acknowledged_lights(story)
    correction = story.corrected(record, "2026-02-01", by=corrector)(**changes)
    (row,) = [row for row in work(story, "2026-02-02") if row.task is WorklistTask.AGREE_CORRECTION]
    assert (row.party_id, row.since_on, row.causes[0]) == (other.party_id, date(2026, 2, 1), correction)
    story.confirmed(correction, "2026-02-03", by=other)
    assert [row for row in work(story, "2026-02-04") if row.task is WorklistTask.AGREE_CORRECTION] == []


def test_what_changes_no_term_waits_for_nobody():
    story = PartnershipStory()
    story.corrected(acknowledged_lights(story), "2026-02-01", by=COUNCIL)(theme="light")
    assert [row.task for row in work(story, "2026-02-02")] == [WorklistTask.KEEP_PROMISE]


def test_a_promise_that_passed_on_waits_for_whom_it_was_made_to():
    story = PartnershipStory()
    acknowledged_lights(story)
    reassignment = CommitmentReassigned(
        happened="2026-02-01", commitment_id=an_id("lights"), from_promiser=COUNCIL, to_promiser=ICB
    )
    story.tell(reassignment, by=ICB)
    assert (WorklistTask.AGREE_HANDOVER, TENANTS.party_id) in tasks(story, "2026-02-02")
    let_go = msgspec.structs.replace(reassignment, agreed_by=(TENANTS,))
    other = PartnershipStory()
    acknowledged_lights(other)
    other.tell(let_go, by=ICB)
    assert WorklistTask.AGREE_HANDOVER not in {task for task, _ in tasks(other, "2026-02-02")}
