"""How the sending for webhooks stands: how many are under way, what waits or was given up, and how late the last is."""

from typing import Any, Final

import psycopg
from msgspec import Struct

UNDER_WAY: Final = "under-way"
_STANDING: Final = """
    SELECT coalesce(progress.stopped, %s), count(*), sum(told.waiting)::bigint, sum(told.dead)::bigint,
        coalesce(extract(epoch FROM max(clock_timestamp() - event.recorded_at)
            FILTER (WHERE progress.stopped IS NULL)), 0)::float
    FROM api.webhook_progress AS progress
    CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE died_at IS NULL) AS waiting, count(died_at) AS dead,
            min(position) FILTER (WHERE died_at IS NULL) AS first_position
        FROM api.webhook_delivery WHERE webhook_delivery.webhook_id = progress.webhook_id) AS told
    LEFT JOIN log.event AS event ON event.position = least(told.first_position, progress.position + 1)
    GROUP BY 1 ORDER BY 1
"""


class WebhookCount(Struct, frozen=True, kw_only=True):
    """The webhooks in one state, which is `under-way` or why they stopped, with their deliveries.

    `lag_s` is for how many seconds the oldest event is on record that one of those under way still has to be told of.
    """

    state: str
    webhooks: int
    waiting: int
    given_up: int
    lag_s: float


def standing_deliveries(connection: psycopg.Connection[Any]) -> list[WebhookCount]:
    """Count the webhooks in each state, and their deliveries."""
    return [
        WebhookCount(state=state, webhooks=webhooks, waiting=waiting, given_up=given_up, lag_s=lag_s)
        for state, webhooks, waiting, given_up, lag_s in connection.execute(_STANDING, (UNDER_WAY,)).fetchall()
    ]
