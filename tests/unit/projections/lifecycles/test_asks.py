"""Who has an ask, and what came of it, at the end of a day."""

from datetime import date

from domain.events.asks import AskDeferred, AskReferred, AskWithdrawn, ReferralAccepted
from domain.events.records import DisputeResolved
from domain.events.registries import PartySucceeded
from domain.vocabulary import Answer, ResolutionOutcome
from projections.lifecycles.asks import AskState, asks
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import COUNCIL, COUNTY, ICB, TENANTS, PartnershipStory, an_id

METHOD = folkmoot_2026()
BENCH = an_id("bench")


def an_ask(**how):
    story = PartnershipStory()
    story.asked("bench", "2026-01-05", **how)
    return story


def the_ask(story, as_of):
    (only,) = asks(story.at(as_of), METHOD)
    return only


def test_it_is_overdue_once_the_usual_working_days_have_passed():
    story = an_ask()
    assert the_ask(story, "2026-02-02").due_on == date(2026, 2, 2)
    assert the_ask(story, "2026-02-02").state is AskState.OPEN
    assert the_ask(story, "2026-02-03").state is AskState.OVERDUE


def test_without_an_addressee_nobody_has_it():
    story = an_ask(of=None)
    assert the_ask(story, "2026-06-01").state is AskState.NOBODY_HAS_IT
    story.tell(ReferralAccepted(happened="2026-06-02", ask_id=BENCH, accepted_by=ICB))
    assert (the_ask(story, "2026-06-02").holder, the_ask(story, "2026-06-02").state) == (ICB, AskState.OVERDUE)


def test_an_answer_is_dated_by_working_days_from_the_first_asking():
    story = an_ask()
    story.answered("bench", "2026-01-12", answer=Answer.ADAPTED)
    ask = the_ask(story, "2026-01-12")
    assert (ask.state, ask.working_days_taken, ask.answered_on) == (AskState.ADAPTED, 5, date(2026, 1, 12))


def test_a_refusal_without_reasons_is_no_answer():
    story = an_ask()
    story.answered("bench", "2026-01-12", answer=Answer.DECLINED, reasons=None)
    assert the_ask(story, "2026-01-12").state is AskState.OPEN
    story.answered("bench", "2026-01-13", answer=Answer.DECLINED)
    assert the_ask(story, "2026-01-13").state is AskState.DECLINED


def test_the_first_answer_stops_the_clock_and_the_last_says_what_came_of_it():
    story = an_ask()
    story.answered("bench", "2026-01-12", answer=Answer.DECLINED)
    story.answered("bench", "2026-03-12", answer=Answer.ADOPTED)
    ask = the_ask(story, "2026-03-12")
    assert (ask.state, ask.working_days_taken) == (AskState.ADOPTED, 5)


def test_referring_it_moves_it_only_when_the_other_accepts():
    story = an_ask()
    story.tell(AskReferred(happened="2026-01-10", ask_id=BENCH, referred_by=COUNCIL, referred_to=ICB))
    ask = the_ask(story, "2026-01-11")
    assert (ask.holder, ask.referred_to, ask.hops) == (COUNCIL, ICB, 0)
    story.tell(ReferralAccepted(happened="2026-01-12", ask_id=BENCH, accepted_by=ICB))
    ask = the_ask(story, "2026-01-12")
    assert (ask.holder, ask.referred_to, ask.hops) == (ICB, None, 1)


def test_putting_it_off_names_a_day_and_does_not_stop_the_clock():
    story = an_ask()
    story.tell(
        AskDeferred(
            happened="2026-01-10", ask_id=BENCH, deferred_by=COUNCIL, until="2026-09", commitment_id=an_id("later")
        )
    )
    ask = the_ask(story, "2026-03-01")
    assert (ask.deferred_until, ask.state) == (date(2026, 9, 30), AskState.OVERDUE)


def test_a_successor_body_takes_it_over():
    story = an_ask()
    story.tell(PartySucceeded(happened="2026-04-01", succession_id=an_id("s"), predecessor=COUNCIL, successor=COUNTY))
    assert the_ask(story, "2026-03-31").holder == COUNCIL
    assert the_ask(story, "2026-04-01").holder == COUNTY


def test_taken_back_by_the_asker_it_waits_for_nobody():
    story = an_ask()
    story.tell(AskWithdrawn(happened="2026-01-10", ask_id=BENCH, withdrawn_by=TENANTS))
    assert the_ask(story, "2026-06-01").state is AskState.WITHDRAWN


def test_an_answer_in_dispute_stays_until_both_sides_set_it_aside():
    story = an_ask()
    answer = story.answered("bench", "2026-01-12")
    story.disputed(answer, "2026-01-13")
    assert (the_ask(story, "2026-01-13").state, the_ask(story, "2026-01-13").disputed) == (AskState.ADOPTED, True)
    for party in (COUNCIL, TENANTS):
        story.tell(
            DisputeResolved(
                happened="2026-01-14", record_id=answer, agreed_by=party, outcome=ResolutionOutcome.SET_ASIDE
            )
        )
    assert the_ask(story, "2026-01-14").state is AskState.OPEN
