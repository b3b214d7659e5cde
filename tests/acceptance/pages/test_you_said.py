"""The page of the first board that is open to anybody: every public ask of its log once, with the latest word on it.

The expected words come from the events alone, written here without the projections.
"""

import csv
import io
import re
from datetime import date
from uuid import uuid4

import httpx2
import pytest

from api.access.keys import Scope
from domain.events.asks import (
    AskAnswered,
    AskDeferred,
    AskRaised,
    AskReferred,
    AskWithdrawn,
    PublicWordingGiven,
    ReferralAccepted,
)
from domain.events.commitments import CommitmentMade
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.values import first_instant
from domain.vocabulary import Answer
from tests.support.standing_bodies import StandingBodies, standing_bodies

END = date(2026, 11, 1)
ANSWERS = {Answer.ADOPTED: "agreed", Answer.ADAPTED: "agreed-in-part", Answer.DECLINED: "declined"}
TURNS = {
    AskDeferred: "put-off",
    AskReferred: "passed-on",
    ReferralAccepted: "passed-on",
    AskWithdrawn: "taken-back",
    DecisionTaken: "decided",
    SpendingRecorded: "spent",
}
STORY = re.compile(r"<article.*?</article>", re.DOTALL)


def board_bodies(site):
    return StandingBodies(standing_bodies(site.services.recorder, site.board.partnership_id, END))


def latest_words(bodies):
    """The latest word on each public ask of the log, by its id."""
    kept_back = {each.ask_id: each.kept_back for each in bodies.of(PublicWordingGiven)}
    return {str(ask.ask_id): latest_word(bodies, ask) for ask in bodies.of(AskRaised) if not kept_back.get(ask.ask_id)}


def latest_word(bodies, ask):
    taken_on = [*([ask.addressee] if ask.addressee else []), *bodies.of(ReferralAccepted, ask.ask_id)]
    happenings = [(first_instant(ask.happened), "no-answer-yet" if taken_on else "nobody-has-it")]
    answer = next(iter(bodies.of(AskAnswered, ask.ask_id)), None)
    decisions = [
        each
        for each in bodies.of(DecisionTaken)
        if ask.ask_id in each.answers_ask_ids or (answer and each.decision_id == answer.decision_id)
    ]
    paid_for = {each.decision_id for each in decisions}
    payments = [
        each for each in bodies.of(SpendingRecorded) if ask.ask_id in each.ask_ids or each.decision_id in paid_for
    ]
    own = bodies.of((AskDeferred, AskReferred, ReferralAccepted, AskWithdrawn), ask.ask_id)
    happenings += [(first_instant(each.happened), TURNS[type(each)]) for each in own]
    happenings += [(first_instant(answer.happened), ANSWERS[answer.answer])] if answer else []
    happenings += [(first_instant(each.happened), TURNS[type(each)]) for each in (*decisions, *payments)]
    return max(happenings, key=lambda happening: happening[0])[1]


@pytest.fixture
def anybody(site):
    """A client without a key, and the addresses that it reads."""
    with httpx2.Client(base_url=site.base, timeout=60) as client:
        yield client


def stories(client, site, **query):
    answer = client.get(f"/v1/public{site.board_address}/what-became-of-it", params=query)
    assert answer.status_code == 200, answer.text
    return answer


def pages(client, site):
    """The markup of each page of the public stories."""
    first = client.get(f"/public{site.board_address}/what-became-of-it").text
    numbers = {int(each) for each in re.findall(r"[?&](?:amp;)?page=(\d+)", first)} - {1}
    rest = [client.get(f"/public{site.board_address}/what-became-of-it", params={"page": each}) for each in numbers]
    return [first, *(answer.text for answer in rest)]


def test_every_public_ask_is_told_once_with_the_latest_word_on_it(site, anybody):
    bodies = board_bodies(site)
    assert not [each for each in bodies.of(CommitmentMade) if each.ask_id], "promises made for asks would be words too"
    told = stories(anybody, site).json()["stories"]
    expected = latest_words(bodies)
    assert len(told) == len(expected) > 20
    assert {story["ask_id"]: story["latest"] for story in told} == expected
    assert set(expected.values()) >= {"nobody-has-it", "agreed", "declined", "spent"}


def test_an_ask_that_nobody_has_says_so(site, anybody):
    told = stories(anybody, site).json()["stories"]
    nobodys = [story for story in told if story["asked_of"] is None]
    assert {story["latest"] for story in nobodys} >= {"nobody-has-it"}
    articles = [article for markup in pages(anybody, site) for article in STORY.findall(markup)]
    assert len(articles) == len(told)
    said = [article for article in articles if "nobody has it" in article]
    assert len(said) == sum(story["latest"] == "nobody-has-it" for story in told) > 0
    assert all("Asked of nobody" in article for article in said)


def test_one_withheld_withdrawn_or_erased_is_nowhere(site, anybody):
    (kept_back,) = [str(each.ask_id) for each in board_bodies(site).of(PublicWordingGiven) if each.kept_back]
    raised = {
        str(body.ask_id): event_id
        for event_id, body in standing_bodies(site.services.recorder, site.board.partnership_id, END)
        if isinstance(body, AskRaised)
    }
    worded = [story for story in stories(anybody, site).json()["stories"] if story["words"]]
    erased, withdrawn, withheld = worded[:3]
    headers = {"Authorization": f"Bearer {site.key(Scope.STEWARD)}"}
    for path, body in (
        (f"/v1/records/{raised[erased['ask_id']]}/redactions", {"field": "text", "ground": "not-needed"}),
        (f"/v1/records/{raised[withdrawn['ask_id']]}/withdrawals", {"reasons": "Never asked"}),
        (f"/v1{site.board_address}/asks/{withheld['ask_id']}/public-wordings", {"kept_back": True}),
    ):
        answer = anybody.post(path, json=body, headers={**headers, "Idempotency-Key": str(uuid4())})
        assert answer.status_code == 201, answer.text
    gone = {kept_back, *(story["ask_id"] for story in (erased, withdrawn, withheld))}
    left = {story["ask_id"] for story in stories(anybody, site).json()["stories"]}
    assert left == raised.keys() - gone
    rows = list(csv.DictReader(io.StringIO(stories(anybody, site, format="csv").text)))
    assert {row["ask_id"] for row in rows} == left
    markups = pages(anybody, site)
    assert sum(len(STORY.findall(markup)) for markup in markups) == len(left)
    words = [story["words"] for story in (erased, withdrawn, withheld)]
    unique = [each for each in words if sum(story["words"] == each for story in worded) == 1]
    assert unique
    assert not [each for each in (*gone, *unique) if any(each in markup for markup in markups)]
