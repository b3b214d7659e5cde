"""Keeping builds level with the log: what came is projected whole, and only the difference is written.

Whoever keeps builds, the follower of live ones or the rebuild that catches up with a new one, does it this way.
A keeper belongs to one thread and to builds that nobody else moves; after any error, make a new one.
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
from domain.log.decoding import recorded
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
    """Builds, the histories they were last made from (as many as fit), and the rows that are stored of them."""

    def __init__(
        self, log: LogRecorder, connection: Connection, builds: Iterable[Build], *, cached_events: int = _CACHED_EVENTS
    ) -> None:
        self.builds = {build.name: build for build in builds}
        self._log, self._connection = log, connection
        self._asked = {name: each for name, each in stored_projections().items() if name in self.builds}
        self._methods = AdoptedMethods(log)
        self._cached_events = cached_events
        self._cache: OrderedDict[UUID, _CachedPartition] = OrderedDict()
        self._partnerships = set(partitions_begun_by(connection, BEGINS, self.position))

    @property
    def position(self) -> int:
        """Give the position up to which every build holds every event."""
        return min(build.position for build in self.builds.values())

    @property
    def is_level(self) -> bool:
        """Whether all builds are at one position."""
        return len({build.position for build in self.builds.values()}) == 1

    def behind(self, day: date) -> list[UUID]:
        """List the partnerships with a row set that is missing, parked, of another day, or of another method."""
        usual = method_sha256(default_method())
        found: set[UUID] = set()
        for build in self.builds.values():
            headers = read_headers(self._connection, build)
            found.update(self._partnerships - headers.keys())
            found.update(each.partition_id for each in headers.values() if each[2:4] != (day, usual))
            found.update(read_parked(self._connection, build))
        return sorted(found)

    def project(self, events: Sequence[LogEvent], also: Iterable[UUID], as_of: date) -> Projected:
        """Project the partnerships that events touch, and others besides, as of a day; the events are the next ones.

        Each is projected as it is asked for, so that no more than one is held at once.
        """
        touched: dict[UUID, list[LogEvent]] = {each: [] for each in also}
        for event in events:
            if event.type == BEGINS:
                self._partnerships.add(event.partition_id)
            if event.partition_id in self._partnerships:
                touched.setdefault(event.partition_id, []).append(event)
        upto = (events[-1].position if events else None) or self.position
        return ((each, self._results(each, come, upto, as_of)) for each, come in touched.items())

    def write(self, results: Projected, upto: int) -> int:
        """Write what differs and the position reached, within the open transaction; gives the rows touched.

        A build that is further already is left as it is. Raises FollowedAlready.
        """
        behind = {name for name, build in self.builds.items() if build.position < upto}
        written = 0
        for partition_id, made in results:
            written += self._write_all(partition_id, [each for each in made if not behind or each[0].name in behind])
            self._evict()
        for name in sorted(behind):
            self._advance(self.builds[name], upto)
        return written

    def brought_to(self, day: date) -> None:
        """Say, within the open transaction, that every row set is of this day."""
        for name, build in self.builds.items():
            if build.as_of != day:
                self._connection.execute("UPDATE projection.build SET as_of = %s WHERE build = %s", (day, build.build))
                self.builds[name] = replace(build, as_of=day)

    def _advance(self, build: Build, upto: int) -> None:
        keep_position(self._connection, build.table, upto)
        row = self._connection.execute(_ADVANCE, (upto, upto, build.build)).fetchone()
        self.builds[build.name] = replace(build, position=upto, leaf=row[0] if row else None)

    def _write_all(self, partition_id: UUID, results: Sequence[Result]) -> int:
        """Write all that was made of a partition in one go or, where a table does not take it, each by itself."""
        for asked, result in results:
            if isinstance(result, ParkedFault):
                park(self._connection, self.builds[asked.name], result)
        row_sets = [(asked, result) for asked, result in results if isinstance(result, RowSet)]
        together = attempt(self._connection, lambda: sum(self._write(*each) for each in row_sets))
        if isinstance(together, Unwritable):
            return sum(self._write_alone(asked, row_set) for asked, row_set in row_sets)
        self._keep(partition_id, row_sets)
        return together

    def _write_alone(self, asked: Projection, made: RowSet) -> int:
        """Write one row set, or park its partition: the last good rows stay."""
        written = attempt(self._connection, lambda: self._write(asked, made))
        partition_id, position = made.header[:2]
        if isinstance(written, Unwritable):
            park_unwritable(self._connection, self.builds[asked.name], partition_id, position, written)
            return 0
        self._keep(partition_id, [(asked, made)])
        return written

    def _write(self, asked: Projection, made: RowSet) -> int:
        build, partition_id = self.builds[asked.name], made.header.partition_id
        kept = self._cache.get(partition_id)
        before = kept.rows.get(asked.name) if kept else None
        if before is None:
            before = self._read_back(build, asked, partition_id)
        written = write_difference(self._connection, build, asked, made, before)
        unpark(self._connection, build, partition_id)
        return written

    def _read_back(self, build: Build, asked: Projection, partition_id: UUID) -> Mapping[bytes, bytes] | None:
        """Read what is stored of a partition, encoded; None for what no projection can have stored."""
        try:
            stored = read_rows(self._connection, build, asked, [partition_id]).get(partition_id, [])
            before = encoded_as_stored(asked, stored)
        except psycopg.DataError as error:  # a value beyond those of Python
            if error.sqlstate is not None:
                raise
            before = None
        if before is None:
            _logger.warning("rows were changed by another hand", table=build.table, partition=str(partition_id))
        return before

    def _keep(self, partition_id: UUID, written: Iterable[tuple[Projection, RowSet]]) -> None:
        if kept := self._cache.get(partition_id):
            kept.rows.update({asked.name: made.encoded for asked, made in written})

    def _results(self, partition_id: UUID, come: Sequence[LogEvent], upto: int, as_of: date) -> list[Result]:
        try:
            records = self._records(partition_id, come, upto)
            method = self._methods.in_force(records)
        except (LogError, MemoryError):  # nothing is wrong with the partition
            raise
        except Exception as error:  # noqa: BLE001 - what cannot be read parks the partition, and no other
            last = (come or self._log.read_partition(partition_id, upto))[-1]
            fault = ParkedFault(partition_id, last.position or 0, last.type, type(error).__name__)
            self._cache.pop(partition_id, None)
            return [(asked, fault) for asked in self._asked.values()]
        return list(project_row_sets(records, as_of, method, self._asked.values()))

    def _records(self, partition_id: UUID, come: Sequence[LogEvent], upto: int) -> list[Recorded]:
        kept = self._cache.pop(partition_id, None)
        if kept is None:
            kept = _CachedPartition([recorded(event) for event in self._log.read_partition(partition_id, upto)], {})
        else:
            kept.records.extend(recorded(event) for event in come)
        self._cache[partition_id] = kept
        return kept.records

    def _evict(self) -> None:
        held = sum(len(kept.records) for kept in self._cache.values())
        while held > self._cached_events and len(self._cache) > 1:
            _, kept = self._cache.popitem(last=False)
            held -= len(kept.records)
