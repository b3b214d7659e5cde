"""Jobs on reviews: begun once for an Idempotency-Key, read while they run, their files taken away in the end."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final, TypeVar
from uuid import UUID

from msgspec import Struct, convert

from api.access.user_roles import Right
from api.http.conditional import etag
from api.http.idempotency import REPLAYED, identity_of
from api.http.negotiation import media_type
from api.http.operations import CSV, JSON, Call, Operation, OperationAnswer
from api.http.problems import Problem
from api.http.reached import no_review
from api.http.validation import read_object, read_struct
from api.jobs.asked_jobs import AskedWork, ask_for_job
from api.jobs.kept_jobs import (
    UNDER_WAY,
    JobKind,
    JobState,
    KeptJob,
    cancel,
    file_of,
    files_of,
    find_job,
    frozen_job,
    jobs_on,
)
from projections.backtest.backtest_report import BacktestReport
from projections.reviews.comparison_tables import ComparisonSummary
from projections.reviews.freeze import RerunResult
from projections.reviews.registration import RegisteredReview, UnknownReview, registered_review

TAG: Final = "Reviews"
_PARQUET: Final = "application/vnd.apache.parquet"
_MARKDOWN: Final = "text/markdown"
_TEXT: Final = "text/plain"
_NOTHING = UUID(int=0)
_NO_OTHER = UUID(int=1)
_MOST_JOBS: Final = 50
_MEDIA: Final = {".csv": CSV, ".parquet": _PARQUET, ".json": JSON, ".md": _MARKDOWN}

S = TypeVar("S", bound=Struct)


class JobCancelRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The cancelling of a job."""


class JobFile(Struct, frozen=True, kw_only=True):
    """A file to take away."""

    path: str
    bytes: int
    sha256: str
    address: str


class JobAnswer(Struct, frozen=True, kw_only=True):
    """How far a job has come; once it is done, what it made or found.

    A lost or cancelled one is begun again by the same key.

    `position` and `as_of` are those of the extract it is about (of two compared, the first). `manifest_sha256` names
    what a freezing made; `rerun` says how an extract made again compares, and the files are those that are not the
    same; `diff` sums up a comparison, and the files hold every cell of it. `backtest` is what a backtest found, and its
    `review_id` that of the log.
    """

    job_id: UUID
    kind: JobKind
    review_id: UUID
    position: int
    as_of: date
    state: JobState
    done: int
    total: int
    problem: str | None
    manifest_sha256: str | None
    rerun: RerunResult | None
    diff: ComparisonSummary | None
    backtest: BacktestReport | None = None
    files: tuple[JobFile, ...]


class ReviewJobs(Struct, frozen=True, kw_only=True):
    """The jobs on a review, those asked for last first; of very many the first are left out."""

    data: tuple[JobAnswer, ...]


def registration_in_path(call: Call, position: int | None = None) -> RegisteredReview:
    """The review that the address names. Raises Problem 404."""
    review_id = call.id_in_path("review")
    try:
        return registered_review(call.services.recorder, review_id, position)
    except UnknownReview:
        raise no_review(review_id) from None


def require_registrant(call: Call, registration: RegisteredReview) -> None:
    """Refuse work on a review to all but its registrant and stewards. Raises Problem 403."""
    if not call.asker.actor.steward and registration.word not in call.asker.speaks_for:
        raise Problem("not-allowed", "It was registered by somebody else.")


def begin(call: Call, request: type[S], work: Callable[[S, KeptJob | None], AskedWork]) -> OperationAnswer:
    """The answer to a request for work: begun once for an Idempotency-Key, anew where an attempt failed or was lost.

    `work` checks the request, and is told of that earlier attempt if there was one. Raises Problem.
    """
    identity = identity_of(call)
    body = read_object(call.body)
    sent_request = read_struct(body, request)
    log = call.services.recorder
    about = {"review": str(call.id_in_path("review"))} if "review" in call.path else {"operation": call.operation.name}
    kept_body = {**body, **about}
    jobs = [job for each in (*identity.earlier, identity.command_id) if (job := find_job(log, each)) is not None]
    earlier = next((job for job in jobs if job.given == kept_body), None)
    if jobs and earlier is None:
        raise _reused()
    job_id = identity.command_id if earlier is None else earlier.job_id
    if earlier is None or earlier.state not in {*UNDER_WAY, JobState.DONE}:
        ask_for_job(call.services, job_id, work(sent_request, earlier), kept_body, call.asker.actor)
    job = find_job(log, job_id)
    if job is None:
        raise Problem("unavailable", "Another request with this key is being taken.", headers={"Retry-After": "2"})
    if job.given != kept_body:  # another request with this key came in between
        raise _reused()
    headers = {"Location": f"/v1/jobs/{job_id}"} | ({REPLAYED: "true"} if earlier else {})
    return OperationAnswer(content=_answer(call, job), status=202, headers=headers, personal=True)


def _reused() -> Problem:
    return Problem("idempotency-key-reused", "Nothing was begun by this request.")


def _list_jobs(call: Call) -> OperationAnswer:
    review = registration_in_path(call)
    jobs = [job for job in jobs_on(call.services.recorder, review.body.review_id, _MOST_JOBS) if is_in_reach(call, job)]
    return OperationAnswer(content=ReviewJobs(data=tuple(_answer(call, job) for job in jobs)), personal=True)


def _read_job(call: Call) -> OperationAnswer:
    return OperationAnswer(content=_answer(call, _job(call)), personal=True)


def _job(call: Call) -> KeptJob:
    job = find_job(call.services.recorder, call.id_in_path("job"))
    if not is_in_reach(call, job) or job is None:
        raise Problem("not-found", "There is no job with this id.")
    return job


def is_in_reach(call: Call, job: KeptJob | None) -> bool:
    """Every review that a job is about is within the asker's reach; a backtest is about the whole log.

    The same is asked of the database whatever the job is about, and where there is none.
    """
    sight = call.sight
    if sight is None:
        return job is not None
    other = None if job is None else job.given.get("other_manifest_sha256")
    beside = frozen_job(call.services.recorder, other or "")
    sees_own = sight.sees_review(_NOTHING if job is None else job.review_id)
    sees_other = sight.sees_review(_NO_OTHER if beside is None else beside.review_id)
    return sees_own and (other is None or sees_other) and job is not None and job.kind is not JobKind.BACKTEST


def _answer(call: Call, job: KeptJob) -> JobAnswer:
    files = files_of(call.services.recorder, job.job_id) if job.state is JobState.DONE else []
    return JobAnswer(
        job_id=job.job_id,
        kind=job.kind,
        review_id=job.review_id,
        position=job.position,
        as_of=job.as_of,
        state=job.state,
        done=job.done,
        total=job.total,
        problem=job.problem,
        manifest_sha256=job.manifest_sha256,
        rerun=convert(job.result, RerunResult) if job.result and job.kind is JobKind.RERUN else None,
        diff=convert(job.result, ComparisonSummary) if job.result and job.kind is JobKind.DIFF else None,
        backtest=convert(job.result, BacktestReport) if job.result and job.kind is JobKind.BACKTEST else None,
        files=tuple(
            JobFile(
                path=kept_file.path,
                bytes=kept_file.bytes,
                sha256=kept_file.sha256,
                address=f"/v1/jobs/{job.job_id}/files/{kept_file.path}",
            )
            for kept_file in files
        ),
    )


def _cancel(call: Call) -> OperationAnswer:
    job = _job(call)
    identity_of(call)  # a key is asked for as everywhere, though this may be sent twice without one
    read_struct(read_object(call.body), JobCancelRequest)
    if job.kind is JobKind.BACKTEST:
        if not call.asker.may_everywhere(Right.OPERATE):
            raise Problem("not-allowed", "It was begun by those who see how the installation runs.")
    else:
        require_registrant(call, registered_review(call.services.recorder, job.review_id, None))
    cancel(call.services.recorder, job.job_id)
    return OperationAnswer(content=_answer(call, _job(call)), status=202, personal=True)


def _read_file(call: Call) -> OperationAnswer:
    job, name = _job(call), call.path["file"]
    file = file_of(call.services.recorder, job.job_id, name) if job.state is JobState.DONE else None
    if file is None:
        raise Problem("not-found", "The job has made no file of this name.")
    sha256, content = file
    media = next((media for suffix, media in _MEDIA.items() if name.endswith(suffix)), _TEXT)
    media_type(", ".join(call.headers.getlist("Accept")), (media,))  # raises 406
    headers = {"ETag": etag(sha256), "Content-Disposition": f'attachment; filename="{name}"'}
    return OperationAnswer(content=content, media=media, headers=headers)


OPERATIONS = (
    Operation(
        method="GET",
        path="/v1/reviews/{review}/jobs",
        name="list-review-jobs",
        summary="List the jobs on a review, those asked for last first, with what they found and made.",
        tag=TAG,
        handle=_list_jobs,
        answers={200: ReviewJobs},
    ),
    Operation(
        method="GET",
        path="/v1/jobs/{job}",
        name="read-job",
        summary="Read how far a job has come, what it found, and the files it made.",
        tag=TAG,
        handle=_read_job,
        answers={200: JobAnswer},
    ),
    Operation(
        method="POST",
        path="/v1/jobs/{job}/cancellations",
        name="cancel-job",
        summary="Cancel a job that waits or runs; one that has ended stays as it is.",
        tag=TAG,
        handle=_cancel,
        right=Right.REVIEW,
        request=JobCancelRequest,
        answers={202: JobAnswer},
    ),
    Operation(
        method="GET",
        path="/v1/jobs/{job}/files/{file}",
        name="read-job-file",
        summary="Take away one file that a job made.",
        tag=TAG,
        handle=_read_file,
        answers={200: dict[str, Any]},
        media=(JSON, CSV, _PARQUET, _MARKDOWN, _TEXT),
        conditional=True,
    ),
)
