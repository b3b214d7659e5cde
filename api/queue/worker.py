"""A worker: takes work from the queue and does it, a piece in a thread; takes up again what a killed worker left.

Every worker says every ten seconds that it lives. Work of one that has been silent for thirty is put back, once, by
whichever worker sees it first; so is what is due at a time of day.
"""

import asyncio
import logging
import math
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import psycopg
import structlog
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ConnectorException, JobAborted, UniqueViolation
from procrastinate.job_context import AbortReason
from procrastinate.jobs import Job, Status
from psycopg_pool import PoolTimeout

from api.queue.attempts import AttemptPolicy, attempt_at, attempt_it
from api.queue.put_task import QUEUE_PATH, put
from api.queue.queued_task import QueuedTask, TaskQueue
from api.runtime.services import Services
from domain.log.connections import WORKER
from domain.log.sessions import Limits, connect, connect_options, prepare_async

_AT_ONCE: Final = {TaskQueue.QUICK: 4, TaskQueue.LONG: 1, TaskQueue.OUTWARD: 4}
"""How many pieces of work of each queue one worker does at once."""
SILENT_S: Final = 30.0
"""For how long a worker may say nothing before its work is taken over."""
_BEATS: Final = 3
"""How often a worker says that it lives within that time."""
DONE_DAYS: Final = 7
"""For how many days it is kept that work was done."""
FAILED_DAYS: Final = 90
"""For how many days it is kept that work failed."""
_FORGET_EVERY_S: Final = 3600.0
_LOOK_S: Final = 5.0
TO_END_S: Final = 20.0
"""For how long a worker that is told to end finishes what is under way, before it gives it back."""
_NAME: Final = "folkmoot-work-queue"
_HEED_S: Final = 0.2
_FIRST_PAUSE_S: Final = 1.0
_LONGEST_PAUSE_S: Final = 30.0
_ONE_KEEPS: Final = 0x776F726B  # advisory lock: one worker at a time puts back what others left, and what is due
_DUE: Final = """
    INSERT INTO work.schedule AS s (task, due_at) VALUES (%s, %s)
    ON CONFLICT (task) DO UPDATE SET due_at = excluded.due_at WHERE s.due_at < excluded.due_at
    RETURNING xmax = 0
"""
_LIMITS: Final = Limits(lock_s=10, statement_s=30, idle_in_transaction_s=60)
_OUTAGE: Final = (ConnectorException, psycopg.OperationalError, PoolTimeout)
_logger = structlog.get_logger(__name__)


def do_waiting(services: Services, tasks: Sequence[QueuedTask]) -> None:
    """Do, in the foreground, all work that waits in the queue and is due, and end."""
    asyncio.run(QueueWorker(services, tasks, threading.Event()).catch_up())


def queue_app(dsn: str) -> App:
    """The library over a database, in the worker's role; it is opened by its user."""
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL + 1)  # it logs arguments; we log what happens
    options = connect_options(dsn, _NAME)
    options.pop("autocommit")  # the library says it itself
    return App(
        connector=PsycopgConnector(conninfo=dsn, kwargs=options, configure=_prepare, min_size=1, max_size=4, timeout=10)
    )


async def forget_ended(app: App, *, done_days: int, failed_days: int) -> None:
    """Forget work that was done, cancelled or given up so many days ago."""
    await app.job_manager.delete_old_jobs(24 * done_days, include_cancelled=True, include_aborted=True)
    await app.job_manager.delete_old_jobs(24 * failed_days, include_failed=True)


class QueueWorker:
    """One worker over the services: a loop for each queue, and one for what others left and what is due."""

    def __init__(
        self,
        services: Services,
        tasks: Sequence[QueuedTask],
        stopping: threading.Event,
        *,
        silent_s: float = SILENT_S,
    ) -> None:
        self._services, self._tasks, self._stopping, self._silent_s = services, tasks, stopping, silent_s
        self._threads = ThreadPoolExecutor(sum(_AT_ONCE.values()), "work")
        self._under_way: set[asyncio.Future[None]] = set()

    def is_idle(self) -> bool:
        """True where no thread is at work."""
        return all(work.done() for work in self._under_way)

    async def catch_up(self) -> None:
        """Do what waits, and end."""
        app = self._app()
        async with app.open_async():
            known = [name for queue in TaskQueue for name in self._waiting_in(queue)]
            await app.run_worker_async(queues=known, wait=False, listen_notify=False, install_signal_handlers=False)

    async def run(self) -> None:
        """Work until told to end, then finish what is under way within 20 seconds or give it back.

        Begins again, after a pause that grows, when the database goes away.
        """
        pause_s = _FIRST_PAUSE_S
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                await self._run_once()
            except _OUTAGE as error:
                _logger.warning("queue_unreachable", error=type(error).__name__)
            if self._stopping.is_set():
                return
            lasted = time.monotonic() - began > _LONGEST_PAUSE_S
            pause_s = _FIRST_PAUSE_S if lasted else min(2 * pause_s, _LONGEST_PAUSE_S)
            _logger.warning("worker_begins_again", in_s=pause_s)
            with suppress(TimeoutError):
                await asyncio.wait_for(self._told(), pause_s)

    async def _run_once(self) -> None:
        """Work until told to end or until one of the loops ends, then end them all in order."""
        app = self._app()
        async with app.open_async():
            loops: list[Coroutine[Any, Any, None]] = [
                app.run_worker_async(
                    queues=self._waiting_in(queue),
                    name=str(queue),
                    concurrency=at_once,
                    fetch_job_polling_interval=_LOOK_S,
                    abort_job_polling_interval=_LOOK_S,
                    shutdown_graceful_timeout=TO_END_S,
                    update_heartbeat_interval=self._silent_s / _BEATS,
                    stalled_worker_timeout=self._silent_s,
                    install_signal_handlers=False,
                )
                for queue, at_once in _AT_ONCE.items()
            ]
            running = [asyncio.create_task(loop) for loop in (*loops, self._look_after(app), self._told())]
            finished, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            for task in running:
                task.cancel()
            await asyncio.wait(running)
            for task in finished:
                task.result()

    async def _told(self) -> None:
        """Return once this worker is told to end."""
        while not self._stopping.is_set():  # noqa: ASYNC110 - what sets it, a signal, knows no event loop
            await asyncio.sleep(_HEED_S)

    async def _look_after(self, app: App) -> None:
        """Put what is due into the queue, and put back the work of workers that are silent: one worker at a time."""
        forgotten_at = -math.inf
        while True:
            with connect(self._services.dsn, application_name=_NAME, role=WORKER, limits=_LIMITS) as connection:
                if connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_ONE_KEEPS,)).fetchone() == (True,):
                    self._put_what_is_due(connection)
                    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=self._silent_s):
                        await _put_back(app, job)
                    if time.monotonic() - forgotten_at > _FORGET_EVERY_S:
                        await forget_ended(app, done_days=DONE_DAYS, failed_days=FAILED_DAYS)
                        forgotten_at = time.monotonic()
            await asyncio.sleep(min(_LOOK_S, self._silent_s))

    def _put_what_is_due(self, connection: psycopg.Connection[Any]) -> None:
        """Put the tasks whose time of day has come since they were put last; one seen first waits for its next time."""
        for task in self._tasks:
            if task.daily is None:
                continue
            (now,) = connection.execute("SELECT clock_timestamp()").fetchone() or (datetime.now(UTC),)
            row = connection.execute(_DUE, (task.name, task.daily.last_due(now))).fetchone()
            if row == (False,):
                put(connection, task)

    def _waiting_in(self, queue: TaskQueue) -> list[str]:
        """The library's names of a queue: those of the tasks that this worker knows, and the queue's own.

        Under the queue's own name waits what the first release with a queue has put.
        """
        return [str(queue), *(task.name for task in self._tasks if task.queue is queue)]

    def _app(self) -> App:
        """The library as a worker uses it: over connections of its own, knowing every task."""
        app = queue_app(self._services.dsn)
        for task in self._tasks:
            declare = app.task(name=task.name, queue=task.name, retry=AttemptPolicy(task), pass_context=True)
            declare(self._doing(app, task))
        return app

    def _doing(self, app: App, task: QueuedTask) -> Callable[..., Awaitable[None]]:
        """The function that the library calls to have a piece of work of a task done, in a thread of ours."""

        async def do(context: JobContext, **arguments: str | int) -> None:
            is_cancelled = threading.Event()
            attempt = attempt_at(task, context.job, self._services, lambda: self._is_ending(is_cancelled))
            work = asyncio.get_running_loop().run_in_executor(self._threads, attempt_it, task, attempt, arguments)
            self._under_way.add(work)
            work.add_done_callback(self._ended)
            try:
                await asyncio.shield(work)
            except asyncio.CancelledError:
                is_cancelled.set()
                if context.abort_reason() is AbortReason.USER_REQUEST:
                    await asyncio.wait([work], timeout=TO_END_S)
                    raise JobAborted from None
                raise
            except Exception as error:
                policy = AttemptPolicy(task)
                if policy.get_retry_decision(exception=error, job=context.job) and await _waits(app, context.job):
                    raise JobAborted from None
                raise

        return do

    def _ended(self, work: asyncio.Future[None]) -> None:
        self._under_way.discard(work)
        if not work.cancelled():
            work.exception()  # was seen by whoever waited; where nobody does any more it is in the log

    def _is_ending(self, is_cancelled: threading.Event) -> bool:
        return self._stopping.is_set() or is_cancelled.is_set()


async def _put_back(app: App, job: Job) -> None:
    """Put back the work of a worker that died; where the same waits already, that is left to do."""
    try:
        await app.job_manager.retry_job(job, retry_at=datetime.now(UTC))
    except UniqueViolation:
        await app.job_manager.finish_job(job, Status.ABORTED, delete_job=False)
    _logger.warning("work_put_back", queue_id=job.id, task=job.task_name)


async def _waits(app: App, job: Job) -> bool:
    """Whether work that waits once waits already, so that it cannot wait a second time for another attempt."""
    return job.queueing_lock is not None and bool(
        list(await app.job_manager.list_jobs_async(queueing_lock=job.queueing_lock, status="todo"))
    )


async def _prepare(connection: psycopg.AsyncConnection[Any]) -> None:
    await connection.set_autocommit(True)
    await prepare_async(connection, role=WORKER, limits=_LIMITS, search_path=QUEUE_PATH)
