"""A history that takes in the next events of its partition without being made anew.

It reads as one made from all the events would, and notes what is read of it, so that its memo leaves most answers be.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from domain.events.declaration import EventBody
from domain.events.recorded import MENDING_BODIES, Effective, Recorded
from domain.events.records import RecordCorrected
from domain.events.registries import PartiesFoundSame
from projections.history.anchoring import Anchors, thing_of
from projections.history.fact_index import IN_ORDER, FactIndex
from projections.history.history import ACKNOWLEDGING, E, History
from projections.history.merged_bodies import as_one
from projections.history.noted_memo import NotedMemo, ReadKey

REMAKING: Final = MENDING_BODIES | {PartiesFoundSame}
"""Events by which others stand otherwise than before: they cannot be added to what is there."""

_HEAD, _CLAIMS, _FACTS = "head", "claims", "facts"
_SET_ASIDE, _WITHDRAWN, _AMENDMENTS = "set aside", "withdrawn", "amendments"

V = TypeVar("V")


class GrowingHistory(History):
    """The history of one partition as known at its last event, to which the next are added. One thread at a time.

    The day asked about stays the same, and so do the bodies that were found to be one.
    """

    memo: NotedMemo

    def __init__(self, past: History) -> None:
        for name in ("partition_id", "as_of", "end", "same_bodies"):
            object.__setattr__(self, name, getattr(past, name))
        object.__setattr__(self, "memo", NotedMemo(past.recorded_at))
        self._facts_by = FactIndex(past.facts)
        self._take_over(past)

    def _take_over(self, past: History) -> None:
        self._position, self._recorded_at, self._reached = past.position, past.recorded_at, past.reached
        self._claims, self._set_aside = list(past.claims), list(past.set_aside)
        self._withdrawn, self._amendments = past.withdrawn, past.amendments
        self._mending = {each.event_id: each for each in past.amendments if isinstance(each.body, RecordCorrected)}
        self._acknowledged = dict(past.acknowledged)
        happened = [as_one(fact, past.same_bodies) for fact in past.claims if fact.occurred_at < past.end]
        self._anchors = Anchors(happened, past.amendments)
        for fact in happened:
            self._anchors.place(fact)

    def add(self, records: Sequence[Recorded]) -> bool:
        """Take in the next events, in position order; false where the history has to be made again with them."""
        if not REMAKING.isdisjoint(type(record.body) for record in records):
            return False
        changed: set[ReadKey] = {_HEAD, _CLAIMS}
        for record in records:
            claim = Effective(recorded=record, body=record.body, occurred_at=record.occurred_at)
            fact = as_one(claim, self.same_bodies)
            has_happened = fact.occurred_at < self.end
            if has_happened and self._anchors.moves_others(fact, self._set_aside):
                self.memo.grow(changed, record.recorded_at)  # for the records before it, which are taken in
                return False
            self._claims.append(claim)
            if isinstance(claim.body, ACKNOWLEDGING):
                self._acknowledged.setdefault(thing_of(claim.body), claim.position)
            if has_happened:
                changed.add(self._place(fact))
            changed.update(_keys_of(fact))
        last = records[-1]
        self._position = self._reached = last.position
        self._recorded_at = last.recorded_at
        self.memo.grow(changed, last.recorded_at)
        return True

    def _place(self, fact: Effective) -> ReadKey:
        placed = self._anchors.place_next(fact)
        if placed is None:
            self._set_aside = sorted([*self._set_aside, fact], key=IN_ORDER)
            return _SET_ASIDE
        self._facts_by.add(placed)
        return _FACTS

    def renew(self, past: History) -> bool:
        """Become another history of the same partition on the same day; false where other bodies are the same.

        A fact that stands as it did stays the same object.
        """
        if past.same_bodies != self.same_bodies or past.end != self.end:
            return False
        facts_before = self._facts_by.by_id
        facts = FactIndex(_unchanged(fact, facts_before.get(fact.event_id.int)) for fact in past.facts)
        changed: set[ReadKey] = {_HEAD, _CLAIMS, _FACTS, _SET_ASIDE}
        changed.update(_changed_keys(facts_before, facts.by_id))
        changed.update(_changed_keys(_by_id(self._claims), _by_id(past.claims)))
        changed.update(self._mended(past))
        self._facts_by = facts
        self._take_over(past)
        self.memo.grow(changed, past.recorded_at)
        return True

    def _mended(self, past: History) -> Iterator[ReadKey]:
        """The keys of what else is otherwise in another history: what was mended or withdrawn."""
        if past.withdrawn != self._withdrawn:
            yield _WITHDRAWN
        if past.amendments != self._amendments:
            yield _AMENDMENTS
            before, after = (
                {each.event_id.int: each for each in mends} for mends in (self._amendments, past.amendments)
            )
            for number in before.keys() | after.keys():
                if before.get(number) != after.get(number):
                    yield number
                    yield from (thing_of(each.body).int for each in (before.get(number), after.get(number)) if each)

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
        return self._noted(_FACTS, tuple(self._facts_by.facts))

    @property
    def set_aside(self) -> tuple[Effective, ...]:
        """The facts about what does not stand."""
        return self._noted(_SET_ASIDE, tuple(self._set_aside))

    @property
    def withdrawn(self) -> tuple[Recorded, ...]:
        """The records that were withdrawn."""
        return self._noted(_WITHDRAWN, self._withdrawn)

    @property
    def amendments(self) -> tuple[Recorded, ...]:
        """The corrections and withdrawals in force."""
        return self._noted(_AMENDMENTS, self._amendments)

    @property
    def claims(self) -> tuple[Effective, ...]:
        """All that stands, whatever the day."""
        return self._noted(_CLAIMS, tuple(self._claims))

    @property
    def acknowledged(self) -> Mapping[UUID, int]:
        """The positions of the first acknowledgements."""
        return self._noted(_CLAIMS, dict(self._acknowledged))

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
        return [fact for fact in self._claims if isinstance(fact.body, bodies)]

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
        return self._acknowledged.get(thing_id)

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
        return self._facts_by

    @property
    def _corrections(self) -> dict[UUID, Recorded]:
        return self._mending


def _keys_of(fact: Effective) -> Iterable[ReadKey]:
    """The keys under which a fact is read: its own, that of what it is about, and its type."""
    return fact.event_id.int, thing_of(fact.body).int, type(fact.body)


def _by_id(facts: Iterable[Effective]) -> dict[int, Effective]:
    return {fact.event_id.int: fact for fact in facts}


def _unchanged(fact: Effective, before: Effective | None) -> Effective:
    """The fact as it was known before, if it stands as it did."""
    return before if before is not None and _stands_alike(fact, before) else fact


def _stands_alike(fact: Effective, before: Effective) -> bool:
    if fact.recorded is before.recorded and fact.corrected_by == before.corrected_by:
        return fact.occurred_at == before.occurred_at
    return fact == before


def _changed_keys(before: Mapping[int, Effective], after: Mapping[int, Effective]) -> Iterator[ReadKey]:
    for number in before.keys() | after.keys():
        old, new = before.get(number), after.get(number)
        if old is None or new is None or not _stands_alike(new, old):
            yield from (key for fact in (old, new) if fact is not None for key in _keys_of(fact))
