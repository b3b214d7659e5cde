"""Refusals alike: what is out of somebody's reach is refused as what is not there, in the same words by the same work.

Every operation that names a thing in its address is asked for with things of a partnership out of reach, and again with
ids of nothing. Answer, headers and the statements sent to the database are the same.
"""

import re
from collections.abc import Iterator
from uuid import UUID, uuid4

import httpx2
import psycopg
import pytest
from starlette.testclient import TestClient

from api.access.keys import Scope
from api.access.user_roles import UserRole
from api.all_tasks import ALL_TASKS
from api.app import create_app
from api.examples.story import GivenAnswer, play
from api.queue.worker import do_waiting
from api.resources import OPERATIONS, described
from scripts.support.http_server import serving
from tests.integration.api.conftest import Person
from tests.integration.api.test_roles import Access, access, only
from tests.support.stored_stage import staged

__all__ = ["access"]
IDS = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
OPEN = {
    "code": "kinds of problems",
    "method_name": "methods that come with a release",
    "party": "registers",
    "place": "registers",
    "method": "registers",
}
"""Path parameters of what is open to all who read, and what that is."""
OF_THE_ANSWER = {"request-id", "ratelimit", "ratelimit-policy", "date"}
"""Headers that differ from one answer to the next, whatever is asked."""


@pytest.fixture
def told(services, database_url, people) -> dict[str, object]:
    """The story of the examples: its things by name, and its requests by operation, as they were sent."""
    things, speakers, played = {}, {"steward": people(Scope.STEWARD)}, {}
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

    before = {"list-stored-projections": rebuild, "read-job": lambda: do_waiting(services, ALL_TASKS)}
    with serving(services) as address, httpx2.Client(base_url=address, timeout=60) as client:
        for each in play(send, described(), things, before):
            assert each.answer.status < 400, (each.example.operation, each.answer.content)
            played[each.example.operation] = each
    with psycopg.connect(database_url) as connection:
        entries = connection.execute(
            "SELECT partition_id::text FROM log.event "
            "WHERE type IN ('party-registered', 'place-registered', 'method-published', 'person-registered')"
        )
        return {"things": things, "played": played, "registers": {each for (each,) in entries.fetchall()}}


class AskedOfTheApi:
    """One request of somebody, with the statements that it took."""

    def __init__(self, person, request, monkeypatch):
        self.statements = []
        execute = psycopg.Cursor.execute

        def noted(cursor, query, *args, **kwargs):
            self.statements.append(" ".join(str(query).split()))
            return execute(cursor, query, *args, **kwargs)

        with monkeypatch.context() as patched:
            patched.setattr(psycopg.Cursor, "execute", noted)
            headers = {"Authorization": f"Bearer {person.key}", **request["headers"]}
            self.answer = person.client.request(**{**request, "headers": headers})

    def seen(self, names):
        """All that the asker gets to see, with the ids of the request under names of their own."""
        headers = {name: text for name, text in self.answer.headers.items() if name.lower() not in OF_THE_ANSWER}
        text = re.sub(r'"instance":"[^"]*"', "", self.answer.text)
        for text_asked, name in names.items():
            text = text.replace(text_asked, name)
        return self.answer.status_code, text, {name: each for name, each in headers.items() if name != "content-length"}


def variants(played, own) -> Iterator[dict[str, str]]:
    """The addresses of an operation with things out of reach: all of them, and those within the asker's own board."""
    yield played.path
    if "partnership_id" in played.path and len(played.path) > 1:
        yield {**played.path, "partnership_id": own}


def pairs(services, told, own):
    """Requests for what is out of reach, each with its twin for what is not there, and the ids of both by name."""
    for operation in OPERATIONS:
        hidden = [name for name in operation.path_parameters if name not in OPEN]
        if operation.right is None or not hidden:
            continue
        played = told["played"][operation.name]
        for path in variants(played, own):
            requests, names = [], []
            for is_there in (True, False):
                twin = {}

                def stand_in(text, twin=twin, is_there=is_there):
                    if text == own or text in told["registers"]:
                        return text
                    return twin.setdefault(text, text if is_there else str(uuid4()))

                sent = {
                    name: _person(services, text, is_there=is_there) if name == "person" else _replaced(text, stand_in)
                    for name, text in path.items()
                }
                requests.append(
                    {
                        "method": operation.method,
                        "url": operation.path.format_map(sent),
                        "params": _replaced(dict(played.request.query), stand_in),
                        "json": _replaced(played.request.body, stand_in),
                        "headers": {} if played.request.body is None else {"Idempotency-Key": str(uuid4())},
                    }
                )
                names.append({text: f"<{number}>" for number, text in enumerate([*twin.values(), *sent.values()])})
            yield operation.name, path["partnership_id"] == own if "partnership_id" in path else False, requests, names


def _person(services, reference, *, is_there):
    return reference if is_there else services.vault.reference(uuid4())


def _replaced(value, stand_in):
    match value:
        case str():
            return IDS.sub(lambda found: stand_in(found[0]), value)
        case dict():
            return {name: _replaced(member, stand_in) for name, member in value.items()}
        case list() | tuple():
            return [_replaced(member, stand_in) for member in value]
        case _:
            return value


def test_what_is_out_of_reach_is_refused_as_what_is_not_there(services, told, access: Access, people, monkeypatch):
    council = told["things"]["trust"]
    with TestClient(create_app(services), raise_server_exceptions=False) as client:
        steward = Person(client, people(Scope.STEWARD).key)
        formed = steward.records("/v1/partnerships", name="Our own", kind="neighbourhood-board", happened="2021")
        own = formed["created"]["partnership"][0]
        access.client = client
        roles = (UserRole.OFFICER, UserRole.INFORMATION_GOVERNANCE_OFFICER, UserRole.ADMINISTRATOR)
        askers = [access.holder(role, council, only(own), [council]) for role in roles]
        assert UUID(own)
        unlike, tried = [], 0
        for name, is_own, requests, names in pairs(services, told, own):
            for role, asker in zip(roles, askers, strict=True):
                for request in requests:  # once for what a process learns once
                    AskedOfTheApi(asker, request, monkeypatch)
                hidden, absent = (AskedOfTheApi(asker, request, monkeypatch) for request in requests)
                where = (name, role.value, "own board" if is_own else "elsewhere")
                tried += 1
                if hidden.seen(names[0]) != absent.seen(names[1]):
                    unlike.append((where, hidden.seen(names[0]), absent.seen(names[1])))
                elif hidden.statements != absent.statements:
                    more = [each for each in hidden.statements + absent.statements if each not in absent.statements]
                    unlike.append((where, len(hidden.statements), len(absent.statements), more))
                if hidden.answer.status_code < 400 and not is_own:
                    unlike.append((where, hidden.answer.status_code))
    assert not unlike, f"{len(unlike)} of {tried}:\n" + "\n".join(map(str, unlike))
    assert tried > 100
