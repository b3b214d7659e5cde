"""Calendar links: secret addresses at which programs read a calendar, made and ended by whose it is."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import psycopg
from msgspec import Struct

from api.access.sign_in_links import hash_of

_NOTED_EVERY: Final = timedelta(minutes=5)
_COLUMNS: Final = "link_id, account_id, partnership_id, made_at, last_used_at"
_MAKE: Final = """
    INSERT INTO api.calendar_link (link_id, account_id, sha256, partnership_id) VALUES (%s, %s, %s, %s)
    ON CONFLICT (link_id) DO NOTHING
"""
_LIST: Final = f"""
    SELECT {_COLUMNS} FROM api.calendar_link WHERE account_id = %s AND ended_at IS NULL ORDER BY made_at, link_id
"""  # noqa: S608 - constants
_END: Final = """
    UPDATE api.calendar_link SET ended_at = clock_timestamp()
    WHERE link_id = %s AND account_id = %s AND ended_at IS NULL
"""
_FIND: Final = f"SELECT {_COLUMNS} FROM api.calendar_link WHERE sha256 = %s AND ended_at IS NULL"  # noqa: S608 - constants
_USED: Final = """
    UPDATE api.calendar_link SET last_used_at = clock_timestamp()
    WHERE link_id = %s AND (last_used_at IS NULL OR last_used_at < clock_timestamp() - %s)
"""
AnyConnection = psycopg.Connection[Any]


class CalendarLink(Struct, frozen=True, kw_only=True):
    """A link that is good; nothing here opens anything. Without a partnership it is about all of its holder's."""

    link_id: UUID
    account_id: UUID
    partnership_id: UUID | None
    made_at: datetime
    last_used_at: datetime | None


def make_calendar_link(
    connection: AnyConnection, link_id: UUID, account_id: UUID, partnership_id: UUID | None
) -> str | None:
    """Make a link; its last part is returned once and kept nowhere. None where this id was made before."""
    token = secrets.token_urlsafe(32)
    insertion = connection.execute(_MAKE, (link_id, account_id, hash_of(token), partnership_id))
    return token if insertion.rowcount == 1 else None


def list_calendar_links(connection: AnyConnection, account_id: UUID) -> list[CalendarLink]:
    """The links of an account that are good, oldest first."""
    return [_link(*row) for row in connection.execute(_LIST, (account_id,)).fetchall()]


def end_calendar_link(connection: AnyConnection, link_id: UUID, account_id: UUID) -> bool:
    """End a link of an account: it opens nothing from now on. False where it has none such."""
    return connection.execute(_END, (link_id, account_id)).rowcount == 1


def use_calendar_link(connection: AnyConnection, token: str) -> CalendarLink | None:
    """The link that ends in this token, whose use is noted; None where it was ended or never was."""
    row = connection.execute(_FIND, (hash_of(token),)).fetchone()
    if row is None:
        return None
    link = _link(*row)
    connection.execute(_USED, (link.link_id, _NOTED_EVERY))
    return link


def _link(
    link_id: UUID, account_id: UUID, partnership_id: UUID | None, made_at: datetime, last_used_at: datetime | None
) -> CalendarLink:
    return CalendarLink(
        link_id=link_id,
        account_id=account_id,
        partnership_id=partnership_id,
        made_at=made_at,
        last_used_at=last_used_at,
    )
