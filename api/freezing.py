"""Freezing a review in the background of a request: one at a time in each process, in a process of its own."""

import tempfile
import threading
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid5

import structlog

from api.jobs import Held, hold_job
from api.services import Services
from domain.decisions.occasion import Actor, Occasion
from domain.log.errors import LogError
from projections.engine.executors import open_executor
from projections.reviews.extract import Asked, Source, make_extract
from projections.reviews.freezing import NotRecorded, record_frozen, sha256_of
from projections.reviews.manifest import MANIFEST
from projections.scoring.method import Method

_WORKERS: Final = 2  # of fresh processes, so that requests are not kept waiting by arithmetic
_TURN: Final = threading.BoundedSemaphore(1)


def start_freezing(
    services: Services, job_id: UUID, asked: Asked, given: dict[str, Any], method: Method, actor: Actor
) -> bool:
    """Begin a job, or begin it again; False while somebody works at it already."""
    held = hold_job(services.recorder, job_id)
    if held is None:
        return False
    try:
        held.begin(asked, given)
        work = threading.Thread(
            target=_work, args=(services, held, job_id, asked, method, actor), name=f"job-{job_id}", daemon=True
        )
        work.start()
    except BaseException:
        held.release()
        raise
    return True


def _work(services: Services, held: Held, job_id: UUID, asked: Asked, method: Method, actor: Actor) -> None:
    log = structlog.get_logger(__name__)
    try:
        with _TURN:
            sha256 = _freeze(services, held, job_id, asked, method, actor)
        held.end(manifest_sha256=sha256)
        log.info("job_done", job_id=str(job_id))
    except NotRecorded as error:
        _failed(held, str(error))
    except Exception as error:  # whatever it is, whoever asked must hear of it
        log.exception("job_failed", job_id=str(job_id), error=type(error).__name__)
        _failed(held, f"it could not be made ({type(error).__name__}); ask for it again, or tell the operator")
    finally:
        held.release()


def _freeze(services: Services, held: Held, job_id: UUID, asked: Asked, method: Method, actor: Actor) -> str:
    held.progress(0, 0)
    source = Source(log=services.recorder, dsn=services.dsn)
    with tempfile.TemporaryDirectory(prefix="folkmoot-review-") as name:
        folder = Path(name)
        with open_executor(_WORKERS) as executor:
            manifest = make_extract(source, asked, method, folder, executor, held.progress)
        held.keep(folder)
        sha256 = sha256_of(folder / MANIFEST)
    occasion = Occasion(
        actor=actor, command_id=uuid5(job_id, sha256), now=services.now(), person_of=services.vault.person_of
    )
    record_frozen(services.handler, occasion, manifest, sha256)
    return sha256


def _failed(held: Held, problem: str) -> None:
    """Say so, if the database can still be reached; else the job counts as lost, which is as good."""
    try:
        held.end(problem=problem)
    except LogError:
        return
