"""Rebuild: every stored projection made anew from the log beside the live ones, proven, and put in their place.

Appends and readers go on throughout. What was live until then is compared with what the log says on the way, so
that every night proves, or disproves, what people were shown.
"""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, as_completed
from contextlib import closing, contextmanager
from datetime import date
from uuid import UUID

import psycopg
from msgspec import Struct

from domain.log.audit.history import history_alterations
from domain.log.connections import Connections
from domain.log.errors import LogError, RebuildNeeded, translated
from domain.log.histories import partitions_begun_by
from domain.log.memorandum import Memorandum
from domain.log.recorder import Head, LogRecorder
from domain.values import day_of
from projections.declaration import Projection, stored_projections
from projections.engine import runs
from projections.engine.builds import Build, Connection, ViewHeld, builds, has_index, index_build, make_live
from projections.engine.comparing import NOT_COMPARED, STRAY, Drift, strays, tracking_drift
from projections.engine.locks import REBUILDING, is_taken
from projections.engine.orders import ShardDone, ShardOrder, Source
from projections.engine.row_sets import BEGINS
from projections.engine.shards import Unproven, fill, prove
from projections.engine.swapping import SwapBlocked, drop_retired, swap


class AlreadyRunning(Exception):
    """Another rebuild or check is running: try again when it is done."""


class LogAltered(Exception):
    """The log is not what was recorded: nothing was put in place; `folkmoot verify` names all of it."""


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be rebuilt or, with `is_check`, only compared; in how many shards, and by which addresses."""

    asked: tuple[Projection, ...]
    shards: int
    source: Source
    is_check: bool = False


class Progress(Struct, frozen=True, kw_only=True):
    """How far a run is: the phase, and how much of it is done."""

    phase: str
    done: int
    of: int
    events: int = 0
    rows: int = 0


class Report(Struct, frozen=True, kw_only=True):
    """How a run went: what it made, what it found, how long each phase took, and the most memory of a worker."""

    run: runs.Run
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
        plan: Plan,
        *,
        today: Callable[[], date] | None = None,
        tell: Callable[[Progress], None] = lambda _: None,
        memorandum: Memorandum | None = None,
    ) -> None:
        self._log, self._connections, self._executor = log, connections, executor
        self._source, self._shards, self._is_check = plan.source, plan.shards, plan.is_check
        self._asked = {each.name: each for each in plan.asked}
        self._today, self._tell, self._memorandum = today, tell, memorandum
        self._seconds: dict[str, float] = {}
        self._peak_kib = 0

    def run(self) -> Report:
        """Run to the end. Raises AlreadyRunning, SwapBlocked, ViewHeld, Unproven, LogAltered or LogError."""
        with translated(), closing(self._connections.open("rebuild")) as connection:
            one_at_a_time(connection)
            head = self._log.head()
            run, filled, is_resumed = runs.begin(
                connection, self._asked, head, self._day(head), self._shards, is_check=self._is_check
            )
            try:
                with translated():
                    report = self._run(connection, run, filled, is_resumed=is_resumed)
            except Exception as error:
                _note_failure(connection, run.run_id, error)
                raise
            drop_retired(connection)
            return report

    def _run(self, connection: Connection, run: runs.Run, filled: dict[str, Build], *, is_resumed: bool) -> Report:
        orders = self._orders(connection, run, filled)
        with self._timed("fill"):
            self._work("filling" if filled else "comparing", fill, orders)
        self._note_strays(connection, run.run_id)
        is_swapped = False
        if filled:
            with self._timed("index"):
                for build in filled.values():
                    if not has_index(connection, build):
                        index_build(connection, build)
            with self._timed("prove"):
                self._work("proving", prove, orders)
            with self._timed("audit"):
                self._refuse_altered(connection)
            with self._timed("swap"):
                is_swapped = self._swap(connection, run)
        else:
            with connection.transaction():
                connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
                self._note_tracking(connection, run.run_id)
                self._note_not_compared(connection, run)
        found = runs.parked(connection, filled.values() if filled else self._live(connection))
        if not is_swapped:
            runs.finish(connection, run.run_id, "failed" if filled else "done", _sentence(found))
        return Report(
            run=runs.run_called(connection, run.run_id),
            projections=tuple(self._asked),
            is_swapped=is_swapped,
            is_resumed=is_resumed,
            drifts=tuple(runs.drifts(connection, run.run_id)),
            parked=tuple(found),
            seconds=self._seconds,
            peak_worker_kib=self._peak_kib,
        )

    def _orders(self, connection: Connection, run: runs.Run, filled: Mapping[str, Build]) -> list[ShardOrder]:
        shards: list[list[UUID]] = [[] for _ in range(run.shards)]
        for partition_id in partitions_begun_by(connection, BEGINS, run.position):
            shards[partition_id.int % run.shards].append(partition_id)
        leaf = runs.leaf_at(connection, run.position)
        return [
            ShardOrder(
                run_id=run.run_id,
                shard=number,
                partition_ids=tuple(partition_ids),
                log_id=run.log_id,
                position=run.position,
                leaf=leaf,
                release=run.release,
                as_of=run.as_of,
                filled=tuple(filled.values()),
                compared=tuple(self._asked),
                source=self._source,
            )
            for number, partition_ids in enumerate(shards)
        ]

    def _work(self, phase: str, task: Callable[[ShardOrder], ShardDone], orders: Sequence[ShardOrder]) -> None:
        """Run a task on every shard; the first that fails ends it, and what others have written stays."""
        futures = [self._executor.submit(task, order) for order in orders]
        events = rows = 0
        try:
            for count, future in enumerate(as_completed(futures), start=1):
                done = future.result()
                events, rows = events + done.events, rows + done.rows
                self._peak_kib = max(self._peak_kib, done.peak_kib)
                self._tell(Progress(phase=phase, done=count, of=len(orders), events=events, rows=rows))
        finally:
            for future in futures:
                future.cancel()

    def _refuse_altered(self, connection: Connection) -> None:
        """Refuse to show anything made from a log that is not what was recorded. Raises LogAltered."""
        found = history_alterations(connection, self._memorandum)
        if found:
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            raise LogAltered(
                f"the log is not what was recorded, and nothing was put in place: {found[0]}{more}; "
                "`folkmoot verify` names all of it"
            )

    def _swap(self, connection: Connection, run: runs.Run) -> bool:
        """Put the new builds in place, unless something in them could not be projected."""

        def put_in_place(new: Mapping[str, Build]) -> bool:
            if runs.parked(connection, new.values()):
                return False
            self._note_tracking(connection, run.run_id)
            make_live(connection, new.values(), self._asked)
            runs.finish(connection, run.run_id, "done")  # here, so that no run is given up whose builds are live
            return True

        day = max(self._day(self._log.head()), run.as_of)
        return swap(self._log, connection, lambda: builds(connection, "building"), day, put_in_place)

    def _note_tracking(self, connection: Connection, run_id: UUID) -> None:
        """Note whose position is wrong among what was live until now, while nobody moves it."""
        head = self._log.head()
        for build in self._live(connection):
            if (drift := tracking_drift(connection, build, head)) is not None:
                runs.note_drift(connection, run_id, drift)

    def _note_not_compared(self, connection: Connection, run: runs.Run) -> None:
        """Note what a check was asked for and could not compare: never built, of another log or another version."""
        live = {build.name: build for build in self._live(connection)}
        for name, asked in self._asked.items():
            build = live.get(name)
            if build is None or (build.version, build.log_id) != (asked.version, run.log_id):
                runs.note_drift(connection, run.run_id, Drift(name, build.build if build else 0, None, NOT_COMPARED))

    def _note_strays(self, connection: Connection, run_id: UUID) -> None:
        """Note what is stored of no partnership; a run that is gone on with notes it anew."""
        with connection.transaction():
            connection.execute("DELETE FROM projection.drift WHERE run_id = %s AND fault = %s", (run_id, STRAY))
            for build in self._live(connection):
                try:
                    with connection.transaction():
                        found = strays(connection, build)
                except psycopg.ProgrammingError:
                    continue  # a table that cannot be read is noted by the shards
                for drift in found:
                    runs.note_drift(connection, run_id, drift)

    def _live(self, connection: Connection) -> list[Build]:
        return [build for name, build in builds(connection, "live").items() if name in self._asked]

    def _day(self, head: Head) -> date:
        return self._today() if self._today else day_of(head.now)

    @contextmanager
    def _timed(self, phase: str) -> Iterator[None]:
        started = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[phase] = round(time.perf_counter() - started, 3)


def one_at_a_time(connection: Connection) -> None:
    """Let nobody else rebuild, check or roll back for as long as the connection lasts. Raises AlreadyRunning."""
    if not is_taken(connection, REBUILDING):
        raise AlreadyRunning("another rebuild or check is running: try again when it is done")


def stale(connection: Connection, log_id: UUID) -> list[Projection]:
    """List the stored projections without a live build of this release's version and of this log."""
    live = builds(connection, "live")
    return [
        each
        for name, each in stored_projections().items()
        if name not in live or (live[name].version, live[name].log_id) != (each.version, log_id)
    ]


def _note_failure(connection: Connection, run_id: UUID, error: Exception) -> None:
    """Note why a run failed; what it made is only kept for the next to go on with if it can be right."""
    try:
        is_ours = isinstance(error, LogError | SwapBlocked | ViewHeld | Unproven | LogAltered)
        runs.finish(connection, run_id, "failed", str(error) if is_ours else type(error).__name__)
        if isinstance(error, Unproven | RebuildNeeded | LogAltered | psycopg.IntegrityError):
            runs.give_up(connection, only_checks=False)
    except psycopg.Error:
        return  # the database is gone: the run stays open until the next one finds it


def _sentence(found: Sequence[runs.Finding]) -> str | None:
    if not found:
        return None
    first = found[0]
    return (
        f"{len(found)} row sets could not be projected; the first: {first.projection}, partition {first.partition_id}, "
        f"{first.event_name} at position {first.position} ({first.fault})"
    )
