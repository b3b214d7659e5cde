"""One attempt at a piece of work: done, tried again after a pause, or given up, with the line in the log about it."""

import asyncio
import time
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import structlog
from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from api.queue.queued_task import Attempt, CannotBeDone, QueuedTask, Stopped, TryAgain, given_arguments
from api.runtime.services import Services

_logger = structlog.get_logger(__name__)
_AT_ONCE: Final = RetryDecision(retry_in={"seconds": 0})


class AttemptPolicy(BaseRetryStrategy):
    """The library's question, whether and when work is tried again, answered by what its task declares."""

    def __init__(self, task: QueuedTask) -> None:
        self._task = task

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Try work that was given back again at once, and failed work after a pause, while the task has one left."""
        if isinstance(exception, Stopped | asyncio.CancelledError):
            return _AT_ONCE
        if isinstance(exception, CannotBeDone) or job.attempts >= len(self._task.pauses_s):
            return None
        pause_s = exception.after_s if isinstance(exception, TryAgain) else self._task.pauses_s[job.attempts]
        return RetryDecision(retry_at=datetime.now(UTC) + timedelta(seconds=pause_s))


def attempt_at(task: QueuedTask, job: Job, services: Services, is_stopped: Callable[[], bool]) -> Attempt:
    """The attempt that is made at a piece of work of a task."""
    return Attempt(
        services=services,
        number=job.attempts + 1,
        is_last=job.attempts >= len(task.pauses_s),
        queue_id=job.id or 0,
        is_stopped=is_stopped,
    )


def attempt_it(task: QueuedTask, attempt: Attempt, stored: dict[str, str | int]) -> None:
    """Make an attempt at a piece of work, and log how it went; raises whatever the work raises.

    Work that was tried more often than it may be, by workers that died of it, is given up without being tried.
    """
    log = _logger.bind(queue_id=attempt.queue_id, task=task.name, attempt=attempt.number)
    arguments = given_arguments(stored)
    began = time.monotonic()
    try:
        log.info("work_begun")
        attempt.begin(most=len(task.pauses_s) + 1)
        with attempt.services.traced_work(task.name, attempt.number):
            task.does(attempt, **arguments)
    except Stopped:
        log.info("work_given_back")
        raise
    except Exception as error:
        is_given_up = attempt.is_last or isinstance(error, CannotBeDone)
        frame = traceback.extract_tb(error.__traceback__)[-1]  # where, but never what was said: it may be anything
        log.warning(
            "work_failed",
            error=type(error).__name__,
            where=f"{Path(frame.filename).name}:{frame.lineno}",
            is_given_up=is_given_up,
        )
        if is_given_up and task.gives_up is not None:
            task.gives_up(attempt, **arguments)
        raise
    log.info("work_done", duration_ms=round((time.monotonic() - began) * 1000))
