"""Shared challenges: raised by whom, responded to by whom, across which bodies."""

from domain.events.asks import AskWithdrawn
from domain.events.commitments import CommitmentMade
from domain.events.consultations import ConsultationFeedbackGiven, ConsultationOpened
from domain.events.declaration import Participant
from domain.vocabulary import Answer, Challenge, Side
from projections.views.challenges import challenges
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import CHARITY, COUNCIL, ICB, TENANTS, PartnershipStory, an_id, words

METHOD = folkmoot_2026()
HEALTH = {"challenges": (Challenge.HEALTH,)}


def rows(story, as_of="2026-12-31"):
    return {row.challenge: row for row in challenges(story.at(as_of), METHOD)}


def test_a_challenge_is_traced_from_those_who_raise_it_to_those_who_respond():
    story = PartnershipStory()
    story.asked("clinic", "2026-01-10", details=HEALTH)
    story.met("walk", "2026-02-10", Participant(TENANTS), Participant(CHARITY), details={**HEALTH, "convened_by": ICB})
    story.answered("clinic", "2026-03-01")
    row = rows(story)[Challenge.HEALTH]
    assert (row.asks, row.asks_answered, row.asks_waiting, row.contacts, row.consultations) == (1, 1, 0, 1, 0)
    assert set(row.raised_by_party_ids) == {TENANTS.party_id, ICB.party_id}
    assert row.raised_by_sides == (Side.RESIDENTS, Side.AGENCY)
    assert row.responded_by_party_ids == (COUNCIL.party_id,)
    assert set(row.party_ids) == {each.party_id for each in (TENANTS, ICB, COUNCIL, CHARITY)}
    assert row.sides == (Side.RESIDENTS, Side.GOVERNMENT, Side.AGENCY, Side.COMMUNITY_SECTOR)
    assert (row.first_raised_on.isoformat(), row.last_raised_on.isoformat()) == ("2026-01-10", "2026-02-10")
    assert row.last_response_on.isoformat() == "2026-03-01"
    assert row.causes == tuple(each.event_id for each in story.records)


def test_an_answer_counts_only_from_its_day():
    story = PartnershipStory()
    story.asked("clinic", "2026-01-10", details=HEALTH)
    story.answered("clinic", "2026-03-01")
    row = rows(story, "2026-02-28")[Challenge.HEALTH]
    assert (row.asks_answered, row.asks_waiting, row.responded_by_party_ids, row.last_response_on) == (0, 1, (), None)


def test_a_refusal_without_reasons_leaves_the_ask_waiting():
    story = PartnershipStory()
    story.asked("clinic", "2026-01-10", details=HEALTH)
    story.answered("clinic", "2026-02-01", answer=Answer.DECLINED, reasons=None)
    assert rows(story)[Challenge.HEALTH].asks_waiting == 1


def test_an_ask_taken_back_waits_no_more():
    story = PartnershipStory()
    story.asked("clinic", "2026-01-10", details=HEALTH)
    story.tell(AskWithdrawn(happened="2026-02-01", ask_id=an_id("clinic"), withdrawn_by=TENANTS), by=TENANTS)
    row = rows(story)[Challenge.HEALTH]
    assert (row.asks, row.asks_answered, row.asks_waiting) == (1, 0, 0)


def test_a_promise_made_on_an_ask_and_feedback_on_a_consultation_respond():
    story = PartnershipStory()
    story.asked("clinic", "2026-01-10", details=HEALTH)
    story.tell(
        CommitmentMade(
            happened="2026-02-01",
            commitment_id=an_id("promise"),
            promisers=(ICB,),
            promisees=(TENANTS,),
            text=words(),
            ask_id=an_id("clinic"),
        )
    )
    story.tell(
        ConsultationOpened(
            happened="2026-02-02", consultation_id=an_id("plan"), opened_by=COUNCIL, subject=words(), **HEALTH
        )
    )
    story.tell(
        ConsultationFeedbackGiven(
            happened="2026-04-02", consultation_id=an_id("plan"), given_by=COUNCIL, responses_covered=9
        )
    )
    row = rows(story)[Challenge.HEALTH]
    assert set(row.responded_by_party_ids) == {ICB.party_id, COUNCIL.party_id}
    assert (row.consultations, row.asks_waiting) == (1, 1)


def test_challenges_nobody_raised_have_no_row():
    story = PartnershipStory()
    story.asked("clinic", "2026-01-10")
    assert rows(story) == {}
