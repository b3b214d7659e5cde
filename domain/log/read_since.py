"""The log since a position: what was recorded, whether it is still the same log, and whether some events are in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import psycopg
from psycopg.sql import SQL

from domain.log.errors import LogNotPrepared
from domain.log.event import LogEvent
from domain.log.read_events import COLUMNS, event_of_row
from domain.log.sessions import Row

# Ids are looked up one by one: a plan made for them all while the log was small would read through the whole log later.
_SINCE: Final = (
    SQL("""
    SELECT (SELECT log_id FROM log.header), (SELECT recorded_at FROM log.event WHERE position = %(position)s),
           (SELECT coalesce(bool_or((SELECT true FROM log.event WHERE event_id = wanted.id)), false)
            FROM unnest(%(event_ids)s::uuid[]) AS wanted (id)), e.*
    FROM (SELECT) AS always LEFT JOIN (
        SELECT {columns} FROM log.event WHERE position > %(position)s ORDER BY position LIMIT %(limit)s
    ) AS e ON true ORDER BY e.position
""")
    .format(columns=COLUMNS)
    .as_bytes()
)


class SincePosition(NamedTuple):
    """The state of a log since a position: when the event there was recorded, None where there is none."""

    log_id: UUID
    recorded_at: datetime | None
    is_recorded: bool
    """Whether any of the events that were asked for is in the log."""
    events: list[LogEvent]


def read_since(
    connection: psycopg.Connection[Row], position: int, event_ids: Sequence[UUID], limit: int
) -> SincePosition:
    """Read at most so many events after a position, and look for some by their ids, in one snapshot."""
    with connection.cursor(binary=True) as cursor:
        parameters = {"position": position, "event_ids": event_ids, "limit": limit}
        rows = cursor.execute(_SINCE, parameters).fetchall()
    log_id, recorded_at, is_recorded = rows[0][:3]
    if log_id is None:
        raise LogNotPrepared("the log has no header: restore it from its backup")
    return SincePosition(
        log_id, recorded_at, is_recorded, [event_of_row(row[3:]) for row in rows if row[3] is not None]
    )
