"""The story of the examples, played once over a fresh database: something of everything, at its addresses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import psycopg
from starlette.testclient import TestClient

from api.access.keys import Scope, create_key
from api.all_tasks import ALL_TASKS
from api.app import create_app
from api.examples.story import GivenAnswer, PlayedExample, SentRequest, play
from api.limits.allowances import Allowances
from api.queue.worker import do_waiting
from api.resources import described
from api.runtime.services import Services, connected
from domain.vault import WrappingKey
from tests.support.stored_stage import staged


@dataclass
class ToldStory:
    """A service over one database, and what was told to it: each example that was played, by its operation."""

    dsn: str
    services: Services
    client: TestClient
    examples: dict[str, PlayedExample] = field(default_factory=dict)
    answers: list[PlayedExample] = field(default_factory=list)

    def key(self, scope: Scope, party: object = None, account_id: UUID | None = None) -> str:
        """A new key."""
        party_id = None if party is None else UUID(str(party))
        with psycopg.connect(self.dsn) as connection:
            return create_key(
                connection,
                name="for a test",
                scope=scope,
                party_id=party_id,
                account_id=account_id,
                vault=self.services.vault,
            )

    def tell(self, said: Callable[[SentRequest], Any] | None = None) -> dict[str, Any]:
        """Play the story, the bodies of its requests put as `said` puts them; give the things that it began."""
        things: dict[str, Any] = {}
        keys = {"steward": self.key(Scope.STEWARD)}
        things["steward_key"] = str(UUID(keys["steward"].split("_")[1]))

        def send(request: SentRequest) -> GivenAnswer:
            if f"key_of_{request.speaker}" in things:
                keys[request.speaker] = things[f"key_of_{request.speaker}"]
            if request.speaker not in keys:
                keys[request.speaker] = self.key(
                    Scope.RECORD, things["council" if request.speaker == "officer" else "group"]
                )
            headers = {"Authorization": f"Bearer {keys[request.speaker]}", **request.headers}
            body = request.body if said is None else said(request)
            answer = self.client.request(request.method, request.path, params=request.query, headers=headers, json=body)
            assert answer.status_code < 400, (request, answer.text)
            is_json = answer.headers["Content-Type"].partition(";")[0].endswith("json")
            return GivenAnswer(answer.status_code, dict(answer.headers), answer.json() if is_json else answer.text)

        before = {
            "list-stored-projections": self.rebuild,
            "read-job": lambda: do_waiting(self.services, ALL_TASKS),
        }
        for played in play(send, described(), things, before):
            self.answers.append(played)
            if said is None and played.example.is_shown:
                self.examples[played.example.operation] = played
        return things

    def rebuild(self) -> None:
        """Make every stored projection."""
        with staged(self.dsn) as stage:
            stage.rebuild()


@contextmanager
def a_service(dsn: str) -> Iterator[ToldStory]:
    """A service over a database, to which stories can be told."""
    with (
        connected(dsn, [WrappingKey.generate()], threads=4, allowances=Allowances(stream_s=0)) as services,
        TestClient(create_app(services), raise_server_exceptions=False) as client,
    ):
        yield ToldStory(dsn=dsn, services=services, client=client)
