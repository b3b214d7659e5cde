"""Two boards, a steward whose webhook it is, and a receiver of what is sent, in a process of its own."""

import json
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import psycopg
import pytest
from standardwebhooks import Webhook as Verifier

from api.access.kept_webhooks import find_webhook
from api.access.user_roles import UserRole
from api.limits.allowances import Allowances
from api.runtime.services import connected
from api.webhooks.deliveries import deliver_waiting
from api.webhooks.put_deliveries import put_deliveries
from api.webhooks.webhook_sender import WebhookSender
from tests.integration.api.conftest import Neighbourhood, Person
from tests.integration.api.test_a_meeting import meeting
from tests.integration.api.test_roles import access  # noqa: F401 - a fixture
from tests.support.webhook_receiver import receiver

HOSTS = frozenset({"127.0.0.1"})


@pytest.fixture
def services(database_url, wrapping_key):
    with connected(
        database_url, [wrapping_key], threads=4, webhook_hosts=HOSTS, allowances=Allowances(stream_s=0)
    ) as opened:
        yield opened


@pytest.fixture
def inbox(tmp_path):
    with receiver(tmp_path / "inbox") as started:
        yield started


@pytest.fixture
def owner(access) -> Person:  # noqa: F811 - the fixture
    return access.holder(UserRole.STEWARD)


@dataclass
class Hook:
    """A webhook of the owner's, and the work of sending for it done in the foreground."""

    owner: Person
    services: Any
    dsn: str
    webhook_id: Any
    secret: str
    sender: WebhookSender

    def sends(self):
        """Put what was recorded since, and send what is due; when the next is due."""
        put_deliveries(self.services, self.webhook_id)
        return deliver_waiting(self.services, self.sender, self.webhook_id)

    def hurries(self, **interval):
        """Let time pass for what waits, or all that is due in an hour or so be due."""
        with psycopg.connect(self.dsn) as connection:
            connection.execute("UPDATE api.webhook_delivery SET next_try_at = clock_timestamp()")
            if interval:
                ((unit, count),) = interval.items()
                connection.execute(
                    f"UPDATE api.webhook_delivery SET put_at = put_at - interval '{count} {unit}'"  # noqa: S608
                )

    def asks(self, act, **body):
        """Do something to it by the API."""
        answer = self.owner.post(f"/v1/me/webhooks/{self.webhook_id}/{act}", body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    @property
    def kept(self):
        """It as it is kept."""
        with psycopg.connect(self.dsn) as connection:
            return find_webhook(connection, self.webhook_id)

    def verified(self, request):
        """The body of a request, verified by the library of Standard Webhooks."""
        return Verifier(self.secret).verify(request["body"], request["headers"])


@pytest.fixture
def hook(services, database_url, owner, inbox, neighbourhood):  # noqa: ARG001 - its records come first
    def make(person=owner, **body):
        answer = person.post("/v1/me/webhooks", {"name": "a test", "url": inbox.url, **body})
        assert answer.status_code == 201, answer.text
        made = answer.json()
        sender = WebhookSender(HOSTS, altogether_s=1.5)
        return Hook(person, services, database_url, UUID(made["entry"]["webhook_id"]), made["secret"], sender)

    return make


@pytest.fixture
def other_board(steward, neighbourhood, people) -> Neighbourhood:  # noqa: ARG001 - the fixture
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
    return replace(neighbourhood, path=path, partnership=partnership, residents_at_large=residents)


def met(board) -> list[int]:
    """Record a meeting; the positions of its events."""
    receipt = board.officer.records(f"{board.path}/interactions", **meeting(board))
    return [each["position"] for each in receipt["events"]]


def body_of(request):
    return json.loads(request["body"])
