"""Long work in the background of a request: one piece at a time in each process."""

import threading
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

import structlog
from msgspec import Struct

from api.jobs.kept_jobs import HeldJob, JobKind, hold_job
from api.services import Services
from domain.log.errors import BeyondHead, LogError
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
    NothingToFreeze,
    ReviewMethodMissing,
    UnknownReview,
)


class JobOutcome(Struct, frozen=True, kw_only=True):
    """What work came to: the manifest of an extract, or something found."""

    manifest_sha256: str | None = None
    result: Struct | None = None


class JobWork(Struct, frozen=True, kw_only=True):
    """A piece of work: of which kind, about which extract, and what does it, keeping its files and its progress."""

    kind: JobKind
    asked: ExtractRequest
    does: Callable[[HeldJob], JobOutcome]


def start(services: Services, job_id: UUID, work: JobWork, given: dict[str, Any]) -> bool:
    """Begin a job, or begin it again; False while somebody works at it already, or when it is done."""
    held = hold_job(services.recorder, job_id)
    if held is None:
        return False
    try:
        begun = held.begin(work.kind, work.asked, given)
        if begun:
            threading.Thread(target=_run, args=(held, work), name=f"job-{job_id}", daemon=True).start()
        else:
            held.release()
    except BaseException:
        held.release()
        raise
    return begun


def _run(held: HeldJob, work: JobWork) -> None:
    log = structlog.get_logger(__name__)
    try:
        with _TURN:
            held.progress(0, 0)
            ended = work.does(held)
        held.end(manifest_sha256=ended.manifest_sha256, result=ended.result)
        log.info("job_done", job_id=str(held.job_id))
    except _TOLD as error:
        _fail(held, str(error))
    except Exception as error:  # whatever it is, whoever asked must hear of it
        log.exception("job_failed", job_id=str(held.job_id), error=type(error).__name__)
        _fail(held, f"it could not be made ({type(error).__name__}); ask for it again, or tell the operator")
    finally:
        held.release()


def _fail(held: HeldJob, problem: str) -> None:
    """Say so, if the database can still be reached; else the job counts as lost, which is as good."""
    try:
        held.fail(problem)
    except LogError:
        return
