"""Long work in the background of a request: one piece at a time in each process."""

import threading
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import structlog
from msgspec import Struct

from api.jobs.kept_jobs import HeldJob, JobKind, hold_job
from api.runtime.services import Services
from domain.log.errors import BeyondHead, LogError
from projections.backtest.backtest import NothingForetold
from projections.reviews.extract import ExtractRequest, NothingToFreeze
from projections.reviews.freeze import CannotRerun, NotRecorded
from projections.reviews.registration import ReviewMethodMissing, UnknownReview
from projections.reviews.table_files import ExportMissing

_TURN: Final = threading.BoundedSemaphore(1)
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


class JobOutcome(Struct, frozen=True, kw_only=True):
    """The outcome of work: the manifest of an extract, or a result."""

    manifest_sha256: str | None = None
    result: Struct | None = None


class JobWork(Struct, frozen=True, kw_only=True):
    """A piece of work: its kind, the extract it is about, and the function that does it for a job."""

    kind: JobKind
    extract: ExtractRequest
    does: Callable[[HeldJob], JobOutcome]


def start_job(services: Services, job_id: UUID, work: JobWork, body: dict[str, Any]) -> bool:
    """Begin a job, or begin it again; False while somebody works at it already, or once it is done."""
    job = hold_job(services.recorder, job_id)
    if job is None:
        return False
    try:
        is_begun = job.begin(work.kind, work.extract, body)
        if is_begun:
            threading.Thread(target=_run, args=(job, work), name=f"job-{job_id}", daemon=True).start()
        else:
            job.release()
    except BaseException:
        job.release()
        raise
    return is_begun


def _run(job: HeldJob, work: JobWork) -> None:
    log = structlog.get_logger(__name__)
    try:
        with _TURN:
            job.progress(0, 0)
            outcome = work.does(job)
        job.end(manifest_sha256=outcome.manifest_sha256, result=outcome.result)
        log.info("job_done", job_id=str(job.job_id))
    except _TOLD as error:
        _fail(job, str(error))
    except Exception as error:  # of whatever kind: its asker must hear of it
        log.exception("job_failed", job_id=str(job.job_id), error=type(error).__name__)
        _fail(job, f"it could not be made ({type(error).__name__}); ask for it again, or tell the operator")
    finally:
        job.release()


def _fail(job: HeldJob, problem: str) -> None:
    """Mark a job as failed, if the database can still be reached; else it counts as lost, which is as good."""
    try:
        job.fail(problem)
    except LogError:
        return
