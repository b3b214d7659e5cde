"""Trust of a very long partnership, stored or cut from today's: to the byte what a replay answers, or a replay."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import UNSET, structs
from starlette.testclient import TestClient

from api.app import create_app
from api.reading import trust_of_sides
from domain.values import day_of
from projections.engine import level_rows
from projections.engine.remembered_histories import RememberedHistories
from projections.method.document import default_method
from projections.method.method import method_document, method_sha256
from projections.views.trust import trust
from tests.integration.api.conftest import Person
from tests.integration.api.test_a_meeting import meeting

QUERIES = (
    {},
    {"timeline": "all"},
    {"timeline": "drawn", "causes": "2"},
    {"timeline": "month", "facet": "reliability"},
    {"mean": "true"},
    {"truster_side": "residents"},
    {"format": "csv"},
    {"format": "csv", "timeline": "all"},
    {"format": "csv", "timeline": "month"},
)


@pytest.fixture
def board(neighbourhood, built):
    """A board at which the council kept three promises to the group, once late, and all is stored."""
    council, group, path = neighbourhood.council, neighbourhood.group, neighbourhood.path
    for month in range(1, 4):
        promise = neighbourhood.officer.records(
            f"{path}/commitments",
            promisers=[council],
            promisees=[group],
            text=f"Mend gate {month}",
            happened=f"2026-0{month}-02",
            due=f"2026-0{month}-{15 - month}",
        )
        neighbourhood.resident.records(
            f"{path}/commitments/{promise['created']['commitment'][0]}/confirmations",
            confirmed_by=group,
            happened=f"2026-0{month}-12",
        )
    reply = {"facet": "reliability", "replied_by": council, "reply": "We had a hard winter."}
    neighbourhood.officer.records(f"{path}/replies", **reply)
    built.follower().catch_up()
    return neighbourhood


@pytest.fixture
def answers(services, steward, board, monkeypatch):
    """Answers by a server that was just started: how many read stored rows, and each with its address and ETag."""

    def asked(queries=QUERIES, *, is_long=True):
        replayed = []
        monkeypatch.setattr(trust_of_sides, "LONG", 1 if is_long else 1_000_000)
        monkeypatch.setattr(trust_of_sides, "trust", _noting(replayed))
        given = []
        for query in queries:
            fresh = replace(services, histories=RememberedHistories())
            with TestClient(create_app(fresh), raise_server_exceptions=False) as client:
                answer = Person(client, steward.key).get(f"{board.path}/trust", **query)
            assert answer.status_code == 200, answer.text
            given.append((answer.headers["ETag"], answer.content))
        return len(queries) - len(replayed), given

    return asked


def _noting(replayed):
    def noted(history, method):
        replayed.append(history)
        return trust(history, method)

    noted.__wrapped__ = trust.__wrapped__
    return noted


def alike(answers, *, from_rows, queries=QUERIES):
    """Hold that answers are those of a replay, with all of them from stored rows, or none."""
    count, given = answers(queries)
    assert count == (len(queries) if from_rows else 0)
    assert (0, given) == answers(queries, is_long=False)
    return given


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(trust_of_sides, "_PAUSES_S", (0.0,))


def test_what_is_stored_is_answered_as_it_would_be_replayed(answers):
    alike(answers, from_rows=True)


@pytest.mark.usefixtures("impatient")
def test_what_was_recorded_since_is_replayed_until_it_is_followed(answers, board, built):
    before = alike(answers, from_rows=True)
    promise = board.officer.records(
        f"{board.path}/commitments",
        promisers=[board.council],
        promisees=[board.group],
        text="Mend the wall",
        theme="Jane Q. Example",
        happened="2026-01-05",
        due="2026-01-08",
    )
    late, record = alike(answers, from_rows=False), promise["events"][0]["event_id"]
    assert late != before
    built.follower().catch_up()
    assert alike(answers, from_rows=True) == late
    board.officer.records(f"/v1/records/{record}/corrections", changes={"due": "2026-04-01"}, reasons="A slip")
    corrected = alike(answers, from_rows=False)
    built.follower().catch_up()
    assert alike(answers, from_rows=True) == corrected != late


def test_what_is_taken_out_of_the_record_changes_no_figure_that_is_stored(answers, steward, board, built):
    promise = board.officer.records(
        f"{board.path}/commitments", promisers=[board.council], promisees=[board.group], text="x", theme="Jane"
    )
    record = promise["events"][0]["event_id"]
    steward.records(f"/v1/records/{record}/redactions", field="theme", ground="a person's name")
    built.follower().catch_up()
    alike(answers, from_rows=True)


def test_a_person_who_is_forgotten_changes_no_figure_that_is_stored(answers, steward, board, built):
    person = board.officer.records("/v1/people", name="Pat Example", contact="pat@example.org")["created"]["person"][0]
    there = [{"party": board.group, "person": person}, {"party": board.council}]
    board.officer.records(f"{board.path}/interactions", **meeting(board, participants=there))
    built.follower().catch_up()
    ((_, before),) = alike(answers, from_rows=True, queries=QUERIES[:1])
    steward.records("/v1/erasures", person=person)
    built.follower().catch_up()
    ((_, after),) = alike(answers, from_rows=True, queries=QUERIES[:1])
    assert json.loads(after)["figures"] == json.loads(before)["figures"]


@pytest.mark.usefixtures("impatient")
def test_what_is_stored_by_the_method_before_is_replayed_until_the_follower_has_the_new_one(
    answers, steward, board, built
):
    alike(answers, from_rows=True)
    shipped = default_method()
    rules = structs.replace(shipped.trust, fewest_acts=1.0, widest_interval=1.0, some=UNSET)
    method = structs.replace(shipped, id="easily-shown", trust=rules, provenance=UNSET)
    ours = {"document": method_document(method).decode(), "method_sha256": method_sha256(method)}
    published = steward.records("/v1/methods", title="Ours", **ours)["created"]["method"][0]
    before = alike(answers, from_rows=True)
    board.officer.records(f"{board.path}/method-adoptions", method=published)
    adopted = alike(answers, from_rows=False)
    assert adopted != before
    assert json.loads(adopted[0][1])["method"] == "easily-shown"
    built.follower().catch_up()
    assert alike(answers, from_rows=True) == adopted


@pytest.mark.usefixtures("impatient")
def test_what_is_stored_as_of_another_day_is_replayed_until_the_follower_has_come_to_the_day(answers, built):
    today = day_of(datetime.now(UTC))
    built.rebuild(today=today - timedelta(days=1))
    alike(answers, from_rows=False)
    built.follower().catch_up()
    alike(answers, from_rows=True)
    built.follower(today=today + timedelta(days=1)).catch_up()
    alike(answers, from_rows=False)


def test_what_is_followed_while_it_is_read_is_read_as_it_was(answers, board, built, monkeypatch):
    before, read, faults = alike(answers, from_rows=True, queries=QUERIES[:1]), level_rows.read_rows, []

    def read_late(*given):
        promise = {"promisers": [board.council], "promisees": [board.group], "text": "Mend the wall"}
        board.officer.records(f"{board.path}/commitments", **promise, happened="2026-01-05", due="2026-01-08")
        built.follower().catch_up()
        return read(*given)

    monkeypatch.setattr(level_rows, "read_rows", read_late)
    monkeypatch.setattr(level_rows._logger, "error", lambda *words, **_: faults.append(words))
    assert answers(QUERIES[:1]) == (1, before)
    assert faults == []


def test_who_asks_right_after_recording_waits_for_the_follower(answers, board, built, monkeypatch):
    promise = {"promisers": [board.council], "promisees": [board.group], "text": "x"}
    board.officer.records(f"{board.path}/commitments", **promise, happened="2026-01-05", due="2026-02-02")
    monkeypatch.setattr(trust_of_sides, "sleep", lambda _: built.follower().catch_up())
    alike(answers, from_rows=True)


@pytest.mark.parametrize("day", ["2025-12-31", "2026-01-12", "2026-02-20"])
def test_an_earlier_day_is_cut_from_today_as_it_would_be_replayed(answers, board, day):
    queries = tuple({"as_of": day, **query} for query in QUERIES)
    before = alike(answers, from_rows=True, queries=queries)
    board.officer.records(
        f"{board.path}/commitments",
        promisers=[board.council],
        promisees=[board.group],
        text="Mend the wall",
        happened="2025-11-05",
        due="2025-12-08",
    )
    assert alike(answers, from_rows=True, queries=queries) != before


def test_where_a_server_answers_whole_an_earlier_day_is_replayed(services, steward, board, monkeypatch):
    replayed, whole = [], replace(services, histories=RememberedHistories(grows=False))
    monkeypatch.setattr(trust_of_sides, "LONG", 1)
    monkeypatch.setattr(trust_of_sides, "trust", _noting(replayed))
    with TestClient(create_app(whole), raise_server_exceptions=False) as client:
        assert Person(client, steward.key).get(f"{board.path}/trust", as_of="2026-02-20").status_code == 200
    assert len(replayed) == 1


@pytest.mark.parametrize(
    "query",
    [
        {"known_at": "20"},
        {"known_at": "20", "as_of": "2026-02-20"},
        {"known_by": f"source:{day_of(datetime.now(UTC))}"},
        {"method": "folkmoot-2026"},
    ],
    ids=" ".join,
)
def test_another_past_or_method_is_replayed(answers, query):
    alike(answers, from_rows=False, queries=(query,))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE projection.row_set SET as_of = as_of - 1",
        "UPDATE projection.row_set SET position = position - 1",
        "UPDATE projection.row_set SET method_sha256 = ''",
        "UPDATE projection.build SET release = ''",
        "UPDATE projection.build SET version = version + 1",
        "UPDATE projection.build SET state = 'previous'",
        "UPDATE projection.{table} SET r = r + 1",
        "DELETE FROM projection.{table} WHERE NOT current",
        "INSERT INTO projection.parked SELECT build, partition_id, position, 'x', 'x' FROM projection.row_set",
    ],
    ids=["day", "behind", "method", "release", "version", "not live", "figure", "row", "parked"],
)
@pytest.mark.usefixtures("impatient")
def test_what_is_not_level_or_not_as_it_was_written_is_replayed(answers, built, change):
    table = built.live()["trust"].table
    with built.owner() as connection:
        connection.execute(change.format(table=table))
    alike(answers, from_rows=False, queries=QUERIES[:2])


def test_what_another_release_followed_is_replayed(answers, built, monkeypatch):
    monkeypatch.setattr("projections.engine.follow.release", lambda: "another")
    built.follower().catch_up()
    monkeypatch.undo()
    alike(answers, from_rows=False, queries=QUERIES[:2])


def test_what_was_worked_out_before_is_not_read_again(services, steward, board, monkeypatch):
    monkeypatch.setattr(trust_of_sides, "LONG", 1_000_000)
    replayed = []
    with TestClient(create_app(services), raise_server_exceptions=False) as client:
        person = Person(client, steward.key)
        first = person.get(f"{board.path}/trust").content
        monkeypatch.setattr(trust_of_sides, "LONG", 1)
        monkeypatch.setattr(trust_of_sides, "trust", _noting(replayed))
        assert person.get(f"{board.path}/trust", timeline="all").status_code == 200
        assert person.get(f"{board.path}/trust").content == first
    assert len(replayed) == 2
