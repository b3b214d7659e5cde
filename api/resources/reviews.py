"""Reviews: registered before their outcome is seen, frozen into extracts in the background, files to take away."""

from datetime import date
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import Meta, Struct

from api.auth import Scope
from api.conditional import etag
from api.freezing import start_freezing
from api.idempotency import REPLAYED, command_id_of, idempotency_key
from api.jobs import UNDER_WAY, Job, JobState, file_of, files_of, find_job
from api.negotiation import chosen
from api.operations import CSV, JSON, Answer, Call, Operation
from api.problems import Fault, Problem
from api.recording import recording
from api.register import Register
from api.validation import invalid, read_object, read_struct
from domain.decisions.refusals import Code
from domain.decisions.reviews import FreezeReview, RegisterReview
from domain.events.stewardship import ReviewRegistered
from domain.log.errors import BeyondHead
from domain.values import day_of
from projections.reviews.extract import ALL_FORMS, Asked, registered
from projections.reviews.files import ExportMissing, Form, arrow
from projections.reviews.manifest import Registered
from projections.reviews.registration import (
    Frozen,
    Registration,
    ReviewMethodMissing,
    UnknownReview,
    registration_of,
    review_method,
)
from projections.scoring.method import Method, method_sha256
from projections.scoring.method_document import default_method

_TAG: Final = "Reviews"
_REGISTER: Final = Register("review", ReviewRegistered)
_PARQUET: Final = "application/vnd.apache.parquet"
_MARKDOWN: Final = "text/markdown"
_TEXT: Final = "text/plain"
_MEDIA: Final = {".csv": CSV, ".parquet": _PARQUET, ".json": JSON, ".md": _MARKDOWN}


class Review(Struct, frozen=True, kw_only=True):
    """A review as registered, what was on record by then, and the extracts frozen since."""

    review_id: UUID
    registered: Registered
    method_sha256: str
    method_id: UUID | None
    frozen: tuple[Frozen, ...]


class Freezing(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which extract is wanted."""

    position: Annotated[int, Meta(ge=1, description="How much of the record to know; by default all")] | None = None
    as_of: Annotated[date, Meta(description="Months that were over by this day; by default today")] | None = None
    forms: Annotated[tuple[Form, ...], Meta(min_length=1, max_length=2, description="In which formats")] = ALL_FORMS


class FileHere(Struct, frozen=True, kw_only=True):
    """A file to take away."""

    path: str
    bytes: int
    sha256: str
    address: str


class JobAnswer(Struct, frozen=True, kw_only=True):
    """How far a freezing has come; its files once it is done. A lost one is asked for again with the same key."""

    job_id: UUID
    review_id: UUID
    position: int
    as_of: date
    state: JobState
    done: int
    total: int
    problem: str | None
    manifest_sha256: str | None
    files: tuple[FileHere, ...]


def _known_method(order: RegisterReview) -> list[Fault]:
    """Refuse a method that nobody could find again: one that is neither published nor shipped."""
    if order.method_sha256 in (None, method_sha256(default_method())):
        return []
    detail = "this is not the method shipped: publish yours and name it by its id in `method`"
    return [Fault(code=Code.INVALID_METHOD, detail=detail, pointer="#/method_sha256")]


def _read(call: Call) -> Answer:
    registration = _registration(call, None)
    head = call.services.recorder.head().position
    content = Review(
        review_id=registration.body.review_id,
        registered=registered(call.services.recorder, registration, head),
        method_sha256=registration.body.method_sha256,
        method_id=registration.body.method_id,
        frozen=registration.frozen,
    )
    return Answer(content=content)


def _registration(call: Call, position: int | None) -> Registration:
    try:
        return registration_of(call.services.recorder, call.id_in_path("review"), position)
    except UnknownReview as error:
        raise Problem("not-found", f"{str(error)[:1].upper()}{str(error)[1:]}.") from None


def _freeze(call: Call) -> Answer:
    key = idempotency_key(call.headers)
    given = read_object(call.body)
    freezing = read_struct(given, Freezing)
    job_id = command_id_of(call.asker.key_id, call.operation.name, key)
    sent = {**given, "review": str(call.id_in_path("review"))}
    earlier = find_job(call.services.recorder, job_id)
    if earlier is not None and earlier.given != sent:
        raise Problem("idempotency-key-reused", "Nothing was begun by this request.")
    if earlier is None or earlier.state not in {*UNDER_WAY, JobState.DONE}:
        asked = _asked(call, freezing) if earlier is None else _asked_before(earlier)
        method = _may_freeze(call, asked)
        start_freezing(call.services, job_id, asked, sent, method, call.asker.actor)
    headers = {"Location": f"/v1/jobs/{job_id}"} | ({REPLAYED: "true"} if earlier else {})
    job = find_job(call.services.recorder, job_id)
    if job is None:
        raise Problem("unavailable", "Another request with this key is being taken.", headers={"Retry-After": "2"})
    return Answer(content=_answer(call, job), status=202, headers=headers, personal=True)


def _asked(call: Call, freezing: Freezing) -> Asked:
    head = call.services.recorder.head()
    today = day_of(head.now)
    if freezing.as_of is not None and freezing.as_of > today:
        raise _unusable("as_of", Code.IN_THE_FUTURE, f"{freezing.as_of} lies in the future")
    return Asked(
        review_id=call.id_in_path("review"),
        position=head.position if freezing.position is None else freezing.position,
        as_of=freezing.as_of or today,
        forms=tuple(form for form in ALL_FORMS if form in freezing.forms),
    )


def _asked_before(job: Job) -> Asked:
    return Asked(review_id=job.review_id, position=job.position, as_of=job.as_of, forms=job.forms)


def _may_freeze(call: Call, asked: Asked) -> Method:
    """Refuse at once what could only fail later; give the method."""
    log = call.services.recorder
    _registration(call, None)  # 404 where there is no such review at all
    try:
        log.root(asked.position)
        registration = registration_of(log, asked.review_id, asked.position)
        method = review_method(log, registration, asked.position)
        if Form.PARQUET in asked.forms:
            arrow()
    except (UnknownReview, BeyondHead) as error:
        raise _unusable("position", "out-of-bounds", str(error)) from None
    except (ReviewMethodMissing, ExportMissing) as error:
        raise Problem("conflict", f"{error}.") from None
    if not registration.months(asked.as_of).ends:
        raise _unusable("as_of", "out-of-bounds", "no whole month of the review was over by this day")
    if not call.asker.actor.steward and registration.word not in call.asker.speaks_for:
        raise Problem("not-allowed", "It was registered by somebody else.")
    return method


def _unusable(field: str, code: str, detail: str) -> Problem:
    return invalid([Fault(code=code, detail=detail, pointer=f"#/{field}")])


def _read_job(call: Call) -> Answer:
    return Answer(content=_answer(call, _job(call)), personal=True)


def _job(call: Call) -> Job:
    job = find_job(call.services.recorder, call.id_in_path("job"))
    if job is None:
        raise Problem("not-found", "There is no job with this id.")
    return job


def _answer(call: Call, job: Job) -> JobAnswer:
    files = files_of(call.services.recorder, job.job_id) if job.state is JobState.DONE else []
    return JobAnswer(
        job_id=job.job_id,
        review_id=job.review_id,
        position=job.position,
        as_of=job.as_of,
        state=job.state,
        done=job.done,
        total=job.total,
        problem=job.problem,
        manifest_sha256=job.manifest_sha256,
        files=tuple(
            FileHere(
                path=each.path,
                bytes=each.bytes,
                sha256=each.sha256,
                address=f"/v1/jobs/{job.job_id}/files/{each.path}",
            )
            for each in files
        ),
    )


def _read_file(call: Call) -> Answer:
    job, name = _job(call), call.path["file"]
    found = file_of(call.services.recorder, job.job_id, name) if job.state is JobState.DONE else None
    if found is None:
        raise Problem("not-found", "The job has made no file of this name.")
    sha256, content = found
    media = next((media for suffix, media in _MEDIA.items() if name.endswith(suffix)), _TEXT)
    chosen(", ".join(call.headers.getlist("Accept")), (media,))  # raises 406
    headers = {"ETag": etag(sha256), "Content-Disposition": f'attachment; filename="{name}"'}
    return Answer(content=content, media=media, headers=headers)


OPERATIONS = (
    recording("/v1/reviews", RegisterReview, tag=_TAG, at="/v1/reviews/{review}", check=_known_method),
    _REGISTER.listing("/v1/reviews", name="list-reviews", summary="List the reviews, oldest first.", tag=_TAG),
    Operation(
        method="GET",
        path="/v1/reviews/{review}",
        name="read-review",
        summary="Read one review, what was on record when it was registered, and its extracts.",
        tag=_TAG,
        handle=_read,
        answers={200: Review},
    ),
    Operation(
        method="POST",
        path="/v1/reviews/{review}/freezes",
        name="freeze-review",
        summary="Freeze an extract of a review in the background, and put it on record.",
        tag=_TAG,
        handle=_freeze,
        scope=Scope.RECORD,
        command=FreezeReview,
        request=Freezing,
        answers={202: JobAnswer},
    ),
    Operation(
        method="GET",
        path="/v1/jobs/{job}",
        name="read-job",
        summary="Read how far a job has come, and the files it made.",
        tag=_TAG,
        handle=_read_job,
        answers={200: JobAnswer},
    ),
    Operation(
        method="GET",
        path="/v1/jobs/{job}/files/{file}",
        name="read-job-file",
        summary="Take away one file that a job made.",
        tag=_TAG,
        handle=_read_file,
        answers={200: dict[str, Any]},
        media=(JSON, CSV, _PARQUET, _MARKDOWN, _TEXT),
        conditional=True,
    ),
)
