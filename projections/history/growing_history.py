"""A history that takes in the next events of its partition without being made anew.

It reads as one made from all the events would, and notes what is read of it, so that its memo leaves most answers be.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from domain.events.declaration import EventBody
from domain.events.recorded import Effective, Recorded
from projections.history.fact_index import FactIndex
from projections.history.history import E, History
from projections.history.noted_memo import NotedMemo, ReadKey
from projections.history.standing_record import (
    AMENDED,
    CLAIMS,
    FACTS,
    SET_ASIDE,
    WITHDRAWN,
    StandingRecord,
    changes_between,
)

_HEAD: Final = "head"

V = TypeVar("V")


class GrowingHistory(History):
    """The history of one partition as known at its last event, to which the next are added. One thread at a time.

    The day asked about stays the same, and so do the bodies that were found to be one.
    """

    memo: NotedMemo

    def __init__(self, past: History, records: Sequence[Recorded]) -> None:
        for name in ("partition_id", "as_of", "end", "same_bodies"):
            object.__setattr__(self, name, getattr(past, name))
        object.__setattr__(self, "memo", NotedMemo(past.recorded_at))
        self._record = StandingRecord(past, records)
        self._note_last(past.position, past.recorded_at)

    def add(self, records: Sequence[Recorded]) -> bool:
        """Take in the next events, in position order; false where the history has to be made again with them."""
        changed: set[ReadKey] = {_HEAD}
        is_added = all(self._record.add(record, changed) for record in records)
        last = records[-1]
        self._note_last(last.position, last.recorded_at)
        self.memo.grow(changed, last.recorded_at)  # with what was added before one that cannot be
        return is_added

    def renew(self, past: History, records: Sequence[Recorded]) -> bool:
        """Become another history of the same partition on the same day; false where other bodies are the same.

        A fact that stands as it did stays the same object.
        """
        if past.same_bodies != self.same_bodies or past.end != self.end:
            return False
        before = self._record
        self._record = StandingRecord(past, records, before.facts.by_id)
        self._note_last(past.position, past.recorded_at)
        self.memo.grow({_HEAD, *changes_between(before, self._record)}, past.recorded_at)
        return True

    def _note_last(self, position: int, recorded_at: datetime) -> None:
        self._position = self._reached = position
        self._recorded_at = recorded_at

    @property
    def position(self) -> int:
        """The position of the last event."""
        return self._noted(_HEAD, self._position)

    @property
    def recorded_at(self) -> datetime:
        """The instant at which the log took the last event."""
        return self._noted(_HEAD, self._recorded_at)

    @property
    def reached(self) -> int:
        """The position that the log had reached."""
        return self._noted(_HEAD, self._reached)

    @property
    def facts(self) -> tuple[Effective, ...]:
        """All facts, in order."""
        return self._noted(FACTS, tuple(self._record.facts.facts))

    @property
    def set_aside(self) -> tuple[Effective, ...]:
        """The facts about what does not stand."""
        return self._noted(SET_ASIDE, tuple(self._record.set_aside))

    @property
    def withdrawn(self) -> tuple[Recorded, ...]:
        """The records that were withdrawn."""
        return self._noted(WITHDRAWN, self._record.withdrawn)

    @property
    def amendments(self) -> tuple[Recorded, ...]:
        """The corrections and withdrawals in force."""
        return self._noted(AMENDED, self._record.amendments)

    @property
    def claims(self) -> tuple[Effective, ...]:
        """All that stands, whatever the day."""
        return self._noted(CLAIMS, tuple(self._record.claims))

    @property
    def acknowledged(self) -> Mapping[UUID, int]:
        """The positions of the first acknowledgements."""
        return self._noted(CLAIMS, dict(self._record.acknowledged))

    def _noted(self, key: ReadKey, value: V) -> V:
        self.memo.note(key)
        return value

    def of(self, *bodies: type[EventBody]) -> list[Effective]:
        """List the facts of these types, in order."""
        for body in bodies:
            self.memo.note(body)
        return super().of(*bodies)

    def each(self, body: type[E]) -> list[tuple[Effective, E]]:
        """List the facts of one type, each with its body, in order."""
        self.memo.note(body)
        return super().each(body)

    def about(self, entity_id: UUID) -> list[Effective]:
        """List the facts that begin or continue one thing, or that are about one record, in order."""
        self.memo.note(entity_id.int)
        return super().about(entity_id)

    def fact(self, event_id: UUID) -> Effective | None:
        """Find a fact by the id of its event."""
        self.memo.note(event_id.int)
        return super().fact(event_id)

    def claimed(self, *bodies: type[EventBody]) -> list[Effective]:
        """List what stands of these types, in position order, whatever the day."""
        for body in bodies:
            self.memo.note(body)
        return [fact for fact in self._record.claims if isinstance(fact.body, bodies)]

    def corrections_of(self, fact: Effective) -> list[tuple[Recorded, EventBody]]:
        """List the corrections in force of a fact with the body that each put in place, oldest first."""
        self.memo.note(fact.event_id.int)
        return super().corrections_of(fact)

    def minutes_of(self, meeting_id: UUID) -> Sequence[Effective]:
        """List the approved minutes of a contact, in order."""
        self.memo.note(meeting_id.int)
        return super().minutes_of(meeting_id)

    def contests_of(self, record_id: UUID) -> Sequence[Effective]:
        """List the disputes about a record and their endings, in order."""
        self.memo.note(record_id.int)
        return super().contests_of(record_id)

    def acknowledged_at(self, thing_id: UUID) -> int | None:
        """The position at which a thing was first acknowledged or answered for; None: not yet."""
        self.memo.note(thing_id.int)
        return self._record.acknowledged.get(thing_id)

    def clock_has_reached(self, instant: datetime) -> bool:
        """The record's clock stands at an instant or later; if not yet, the answer may change when it does."""
        if instant <= self._recorded_at:
            return True
        self.memo.wake_at(instant)
        return False

    def log_has_reached(self, position: int) -> bool:
        """The log had come to a position by then."""
        return position <= self._reached or position <= self.reached

    @property
    def _index(self) -> FactIndex:
        return self._record.facts

    @property
    def _corrections(self) -> dict[UUID, Recorded]:
        return self._record.corrections
