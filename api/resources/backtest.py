"""Backtests: the figures of the whole log checked against what came after them, in the background, for stewards."""

from datetime import date
from typing import Annotated, Final

from msgspec import Meta, Struct

from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import ProblemFault
from api.http.validation import invalid
from api.jobs.background import JobWork
from api.jobs.backtest_work import backtest_work
from api.jobs.kept_jobs import KeptJob
from api.reading.figures import published_documents
from api.resources.review_jobs import JobAnswer, begin
from domain.log.errors import BeyondHead
from domain.values import Sha256
from projections.backtest.backtest import BacktestQuestion
from projections.history.claimed_record import KnownBy
from projections.method.document import MethodInvalid, default_method, load_method, shipped_method
from projections.method.method import Method

_MOST: Final = 10
_Days = Annotated[float, Meta(ge=1, le=100_000)]


class BacktestRequest(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question for a backtest: by which method to check, as far as which position, and what to try beside."""

    method_sha256: (
        Annotated[Sha256, Meta(description="A method published here, or the shipped one; by default that")] | None
    ) = None
    position: Annotated[int, Meta(ge=1, description="How much of the record to know; by default all")] | None = None
    known_by: Annotated[
        KnownBy, Meta(description="What was known by the record's own clock, or by that which sources claim")
    ] = KnownBy.RECORD
    split_on: (
        Annotated[date, Meta(description="Choose settings on what came before this day, and score them from it on")]
        | None
    ) = None
    half_lives_days: Annotated[
        tuple[_Days | None, ...],
        Meta(max_length=_MOST, description="Half-lives in days to try beside the method's; null: nothing fades"),
    ] = ()


def _begin(call: Call) -> OperationAnswer:
    def work(request: BacktestRequest, earlier: KeptJob | None) -> JobWork:
        log = call.services.recorder
        head = log.head()
        position = earlier.position if earlier is not None else request.position or head.position
        try:
            log.root(position)
        except BeyondHead as error:
            raise invalid([ProblemFault(code="out-of-bounds", detail=str(error), pointer="#/position")]) from None
        question = BacktestQuestion(
            method=_method(call, request.method_sha256),
            position=position,
            known_by=request.known_by,
            split_on=request.split_on,
            half_lives_days=request.half_lives_days,
        )
        return backtest_work(call.services, head.log_id, question)

    return begin(call, BacktestRequest, work)


def _method(call: Call, sha256: str | None) -> Method:
    """The method with a SHA-256. Raises Problem where none published here has it, or it cannot be used."""
    shipped = default_method() if sha256 is None else shipped_method(sha256)
    if shipped is not None:
        return shipped
    try:
        return load_method(published_documents(call.services)[sha256 or ""].encode())
    except KeyError:
        detail = f"no method published here has the SHA-256 {sha256}: publish it first"
    except MethodInvalid as error:
        detail = f"{sha256} cannot be used: {error}"
    raise invalid([ProblemFault(code="not-in-list", detail=detail, pointer="#/method_sha256")])


OPERATIONS = (
    Operation(
        method="POST",
        path="/v1/backtests",
        name="begin-backtest",
        summary="Check the figures of the whole log against what came after them, in the background.",
        tag="Stewardship",
        handle=_begin,
        right=Right.OPERATE,
        request=BacktestRequest,
        answers={202: JobAnswer},
    ),
)
