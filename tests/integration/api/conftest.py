"""A Folkmoot over a fresh database, with people to speak to it: an officer, a resident and a steward."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

import psycopg
import pytest
from starlette.testclient import TestClient

from api.access.keys import Scope, create_key
from api.app import create_app
from api.limits.allowances import Allowances
from api.runtime.services import Services, connected
from domain.vault import WrappingKey
from tests.integration.api.test_a_meeting import meeting
from tests.support.stored_stage import staged
from tests.support.working_thread import working


@pytest.fixture
def wrapping_key() -> WrappingKey:
    return WrappingKey.generate()


@pytest.fixture
def services(database_url, wrapping_key) -> Iterator[Services]:
    with connected(database_url, [wrapping_key], threads=4, allowances=Allowances(stream_s=0)) as opened:
        yield opened


@pytest.fixture
def at_work(services) -> Iterator[None]:
    """A worker that does what is put into the queue."""
    with working(services):
        yield


@dataclass
class Person:
    """Somebody with a key, at a client."""

    client: TestClient
    key: str
    party: UUID | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def post(self, path, body=None, *, idempotency_key=None, headers=None, **more):
        own_headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": idempotency_key or str(uuid4())}
        return self.client.post(path, headers={**own_headers, **(headers or {})}, **({"json": body} | more))

    def get(self, path, headers=None, **parameters):
        own_headers = {"Authorization": f"Bearer {self.key}", **(headers or {})}
        return self.client.get(path, headers=own_headers, params=parameters or None)

    def records(self, path, **body):
        """Record something that must succeed; gives the receipt."""
        answer = self.post(path, body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def reads(self, path, **parameters):
        """Read something that must be there."""
        answer = self.get(path, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
def client(services) -> Iterator[TestClient]:
    with TestClient(create_app(services), raise_server_exceptions=False) as opened:
        yield opened


@pytest.fixture
def people(client, database_url):
    """People with keys of a given scope."""

    def made(scope: Scope, party: str | UUID | None = None, speaks_for=()) -> Person:
        party_id = None if party is None else UUID(str(party))
        with psycopg.connect(database_url) as connection:
            key = create_key(
                connection,
                name="for a test",
                scope=scope,
                party_id=party_id,
                speaks_for=[UUID(str(each)) for each in speaks_for],
            )
        return Person(client, key, party_id)

    return made


@pytest.fixture
def steward(people) -> Person:
    return people(Scope.STEWARD)


@dataclass
class Neighbourhood:
    """A partnership with a council and a residents' group at the table."""

    path: str
    partnership: str
    residents_at_large: str
    council: str
    group: str
    officer: Person
    resident: Person


@pytest.fixture
def neighbourhood(steward, people) -> Neighbourhood:
    council = steward.records("/v1/parties", name="Ambleford Council", kind="unitary", happened="2020")
    group = steward.records(
        "/v1/parties", name="Mill Lane Residents", kind="tenants-residents-association", happened="2020"
    )
    council_id, group_id = council["created"]["party"][0], group["created"]["party"][0]
    formed = steward.records(
        "/v1/partnerships",
        name="Mill Lane Board",
        kind="neighbourhood-board",
        happened="2021-01-01",
        members=[
            {"party": council_id, "role": "member", "voting": True},
            {"party": group_id, "role": "member", "voting": True},
        ],
    )
    partnership = formed["created"]["partnership"][0]
    details = steward.reads(f"/v1/partnerships/{partnership}")["details"]
    return Neighbourhood(
        path=f"/v1/partnerships/{partnership}",
        partnership=partnership,
        residents_at_large=details["residents"]["party_id"],
        council=council_id,
        group=group_id,
        officer=people(Scope.RECORD, council_id),
        resident=people(Scope.RECORD, group_id),
    )


@pytest.fixture
def boards(steward, neighbourhood) -> list[str]:
    """Two boards with a meeting and a count of ratings each, the same bodies at both."""
    formed = steward.records(
        "/v1/partnerships",
        name="Canal Side Board",
        kind="neighbourhood-board",
        happened="2021-01-01",
        members=[{"party": each, "role": "member"} for each in (neighbourhood.council, neighbourhood.group)],
    )
    partnership = formed["created"]["partnership"][0]
    path = f"/v1/partnerships/{partnership}"
    residents = steward.reads(path)["details"]["residents"]["party_id"]
    other = replace(neighbourhood, path=path, partnership=partnership, residents_at_large=residents)
    for board in (neighbourhood, other):
        board.officer.records(f"{board.path}/interactions", **meeting(board))
        pulse = {"about": board.council, "rater_side": "residents", "counts": [0, 1, 2, 3, 1]}
        board.resident.records(f"{board.path}/pulses", **pulse)
    return sorted([neighbourhood.partnership, partnership])


@pytest.fixture
def built(database_url, boards):
    """Build every stored projection once, after a meeting of each board."""
    assert boards
    with staged(database_url) as stage:
        stage.rebuild()
        yield stage
