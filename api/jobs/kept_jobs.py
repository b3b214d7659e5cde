"""Jobs as they are kept in the database, so that any process can tell how far each has come.

For as long as a job is under way its work stands in the queue; one that is not ended and is no longer there was lost
with the queue, in a restore say. Whoever works at a job holds an advisory lock of its id on a connection of its own, so
that a worker that was only thought to be dead, and another that took its work, are never both at it.
"""

import hashlib
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import msgspec
from msgspec import Struct
from psycopg import Connection, Cursor
from psycopg.types.json import Jsonb

from api.queue.put_task import is_under_way
from domain.decisions.command_context import Actor
from domain.errors import FolkmootError
from domain.log.recorder import LogRecorder
from domain.log.sessions import Row
from domain.structs import prepared
from domain.vocabulary import CodeList
from projections.reviews.extract import ExtractRequest
from projections.reviews.table_files import ExtractFormat

_ALL: Final = (
    "SELECT job_id, kind, review_id, given, position, as_of, forms, "
    "CASE WHEN cancelled_at IS NOT NULL AND state IN ('waiting', 'running') THEN 'cancelled' ELSE state END, "
    "done, total, problem, manifest_sha256, result, actor FROM api.job"
)


class JobKind(CodeList):
    """The work that a job is to do: freeze an extract of a review, make one again, compare two, or backtest the log."""

    FREEZE = "freeze"
    RERUN = "rerun"
    DIFF = "diff"
    BACKTEST = "backtest"


class JobState(CodeList):
    """How far a job has come; lost: nobody will work at it any more, so ask for it again."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    LOST = "lost"


TASK_NAME: Final = "do-asked-job"
"""The task by which work at jobs stands in the queue; it is never changed."""
UNDER_WAY: Final = frozenset({JobState.WAITING, JobState.RUNNING})


class JobCancelled(FolkmootError):
    """A job was cancelled while it was worked at."""


class KeptJob(Struct, frozen=True, kw_only=True):
    """A job as kept; `given` is the body that was sent, `result` that of a job that freezes nothing.

    `review_id` is the review that it is about, and for a backtest the log.
    """

    job_id: UUID
    kind: JobKind
    review_id: UUID
    given: dict[str, Any]
    position: int
    as_of: date
    forms: tuple[ExtractFormat, ...]
    state: JobState
    done: int
    total: int
    problem: str | None
    manifest_sha256: str | None
    result: dict[str, Any] | None
    actor: Actor | None
    """For whom it is done; None for what an earlier release was asked for."""


prepared(KeptJob)


class KeptFile(Struct, frozen=True):
    """A file that a job made."""

    path: str
    bytes: int
    sha256: str


def find_job(log: LogRecorder, job_id: UUID) -> KeptJob | None:
    """The job with this id; one that is said to be under way, but is not in the queue, is lost."""
    with log.connections.borrow() as connection:
        row = connection.execute(f"{_ALL} WHERE job_id = %s", (job_id,)).fetchone()
        if row is None:
            return None
        job = _job(row)
        if job.state not in UNDER_WAY:
            return job
        is_queued = is_under_way(connection, TASK_NAME, job_id)
        # It may have ended between the two looks: only what is still under way is lost.
        again = connection.execute(f"{_ALL} WHERE job_id = %s", (job_id,)).fetchone()
    job = _job(again) if again else job
    if not is_queued and job.state in UNDER_WAY:
        return KeptJob(**{name: getattr(job, name) for name in job.__struct_fields__} | {"state": JobState.LOST})
    return job


def jobs_on(log: LogRecorder, review_id: UUID, most: int) -> list[KeptJob]:
    """The jobs on a review, those asked for last first."""
    with log.connections.borrow() as connection:
        rows = connection.execute(
            "SELECT job_id FROM api.job WHERE review_id = %s ORDER BY asked_at DESC, job_id LIMIT %s", (review_id, most)
        ).fetchall()
    return [job for (job_id,) in rows if (job := find_job(log, job_id)) is not None]


def write_down(
    cursor: Cursor[Row], job_id: UUID, kind: JobKind, extract: ExtractRequest, body: dict[str, Any], actor: Actor
) -> bool:
    """Write a job down, anew where an earlier attempt ended otherwise; False where one is done."""
    updated = cursor.execute(
        "INSERT INTO api.job (job_id, kind, review_id, given, position, as_of, forms, actor, state) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, 'waiting') ON CONFLICT (job_id) DO UPDATE "
        "SET state = 'waiting', actor = excluded.actor, done = 0, total = 0, ended_at = NULL, cancelled_at = NULL, "
        "problem = NULL "
        "WHERE job.state <> 'done'",
        (
            job_id,
            str(kind),
            extract.review_id,
            Jsonb(body),
            extract.position,
            extract.as_of,
            list(map(str, extract.forms)),
            Jsonb(msgspec.to_builtins(actor)),
        ),
    )
    return updated.rowcount == 1


def cancel(log: LogRecorder, job_id: UUID) -> None:
    """Mark a job that is under way as cancelled: it is not begun, or ends where it notes next how far it has come."""
    with log.connections.borrow() as connection:
        connection.execute(
            "UPDATE api.job SET cancelled_at = coalesce(cancelled_at, clock_timestamp()) "
            "WHERE job_id = %s AND state IN ('waiting', 'running')",
            (job_id,),
        )


class HeldJob:
    """A job that this process works at: the only one that may say how far it has come."""

    def __init__(self, connection: Connection[Row], job_id: UUID, stop_if_told: Callable[[], None]) -> None:
        self._connection, self.job_id, self._stop_if_told = connection, job_id, stop_if_told

    def release(self) -> None:
        """Stop working at it."""
        self._connection.close()

    def progress(self, count: int, total: int) -> None:
        """Note how far it has come. Raises JobCancelled, and Stopped where the worker is told to end."""
        self._stop_if_told()
        updated = self._connection.execute(
            "UPDATE api.job SET state = 'running', done = %s, total = %s "
            "WHERE job_id = %s AND state IN ('waiting', 'running') AND cancelled_at IS NULL",
            (count, total, self.job_id),
        )
        if updated.rowcount != 1:
            raise JobCancelled("it was cancelled")

    def keep(self, paths: Iterable[Path]) -> None:
        """Keep files, all or none, in place of those of an earlier attempt."""
        with self._connection.transaction():
            self._connection.execute("DELETE FROM api.job_file WHERE job_id = %s", (self.job_id,))
            for path in sorted(paths):
                content = path.read_bytes()
                self._connection.execute(
                    "INSERT INTO api.job_file (job_id, path, sha256, content) VALUES (%s, %s, %s, %b)",
                    (self.job_id, path.name, hashlib.sha256(content).hexdigest(), content),
                )

    def end(self, *, manifest_sha256: str | None = None, result: Struct | None = None) -> None:
        """Mark it as done, with what it made or found: from now on its files can be read."""
        self._connection.execute(
            "UPDATE api.job SET state = 'done', manifest_sha256 = %s, result = %s, ended_at = clock_timestamp() "
            "WHERE job_id = %s",
            (manifest_sha256, None if result is None else Jsonb(msgspec.to_builtins(result)), self.job_id),
        )

    def fail(self, problem: str) -> None:
        """Mark it as failed, with the reason."""
        self._connection.execute(
            "UPDATE api.job SET state = 'failed', problem = %s, ended_at = clock_timestamp() WHERE job_id = %s",
            (problem, self.job_id),
        )


def hold_job(log: LogRecorder, job_id: UUID, stop_if_told: Callable[[], None]) -> HeldJob | None:
    """A job to work at; None while somebody else works at it. The caller releases it."""
    connection = log.connections.open("job")
    try:
        row = connection.execute("SELECT pg_try_advisory_lock(api.job_lock(%s))", (job_id,)).fetchone()
    except BaseException:
        connection.close()
        raise
    if row and row[0]:
        return HeldJob(connection, job_id, stop_if_told)
    connection.close()
    return None


def files_of(log: LogRecorder, job_id: UUID) -> list[KeptFile]:
    """The files that a job made."""
    with log.connections.borrow() as connection:
        rows = connection.execute(
            "SELECT path, octet_length(content), sha256 FROM api.job_file WHERE job_id = %s ORDER BY path", (job_id,)
        ).fetchall()
    return [KeptFile(*row) for row in rows]


def file_of(log: LogRecorder, job_id: UUID, path: str) -> tuple[str, bytes] | None:
    """One file that a job made: its SHA-256 and its content."""
    with log.connections.borrow() as connection, connection.cursor(binary=True) as cursor:
        row = cursor.execute(
            "SELECT sha256, content FROM api.job_file WHERE job_id = %s AND path = %s", (job_id, path)
        ).fetchone()
    return None if row is None else (row[0], row[1])


def frozen_job(log: LogRecorder, manifest_sha256: str, review_id: UUID | None = None) -> KeptJob | None:
    """A job that is done and keeps the extract with this manifest; of one review, if `review_id` is given."""
    with log.connections.borrow() as connection:
        row = connection.execute(
            f"{_ALL} WHERE kind = 'freeze' AND state = 'done' AND manifest_sha256 = %s "
            "AND review_id = coalesce(%s, review_id) ORDER BY ended_at, job_id LIMIT 1",
            (manifest_sha256, review_id),
        ).fetchone()
    return None if row is None else _job(row)


def write_files(log: LogRecorder, job_id: UUID, folder: Path) -> None:
    """Write the files that a job made into a folder."""
    for kept_file in files_of(log, job_id):
        file = file_of(log, job_id, kept_file.path)
        if file is not None:
            (folder / kept_file.path).write_bytes(file[1])


def _job(row: Row) -> KeptJob:
    return msgspec.convert(dict(zip(KeptJob.__struct_fields__, row, strict=True)), KeptJob)
