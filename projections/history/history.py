"""A partnership's history: what stands, as known at a position of the log, by the end of a day.

Everything projected is projected from here, so that every view and every figure resolves corrections,
withdrawals and the two clocks in one way. A history knows one partition only and reads no clock.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, cached_property
from operator import attrgetter
from typing import NamedTuple, TypeVar, cast
from uuid import UUID

import msgspec

from domain.events.commitments import CommitmentAcknowledged, FulfilmentConfirmed, FulfilmentDisputed
from domain.events.declaration import EventBody, Participant, declaration_of
from domain.events.interactions import MinutesApproved
from domain.events.partnerships import MemberJoined, MemberLeft, SeatAccepted
from domain.events.recorded import Effective, Recorded, corrected_body, resolve
from domain.events.records import DisputeResolved, RecordConfirmed, RecordCorrected, RecordDisputed, RecordWithdrawn
from domain.events.registries import PartiesFoundSame, PartySucceeded
from domain.values import PartyAt, end_of_day
from projections.history.memo import Memo, PlainMemo
from projections.history.seats import Seat, seats_taken

_ORDER = attrgetter("occurred_at", "recorded.position")
_POSITION = attrgetter("position")
_AMENDMENTS = (RecordCorrected, RecordWithdrawn)
_ACKNOWLEDGING = (CommitmentAcknowledged, RecordConfirmed, MinutesApproved, FulfilmentConfirmed, FulfilmentDisputed)

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
            return self._by_type.get(bodies[0], [])
        return sorted((fact for body in bodies for fact in self._by_type.get(body, ())), key=_ORDER)

    def each(self, body: type[E]) -> list[tuple[Effective, E]]:
        """List the facts of one type, each with its body, in order."""
        return [(fact, cast("E", fact.body)) for fact in self._by_type.get(body, ())]

    def first_facts(self, *bodies: type[EventBody]) -> dict[UUID, Effective]:
        """The first of the facts of these types about each thing, by the thing's id, in order."""
        first_facts: dict[UUID, Effective] = self.memo.of_thing(_first_facts, self, None, bodies)
        return first_facts

    def about(self, entity_id: UUID) -> list[Effective]:
        """List the facts that begin or continue one thing, or that are about one record, in order."""
        return self._by_thing.get(entity_id.int, [])

    def fact(self, event_id: UUID) -> Effective | None:
        """Find a fact by the id of its event."""
        return self._by_id.get(event_id.int)

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
        return self._minutes.get(meeting_id.int, ())

    def contests_of(self, record_id: UUID) -> Sequence[Effective]:
        """List the disputes about a record and their endings, in order."""
        return self._contests.get(record_id.int, ())

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
    def _by_type(self) -> dict[type[EventBody], list[Effective]]:
        facts: defaultdict[type[EventBody], list[Effective]] = defaultdict(list)
        for fact in self.facts:
            facts[type(fact.body)].append(fact)
        return dict(facts)

    @cached_property
    def _contests(self) -> dict[int, list[Effective]]:
        return self._grouped(RecordDisputed, DisputeResolved)

    @cached_property
    def _minutes(self) -> dict[int, list[Effective]]:
        return self._grouped(MinutesApproved)

    def _grouped(self, *bodies: type[EventBody]) -> dict[int, list[Effective]]:
        facts: defaultdict[int, list[Effective]] = defaultdict(list)
        for fact in self.of(*bodies):
            facts[thing_of(fact.body).int].append(fact)
        return dict(facts)

    # Ids are looked up by their number: hashing the id itself takes several times as long.

    @cached_property
    def _by_thing(self) -> dict[int, list[Effective]]:
        facts: defaultdict[int, list[Effective]] = defaultdict(list)
        for fact in self.facts:
            facts[thing_of(fact.body).int].append(fact)
        return dict(facts)

    @cached_property
    def _by_id(self) -> dict[int, Effective]:
        return {fact.event_id.int: fact for fact in self.facts}


def _first_facts(past: History, _: None, *bodies: type[EventBody]) -> dict[UUID, Effective]:
    first: dict[UUID, Effective] = {}
    for fact in past.of(*bodies):
        first.setdefault(thing_of(fact.body), fact)
    return first


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
    claims = [fact for fact in standing if not isinstance(fact.body, _AMENDMENTS)]
    same_bodies = _same_bodies(claims)
    amendments = tuple(_penned(fact.recorded, same_bodies) for fact in standing if isinstance(fact.body, _AMENDMENTS))
    happened = [fact for fact in claims if fact.occurred_at < end]
    if same_bodies:
        happened = [_as_one(fact, same_bodies) for fact in happened]
    facts, set_aside = _anchored(happened, amendments)
    return History(
        partition_id=records[0].partition_id,
        position=position,
        recorded_at=recorded_at,
        as_of=as_of,
        end=end,
        facts=tuple(sorted(facts, key=_ORDER)),
        set_aside=tuple(sorted(set_aside, key=_ORDER)),
        withdrawn=tuple(withdrawn),
        amendments=amendments,
        same_bodies=same_bodies,
        acknowledged=_acknowledged(claims),
        reached=position if log_position is None else log_position,
        claims=tuple(claims),
    )


class _Form(NamedTuple):
    """The fields of a type of event that name the earlier thing it is about, or the thing that it begins."""

    about: str
    begins: str
    thing: Callable[[EventBody], UUID]


@cache
def _form(body: type[EventBody]) -> _Form:
    declaration = declaration_of(body)
    return _Form(declaration.about, declaration.begins, attrgetter(declaration.thing))


def thing_of(body: EventBody) -> UUID:
    """The id of the thing that an event begins or continues, or of the record it is about."""
    return _form(type(body)).thing(body)


def _anchored(facts: Sequence[Effective], amendments: Sequence[Recorded]) -> tuple[list[Effective], list[Effective]]:
    """Part the facts whose earlier thing or record stands from those it was taken away from.

    What an event is about has an earlier position, so one walk in position order also sets aside what is
    about something set aside. A correction may have moved either in time: nothing happened before what it is about.
    """
    begun_at: dict[tuple[str, int], datetime] = {}
    for fact in facts:
        _, begins, thing_in = _form(type(fact.body))
        if begins:
            thing = (begins, thing_in(fact.body).int)
            begun_at[thing] = min(fact.occurred_at, begun_at.get(thing, fact.occurred_at))
    records = {amendment.event_id.int: amendment.occurred_at for amendment in amendments}
    anchored: list[Effective] = []
    set_aside: list[Effective] = []
    for fact in facts:
        about, _, thing_in = _form(type(fact.body))
        earliest: datetime | None = fact.occurred_at
        if about:
            number = thing_in(fact.body).int
            earliest = records.get(number) if about == "record_id" else begun_at.get((about, number))
        if earliest is None:
            set_aside.append(fact)
            continue
        placed = fact if earliest <= fact.occurred_at else msgspec.structs.replace(fact, occurred_at=earliest)
        records[placed.recorded.event_id.int] = placed.occurred_at
        anchored.append(placed)
    return anchored, set_aside


def _acknowledged(facts: list[Effective]) -> dict[UUID, int]:
    first: dict[UUID, int] = {}
    for fact in facts:
        if isinstance(fact.body, _ACKNOWLEDGING):
            first.setdefault(thing_of(fact.body), fact.position)
    return first


def _same_bodies(facts: list[Effective]) -> dict[UUID, PartyAt]:
    """The body that each duplicate was found to be in the end, by the duplicate's id."""
    same_bodies: dict[UUID, PartyAt] = {}
    for fact in facts:
        if isinstance(fact.body, PartiesFoundSame):
            finding = {fact.body.duplicate.party_id: fact.body.kept}
            same_bodies = {duplicate: _same(party, finding) for duplicate, party in same_bodies.items()}
            same_bodies[fact.body.duplicate.party_id] = _same(fact.body.kept, same_bodies)
    return same_bodies


def _as_one(fact: Effective, same_bodies: Mapping[UUID, PartyAt]) -> Effective:
    body, recorded = folded(fact.body, same_bodies), _penned(fact.recorded, same_bodies)
    if body is fact.body and recorded is fact.recorded:
        return fact
    return msgspec.structs.replace(fact, body=body, recorded=recorded)


def _penned(record: Recorded, same_bodies: Mapping[UUID, PartyAt]) -> Recorded:
    """Put the kept body where a record is the word of its duplicate."""
    word = record.envelope.on_behalf_of if same_bodies else None
    if word is None or word.party_id not in same_bodies:
        return record
    envelope = msgspec.structs.replace(record.envelope, on_behalf_of=same_bodies[word.party_id])
    return msgspec.structs.replace(record, envelope=envelope)


def folded(body: EventBody, same_bodies: Mapping[UUID, PartyAt]) -> EventBody:
    """Put the kept body wherever its duplicate is named, except where the two were found to be the same."""
    if not same_bodies or isinstance(body, PartiesFoundSame):
        return body
    changed = {
        name: now
        for name in body.__struct_fields__
        if (now := _same(value := getattr(body, name), same_bodies)) is not value
    }
    return msgspec.structs.replace(body, **changed) if changed else body


def _same(value: V, same_bodies: Mapping[UUID, PartyAt]) -> V:
    """The value itself unless a duplicate stands in it."""
    replaced: object = value
    match value:
        case PartyAt():
            replaced = same_bodies.get(value.party_id, value)
        case Participant():
            party = _same(value.party, same_bodies)
            replaced = value if party is value.party else msgspec.structs.replace(value, party=party)
        case tuple():
            folded = tuple(_same(each, same_bodies) for each in value)
            replaced = value if all(a is b for a, b in zip(folded, value, strict=True)) else folded
    return replaced  # type: ignore[return-value] # a value is only replaced by one of its own type
