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
from domain.log.decoding import recorded
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

    def __init__(self, order: ShardTask, log: LogRecorder, reading: Connection, writing: Connection) -> None:
        self._order, self._reading, self._writing = order, reading, writing
        self._methods = AdoptedMethods(log)
        self._filled = {build.name: (projection_called(build.name), build) for build in order.filled}
        self._asked = [asked for asked, _ in self._filled.values()]
        self._went = {build.build: hashlib.sha256() for build in order.filled}
        live = _live(reading, order)
        self._compared = [(projection_called(build.name), build) for build in live]
        self._upto = max([order.position, *(build.position for build in live)])
        self._latest = max(order.as_of, day_of(log.head().now))
        self.events = self.rows = 0

    def take(self, partition_ids: Sequence[UUID]) -> None:
        """Project partitions, in order of their ids, write their rows, and note where what is live differs."""
        made: dict[str, list[RowSet]] = {name: [] for name in self._filled}
        if made:
            for _, events in stored_partitions(self._reading, partition_ids, self._order.position):
                self._project(events, made)
        sent = attempt(self._writing, lambda: self._send(made))
        if isinstance(sent, Unwritable):
            made = {name: self._writable(name, row_sets) for name, row_sets in made.items()}
            sent = self._send(made)
        for name, row_sets in made.items():
            self._went[self._filled[name][1].build].update(sent[name])
            self.rows += sum(len(each.rows) for each in row_sets)
        self._compare(partition_ids, made, sent)

    def note(self) -> None:
        """Note what was done: how much, and what was sent."""
        order = self._order
        self._writing.execute(
            "UPDATE projection.shard SET events = %s, rows = %s WHERE run_id = %s AND shard = %s",
            (self.events, self.rows, order.run_id, order.shard),
        )
        for build, went in self._went.items():
            self._writing.execute(
                "INSERT INTO projection.sent (run_id, shard, build, sha256) VALUES (%s, %s, %s, %s)",
                (order.run_id, order.shard, build, went.digest()),
            )

    def _send(self, made: Mapping[str, Sequence[RowSet]]) -> dict[str, bytes]:
        """Write row sets by projection; gives by projection the hash over what went."""
        return {
            name: send_row_sets(self._writing, build, asked, made[name])
            for name, (asked, build) in self._filled.items()
        }

    def _writable(self, name: str, row_sets: Sequence[RowSet]) -> list[RowSet]:
        """Try row sets one by one, park those that no table takes, and give the others."""
        asked, build = self._filled[name]
        found: list[RowSet] = []
        for each in row_sets:
            tried = attempt(self._writing, partial(send_row_sets, self._writing, build, asked, [each]), keep=False)
            if isinstance(tried, Unwritable):
                park_unwritable(self._writing, build, each.header.partition_id, each.header.position, tried)
            else:
                found.append(each)
        return found

    def _project(self, events: Sequence[StoredEvent], made: dict[str, list[RowSet]]) -> None:
        self.events += len(events)
        for asked, result in self._results(events):
            if isinstance(result, ParkedFault):
                park(self._writing, self._filled[asked.name][1], result)
            else:
                made[asked.name].append(result)

    def _results(self, events: Sequence[StoredEvent]) -> Iterable[tuple[Projection, RowSet | ParkedFault]]:
        try:
            records = [recorded(event) for event in events]
            method = self._methods.in_force(records)
        except (LogError, MemoryError):  # nothing is wrong with the partition
            raise
        except Exception as error:  # noqa: BLE001 - what cannot be read parks the partition, and no other
            last = events[-1]
            fault = ParkedFault(last.partition_id, last.position, last.type, type(error).__name__)
            return [(asked, fault) for asked in self._asked]
        return project_row_sets(records, self._order.as_of, method, self._asked)

    def _compare(
        self, partition_ids: Sequence[UUID], made: Mapping[str, Sequence[RowSet]], sent: Mapping[str, bytes]
    ) -> None:
        """Compare what is live of a group: whole where it can only be what was just made, else one by one."""
        unsure: list[tuple[Projection, StoredPartitions]] = []
        for asked, build in tuple(self._compared):
            try:
                with self._reading.transaction():
                    if not self._is_as_made(asked, build, partition_ids, made, sent):
                        unsure.append((asked, read_stored(self._reading, build, asked, partition_ids)))
            except _UNREADABLE_TABLE:  # drift as a whole, and not looked at again
                self._compared.remove((asked, build))
                self._note(Drift(build.name, build.build, None, UNREADABLE))
        if not unsure:
            return
        known = {(name, each.header.partition_id): each for name, row_sets in made.items() for each in row_sets}
        for partition_id, events in stored_partitions(self._reading, partition_ids, self._upto):
            self._compare_one(partition_id, events, unsure, known)

    def _is_as_made(
        self,
        asked: Projection,
        build: Build,
        partition_ids: Sequence[UUID],
        made: Mapping[str, Sequence[RowSet]],
        sent: Mapping[str, bytes],
    ) -> bool:
        """Whether a live build holds of a group what was just made of it, every partition of it, header and rows."""
        row_sets = made.get(asked.name, ())
        if len(row_sets) != len(partition_ids):
            return False
        headers = read_headers(self._reading, build, partition_ids)
        if headers != {each.header.partition_id: each.header for each in row_sets}:
            return False
        filled = self._filled[asked.name][1]
        return hash_stored(self._reading, build, asked, partition_ids, named=filled)[0] == sent[asked.name]

    def _compare_one(
        self,
        partition_id: UUID,
        events: Sequence[StoredEvent],
        unsure: Sequence[tuple[Projection, StoredPartitions]],
        known: Mapping[tuple[str, UUID], RowSet],
    ) -> None:
        try:
            records = [recorded(event) for event in events]
            if not self._filled:
                self.events += sum(record.position <= self._order.position for record in records)
            results = self._made_again(records, unsure, known)
        except (LogError, MemoryError):
            raise
        except Exception:  # noqa: BLE001 - what cannot be read cannot be compared, unless it is known to be stale
            for asked, stored in unsure:
                if partition_id not in stored.parked:
                    self._note(Drift(asked.name, stored.build.build, partition_id, UNREADABLE))
            return
        for asked, stored in unsure:
            result = results[asked.name]
            if isinstance(result, ParkedFault):
                continue
            drift = find_drift(asked, stored, records, result, self._methods, self._latest)
            if drift is not None:
                self._note(drift)

    def _made_again(
        self,
        records: Sequence[Recorded],
        unsure: Sequence[tuple[Projection, StoredPartitions]],
        known: Mapping[tuple[str, UUID], RowSet],
    ) -> dict[str, RowSet | ParkedFault]:
        """Give what is made of one partition for the run's day and position: as known, or made in one go."""
        partition_id = records[0].partition_id
        found: dict[str, RowSet | ParkedFault] = {
            asked.name: known[asked.name, partition_id] for asked, _ in unsure if (asked.name, partition_id) in known
        }
        missing = [asked for asked, _ in unsure if asked.name not in found]
        if missing:
            first = [record for record in records if record.position <= self._order.position]
            made = project_row_sets(first, self._order.as_of, self._methods.in_force(first), missing)
            found |= {asked.name: result for asked, result in made}
        return found

    def _note(self, drift: Drift) -> None:
        note_drift(self._writing, self._order.run_id, drift)


def _live(reading: Connection, order: ShardTask) -> list[Build]:
    """Give the live builds to compare, as the snapshot has them: of this log, and of this release's versions."""
    live = builds(reading, "live")
    return [
        live[name]
        for name in order.compared
        if name in live and (live[name].log_id, live[name].version) == (order.log_id, projection_called(name).version)
    ]
