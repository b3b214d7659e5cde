"""Deliveries on their way: each is sent at least once, and waits for those of its partition before it, and no other.

One worker at a time sends for a webhook. It takes a turn that ends by itself, so that one that is killed holds up
nothing for long; what it had sent and could not say so is sent again, under the same id.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid5

import msgspec
import psycopg
from msgspec import Struct
from prometheus_client import Counter

from api.access.kept_webhooks import Webhook, WhyStopped, end_if_changed, find_webhook, secrets_of, stop_webhook
from api.http.reached import partnership_of
from api.reading.logged_events import cloud_sequence, cloud_source, cloud_type
from api.runtime.services import Services
from api.webhooks.webhook_owner import NoOwner, OwnersSight
from api.webhooks.webhook_sender import SendOutcome, WebhookSender
from api.webhooks.webhook_signature import signed_headers
from domain.log.event import LogEvent

GIVEN_UP_AFTER: Final = timedelta(days=3)
"""How long a delivery is tried."""
TURN: Final = timedelta(seconds=25)
"""Longer than one try takes: whoever has not gone on by then has died."""
FIRST_PAUSE_S: Final = 10.0
LONGEST_PAUSE_S: Final = 6 * 3600.0
_TRIPLE: Final = 3.0
_JITTER: Final = 0.2
_MEDIA: Final = "application/cloudevents+json"
_TAKEN, _FAILED, _GIVEN_UP, _GONE = "taken", "failed", "given-up", "gone"
_TRIED: Final = Counter(
    "folkmoot_webhook_deliveries_total",
    "Deliveries that this process tried, by outcome: taken, failed (to be tried again), given-up, gone.",
    ("outcome",),
)
for _outcome in (_TAKEN, _FAILED, _GIVEN_UP, _GONE):
    _TRIED.labels(_outcome)  # shown from the start, so that the first of a kind is seen as one more

_TAKE_TURN: Final = """
    UPDATE api.webhook_progress SET turn_until = clock_timestamp() + %(turn)s
    WHERE webhook_id = %(webhook_id)s AND stopped IS NULL
      AND (turn_until IS NULL OR turn_until < clock_timestamp() OR turn_until = %(own)s)
    RETURNING turn_until
"""
_END_TURN: Final = "UPDATE api.webhook_progress SET turn_until = NULL WHERE webhook_id = %s AND turn_until = %s"
_HEADS: Final = """
    WITH RECURSIVE head AS (
        (SELECT partition_id, position, next_try_at FROM api.webhook_delivery
         WHERE webhook_id = %(webhook_id)s AND died_at IS NULL ORDER BY partition_id, position LIMIT 1)
        UNION ALL
        SELECT later.* FROM head, LATERAL (
            SELECT partition_id, position, next_try_at FROM api.webhook_delivery
            WHERE webhook_id = %(webhook_id)s AND died_at IS NULL AND partition_id > head.partition_id
            ORDER BY partition_id, position LIMIT 1) AS later
    )
"""
"""The delivery of each partition that comes first: no other of it may be sent."""
_TAKE: Final = f"""{_HEADS}
    UPDATE api.webhook_delivery SET tries = tries + 1
    FROM (SELECT position FROM head WHERE next_try_at <= clock_timestamp() ORDER BY next_try_at, position LIMIT 1) due
    WHERE webhook_id = %(webhook_id)s AND webhook_delivery.position = due.position
    RETURNING webhook_delivery.position, event_id, tries, put_at < clock_timestamp() - %(given_up_after)s
"""  # noqa: S608 - constants
_NEXT: Final = f"""{_HEADS}
    SELECT min(greatest(next_try_at, turn_until)) FROM head, api.webhook_progress
    WHERE webhook_id = %(webhook_id)s AND stopped IS NULL
"""  # noqa: S608 - constants
_DROP: Final = "DELETE FROM api.webhook_delivery WHERE webhook_id = %s AND position = %s AND tries = %s"
_NOTE_SENT: Final = """
    UPDATE api.webhook_progress SET sent_at = clock_timestamp(), sent_position = %s
    WHERE webhook_id = %s
"""
_NOTE_FAILED: Final = "UPDATE api.webhook_progress SET failed_at = clock_timestamp(), fault = %s WHERE webhook_id = %s"
_PUT_OFF: Final = """
    UPDATE api.webhook_delivery SET fault = %s, next_try_at = clock_timestamp() + %s,
        died_at = CASE WHEN %s THEN clock_timestamp() END
    WHERE webhook_id = %s AND position = %s AND tries = %s
"""


class DeliveredData(Struct, frozen=True, kw_only=True):
    """The record that a delivery tells of: whoever may know more reads it in the log."""

    position: int
    record_id: UUID
    partnership_id: UUID | None


class DeliveredEvent(Struct, frozen=True, kw_only=True):
    """The body of a delivery: a CloudEvent 1.0 without a word of what was recorded, or by whom."""

    specversion: str = "1.0"
    id: UUID
    source: str
    type: str
    subject: UUID | None
    time: datetime
    sequence: str
    datacontenttype: str = "application/json"
    data: DeliveredData


class _Taken(NamedTuple):
    """A delivery whose try begins."""

    position: int
    event_id: UUID
    tries: int
    is_old: bool


def deliver_waiting(
    services: Services, sender: WebhookSender, webhook_id: UUID, go_on: Callable[[], bool] = lambda: True
) -> datetime | None:
    """Send what is due for a webhook, as long as it is to `go_on`; when the next is due, None where nothing waits."""
    log = services.handler.recorder
    turn: datetime | None = None
    while go_on():
        with log.connections.borrow() as connection:
            parameters = {"webhook_id": webhook_id, "turn": TURN, "own": turn}
            row = connection.execute(_TAKE_TURN, parameters).fetchone()
            if row is None:
                turn = None
                break
            turn = row[0]
            if end_if_changed(connection, services.vault, webhook_id):
                break
            webhook = find_webhook(connection, webhook_id)
            due = connection.execute(_TAKE, {"webhook_id": webhook_id, "given_up_after": GIVEN_UP_AFTER}).fetchone()
        if webhook is None or due is None:
            break
        _try(services, sender, webhook, _Taken(*due))
    with log.connections.borrow() as connection:
        if turn is not None:
            connection.execute(_END_TURN, (webhook_id, turn))
        return next_due(connection, webhook_id)


def next_due(connection: psycopg.Connection[Any], webhook_id: UUID) -> datetime | None:
    """When the next delivery of a webhook is due; None where none waits, or it is stopped."""
    row = connection.execute(_NEXT, {"webhook_id": webhook_id}).fetchone()
    return None if row is None else row[0]


def message_id(webhook_id: UUID, event_id: UUID) -> str:
    """The id of a message, the same however often it is sent, also by a replay."""
    return f"msg_{uuid5(webhook_id, str(event_id)).hex}"


def pause_s(tries: int, wait_s: float = 0.0) -> float:
    """The pause after so many tries: each three times as long as the last, up to six hours, and a fifth by chance.

    `wait_s` is how long the receiver asked to be left alone: it is never asked again sooner.
    """
    pause = min(FIRST_PAUSE_S * _TRIPLE ** (tries - 1), LONGEST_PAUSE_S)
    return max(pause, wait_s) * random.uniform(1.0, 1.0 + _JITTER)  # noqa: S311 - so that not all come at once


def _try(services: Services, sender: WebhookSender, webhook: Webhook, delivery: _Taken) -> None:
    log, vault = services.handler.recorder, services.vault
    event = next((each for each in log.at([delivery.position]) if each.event_id == delivery.event_id), None)
    try:
        sight = OwnersSight(services, webhook.account_id)
    except NoOwner:
        with log.connections.borrow() as connection:
            stop_webhook(connection, vault, webhook.webhook_id, WhyStopped.OWNER_GONE)
        return
    if event is None or not sight.covers(event, partnership_of(event)):
        with log.connections.borrow() as connection:
            connection.execute(_DROP, (webhook.webhook_id, delivery.position, delivery.tries))
        return
    body = msgspec.json.encode(_told(log.head().log_id, event))
    with log.connections.borrow() as connection:
        keys = secrets_of(connection, vault, webhook.webhook_id)
    sent_at = int(services.now().timestamp())
    signed = signed_headers(message_id(webhook.webhook_id, event.event_id), sent_at, body, keys)
    _note(services, webhook, delivery, sender.send(webhook.url, {"Content-Type": _MEDIA, **signed}, body))


def _told(log_id: UUID, event: LogEvent) -> DeliveredEvent:
    assert event.position is not None and event.recorded_at is not None  # noqa: S101, PT018 - it was read from the log
    partnership_id = partnership_of(event)
    return DeliveredEvent(
        id=event.event_id,
        source=cloud_source(log_id),
        type=cloud_type(event.type),
        subject=partnership_id,
        time=event.recorded_at,
        sequence=cloud_sequence(event.position),
        data=DeliveredData(position=event.position, record_id=event.event_id, partnership_id=partnership_id),
    )


def _note(services: Services, webhook: Webhook, delivery: _Taken, outcome: SendOutcome) -> None:
    """Note how a try went; where that cannot be noted it was in vain, and is made again."""
    webhook_id, of_this = webhook.webhook_id, (webhook.webhook_id, delivery.position, delivery.tries)
    _TRIED.labels(_named(outcome, delivery)).inc()
    with services.handler.recorder.transaction() as cursor:
        if outcome.is_taken:
            cursor.execute(_DROP, of_this)
            cursor.execute(_NOTE_SENT, (delivery.position, webhook_id))
        elif outcome.is_gone:
            stop_webhook(cursor.connection, services.vault, webhook_id, WhyStopped.GONE)
        else:
            fault = outcome.fault or f"status-{outcome.status}"
            pause = timedelta(seconds=pause_s(delivery.tries, outcome.wait_s))
            cursor.execute(_PUT_OFF, (fault, pause, delivery.is_old, *of_this))
            cursor.execute(_NOTE_FAILED, (fault, webhook_id))


def _named(outcome: SendOutcome, delivery: _Taken) -> str:
    """The outcome of a try, as it is counted."""
    if outcome.is_taken:
        return _TAKEN
    if outcome.is_gone:
        return _GONE
    return _GIVEN_UP if delivery.is_old else _FAILED
