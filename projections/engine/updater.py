"""The updater of builds: a partnership grows by its new events, and only rows that differ are written.

The follower uses it for live builds, and the swap for new ones that catch up. An updater belongs to one thread and to
builds that nobody else moves; after any error, make a new one.
"""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

import psycopg
import structlog
from msgspec.structs import replace

from domain.events.recorded import Recorded
from domain.log.decode_events import decode_event
from domain.log.errors import LogError
from domain.log.event import LogEvent
from domain.log.read_partitions import partitions_begun_by
from domain.log.recorder import LogRecorder
from projections.declaration import Projection
from projections.engine.builds import Build, Connection
from projections.engine.follow_counts import FollowCounts
from projections.engine.held_partitions import HOLD, HeldPartition, HeldPartitions, PartitionRows
from projections.engine.parking import (
    ParkedFault,
    Unwritable,
    attempt,
    attempt_in_one_turn,
    park,
    park_unwritable,
    read_parked,
    unpark,
)
from projections.engine.replay import AdoptedMethods
from projections.engine.row_differences import RowDifference
from projections.engine.row_sets import (
    BEGINS,
    Result,
    RowSet,
    difference_from,
    encoded_as_stored,
    project_row_sets,
    read_headers,
    read_rows,
)
from projections.engine.row_writes import RowStep, clear_rows, copy_difference, write_headers, write_step
from projections.engine.tracking import take_position
from projections.method.document import default_method
from projections.method.method import method_sha256
from projections.views import stored_projections

CACHED_EVENTS: Final = 150_000  # some 9 kB each, with all that was worked out from them
CHECKED_ONE_IN: Final = 50
"""One in so many partitions that have grown is projected from nothing afterwards, and compared."""
CHECKED_EVENTS: Final = 5_000
"""Longer partitions are left to the nightly comparison: to project one takes longer than its readers may wait."""
_logger = structlog.get_logger(__name__)
_LATEST_FIRST: Final = """
    SELECT partition_id FROM projection.row_set WHERE build = ANY(%s) GROUP BY partition_id ORDER BY max(position) DESC
"""

Projected = Iterable[tuple[UUID, Sequence[Result]]]


class BuildUpdater:
    """Brings builds level with the log; caches histories (as many as fit) and the rows stored of them.

    `hold` makes of a partition's events what is asked for its rows, and `counts` is where the work is counted.
    """

    def __init__(
        self,
        log: LogRecorder,
        connection: Connection,
        builds: Iterable[Build],
        *,
        cached_events: int = CACHED_EVENTS,
        hold: Callable[[Iterable[Recorded]], PartitionRows] = HOLD,
        counts: FollowCounts | None = None,
        checked_one_in: int = CHECKED_ONE_IN,
    ) -> None:
        self.builds = {build.name: build for build in builds}
        self.counts = counts or FollowCounts()
        self._log, self._connection, self._hold = log, connection, hold
        self._projections = {name: each for name, each in stored_projections().items() if name in self.builds}
        self._methods = AdoptedMethods(log)
        self._held = HeldPartitions(cached_events)
        self._checked_one_in, self._grown_count = checked_one_in, 0
        self._due_checks: dict[UUID, None] = {}
        self._not_prepared: deque[UUID] | None = None
        self._partnerships = set(partitions_begun_by(connection, BEGINS, self.position))
        self._parked = {
            (name, partition_id)
            for name, build in self.builds.items()
            for partition_id in read_parked(connection, build)
        }

    @property
    def position(self) -> int:
        """The position up to which every build holds every event."""
        return min(build.position for build in self.builds.values())

    @property
    def is_level(self) -> bool:
        """All builds are at one position."""
        return len({build.position for build in self.builds.values()}) == 1

    def partnerships_behind(self, day: date) -> list[UUID]:
        """List the partnerships with a row set that is missing, parked, of another day, or of another method."""
        usual = method_sha256(default_method())
        partition_ids: set[UUID] = set()
        for build in self.builds.values():
            headers = read_headers(self._connection, build)
            partition_ids.update(self._partnerships - headers.keys())
            partition_ids.update(each.partition_id for each in headers.values() if each[2:4] != (day, usual))
            partition_ids.update(read_parked(self._connection, build))
        return sorted(partition_ids)

    def project(self, events: Sequence[LogEvent], others: Iterable[UUID], as_of: date) -> Projected:
        """Project the partnerships that events touch, and others besides, as of a day; the events are the next ones.

        Each is projected as it is asked for, so that no more than one is held at once.
        """
        touched: dict[UUID, list[LogEvent]] = {each: [] for each in others}
        for event in events:
            if event.type == BEGINS:
                self._partnerships.add(event.partition_id)
            if event.partition_id in self._partnerships:
                touched.setdefault(event.partition_id, []).append(event)
        upto = (events[-1].position if events else None) or self.position
        return ((each, self._results(each, new_events, upto, as_of)) for each, new_events in touched.items())

    def write(self, results: Projected, upto: int) -> int:
        """Write what differs and the position reached, within the open transaction; returns the number of rows touched.

        A build that is further already is left as it is. Raises FollowedAlready.
        """
        behind = {name for name, build in self.builds.items() if build.position < upto}
        row_count = 0
        for partition_id, of_partition in results:
            with self.counts.timed("writing"):
                fitting = [each for each in of_partition if not behind or each[0].name in behind]
                row_count += self._write_all(partition_id, fitting)
            self._held.evict()
        if behind:
            with self.counts.timed("writing"):
                self._advance([self.builds[name] for name in sorted(behind)], upto)
        self.counts.rows_written += row_count
        return row_count

    @property
    def is_check_due(self) -> bool:
        """A partition waits to be projected from nothing and compared."""
        return bool(self._due_checks)

    def check(self, as_of: date) -> bool:
        """Project a partition that is due from nothing and compare, within the open transaction; false: rows differed.

        Rows that differ are written anew from nothing, and what was held of the partition is forgotten.
        """
        partition_id = next(iter(self._due_checks))
        del self._due_checks[partition_id]
        held_partition = self._held.get(partition_id)
        if held_partition is None:
            return True
        self.counts.checks += 1
        records = [decode_event(event) for event in self._log.read_partition(partition_id, self.position)]
        results = list(project_row_sets(records, as_of, self._methods.in_force(records), self._projections.values()))
        wrong = [each.name for each, result in results if not self._is_stored(held_partition, each, result)]
        if not wrong:
            return True
        self.counts.differences += 1
        _logger.error(
            "rows that were followed are not those of the log", partition=str(partition_id), projections=wrong
        )
        self._held.drop(partition_id)
        self.counts.rows_written += self._write_all(partition_id, results)
        return False

    @property
    def can_prepare(self) -> bool:
        """Partitions are left that `prepare` was not asked to take into memory, and there is room."""
        return (self._not_prepared is None or bool(self._not_prepared)) and not self._held.is_full

    def prepare(self, as_of: date) -> bool:
        """Take one more partition into memory before its next event comes, within the open transaction.

        Those with the latest events come first. False when there is none left, or no room.
        """
        if self._not_prepared is None:
            rows = self._connection.execute(_LATEST_FIRST, ([each.build for each in self.builds.values()],)).fetchall()
            self._not_prepared = deque(partition_id for (partition_id,) in rows)
        while self._not_prepared and not self._held.is_full:
            partition_id = self._not_prepared.popleft()
            if partition_id not in self._held:
                self._prepare(partition_id, as_of)
                return True
        return False

    def _prepare(self, partition_id: UUID, as_of: date) -> None:
        row_sets = [
            (projection, result)
            for projection, result in self._results(partition_id, (), self.position, as_of)
            if isinstance(result, RowSet)
            and self._read_back(self.builds[projection.name], projection, partition_id) == result.encoded
        ]
        if held_partition := self._held.get(partition_id):
            held_partition.note_stored(row_sets)
        self._held.evict()

    def set_day(self, day: date) -> None:
        """Note, within the open transaction, that every row set is of this day."""
        for name, build in self.builds.items():
            if build.as_of != day:
                self._connection.execute("UPDATE projection.build SET as_of = %s WHERE build = %s", (day, build.build))
                self.builds[name] = replace(build, as_of=day)

    def _advance(self, behind: Sequence[Build], upto: int) -> None:
        leaf_by_build = take_position(self._connection, {build.build: build.table for build in behind}, upto)
        for build in behind:
            self.builds[build.name] = replace(build, position=upto, leaf=leaf_by_build[build.build])

    def _write_all(self, partition_id: UUID, results: Sequence[Result]) -> int:
        """Write all row sets of a partition together or, where a table does not take one, each by itself."""
        for projection, result in results:
            if isinstance(result, ParkedFault):
                self._park(projection, result)
        row_sets = [(projection, result) for projection, result in results if isinstance(result, RowSet)]
        steps = [
            RowStep(self.builds[projection.name], projection, self._step_to(projection, row_set))
            for projection, row_set in row_sets
        ]
        try_to = attempt if any(step.is_copied for step in steps) else attempt_in_one_turn
        try:
            row_count = try_to(self._connection, lambda: self._write_together(partition_id, row_sets, steps))
        except (
            psycopg.errors.DatatypeMismatch
        ):  # a value of another type than its column: copying tells whether it fits
            row_count = Unwritable("")
        if isinstance(row_count, Unwritable):
            return sum(self._write_alone(projection, row_set) for projection, row_set in row_sets)
        self._note_stored(partition_id, row_sets)
        return row_count

    def _write_together(
        self, partition_id: UUID, row_sets: Sequence[tuple[Projection, RowSet]], steps: Sequence[RowStep]
    ) -> int:
        for step in steps:
            write_step(self._connection, partition_id, step)
        write_headers(self._connection, [(self.builds[each.name], row_set.header) for each, row_set in row_sets])
        for step in steps:
            if (step.projection.name, partition_id) in self._parked:
                unpark(self._connection, step.build, partition_id)
        return sum(step.difference.rows for step in steps)

    def _write_alone(self, projection: Projection, row_set: RowSet) -> int:
        """Write one row set, or park its partition: the last good rows stay."""
        build, partition_id = self.builds[projection.name], row_set.header.partition_id

        def copy() -> int:
            difference = self._step_to(projection, row_set)
            copy_difference(self._connection, build, projection, partition_id, difference)
            write_headers(self._connection, [(build, row_set.header)])
            unpark(self._connection, build, partition_id)
            return difference.rows

        row_count = attempt(self._connection, copy)
        if isinstance(row_count, Unwritable):
            park_unwritable(self._connection, build, partition_id, row_set.header.position, row_count)
            self._parked.add((projection.name, partition_id))
            return 0
        self._note_stored(partition_id, [(projection, row_set)])
        return row_count

    def _park(self, projection: Projection, fault: ParkedFault) -> None:
        park(self._connection, self.builds[projection.name], fault)
        self._parked.add((projection.name, fault.partition_id))

    def _step_to(self, projection: Projection, row_set: RowSet) -> RowDifference:
        """The step to a row set from what is stored, which is read back where it is not known."""
        build, partition_id = self.builds[projection.name], row_set.header.partition_id
        held_partition = self._held.get(partition_id)
        if held_partition is not None and (stored := held_partition.stored.get(projection.name)) is not None:
            return difference_from(row_set, stored.encoded)
        stored_rows = self._read_back(build, projection, partition_id)
        if stored_rows is None:
            clear_rows(self._connection, build, partition_id)
        return difference_from(row_set, stored_rows)

    def _read_back(self, build: Build, projection: Projection, partition_id: UUID) -> Mapping[bytes, bytes] | None:
        """Read the stored rows of a partition, encoded; None where no projection can have stored them."""
        try:
            stored = read_rows(self._connection, build, projection, [partition_id]).get(partition_id, [])
            stored_rows = encoded_as_stored(projection, stored)
        except psycopg.DataError as error:  # a value beyond those of Python
            if error.sqlstate is not None:
                raise
            stored_rows = None
        if stored_rows is None:
            _logger.warning("rows were changed by another hand", table=build.table, partition=str(partition_id))
        return stored_rows

    def _note_stored(self, partition_id: UUID, row_sets: Sequence[tuple[Projection, RowSet]]) -> None:
        self._parked.difference_update((projection.name, partition_id) for projection, _ in row_sets)
        if held_partition := self._held.get(partition_id):
            held_partition.note_stored(row_sets)

    def _results(self, partition_id: UUID, new_events: Sequence[LogEvent], upto: int, as_of: date) -> list[Result]:
        try:
            with self.counts.timed("projecting"):
                held_partition = self._taken_in(partition_id, new_events, upto)
                method = held_partition.method(self._methods)
        except (LogError, MemoryError):  # nothing is wrong with the partition
            raise
        except Exception as error:  # noqa: BLE001 - what cannot be read parks the partition, and no other
            last = (new_events or self._log.read_partition(partition_id, upto))[-1]
            fault = ParkedFault(partition_id, last.position or 0, last.type, type(error).__name__)
            self._held.drop(partition_id)
            return [(projection, fault) for projection in self._projections.values()]
        results = held_partition.results(as_of, method, self._projections.values(), self.counts)
        if not held_partition.partition.made_whole:
            self._note_grown(partition_id, held_partition)
        return results

    def _taken_in(self, partition_id: UUID, new_events: Sequence[LogEvent], upto: int) -> HeldPartition:
        """The partition with its new events, held from now on."""
        held_partition = self._held.get(partition_id)
        if held_partition is None:
            records = [decode_event(event) for event in self._log.read_partition(partition_id, upto)]
            held_partition = HeldPartition(self._hold(records))
            self._held.hold(partition_id, held_partition)
        else:
            self._held.grow(held_partition, [decode_event(event) for event in new_events])
        return held_partition

    def _note_grown(self, partition_id: UUID, held_partition: HeldPartition) -> None:
        """Note that a partition has grown: one in so many is due to be checked."""
        self._grown_count += 1
        if self._grown_count % self._checked_one_in == 0 and len(held_partition.partition.records) <= CHECKED_EVENTS:
            self._due_checks[partition_id] = None

    def _is_stored(self, held_partition: HeldPartition, projection: Projection, result: RowSet | ParkedFault) -> bool:
        """The rows stored are those that the log makes or, where none can be made, the partition is parked."""
        partition_id = result.partition_id if isinstance(result, ParkedFault) else result.header.partition_id
        if isinstance(result, ParkedFault) or (projection.name, partition_id) in self._parked:
            return (projection.name, partition_id) in self._parked
        stored = held_partition.stored.get(projection.name)
        return stored is not None and stored.header == result.header and stored.encoded == result.encoded
