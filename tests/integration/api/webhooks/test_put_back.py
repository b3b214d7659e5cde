"""Webhooks through a backup, a wipe and a restore, by real processes: nothing is lost, and nothing leaps ahead."""

import base64
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest
from starlette.testclient import TestClient

from api.access.kept_webhooks import WhyStopped, find_webhook
from api.app import create_app
from api.runtime.services import connected
from tests.acceptance.scripts.test_privileges import database
from tests.integration.api.webhooks.conftest import HOSTS, met
from tests.integration.api.webhooks.test_worker import SECRET, working, wrapping_key
from tests.support.log_events import eventually

__all__ = ["wrapping_key"]


@pytest.fixture
def empty(server):
    """The address of a database with nothing in it."""
    with database(server) as dsn:
        yield dsn


def folkmoot(dsn, *words):
    """Run a command over a database, as its owner."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")}
    settings = {"DATABASE_URL": dsn, "FOLKMOOT_WRAPPING_KEY": base64.b64encode(SECRET).decode()}
    command = [sys.executable, "-m", "scripts.cli", *map(str, words)]
    outcome = subprocess.run(command, env=ours | settings, capture_output=True, text=True, check=False, timeout=120)
    assert outcome.returncode == 0, outcome.stderr


@contextmanager
def put_back(dsn, wrapping_key, *boards):
    """The same boards over what was put back: who records there has the keys that they had."""
    with connected(dsn, [wrapping_key], threads=4, webhook_hosts=HOSTS) as services:
        client = TestClient(create_app(services))
        yield [replace(board, officer=replace(board.officer, client=client)) for board in boards], client


def webhook_in(dsn, webhook_id):
    with psycopg.connect(dsn) as connection:
        return find_webhook(connection, webhook_id)


def head_of(dsn):
    with psycopg.connect(dsn) as connection:
        return connection.execute("SELECT max(position) FROM log.event").fetchone()[0]


def sent(inbox, subject):
    """The ids of a partnership's events in the order in which they were sent first."""
    events = [json.loads(each["body"]) for each in inbox.taken]
    return list(dict.fromkeys(each["id"] for each in events if each["subject"] == subject))


def recorded(dsn, subject, after):
    """The ids of a partnership's events after a position, in order."""
    query = "SELECT event_id::text FROM log.event WHERE partition_id = %s AND position > %s ORDER BY position"
    with psycopg.connect(dsn) as connection:
        return [event_id for (event_id,) in connection.execute(query, (subject, after)).fetchall()]


def test_what_waited_and_what_is_recorded_after_a_restore_is_sent_at_least_once_and_in_order(
    hook, inbox, neighbourhood, other_board, database_url, empty, wrapping_key, tmp_path
):
    webhook = hook()
    began = head_of(database_url)
    boards = (neighbourhood, other_board)
    with working(database_url):
        told = met(neighbourhood)
        eventually(lambda: inbox.positions() == told)
        inbox.does("200", **{other_board.partnership: "500"})
        waits = met(other_board) + met(neighbourhood)
        eventually(lambda: len(inbox.positions()) > len(told) + 1)
    folkmoot(database_url, "backup", tmp_path / "taken")
    with working(database_url):  # what is recorded and sent after the backup is lost with the disk
        lost = met(neighbourhood)
        eventually(lambda: {*lost} <= {*inbox.positions()})
    came = len(inbox.taken)
    inbox.does("200")

    folkmoot(empty, "restore", tmp_path / "taken")
    kept = webhook_in(empty, webhook.webhook_id)
    assert max(kept.position, kept.sent_position) <= head_of(empty) == waits[-1]
    with put_back(empty, wrapping_key, *boards) as (again, _), working(empty):
        met(again[1])
        met(again[0])
        eventually(
            lambda: all(
                {*recorded(empty, each.partnership, began)} <= {*sent(inbox, each.partnership)} for each in boards
            ),
            within_s=90,
        )
        eventually(lambda: webhook_in(empty, webhook.webhook_id).waiting == 0)
    for board in boards:
        on_record = recorded(empty, board.partnership, began)
        assert [each for each in sent(inbox, board.partnership) if each in on_record] == on_record
    assert len(inbox.taken) > came
    assert webhook_in(empty, webhook.webhook_id).sent_position <= head_of(empty)


def test_a_webhook_that_had_come_further_than_the_record_stops_until_its_owner_says_to_go_on(
    hook, inbox, neighbourhood, owner, database_url, empty, wrapping_key, tmp_path
):
    webhook = hook()
    folkmoot(database_url, "backup", tmp_path / "before")
    with working(database_url):
        told = met(neighbourhood)
        eventually(lambda: inbox.positions() == told)
        inbox.does("500")
        met(neighbourhood)
        eventually(lambda: len(inbox.taken) > len(told))
    folkmoot(database_url, "backup", tmp_path / "after")
    inbox.does("200")
    came = len(inbox.taken)

    folkmoot(empty, "restore", tmp_path / "before", "--installation", tmp_path / "after")
    assert webhook_in(empty, webhook.webhook_id).position > head_of(empty)
    with put_back(empty, wrapping_key, neighbourhood) as ((board,), client), working(empty):
        eventually(lambda: webhook_in(empty, webhook.webhook_id).stopped is WhyStopped.PUT_BACK)
        met(board)
        head = head_of(empty)
        assert len(inbox.taken) == came, "of events that are no longer on record nothing is sent"
        answer = replace(owner, client=client).post(f"/v1/me/webhooks/{webhook.webhook_id}/resumptions", {})
        assert answer.status_code == 201, answer.text
        assert webhook_in(empty, webhook.webhook_id).position == head
        positions = met(board)
        eventually(lambda: inbox.positions()[came:] == positions, within_s=60)
    assert webhook_in(empty, webhook.webhook_id).sent_position == positions[-1] == head_of(empty)
