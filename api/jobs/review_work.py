"""What is done with reviews in the background: freeze an extract, make one again, compare two."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid5

from api.jobs.background import JobOutcome, JobWork
from api.jobs.kept_jobs import HeldJob, JobKind, KeptJob, take_files
from api.services import Services
from domain.decisions.command_context import Actor, CommandContext
from projections.engine.executors import open_executor
from projections.method.method import Method
from projections.reviews.compare_extracts import compare_extracts
from projections.reviews.comparison_tables import summary_of, write_comparison
from projections.reviews.extract import ExtractRequest, ExtractSource, make_extract
from projections.reviews.freeze import record_frozen, rerun, sha256_of
from projections.reviews.manifest import MANIFEST

_WORKERS: Final = 2  # of fresh processes, so that requests are not kept waiting by arithmetic


def freezing(services: Services, asked: ExtractRequest, method: Method, actor: Actor) -> JobWork:
    """Freeze an extract, keep its files and put it on record."""

    def does(held: HeldJob) -> JobOutcome:
        with _folders("made") as (folder,), open_executor(_WORKERS) as executor:
            manifest = make_extract(_source(services), asked, method, folder, executor, held.progress)
            held.keep(folder.iterdir())
            sha256 = sha256_of(folder / MANIFEST)
        context = CommandContext(
            actor=actor, command_id=uuid5(held.job_id, sha256), now=services.now(), person_of=services.vault.person_of
        )
        record_frozen(services.handler, context, manifest, sha256)
        return JobOutcome(manifest_sha256=sha256)

    return JobWork(kind=JobKind.FREEZE, asked=asked, does=does)


def making_again(services: Services, kept: KeptJob) -> JobWork:
    """Make the extract that a job keeps again, compare every file, and keep those that are not the same."""

    def does(held: HeldJob) -> JobOutcome:
        with _folders("kept", "made") as (was, made), open_executor(_WORKERS) as executor:
            take_files(services.recorder, kept.job_id, was)
            found = rerun(_source(services), was / MANIFEST, made, executor, held.progress)
            held.keep(path for path in made.iterdir() if path.name in found.differing)
        return JobOutcome(result=found)

    return JobWork(kind=JobKind.RERUN, asked=_asked(kept), does=does)


def comparing(services: Services, one: KeptJob, other: KeptJob) -> JobWork:
    """Compare the extracts that two jobs keep, and keep what is found as files."""

    def does(held: HeldJob) -> JobOutcome:
        with _folders("one", "other", "made") as (first, second, made), open_executor(_WORKERS) as executor:
            take_files(services.recorder, one.job_id, first)
            take_files(services.recorder, other.job_id, second)
            found = compare_extracts(_source(services), first / MANIFEST, second / MANIFEST, executor, held.progress)
            write_comparison(found, made)
            held.keep(made.iterdir())
        return JobOutcome(result=summary_of(found))

    return JobWork(kind=JobKind.DIFF, asked=_asked(one), does=does)


@contextmanager
def _folders(*names: str) -> Iterator[tuple[Path, ...]]:
    """Give empty folders to work in, which are gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="folkmoot-review-") as root:
        folders = tuple(Path(root) / name for name in names)
        for each in folders:
            each.mkdir()
        yield folders


def _source(services: Services) -> ExtractSource:
    return ExtractSource(log=services.recorder, dsn=services.dsn)


def _asked(kept: KeptJob) -> ExtractRequest:
    return ExtractRequest(review_id=kept.review_id, position=kept.position, as_of=kept.as_of, forms=kept.forms)
