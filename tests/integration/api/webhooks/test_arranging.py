"""Webhooks are made, seen and changed by whoever they belong to; their secrets are shown once and kept wrapped."""

import json
from base64 import b64decode
from uuid import uuid4

import psycopg
import pytest

from api.access.kept_webhooks import rewrap_secrets, secrets_of
from api.access.keys import Scope
from api.access.tampering import forged_access
from api.access.user_roles import UserRole
from domain.vault import Vault, VaultError, WrappingKey
from tests.integration.api.test_roles import only
from tests.integration.api.webhooks.conftest import met

AT = "/v1/me/webhooks"
OUTSIDE = "https://receiver.example/hook"


def made(person, **body):
    answer = person.post(AT, {"name": "a system", "url": OUTSIDE, **body})
    assert answer.status_code == 201, answer.text
    return answer.json()


def test_it_is_made_once_for_its_key_and_its_secret_shown_that_once(owner):
    key, body = str(uuid4()), {"name": "a system", "url": OUTSIDE}
    first = owner.post(AT, body, idempotency_key=key)
    again = owner.post(AT, body, idempotency_key=key)
    assert (first.status_code, again.status_code) == (201, 200)
    secret = first.json()["secret"]
    assert len(b64decode(secret.removeprefix("whsec_"))) == 32
    assert again.json() == first.json() | {"secret": None}
    assert secret not in owner.get(AT).text
    assert len(owner.reads(AT)["data"]) == 1


def test_every_fault_is_named_at_once_and_nothing_is_made(owner, other_board):
    body = {
        "name": "a system",
        "url": "https://169.254.169.254/latest",
        "event_types": ["no-such-thing"],
        "partnerships": [other_board.partnership, str(uuid4())],
        "after": 10**9,
    }
    answer = owner.post(AT, body)
    assert answer.status_code == 422
    pointers = {(each["pointer"], each["code"]) for each in answer.json()["errors"]}
    assert pointers == {
        ("/url", "not-public"),
        ("/event_types/0", "not-in-list"),
        ("/partnerships/1", "not-in-list"),
        ("/after", "out-of-bounds"),
    }
    assert owner.reads(AT)["data"] == []


def test_a_partnership_beyond_reach_is_refused_like_one_that_is_not_there(access, neighbourhood, other_board):
    steward = access.holder(UserRole.STEWARD, neighbourhood.council, only(neighbourhood.partnership))
    details = []
    for partnership in (other_board.partnership, str(uuid4())):
        answer = steward.post(AT, {"name": "a system", "url": OUTSIDE, "partnerships": [partnership]})
        details.append(answer.json()["errors"])
    assert details[0] == details[1]


@pytest.mark.parametrize(
    "role", [each for each in UserRole if each is not UserRole.STEWARD], ids=lambda role: role.value
)
def test_who_has_not_the_right_makes_and_sees_none(access, neighbourhood, role):
    person = access.holder(role, neighbourhood.council)
    assert person.get(AT).status_code == 403
    assert person.post(AT, {"name": "a system", "url": OUTSIDE}).status_code == 403


def test_neither_a_key_of_no_account_nor_one_that_only_records_makes_any(access, steward, neighbourhood):
    assert steward.post(AT, {"name": "a system", "url": OUTSIDE}).status_code == 409
    recorder = access.holder(UserRole.STEWARD, neighbourhood.council, scope=Scope.RECORD)
    assert recorder.post(AT, {"name": "a system", "url": OUTSIDE}).status_code == 403


def test_nobody_sees_or_changes_that_of_another(access, owner):
    webhook_id = made(owner)["entry"]["webhook_id"]
    other = access.holder(UserRole.STEWARD)
    assert other.reads(AT)["data"] == []
    assert other.get(f"{AT}/{webhook_id}/dead-letters").status_code == 404
    for act in ("pauses", "resumptions", "rotations", "replays", "endings"):
        assert other.post(f"{AT}/{webhook_id}/{act}", {}).status_code == 404


def test_one_that_has_ended_is_listed_and_can_be_changed_no_more(owner, database_url):
    webhook_id = made(owner)["entry"]["webhook_id"]
    key = str(uuid4())
    ended = owner.post(f"{AT}/{webhook_id}/endings", {}, idempotency_key=key)
    assert ended.json()["stopped"] == "ended"
    assert owner.post(f"{AT}/{webhook_id}/endings", {}, idempotency_key=key).status_code == 201
    for act in ("pauses", "resumptions", "rotations", "replays", "endings"):
        assert owner.post(f"{AT}/{webhook_id}/{act}", {}).status_code == 409
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM api.webhook_secret").fetchone() == (0,)


def test_an_account_has_twenty_at_most(owner):
    for _ in range(20):
        webhook_id = made(owner)["entry"]["webhook_id"]
    assert owner.post(AT, {"name": "a system", "url": OUTSIDE}).status_code == 409
    assert owner.post(f"{AT}/{webhook_id}/endings", {}).status_code == 201
    made(owner)


def test_what_is_done_stands_in_the_trail_without_address_or_secret(owner, steward):
    webhook = made(owner)
    trail = steward.get("/v1/trails/accounts")
    acts = [each for each in trail.json()["data"] if each["made"] == webhook["entry"]["webhook_id"]]
    assert [each["act"] for each in acts] == ["make-webhook"]
    assert OUTSIDE not in trail.text
    assert webhook["secret"] not in trail.text


def test_secrets_are_kept_wrapped_and_wrapped_anew_under_another_key(owner, services, wrapping_key, database_url):
    webhook = made(owner)
    secret = b64decode(webhook["secret"].removeprefix("whsec_"))
    newer = WrappingKey.generate()
    with psycopg.connect(database_url) as connection:
        (webhook_id, kept) = connection.execute("SELECT webhook_id, wrapped FROM api.webhook_secret").fetchone()
        assert secret not in kept
        assert rewrap_secrets(connection, Vault(newer, wrapping_key)) == 1
        assert rewrap_secrets(connection, Vault(newer, wrapping_key)) == 0
        assert secrets_of(connection, Vault(newer), webhook_id) == [secret]
        with pytest.raises(VaultError):
            secrets_of(connection, services.vault, webhook_id)


def test_a_row_that_was_changed_by_other_means_is_found(owner, services, database_url):
    webhook_id = made(owner)["entry"]["webhook_id"]
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE api.webhook SET url = 'https://elsewhere.example/'")
        forged = forged_access(connection, services.vault)
    assert f"webhook {webhook_id}" in {each.where for each in forged}


def test_neither_address_nor_secret_nor_answer_is_logged_or_put_into_the_queue(
    hook, inbox, neighbourhood, database_url, capsys
):
    webhook = hook()
    inbox.does("500")
    met(neighbourhood)
    webhook.sends()
    webhook.asks("replays")
    with psycopg.connect(database_url) as connection:
        rows = connection.execute("SELECT args::text, lock, queueing_lock FROM work.procrastinate_jobs").fetchall()
        kept = connection.execute("SELECT fault FROM api.webhook_delivery WHERE fault IS NOT NULL").fetchall()
    assert rows
    printed = capsys.readouterr()
    for where in (printed.out, printed.err, json.dumps(rows), json.dumps(kept)):
        for word in (inbox.url, webhook.secret, "secret"):
            assert word not in where
