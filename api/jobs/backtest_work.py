"""Work on the whole log in the background: its figures checked against what came after them."""

from datetime import date
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct

from api.jobs.job_outcome import JobOutcome
from api.jobs.kept_jobs import HeldJob, KeptJob
from api.reading.figures import published_documents
from api.runtime.services import Services
from domain.values import Sha256
from projections.backtest.backtest import BacktestQuestion, backtest
from projections.engine.executors import open_executor
from projections.history.claimed_record import KnownBy
from projections.method.document import default_method, load_method, shipped_method
from projections.method.method import Method

_MOST: Final = 10
_WORKERS: Final = 2  # of fresh processes, so that other work is not kept waiting by arithmetic
_BESIDE_THE_REQUEST: Final = "operation"
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


def check_figures(services: Services, kept_job: KeptJob, held_job: HeldJob) -> JobOutcome:
    """Check the figures of the log: what is found is kept with the job, and nothing is recorded."""
    arguments = {name: value for name, value in kept_job.given.items() if name != _BESIDE_THE_REQUEST}
    request = msgspec.convert(arguments, BacktestRequest)
    question = BacktestQuestion(
        method=method_asked_for(services, request.method_sha256),
        position=kept_job.position,
        known_by=request.known_by,
        split_on=request.split_on,
        half_lives_days=request.half_lives_days,
    )
    with open_executor(_WORKERS) as executor:
        result = backtest(services.recorder, services.dsn, question, executor, held_job.progress)
    return JobOutcome(result=result)


def method_asked_for(services: Services, sha256: str | None) -> Method:
    """The method with a SHA-256; without one, the shipped. Raises MethodInvalid; KeyError where none here has it."""
    shipped = default_method() if sha256 is None else shipped_method(sha256)
    return shipped or load_method(published_documents(services)[sha256 or ""].encode())
