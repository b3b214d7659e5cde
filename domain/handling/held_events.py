"""Events of the log held in memory by tag, so that many decisions rest on them without reading the log again."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.boundary import around, boundary, widening
from domain.decisions.command import Command
from domain.decisions.command_context import CommandContext
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Recorded
from domain.events.selection import Selection, Selections
from domain.events.tags import tag
from domain.handling.sealing import people_listed
from domain.log.beginnings import things_begun
from domain.log.decode_events import UNREADABLE, decode_event
from domain.log.event import LogEvent
from domain.log.find_records import event_id_of, first_event_id
from domain.log.query import LogQuery
from domain.log.read_events import read_events
from domain.log.recorder import LogRecorder

_MOST_FORESEEN: Final = 20_000


class HeldEvent(Struct, eq=False):
    """One event with its tags; its place is provisional until the log has taken it."""

    record: Recorded
    tags: frozenset[str]


class HeldBoundary(Struct, frozen=True):
    """The events inside a command's boundary in order, what selects them, and the position up to which it was read."""

    records: list[Recorded]
    selections: Selections
    position: int


class HeldEvents:
    """Some of the events up to a position of the log: of every selection that was read, all of them.

    Events that are about to be appended are held too, after all others, until they are taken back. Not thread-safe.
    """

    def __init__(self, log: LogRecorder) -> None:
        self._log = log
        self.let_go()

    def let_go(self) -> None:
        """Hold nothing any more, and begin again at the present head of the log."""
        self.head = self._log.head()
        self.position = self.head.position
        self.is_whole = self.position == 0
        """Nothing was recorded before: whatever there is is held."""
        self._new_count = 0
        self._by_id: dict[UUID, HeldEvent] = {}
        self._by_tag: defaultdict[str, defaultdict[str, list[HeldEvent]]] = defaultdict(_lists)
        self._types_held: defaultdict[tuple[frozenset[str], UUID | None], set[str | None]] = defaultdict(set)
        self._begun: set[str] = set()
        """Tags of what begins with events that are held: nothing was said of it before."""

    def __len__(self) -> int:
        """How much is held: events, and what is known to have been read."""
        return len(self._by_id) + len(self._types_held)

    def boundary_of(self, command: Command, context: CommandContext) -> HeldBoundary:
        """The boundary of a command, as the log has it with the events held beyond its end.

        Records named by id are immutable and are looked up first. What was read may bring more into the boundary: what
        mends it, whether people it names were forgotten, where they stand already, what the command rests on by what
        it found.
        """
        selections, record_ids = boundary(command, context)
        inside = {each.position: each for each in self._named(record_ids)}
        selections |= around(list(inside.values()))
        more, count = selections, -1
        inside |= self._by_position(selections)
        while len(inside) > count:
            records, count = [inside[position] for position in sorted(inside)], len(inside)
            more = widening(command, records, context) - selections
            inside |= self._by_position(more)
            selections |= more
        return HeldBoundary(records, selections, self.position)

    def foresee(self, selections: Selections) -> None:
        """Read what will be asked for, unless it is very much, or some of it cannot be read."""
        missing = [more for each in selections if (more := self._missing(each)) is not None]
        if missing:
            with suppress(*UNREADABLE):
                self._read(frozenset(missing), limit=_MOST_FORESEEN)

    def records(self, selections: Selections) -> list[Recorded]:
        """The events that any of the selections selects, in order."""
        inside = self._by_position(selections)
        return [inside[position] for position in sorted(inside)]

    def command(self, command_id: UUID) -> list[Recorded]:
        """The events of a command, in order, where they are all held; else none."""
        first = self._by_id.get(first_event_id(command_id))
        if first is None:
            return []
        later_ids = (event_id_of(command_id, index) for index in range(1, first.record.envelope.count))
        events = [first, *(self._by_id.get(each) for each in later_ids)]
        return [] if None in events else [each.record for each in events if each is not None]

    def find(self, event_id: UUID) -> Recorded | None:
        """An event by its id; read where it is not held."""
        held_event = self._by_id.get(event_id)
        if held_event is None and not self.is_whole:
            event = self._log.find(event_id)
            held_event = None if event is None else self._hold_stored(event)
        return None if held_event is None else held_event.record

    def catch_up(self) -> None:
        """Hold what was recorded since the last position."""
        self.hold_tail(self._log.after(self.position))

    def hold_tail(self, events: Iterable[LogEvent]) -> None:
        """Hold the events that follow the last position, all of them, in order.

        Where one cannot be read, hold nothing any more: it is in the way only of what asks for it.
        """
        try:
            for event in events:
                self._hold_stored(event)
                self.position = event.position or self.position
        except UNREADABLE:
            self.let_go()

    def _hold(self, record: Recorded, tags: frozenset[str]) -> HeldEvent:
        held_event = HeldEvent(record, tags)
        self._by_id[record.event_id] = held_event
        for name in tags:
            self._by_tag[name][record.name].append(held_event)
        return held_event

    def hold_new(self, record: Recorded, tags: frozenset[str]) -> HeldEvent:
        """Hold an event that is about to be appended: what begins with it is held whole."""
        self._begun |= _begun_with(record)
        self._new_count += 1
        return self._hold(record, tags)

    def next_position(self) -> int:
        """The provisional position of the next new event."""
        return self.position + self._new_count + 1

    def settle(self, position: int) -> None:
        """Take note that the new events are in the log, which now ends at a position."""
        self.position, self._new_count = position, 0

    def take_back(self, held_event: HeldEvent) -> None:
        """Hold a new event no longer: it is not appended."""
        del self._by_id[held_event.record.event_id]
        self._new_count -= 1
        self._begun -= _begun_with(held_event.record)
        for name in held_event.tags:
            self._by_tag[name][held_event.record.name].remove(held_event)

    def _hold_stored(self, event: LogEvent) -> HeldEvent:
        held_event = self._by_id.get(event.event_id)
        if held_event is None:
            record = replace(decode_event(event), subjects=people_listed(event.tags))
            held_event = self._hold(record, frozenset(event.tags))
        return held_event

    def _named(self, record_ids: Iterable[UUID]) -> Iterator[Recorded]:
        """The records with these ids, and what each of them corrects or withdraws, down to the first."""
        remaining_ids = set(record_ids)
        while remaining_ids:
            missing_ids = [] if self.is_whole else [each for each in remaining_ids if each not in self._by_id]
            for event in self._log.find_all(missing_ids) if missing_ids else ():
                self._hold_stored(event)
            records = [self._by_id[each].record for each in remaining_ids if each in self._by_id]
            yield from records
            mended_ids = {getattr(record.body, "record_id", None) for record in records}
            remaining_ids = {each for each in mended_ids if each is not None}

    def _by_position(self, selections: Selections) -> dict[int, Recorded]:
        """The events that any of the selections selects; what is not held yet is read."""
        missing = [more for each in selections if (more := self._missing(each)) is not None]
        if missing:
            self._read(frozenset(missing))
        inside: dict[int, Recorded] = {}
        for selection in selections:
            inside.update([(each.record.position, each.record) for each in self._selected(selection)])
        return inside

    def _missing(self, selection: Selection) -> Selection | None:
        """The part of a selection that was not read yet."""
        if self.is_whole or not self._begun.isdisjoint(selection.tags):
            return None
        types_held = set(self._types_held.get((selection.tags, selection.partition), ()))
        for each in selection.tags:
            types_held |= self._types_held.get((frozenset({each}), None), _NO_TYPES)
        if None in types_held:
            return None
        if selection.types is None:
            return selection
        types = selection.types - types_held
        return replace(selection, types=types) if types else None

    def _read(self, selections: Selections, limit: int | None = None) -> None:
        with self._log.connections.borrow() as connection:
            events, _ = read_events(connection, LogQuery(selections), after=0, upto=self.position, limit=limit)
        for event in events:
            self._hold_stored(event)
        if len(events) == limit:
            return
        for each in selections:
            self._types_held[each.tags, each.partition] |= {None} if each.types is None else each.types

    def _selected(self, selection: Selection) -> Iterable[HeldEvent]:
        tags, partition_id = selection.tags, selection.partition
        by_type = min((self._by_tag.get(each, _NOTHING) for each in tags), key=len)
        types = by_type.keys() if selection.types is None else by_type.keys() & selection.types
        events = chain.from_iterable(by_type[name] for name in types)
        if len(tags) == 1 and partition_id is None:
            return events
        return (event for event in events if tags <= event.tags and partition_id in (None, event.record.partition_id))


_NO_TYPES: Final[frozenset[str | None]] = frozenset()
_NOTHING: Final[dict[str, list[HeldEvent]]] = {}


def _lists() -> defaultdict[str, list[HeldEvent]]:
    return defaultdict(list)


def _begun_with(record: Recorded) -> set[str]:
    """The tags of what an event begins; a partnership begins with two bodies."""
    tags = {tag(kind, identity) for kind, identity in things_begun(record.body)}
    if isinstance(record.body, PartnershipFormed):
        tags |= {tag("party", each.party_id) for each in (record.body.itself, record.body.residents)}
    return tags
