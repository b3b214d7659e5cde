"""Long work that was asked for over the API: written down and put into the queue, and done by a worker."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import psycopg
import structlog
from msgspec import Struct

from api.jobs.backtest_work import check_figures
from api.jobs.job_outcome import JobOutcome
from api.jobs.kept_jobs import (
    TASK_NAME,
    UNDER_WAY,
    HeldJob,
    JobCancelled,
    JobKind,
    KeptJob,
    find_job,
    hold_job,
    write_down,
)
from api.jobs.review_work import compare_kept, freeze, make_again
from api.queue.put_task import is_under_way, put
from api.queue.queued_task import Attempt, QueuedTask, Stopped, TaskQueue, TryAgain
from api.runtime.services import Services
from domain.decisions.command_context import Actor
from domain.log.errors import BeyondHead, LogError
from projections.backtest.backtest import NothingForetold
from projections.reviews.extract import ExtractRequest, NothingToFreeze
from projections.reviews.freeze import CannotRerun, NotRecorded
from projections.reviews.registration import ReviewMethodMissing, UnknownReview
from projections.reviews.table_files import ExportMissing

_TOLD: Final = (
    BeyondHead,
    CannotRerun,
    ExportMissing,
    NotRecorded,
    NothingForetold,
    NothingToFreeze,
    ReviewMethodMissing,
    UnknownReview,
)
_DOES: Final[dict[JobKind, Callable[[Services, KeptJob, HeldJob], JobOutcome]]] = {
    JobKind.FREEZE: freeze,
    JobKind.RERUN: make_again,
    JobKind.DIFF: compare_kept,
    JobKind.BACKTEST: check_figures,
}
_WHILE_ANOTHER_HOLDS_IT_S: Final = 15
_logger = structlog.get_logger(__name__)


class AskedWork(Struct, frozen=True, kw_only=True):
    """Work as it is asked for: its kind, and the extract it is about."""

    kind: JobKind
    extract: ExtractRequest


def ask_for_job(services: Services, job_id: UUID, work: AskedWork, body: dict[str, Any], actor: Actor) -> None:
    """Write a job down and put it into the queue, in one step; nothing where it is under way or done already."""
    with services.recorder.transaction() as cursor:
        if not write_down(cursor, job_id, work.kind, work.extract, body, actor) or is_under_way(
            cursor.connection, TASK_NAME, job_id
        ):
            raise psycopg.Rollback
        put(cursor, DO_ASKED_JOB, job_id=job_id)


def _do(attempt: Attempt, *, job_id: UUID) -> None:
    """Do a job, unless it was cancelled or somebody has done it; what it failed by is told to its asker."""
    log = attempt.services.recorder
    held_job = hold_job(log, job_id, attempt.stop_if_told)
    if held_job is None:
        raise TryAgain(_WHILE_ANOTHER_HOLDS_IT_S)  # by a worker that was thought to be dead
    try:
        kept_job = find_job(log, job_id)
        if kept_job is not None and kept_job.state in UNDER_WAY:
            _work_at(attempt.services, kept_job, held_job)
    finally:
        held_job.release()


def _work_at(services: Services, kept_job: KeptJob, held_job: HeldJob) -> None:
    try:
        held_job.progress(0, 0)
        outcome = _DOES[kept_job.kind](services, kept_job, held_job)
        held_job.end(manifest_sha256=outcome.manifest_sha256, result=outcome.result)
    except JobCancelled:
        _logger.info("job_cancelled", job_id=str(kept_job.job_id))
    except _TOLD as error:
        held_job.fail(str(error))
    except (Stopped, LogError, psycopg.OperationalError):
        raise  # it is done again, once there is a worker or a database
    except Exception as error:  # of whatever kind: its asker must hear of it
        _logger.exception("job_failed", job_id=str(kept_job.job_id), error=type(error).__name__)
        held_job.fail(f"it could not be made ({type(error).__name__}); ask for it again, or tell the operator")


def _give_up(attempt: Attempt, *, job_id: UUID) -> None:
    held_job = hold_job(attempt.services.recorder, job_id, attempt.stop_if_told)
    if held_job is not None:
        held_job.fail("it was begun again and again, and never ended; tell the operator")
        held_job.release()


DO_ASKED_JOB: Final = QueuedTask(
    name=TASK_NAME, does=_do, queue=TaskQueue.LONG, in_order_of=("job_id",), once_for=("job_id",), gives_up=_give_up
)
