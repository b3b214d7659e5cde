"""Webhooks as they are kept: whose each is, where it leads, what it is told of, and the secrets that sign for it.

Their rows are marked as those of keys are: nothing is sent to an address that was put there by other means.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import structlog
from msgspec import Struct

from api.access.row_marks import MarkedTable
from domain.vault import Vault
from domain.vocabulary import CodeList

_COLUMNS: Final = ("webhook_id", "account_id", "name", "url", "event_types", "partnership_ids", "made_at", "ended_at")
WEBHOOKS: Final = MarkedTable(table="webhook", key="webhook_id", columns=_COLUMNS, words="webhook")
_INSERT: Final = """
    INSERT INTO api.webhook (webhook_id, account_id, name, url, event_types, partnership_ids)
    VALUES (%s, %s, %s, %s, %s::text[], %s::uuid[])
"""
_BEGIN: Final = "INSERT INTO api.webhook_progress (webhook_id, position, event_id) VALUES (%s, %s, %s)"
_ALL: Final = f"""
    SELECT {", ".join(f"webhook.{name}" for name in _COLUMNS)}, position, stopped, sent_at, sent_position, failed_at,
        fault,
        (SELECT count(*) FROM api.webhook_delivery d
         WHERE d.webhook_id = webhook.webhook_id AND d.died_at IS NULL),
        (SELECT count(*) FROM api.webhook_delivery d
         WHERE d.webhook_id = webhook.webhook_id AND d.died_at IS NOT NULL)
    FROM api.webhook JOIN api.webhook_progress USING (webhook_id)
"""  # noqa: S608 - constants
_OF_ACCOUNT: Final = f"{_ALL} WHERE account_id = %s ORDER BY made_at, webhook_id"
_ONE: Final = f"{_ALL} WHERE webhook.webhook_id = %s"
_UNDER_WAY: Final = "SELECT webhook_id FROM api.webhook_progress WHERE stopped IS NULL ORDER BY webhook_id"
_END: Final = "UPDATE api.webhook SET ended_at = clock_timestamp() WHERE webhook_id = %s AND ended_at IS NULL"
_STOP: Final = """
    UPDATE api.webhook_progress SET stopped = %s, turn_until = NULL
    WHERE webhook_id = %s AND (stopped IS NULL OR stopped IN ('paused', 'put-back'))
"""
_EMPTY: Final = "DELETE FROM api.webhook_delivery WHERE webhook_id = %s AND died_at IS NULL"
_USE: Final = "webhook"
_ADD: Final = """
    INSERT INTO api.webhook_secret (secret_id, webhook_id, wrapping_key_id, wrapped) VALUES (%s, %s, %s, %s)
"""
_OUTDATE: Final = """
    UPDATE api.webhook_secret SET good_until = clock_timestamp() + %s WHERE webhook_id = %s AND good_until IS NULL
"""
_FORGET: Final = "DELETE FROM api.webhook_secret WHERE webhook_id = %s AND (%s OR good_until < clock_timestamp())"
_GOOD: Final = """
    SELECT secret_id, wrapping_key_id, wrapped FROM api.webhook_secret
    WHERE webhook_id = %s AND (good_until IS NULL OR good_until > clock_timestamp()) ORDER BY made_at DESC
"""
_WRAPPED_OTHERWISE: Final = """
    SELECT secret_id, wrapping_key_id, wrapped FROM api.webhook_secret WHERE wrapping_key_id <> %s FOR UPDATE
"""
_REWRAP: Final = "UPDATE api.webhook_secret SET wrapping_key_id = %s, wrapped = %s WHERE secret_id = %s"

_logger = structlog.get_logger(__name__)


class WhyStopped(CodeList):
    """The reason why nothing is sent: by its owner, because the log was put back from a backup, or for good."""

    PAUSED = "paused"
    PUT_BACK = "put-back"
    GONE = "gone"
    OWNER_GONE = "owner-gone"
    ENDED = "ended"


FOR_GOOD: Final = frozenset({WhyStopped.GONE, WhyStopped.OWNER_GONE, WhyStopped.ENDED})


class Webhook(Struct, frozen=True, kw_only=True):
    """A webhook: whose, where to, of what it is told; how far it has come, what waits, and what could not be sent."""

    webhook_id: UUID
    account_id: UUID
    name: str
    url: str
    event_types: frozenset[str]
    partnership_ids: frozenset[UUID]
    made_at: datetime
    ended_at: datetime | None
    position: int
    stopped: WhyStopped | None
    sent_at: datetime | None
    sent_position: int | None
    failed_at: datetime | None
    fault: str | None
    waiting: int
    dead: int

    def __repr__(self) -> str:
        """Show no address: it may hold a secret of the receiver, and representations end up in logs."""
        return f"Webhook({self.webhook_id})"


class NewWebhook(Struct, frozen=True, kw_only=True):
    """A webhook to be made: it is told of what comes after a position, at which a given event stands."""

    account_id: UUID
    name: str
    url: str
    event_types: Sequence[str]
    partnership_ids: Sequence[UUID]
    position: int
    event_id: UUID | None
    secret: bytes
    webhook_id: UUID

    def __repr__(self) -> str:
        """Show neither address nor secret."""
        return f"NewWebhook({self.webhook_id})"


def create_webhook(connection: psycopg.Connection, vault: Vault, webhook: NewWebhook) -> None:
    """Make a webhook with its first secret, which is kept wrapped."""
    with connection.transaction():
        values = (webhook.webhook_id, webhook.account_id, webhook.name, webhook.url)
        connection.execute(_INSERT, (*values, sorted(webhook.event_types), sorted(webhook.partnership_ids)))
        connection.execute(_BEGIN, (webhook.webhook_id, webhook.position, webhook.event_id))
        WEBHOOKS.mark(connection, vault, webhook.webhook_id)
        _keep_secret(connection, vault, webhook.webhook_id, webhook.secret)


def find_webhook(connection: psycopg.Connection, webhook_id: UUID) -> Webhook | None:
    """The webhook with this id, ended or not."""
    row = connection.execute(_ONE, (webhook_id,)).fetchone()
    return None if row is None else _webhook(row)


def webhooks_of(connection: psycopg.Connection, account_id: UUID) -> list[Webhook]:
    """The webhooks of an account, oldest first, those that have ended among them."""
    return [_webhook(row) for row in connection.execute(_OF_ACCOUNT, (account_id,)).fetchall()]


def webhooks_under_way(connection: psycopg.Connection) -> list[UUID]:
    """The webhooks for which something may be sent."""
    return [webhook_id for (webhook_id,) in connection.execute(_UNDER_WAY).fetchall()]


def end_if_changed(connection: psycopg.Connection, vault: Vault, webhook_id: UUID) -> bool:
    """End a webhook whose row is not as Folkmoot wrote it, and log that; whether it is one."""
    if not WEBHOOKS.forged(connection, vault, webhook_id):
        return False
    _logger.error("a webhook was changed by other means than by Folkmoot", webhook_id=str(webhook_id))
    stop_webhook(connection, vault, webhook_id, WhyStopped.ENDED)
    return True


def stop_webhook(connection: psycopg.Connection, vault: Vault, webhook_id: UUID, why: WhyStopped) -> None:
    """Send nothing more for a webhook; for good where that is why: then nothing waits, and it has no secret."""
    with connection.transaction():
        connection.execute(_STOP, (why.value, webhook_id))
        if why in FOR_GOOD:
            connection.execute(_EMPTY, (webhook_id,))
            connection.execute(_FORGET, (webhook_id, True))
            with WEBHOOKS.changing(connection, vault, webhook_id):
                connection.execute(_END, (webhook_id,))


def rotate_secret(
    connection: psycopg.Connection, vault: Vault, webhook_id: UUID, secret: bytes, overlap: timedelta
) -> None:
    """Sign under a new secret from now on; those before it sign beside it for a while."""
    with connection.transaction():
        connection.execute(_FORGET, (webhook_id, False))
        connection.execute(_OUTDATE, (overlap, webhook_id))
        _keep_secret(connection, vault, webhook_id, secret)


def secrets_of(connection: psycopg.Connection, vault: Vault, webhook_id: UUID) -> list[bytes]:
    """The secrets that sign now, the newest first. Raises VaultError."""
    rows = connection.execute(_GOOD, (webhook_id,)).fetchall()
    return [vault.unwrap_secret(secret_id, _USE, name, wrapped) for secret_id, name, wrapped in rows]


def rewrap_secrets(connection: psycopg.Connection, vault: Vault) -> int:
    """Wrap under the present wrapping key what is wrapped under a former one, and count it. Must be the owner's."""
    present, _ = vault.wrap_secret(uuid4(), _USE, bytes(32))
    rows = connection.execute(_WRAPPED_OTHERWISE, (present,)).fetchall()
    for secret_id, name, wrapped in rows:
        fresh = vault.wrap_secret(secret_id, _USE, vault.unwrap_secret(secret_id, _USE, name, wrapped))
        connection.execute(_REWRAP, (*fresh, secret_id))
    return len(rows)


def _keep_secret(connection: psycopg.Connection, vault: Vault, webhook_id: UUID, secret: bytes) -> None:
    secret_id = uuid4()
    connection.execute(_ADD, (secret_id, webhook_id, *vault.wrap_secret(secret_id, _USE, secret)))


def _webhook(row: Sequence[Any]) -> Webhook:
    values = dict(zip(Webhook.__struct_fields__, row, strict=True))
    stopped = values["stopped"]
    return Webhook(
        **values
        | {
            "event_types": frozenset(values["event_types"]),
            "partnership_ids": frozenset(values["partnership_ids"]),
            "stopped": None if stopped is None else WhyStopped(stopped),
        }
    )
