"""The rebuild: stored projections made anew from the log beside the live ones, proven, and put in their place.

Appends and readers go on throughout. What was live until then is compared with what the log says on the way, so
that every night proves, or disproves, what people were shown.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor, Executor, ThreadPoolExecutor, as_completed
from contextlib import closing, contextmanager
from datetime import date
from typing import Final
from uuid import UUID

import psycopg
from msgspec import Struct

from domain.audit.log_history import history_alterations
from domain.errors import FolkmootError
from domain.log.connections import Connections
from domain.log.errors import LockTimeout, LogError, LogUnavailable, log_errors
from domain.log.memorandum import Memorandum
from domain.log.read_partitions import partitions_begun_by
from domain.log.recorder import LogHead, LogRecorder
from domain.values import day_of
from projections.declaration import Projection
from projections.engine import runs
from projections.engine.builds import (
    REBUILDING,
    Build,
    Connection,
    ViewHeld,
    builds,
    has_index,
    index_build,
    make_live,
    take_lock,
)
from projections.engine.drift import NOT_COMPARED, STRAY, Drift, strays, tracking_drift
from projections.engine.parking import is_of_the_code, keep_last_good
from projections.engine.row_sets import BEGINS
from projections.engine.shard_tasks import DatabaseAddresses, OutOfTime, ShardResult, ShardTask, refuse_overtime
from projections.engine.shards import Unproven, fill_shard, prove_shard
from projections.engine.swap import SwapBlocked, drop_retired, swap
from projections.views import stored_projections


class AlreadyRunning(FolkmootError):
    """Another rebuild or check is running: try again when it is done."""


class LogAltered(FolkmootError):
    """The log is not what was recorded: nothing was put in place; `folkmoot verify` names all of it."""


class RebuildPlan(Struct, frozen=True, kw_only=True):
    """The plan of a rebuild or, with `is_check`, of a comparison: projections, number of shards, addresses, time."""

    projections: tuple[Projection, ...]
    shards: int
    source: DatabaseAddresses
    is_check: bool = False
    max_seconds: float | None = None


class RebuildProgress(Struct, frozen=True, kw_only=True):
    """The progress of a run: its phase, and how much of that is done."""

    phase: str
    done: int
    of: int
    events: int = 0
    rows: int = 0


class RebuildReport(Struct, frozen=True, kw_only=True):
    """The report of a run: what it made and found, seconds by phase, and the most memory of a worker (KiB)."""

    run: runs.ProjectionRun
    projections: tuple[str, ...]
    is_swapped: bool
    is_resumed: bool
    drifts: tuple[runs.Finding, ...]
    parked: tuple[runs.Finding, ...]
    seconds: dict[str, float]
    peak_worker_kib: int


class Rebuild:
    """One rebuild, or one comparison that fills nothing; use it once."""

    def __init__(
        self,
        log: LogRecorder,
        connections: Connections,
        executor: Executor,
        plan: RebuildPlan,
        *,
        today: Callable[[], date] | None = None,
        report_progress: Callable[[RebuildProgress], None] = lambda _: None,
        memorandum: Memorandum | None = None,
    ) -> None:
        self._log, self._connections, self._executor = log, connections, executor
        self._source, self._shards, self._is_check = plan.source, plan.shards, plan.is_check
        self._projections = {each.name: each for each in plan.projections}
        self._today, self._report_progress, self._memorandum = today, report_progress, memorandum
        self._deadline = None if plan.max_seconds is None else time.time() + plan.max_seconds
        self._seconds: dict[str, float] = {}
        self._peak_kib = 0

    def run(self) -> RebuildReport:
        """Run to the end. Raises AlreadyRunning, OutOfTime, SwapBlocked, ViewHeld, Unproven, LogAltered, LogError."""
        with log_errors(), closing(self._connections.open("rebuild")) as connection:
            lock_rebuilding(connection)
            head = self._log.head()
            run, filled, is_resumed = runs.begin_run(
                connection, self._projections, head, self._day(head), self._shards, is_check=self._is_check
            )
            try:
                with log_errors():
                    report = self._run(connection, run, filled, is_resumed=is_resumed)
            except Exception as error:
                _note_failure(connection, run.run_id, error)
                raise
            drop_retired(connection)
            return report

    def _run(
        self, connection: Connection, run: runs.ProjectionRun, filled: dict[str, Build], *, is_resumed: bool
    ) -> RebuildReport:
        tasks = self._tasks(connection, run, filled)
        with self._timed("fill"):
            self._work("filling" if filled else "comparing", fill_shard, tasks)
        self._note_strays(connection, run.run_id)
        is_swapped = False
        if filled:
            self._prove(connection, filled, tasks)
            with self._timed("swap"):
                is_swapped = self._swap(connection, run)
        else:
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                self._note_tracking(connection, run.run_id)
                self._note_not_compared(connection, run)
        parked = runs.parked(connection, filled.values() if filled else self._live(connection))
        if not is_swapped:
            runs.end_run(connection, run.run_id, "failed" if filled else "done", _sentence(parked))
        return RebuildReport(
            run=runs.find_run(connection, run.run_id),
            projections=tuple(self._projections),
            is_swapped=is_swapped,
            is_resumed=is_resumed,
            drifts=tuple(runs.drifts(connection, run.run_id)),
            parked=tuple(parked),
            seconds=self._seconds,
            peak_worker_kib=self._peak_kib,
        )

    def _prove(self, connection: Connection, filled: Mapping[str, Build], tasks: Sequence[ShardTask]) -> None:
        """Index and prove what was filled, and audit the log meanwhile. Raises OutOfTime, Unproven, LogAltered.

        The audit begins when every event has been read: what was altered before then, it finds.
        """
        with ThreadPoolExecutor(1, thread_name_prefix="audit") as threads:
            audit = threads.submit(self._refuse_altered)
            with self._timed("index"):
                for build in filled.values():
                    refuse_overtime(self._deadline)
                    if not has_index(connection, build):
                        index_build(connection, build)
            with self._timed("prove"):
                self._work("proving", prove_shard, tasks)
            with self._timed("audit"):
                audit.result()

    def _tasks(self, connection: Connection, run: runs.ProjectionRun, filled: Mapping[str, Build]) -> list[ShardTask]:
        shards: list[list[UUID]] = [[] for _ in range(run.shards)]
        for partition_id in partitions_begun_by(connection, BEGINS, run.position):
            shards[partition_id.int % run.shards].append(partition_id)
        leaf = runs.leaf_at(connection, run.position)
        return [
            ShardTask(
                run_id=run.run_id,
                shard=number,
                partition_ids=tuple(partition_ids),
                log_id=run.log_id,
                position=run.position,
                leaf=leaf,
                release=run.release,
                as_of=run.as_of,
                filled=tuple(filled.values()),
                compared=tuple(self._projections),
                source=self._source,
                deadline=self._deadline,
            )
            for number, partition_ids in enumerate(shards)
        ]

    def _work(self, phase: str, task: Callable[[ShardTask], ShardResult], tasks: Sequence[ShardTask]) -> None:
        """Run a task on every shard; the first that fails ends it, and what others have written stays."""
        futures = [self._executor.submit(task, shard_task) for shard_task in tasks]
        events = rows = 0
        try:
            for count, future in enumerate(as_completed(futures), start=1):
                result = future.result()
                events, rows = events + result.events, rows + result.rows
                self._peak_kib = max(self._peak_kib, result.peak_kib)
                self._report_progress(RebuildProgress(phase=phase, done=count, of=len(tasks), events=events, rows=rows))
        finally:
            for future in futures:
                future.cancel()

    def _refuse_altered(self) -> None:
        """Refuse to show anything made from a log that is not what was recorded. Raises LogAltered."""
        with closing(self._connections.open("audit")) as connection:
            alterations = history_alterations(connection, self._memorandum)
        if alterations:
            more = f" and {len(alterations) - 1} more" if len(alterations) > 1 else ""
            raise LogAltered(
                f"the log is not what was recorded, and nothing was put in place: {alterations[0]}{more}; "
                "`folkmoot verify` names all of it"
            )

    def _swap(self, connection: Connection, run: runs.ProjectionRun) -> bool:
        """Put the new builds in place, with the last good rows of what is parked in them.

        Where a projection can take in nothing any more, what is live of it stays, and all else with it.
        """

        def put_in_place(new: Mapping[str, Build]) -> bool:
            live = {build.name: build for build in self._live(connection)}
            replaced = [(new[name], live[name]) for name in new if name in live]
            if any(is_of_the_code(connection, *each) for each in replaced):
                return False
            for build, before in replaced:
                keep_last_good(connection, self._projections[build.name], build, before)
            self._note_tracking(connection, run.run_id)
            make_live(connection, new.values(), self._projections)
            # Noted here, so that no run is given up whose builds are live.
            runs.end_run(connection, run.run_id, "done", _sentence(runs.parked(connection, new.values())))
            return True

        day = max(self._day(self._log.head()), run.as_of)
        return swap(self._log, connection, lambda: builds(connection, "building"), day, put_in_place, self._deadline)

    def _note_tracking(self, connection: Connection, run_id: UUID) -> None:
        """Note the builds, live until now, whose position is wrong, while nobody moves it."""
        head = self._log.head()
        for build in self._live(connection):
            if (drift := tracking_drift(connection, build, head)) is not None:
                runs.note_drift(connection, run_id, drift)

    def _note_not_compared(self, connection: Connection, run: runs.ProjectionRun) -> None:
        """Note the projections that a check could not compare: never built, of another log or another version."""
        live = {build.name: build for build in self._live(connection)}
        for name, projections in self._projections.items():
            build = live.get(name)
            if build is None or (build.version, build.log_id) != (projections.version, run.log_id):
                runs.note_drift(connection, run.run_id, Drift(name, build.build if build else 0, None, NOT_COMPARED))

    def _note_strays(self, connection: Connection, run_id: UUID) -> None:
        """Note rows stored of no partnership; a run that is resumed notes them anew."""
        with connection.transaction():
            connection.execute("DELETE FROM projection.drift WHERE run_id = %s AND fault = %s", (run_id, STRAY))
            for build in self._live(connection):
                try:
                    with connection.transaction():
                        stray_rows = strays(connection, build)
                except psycopg.ProgrammingError:
                    continue  # a table that cannot be read is noted by the shards
                for drift in stray_rows:
                    runs.note_drift(connection, run_id, drift)

    def _live(self, connection: Connection) -> list[Build]:
        return [build for name, build in builds(connection, "live").items() if name in self._projections]

    def _day(self, head: LogHead) -> date:
        return self._today() if self._today else day_of(head.now)

    @contextmanager
    def _timed(self, phase: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[phase] = round(time.perf_counter() - started, 3)


def lock_rebuilding(connection: Connection) -> None:
    """Keep others from rebuilding, checking or rolling back while the connection lasts. Raises AlreadyRunning."""
    if not take_lock(connection, REBUILDING):
        raise AlreadyRunning("another rebuild or check is running: try again when it is done")


def stale_projections(connection: Connection, log_id: UUID) -> list[Projection]:
    """List the stored projections without a live build of this release's version and of this log."""
    live = builds(connection, "live")
    return [
        projection
        for name, projection in stored_projections().items()
        if name not in live or (live[name].version, live[name].log_id) != (projection.version, log_id)
    ]


_INTERRUPTIONS: Final = (
    LogUnavailable,
    LockTimeout,
    OutOfTime,
    SwapBlocked,
    ViewHeld,
    BrokenExecutor,
    OSError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
)
"""The exceptions that end a run from outside; a signal leaves it open, as `kill -9` does."""


def _note_failure(connection: Connection, run_id: UUID, error: Exception) -> None:
    """Note why a run failed, and give up what it made unless it was only interrupted.

    What failed in itself would fail again: the next run begins anew, at the head as it then is.
    """
    try:
        is_ours = isinstance(error, LogError | OutOfTime | SwapBlocked | ViewHeld | Unproven | LogAltered)
        runs.end_run(connection, run_id, "failed", str(error) if is_ours else type(error).__name__)
        if not _is_interruption(error):
            runs.give_up(connection, only_checks=False)
    except psycopg.Error:
        return  # the database is gone: the run stays open until the next one finds it


def _is_interruption(error: Exception) -> bool:
    cause = error if isinstance(error, psycopg.Error) else error.__cause__
    is_beyond_limits = isinstance(cause, psycopg.errors.ProgramLimitExceeded)
    return isinstance(error, _INTERRUPTIONS) and not is_beyond_limits


def _sentence(parked: Sequence[runs.Finding]) -> str | None:
    if not parked:
        return None
    first = parked[0]
    return (
        f"{len(parked)} row sets could not be projected or written; the first: "
        f"{first.projection}, partition {first.partition_id}, {first.event_name} at position "
        f"{first.position} ({first.fault})"
    )
