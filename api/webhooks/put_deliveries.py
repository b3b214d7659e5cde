"""Deliveries are put for what was recorded since a webhook's own position: derived from the log, nothing is forgotten.

Position and deliveries are written in one transaction, with the work of sending them.
"""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from api.access.kept_webhooks import Webhook, WhyStopped, end_if_changed, find_webhook, stop_webhook
from api.http.reached import partnership_of
from api.runtime.services import Services
from api.webhooks.sent_again import forget_strangers
from api.webhooks.webhook_owner import NoOwner, OwnersSight
from domain.log.event import LogEvent
from domain.log.query import EVERYTHING

_PAGE: Final = 500
_MOST_WAITING: Final = 10_000
"""As many may wait for one webhook; the rest is put once some of it is sent."""
_HOLD: Final = "SELECT event_id FROM api.webhook_progress WHERE webhook_id = %s AND stopped IS NULL FOR UPDATE"
_PUT: Final = """
    INSERT INTO api.webhook_delivery (webhook_id, position, partition_id, event_id) VALUES (%s, %s, %s, %s)
    ON CONFLICT (webhook_id, position) DO NOTHING
"""
_ADVANCE: Final = "UPDATE api.webhook_progress SET position = %s, event_id = %s WHERE webhook_id = %s"


def put_deliveries(services: Services, webhook_id: UUID) -> int:
    """Put the deliveries of one webhook for what was recorded since its position, page by page; how many were put."""
    in_all = 0
    while (count := _put_page(services, webhook_id)) is not None:
        in_all += count
    return in_all


def _put_page(services: Services, webhook_id: UUID) -> int | None:
    """Put those of the next page of the log; None where there is none, or nothing may be put."""
    log = services.handler.recorder
    with log.transaction() as cursor:
        row = cursor.execute(_HOLD, (webhook_id,)).fetchone()
        webhook = find_webhook(cursor.connection, webhook_id) if row else None
        if row is None or webhook is None or webhook.waiting >= _MOST_WAITING:
            return None
        head = log.head().position
        stands = _stands(services, webhook.position, row[0])
        if (stands and head == webhook.position) or end_if_changed(cursor.connection, services.vault, webhook_id):
            return None
        if not stands:
            stop_webhook(cursor.connection, services.vault, webhook_id, WhyStopped.PUT_BACK)
            forget_strangers(cursor.connection, webhook_id)
            return None
        events = log.selected(EVERYTHING, after=webhook.position, upto=head, limit=_PAGE)
        if not events:
            return None
        deliveries = _told_of(services, webhook, events)
        if deliveries is None:
            stop_webhook(cursor.connection, services.vault, webhook_id, WhyStopped.OWNER_GONE)
            return None
        cursor.executemany(_PUT, [(webhook_id, each.position, each.partition_id, each.event_id) for each in deliveries])
        cursor.execute(_ADVANCE, (events[-1].position, events[-1].event_id, webhook_id))
        return len(deliveries)


def _stands(services: Services, position: int, event_id: UUID | None) -> bool:
    """The event at a position is still the one that was there: the log was not put back from a backup."""
    return [each.event_id for each in services.handler.recorder.at([position])] == ([event_id] if event_id else [])


def _told_of(services: Services, webhook: Webhook, events: Sequence[LogEvent]) -> list[LogEvent] | None:
    """The events that a webhook is told of; None where nobody is behind it any more."""
    try:
        sight = OwnersSight(services, webhook.account_id)
    except NoOwner:
        return None
    return [event for event in events if is_asked_for(webhook, event) and sight.covers(event, partnership_of(event))]


def is_asked_for(webhook: Webhook, event: LogEvent) -> bool:
    """The event is of a type and a partnership that a webhook is told of."""
    of_type = not webhook.event_types or event.type in webhook.event_types
    return of_type and (not webhook.partnership_ids or event.partition_id in webhook.partnership_ids)
