"""Recorded once: idempotency keys, conditional requests, and two officers at the same time."""

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from tests.integration.api.test_a_meeting import meeting


@pytest.fixture
def interactions(neighbourhood):
    return f"{neighbourhood.path}/interactions"


def test_recording_the_same_meeting_twice_records_once_and_answers_the_same(services, neighbourhood, interactions):
    key, body = str(uuid4()), meeting(neighbourhood)
    first = neighbourhood.officer.post(interactions, body, idempotency_key=key)
    position = services.recorder.head().position
    again = neighbourhood.officer.post(interactions, body, idempotency_key=f'"{key}"')
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.headers["Location"] == again.headers["Location"]
    assert ("Idempotency-Replayed" in first.headers, again.headers["Idempotency-Replayed"]) == (False, "true")
    assert services.recorder.head().position == position


def test_the_same_content_written_otherwise_is_the_same(neighbourhood, interactions):
    key, body = str(uuid4()), meeting(neighbourhood)
    neighbourhood.officer.post(interactions, body, idempotency_key=key)
    again = neighbourhood.officer.post(interactions, dict(reversed(body.items())), idempotency_key=key)
    assert again.headers["Idempotency-Replayed"] == "true"


def test_the_same_key_with_other_content_is_422(services, neighbourhood, interactions):
    key = str(uuid4())
    neighbourhood.officer.post(interactions, meeting(neighbourhood), idempotency_key=key)
    position = services.recorder.head().position
    answer = neighbourhood.officer.post(
        interactions, meeting(neighbourhood, happened="2026-03-28"), idempotency_key=key
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert services.recorder.head().position == position


def test_the_same_key_from_somebody_else_is_another(neighbourhood, interactions):
    key, body = str(uuid4()), meeting(neighbourhood)
    one = neighbourhood.officer.post(interactions, body, idempotency_key=key)
    other = neighbourhood.resident.post(interactions, body, idempotency_key=key)
    assert one.json()["command_id"] != other.json()["command_id"]


@pytest.mark.parametrize("key", [None, "", '""', "two words", "é", "a" * 201, '"a', "a,b c"])
def test_recording_without_a_usable_key_is_400(client, services, neighbourhood, interactions, key):
    position = services.recorder.head().position
    headers = {"Authorization": f"Bearer {neighbourhood.officer.key}"}
    headers |= {} if key is None else {"Idempotency-Key": key.encode()}
    answer = client.post(interactions, json=meeting(neighbourhood), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency-key-required")
    assert services.recorder.head().position == position


def test_two_officers_recording_at_once_lose_nothing(neighbourhood, interactions):
    def record(number):
        officer = neighbourhood.officer if number % 2 else neighbourhood.resident
        return officer.post(interactions, meeting(neighbourhood, title=f"Meeting {number}"))

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(record, range(24)))
    assert {each.status_code for each in answers} == {201}
    timeline = neighbourhood.officer.reads(f"{neighbourhood.path}/timeline", limit=200)
    for number in range(24):
        assert sum(each["sentence"].endswith(f": Meeting {number}") for each in timeline["data"]) == 1


def test_two_who_answer_the_same_ask_at_once_get_one_answer_on_record(neighbourhood, interactions):
    ask = neighbourhood.officer.records(interactions, **meeting(neighbourhood))["created"]["ask"][0]
    body = {"answered_by": neighbourhood.council, "answer": "adopted"}
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(lambda _: neighbourhood.officer.post(f"{neighbourhood.path}/asks/{ask}/answers", body), range(4))
        )
    assert sorted(each.status_code for each in answers) == [201, 409, 409, 409]


def test_a_state_that_was_read_before_something_else_was_recorded_is_412(neighbourhood, interactions):
    read = neighbourhood.officer.get(neighbourhood.path).headers["ETag"]
    neighbourhood.resident.records(interactions, **meeting(neighbourhood))
    stale = neighbourhood.officer.post(interactions, meeting(neighbourhood), headers={"If-Match": read})
    assert (stale.status_code, stale.json()["code"]) == (412, "changed-meanwhile")
    fresh = neighbourhood.officer.post(
        interactions, meeting(neighbourhood), headers={"If-Match": stale.headers["ETag"]}, idempotency_key="once"
    )
    assert fresh.status_code == 201
    again = neighbourhood.officer.post(
        interactions, meeting(neighbourhood), headers={"If-Match": stale.headers["ETag"]}, idempotency_key="once"
    )
    assert again.content == fresh.content


def test_of_two_who_decided_on_the_same_state_at_once_one_records(neighbourhood, interactions):
    read = neighbourhood.officer.get(neighbourhood.path).headers["ETag"]
    with ThreadPoolExecutor(4) as pool:
        answers = list(
            pool.map(
                lambda _: neighbourhood.officer.post(interactions, meeting(neighbourhood), headers={"If-Match": read}),
                range(8),
            )
        )
    assert sorted(each.status_code for each in answers) == [201] + [412] * 7


def test_the_state_of_a_record_and_of_an_organisation_can_be_made_a_condition(steward, neighbourhood, interactions):
    receipt = neighbourhood.officer.records(interactions, **meeting(neighbourhood))
    record = f"/v1/records/{receipt['events'][0]['event_id']}"
    council = f"/v1/parties/{neighbourhood.council}"
    change = {"changes": {"happened": "2026-03-26"}, "reasons": "A day off"}
    amended = {"name": "Ambleford", "kind": "unitary"}
    for who, path, action, body in (
        (neighbourhood.officer, record, "corrections", change),
        (steward, council, "amendments", amended),
    ):
        read = who.get(path).headers["ETag"]
        assert who.post(f"{path}/{action}", body, headers={"If-Match": read}).status_code == 201
        assert who.post(f"{path}/{action}", body, headers={"If-Match": read}).status_code == 412
