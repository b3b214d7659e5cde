"""Each figure of a board pack equals a query over the events, written here without the projections."""

from collections import Counter
from datetime import date, timedelta

import httpx2
import pytest

from api.access.keys import Scope
from domain.events.asks import AskAnswered, AskRaised, AskWithdrawn, ReferralAccepted
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.values import last_day
from tests.support.standing_bodies import StandingBodies, promises_standing, standing_bodies

START, END = date(2017, 1, 1), date(2026, 7, 31)
USUAL_TIME = timedelta(days=28)
"""Twenty working days without a bank holiday: no ask of the demonstration waits so long and no longer."""


def within(day):
    return START <= day <= END


def promises(query):
    """The tables of promises: kept, late or in part, broken, overdue and due next; each promise has one promiser."""
    found = Counter()
    for promise, standing, day in promises_standing(query, END):
        if standing in {"Due next", "Overdue"} or (standing and within(day)):
            group = str(day), str(promise.commitment_id), str(promise.promisers[0].party_id)
            found[standing, group, "promises", ""] += 1
    return found


def asks(query):
    found = Counter()
    for ask in query.of(AskRaised):
        raised, identity = last_day(ask.happened), str(ask.ask_id)
        takers = [each.accepted_by for each in query.of(ReferralAccepted, ask.ask_id)]
        holder = [*([ask.addressee] if ask.addressee else []), *takers][-1:]
        asked = (str(raised), identity, str(holder[0].party_id) if holder else "")
        answers = query.of(AskAnswered, ask.ask_id)
        if within(raised):
            found["Asked", asked, "asks", ""] += 1
        if answers:
            answered = last_day(answers[0].happened)
            if within(answered):
                found["Answered", (str(answered), identity, answers[0].answer.value), "asks", ""] += 1
        elif raised + USUAL_TIME < END and not query.of(AskWithdrawn, ask.ask_id):
            found["Asks past their time", asked, "asks", ""] += 1
    return found


def decided_and_spent(query):
    found = Counter()
    for decision in query.of(DecisionTaken):
        if within(day := last_day(decision.happened)):
            found["Decided", (str(day), str(decision.decision_id)), "decisions", ""] += 1
    for payment in query.of(SpendingRecorded):
        if within(day := last_day(payment.happened)):
            group = str(day), str(payment.spending_id)
            found["Spent", group, "spent", payment.amount.currency] += payment.amount.minor_units
    return found


@pytest.fixture(scope="module")
def figures(looked_at):
    headers = {"Authorization": f"Bearer {looked_at.key(Scope.STEWARD)}"}
    params = {"template": "board-pack", "since": str(START), "as_of": str(END)}
    with httpx2.Client(base_url=looked_at.base, headers=headers, timeout=60) as client:
        answer = client.get(f"/v1{looked_at.board_address}/return", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["figures"]


def test_each_figure_equals_a_query_over_the_events(looked_at, figures):
    query = StandingBodies(standing_bodies(looked_at.services.recorder, looked_at.board.partnership_id, END))
    expected = promises(query) + asks(query) + decided_and_spent(query)
    found = {
        (each["table"], tuple(each["group"]), each["measure"], each["currency"]): each["amount"] for each in figures
    }
    assert found == dict(expected)
    assert {table for table, *_ in found} == {
        *("Kept", "Kept late, or in part", "Broken", "Overdue", "Due next"),
        *("Asked", "Answered", "Asks past their time", "Decided", "Spent"),
    }


def test_every_figure_names_events_that_are_on_record(looked_at, figures):
    known = {
        str(event.event_id) for event in looked_at.services.recorder.read_partition(looked_at.board.partnership_id)
    }
    assert all(each["causes"] and known.issuperset(each["causes"]) for each in figures)
