"""Whereabouts: which place is part of which, and where each partnership is, remembered as far as the log was read."""

import threading
from collections.abc import Iterable
from typing import Final
from uuid import UUID
from weakref import WeakKeyDictionary

from domain.events import name_of
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Effective, Recorded, resolve
from domain.events.registries import PlaceRegistered
from domain.events.selection import MENDING, Selection
from domain.events.tags import tag
from domain.log.connections import Connections
from domain.log.decode_events import decode_event
from domain.log.event import LogEvent
from domain.log.query import LogQuery
from domain.log.read_events import read_events
from domain.log.read_once import once_a_page
from domain.log.recorder import LogRecorder

_BEGINNINGS: Final = frozenset({name_of(PartnershipFormed), name_of(PlaceRegistered)})
_READ: Final = LogQuery(frozenset({Selection(_BEGINNINGS.union(MENDING), frozenset())}))


class Whereabouts:
    """Places, their parts, and the partnerships formed for them, as the register stands."""

    def __init__(self, facts: Iterable[Effective]) -> None:
        self._wider: dict[UUID, UUID] = {}
        self._parts: dict[UUID, list[UUID]] = {}
        self._places: dict[UUID, UUID] = {}
        for fact in facts:
            match fact.body:
                case PlaceRegistered(place_id=place_id, part_of_place_id=wider) if wider is not None:
                    self._wider[place_id] = wider
                    self._parts.setdefault(wider, []).append(place_id)
                case PartnershipFormed(partnership_id=partnership_id, place_id=place_id) if place_id is not None:
                    self._places[partnership_id] = place_id

    def places_within(self, place_ids: Iterable[UUID]) -> frozenset[UUID]:
        """These places and every place that is part of them, at whatever depth."""
        within: set[UUID] = set()
        ahead = list(place_ids)
        while ahead:
            place_id = ahead.pop()
            if place_id not in within:
                within.add(place_id)
                ahead.extend(self._parts.get(place_id, ()))
        return frozenset(within)

    def places_around(self, place_ids: Iterable[UUID]) -> frozenset[UUID]:
        """These places and every place that they are part of."""
        around: set[UUID] = set()
        for place_id in place_ids:
            here: UUID | None = place_id
            while here is not None and here not in around:
                around.add(here)
                here = self.wider_than(here)
        return frozenset(around)

    def wider_than(self, place_id: UUID) -> UUID | None:
        """The place that a place is part of."""
        return self._wider.get(place_id)

    def partnerships_at(self, place_ids: frozenset[UUID]) -> frozenset[UUID]:
        """The partnerships formed for any of these places."""
        return frozenset(each for each, place_id in self._places.items() if place_id in place_ids)

    def places_of(self, partnership_ids: Iterable[UUID]) -> frozenset[UUID]:
        """The places that these partnerships were formed for."""
        return frozenset(self._places[each] for each in partnership_ids if each in self._places)


class _Memory:
    """The register of places and partnerships as one process has read it. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._position = 0
        self._records: list[Recorded] = []
        self._tags: set[str] = set()
        self._now = Whereabouts(())

    def now(self, log: LogRecorder) -> Whereabouts:
        """The whereabouts now: only what was recorded since the last look is read."""
        with self._lock:
            with log.connections.borrow() as connection:
                events, head = read_events(connection, _READ, after=self._position)
            if head < self._position:  # a log that was restored from an earlier copy
                self._position, self._records, self._tags = 0, [], set()
                with log.connections.borrow() as connection:
                    events, head = read_events(connection, _READ, after=0)
                self._now = Whereabouts(())
            self._position = head
            concerned = [event for event in events if self._concerns(event)]
            if concerned:
                self._records += map(decode_event, concerned)
                self._now = Whereabouts(resolve(self._records)[0])
            return self._now

    def _concerns(self, event: LogEvent) -> bool:
        """The event registers a place or forms a partnership, or mends one that does."""
        concerns = event.type in _BEGINNINGS or not self._tags.isdisjoint(event.tags)
        if concerns:
            self._tags.add(tag("record", event.event_id))
        return concerns


_MEMORIES: Final[WeakKeyDictionary[Connections, _Memory]] = WeakKeyDictionary()
_LOCK: Final = threading.Lock()


def whereabouts(log: LogRecorder) -> Whereabouts:
    """The whereabouts of every partnership, by one short read; while a page is made, by one for all of it."""
    with _LOCK:
        memory = _MEMORIES.setdefault(log.connections, _Memory())
    return once_a_page(log, "whereabouts", lambda: memory.now(log))
