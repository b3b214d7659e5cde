"""Partitions that an updater holds between events: what it has decoded, and the rows that are stored of it."""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Final, NamedTuple, Protocol
from uuid import UUID

from domain.events.partnerships import MethodAdopted
from domain.events.recorded import Recorded
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.events.stewardship import TextRedacted
from projections.declaration import Projection
from projections.engine.follow_counts import FOLLOWED_WHOLE, FollowCounts
from projections.engine.live_history import whole_history
from projections.engine.live_partition import LivePartition
from projections.engine.replay import AdoptedMethods
from projections.engine.row_sets import Projected, Result, RowSet, encoded_row_sets, project_rows
from projections.method.method import Method, method_sha256


class PartitionRows(Protocol):
    """One partition's events, and the rows made of them: it takes in what is recorded, and is asked for its rows."""

    @property
    def records(self) -> Sequence[Recorded]:
        """Its events, in order."""

    @property
    def made_whole(self) -> str:
        """The reason why the rows asked for last were made from nothing; empty where they were not."""

    def take(self, records: Iterable[Recorded]) -> None:
        """Take in the next events."""

    def rows(self, as_of: date, method: Method, projections: Iterable[Projection]) -> Iterator[Projected]:
        """Its rows by each projection, or the fault of one that fails; unchanged rows are the same objects."""


class WholePartition:
    """A partition that is projected from nothing each time."""

    made_whole = FOLLOWED_WHOLE

    def __init__(self, records: Iterable[Recorded]) -> None:
        self.records = list(records)

    def take(self, records: Iterable[Recorded]) -> None:
        """Take in the next events."""
        self.records.extend(records)

    def rows(self, as_of: date, method: Method, projections: Iterable[Projection]) -> Iterator[Projected]:
        """Its rows by each projection, or the fault of one that fails."""
        return project_rows(self.records[-1], lambda: whole_history(self.records, as_of), method, projections)


_CHANGE_METHODS: Final = (MethodAdopted, RecordCorrected, RecordWithdrawn, TextRedacted)


class MethodInForce(NamedTuple):
    """The method that a partnership's figures are made by, with its SHA-256."""

    method: Method
    sha256: str


class HeldPartition:
    """A partition in memory; `stored` are its row sets as they stand in the tables, by projection."""

    def __init__(self, partition: PartitionRows) -> None:
        self.partition = partition
        self.stored: dict[str, RowSet] = {}
        self._method: MethodInForce | None = None

    def take(self, records: Sequence[Recorded]) -> None:
        """Take in the next events."""
        if any(isinstance(record.body, _CHANGE_METHODS) for record in records):
            self._method = None
        self.partition.take(records)

    def method(self, methods: AdoptedMethods) -> MethodInForce:
        """The method in force, sought again when something came that can change it. Raises MethodMissing."""
        if self._method is None:
            method = methods.in_force(self.partition.records)
            self._method = MethodInForce(method, method_sha256(method))
        return self._method

    def results(
        self, as_of: date, by: MethodInForce, projections: Iterable[Projection], counts: FollowCounts
    ) -> list[Result]:
        """Its row sets by a method, encoded by difference from the stored ones, or the fault of a projection."""
        with counts.timed("projecting"):
            projected = list(self.partition.rows(as_of, by.method, projections))
        with counts.timed("encoding"):
            results = list(encoded_row_sets(self.partition.records[-1], as_of, by.sha256, projected, self.stored))
        counts.count_made(self.partition.made_whole, [each.made for _, each in results if isinstance(each, RowSet)])
        return results

    def note_stored(self, row_sets: Iterable[tuple[Projection, RowSet]]) -> None:
        """Note that row sets stand in their tables now."""
        self.stored.update({projection.name: row_set for projection, row_set in row_sets})


HOLD: Final[Callable[[Iterable[Recorded]], PartitionRows]] = LivePartition
"""The way in which a follower holds partitions, unless it is told to project each from nothing."""


class HeldPartitions:
    """The partitions used last, up to so many events in all; the one in use is always held."""

    def __init__(self, most_events: int) -> None:
        self._most_events, self._event_count = most_events, 0
        self._held: OrderedDict[UUID, HeldPartition] = OrderedDict()

    def __contains__(self, partition_id: UUID) -> bool:
        return partition_id in self._held

    @property
    def is_full(self) -> bool:
        """No other can be held without forgetting one."""
        return self._event_count >= self._most_events

    def get(self, partition_id: UUID) -> HeldPartition | None:
        """A partition that is held, which is then the one used last."""
        if partition_id in self._held:
            self._held.move_to_end(partition_id)
        return self._held.get(partition_id)

    def hold(self, partition_id: UUID, held_partition: HeldPartition) -> None:
        """Hold a partition, as the one used last."""
        self.drop(partition_id)
        self._held[partition_id] = held_partition
        self._event_count += len(held_partition.partition.records)

    def drop(self, partition_id: UUID) -> None:
        """Forget a partition."""
        if (held_partition := self._held.pop(partition_id, None)) is not None:
            self._event_count -= len(held_partition.partition.records)

    def grow(self, held_partition: HeldPartition, records: Sequence[Recorded]) -> None:
        """Let a partition that is held take in its next events."""
        self._event_count += len(records)
        held_partition.take(records)

    def evict(self) -> None:
        """Forget the partitions not used for longest, until the others are few enough."""
        while self._event_count > self._most_events and len(self._held) > 1:
            self.drop(next(iter(self._held)))
