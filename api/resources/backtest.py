"""Backtests: the figures of the whole log checked against what came after them, in the background, for stewards."""

from api.access.user_roles import Right
from api.http.operations import Call, Operation, OperationAnswer
from api.http.problems import ProblemFault
from api.http.validation import invalid
from api.jobs.asked_jobs import AskedWork
from api.jobs.backtest_work import BacktestRequest, method_asked_for
from api.jobs.kept_jobs import JobKind, KeptJob
from api.resources.review_jobs import JobAnswer, begin
from domain.log.errors import BeyondHead
from domain.values import day_of
from projections.method.document import MethodInvalid
from projections.reviews.extract import ExtractRequest


def _begin(call: Call) -> OperationAnswer:
    def work(request: BacktestRequest, earlier: KeptJob | None) -> AskedWork:
        log = call.services.recorder
        head = log.head()
        position = earlier.position if earlier is not None else request.position or head.position
        try:
            log.root(position)
        except BeyondHead as error:
            raise invalid([ProblemFault(code="out-of-bounds", detail=str(error), pointer="#/position")]) from None
        _require_method(call, request.method_sha256)
        today = day_of(call.services.now())
        subject = ExtractRequest(review_id=head.log_id, position=position, as_of=today, forms=())
        return AskedWork(kind=JobKind.BACKTEST, extract=subject)

    return begin(call, BacktestRequest, work)


def _require_method(call: Call, sha256: str | None) -> None:
    """Refuse a backtest by a method that none published here is, or that cannot be used. Raises Problem."""
    try:
        method_asked_for(call.services, sha256)
    except KeyError:
        detail = f"no method published here has the SHA-256 {sha256}: publish it first"
    except MethodInvalid as error:
        detail = f"{sha256} cannot be used: {error}"
    else:
        return
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
