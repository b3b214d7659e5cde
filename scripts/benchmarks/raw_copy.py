"""The fastest that the whole log can be had: a raw COPY of every column, read to its end and thrown away."""

import time
from typing import NamedTuple

from domain.log.sessions import connect


class RawCopy(NamedTuple):
    """The rows and bytes read, and the seconds that took."""

    events: int
    bytes: int
    seconds: float


def copy_out(dsn: str) -> RawCopy:
    """Read every column of every event, as text, as PostgreSQL sends it."""
    with connect(dsn, application_name="folkmoot-bench") as connection, connection.cursor() as cursor:
        started, size = time.perf_counter(), 0
        with cursor.copy("COPY (SELECT * FROM log.event) TO STDOUT") as copy:
            for block in copy:
                size += len(block)
        return RawCopy(cursor.rowcount, size, time.perf_counter() - started)
