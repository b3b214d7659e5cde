"""Work on the whole log in the background: its figures checked against what came after them."""

from typing import Final
from uuid import UUID

from api.jobs.background import JobOutcome, JobWork
from api.jobs.kept_jobs import HeldJob, JobKind
from api.runtime.services import Services
from domain.values import day_of
from projections.backtest.backtest import BacktestQuestion, backtest
from projections.engine.executors import open_executor
from projections.reviews.extract import ExtractRequest

_WORKERS: Final = 2  # of fresh processes, so that requests are not kept waiting by arithmetic


def backtest_work(services: Services, log_id: UUID, question: BacktestQuestion) -> JobWork:
    """The work of a backtest: what it finds is kept with the job, and nothing is recorded."""

    def does(job: HeldJob) -> JobOutcome:
        with open_executor(_WORKERS) as executor:
            return JobOutcome(result=backtest(services.recorder, services.dsn, question, executor, job.progress))

    subject = ExtractRequest(review_id=log_id, position=question.position, as_of=day_of(services.now()), forms=())
    return JobWork(kind=JobKind.BACKTEST, extract=subject, does=does)
