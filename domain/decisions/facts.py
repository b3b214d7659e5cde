"""What a decision knows: the standing events inside its boundary, indexed by what they are about."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import TypeVar, cast
from uuid import UUID

from msgspec import Struct

from domain.events import EventBody
from domain.events.declaration import declaration_of
from domain.events.interactions import InteractionRecorded
from domain.events.partnership import (
    MemberJoined,
    MemberLeft,
    PartnershipClosed,
    PartnershipFormed,
    RuleAdopted,
    SeatAccepted,
)
from domain.events.recorded import Effective, Recorded, resolve
from domain.events.registries import (
    PartiesFoundSame,
    PartyAmended,
    PartyRegistered,
    PartySucceeded,
    PeopleFoundSame,
    PersonRegistered,
    PlaceRegistered,
)
from domain.events.stewardship import SubjectErased
from domain.events.tags import tag, tags_of
from domain.values import PartyAt

B = TypeVar("B", bound=EventBody)


class KnownEvent(Struct, frozen=True):
    """One standing event, or one that this command is about to record."""

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

    def __init__(self, known: Sequence[KnownEvent]) -> None:
        """Index the events by type."""
        self._known: list[KnownEvent] = []
        self._withdrawn: list[KnownEvent] = []
        self._by_type: dict[type[EventBody], list[tuple[int, KnownEvent]]] = {}
        self.add(known)

    @classmethod
    def from_records(cls, records: Sequence[Recorded]) -> "Facts":
        """Apply corrections and withdrawals to what the boundary read gave."""
        standing, withdrawn = resolve(records)
        named = {record.event_id: record.subjects for record in records if record.subjects}
        facts = cls([_known(each, named) for each in standing])
        facts._withdrawn = [
            _known(Effective(recorded=each, body=each.body, occurred_at=each.occurred_at), named) for each in withdrawn
        ]
        return facts

    def add(self, known: Iterable[KnownEvent]) -> None:
        """Take note of events that this command is about to record."""
        for each in known:
            self._by_type.setdefault(type(each.body), []).append((len(self._known), each))
            self._known.append(each)

    def put_right(self, event_id: UUID, body: EventBody, occurred_at: datetime) -> None:
        """Take note of a correction that this command is about to record."""
        known = [
            KnownEvent(each.event_id, body, occurred_at, each.word, each.subjects, each.partition_id)
            if each.event_id == event_id
            else each
            for each in self._known
        ]
        self._known, self._by_type = [], {}
        self.add(known)

    def of(self, *types: type[B]) -> list[tuple[KnownEvent, B]]:
        """Give the standing events of these types, in order."""
        found = [pair for each in types for pair in self._by_type.get(each, ())]
        if len(types) > 1:
            found.sort(key=itemgetter(0))
        return [(each, cast("B", each.body)) for _, each in found]

    def about(self, field: str, identity: UUID, *types: type[B]) -> list[tuple[KnownEvent, B]]:
        """Give the standing events of these types whose id field names this thing."""
        return [pair for pair in self.of(*types) if getattr(pair[1], field, None) == identity]

    def first(self, field: str, identity: UUID, *types: type[B]) -> tuple[KnownEvent, B] | None:
        """Give the event that began a thing, if it stands."""
        return next(iter(self.about(field, identity, *types)), None)

    def event(self, event_id: UUID) -> KnownEvent | None:
        """Give a standing event by its id."""
        return next((each for each in self._known if each.event_id == event_id), None)

    def event_ever(self, event_id: UUID) -> KnownEvent | None:
        """Give an event by its id, though it may have been withdrawn."""
        return self.event(event_id) or next((each for each in self._withdrawn if each.event_id == event_id), None)

    def party(self, party_id: UUID) -> Party | None:
        """Give a party as last amended."""
        entries = [
            (known, body)
            for known, body in self.of(PartyRegistered, PartyAmended)
            if getattr(body, "party_id", None) == party_id
        ]
        if not entries:
            return self._standing_party(party_id)
        body = cast("PartyRegistered", entries[-1][1])
        at = PartyAt(party_id, body.side, body.kind, body.office_holder, body.volunteer_run)
        paid_by, is_person = frozenset(body.paid_by_party_ids), body.sole_trader_person_id is not None
        return Party(at, body.name, body.part_of_party_id, paid_by, entries[0][0].occurred_at, is_person)

    def ties_since(self, party_id: UUID, since: EventBody) -> set[UUID]:
        """Give whom a party belonged to or was paid by when an event was recorded, and ever after."""
        ties: set[UUID] = set()
        recorded = False
        for known in self._known:
            body = known.body
            if body is since:
                recorded = True
            elif isinstance(body, PartyRegistered | PartyAmended) and body.party_id == party_id:
                said = {body.part_of_party_id, *body.paid_by_party_ids} - {None}
                ties = cast("set[UUID]", ties | said if recorded else said)
        return ties

    def stands_in(self, partnership_id: UUID | None, party_id: UUID) -> bool:
        """Whether a party is named by an event in the affairs of a partnership."""
        wanted = tag("party", party_id)
        return partnership_id is not None and any(
            known.partition_id == partnership_id
            and not declaration_of(known.body).home
            and wanted in tags_of(known.body)
            for known in self._known
        )

    def person_stands_in(self, partnership_id: UUID | None, person_id: UUID) -> bool:
        """Whether a person is named as sitting, or as there, in the affairs of a partnership."""
        wanted = tag("person", person_id)
        return partnership_id is not None and any(
            known.partition_id == partnership_id and wanted in tags_of(body)
            for known, body in self.of(MemberJoined, InteractionRecorded)
        )

    def bodies_of(self, people: Iterable[UUID]) -> set[UUID]:
        """The bodies for which these people sit, wherever that is, and those that are one of them."""
        wanted = set(people)
        sitting = {seat.party.party_id for _, seat in self.of(MemberJoined) if seat.person_id in wanted}
        own = {each.party_id for _, each in self.of(PartyRegistered) if each.sole_trader_person_id in wanted}
        return sitting | own

    def _standing_party(self, party_id: UUID) -> Party | None:
        """Give one of the two parties that every partnership has from its beginning."""
        for known, formed in self.of(PartnershipFormed):
            for standing, name in ((formed.itself, formed.name), (formed.residents, "Residents at large")):
                if standing.party_id == party_id:
                    return Party(standing, name, None, frozenset(), known.occurred_at)
        return None

    def passed_on(self, parties: Iterable[UUID]) -> set[UUID]:
        """Give these parties, whoever took their place since, and whatever was found to be the same as they."""
        found, before = set(parties), -1
        while len(found) > before:
            before = len(found)
            for _, body in self.of(PartySucceeded):
                if body.predecessor.party_id in found:
                    found.add(body.successor.party_id)
            for _, same in self.of(PartiesFoundSame):
                if {same.kept.party_id, same.duplicate.party_id} & found:
                    found |= {same.kept.party_id, same.duplicate.party_id}
        return found

    def person_known(self, person_id: UUID) -> bool:
        """Whether a person is registered."""
        return any(body.person_id == person_id for _, body in self.of(PersonRegistered))

    def erased(self, person_id: UUID) -> bool:
        """Whether a person has been forgotten."""
        return any(body.subject_id == person_id for _, body in self.of(SubjectErased))

    def same_person(self, person_id: UUID) -> UUID:
        """Give the entry kept for a person who was registered twice."""
        findings = self.about("duplicate_person_id", person_id, PeopleFoundSame)
        return findings[-1][1].kept_person_id if findings else person_id

    def place_known(self, place_id: UUID) -> bool:
        """Whether a place is registered."""
        return bool(self.about("place_id", place_id, PlaceRegistered))

    def partnership(self) -> tuple[KnownEvent, PartnershipFormed] | None:
        """Give how the partnership began."""
        return next(iter(self.of(PartnershipFormed)), None)

    def closed(self) -> bool:
        """Whether the partnership has ended."""
        return bool(self.of(PartnershipClosed))

    def seats(self) -> list[MemberJoined]:
        """Give the seats not given up, by what is known now."""
        left = {body.member_id for _, body in self.of(MemberLeft)}
        return [body for _, body in self._joined() if body.member_id not in left]

    def accepted_seats(self) -> list[MemberJoined]:
        """The seats not given up that the body itself, or who looks after the record, agreed to."""
        return [seat for seat in self.seats() if self.is_accepted(seat)]

    def is_accepted(self, seat: MemberJoined) -> bool:
        """Whether the body agreed to sit there, by what is known now."""
        return not seat.awaits_acceptance or bool(self.about("member_id", seat.member_id, SeatAccepted))

    def accepted_seats_at(self, instant: datetime) -> list[MemberJoined]:
        """The seats held, and agreed to, at an instant."""
        left = {body.member_id: known.occurred_at for known, body in self.of(MemberLeft)}
        agreed = {body.member_id for known, body in self.of(SeatAccepted) if known.occurred_at <= instant}
        return [
            seat
            for known, seat in self._joined()
            if known.occurred_at <= instant
            and (not seat.awaits_acceptance or seat.member_id in agreed)
            and (seat.member_id not in left or left[seat.member_id] > instant)
        ]

    def _joined(self) -> list[tuple[KnownEvent, MemberJoined]]:
        """The seats ever taken here: those elsewhere are read only for whose person somebody is."""
        formed = self.partnership()
        here = None if formed is None else formed[0].partition_id
        return [each for each in self.of(MemberJoined) if each[0].partition_id == here]

    def rule(self) -> RuleAdopted | None:
        """Give the rule adopted last."""
        rules = self.of(RuleAdopted)
        return rules[-1][1] if rules else None

    def began(self, body: EventBody) -> KnownEvent | None:
        """Give the event that began what this one continues."""
        field = declaration_of(body).about
        if not field:
            return None
        identity = getattr(body, field)
        if field == "record_id":
            return self.event(identity)
        return next((each for each in self._known if _begins(each.body, field, identity)), None)


def _known(fact: Effective, named: Mapping[UUID, frozenset[UUID]]) -> KnownEvent:
    """Take an event as it stands; its texts may name whoever it was recorded with, or corrected with."""
    return KnownEvent(
        fact.event_id,
        fact.body,
        fact.occurred_at,
        fact.envelope.on_behalf_of,
        frozenset[UUID]().union(*(named.get(each, frozenset()) for each in fact.causes)) if named else frozenset(),
        fact.recorded.partition_id,
    )


def _begins(body: EventBody, field: str, identity: UUID) -> bool:
    return declaration_of(body).begins == field and getattr(body, field) == identity
