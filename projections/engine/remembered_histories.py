"""Histories replayed lately, kept in bounded memory, so that answers about the same past replay it once.

A past is the same while neither its own last event nor the partition's is another: what is recorded elsewhere changes
no history, and a redaction is recorded in the partition whose texts it takes out.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from datetime import date
from operator import attrgetter
from threading import Lock
from typing import Final, Generic, Protocol, TypeVar
from uuid import UUID

from domain.events.recorded import Recorded
from domain.events.stewardship import TextRedacted
from domain.log.decode_events import decode_event
from domain.log.event import LogEvent
from projections.engine.present_histories import PresentHistory, held_history, present_histories_held
from projections.history.claimed_record import known_as_claimed
from projections.history.history import History, history
from projections.method.method import Method

MOST_EVENTS: Final = 30_000
"""How many events are remembered, beside those of the longest partnership."""
_DAYS: Final = 4
_EVENTS_OF_DAYS: Final = 100_000
"""Of a longer record fewer days are kept, but always two, which can be compared."""

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

_Past = tuple[UUID, UUID, date | None]
"""The ids of a partition's last event by a position and of its last, and the day that sources are asked about, if any.
"""


class PartitionLog(Protocol):
    """The part of the log that holds partitions."""

    def read_partition(self, partition_id: UUID, upto: int | None = None, *, after: int = 0) -> list[LogEvent]:
        """Read one partition's events in order, after a position, up to and including another."""

    def ends_of_partition(self, partition_id: UUID, upto: int) -> tuple[UUID, UUID] | None:
        """The ids of one partition's last event up to a position, and of its last; None without the first."""


class KnownRecords:
    """One partition's events as known at a position, and the histories of the days asked about last."""

    def __init__(self, records: list[Recorded], later: list[Recorded], present: PresentHistory | None = None) -> None:
        """The events known, and those recorded later; where there are none of these, `present` is to be asked first."""
        self.records = records
        self._present = present
        self._later = [record for record in later if isinstance(record.body, TextRedacted)]
        self._histories: OrderedDict[date, History] = OrderedDict()
        self._adopted: Method | None = None
        self._adoption_sought = False

    def history(self, as_of: date, position: int, log_position: int, *, is_today: bool = False) -> History:
        """The history by the end of a day; `log_position` is how far the log itself had come by then."""
        if is_today and self._present is not None and (now := held_history(self._present, self.records, as_of)):
            return now
        past = self._histories.pop(as_of, None)
        if past is None:
            # The record's clock is that of the partition's own last event: what others record changes no figure of it.
            past = history(
                self.records,
                as_of=as_of,
                position=position,
                recorded_at=self.records[-1].recorded_at,
                later=self._later,
                log_position=log_position,
            )
        self._histories[as_of] = past
        if len(self._histories) > max(2, min(_DAYS, _EVENTS_OF_DAYS // len(self.records))):
            self._histories.popitem(last=False)
        return past

    def adopted(self, find: Callable[[], Method | None]) -> Method | None:
        """The method adopted last, found once."""
        if not self._adoption_sought:
            self._adopted, self._adoption_sought = find(), True
        return self._adopted


class _LastUsed(Generic[K, V]):
    """A cache of the last used values, bounded by their events; the longest and the last have room beside the rest."""

    def __init__(self, most_events: int, events_of: Callable[[V], int]) -> None:
        self._most, self._events_of = most_events, events_of
        self._kept: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K) -> V | None:
        """The value under a key, which is then the one used last."""
        if key in self._kept:
            self._kept.move_to_end(key)
        return self._kept.get(key)

    def keep(self, key: K, value: V) -> V:
        """Keep a value as the one used last, and forget those unused for longest where they are too many."""
        self._kept[key] = value
        self._kept.move_to_end(key)
        lengths = {each: self._events_of(item) for each, item in self._kept.items()}
        longest = max(reversed(lengths), key=lengths.__getitem__)
        rest = sum(lengths.values()) - lengths[longest]
        for old_key in list(lengths)[:-1]:
            if rest <= self._most:
                break
            if old_key != longest:
                del self._kept[old_key]
                rest -= lengths[old_key]
        return value


class RememberedHistories:
    """The partitions asked about last, up to so many events beside those of the longest; safe to use from many threads.

    However long one is, asking about others does not make it forgotten.
    """

    def __init__(self, most_events: int = MOST_EVENTS, *, grows: bool = True) -> None:
        """Begin with nothing read; a history of the present day takes in its next events only where it `grows`."""
        self.grows = grows
        self._lock = Lock()
        self._known = _LastUsed[_Past, KnownRecords](most_events, lambda past: len(past.records))
        self._present = _LastUsed[UUID, PresentHistory](most_events, attrgetter("event_count"))
        self._decoded = _DecodedPartitions(most_events)

    def held(self) -> AbstractContextManager[None]:
        """Hold what is read of the present day until the block ends: it grows, and nobody else may make it grow."""
        return present_histories_held()

    def known(
        self, log: PartitionLog, partition_id: UUID, position: int, source_day: date | None = None
    ) -> KnownRecords | None:
        """One partition's events as known at a position; None where there are none by then.

        With a day, those of them that their sources claim to have known by its end.
        """
        ends = log.ends_of_partition(partition_id, position)
        if ends is None:
            return None
        past = (*ends, source_day)
        with self._lock:
            records = self._known.get(past)
        if records is None:
            whole = self._decoded.of(log, partition_id, ends[1])
            is_present = self.grows and source_day is None and ends[0] == ends[1]
            present = self._present_of(partition_id, len(whole)) if is_present else None
            records = _known_among(whole, position, source_day, present)
            with self._lock:
                self._known.keep(past, records)
        return records if records.records else None

    def _present_of(self, partition_id: UUID, event_count: int) -> PresentHistory:
        with self._lock:
            return self._present.keep(partition_id, self._present.get(partition_id) or PresentHistory(event_count))


class _DecodedPartitions:
    """The partitions read last with their events decoded; only what came since is read again."""

    def __init__(self, most_events: int) -> None:
        self._lock = Lock()
        self._partitions = _LastUsed[UUID, list[Recorded]](most_events, len)

    def of(self, log: PartitionLog, partition_id: UUID, last_id: UUID) -> list[Recorded]:
        """One partition's events, in order, up to the one with the id `last_id` at least; not to be changed."""
        with self._lock:
            records = self._partitions.get(partition_id) or []
        if not records or records[-1].event_id != last_id:
            after = records[-1].position if records else 0
            records = [*records, *map(decode_event, log.read_partition(partition_id, after=after))]
        with self._lock:
            return self._partitions.keep(partition_id, records)


def _known_among(
    records: list[Recorded], position: int, source_day: date | None, present: PresentHistory | None
) -> KnownRecords:
    """Those of one partition's events that were known at a position, and the redactions recorded after it.

    With a day, those of them that their sources claim to have known by its end, and all redactions. What should never
    have been written down is not read in the past either.
    """
    by_then = [record for record in records if record.position <= position]
    later = records[len(by_then) :]
    if source_day is None:
        return KnownRecords(by_then, later, None if later else present)
    known_records, unknown = known_as_claimed(by_then, source_day)
    return KnownRecords(known_records, [*unknown, *later])
