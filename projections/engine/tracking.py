"""The position of each build, kept by the event-sourcing library's own rule: a position is taken once.

The library writes within our transaction, so that rows and position are kept together or not at all. Its
connections are not used: they drop parts of a connection string. Positions of several builds are written in one
statement that keeps the same rule.
"""

from collections.abc import Mapping
from typing import Any, Final

import psycopg
from eventsourcing.persistence import IntegrityError, Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder

from domain.errors import FolkmootError

TABLE = "tracking"
SCHEMA = "projection"
_TAKE: Final = """
    WITH behind AS (
        SELECT * FROM unnest(%(builds)s::integer[], %(tables)s::text[]) AS named (build, application_name)
    ),
    taken AS (
        INSERT INTO projection.tracking AS kept (application_name, notification_id)
        SELECT application_name, %(position)s FROM behind
        ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id
        WHERE kept.notification_id < excluded.notification_id
        RETURNING application_name
    )
    UPDATE projection.build AS followed
    SET position = %(position)s, leaf = (SELECT leaf FROM log.event WHERE position = %(position)s)
    FROM behind JOIN taken USING (application_name)
    WHERE followed.build = behind.build RETURNING followed.build, followed.leaf
"""


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


def take_position(
    connection: psycopg.Connection[tuple[Any, ...]], tables: Mapping[int, str], position: int
) -> dict[int, bytes | None]:
    """Note, within the open transaction, that builds hold every event up to a position; returns its leaf, by build.

    The builds are named by their numbers and tables. Raises FollowedAlready when any held it before; the transaction
    must then end.
    """
    behind = {"position": position, "builds": list(tables), "tables": list(tables.values())}
    leaf_by_build: dict[int, bytes | None] = dict(connection.execute(_TAKE, behind).fetchall())
    if refused := sorted(table for build, table in tables.items() if build not in leaf_by_build):
        raise FollowedAlready(f"{', '.join(refused)} was followed to {position} already")
    return leaf_by_build
