"""The sending for webhooks as work in the background, and what puts it there: the log grows, or a pause is over."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from math import ceil
from typing import Any, Final
from uuid import UUID

import psycopg
import structlog

from api.access.kept_webhooks import webhooks_under_way
from api.queue.put_task import put
from api.queue.queued_task import Attempt, QueuedTask, TaskQueue
from api.runtime.services import Services
from api.webhooks.deliveries import deliver_waiting, next_due
from api.webhooks.put_deliveries import put_deliveries
from api.webhooks.webhook_sender import WebhookSender
from domain.errors import FolkmootError

_AT_A_STRETCH_S: Final = 20.0
"""How long is sent for one webhook before others have their turn."""
_TOGETHER_S: Final = 5
"""What is due within so many seconds is sent at once."""
_LOOK_S: Final = 30.0
_ENDING_S: Final = 10.0
_logger = structlog.get_logger(__name__)


def deliver(attempt: Attempt, *, webhook_id: UUID, at: int) -> None:
    """Send what is due for a webhook, and put the next sending there for when it is due."""
    del at  # when it was due, so that what is due at another time is other work
    services, began_s = attempt.services, time.monotonic()
    sender = _sender(services.webhook_hosts)

    def go_on() -> bool:
        return time.monotonic() - began_s < _AT_A_STRETCH_S and not attempt.is_stopped()

    deliver_waiting(services, sender, webhook_id, go_on)
    put_deliveries(services, webhook_id)
    with services.handler.recorder.transaction() as cursor:
        put_when_due(cursor.connection, webhook_id)


DELIVER: Final = QueuedTask(
    name="deliver-to-webhook", does=deliver, queue=TaskQueue.OUTWARD, once_for=("webhook_id", "at")
)


def put_when_due(connection: psycopg.Connection[Any], webhook_id: UUID) -> None:
    """Put the sending there for when the next delivery of a webhook is due; nothing where none waits."""
    due_at = next_due(connection, webhook_id)
    if due_at is None:
        return
    if due_at <= datetime.now(UTC):
        put(connection, DELIVER, webhook_id=webhook_id, at=0)
        return
    at = ceil(due_at.timestamp() / _TOGETHER_S) * _TOGETHER_S
    put(connection, DELIVER, webhook_id=webhook_id, at=at, not_before=datetime.fromtimestamp(at, UTC))


def follow_for_webhooks(services: Services) -> None:
    """Put the deliveries of every webhook for what was recorded since, and see that what is due is sent."""
    log = services.handler.recorder
    with log.connections.borrow() as connection:
        webhook_ids = webhooks_under_way(connection)
    for webhook_id in webhook_ids:
        put_deliveries(services, webhook_id)
        with log.transaction() as cursor:
            put_when_due(cursor.connection, webhook_id)


@contextmanager
def following_for_webhooks(services: Services) -> Iterator[None]:
    """Follow the log for webhooks in a thread, for as long as the block runs."""
    news, over = threading.Event(), threading.Event()

    def follow() -> None:
        while not over.is_set():
            news.clear()
            try:
                follow_for_webhooks(services)
            except (FolkmootError, psycopg.Error) as error:  # it is made up for: positions stand in the database
                _logger.warning("webhooks_not_followed", error=type(error).__name__)
            news.wait(_LOOK_S)

    thread = threading.Thread(target=follow, name="webhooks", daemon=True)
    services.watch.add(news.set)
    thread.start()
    try:
        yield
    finally:
        services.watch.remove(news.set)
        over.set()
        news.set()
        thread.join(_ENDING_S)


@cache
def _sender(inside_hosts: frozenset[str]) -> WebhookSender:
    return WebhookSender(inside_hosts)
