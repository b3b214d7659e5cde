"""Work on reviews in the background: an extract frozen, made again, or compared with another."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid5

from api.jobs.job_outcome import JobOutcome
from api.jobs.kept_jobs import HeldJob, KeptJob, frozen_job, write_files
from api.runtime.services import Services
from domain.decisions.command_context import CommandContext
from projections.engine.executors import open_executor
from projections.reviews.compare_extracts import compare_extracts
from projections.reviews.comparison_tables import summary_of, write_comparison
from projections.reviews.extract import ExtractRequest, ExtractSource, make_extract
from projections.reviews.freeze import CannotRerun, record_frozen, rerun, sha256_of
from projections.reviews.manifest import MANIFEST
from projections.reviews.registration import registered_review, review_method

_WORKERS: Final = 2  # of fresh processes, so that requests are not kept waiting by arithmetic


def freeze(services: Services, kept_job: KeptJob, held_job: HeldJob) -> JobOutcome:
    """Freeze an extract: its files are kept, and it is put on record once, however often this is done."""
    extract = same_extract(kept_job)
    log = services.recorder
    method = review_method(log, registered_review(log, extract.review_id, extract.position), extract.position)
    if kept_job.actor is None:
        raise CannotRerun("it was asked for under an earlier release: ask for it again")
    with _folders("made") as (folder,), open_executor(_WORKERS) as executor:
        manifest = make_extract(_source(services), extract, method, folder, executor, held_job.progress)
        held_job.keep(folder.iterdir())
        sha256 = sha256_of(folder / MANIFEST)
    context = CommandContext(
        actor=kept_job.actor,
        command_id=uuid5(kept_job.job_id, sha256),
        now=services.now(),
        person_of=services.vault.person_of,
    )
    record_frozen(services.handler, context, manifest, sha256)
    return JobOutcome(manifest_sha256=sha256)


def make_again(services: Services, kept_job: KeptJob, held_job: HeldJob) -> JobOutcome:
    """Make an extract that a job keeps again; files that are not the same are kept."""
    with _folders("kept", "made") as (before, after), open_executor(_WORKERS) as executor:
        write_files(services.recorder, _frozen(services, kept_job, "manifest_sha256").job_id, before)
        result = rerun(_source(services), before / MANIFEST, after, executor, held_job.progress)
        held_job.keep(path for path in after.iterdir() if path.name in result.differing)
    return JobOutcome(result=result)


def compare_kept(services: Services, kept_job: KeptJob, held_job: HeldJob) -> JobOutcome:
    """Compare the extracts that two jobs keep; the comparison is kept as files."""
    with _folders("one", "other", "made") as (first, second, after), open_executor(_WORKERS) as executor:
        write_files(services.recorder, _frozen(services, kept_job, "manifest_sha256").job_id, first)
        write_files(services.recorder, _frozen(services, kept_job, "other_manifest_sha256").job_id, second)
        result = compare_extracts(_source(services), first / MANIFEST, second / MANIFEST, executor, held_job.progress)
        write_comparison(result, after)
        held_job.keep(after.iterdir())
    return JobOutcome(result=summary_of(result))


def _frozen(services: Services, kept_job: KeptJob, field: str) -> KeptJob:
    """The job that keeps the extract which a field of the request names. Raises CannotRerun."""
    review_id = kept_job.review_id if field == "manifest_sha256" else None
    frozen = frozen_job(services.recorder, kept_job.given[field], review_id)
    if frozen is None:
        raise CannotRerun("no files of the extract are kept here any more")
    return frozen


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
