"""Partitions read whole, one after the other, for those that project many of them at once.

The index gives each partition's events together, so that memory is bounded by the largest partition and not
by the size of the log.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final, NamedTuple
from uuid import UUID, uuid4

import psycopg
from psycopg.sql import SQL, Identifier

from domain.log.errors import log_errors
from domain.log.sessions import Row

_BATCH: Final = 2000


class StoredEvent(NamedTuple):
    """An event as stored: the columns that a projection needs."""

    partition_id: UUID
    position: int
    event_id: UUID
    type: str
    version: int
    occurred_at: datetime
    recorded_at: datetime
    envelope: bytes
    data: bytes


_PARTITIONS = (
    SQL("""
    SELECT {} FROM log.event WHERE partition_id = ANY(%s) AND position <= %s ORDER BY partition_id, position
""")
    .format(SQL(", ").join(map(Identifier, StoredEvent._fields)))
    .as_bytes()
)
_BEGUN_BY = b"SELECT DISTINCT partition_id FROM log.event WHERE type = %s AND position <= %s ORDER BY partition_id"

_LENGTHS = b"""
    SELECT partition_id, count(*) FROM log.event
    WHERE partition_id IN (SELECT partition_id FROM log.event WHERE type = %s)
    GROUP BY partition_id HAVING count(*) >= %s ORDER BY count(*) DESC, partition_id
"""


def long_partitions(connection: psycopg.Connection[Row], event_name: str, fewest: int) -> list[tuple[UUID, int]]:
    """The partitions that hold an event of a type and so many events in all, each with their number, longest first."""
    with log_errors():
        return [(partition_id, count) for partition_id, count in connection.execute(_LENGTHS, (event_name, fewest))]


def partitions_begun_by(connection: psycopg.Connection[Row], event_name: str, upto: int) -> list[UUID]:
    """The partitions that hold an event of a type by a position, in order of their ids."""
    with log_errors():
        return [partition_id for (partition_id,) in connection.execute(_BEGUN_BY, (event_name, upto)).fetchall()]


def stored_partitions(
    connection: psycopg.Connection[Row], partition_ids: Sequence[UUID], upto: int
) -> Iterator[tuple[UUID, list[StoredEvent]]]:
    """Each partition's events up to a position, undecoded, in order of the partitions' ids.

    The connection must be in a transaction and serve nothing else meanwhile.
    """
    with log_errors(), connection.cursor(f"partitions_{uuid4().hex}", scrollable=False) as cursor:
        cursor.itersize = _BATCH
        cursor.execute(_PARTITIONS, (list(partition_ids), upto), binary=True)
        for partition_id, events in groupby(map(StoredEvent._make, cursor), key=attrgetter("partition_id")):
            yield partition_id, list(events)
