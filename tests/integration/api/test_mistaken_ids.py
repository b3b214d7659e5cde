"""Ids given where another kind was meant: the answer says of which kind they are, and what to use instead."""

from uuid import UUID, uuid4

import pytest

from api.http.mistaken_ids import identified
from domain.events import declarations
from domain.events.stewardship import SubjectErased
from domain.events.tags import tag
from tests.integration.api.test_a_meeting import meeting


@pytest.fixture
def recorded(neighbourhood):
    return neighbourhood.officer.records(
        f"{neighbourhood.path}/interactions",
        **meeting(
            neighbourhood,
            decisions=[{"title": "Mend the swings", "decided_by": neighbourhood.council, "answers": [{"here": 0}]}],
        ),
    )


def record_of(receipt, kind):
    beginnings = {"interaction": "interaction-recorded", "ask": "ask-raised", "commitment": "commitment-made"}
    event_name = beginnings.get(kind, "decision-taken")
    return next(event["event_id"] for event in receipt["events"] if event["type"] == event_name)


@pytest.mark.parametrize("kind", ["interaction", "ask", "commitment", "decision"])
def test_a_thing_where_a_record_is_meant_is_said_to_be_one_with_the_address_of_its_record(
    neighbourhood, recorded, kind
):
    (thing,), record = recorded["created"][kind], record_of(recorded, kind)
    for answer, address in (
        (neighbourhood.officer.get(f"/v1/records/{thing}"), f"/v1/records/{record}"),
        (
            neighbourhood.resident.post(
                f"/v1/records/{thing}/disputes", {"disputed_by": neighbourhood.group, "reasons": "No"}
            ),
            f"/v1/records/{record}/disputes",
        ),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
        assert f"its record is {record}, so use {address}." in answer.json()["detail"]


def test_a_record_where_a_thing_is_meant_is_said_to_be_one_with_the_address_of_the_thing(neighbourhood, recorded):
    (commitment,), record = recorded["created"]["commitment"], record_of(recorded, "commitment")
    answer = neighbourhood.officer.post(
        f"{neighbourhood.path}/commitments/{record}/reports", {"claimed_by": neighbourhood.council}
    )
    assert answer.status_code == 404
    path = f"{neighbourhood.path}/commitments/{commitment}/reports"
    assert f"{record} is that of a record: its promise is {commitment}, so use {path}." in answer.json()["detail"]


def test_a_thing_of_another_kind_is_named_with_where_to_read_it(neighbourhood, recorded):
    (ask,), record = recorded["created"]["ask"], record_of(recorded, "ask")
    answer = neighbourhood.officer.post(
        f"{neighbourhood.path}/commitments/{ask}/reports", {"claimed_by": neighbourhood.council}
    )
    assert f"{ask} is that of an ask: read it at /v1/records/{record}." in answer.json()["detail"]
    answer = neighbourhood.officer.get(f"/v1/parties/{neighbourhood.partnership}")
    assert answer.status_code == 404
    assert f"a partnership: read it at {neighbourhood.path}." in answer.json()["detail"]
    answer = neighbourhood.officer.get(f"/v1/partnerships/{neighbourhood.council}/trust")
    assert f"an organisation or group: read it at /v1/parties/{neighbourhood.council}." in answer.json()["detail"]


def test_a_body_that_began_with_a_partnership_leads_to_it(neighbourhood):
    answer = neighbourhood.officer.get(f"/v1/partnerships/{neighbourhood.residents_at_large}/trust")
    path = f"{neighbourhood.path}/trust"
    assert f"its partnership is {neighbourhood.partnership}, so use {path}." in answer.json()["detail"]


def test_the_id_of_a_command_leads_to_what_it_recorded(neighbourhood, recorded):
    answer = neighbourhood.officer.get(f"/v1/records/{recorded['command_id']}")
    assert f"its record is {recorded['events'][0]['event_id']}" in answer.json()["detail"]


def test_an_id_of_another_kind_in_a_body_is_said_to_be_one_at_its_field(neighbourhood, recorded):
    (commitment,), record = recorded["created"]["commitment"], record_of(recorded, "ask")
    answer = neighbourhood.officer.post(
        f"{neighbourhood.path}/commitments",
        {
            "promisers": [neighbourhood.council],
            "promisees": [neighbourhood.group, commitment],
            "text": "Mend the gate",
            "ask": record,
        },
    )
    details = {fault["pointer"]: fault["detail"] for fault in answer.json()["errors"]}
    assert answer.status_code == 422
    assert f"{commitment} is that of a promise: read it at " in details["#/promisees/1"]
    assert f"its ask is {recorded['created']['ask'][0]}" in details["#/ask"]


def test_a_thing_of_another_partnership_is_said_to_be_there(neighbourhood, boards):
    (other,) = (each for each in boards if each != neighbourhood.partnership)
    rows = neighbourhood.officer.reads(f"/v1/partnerships/{other}/commitments")["rows"]
    commitment = rows[0]["commitment_id"]
    answer = neighbourhood.officer.post(
        f"{neighbourhood.path}/commitments/{commitment}/reports", {"claimed_by": neighbourhood.council}
    )
    assert f"is of the affairs of another partnership, {other}." in answer.json()["detail"]


def test_an_id_of_nothing_stays_one_of_nothing(neighbourhood):
    answer = neighbourhood.officer.get(f"/v1/records/{uuid4()}")
    assert answer.json()["detail"] == "There is no record with this id."


def test_people_are_never_found_by_an_id(services, neighbourhood):
    neighbourhood.officer.records("/v1/people", name="Pat Example")
    with services.recorder.connections.borrow() as connection:
        rows = connection.execute("SELECT tag FROM log.tag WHERE tag LIKE 'person:%'").fetchall()
    assert rows
    assert all(identified(services.recorder, UUID(thing_tag.partition(":")[2])) is None for (thing_tag,) in rows)


@pytest.mark.usefixtures("recorded")
def test_every_kind_of_thing_that_an_event_begins_is_told_by_its_id(services):
    kinds = {each.begins for each in declarations() if each.begins and each.body is not SubjectErased}
    with services.recorder.connections.borrow() as connection:
        rows = connection.execute("SELECT e.event_id, e.type, t.tag FROM log.event e JOIN log.tag t USING (position)")
        stored = [(event_id, name, thing_tag) for event_id, name, thing_tag in rows]
    for event_id, name, thing_tag in stored:
        declaration = next(each for each in declarations() if each.name == name)
        kind, _, identity = thing_tag.partition(":")
        if f"{kind}_id" in kinds and declaration.begins == f"{kind}_id":
            owner = identified(services.recorder, UUID(identity))
            assert (owner.kind, owner.record_id) == (kind, event_id), name
            assert tag(kind, owner.thing_id) == thing_tag


def test_forming_a_partnership_answers_the_bodies_that_begin_with_it(steward):
    receipt = steward.records("/v1/partnerships", name="A Board", kind="neighbourhood-board", happened="2021")
    created = receipt["created"]
    details = steward.reads(f"/v1/partnerships/{created['partnership'][0]}")["details"]
    assert created["itself"] == [details["itself"]["party_id"]]
    assert created["residents"] == [details["residents"]["party_id"]]
