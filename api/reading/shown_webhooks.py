"""Webhooks as they are shown: what each is told of, how far it has come, and how its deliveries go."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from api.access.kept_webhooks import Webhook, WhyStopped


class WebhookEntry(Struct, frozen=True, kw_only=True):
    """A webhook as listed: what it is told of, how far it has come, and how deliveries go."""

    webhook_id: Annotated[UUID, Meta(description="The webhook")]
    name: Annotated[str, Meta(description="What it is for")]
    url: Annotated[str, Meta(description="Where it is sent")]
    event_types: Annotated[tuple[str, ...], Meta(description="The types of event that it is told of; none for all")]
    partnerships: Annotated[tuple[UUID, ...], Meta(description="The partnerships that it is told of; none for all")]
    made_at: Annotated[datetime, Meta(description="When it was made")]
    ended_at: Annotated[datetime | None, Meta(description="When it ended; null while it has not")]
    stopped: Annotated[
        WhyStopped | None,
        Meta(
            description="Why nothing is sent: paused; the log was put back from a backup; the receiver wants no more "
            "(410); its owner may no longer; or ended. Null while it is sent"
        ),
    ]
    position: Annotated[int, Meta(description="How far the log has been looked through for it")]
    waiting: Annotated[int, Meta(description="How many deliveries wait")]
    dead: Annotated[int, Meta(description="How many were given up after three days")]
    sent_at: Annotated[datetime | None, Meta(description="When the receiver took something last")]
    sent_position: Annotated[int | None, Meta(description="The position of that")]
    failed_at: Annotated[datetime | None, Meta(description="When a delivery failed last")]
    fault: Annotated[str | None, Meta(description="How: `status-500` by the receiver, else one of our codes")]


class WebhookEntries(Struct, frozen=True, kw_only=True):
    """The webhooks of an account, oldest first."""

    data: Annotated[tuple[WebhookEntry, ...], Meta(description="Every webhook that was made, oldest first")]


class MadeWebhook(Struct, frozen=True, kw_only=True):
    """A webhook that was made, or has a new secret, which is shown this once."""

    secret: Annotated[
        str | None, Meta(description="The secret that receivers verify with; null where it was shown before")
    ]
    entry: Annotated[WebhookEntry, Meta(description="The webhook")]


class DeadLetter(Struct, frozen=True, kw_only=True):
    """A delivery that was given up: which event, and how the last try failed."""

    position: Annotated[int, Meta(description="Where the event stands in the log")]
    record_id: Annotated[UUID, Meta(description="The event")]
    tries: Annotated[int, Meta(description="How often it was tried")]
    fault: Annotated[str | None, Meta(description="How the last try failed")]
    died_at: Annotated[datetime, Meta(description="When it was given up")]


class DeadLetters(Struct, frozen=True, kw_only=True):
    """The first deliveries that were given up, in the order of the log."""

    data: Annotated[tuple[DeadLetter, ...], Meta(description="Up to 200 of them")]


def webhook_entry(webhook: Webhook) -> WebhookEntry:
    """A webhook as it is shown."""
    return WebhookEntry(
        webhook_id=webhook.webhook_id,
        name=webhook.name,
        url=webhook.url,
        event_types=tuple(sorted(webhook.event_types)),
        partnerships=tuple(sorted(webhook.partnership_ids)),
        made_at=webhook.made_at,
        ended_at=webhook.ended_at,
        stopped=webhook.stopped,
        position=webhook.position,
        waiting=webhook.waiting,
        dead=webhook.dead,
        sent_at=webhook.sent_at,
        sent_position=webhook.sent_position,
        failed_at=webhook.failed_at,
        fault=webhook.fault,
    )
