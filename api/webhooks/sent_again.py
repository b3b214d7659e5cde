"""Sending again for a webhook: after a pause, from an earlier position, or the deliveries that were given up."""

from typing import Any, Final
from uuid import UUID

import psycopg

from api.access.kept_webhooks import Webhook, WhyStopped

_GO_ON: Final = """
    UPDATE api.webhook_progress SET stopped = NULL WHERE webhook_id = %s AND stopped IN ('paused', 'put-back')
"""
_GO_TO: Final = "UPDATE api.webhook_progress SET position = %s, event_id = %s WHERE webhook_id = %s"
_FORGET_STRANGERS: Final = """
    DELETE FROM api.webhook_delivery AS delivery WHERE webhook_id = %s AND NOT EXISTS (
        SELECT FROM log.event WHERE event.position = delivery.position AND event.event_id = delivery.event_id)
"""
_AT_ONCE: Final = """
    UPDATE api.webhook_delivery SET put_at = clock_timestamp(), next_try_at = clock_timestamp(), tries = 0
    WHERE webhook_id = %s AND died_at IS NULL
"""
_REVIVE: Final = """
    UPDATE api.webhook_delivery
    SET put_at = clock_timestamp(), next_try_at = clock_timestamp(), tries = 0, died_at = NULL
    WHERE webhook_id = %s AND position > %s AND died_at IS NOT NULL
"""
_DEAD: Final = """
    SELECT position, event_id, tries, fault, died_at FROM api.webhook_delivery
    WHERE webhook_id = %s AND died_at IS NOT NULL ORDER BY position LIMIT 200
"""


def resume(connection: psycopg.Connection[Any], webhook: Webhook, head: int, event_id: UUID | None) -> None:
    """Go on after a pause, with what waits at once; after the log was put back, from its present end."""
    if webhook.stopped is WhyStopped.PUT_BACK:
        connection.execute(_GO_TO, (head, event_id, webhook.webhook_id))
    connection.execute(_GO_ON, (webhook.webhook_id,))
    connection.execute(_AT_ONCE, (webhook.webhook_id,))


def go_back_to(connection: psycopg.Connection[Any], webhook_id: UUID, position: int, event_id: UUID | None) -> None:
    """Put all that came after a position once more, as far as it does not wait already."""
    forget_strangers(connection, webhook_id)
    connection.execute(_GO_TO, (position, event_id, webhook_id))
    connection.execute(_GO_ON, (webhook_id,))


def forget_strangers(connection: psycopg.Connection[Any], webhook_id: UUID) -> None:
    """Drop the deliveries of events that are no longer on record after a restore.

    Others come to stand at their positions, and are to be put there.
    """
    connection.execute(_FORGET_STRANGERS, (webhook_id,))


def revive_dead(connection: psycopg.Connection[Any], webhook_id: UUID, after: int) -> None:
    """Try again what was given up after a position."""
    connection.execute(_REVIVE, (webhook_id, after))


def dead_letters(connection: psycopg.Connection[Any], webhook_id: UUID) -> list[tuple[Any, ...]]:
    """The first deliveries that were given up: position, event, tries, fault, when."""
    return connection.execute(_DEAD, (webhook_id,)).fetchall()
