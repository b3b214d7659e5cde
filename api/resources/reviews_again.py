"""Extracts of reviews made again, to see whether they are the same, and compared, to see what changed and why."""

from typing import Annotated

from msgspec import Meta, Struct

from api.http.auth import Scope
from api.http.operations import Answer, Call, Operation
from api.http.problems import ProblemFault
from api.http.validation import invalid
from api.jobs.background import JobWork
from api.jobs.kept_jobs import KeptJob, frozen_job
from api.jobs.review_work import comparing, making_again
from api.resources.review_jobs import TAG, JobAnswer, begin, must_be_theirs, registration_in_path
from domain.values import Sha256


class RerunReviewRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which extract of the review to make again."""

    manifest_sha256: Annotated[Sha256, Meta(description="The digest of its manifest, by which it is cited")]


class DiffReviewsRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which extract of the review to compare, and with which: another of it, or one of another review."""

    manifest_sha256: Annotated[Sha256, Meta(description="The digest of its manifest, by which it is cited")]
    other_manifest_sha256: Annotated[Sha256, Meta(description="The digest of the manifest of the other")]


def _make_again(call: Call) -> Answer:
    def work(given: RerunReviewRequest, _: KeptJob | None) -> JobWork:
        (kept,) = _kept(call, {"manifest_sha256": given.manifest_sha256})
        return making_again(call.services, kept)

    return begin(call, RerunReviewRequest, work)


def _compare(call: Call) -> Answer:
    def work(given: DiffReviewsRequest, _: KeptJob | None) -> JobWork:
        named = {
            "manifest_sha256": given.manifest_sha256,
            "other_manifest_sha256": given.other_manifest_sha256,
        }
        one, other = _kept(call, named)
        return comparing(call.services, one, other)

    return begin(call, DiffReviewsRequest, work)


def _kept(call: Call, named: dict[str, str]) -> list[KeptJob]:
    """Find the jobs that keep extracts, the first of the review in the address. Raises Problem naming every fault."""
    review = registration_in_path(call)
    must_be_theirs(call, review)
    (first, sha256), *others = named.items()
    jobs = {first: frozen_job(call.services.recorder, sha256, review.body.review_id)}
    jobs |= {field: frozen_job(call.services.recorder, each) for field, each in others}
    missing = [field for field, job in jobs.items() if job is None]
    if missing:
        detail = "no files of it are kept here: freeze it over the API, at its position and day, then ask again"
        raise invalid([ProblemFault(code="not-in-list", detail=detail, pointer=f"#/{field}") for field in missing])
    return [job for job in jobs.values() if job is not None]


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/reviews/{review}/reruns",
        name="rerun-review",
        summary="Make an extract of a review again in the background, and say whether it is the same to the byte.",
        tag=TAG,
        handle=_make_again,
        scope=Scope.RECORD,
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
        scope=Scope.RECORD,
        request=DiffReviewsRequest,
        answers={202: JobAnswer},
    ),
)
