"""How the work in the background stands: how much of each task waits, is done, failed, and for how long."""

from typing import Any, Final

import psycopg
from msgspec import Struct

STATES: Final = {
    "todo": "waiting",
    "doing": "doing",
    "failed": "failed",
    "succeeded": "done",
    "cancelled": "cancelled",
    "aborted": "cancelled",
}
"""The library's words for how far work has come, in ours."""
_COUNTS: Final = """
    SELECT j.task_name, j.status::text, count(*), count(*) FILTER (WHERE j.attempts > 0),
           coalesce(extract(epoch FROM max(clock_timestamp() - coalesce(j.scheduled_at, e.at))
               FILTER (WHERE j.scheduled_at IS NULL OR j.scheduled_at <= clock_timestamp())), 0)::float
    FROM work.procrastinate_jobs j
    LEFT JOIN work.procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred'
    GROUP BY 1, 2 ORDER BY 1, 2
"""


class WorkCount(Struct, frozen=True, kw_only=True):
    """The work of one task in one state; `oldest_s` is for how long the oldest that is due is there, in seconds."""

    task: str
    state: str
    pieces: int
    retried: int
    oldest_s: float


def standing_work(connection: psycopg.Connection[Any]) -> list[WorkCount]:
    """Count the work of each task in each state."""
    return [
        WorkCount(task=task, state=STATES[status], pieces=pieces, retried=retried, oldest_s=oldest_s)
        for task, status, pieces, retried, oldest_s in connection.execute(_COUNTS).fetchall()
    ]
