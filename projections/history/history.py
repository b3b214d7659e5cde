"""A partnership's history: what stands, as known at a position of the log, by the end of a day.

Everything projected is projected from here, so that every view and every figure resolves corrections,
withdrawals and the two clocks in one way. A history knows one partition only and reads no clock.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from operator import attrgetter
from typing import Final, TypeVar, cast
from uuid import UUID

from domain.events.commitments import CommitmentAcknowledged, FulfilmentConfirmed, FulfilmentDisputed
from domain.events.declaration import EventBody
from domain.events.interactions import MinutesApproved
from domain.events.partnerships import MemberJoined, MemberLeft, SeatAccepted
from domain.events.recorded import Effective, Recorded, corrected_body, resolve
from domain.events.records import RecordConfirmed, RecordCorrected, RecordWithdrawn
from domain.events.registries import PartySucceeded
from domain.values import PartyAt, end_of_day
from projections.history.anchoring import Anchors, thing_of
from projections.history.fact_index import IN_ORDER, FactIndex
from projections.history.memo import Memo, PlainMemo
from projections.history.merged_bodies import as_one, folded, penned, same_bodies_in
from projections.history.seats import Seat, seats_taken

_POSITION = attrgetter("position")
AMENDMENTS: Final = (RecordCorrected, RecordWithdrawn)
ACKNOWLEDGING: Final = (
    CommitmentAcknowledged,
    RecordConfirmed,
    MinutesApproved,
    FulfilmentConfirmed,
    FulfilmentDisputed,
)

E = TypeVar("E", bound=EventBody)
V = TypeVar("V")


@dataclass(frozen=True, kw_only=True)
class History:
    """The facts of one partition, in (occurred_at, position) order, and what was left out of them.

    `end` is the instant at which the day `as_of` is over; `recorded_at` that of the position asked about; `reached` the
    position that the log itself had reached by then, which is another only where it is asked what sources claim.
    `same_bodies` gives the kept body for the id of each duplicate. `amendments` are the corrections and
    withdrawals in force: facts about the record, without a time in the world. `acknowledged` gives the position
    at which a promise was first acknowledged or answered for, a record confirmed, or the minutes of a meeting
    approved, whatever the day: what comes later in the log cannot correct its terms alone. `claims` is all that stands,
    in position order, whatever the day: what is known of the record itself is read off it.
    """

    partition_id: UUID
    position: int
    recorded_at: datetime
    as_of: date
    end: datetime
    facts: tuple[Effective, ...]
    set_aside: tuple[Effective, ...]
    withdrawn: tuple[Recorded, ...]
    amendments: tuple[Recorded, ...]
    same_bodies: Mapping[UUID, PartyAt] = field(default_factory=dict)
    acknowledged: Mapping[UUID, int] = field(default_factory=dict)
    reached: int
    claims: tuple[Effective, ...] = ()
    memo: Memo = field(default_factory=PlainMemo, init=False, compare=False, repr=False)

    def of(self, *bodies: type[EventBody]) -> list[Effective]:
        """List the facts of these types, in order."""
        if len(bodies) == 1:
            return self._index.by_type.get(bodies[0], [])
        return sorted((fact for body in bodies for fact in self._index.by_type.get(body, ())), key=IN_ORDER)

    def each(self, body: type[E]) -> list[tuple[Effective, E]]:
        """List the facts of one type, each with its body, in order."""
        return [(fact, cast("E", fact.body)) for fact in self._index.by_type.get(body, ())]

    def first_facts(self, *bodies: type[EventBody]) -> dict[UUID, Effective]:
        """The first of the facts of these types about each thing, by the thing's id, in order."""
        first_facts: dict[UUID, Effective] = self.memo.of_thing(_first_facts, self, None, bodies)
        return first_facts

    def keys_of_things(self, *bodies: type[EventBody]) -> Sequence[tuple[UUID]]:
        """The ids of the things that facts of these types are first about, each as a key of its own, in order."""
        keys: Sequence[tuple[UUID]] = self.memo.of_thing(_keys_of_things, self, None, bodies)
        return keys

    def keys_of_facts(self, *bodies: type[EventBody]) -> Sequence[tuple[UUID]]:
        """The ids of the events of the facts of these types, each as a key of its own, in order."""
        keys: Sequence[tuple[UUID]] = self.memo.of_thing(_keys_of_facts, self, None, bodies)
        return keys

    def about(self, entity_id: UUID) -> list[Effective]:
        """List the facts that begin or continue one thing, or that are about one record, in order."""
        return self._index.by_thing.get(entity_id.int, [])

    def fact(self, event_id: UUID) -> Effective | None:
        """Find a fact by the id of its event."""
        return self._index.by_id.get(event_id.int)

    def recorded(self, body: type[E], event_id: UUID) -> tuple[Effective, E]:
        """The fact of an event of a type that stands, with its body. Raises LookupError where it does not."""
        fact = self.fact(event_id)
        if fact is None or not isinstance(fact.body, body):
            message = f"no {body.__name__} stands by the id {event_id}"
            raise LookupError(message)
        return fact, fact.body

    def corrections_of(self, fact: Effective) -> list[tuple[Recorded, EventBody]]:
        """List the corrections in force of a fact with the body that each put in place, oldest first."""
        in_force = sorted((self._corrections[each] for each in fact.corrected_by), key=_POSITION)
        return [
            (correction, folded(corrected_body(cast("RecordCorrected", correction.body)), self.same_bodies))
            for correction in in_force
        ]

    def claimed(self, *bodies: type[EventBody]) -> list[Effective]:
        """List what stands of these types, in position order, whatever the day."""
        return [fact for fact in self.claims if isinstance(fact.body, bodies)]

    def members_at(self, instant: datetime) -> list[Seat]:
        """List the seats taken at an instant, by who agreed to sit there."""
        return [seat for seat in self.seats if seat.is_accepted_at(instant)]

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Every seat ever taken, in order of joining; a successor body sits on in its predecessor's seat."""
        seats: tuple[Seat, ...] = self.memo.of_history(_seats, self, ())
        return seats

    def minutes_of(self, meeting_id: UUID) -> Sequence[Effective]:
        """List the approved minutes of a contact, in order."""
        return self._index.minutes.get(meeting_id.int, ())

    def contests_of(self, record_id: UUID) -> Sequence[Effective]:
        """List the disputes about a record and their endings, in order."""
        return self._index.contests.get(record_id.int, ())

    def acknowledged_at(self, thing_id: UUID) -> int | None:
        """The position at which a thing was first acknowledged or answered for, whatever the day; None: not yet.

        A promise, a record confirmed, or a meeting by its approved minutes.
        """
        return self.acknowledged.get(thing_id)

    def clock_has_reached(self, instant: datetime) -> bool:
        """The record's clock stands at an instant or later: notice that ended then has run."""
        return instant <= self.recorded_at

    def log_has_reached(self, position: int) -> bool:
        """The log had come to a position by then."""
        return position <= self.reached

    @cached_property
    def _corrections(self) -> dict[UUID, Recorded]:
        return {each.event_id: each for each in self.amendments if isinstance(each.body, RecordCorrected)}

    @cached_property
    def _index(self) -> FactIndex:
        return FactIndex(self.facts)


def _first_facts(past: History, _: None, *bodies: type[EventBody]) -> dict[UUID, Effective]:
    first: dict[UUID, Effective] = {}
    for fact in past.of(*bodies):
        first.setdefault(thing_of(fact.body), fact)
    return first


def _keys_of_things(past: History, _: None, *bodies: type[EventBody]) -> list[tuple[UUID]]:
    return [(thing_id,) for thing_id in past.first_facts(*bodies)]


def _keys_of_facts(past: History, _: None, *bodies: type[EventBody]) -> list[tuple[UUID]]:
    return [(fact.event_id,) for fact in past.of(*bodies)]


def _seats(past: History) -> tuple[Seat, ...]:
    return seats_taken(
        joinings=past.each(MemberJoined),
        acceptances=past.each(SeatAccepted),
        departures=past.each(MemberLeft),
        successions=past.each(PartySucceeded),
    )


def history(
    records: Sequence[Recorded],
    *,
    as_of: date,
    position: int,
    recorded_at: datetime,
    later: Iterable[Recorded] = (),
    log_position: int | None = None,
) -> History:
    """Resolve a partition's events, in position order and at least one, into what stood at the end of a day.

    Only records up to `position` count, and of `later` ones what they take out of the record; `recorded_at` is when
    the log took the event at that position. Two bodies found to be the same are one throughout: that is a fact about
    the register, whatever the day.
    """
    end = end_of_day(as_of)
    standing, withdrawn = resolve([record for record in records if record.position <= position], later)
    claims = [fact for fact in standing if not isinstance(fact.body, AMENDMENTS)]
    same_bodies = same_bodies_in(claims)
    amendments = tuple(penned(fact.recorded, same_bodies) for fact in standing if isinstance(fact.body, AMENDMENTS))
    happened = [as_one(fact, same_bodies) for fact in claims if fact.occurred_at < end]
    anchors = Anchors(happened, amendments)
    places = [(fact, anchors.place(fact)) for fact in happened]
    return History(
        partition_id=records[0].partition_id,
        position=position,
        recorded_at=recorded_at,
        as_of=as_of,
        end=end,
        facts=tuple(sorted((placed for _, placed in places if placed is not None), key=IN_ORDER)),
        set_aside=tuple(sorted((fact for fact, placed in places if placed is None), key=IN_ORDER)),
        withdrawn=tuple(withdrawn),
        amendments=amendments,
        same_bodies=same_bodies,
        acknowledged=_acknowledged(claims),
        reached=position if log_position is None else log_position,
        claims=tuple(claims),
    )


def _acknowledged(facts: list[Effective]) -> dict[UUID, int]:
    first: dict[UUID, int] = {}
    for fact in facts:
        if isinstance(fact.body, ACKNOWLEDGING):
            first.setdefault(thing_of(fact.body), fact.position)
    return first
