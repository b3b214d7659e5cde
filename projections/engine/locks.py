"""Locks of which there is one in a database: held by a connection, and free when that ends, however it ends."""

from typing import Final

import psycopg

from projections.engine.builds import Connection

REBUILDING: Final = 0x7265626C  # the one rebuild, check or roll-back that runs
LEADING: Final = 0x666F6C6C  # the one follower that leads
_A_MOMENT: Final = "SET LOCAL lock_timeout = '1s'"


def is_taken(connection: Connection, lock: int) -> bool:
    """Take a lock for as long as the connection lasts, and say whether it could be had.

    Waits a moment: a connection that was closed, or whose process was killed, ends a little later.
    """
    try:
        with connection.transaction():
            connection.execute(_A_MOMENT)
            connection.execute("SELECT pg_advisory_lock(%s)", (lock,))
    except psycopg.errors.LockNotAvailable:
        return False
    return True
