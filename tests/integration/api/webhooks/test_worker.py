"""The worker: it sends within moments of what is recorded, and again what one that was killed may not have sent."""

import base64
import os
import secrets
import signal
import subprocess
import sys
from contextlib import contextmanager
from itertools import pairwise

import pytest

from api.all_tasks import ALL_TASKS
from api.queue.worker import do_waiting
from api.webhooks.webhook_tasks import follow_for_webhooks
from domain.vault import WrappingKey
from tests.integration.api.webhooks.conftest import HOSTS, met
from tests.support.log_events import eventually

SECRET = secrets.token_bytes(32)


@pytest.fixture
def wrapping_key():
    return WrappingKey(SECRET)


@contextmanager
def working(dsn, **others):
    """A worker, until it is ended by the block or at its end; `announced` is what it said by then."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")}
    settings = {
        "DATABASE_URL": dsn,
        "FOLKMOOT_WRAPPING_KEY": base64.b64encode(SECRET).decode(),
        "FOLKMOOT_WEBHOOK_HOSTS": " ".join(HOSTS),
        **others,
    }
    command = [sys.executable, "-m", "scripts.cli", "work"]
    process = subprocess.Popen(
        command, env=ours | settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    process.announced = []
    try:
        for line in process.stdout:
            process.announced.append(line)
            if line.startswith("Working"):
                break
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)


def test_work_that_is_put_is_done_and_what_failed_is_put_for_later(hook, inbox, neighbourhood, services):
    webhook = hook()
    positions = met(neighbourhood)
    follow_for_webhooks(services)
    do_waiting(services, ALL_TASKS)
    assert inbox.positions() == positions
    inbox.does("500")
    met(neighbourhood)
    follow_for_webhooks(services)
    do_waiting(services, ALL_TASKS)
    assert len(inbox.taken) == len(positions) + 1
    do_waiting(services, ALL_TASKS)
    assert len(inbox.taken) == len(positions) + 1, "its pause is not over"
    assert webhook.kept.waiting == len(positions)


def test_a_worker_sends_within_moments_and_another_after_it_was_killed_loses_and_reorders_nothing(
    hook, inbox, neighbourhood, other_board, database_url
):
    hook()
    with working(database_url) as worker:
        first = met(neighbourhood)
        eventually(lambda: inbox.positions() == first, within_s=20)
        inbox.does("slow")
        second = met(neighbourhood) + met(other_board)
        eventually(lambda: len(inbox.taken) > len(first))
        worker.kill()
    inbox.does("200")
    third = met(other_board)
    with working(database_url) as worker:
        eventually(lambda: {*first, *second, *third} <= {*inbox.positions()}, within_s=90)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(30) == 0
    for board in (neighbourhood, other_board):
        came = inbox.positions(board.partnership)
        assert [each for index, each in enumerate(came) if each not in came[:index]] == sorted({*came})
        assert all(later >= sooner for sooner, later in pairwise(came))
    again = len(inbox.positions()) - len({*inbox.positions()})
    assert again == 1, "what the killed one was at is sent again, and nothing else"
