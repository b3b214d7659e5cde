"""How the service stands: what warns whom, and what is said of each stored projection."""

import json
from uuid import UUID

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from api.runtime.services import connected
from domain.log.errors import LogUnavailable
from tests.integration.api.test_a_meeting import meeting
from tests.support.followed_lists import followed
from tests.support.log_events import eventually

NOBODY = "nobody keeps the stored projections level with the log: run folkmoot follow"


def warnings(client):
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.text
    return answer.json()["warnings"]


def changed(stage, statement, *parameters):
    with stage.owner() as connection:
        connection.execute(statement, parameters)


def test_where_nobody_wants_stored_projections_nothing_warns(client):
    assert warnings(client) == []


def test_where_they_are_wanted_and_were_never_built_it_warns(database_url, wrapping_key):
    with connected(database_url, [wrapping_key], threads=1, follows=True) as services:
        messages = warnings(TestClient(create_app(services)))
    assert messages[0] == NOBODY
    assert "trust was never built here: run folkmoot rebuild" in messages


def test_while_somebody_follows_nothing_warns(client, database_url, neighbourhood, steward):
    with followed(database_url):
        receipt = neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
        parameters = {"min-position": receipt["position"]}
        assert steward.get("/v1/projections/asks", {"Prefer": "wait=20"}, **parameters).status_code == 200
        assert warnings(client) == []
        assert client.get("/status").json()["is_followed"] is True
    # PostgreSQL frees the lead a moment after the connection has ended.
    eventually(lambda: warnings(client) == [NOBODY])
    assert client.get("/status").json()["is_followed"] is False


def test_what_is_parked_is_told_to_anybody_without_the_name_of_a_partnership(built, client, boards):
    park = (
        "INSERT INTO projection.parked (build, partition_id, position, event_name, fault) "
        "SELECT build, %s, %s, 'ask-raised', 'ValueError' FROM projection.build WHERE name = 'asks'"
    )
    changed(built, park, boards[0], 7)
    assert "asks of a partnership is parked: ask-raised at position 7 (ValueError)" in warnings(client)
    for number in range(40):
        changed(built, park, UUID(int=number), 7)
    messages = [each for each in warnings(client) if "parked" in each]
    assert (len(messages), messages[-1]) == (21, "21 more are parked: run folkmoot status")
    assert not [each for each in messages if boards[0] in each]


@pytest.mark.parametrize(
    ("change", "warning"),
    [
        ("UPDATE projection.build SET version = 99", "asks was built by another release (version 99): run folkmoot re"),
        ("UPDATE projection.build SET log_id = gen_random_uuid()", "asks was built from another log: run folkmoot re"),
        ("UPDATE projection.build SET position = 10000", "asks was built from another log: run folkmoot rebuild"),
        ("DELETE FROM projection.build WHERE name = 'asks'", "asks was never built here: run folkmoot rebuild"),
    ],
)
def test_what_needs_a_rebuild_says_so(built, client, change, warning):
    changed(built, change)
    assert [each for each in warnings(client) if each.startswith(warning)]


def test_what_lags_for_more_than_a_minute_warns(built, client, neighbourhood):
    """A log whose clock stood still for a while is written by an owner who may; the triggers are not in the way."""
    neighbourhood.officer.records(f"{neighbourhood.path}/interactions", **meeting(neighbourhood))
    assert not [each for each in warnings(client) if "behind" in each]
    with built.owner() as connection:
        connection.execute("ALTER TABLE log.event DISABLE TRIGGER ALL")
        connection.execute("UPDATE log.event SET recorded_at = recorded_at - interval '10 minutes'")
    assert [each for each in warnings(client) if each.startswith("asks is 3 events and 6")]


def test_the_status_says_what_runs_here(built, client):
    status = client.get("/status").json()
    head = built.log.head()
    assert (status["log"]["log_id"], status["log"]["position"]) == (str(head.log_id), head.position)
    assert {"log", "projections"} <= set(status["schema"])
    assert {each["name"]: (each["position"], each["lag_events"]) for each in status["projections"]} == dict.fromkeys(
        built.live(), (head.position, 0)
    )
    assert (status["last_rebuild"]["state"], status["last_check"]) == ("done", None)
    assert status["release"] == status["last_rebuild"]["release"]
    built.verify()
    assert client.get("/status").json()["last_check"]["drifted"] == 0


@pytest.mark.usefixtures("built")
def test_the_status_names_nobody(client, neighbourhood):
    status = client.get("/status").text
    for word in (neighbourhood.council, neighbourhood.partnership, "Ambleford", "Mill Lane", "swings"):
        assert word not in status


def test_without_a_database_the_status_is_503(client, services, monkeypatch):
    def gone(*_, **__):
        raise LogUnavailable("the database has gone")

    monkeypatch.setattr(type(services.recorder), "head", gone)
    answer = client.get("/status")
    assert (answer.status_code, json.loads(answer.text)["code"]) == (503, "unavailable")


def test_on_an_older_schema_the_status_is_503(database_url, wrapping_key):
    newer = frozenset({("projection", 99)})
    with connected(database_url, [wrapping_key], threads=1, schema=newer) as services:
        assert TestClient(create_app(services)).get("/status").status_code == 503
