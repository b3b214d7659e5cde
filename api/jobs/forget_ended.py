"""Rows that ended are removed every night: each kind, with how long it is kept, in one place.

What is on record is not among it, nor who may do what; nor are frozen extracts, which are cited.
"""

from typing import Final

import structlog
from msgspec import Struct

from api.jobs.kept_jobs import TASK_NAME
from api.queue.due_times import DailyTime
from api.queue.queued_task import Attempt, QueuedTask
from domain.log.connections import WORKER
from domain.log.sessions import Limits, connect

_AT: Final = DailyTime(3, 30)
_LIMITS: Final = Limits(lock_s=10, statement_s=300, idle_in_transaction_s=60)
_IS_UNDER_WAY: Final = (
    "EXISTS (SELECT FROM work.procrastinate_jobs AS queued "
    f"WHERE queued.lock = '{TASK_NAME}/' || job_id AND queued.status IN ('todo', 'doing'))"
)
"""The job is in the queue: asked for anew, maybe, long after it was asked for first."""
_logger = structlog.get_logger(__name__)


class KeptRows(Struct, frozen=True, kw_only=True):
    """Rows of a table of the schema `api` that are removed so many days after an instant that they hold.

    `when` is that instant in SQL, null for rows that are not to go, and `only` a condition beside it.
    """

    what: str
    table: str
    days: int
    when: str
    only: str = "true"

    @property
    def statement(self) -> str:
        """The statement that removes those whose time is over."""
        over = f"{self.when} < clock_timestamp() - interval '{self.days} days'"
        return f"DELETE FROM api.{self.table} WHERE {over} AND {self.only}"  # noqa: S608 - constants


KEPT_ROWS: Final = (
    KeptRows(what="sessions at pages", table="session", days=30, when="least(ended_at, expires_at)"),
    KeptRows(what="links that sign in", table="sign_in_link", days=30, when="least(used_at, expires_at)"),
    KeptRows(what="sittings at a link to a promise", table="answer_sitting", days=30, when="expires_at"),
    KeptRows(what="mail that was sent, dropped or given up", table="mail", days=90, when="ended_at"),
    KeptRows(what="deliveries that were given up", table="webhook_delivery", days=90, when="died_at"),
    KeptRows(
        what="reviews' jobs and backtests that failed, were cancelled or lost",
        table="job",
        days=90,
        when="coalesce(ended_at, cancelled_at, asked_at)",
        only=f"state <> 'done' AND NOT {_IS_UNDER_WAY}",
    ),
    KeptRows(
        what="extracts made again, comparisons and backtests, with their files",
        table="job",
        days=730,
        when="ended_at",
        only="state = 'done' AND kind <> 'freeze'",
    ),
)


def _forget(attempt: Attempt) -> None:
    """Remove what is over, in the worker's role: the service may not."""
    with connect(attempt.services.dsn, application_name="folkmoot-forget", role=WORKER, limits=_LIMITS) as connection:
        for kept in KEPT_ROWS:
            attempt.stop_if_told()
            with connection.transaction():
                removed = connection.execute(kept.statement).rowcount
            _logger.info("ended_forgotten", table=kept.table, after_days=kept.days, rows=removed)


FORGET_ENDED: Final = QueuedTask(name="forget-ended", does=_forget, in_order_of=(), once_for=(), daily=_AT)
