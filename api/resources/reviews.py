"""Reviews: registered before their outcome is seen; extracts frozen, made again and compared in the background."""

from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import Problem, ProblemFault
from api.http.validation import invalid
from api.jobs.asked_jobs import AskedWork
from api.jobs.kept_jobs import JobKind, KeptJob, frozen_job
from api.jobs.review_work import same_extract
from api.reading.register import Register
from api.recording.command_route import command_route
from api.resources import review_jobs
from api.resources.review_jobs import TAG, JobAnswer, begin, is_in_reach, registration_in_path, require_registrant
from domain.decisions.refusals import Code
from domain.decisions.reviews import FreezeReview, RegisterReview
from domain.events.stewardship import ReviewRegistered
from domain.log.errors import BeyondHead
from domain.values import Sha256, day_of
from projections.method.document import shipped_method
from projections.reviews.extract import ALL_FORMS, ExtractRequest, registered
from projections.reviews.manifest import ReviewRegistration
from projections.reviews.registration import (
    FrozenExtract,
    ReviewMethodMissing,
    UnknownReview,
    registered_review,
    review_method,
)
from projections.reviews.table_files import ExportMissing, ExtractFormat, arrow

_REGISTER: Final = Register("review", ReviewRegistered)


class Review(Struct, frozen=True, kw_only=True):
    """A review as registered, what was on record by then, and the extracts frozen since."""

    review_id: UUID
    registered: ReviewRegistration
    method_sha256: str
    method_id: UUID | None
    frozen: tuple[FrozenExtract, ...]


class FreezeReviewRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which extract is wanted."""

    position: Annotated[int, Meta(ge=1, description="How much of the record to know; by default all")] | None = None
    as_of: Annotated[date, Meta(description="Months that were over by this day; by default today")] | None = None
    forms: Annotated[tuple[ExtractFormat, ...], Meta(min_length=1, max_length=2, description="In which formats")] = (
        ALL_FORMS
    )


class RerunReviewRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which extract of the review to make again."""

    manifest_sha256: Annotated[Sha256, Meta(description="The digest of its manifest, by which it is cited")]


class DiffReviewsRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which extract of the review to compare, and with which: another of it, or one of another review."""

    manifest_sha256: Annotated[Sha256, Meta(description="The digest of its manifest, by which it is cited")]
    other_manifest_sha256: Annotated[Sha256, Meta(description="The digest of the manifest of the other")]


def _method_faults(command: RegisterReview) -> list[ProblemFault]:
    """Faults of a method that nobody could find again: one that is neither published nor shipped."""
    if command.method_sha256 is None or shipped_method(command.method_sha256) is not None:
        return []
    detail = "this is no method that was shipped: publish yours and name it by its id in `method`"
    return [ProblemFault(code=Code.INVALID_METHOD, detail=detail, pointer="#/method_sha256")]


def _read(call: Call) -> OperationAnswer:
    registration = registration_in_path(call)
    head = call.services.recorder.head().position
    content = Review(
        review_id=registration.body.review_id,
        registered=registered(call.services.recorder, registration, head),
        method_sha256=registration.body.method_sha256,
        method_id=registration.body.method_id,
        frozen=registration.frozen,
    )
    return OperationAnswer(content=content)


def _freeze(call: Call) -> OperationAnswer:
    def work(request: FreezeReviewRequest, earlier: KeptJob | None) -> AskedWork:
        extract = _extract_wanted(call, request) if earlier is None else same_extract(earlier)
        _require_freezable(call, extract)
        return AskedWork(kind=JobKind.FREEZE, extract=extract)

    return begin(call, FreezeReviewRequest, work)


def _extract_wanted(call: Call, request: FreezeReviewRequest) -> ExtractRequest:
    head = call.services.recorder.head()
    today = day_of(head.now)
    if request.as_of is not None and request.as_of > today:
        raise _unusable("as_of", Code.IN_THE_FUTURE, f"{request.as_of} lies in the future")
    return ExtractRequest(
        review_id=call.id_in_path("review"),
        position=head.position if request.position is None else request.position,
        as_of=request.as_of or today,
        forms=tuple(form for form in ALL_FORMS if form in request.forms),
    )


def _require_freezable(call: Call, extract: ExtractRequest) -> None:
    """Refuse at once what could only fail later. Raises Problem."""
    log = call.services.recorder
    registration_in_path(call)  # 404 where there is no such review at all
    try:
        log.root(extract.position)
        registration = registered_review(log, extract.review_id, extract.position)
        review_method(log, registration, extract.position)
        if ExtractFormat.PARQUET in extract.forms:
            arrow()
    except (UnknownReview, BeyondHead) as error:
        raise _unusable("position", "out-of-bounds", str(error)) from None
    except (ReviewMethodMissing, ExportMissing) as error:
        raise Problem("conflict", f"{error}.") from None
    if not registration.months(extract.as_of).ends:
        raise _unusable("as_of", "out-of-bounds", "no whole month of the review was over by this day")
    require_registrant(call, registration)


def _unusable(field: str, code: str, detail: str) -> Problem:
    return invalid([ProblemFault(code=code, detail=detail, pointer=f"#/{field}")])


def _make_again(call: Call) -> OperationAnswer:
    def work(request: RerunReviewRequest, _: KeptJob | None) -> AskedWork:
        (kept_job,) = _kept(call, {"manifest_sha256": request.manifest_sha256})
        return AskedWork(kind=JobKind.RERUN, extract=same_extract(kept_job))

    return begin(call, RerunReviewRequest, work)


def _compare(call: Call) -> OperationAnswer:
    def work(request: DiffReviewsRequest, _: KeptJob | None) -> AskedWork:
        digests = {
            "manifest_sha256": request.manifest_sha256,
            "other_manifest_sha256": request.other_manifest_sha256,
        }
        one, _ = _kept(call, digests)
        return AskedWork(kind=JobKind.DIFF, extract=same_extract(one))

    return begin(call, DiffReviewsRequest, work)


def _kept(call: Call, digests: dict[str, str]) -> list[KeptJob]:
    """The jobs that keep extracts, the first of the review in the address. Raises Problem naming every fault."""
    review = registration_in_path(call)
    require_registrant(call, review)
    (first, sha256), *others = digests.items()
    jobs = {first: frozen_job(call.services.recorder, sha256, review.body.review_id)}
    jobs |= {field: frozen_job(call.services.recorder, each) for field, each in others}
    missing = [field for field, job in jobs.items() if job is None or not is_in_reach(call, job)]
    if missing:
        detail = "no files of it are kept here: freeze it over the API, at its position and day, then ask again"
        raise invalid([ProblemFault(code="not-in-list", detail=detail, pointer=f"#/{field}") for field in missing])
    return [job for job in jobs.values() if job is not None]


OPERATIONS = (
    command_route(
        "/v1/reviews", RegisterReview, tag=TAG, at="/v1/reviews/{review}", check=_method_faults, right=Right.REVIEW
    ),
    _REGISTER.listing("/v1/reviews", name="list-reviews", summary="List the reviews, oldest first.", tag=TAG),
    Operation(
        method="GET",
        path="/v1/reviews/{review}",
        name="read-review",
        summary="Read one review, what was on record when it was registered, and its extracts.",
        tag=TAG,
        handle=_read,
        answers={200: Review},
    ),
    Operation(
        method="POST",
        path="/v1/reviews/{review}/freezes",
        name="freeze-review",
        summary="Freeze an extract of a review in the background, and put it on record.",
        tag=TAG,
        handle=_freeze,
        right=Right.REVIEW,
        command=FreezeReview,
        request=FreezeReviewRequest,
        answers={202: JobAnswer},
    ),
    Operation(
        method="POST",
        path="/v1/reviews/{review}/reruns",
        name="rerun-review",
        summary="Make an extract of a review again in the background, and say whether it is the same to the byte.",
        tag=TAG,
        handle=_make_again,
        right=Right.REVIEW,
        request=RerunReviewRequest,
        answers={202: JobAnswer},
    ),
    Operation(
        method="POST",
        path="/v1/reviews/{review}/diffs",
        name="diff-reviews",
        summary="Compare two extracts in the background: which cells changed, and because of what.",
        tag=TAG,
        handle=_compare,
        right=Right.REVIEW,
        request=DiffReviewsRequest,
        answers={202: JobAnswer},
    ),
    *review_jobs.OPERATIONS,
)
