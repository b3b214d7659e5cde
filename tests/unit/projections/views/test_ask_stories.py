"""Stories of asks: each is whole, ends with what happened last, and shows where nobody has the ask."""

from datetime import date

import pytest

from domain.events.asks import AskDeferred, AskReferred
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.values import Money
from domain.vocabulary import Answer, Challenge, Side
from projections.lifecycles.ask_stories import LatestWord
from projections.lifecycles.asks import AskState
from projections.lifecycles.promise_outcomes import PromiseOutcome
from projections.views.ask_stories import ask_story_rows
from tests.support.methods import folkmoot_2026
from tests.support.partnership_story import BOARD, CHARITY, COUNCIL, COUNTY, TENANTS, PartnershipStory, an_id, words


@pytest.fixture
def story():
    story = PartnershipStory()
    story.formed("2025-01-01")
    for who in (COUNCIL, TENANTS, CHARITY):
        story.joined(who, "2025-01-01")
    return story


def decided(story, on, *asks, name="decision"):
    return story.tell(
        DecisionTaken(
            happened=on,
            decision_id=an_id(name),
            title=words(name),
            decided_by=BOARD,
            met_by=(Side.RESIDENTS,),
            answers_ask_ids=tuple(an_id(each) for each in asks),
        )
    )


def spent(story, on, pounds, *, decision=None, asks=(), by=CHARITY):
    return story.tell(
        SpendingRecorded(
            happened=on,
            spending_id=an_id(f"spending of {on}"),
            spent_by=by,
            amount=Money(pounds * 100),
            decision_id=decision and an_id(decision),
            ask_ids=tuple(an_id(each) for each in asks),
        )
    )


def read(story, as_of="2026-12-31"):
    return ask_story_rows(story.at(as_of), folkmoot_2026())


def test_an_ask_is_followed_from_the_asking_to_the_money(story):
    raised = story.asked("crossing", "2026-01-10", details={"themes": ("Getting about",)})
    answered = story.answered("crossing", "2026-01-20", answer=Answer.ADAPTED)
    decision = decided(story, "2026-02-01", "crossing")
    through, directly = (
        spent(story, "2026-03-01", 100, decision="decision"),
        spent(story, "2026-04-01", 20, asks=["crossing"]),
    )
    (row,) = read(story)
    assert (row.theme, row.state, row.latest, row.latest_on) == (
        "Getting about",
        AskState.ADAPTED,
        LatestWord.SPENT,
        date(2026, 4, 1),
    )
    assert (row.decision_ids, row.decided_on) == ((an_id("decision"),), date(2026, 2, 1))
    assert (row.spent_minor, row.spent_on) == ({"GBP": 12_000}, date(2026, 4, 1))
    assert row.spent_by_party_ids == (CHARITY.party_id,)
    assert {raised, answered, decision, through, directly} <= set(row.causes)
    assert (row.text.event_id, row.reasons.event_id) == (raised, answered)


def test_earlier_days_know_only_what_had_happened(story):
    story.asked("crossing", "2026-01-10")
    story.answered("crossing", "2026-01-20")
    decided(story, "2026-02-01", "crossing")
    said = [(day, read(story, day)[0].latest) for day in ("2026-01-15", "2026-01-25", "2026-02-02")]
    assert [each for _, each in said] == [LatestWord.NO_ANSWER_YET, LatestWord.AGREED, LatestWord.DECIDED]
    assert read(story, "2026-01-05") == []


def test_an_ask_that_nobody_has_says_so(story):
    story.asked("bus", "2026-01-10", of=None)
    (row,) = read(story)
    assert (row.state, row.latest, row.holder_party_id) == (AskState.NOBODY_HAS_IT, LatestWord.NOBODY_HAS_IT, None)
    assert row.latest_on == date(2026, 1, 10)


def test_one_that_was_passed_on_and_put_off_says_that(story):
    story.asked("bus", "2026-01-10")
    story.tell(AskReferred(happened="2026-01-15", ask_id=an_id("bus"), referred_by=COUNCIL, referred_to=COUNTY))
    assert read(story)[0].latest is LatestWord.PASSED_ON
    story.promised("to answer", "2026-01-20", due="2026-03-01", details={"ask_id": an_id("bus")})
    story.tell(
        AskDeferred(
            happened="2026-01-20",
            ask_id=an_id("bus"),
            deferred_by=COUNCIL,
            until="2026-03-01",
            commitment_id=an_id("to answer"),
        )
    )
    (row,) = read(story)
    assert (row.latest, row.commitment_ids) == (LatestWord.PUT_OFF, ()), "a promise to answer is not one to do it"


def test_a_promise_that_was_kept_is_the_latest_word(story):
    story.asked("benches", "2026-01-10")
    story.promised("benches", "2026-01-20", due="2026-03-01", details={"ask_id": an_id("benches")})
    (row,) = read(story, "2026-02-01")
    assert (row.latest, row.promise_outcome, row.promise_due_on) == (
        LatestWord.PROMISED,
        PromiseOutcome.OPEN,
        date(2026, 3, 1),
    )
    assert read(story, "2026-05-01")[0].promise_outcome is PromiseOutcome.OVERDUE
    story.confirmed_done("benches", "2026-02-20")
    (row,) = read(story)
    assert (row.latest, row.promise_outcome) == (LatestWord.PROMISE_DONE, PromiseOutcome.KEPT_IN_TIME)
    assert row.promised_by_party_ids == (COUNCIL.party_id,)


def test_a_withdrawn_record_is_nowhere(story):
    raised = story.asked("slip", "2026-01-10")
    story.asked("bus", "2026-01-11")
    story.withdrawn(raised, "2026-01-12")
    assert [row.ask_id for row in read(story)] == [an_id("bus")]


def test_stories_stand_by_theme_the_latest_first_and_those_without_one_last(story):
    for name, on, details in (
        ("a", "2026-01-01", {}),
        ("b", "2026-01-02", {"challenges": (Challenge.HOUSING,)}),
        ("c", "2026-01-03", {"themes": ("Getting about",), "challenges": (Challenge.HOUSING,)}),
        ("d", "2026-01-04", {"themes": ("Getting about",)}),
    ):
        story.asked(name, on, details=details)
    rows = read(story)
    assert [(row.theme, row.ask_id) for row in rows] == [
        ("Getting about", an_id("d")),
        ("Getting about", an_id("c")),
        ("housing", an_id("b")),
        ("", an_id("a")),
    ]
