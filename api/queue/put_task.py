"""Work put into the queue within the caller's own transaction: it is there once that commits, or not at all."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import psycopg
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from psycopg.rows import scalar_row

from api.queue.queued_task import QueuedTask

_ANY_CONNECTION: Final = App(connector=SyncPsycopgConnector())
"""The library as it is used to put: over the connections of others, and never opened."""
_PATH: Final = "SELECT set_config('search_path', %s, true)"
_UNDER_WAY: Final = (
    "SELECT EXISTS (SELECT FROM work.procrastinate_jobs WHERE lock = %s AND status IN ('todo', 'doing'))"
)
QUEUE_PATH: Final = "work, pg_temp"
"""The schema in which the library finds what it has made."""


def is_under_way(connection: psycopg.Connection[Any], task_name: str, *about: UUID | int) -> bool:
    """True where work of an ordered task waits for its turn or for another try, or is being done."""
    row = connection.execute(_UNDER_WAY, ("/".join([task_name, *map(str, about)]),)).fetchone()
    return row is not None and bool(row[0])


def put(
    within: psycopg.Cursor[Any] | psycopg.Connection[Any],
    task: QueuedTask,
    *,
    not_before: datetime | None = None,
    **arguments: UUID | int,
) -> int | None:
    """Put a piece of work into the queue, within the transaction that a cursor or connection is in.

    Returns its number in the queue; None where the task waits once for these arguments and is waiting already.
    Raises NoSuchArguments, and the driver's errors.
    """
    connection = within.connection if isinstance(within, psycopg.Cursor) else within
    stored = task.kept(arguments)
    try:
        # Within another transaction this is a part of it that can fail alone.
        with connection.transaction(), connection.cursor(row_factory=scalar_row) as cursor:
            path = cursor.execute("SELECT current_setting('search_path')").fetchone()
            cursor.execute(_PATH, (QUEUE_PATH,))
            number = _ANY_CONNECTION.configure_task(
                task.name,
                queue=task.name,
                lock=task.order(stored),
                queueing_lock=task.once(stored),
                schedule_at=not_before,
                connection=connection,
            ).defer(**stored)
            cursor.execute(_PATH, (path,))
    except AlreadyEnqueued:
        return None
    except ConnectorException as error:
        raise error.__cause__ or error from None
    return number
