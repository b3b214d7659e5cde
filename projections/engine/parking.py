"""Parking: a partition that one projection cannot take in, or whose rows no table takes, is set aside alone.

Only what lies in the partition parks it. What lies in the server, in the connection or in a table is everybody's, is
raised, and tried again.
"""

from collections.abc import Callable
from typing import Final, NamedTuple, TypeVar
from uuid import UUID

import psycopg
import structlog
from psycopg.sql import SQL, Identifier

from domain.log.errors import LogError
from projections.declaration import Projection
from projections.engine.builds import Build, Connection, qualified

T = TypeVar("T")
_logger = structlog.get_logger(__name__)
_DATA, _INTEGRITY, _LIMITS = "22", "23", "54"  # classes of SQLSTATE
_OF_THE_REGISTRY: Final = "23503"  # a build that is gone, not a row that is wrong


class ParkedFault(NamedTuple):
    """The reason why a projection could not take in a partition: its last event, and the kind of error."""

    partition_id: UUID
    position: int
    event_name: str
    kind: str


class Unwritable(NamedTuple):
    """The kind of error for which rows could not be written: never its message, which could hold content."""

    kind: str


def attempt(connection: Connection, write: Callable[[], T], *, keep: bool = True) -> T | Unwritable:
    """Write within a savepoint of the open transaction; a fault of the rows is undone and named, any other raised.

    Without `keep` it is only tried, and undone in any case.
    """
    try:
        with connection.transaction(force_rollback=not keep):
            return write()
    except Exception as error:
        if not _lies_in_the_rows(error):
            raise
        return Unwritable(f"cannot be written: {type(error).__name__}")


def attempt_in_one_turn(connection: Connection, write: Callable[[], T]) -> T | Unwritable:
    """Write as `attempt` does, sending the statements all at once: none of them may ask for an answer, or copy."""
    try:
        with connection.pipeline():
            connection.execute("SAVEPOINT before_rows")
            written = write()
            connection.execute("RELEASE SAVEPOINT before_rows")
    except Exception as error:
        if not connection.closed:
            connection.execute("ROLLBACK TO SAVEPOINT before_rows")
        if not _lies_in_the_rows(error):
            raise
        return Unwritable(f"cannot be written: {type(error).__name__}")
    return written


def _lies_in_the_rows(error: Exception) -> bool:
    """An error lies in what the rows hold: the driver cannot encode it, or the server refuses it."""
    if not isinstance(error, psycopg.Error):
        return not isinstance(error, LogError | MemoryError | OSError)
    if error.sqlstate is None:  # the driver itself, which reports lost connections as the other kinds of its errors
        return isinstance(error, psycopg.DataError | psycopg.ProgrammingError | psycopg.NotSupportedError)
    return error.sqlstate[:2] in (_DATA, _INTEGRITY, _LIMITS) and error.sqlstate != _OF_THE_REGISTRY


def park(connection: Connection, build: Build, fault: ParkedFault) -> None:
    """Set a partition aside in a build: its last good rows stay."""
    connection.execute(
        "INSERT INTO projection.parked (build, partition_id, position, event_name, fault) VALUES (%s, %s, %s, %s, %s) "
        "ON CONFLICT (build, partition_id) DO UPDATE SET position = excluded.position, "
        "event_name = excluded.event_name, fault = excluded.fault, parked_at = clock_timestamp()",
        (build.build, *fault),
    )


def park_unwritable(
    connection: Connection, build: Build, partition_id: UUID, position: int, unwritable: Unwritable
) -> None:
    """Set a partition aside whose rows, made of its events up to a position, cannot be written."""
    row = connection.execute("SELECT type FROM log.event WHERE position = %s", (position,)).fetchone()
    park(connection, build, ParkedFault(partition_id, position, row[0] if row else "", unwritable.kind))


def read_parked(connection: Connection, build: Build) -> frozenset[UUID]:
    """Read the partitions that are set aside in a build."""
    rows = connection.execute("SELECT partition_id FROM projection.parked WHERE build = %s", (build.build,))
    return frozenset(partition_id for (partition_id,) in rows.fetchall())


def unpark(connection: Connection, build: Build, partition_id: UUID) -> None:
    """Take a partition in again."""
    connection.execute(
        "DELETE FROM projection.parked WHERE build = %s AND partition_id = %s", (build.build, partition_id)
    )


def is_of_the_code(connection: Connection, new: Build, live: Build) -> bool:
    """A new build could take in no partition of several: then its code is at fault, and none of them.

    Partitions that the live build has set aside already are at fault themselves.
    """
    row = connection.execute(
        "SELECT (SELECT count(*) FROM projection.row_set WHERE build = %(new)s), "
        "(SELECT count(*) FROM projection.parked WHERE build = %(new)s), "
        "(SELECT count(*) FROM projection.parked n WHERE build = %(new)s AND NOT EXISTS "
        "(SELECT FROM projection.parked l WHERE l.build = %(live)s AND l.partition_id = n.partition_id))",
        {"new": new.build, "live": live.build},
    ).fetchone()
    taken_count, parked, anew = row or (0, 0, 0)
    return bool(taken_count == 0 and parked > 1 and anew > 0)


def keep_last_good(connection: Connection, projection: Projection, new: Build, live: Build) -> None:
    """Copy the live rows of parked partitions to a new build that has none of them; they stay stale."""
    if (new.version, new.log_id) != (live.version, live.log_id):
        return
    names = SQL(", ").join(map(Identifier, ("partition_id", "row_key", *projection.columns)))
    try:
        with connection.transaction():
            connection.execute(
                SQL("INSERT INTO {} ({}) SELECT {} FROM {} WHERE partition_id IN ({})").format(
                    qualified(new.table), names, names, qualified(live.table), SQL(_NOWHERE)
                ),
                {"new": new.build},
            )
            connection.execute(SQL(_HEADERS).format(SQL(_NOWHERE)), {"new": new.build, "live": live.build})
    except psycopg.ProgrammingError as error:  # the live table is broken, which the new one is there to mend
        _logger.warning("the last good rows cannot be kept", table=live.table, reason=type(error).__name__)


_NOWHERE: Final = """
    SELECT p.partition_id FROM projection.parked p WHERE p.build = %(new)s
    AND NOT EXISTS (SELECT FROM projection.row_set h WHERE (h.build, h.partition_id) = (p.build, p.partition_id))
"""
_HEADERS: Final = """
    INSERT INTO projection.row_set (build, partition_id, position, as_of, method_sha256, rows, digest)
    SELECT %(new)s, partition_id, position, as_of, method_sha256, rows, digest FROM projection.row_set
    WHERE build = %(live)s AND partition_id IN ({})
"""
