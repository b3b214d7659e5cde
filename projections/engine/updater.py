"""The updater of builds: a partnership with new events is projected whole, and only the difference is written.

The follower uses it for live builds, and the swap for new ones that catch up. An updater belongs to one thread and to
builds that nobody else moves; after any error, make a new one.
"""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple
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
from projections.engine.parking import ParkedFault, Unwritable, attempt, park, park_unwritable, read_parked, unpark
from projections.engine.replay import AdoptedMethods
from projections.engine.row_sets import (
    BEGINS,
    RowSet,
    encoded_as_stored,
    project_row_sets,
    read_headers,
    read_rows,
    write_difference,
)
from projections.engine.tracking import keep_position
from projections.method.document import default_method
from projections.method.method import method_sha256
from projections.views import stored_projections

_CACHED_EVENTS: Final = 250_000  # some 1,200 bytes each
_logger = structlog.get_logger(__name__)
_ADVANCE: Final = """
    UPDATE projection.build SET position = %s, leaf = (SELECT leaf FROM log.event WHERE position = %s)
    WHERE build = %s RETURNING leaf
"""

Result = tuple[Projection, RowSet | ParkedFault]
Projected = Iterable[tuple[UUID, Sequence[Result]]]


class _CachedPartition(NamedTuple):
    """A partition's decoded events, and by projection its stored rows as encoded."""

    records: list[Recorded]
    rows: dict[str, Mapping[bytes, bytes]]


class BuildUpdater:
    """Brings builds level with the log; caches histories (as many as fit) and the rows stored of them."""

    def __init__(
        self, log: LogRecorder, connection: Connection, builds: Iterable[Build], *, cached_events: int = _CACHED_EVENTS
    ) -> None:
        self.builds = {build.name: build for build in builds}
        self._log, self._connection = log, connection
        self._projections = {name: each for name, each in stored_projections().items() if name in self.builds}
        self._methods = AdoptedMethods(log)
        self._cached_events = cached_events
        self._cache: OrderedDict[UUID, _CachedPartition] = OrderedDict()
        self._partnerships = set(partitions_begun_by(connection, BEGINS, self.position))

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
            fitting = [each for each in of_partition if not behind or each[0].name in behind]
            row_count += self._write_all(partition_id, fitting)
            self._evict()
        for name in sorted(behind):
            self._advance(self.builds[name], upto)
        return row_count

    def set_day(self, day: date) -> None:
        """Note, within the open transaction, that every row set is of this day."""
        for name, build in self.builds.items():
            if build.as_of != day:
                self._connection.execute("UPDATE projection.build SET as_of = %s WHERE build = %s", (day, build.build))
                self.builds[name] = replace(build, as_of=day)

    def _advance(self, build: Build, upto: int) -> None:
        keep_position(self._connection, build.table, upto)
        row = self._connection.execute(_ADVANCE, (upto, upto, build.build)).fetchone()
        self.builds[build.name] = replace(build, position=upto, leaf=row[0] if row else None)

    def _write_all(self, partition_id: UUID, results: Sequence[Result]) -> int:
        """Write all row sets of a partition together or, where a table does not take one, each by itself."""
        for projection, result in results:
            if isinstance(result, ParkedFault):
                park(self._connection, self.builds[projection.name], result)
        row_sets = [(projection, result) for projection, result in results if isinstance(result, RowSet)]
        row_count = attempt(self._connection, lambda: sum(self._write(*each) for each in row_sets))
        if isinstance(row_count, Unwritable):
            return sum(self._write_alone(projection, row_set) for projection, row_set in row_sets)
        self._cache_rows(partition_id, row_sets)
        return row_count

    def _write_alone(self, projection: Projection, row_set: RowSet) -> int:
        """Write one row set, or park its partition: the last good rows stay."""
        row_count = attempt(self._connection, lambda: self._write(projection, row_set))
        partition_id, position = row_set.header[:2]
        if isinstance(row_count, Unwritable):
            park_unwritable(self._connection, self.builds[projection.name], partition_id, position, row_count)
            return 0
        self._cache_rows(partition_id, [(projection, row_set)])
        return row_count

    def _write(self, projection: Projection, row_set: RowSet) -> int:
        build, partition_id = self.builds[projection.name], row_set.header.partition_id
        cached = self._cache.get(partition_id)
        stored_rows = cached.rows.get(projection.name) if cached else None
        if stored_rows is None:
            stored_rows = self._read_back(build, projection, partition_id)
        row_count = write_difference(self._connection, build, projection, row_set, stored_rows)
        unpark(self._connection, build, partition_id)
        return row_count

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

    def _cache_rows(self, partition_id: UUID, row_sets: Iterable[tuple[Projection, RowSet]]) -> None:
        if cached := self._cache.get(partition_id):
            cached.rows.update({projection.name: row_set.encoded for projection, row_set in row_sets})

    def _results(self, partition_id: UUID, new_events: Sequence[LogEvent], upto: int, as_of: date) -> list[Result]:
        try:
            records = self._records(partition_id, new_events, upto)
            method = self._methods.in_force(records)
        except (LogError, MemoryError):  # nothing is wrong with the partition
            raise
        except Exception as error:  # noqa: BLE001 - what cannot be read parks the partition, and no other
            last = (new_events or self._log.read_partition(partition_id, upto))[-1]
            fault = ParkedFault(partition_id, last.position or 0, last.type, type(error).__name__)
            self._cache.pop(partition_id, None)
            return [(projection, fault) for projection in self._projections.values()]
        return list(project_row_sets(records, as_of, method, self._projections.values()))

    def _records(self, partition_id: UUID, new_events: Sequence[LogEvent], upto: int) -> list[Recorded]:
        cached = self._cache.pop(partition_id, None)
        if cached is None:
            cached = _CachedPartition(
                [decode_event(event) for event in self._log.read_partition(partition_id, upto)], {}
            )
        else:
            cached.records.extend(decode_event(event) for event in new_events)
        self._cache[partition_id] = cached
        return cached.records

    def _evict(self) -> None:
        events = sum(len(cached.records) for cached in self._cache.values())
        while events > self._cached_events and len(self._cache) > 1:
            _, cached = self._cache.popitem(last=False)
            events -= len(cached.records)
