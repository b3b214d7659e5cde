"""Filling builds: partitions projected group by group, written, and compared with what is live.

What is live is compared as bytes first: only a group that differs is looked at row by row.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Final
from uuid import UUID

import psycopg

from domain.events.recorded import Recorded
from domain.log.decode_events import decode_event
from domain.log.errors import LogError
from domain.log.read_partitions import StoredEvent, stored_partitions
from domain.log.recorder import LogRecorder
from domain.values import day_of
from projections.declaration import Projection
from projections.engine.builds import Build, Connection, builds
from projections.engine.drift import UNREADABLE, Drift, StoredPartitions, find_drift, read_stored
from projections.engine.parking import ParkedFault, Unwritable, attempt, park, park_unwritable
from projections.engine.replay import AdoptedMethods
from projections.engine.row_sets import RowSet, project_row_sets, read_headers
from projections.engine.runs import note_drift
from projections.engine.shard_tasks import ShardTask
from projections.engine.streams import hash_stored, send_row_sets
from projections.views import projection_called

_UNREADABLE_TABLE: Final = (psycopg.DataError, psycopg.ProgrammingError)


class ShardFill:
    """One shard under way, within the open transactions of its two connections; `reading` sees one snapshot."""

    def __init__(self, task: ShardTask, log: LogRecorder, reading: Connection, writing: Connection) -> None:
        self._task, self._reading, self._writing = task, reading, writing
        self._methods = AdoptedMethods(log)
        self._filled = {build.name: (projection_called(build.name), build) for build in task.filled}
        self._projections = [projection for projection, _ in self._filled.values()]
        self._sent_hashes = {build.build: hashlib.sha256() for build in task.filled}
        live = _live(reading, task)
        self._compared = [(projection_called(build.name), build) for build in live]
        self._upto = max([task.position, *(build.position for build in live)])
        self._latest = max(task.as_of, day_of(log.head().now))
        self.events = self.rows = 0

    def take(self, partition_ids: Sequence[UUID]) -> None:
        """Project partitions, in order of their ids, write their rows, and note where what is live differs."""
        row_sets_made: dict[str, list[RowSet]] = {name: [] for name in self._filled}
        if row_sets_made:
            for _, events in stored_partitions(self._reading, partition_ids, self._task.position):
                self._project(events, row_sets_made)
        digests = attempt(self._writing, lambda: self._send(row_sets_made))
        if isinstance(digests, Unwritable):
            row_sets_made = {name: self._writable(name, row_sets) for name, row_sets in row_sets_made.items()}
            digests = self._send(row_sets_made)
        for name, row_sets in row_sets_made.items():
            self._sent_hashes[self._filled[name][1].build].update(digests[name])
            self.rows += sum(len(each.rows) for each in row_sets)
        self._compare(partition_ids, row_sets_made, digests)

    def note(self) -> None:
        """Note the numbers of events and rows, and the hashes over what was sent."""
        task = self._task
        self._writing.execute(
            "UPDATE projection.shard SET events = %s, rows = %s WHERE run_id = %s AND shard = %s",
            (self.events, self.rows, task.run_id, task.shard),
        )
        for build, sent_hash in self._sent_hashes.items():
            self._writing.execute(
                "INSERT INTO projection.sent (run_id, shard, build, sha256) VALUES (%s, %s, %s, %s)",
                (task.run_id, task.shard, build, sent_hash.digest()),
            )

    def _send(self, row_sets_made: Mapping[str, Sequence[RowSet]]) -> dict[str, bytes]:
        """Write row sets by projection; returns by projection the SHA-256 over what was sent."""
        return {
            name: send_row_sets(self._writing, build, projection, row_sets_made[name])
            for name, (projection, build) in self._filled.items()
        }

    def _writable(self, name: str, row_sets: Sequence[RowSet]) -> list[RowSet]:
        """The row sets that their table takes, tried one by one; the partitions of the others are parked."""
        projection, build = self._filled[name]
        writable: list[RowSet] = []
        for row_set in row_sets:
            send = partial(send_row_sets, self._writing, build, projection, [row_set])
            trial = attempt(self._writing, send, keep=False)
            if isinstance(trial, Unwritable):
                park_unwritable(self._writing, build, row_set.header.partition_id, row_set.header.position, trial)
            else:
                writable.append(row_set)
        return writable

    def _project(self, events: Sequence[StoredEvent], row_sets_made: dict[str, list[RowSet]]) -> None:
        self.events += len(events)
        for projection, result in self._results(events):
            if isinstance(result, ParkedFault):
                park(self._writing, self._filled[projection.name][1], result)
            else:
                row_sets_made[projection.name].append(result)

    def _results(self, events: Sequence[StoredEvent]) -> Iterable[tuple[Projection, RowSet | ParkedFault]]:
        try:
            records = [decode_event(event) for event in events]
            method = self._methods.in_force(records)
        except (LogError, MemoryError):  # nothing is wrong with the partition
            raise
        except Exception as error:  # noqa: BLE001 - what cannot be read parks the partition, and no other
            last = events[-1]
            fault = ParkedFault(last.partition_id, last.position, last.type, type(error).__name__)
            return [(projection, fault) for projection in self._projections]
        return project_row_sets(records, self._task.as_of, method, self._projections)

    def _compare(
        self, partition_ids: Sequence[UUID], row_sets_made: Mapping[str, Sequence[RowSet]], digests: Mapping[str, bytes]
    ) -> None:
        """Compare the live rows of a group of partitions as bytes, and where those differ one partition at a time."""
        unsure: list[tuple[Projection, StoredPartitions]] = []
        for projection, build in tuple(self._compared):
            try:
                with self._reading.transaction():
                    if not self._is_unchanged(projection, build, partition_ids, row_sets_made, digests):
                        unsure.append((projection, read_stored(self._reading, build, projection, partition_ids)))
            except _UNREADABLE_TABLE:  # drift as a whole, and not looked at again
                self._compared.remove((projection, build))
                self._note(Drift(build.name, build.build, None, UNREADABLE))
        if not unsure:
            return
        row_sets_known = {
            (name, row_set.header.partition_id): row_set
            for name, row_sets in row_sets_made.items()
            for row_set in row_sets
        }
        for partition_id, events in stored_partitions(self._reading, partition_ids, self._upto):
            self._compare_one(partition_id, events, unsure, row_sets_known)

    def _is_unchanged(
        self,
        projection: Projection,
        build: Build,
        partition_ids: Sequence[UUID],
        row_sets_made: Mapping[str, Sequence[RowSet]],
        digests: Mapping[str, bytes],
    ) -> bool:
        """A live build holds exactly the headers and rows that were just made of every partition of a group."""
        row_sets = row_sets_made.get(projection.name, ())
        if len(row_sets) != len(partition_ids):
            return False
        headers = read_headers(self._reading, build, partition_ids)
        if headers != {each.header.partition_id: each.header for each in row_sets}:
            return False
        filled = self._filled[projection.name][1]
        return (
            hash_stored(self._reading, build, projection, partition_ids, as_build=filled)[0] == digests[projection.name]
        )

    def _compare_one(
        self,
        partition_id: UUID,
        events: Sequence[StoredEvent],
        unsure: Sequence[tuple[Projection, StoredPartitions]],
        row_sets_known: Mapping[tuple[str, UUID], RowSet],
    ) -> None:
        try:
            records = [decode_event(event) for event in events]
            if not self._filled:
                self.events += sum(record.position <= self._task.position for record in records)
            results = self._results_again(records, unsure, row_sets_known)
        except (LogError, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - what cannot be read cannot be compared, unless it is known to be stale
            for projection, stored in unsure:
                if partition_id not in stored.parked:
                    self._note(Drift(projection.name, stored.build.build, partition_id, UNREADABLE))
            return
        for projection, stored in unsure:
            result = results[projection.name]
            if isinstance(result, ParkedFault):
                continue
            drift = find_drift(projection, stored, records, result, self._methods, self._latest)
            if drift is not None:
                self._note(drift)

    def _results_again(
        self,
        records: Sequence[Recorded],
        unsure: Sequence[tuple[Projection, StoredPartitions]],
        row_sets_known: Mapping[tuple[str, UUID], RowSet],
    ) -> dict[str, RowSet | ParkedFault]:
        """The row sets of one partition at the run's day and position: made already, or projected together now."""
        partition_id = records[0].partition_id
        results: dict[str, RowSet | ParkedFault] = {
            projection.name: row_sets_known[projection.name, partition_id]
            for projection, _ in unsure
            if (projection.name, partition_id) in row_sets_known
        }
        missing = [projection for projection, _ in unsure if projection.name not in results]
        if missing:
            first = [record for record in records if record.position <= self._task.position]
            row_sets_made = project_row_sets(first, self._task.as_of, self._methods.in_force(first), missing)
            results |= {projection.name: result for projection, result in row_sets_made}
        return results

    def _note(self, drift: Drift) -> None:
        note_drift(self._writing, self._task.run_id, drift)


def _live(reading: Connection, task: ShardTask) -> list[Build]:
    """The live builds to compare, as the snapshot has them: of this log, and of this release's versions."""
    live = builds(reading, "live")
    return [
        live[name]
        for name in task.compared
        if name in live and (live[name].log_id, live[name].version) == (task.log_id, projection_called(name).version)
    ]
