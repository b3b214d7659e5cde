"""The position of each build, kept by the event-sourcing library's own rule: a position is taken once.

The library writes within our transaction, so that rows and position are kept together or not at all. Its
connections are not used: they drop parts of a connection string. Positions of several builds are written in one
statement that keeps the same rule.
"""

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from eventsourcing.persistence import IntegrityError, Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder

from domain.errors import FolkmootError

TABLE = "tracking"
SCHEMA = "projection"


class FollowedAlready(FolkmootError):
    """Another follower has taken this position: load the builds again."""


class _TrackingRecorder(PostgresTrackingRecorder):
    """The library's recorder over our table, without a connection of its own."""

    def __init__(self) -> None:
        datastore = PostgresDatastore(dbname="", host="", port="", user="", password="", schema=SCHEMA)
        super().__init__(datastore, tracking_table_name=TABLE)

    def keep(self, cursor: psycopg.Cursor[Any], table: str, position: int) -> None:
        """Write a position within the cursor's transaction."""
        self._insert_tracking(cursor, Tracking(table, position))


_recorder = _TrackingRecorder()


def keep_position(connection: psycopg.Connection[Any], table: str, position: int) -> None:
    """Note, within the open transaction, that a build holds every event up to a position.

    Raises FollowedAlready when it did before; the transaction must then end.
    """
    with connection.cursor() as cursor:
        try:
            _recorder.keep(cursor, table, position)
        except IntegrityError as error:
            raise FollowedAlready(f"{table} was followed to {position} already") from error


_TAKE: Final = """
    INSERT INTO projection.tracking AS kept (application_name, notification_id)
    SELECT application_name, %s FROM unnest(%s::text[]) AS build (application_name)
    ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id
    WHERE kept.notification_id < excluded.notification_id
    RETURNING application_name
"""


def keep_positions(connection: psycopg.Connection[Any], tables: Sequence[str], position: int) -> None:
    """Note, within the open transaction, that several builds hold every event up to a position.

    Raises FollowedAlready when any did before; the transaction must then end.
    """
    taken = {name for (name,) in connection.execute(_TAKE, (position, list(tables))).fetchall()}
    if refused := sorted(set(tables) - taken):
        raise FollowedAlready(f"{', '.join(refused)} was followed to {position} already")
