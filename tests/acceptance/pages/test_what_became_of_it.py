"""The law of "you said": every ask of the log is told once, with the latest word on it; what was taken out is nowhere.

The log is read here event by event, without histories or projections.
"""

import csv
import io
from collections import defaultdict
from datetime import date
from uuid import UUID

import httpx2
import msgspec
import pytest

from api.access.keys import Scope
from domain.events.asks import AskAnswered, AskDeferred, AskRaised, AskReferred, AskWithdrawn, ReferralAccepted
from domain.events.commitments import CommitmentMade
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.events.records import RecordDisputed
from tests.support.standing_bodies import standing_bodies

_ANSWERED = {"adopted": "agreed", "adapted": "agreed-in-part", "declined": "declined"}


@pytest.fixture(scope="module")
def board(site):
    """The first board's partnership, and how a steward asks about it and records."""
    key = site.key(Scope.STEWARD)
    path = f"{site.base}/v1/partnerships/{site.board.partnership_id}"
    headers = {"Authorization": f"Bearer {key}"}
    with httpx2.Client(headers=headers, timeout=60) as client:
        yield client, path


def bodies(site):
    """The events of the partnership that stand, corrected, with their ids, in the order of the log."""
    return standing_bodies(site.services.recorder, site.board.partnership_id, date.max)


def asks_in(site):
    return [body for _, body in bodies(site) if isinstance(body, AskRaised)]


def last_words(site):
    """The last thing that happened about each ask, in a word, by the events that name it."""
    all_bodies = [body for _, body in bodies(site)]
    of_decision = defaultdict(set)
    to_answer = {body.commitment_id for body in all_bodies if isinstance(body, AskDeferred)}
    for body in all_bodies:
        if isinstance(body, DecisionTaken):
            of_decision[body.decision_id].update(body.answers_ask_ids)
        elif isinstance(body, AskAnswered) and body.decision_id:
            of_decision[body.decision_id].add(body.ask_id)
    in_order = sorted(all_bodies, key=lambda body: body.happened)
    return dict(said for body in in_order for said in _said(body, of_decision, to_answer))


def _said(body, of_decision, to_answer):
    match body:
        case AskRaised():
            yield body.ask_id, "no-answer-yet" if body.addressee else "nobody-has-it"
        case AskAnswered():
            yield body.ask_id, _ANSWERED[body.answer.value]
        case AskDeferred():
            yield body.ask_id, "put-off"
        case AskReferred() | ReferralAccepted():
            yield body.ask_id, "passed-on"
        case AskWithdrawn():
            yield body.ask_id, "taken-back"
        case DecisionTaken():
            yield from ((ask_id, "decided") for ask_id in of_decision[body.decision_id])
        case CommitmentMade() if body.ask_id and body.commitment_id not in to_answer:
            yield body.ask_id, "promised"
        case SpendingRecorded():
            asked = {*body.ask_ids, *of_decision.get(body.decision_id, ())}
            yield from ((ask_id, "spent") for ask_id in asked)


def test_every_ask_of_the_log_is_told_once(site, board):
    client, path = board
    raised = asks_in(site)
    rows = client.get(f"{path}/ask-stories").json()["rows"]
    assert len(raised) > 30
    assert sorted(row["ask_id"] for row in rows) == sorted(str(body.ask_id) for body in raised)
    table = list(csv.DictReader(io.StringIO(client.get(f"{path}/ask-stories", params={"format": "csv"}).text)))
    assert [each["ask_id"] for each in table] == [row["ask_id"] for row in rows]
    assert all(each["causes"] for each in table)


def test_the_word_on_each_is_the_last_thing_that_happened(site, board):
    client, path = board
    disputed = {body.record_id for _, body in bodies(site) if isinstance(body, RecordDisputed)}
    settled = {event_id for event_id, _ in bodies(site)} - disputed
    rows = {row["ask_id"]: row for row in client.get(f"{path}/ask-stories").json()["rows"]}
    compared = defaultdict(int)
    for ask_id, word in last_words(site).items():
        row = rows[str(ask_id)]
        if row["commitment_ids"] or not settled.issuperset(map(UUID, row["causes"])):
            continue  # whether a promise was kept, and which side a dispute ends on, are other laws'
        assert row["latest"] == word, msgspec.json.encode(row)
        compared[word] += 1
    assert sum(compared.values()) > len(rows) * 0.7
    assert len(compared) > 4


def test_asks_that_nobody_has_say_so(site, board):
    client, path = board
    taken = {body.ask_id for _, body in bodies(site) if isinstance(body, ReferralAccepted | AskAnswered | AskWithdrawn)}
    nobody = {str(body.ask_id) for body in asks_in(site) if body.addressee is None and body.ask_id not in taken}
    rows = client.get(f"{path}/ask-stories").json()["rows"]
    assert nobody
    assert {row["ask_id"] for row in rows if row["state"] == "nobody-has-it"} == nobody


def test_what_was_withdrawn_or_taken_out_is_nowhere(site, board):
    client, path = board
    raised = [(event_id, body.ask_id) for event_id, body in bodies(site) if isinstance(body, AskRaised)]
    (withdrawn, gone), (redacted, erased) = raised[3], raised[7]
    reader = {"Authorization": f"Bearer {site.key(Scope.READ)}"}
    tag = client.get(f"{path}/ask-stories", headers=reader).headers["ETag"]
    new = {"Idempotency-Key": "withdrawn"}
    answer = client.post(
        f"{site.base}/v1/records/{withdrawn}/withdrawals", json={"reasons": "Never asked."}, headers=new
    )
    assert answer.status_code == 201, answer.text
    taken_out = {"field": "text", "ground": "not-needed"}
    new = {"Idempotency-Key": "redacted"}
    answer = client.post(f"{site.base}/v1/records/{redacted}/redactions", json=taken_out, headers=new)
    assert answer.status_code == 201, answer.text
    for headers in ({}, {**reader, "If-None-Match": tag}):
        answer = client.get(f"{path}/ask-stories", headers=headers)
        assert answer.status_code == 200
        told = [row["ask_id"] for row in answer.json()["rows"]]
        assert len(told) == answer.json()["rows_in_all"] == len(raised) - 2
        assert {str(gone), str(erased)}.isdisjoint(told)
        table = client.get(f"{path}/ask-stories", headers=headers, params={"format": "csv"}).text
        assert str(erased) not in table
