"""Recorded once by an organisation: a credential stands for its holder, whichever of its keys a request comes under."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import psycopg
import pytest

import api.recording.command_route
import api.resources.review_jobs
from api.access.keys import Scope, revoke_key
from api.http.idempotency import RequestIdentity, command_id_of, idempotency_key
from tests.integration.api.test_a_meeting import meeting
from tests.integration.api.test_reviews import CSV_ALONE, ended, evaluator, registration, review

__all__ = ["evaluator", "registration", "review"]


@pytest.fixture
def interactions(neighbourhood):
    return f"{neighbourhood.path}/interactions"


@pytest.fixture
def earlier_release(monkeypatch):
    """Have requests taken as an earlier release took them: by the key of the API."""

    def by_key(call):
        return RequestIdentity(command_id_of(call.asker.key_id, call.operation.name, idempotency_key(call.headers)))

    def taking(person, path, body, idempotency_key):
        with monkeypatch.context() as patched:
            for module in (api.recording.command_route, api.resources.review_jobs):
                patched.setattr(module, "identity_of", by_key)
            return person.post(path, body, idempotency_key=idempotency_key)

    return taking


def revoked(database_url, person):
    with psycopg.connect(database_url) as connection:
        assert revoke_key(connection, UUID(person.key.split("_")[1]))


def test_a_retry_under_the_new_key_of_the_organisation_is_a_retry(
    database_url, services, neighbourhood, people, interactions
):
    key, body = str(uuid4()), meeting(neighbourhood)
    first = neighbourhood.officer.post(interactions, body, idempotency_key=key)
    revoked(database_url, neighbourhood.officer)
    position = services.recorder.head().position
    again = people(Scope.RECORD, neighbourhood.council).post(interactions, body, idempotency_key=key)
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert services.recorder.head().position == position


@pytest.mark.parametrize("scope", [Scope.RECORD, Scope.STEWARD])
def test_other_content_under_another_key_of_the_organisation_is_422(
    services, neighbourhood, people, interactions, scope
):
    key = str(uuid4())
    neighbourhood.officer.post(interactions, meeting(neighbourhood), idempotency_key=key)
    position = services.recorder.head().position
    other = people(scope, neighbourhood.council, [neighbourhood.group])
    answer = other.post(interactions, meeting(neighbourhood, happened="2026-03-26"), idempotency_key=key)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency-key-reused")
    assert services.recorder.head().position == position


def test_two_keys_of_an_organisation_at_once_record_once(services, neighbourhood, people, interactions):
    keys = [neighbourhood.officer, people(Scope.RECORD, neighbourhood.council)]
    before, body = services.recorder.head().position, meeting(neighbourhood)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda turn: keys[turn % 2].post(interactions, body, idempotency_key="k"), range(8)))
    assert {each.status_code for each in answers} == {201}
    assert len({each.content for each in answers}) == 1
    assert services.recorder.head().position - before == len(answers[0].json()["events"])


def test_what_an_earlier_release_recorded_under_any_key_of_theirs_is_found_for_ever(
    database_url, services, neighbourhood, people, interactions, earlier_release
):
    key, body = str(uuid4()), meeting(neighbourhood)
    first = earlier_release(neighbourhood.officer, interactions, body, key)
    assert first.status_code == 201
    position = services.recorder.head().position
    same = neighbourhood.officer.post(interactions, body, idempotency_key=key)
    revoked(database_url, neighbourhood.officer)
    rotated = people(Scope.RECORD, neighbourhood.council)
    for again in (same, rotated.post(interactions, body, idempotency_key=key)):
        assert (again.status_code, again.content) == (201, first.content)
    changed = rotated.post(interactions, meeting(neighbourhood, happened="2026-03-26"), idempotency_key=key)
    assert (changed.status_code, changed.json()["code"]) == (422, "idempotency-key-reused")
    assert services.recorder.head().position == position


def test_what_two_keys_of_theirs_recorded_under_one_idempotency_key_before_is_told_apart_by_content(
    neighbourhood, people, interactions, earlier_release
):
    key, other = str(uuid4()), people(Scope.RECORD, neighbourhood.council)
    bodies = {1: meeting(neighbourhood), 2: meeting(neighbourhood, happened="2026-03-26")}
    one = earlier_release(neighbourhood.officer, interactions, bodies[1], key)
    two = earlier_release(other, interactions, bodies[2], key)
    assert one.json()["command_id"] != two.json()["command_id"]
    for person in (neighbourhood.officer, other):
        assert person.post(interactions, bodies[1], idempotency_key=key).content == one.content
        assert person.post(interactions, bodies[2], idempotency_key=key).content == two.content


def test_a_key_without_an_organisation_stands_for_itself(steward, people):
    place = {"name": "Mill Lane", "kind": "neighbourhood"}
    one, other = (who.post("/v1/places", place, idempotency_key="k") for who in (steward, people(Scope.STEWARD)))
    assert (one.status_code, other.status_code) == (201, 201)
    assert one.json()["command_id"] != other.json()["command_id"]


@pytest.mark.parametrize("is_of_earlier_release", [False, True])
@pytest.mark.usefixtures("at_work")
def test_long_work_is_begun_once_by_an_organisation_too(
    evaluator, review, people, earlier_release, is_of_earlier_release
):
    begin = (
        earlier_release
        if is_of_earlier_release
        else lambda who, *request: who.post(*request[:2], idempotency_key=request[2])
    )
    job = ended(evaluator, begin(evaluator, f"{review}/freezes", CSV_ALONE, "freeze-1"))
    rotated = people(Scope.RECORD, evaluator.party)
    again = rotated.post(f"{review}/freezes", CSV_ALONE, idempotency_key="freeze-1")
    assert (again.status_code, again.json(), again.headers["Idempotency-Replayed"]) == (202, job, "true")
    other = rotated.post(f"{review}/freezes", {"forms": ["csv"]}, idempotency_key="freeze-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency-key-reused")
