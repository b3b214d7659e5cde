"""The facts of a decision: the standing events inside its boundary, indexed by what they are about."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Final, Protocol, TypeVar, cast
from uuid import UUID

from msgspec import Struct

from domain.events import EventBody
from domain.events.covered_acts import CoveredActs
from domain.events.declaration import declaration_of
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import (
    MemberJoined,
    MemberLeft,
    PartnershipClosed,
    PartnershipFormed,
    RuleAdopted,
    SeatAccepted,
)
from domain.events.recorded import MENDING_BODIES, Effective, Recorded, resolve
from domain.events.records import RecordCorrected
from domain.events.registries import (
    PartiesFoundSame,
    PartyAmended,
    PartyRegistered,
    PartySucceeded,
    PeopleFoundSame,
    PersonRegistered,
)
from domain.events.selection import MENDING
from domain.events.stewardship import CoverageDeclared, SubjectErased
from domain.events.tags import tag, tags_of
from domain.values import PartyAt

B = TypeVar("B", bound=EventBody)
_PARTY_TYPES: Final = (PartyRegistered, PartyAmended, PartnershipFormed)


class KnownEvent(Protocol):
    """One standing event: as recorded, as corrected since, or as this command is about to record it."""

    @property
    def event_id(self) -> UUID:
        """Its id."""

    @property
    def body(self) -> EventBody:
        """Its body as it stands."""

    @property
    def occurred_at(self) -> datetime:
        """When it happened, as claimed."""

    @property
    def word(self) -> PartyAt | None:
        """Whose word it is."""

    @property
    def subjects(self) -> frozenset[UUID]:
        """The people whom its texts may name."""

    @property
    def partition_id(self) -> UUID | None:
        """In whose affairs it is."""


class StatedEvent(Struct, frozen=True):
    """An event that reads otherwise than it was recorded, or that is not recorded yet."""

    event_id: UUID
    body: EventBody
    occurred_at: datetime
    word: PartyAt | None
    subjects: frozenset[UUID] = frozenset()
    partition_id: UUID | None = None


class Party(Struct, frozen=True):
    """A party as the registry has it now."""

    at: PartyAt
    name: str | None
    part_of: UUID | None
    paid_by: frozenset[UUID]
    since: datetime
    is_person: bool = False


class Facts:
    """The standing events inside a boundary, in position order; later ones may be added while a command is decided."""

    def __init__(self, records: Sequence[KnownEvent]) -> None:
        """Index the events by type."""
        self._standing: list[KnownEvent] = []
        self._withdrawn: list[KnownEvent] = []
        self._by_type: dict[type[EventBody], list[tuple[int, KnownEvent]]] = {}
        self._parties: dict[UUID, Party | None] = {}
        """Parties that were looked up, until one is registered or amended, or a partnership is formed."""
        self.add(records)

    @classmethod
    def from_records(cls, records: Sequence[Recorded]) -> "Facts":
        """The facts in a boundary's records, corrections and withdrawals applied."""
        mended = _mended(records)
        if not mended:
            return cls(records)
        standing, withdrawn = resolve(mended)
        subjects = {record.event_id: record.subjects for record in mended}
        known: dict[int, KnownEvent] = {record.position: record for record in records}
        known |= {each.position: _known(each, subjects) for each in standing}
        facts = cls([known[position] for position in sorted(known.keys() - {each.position for each in withdrawn})])
        facts._withdrawn = list(withdrawn)
        return facts

    def add(self, records: Iterable[KnownEvent]) -> None:
        """Add events that this command is about to record."""
        self._seats_at: dict[datetime, list[MemberJoined]] = {}
        for record in records:
            if isinstance(record.body, _PARTY_TYPES):
                self._parties.clear()
            self._by_type.setdefault(type(record.body), []).append((len(self._standing), record))
            self._standing.append(record)

    def put_right(self, event_id: UUID, body: EventBody, occurred_at: datetime) -> None:
        """Put a corrected body in the place of an event's."""
        records = [
            StatedEvent(record.event_id, body, occurred_at, record.word, record.subjects, record.partition_id)
            if record.event_id == event_id
            else record
            for record in self._standing
        ]
        self._standing, self._by_type, self._parties = [], {}, {}
        self.add(records)

    def of(self, *types: type[B]) -> list[tuple[KnownEvent, B]]:
        """The standing events of these types, in position order."""
        if len(types) == 1:
            pairs = self._by_type.get(types[0], [])
        else:
            pairs = sorted((pair for each in types for pair in self._by_type.get(each, ())), key=itemgetter(0))
        return [(each, cast("B", each.body)) for _, each in pairs]

    def about(self, field: str, identity: UUID, *types: type[B]) -> list[tuple[KnownEvent, B]]:
        """The standing events of these types whose id field names this thing."""
        return [pair for pair in self.of(*types) if getattr(pair[1], field, None) == identity]

    def first(self, field: str, identity: UUID, *types: type[B]) -> tuple[KnownEvent, B] | None:
        """The first standing event of these types whose id field names this thing."""
        return next(iter(self.about(field, identity, *types)), None)

    def event(self, event_id: UUID) -> KnownEvent | None:
        """A standing event by its id."""
        return next((each for each in self._standing if each.event_id == event_id), None)

    def event_ever(self, event_id: UUID) -> KnownEvent | None:
        """An event by its id, standing or withdrawn."""
        return self.event(event_id) or next((each for each in self._withdrawn if each.event_id == event_id), None)

    def party(self, party_id: UUID) -> Party | None:
        """A party as last amended."""
        if party_id not in self._parties:
            self._parties[party_id] = self._party(party_id)
        return self._parties[party_id]

    def _party(self, party_id: UUID) -> Party | None:
        entries = [
            (record, body)
            for record, body in self.of(PartyRegistered, PartyAmended)
            if getattr(body, "party_id", None) == party_id
        ]
        if not entries:
            return self._party_from_beginning(party_id)
        body = cast("PartyRegistered", entries[-1][1])
        at = PartyAt(party_id, body.side, body.kind, body.office_holder, body.volunteer_run)
        paid_by, is_person = frozenset(body.paid_by_party_ids), body.sole_trader_person_id is not None
        return Party(at, body.name, body.part_of_party_id, paid_by, entries[0][0].occurred_at, is_person)

    def ties_since(self, party_id: UUID, since: EventBody) -> set[UUID]:
        """The ids of those that a party belonged to or was paid by when an event was recorded, or at any time after."""
        ties: set[UUID] = set()
        is_later = False
        for record in self._standing:
            body = record.body
            if body is since:
                is_later = True
            elif isinstance(body, PartyRegistered | PartyAmended) and body.party_id == party_id:
                ties_now = {body.part_of_party_id, *body.paid_by_party_ids} - {None}
                ties = cast("set[UUID]", ties | ties_now if is_later else ties_now)
        return ties

    def stands_in(self, partnership_id: UUID | None, party_id: UUID) -> bool:
        """An event in the affairs of a partnership names the party."""
        party_tag = tag("party", party_id)
        return partnership_id is not None and any(
            record.partition_id == partnership_id
            and not declaration_of(record.body).home
            and party_tag in tags_of(record.body)
            for record in self._standing
        )

    def person_stands_in(self, partnership_id: UUID | None, person_id: UUID) -> bool:
        """A seat or a recorded contact of a partnership names the person."""
        person_tag = tag("person", person_id)
        return partnership_id is not None and any(
            record.partition_id == partnership_id and person_tag in tags_of(body)
            for record, body in self.of(MemberJoined, InteractionRecorded)
        )

    def bodies_of(self, people: Iterable[UUID]) -> set[UUID]:
        """The bodies for which these people sit in any partnership, and the sole traders among them."""
        person_ids = set(people)
        seat_holders = {seat.party.party_id for _, seat in self.of(MemberJoined) if seat.person_id in person_ids}
        sole_traders = {
            body.party_id for _, body in self.of(PartyRegistered) if body.sole_trader_person_id in person_ids
        }
        return seat_holders | sole_traders

    def _party_from_beginning(self, party_id: UUID) -> Party | None:
        """The partnership itself or its residents at large: the two parties that it has from its beginning."""
        for record, formed in self.of(PartnershipFormed):
            for standing, name in ((formed.itself, formed.name), (formed.residents, "Residents at large")):
                if standing.party_id == party_id:
                    return Party(standing, name, None, frozenset(), record.occurred_at)
        return None

    def passed_on(self, parties: Iterable[UUID]) -> set[UUID]:
        """These parties, their successors, and the entries that were found to be the same as one of them."""
        return self._followed({*parties}, [(each.predecessor, each.successor) for _, each in self.of(PartySucceeded)])

    def passed_on_to(self, party_id: UUID) -> set[UUID]:
        """This party, those whose place it took, and the entries that were found to be the same as one of them."""
        return self._followed({party_id}, [(each.successor, each.predecessor) for _, each in self.of(PartySucceeded)])

    def _followed(self, party_ids: set[UUID], steps: list[tuple[PartyAt, PartyAt]]) -> set[UUID]:
        """These parties and all to whom steps lead from them; what was found to be the same leads both ways."""
        for _, same in self.of(PartiesFoundSame):
            steps += [(same.kept, same.duplicate), (same.duplicate, same.kept)]
        count = 0
        while steps and len(party_ids) > count:
            count = len(party_ids)
            for one, other in steps:
                if one.party_id in party_ids:
                    party_ids.add(other.party_id)
        return party_ids

    def is_registered(self, person_id: UUID) -> bool:
        """A person is registered."""
        return any(body.person_id == person_id for _, body in self.of(PersonRegistered))

    def is_erased(self, person_id: UUID) -> bool:
        """A person has been forgotten."""
        return any(body.subject_id == person_id for _, body in self.of(SubjectErased))

    def same_person(self, person_id: UUID) -> UUID:
        """The entry kept for a person who was registered twice; else the person's own."""
        findings = self.about("duplicate_person_id", person_id, PeopleFoundSame)
        return findings[-1][1].kept_person_id if findings else person_id

    def partnership(self) -> tuple[KnownEvent, PartnershipFormed] | None:
        """The formation of the partnership."""
        return next(iter(self.of(PartnershipFormed)), None)

    def is_closed(self) -> bool:
        """The partnership has been closed."""
        return bool(self.of(PartnershipClosed))

    def seats(self) -> list[MemberJoined]:
        """The seats not given up."""
        departures = {body.member_id for _, body in self.of(MemberLeft)}
        return [body for _, body in self._joined() if body.member_id not in departures]

    def accepted_seats(self) -> list[MemberJoined]:
        """The seats not given up that their bodies accepted."""
        return [seat for seat in self.seats() if self.is_accepted(seat)]

    def is_accepted(self, seat: MemberJoined) -> bool:
        """The body has accepted a seat, or was given one that needs no acceptance."""
        return not seat.awaits_acceptance or bool(self.about("member_id", seat.member_id, SeatAccepted))

    def accepted_seats_at(self, instant: datetime) -> list[MemberJoined]:
        """The accepted seats held at an instant."""
        if instant in self._seats_at:
            return self._seats_at[instant]
        departures = {body.member_id: record.occurred_at for record, body in self.of(MemberLeft)}
        acceptances = {body.member_id for record, body in self.of(SeatAccepted) if record.occurred_at <= instant}
        self._seats_at[instant] = [
            seat
            for record, seat in self._joined()
            if record.occurred_at <= instant
            and (not seat.awaits_acceptance or seat.member_id in acceptances)
            and (seat.member_id not in departures or departures[seat.member_id] > instant)
        ]
        return self._seats_at[instant]

    def _joined(self) -> list[tuple[KnownEvent, MemberJoined]]:
        """The seats ever taken in this partnership; those in others are read only to tell whose person somebody is."""
        beginning = self.partnership()
        here = None if beginning is None else beginning[0].partition_id
        return [each for each in self.of(MemberJoined) if each[0].partition_id == here]

    def rule(self) -> RuleAdopted | None:
        """The rule adopted last."""
        rules = self.of(RuleAdopted)
        return rules[-1][1] if rules else None

    def coverage(
        self, partnership_id: UUID | None, key_id: UUID, mapping: str | None
    ) -> tuple[CoveredActs, ...] | None:
        """The declared coverage of the source behind a key, or of imports by a mapping; None: nothing was declared."""
        declared = [
            body.covered
            for record, body in self.of(CoverageDeclared)
            if record.partition_id == partnership_id
            and (body.api_key_id == key_id if mapping is None else body.mapping == mapping)
        ]
        return declared[-1] if declared else None

    def began(self, body: EventBody) -> KnownEvent | None:
        """The event that began what this one continues."""
        field = declaration_of(body).about
        if not field:
            return None
        identity = getattr(body, field)
        if field == "record_id":
            return self.event(identity)
        return next((each for each in self._standing if _begins(each.body, field, identity)), None)


def _mended(records: Sequence[Recorded]) -> Sequence[Recorded]:
    """The records that mend others, and those that they mend: all else stands as it was recorded."""
    mends = [record for record in records if type(record.body) in MENDING_BODIES]
    if any(isinstance(each.body, RecordCorrected) and each.body.replacement_name in MENDING for each in mends):
        return records
    mended_ids = {getattr(each.body, "record_id", None) for each in mends}
    return (
        [each for each in records if type(each.body) in MENDING_BODIES or each.event_id in mended_ids] if mends else ()
    )


def _known(fact: Effective, subjects: Mapping[UUID, frozenset[UUID]]) -> KnownEvent:
    """An event as it stands, with the people that its texts, or those of its corrections, may name."""
    record = fact.recorded
    if fact.body is record.body:
        return record
    people = record.subjects.union(*(subjects.get(each, frozenset()) for each in fact.corrected_by))
    return StatedEvent(
        record.event_id, fact.body, fact.occurred_at, record.envelope.on_behalf_of, people, record.partition_id
    )


def _begins(body: EventBody, field: str, identity: UUID) -> bool:
    return declaration_of(body).begins == field and getattr(body, field) == identity
