"""Work on reviews in the background: an extract frozen, made again, or compared with another."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid5

from api.jobs.background import JobOutcome, JobWork
from api.jobs.kept_jobs import HeldJob, JobKind, KeptJob, write_files
from api.runtime.services import Services
from domain.decisions.command_context import Actor, CommandContext
from projections.engine.executors import open_executor
from projections.method.method import Method
from projections.reviews.compare_extracts import compare_extracts
from projections.reviews.comparison_tables import summary_of, write_comparison
from projections.reviews.extract import ExtractRequest, ExtractSource, make_extract
from projections.reviews.freeze import record_frozen, rerun, sha256_of
from projections.reviews.manifest import MANIFEST

_WORKERS: Final = 2  # of fresh processes, so that requests are not kept waiting by arithmetic


def freeze_work(services: Services, extract: ExtractRequest, method: Method, actor: Actor) -> JobWork:
    """The work of freezing an extract: its files are kept, and it is put on record."""

    def does(job: HeldJob) -> JobOutcome:
        with _folders("made") as (folder,), open_executor(_WORKERS) as executor:
            manifest = make_extract(_source(services), extract, method, folder, executor, job.progress)
            job.keep(folder.iterdir())
            sha256 = sha256_of(folder / MANIFEST)
        context = CommandContext(
            actor=actor, command_id=uuid5(job.job_id, sha256), now=services.now(), person_of=services.vault.person_of
        )
        record_frozen(services.handler, context, manifest, sha256)
        return JobOutcome(manifest_sha256=sha256)

    return JobWork(kind=JobKind.FREEZE, extract=extract, does=does)


def rerun_work(services: Services, kept_job: KeptJob) -> JobWork:
    """The work of making the extract that a job keeps again; files that are not the same are kept."""

    def does(job: HeldJob) -> JobOutcome:
        with _folders("kept", "made") as (before, after), open_executor(_WORKERS) as executor:
            write_files(services.recorder, kept_job.job_id, before)
            result = rerun(_source(services), before / MANIFEST, after, executor, job.progress)
            job.keep(path for path in after.iterdir() if path.name in result.differing)
        return JobOutcome(result=result)

    return JobWork(kind=JobKind.RERUN, extract=same_extract(kept_job), does=does)


def diff_work(services: Services, one: KeptJob, other: KeptJob) -> JobWork:
    """The work of comparing the extracts that two jobs keep; the comparison is kept as files."""

    def does(job: HeldJob) -> JobOutcome:
        with _folders("one", "other", "made") as (first, second, after), open_executor(_WORKERS) as executor:
            write_files(services.recorder, one.job_id, first)
            write_files(services.recorder, other.job_id, second)
            result = compare_extracts(_source(services), first / MANIFEST, second / MANIFEST, executor, job.progress)
            write_comparison(result, after)
            job.keep(after.iterdir())
        return JobOutcome(result=summary_of(result))

    return JobWork(kind=JobKind.DIFF, extract=same_extract(one), does=does)


@contextmanager
def _folders(*names: str) -> Iterator[tuple[Path, ...]]:
    """Empty folders to work in, which are removed afterwards."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-review-") as root:
        folders = tuple(Path(root) / name for name in names)
        for folder in folders:
            folder.mkdir()
        yield folders


def _source(services: Services) -> ExtractSource:
    return ExtractSource(log=services.recorder, dsn=services.dsn)


def same_extract(kept_job: KeptJob) -> ExtractRequest:
    """The request for the extract that a job keeps, or was to make."""
    return ExtractRequest(
        review_id=kept_job.review_id, position=kept_job.position, as_of=kept_job.as_of, forms=kept_job.forms
    )
