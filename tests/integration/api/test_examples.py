"""Every operation has an example: sent to a real server it is answered as its declaration says, and as is shown."""

import re

import httpx2
import psycopg
import pytest
from jsonschema import Draft202012Validator

from api.access.keys import Scope
from api.all_tasks import ALL_TASKS
from api.examples.recorded_examples import answer_schema, recorded_examples
from api.examples.story import STORY, GivenAnswer, play
from api.queue.worker import do_waiting
from api.resources import OPERATIONS, described
from scripts.support.http_server import serving
from tests.integration.api.conftest import Person
from tests.support.stored_stage import staged

PLACE = re.compile(r"\\\{\w+\\\}")


@pytest.fixture
def played(services, database_url, people):
    """Play the story to a server over a fresh database."""
    things, speakers = {}, {"steward": people(Scope.STEWARD)}
    with psycopg.connect(database_url) as connection:
        (key_id,) = connection.execute("SELECT key_id FROM api.key").fetchone()
    things["steward_key"] = str(key_id)

    def send(request):
        if f"key_of_{request.speaker}" in things:
            speakers[request.speaker] = Person(None, things[f"key_of_{request.speaker}"])
        if request.speaker not in speakers:
            body = things["council" if request.speaker == "officer" else "group"]
            speakers[request.speaker] = people(Scope.RECORD, body)
        headers = {"Authorization": f"Bearer {speakers[request.speaker].key}", **request.headers}
        answer = client.request(request.method, request.path, params=request.query, headers=headers, json=request.body)
        is_json = answer.headers["Content-Type"].partition(";")[0].endswith("json")
        return GivenAnswer(answer.status_code, dict(answer.headers), answer.json() if is_json else answer.text)

    def rebuild():
        with staged(database_url) as stage:
            stage.rebuild()

    with serving(services) as address, _client(address) as client:
        before = {"list-stored-projections": rebuild, "read-job": lambda: do_waiting(services, ALL_TASKS)}
        yield play(send, described(), things, before)


def _client(address):
    """A client that keeps no connection: the server closes those that wait while work is done."""
    return httpx2.Client(base_url=address, timeout=60, limits=httpx2.Limits(max_keepalive_connections=0))


def test_every_operation_has_one_example():
    names = sorted(each.operation for each in STORY if each.is_shown)
    assert names == sorted(each.name for each in OPERATIONS)
    assert sorted(recorded_examples()) == names, "run folkmoot reference --examples"


def test_every_example_is_answered_as_is_declared_and_shown(played):
    document, examples = described(), recorded_examples()
    for played_example in played:
        operation, answer = played_example.example.operation, played_example.answer
        assert answer.status < 400, (operation, answer.content)
        schema = answer_schema(document, operation, answer.status, _media(answer))
        assert _faults(answer.content, schema, document) == [], operation
        if played_example.example.is_shown:
            example = examples[operation]
            assert (example.status, example.media) == (answer.status, _media(answer)), operation
            assert _faults(example.answer, schema, document) == [], operation
            request = [played_example.example.path, played_example.example.query, played_example.example.body]
            assert _tells(request, [example.path, example.query, example.body]), (
                f"{operation}: run folkmoot reference --examples"
            )
            assert example.headers.keys() == played_example.request.headers.keys()


def test_the_description_shows_every_example():
    for methods in described()["paths"].values():
        for operation in methods.values():
            example = recorded_examples()[operation["operationId"]]
            answer = operation["responses"][str(example.status)]["content"][example.media]
            assert answer["example"] == example.answer
            values = {each["name"]: each.get("example") for each in operation["parameters"]}
            assert {name: values[name] for name in example.path | example.query} == example.path | example.query
            if "requestBody" in operation:
                assert operation["requestBody"]["content"]["application/json"]["example"] == example.body


def test_an_answer_of_another_shape_than_is_declared_is_found():
    document = described()
    schema = answer_schema(document, "read-me", 200, "application/json")
    me = recorded_examples()["read-me"].answer
    assert _faults(me, schema, document) == []
    assert _faults({**me, "key_id": 7}, schema, document) != []
    assert _faults({name: me[name] for name in list(me)[1:]}, schema, document) != []


def _media(answer):
    return answer.headers["content-type"].partition(";")[0]


def _faults(value, schema, document):
    whole = {**schema, "components": document["components"]}
    return [f"{each.json_path}: {each.message}" for each in Draft202012Validator(whole).iter_errors(value)]


def _tells(declared, example):
    """An example is what is declared, with anything for each `{name}`."""
    match declared:
        case str():
            pattern = PLACE.sub("(?s:.+)", re.escape(declared))
            return isinstance(example, str) and re.fullmatch(pattern, example) is not None
        case dict():
            return declared.keys() == example.keys() and all(_tells(declared[name], example[name]) for name in declared)
        case list() | tuple():
            return len(declared) == len(example) and all(map(_tells, declared, example))
        case _:
            return declared == example
