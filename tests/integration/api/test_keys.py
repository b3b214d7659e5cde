"""Who may do what: keys, their scopes, and what those without a seat do not get to read."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import psycopg
import pytest

from api.access.keys import Scope, create_key, list_keys, revoke_key
from tests.integration.api.test_a_meeting import MEETING, meeting


def with_key(client, key):
    return client.get("/v1/places", headers={"Authorization": f"Bearer {key}"}).status_code


def test_a_key_in_force_opens_and_anything_else_does_not(client, database_url):
    with psycopg.connect(database_url) as connection:
        key = create_key(connection, name="test", scope=Scope.READ)
    assert with_key(client, key) == 200
    other = "A" if key[-2] != "A" else "B"
    for wrong in ("", "fm_", key[:-1], key[:-2] + other + key[-1], key.upper(), f"{key} {key}", "é" * 79):
        answer = client.get("/v1/places", headers={"Authorization": f"Bearer {wrong}".encode()})
        assert answer.status_code == 401, wrong
    assert client.get("/v1/places", headers={"Authorization": f"Basic {key}"}).status_code == 401


def test_a_key_is_not_stored_and_can_be_revoked(client, database_url):
    with psycopg.connect(database_url) as connection:
        key = create_key(connection, name="test", scope=Scope.READ)
        stored = connection.execute("SELECT k::text FROM api.key k").fetchall()
        assert key[-43:] not in str(stored)
        (listed,) = list_keys(connection)
        assert revoke_key(connection, listed.key_id)
        assert not revoke_key(connection, listed.key_id)
    assert with_key(client, key) == 401


def test_a_key_ends_by_itself(client, database_url):
    with psycopg.connect(database_url) as connection:
        past = datetime.now(UTC) - timedelta(seconds=1)
        key = create_key(connection, name="test", scope=Scope.READ, expires_at=past)
    assert with_key(client, key) == 401


def test_reading_is_not_recording_and_recording_is_not_stewardship(people, neighbourhood):
    reader, recorder = people(Scope.READ, neighbourhood.council), neighbourhood.officer
    refused = reader.post(f"{neighbourhood.path}/interactions", meeting(neighbourhood))
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    assert recorder.post("/v1/erasures", {"person": "x" * 43}).status_code == 403


def test_whoever_has_no_seat_records_nothing_there(people, steward, neighbourhood):
    stranger = steward.records("/v1/parties", name="Elsewhere Council", kind="unitary")["created"]["party"][0]
    answer = people(Scope.RECORD, stranger).post(f"{neighbourhood.path}/interactions", meeting(neighbourhood))
    assert answer.status_code == 403
    assert "not-a-member" in [each["code"] for each in answer.json()["errors"]]


def test_a_record_key_needs_a_party(database_url):
    with psycopg.connect(database_url) as connection, pytest.raises(psycopg.errors.CheckViolation):
        create_key(connection, name="test", scope=Scope.RECORD)


class TestWords:
    """Figures are for every key; texts and people's names only for those at the table, and stewards."""

    @pytest.fixture
    def pat(self, neighbourhood):
        receipt = neighbourhood.officer.records("/v1/people", name="Pat Example", contact="pat@example.org")
        return receipt["created"]["person"][0]

    @pytest.fixture
    def recorded(self, neighbourhood, pat):
        there = [{"party": neighbourhood.group, "person": pat}, {"party": neighbourhood.council}]
        return neighbourhood.officer.records(
            f"{neighbourhood.path}/interactions", **meeting(neighbourhood, participants=there)
        )

    def test_are_read_by_those_at_the_table(self, neighbourhood, recorded, pat):
        record = neighbourhood.resident.reads(f"/v1/records/{recorded['events'][0]['event_id']}")
        assert record["record"]["body"]["notes"]["text"] == MEETING["notes"]
        assert record["people"] == {pat: {"text": "Pat Example", "withheld": None}}

    def test_are_not_read_by_others_who_still_read_the_figures(self, people, neighbourhood, recorded, pat):
        outsider = people(Scope.READ)
        for path in ("timeline", "interactions", "commitments", "asks", "trust", "health"):
            answer = outsider.get(f"{neighbourhood.path}/{path}")
            assert answer.status_code == 200
            for words in (MEETING["notes"], MEETING["title"], "Mend the swings", "Pat Example", pat):
                assert words not in answer.text, path
        record = outsider.reads(f"/v1/records/{recorded['events'][0]['event_id']}")
        assert record["record"]["body"]["notes"] == {"text": None, "withheld": "not-yours-to-read"}
        assert record["people"] == {}
        figures = [person.reads(f"{neighbourhood.path}/interactions") for person in (outsider, neighbourhood.officer)]
        assert figures[0]["digest"] == figures[1]["digest"]
        assert figures[0]["rows"] == figures[1]["rows"]

    def test_of_one_persons_entry_are_not_drawn_into_a_record_of_somebody_elses(
        self, people, steward, neighbourhood, pat
    ):
        officer, path = neighbourhood.officer, f"{neighbourhood.path}/interactions"
        entry = officer.records("/v1/parties", name="Pat Example", kind="resident-individual", person=pat)
        person = entry["created"]["party"][0]
        stranger = steward.records("/v1/parties", name="Elsewhere Council", kind="unitary")["created"]["party"][0]
        front = {"name": "A front", "kind": "local-business", "part_of": person}
        with_person = meeting(neighbourhood, participants=[{"party": person}])
        for key, parameters in (
            (people(Scope.RECORD, stranger), ("/v1/parties", front)),
            (neighbourhood.resident, (path, with_person)),
        ):
            refused = key.post(*parameters)
            assert (refused.status_code, [e["code"] for e in refused.json()["errors"]]) == (403, ["not-yours-to-name"])
        officer.records(path, **with_person)
        recorded = neighbourhood.resident.records(path, **with_person)
        record = neighbourhood.resident.reads(f"/v1/records/{recorded['events'][0]['event_id']}")
        assert record["names"][person] == "Pat Example"

    def test_are_gone_for_everybody_once_the_person_is_forgotten(self, steward, neighbourhood, recorded, pat):
        before = neighbourhood.officer.reads(f"{neighbourhood.path}/interactions", as_of="2026-06-01")
        steward.records("/v1/erasures", person=pat)
        record = neighbourhood.officer.reads(f"/v1/records/{recorded['events'][0]['event_id']}")
        assert record["record"]["body"]["notes"] == {"text": None, "withheld": "destroyed"}
        assert record["people"][pat] == {"text": None, "withheld": "destroyed"}
        after = neighbourhood.officer.reads(f"{neighbourhood.path}/interactions", as_of="2026-06-01")
        assert (after["rows"], after["digest"]) == (before["rows"], before["digest"])

    def test_once_gone_are_not_said_to_be_held_still(self, steward, neighbourhood, recorded, pat):
        path, parameters = f"{neighbourhood.path}/interactions", {"known_at": recorded["position"]}
        etag = neighbourhood.officer.get(path, **parameters).headers["ETag"]
        assert neighbourhood.officer.get(path, {"If-None-Match": etag}, **parameters).status_code == 304
        steward.records("/v1/erasures", person=pat)
        assert neighbourhood.officer.get(path, {"If-None-Match": etag}, **parameters).status_code == 200

    def test_ids_of_people_never_leave(self, steward, services, neighbourhood, recorded, pat):
        person_id = str(services.vault.person_of(pat))
        events = [each["event_id"] for each in recorded["events"]]
        paths = [f"/v1/records/{event}" for event in events]
        paths += [f"{neighbourhood.path}/{each}" for each in ("timeline", "interactions", "members", "contact-counts")]
        for path in paths:
            assert person_id not in steward.get(path).text
        again = steward.post("/v1/people", {"name": "Sam Example"})
        assert UUID(person_id).hex not in again.text.replace("-", "")
