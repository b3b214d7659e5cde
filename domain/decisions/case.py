"""The case in which a command is heard: what is known, in what context, what is wrong, what is to be recorded."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID, uuid5

from msgspec import Struct

from domain.decisions.command_context import CommandContext
from domain.decisions.date_spans import FAR_AHEAD, LONG_AGO, is_over, turned_round
from domain.decisions.facts import Facts, KnownEvent, Party, StatedEvent
from domain.decisions.references import READS, Here, NamedParty, named_party_id
from domain.decisions.refusals import Code, Faults, in_words
from domain.decisions.warnings import Slip
from domain.events import EventBody
from domain.events.covered_acts import CoveredActs
from domain.events.declaration import declaration_of
from domain.events.envelope import Warned
from domain.events.partnerships import MemberJoined
from domain.events.registries import PartyRegistered, PersonRegistered
from domain.events.tags import mending_tags, stored_tags
from domain.text import tidy_name
from domain.values import ImpossibleDateError, PartyAt, Plain, day_of, end_of_day, first_instant, last_day
from domain.vocabulary import OFFICE_HOLDER_KINDS, SIDE_OF_KIND, PartyKind, Side, Source

NOBODY: Final = PartyAt(UUID(int=0), Side.OTHER, PartyKind.OTHER_BODY)
"""The party in place of one that is not registered, so that the remaining rules can still be heard."""

CLOCK_LEEWAY: Final = timedelta(minutes=5)
"""How far a claimed instant may run ahead of ours before it counts as the future."""


B = TypeVar("B", bound=EventBody)


class Draft(Struct, frozen=True, kw_only=True):
    """An event about to be recorded. Texts are readable until the handler seals them."""

    event_id: UUID
    body: EventBody
    partition_id: UUID
    tags: frozenset[str]
    word: PartyAt
    occurred_at: datetime
    replacement: EventBody | None = None
    pointer: str = "#"
    """The part of the command that says it."""
    warnings: tuple[Warned, ...] = ()
    """Those of the whole command, with its first event."""
    covers: tuple[CoveredActs, ...] | None = None
    """The coverage declared of the source that the command comes from."""
    content: bytes | None = None
    """The content of a document, to be sealed beside the event."""


class Case:
    """A command being heard: what is known, in what context, what is wrong so far, what is to be recorded."""

    def __init__(self, facts: Facts, context: CommandContext) -> None:
        """Open the case of a whole command."""
        self.facts = facts
        self.context = context
        self.faults = Faults()
        self.warnings: list[Warned] = []
        self.counts: Mapping[str, int] = {}
        """How many items each list of the whole command has."""
        self.path = ""
        self.drafts: list[Draft] = []
        self.subjects: set[UUID] = set()
        self.interaction_id: UUID | None = None
        self.at_meeting: str | None = None

    def part(self, name: str, index: int) -> "Case":
        """Hear one part of the command; it sees what earlier parts record."""
        part = Case(self.facts, self.context)
        part.path = f"{name}/{index}"
        part.faults = self.faults.within(part.path)
        part.warnings, part.counts = self.warnings, self.counts
        part.drafts, part.subjects = self.drafts, self.subjects
        part.interaction_id, part.at_meeting = self.interaction_id, self.at_meeting
        return part

    def identity(self, kind: str) -> UUID:
        """The id of the thing that this command, or this part of it, brings into being."""
        return self.context.new_id(self.path or kind)

    def id_of(self, reference: UUID | Here, listed: str) -> UUID:
        """The id of a thing referred to, which may stand in another part of the same command."""
        if isinstance(reference, Here):
            return self.context.new_id(f"{listed}/{reference.here}")
        return reference

    def fault(self, code: Code, at: str, detail: str) -> None:
        """Note what is wrong at a field of the command."""
        self.faults.add(code, at, detail)

    def warn(self, slip: Slip, at: str, *about: UUID) -> None:
        """Note a likely slip at a field of the command, and the ids of what it is about."""
        self.warnings.append(Warned(slip, self.faults.pointer(at), about))

    def party(self, reference: UUID | NamedParty, at: str) -> PartyAt:
        """A party by its id, or registered now where it is named in passing; a fault and NOBODY where there is none."""
        if isinstance(reference, NamedParty):
            return self._name_in_passing(reference, at)
        party = self.facts.party(reference)
        if party is None:
            self.fault(Code.UNKNOWN_PARTY, at, f"no organisation or group has the id {reference}")
            return NOBODY
        if party.is_person and not self._may_name(reference):
            detail = "one person stands behind this entry: only who registered it, or where it stands already, names it"
            self.fault(Code.NOT_YOURS_TO_NAME, at, detail)
            return NOBODY
        return party.at

    def _may_name(self, party_id: UUID) -> bool:
        """A body that is one person may be named here; its name, once named, is read by all who have a seat."""
        entry = self.facts.first("party_id", party_id, PartyRegistered)
        registrar = None if entry is None or entry[0].word is None else entry[0].word.party_id
        return (
            self.context.actor.steward
            or bool({party_id, registrar} & self.spoken_for())
            or self.facts.stands_in(self.context.partnership_id, party_id)
        )

    def _may_name_person(self, entries: set[UUID]) -> bool:
        """A person may be named here; knowing a person's reference is not enough, for it would open their name."""
        words = [record.word for record, body in self.facts.of(PersonRegistered) if body.person_id in entries]
        party_ids = {word.party_id for word in words if word is not None} | self.facts.bodies_of(entries)
        return (
            self.context.actor.steward
            or bool(party_ids & self.spoken_for())
            or any(self.facts.person_stands_in(self.context.partnership_id, each) for each in entries)
        )

    def _name_in_passing(self, reference: NamedParty, at: str) -> PartyAt:
        """Register a body by its name, which stays readable: so never one that is, or may be, a single person."""
        if reference.kind in OFFICE_HOLDER_KINDS:
            detail = (
                "register the person, then a party of this kind with their reference; or an office, by its own name"
            )
            self.fault(Code.PERSON_REQUIRED, at, detail)
        if reference.kind is PartyKind.RESIDENTS_AT_LARGE:
            self.fault(Code.KIND_NOT_OF_SIDE, at, "use the id of this partnership's residents at large")
        party_id = named_party_id(reference, self.context)
        party = self.facts.party(party_id) or self._named_before(reference)
        if party is not None:
            return party.at
        side = SIDE_OF_KIND[reference.kind]
        body = PartyRegistered(
            happened=day_of(self.context.now).isoformat(),
            party_id=party_id,
            side=side,
            kind=reference.kind,
            name=tidy_name(reference.name),
        )
        self.record(body, place=at)
        return PartyAt(party_id, side, reference.kind)

    def _named_before(self, reference: NamedParty) -> Party | None:
        """A body that this command has named before in another spelling of the same name."""
        name = tidy_name(reference.name).casefold()
        for draft in self.drafts:
            body = draft.body
            if (
                isinstance(body, PartyRegistered)
                and body.kind is reference.kind
                and (body.name or "").casefold() == name
            ):
                return self.facts.party(body.party_id)
        return None

    def parties(self, listed: tuple[UUID | NamedParty, ...], at: str) -> tuple[PartyAt, ...]:
        """The parties of a list."""
        return tuple(self.party(each, f"{at}/{index}") for index, each in enumerate(listed))

    def person(self, reference: str | None, at: str) -> UUID | None:
        """A person by their reference, who may be named here; the texts of this command may name them from now on."""
        person_id = None if reference is None else self.entry_of(reference, at)
        if person_id is None or reference is None:
            return None
        if not self._may_name_person({person_id, self.context.person_of(reference) or person_id}):
            detail = "only who registered this person, whose person they are, or where they stand already, names them"
            self.fault(Code.NOT_YOURS_TO_NAME, at, detail)
            return None
        self.subjects.add(person_id)
        return person_id

    def entry_of(self, reference: str, at: str) -> UUID | None:
        """The entry kept for a person by their reference; a fault where there is none, or the person is forgotten."""
        person_id = self.context.person_of(reference)
        if person_id is None or not self.facts.is_registered(person_id):
            self.fault(Code.UNKNOWN_PERSON, at, "no person has this reference")
            return None
        if self.facts.is_erased(person_id):
            self.fault(Code.SUBJECT_ERASED, at, "this person has been forgotten; leave the reference out")
            return None
        return self.facts.same_person(person_id)

    def inherit(self, record: KnownEvent) -> None:
        """Take over the people whom an earlier record may name, unless forgotten: this command may name them too."""
        self.subjects |= {each for each in record.subjects if not self.facts.is_erased(each)}

    def text(self, clear: str | None) -> Plain | None:
        """Free text that the handler will seal."""
        return None if clear is None else Plain(clear)

    def real_date(self, when: str | None, at: str) -> None:
        """Note a fault where the calendar has no such date, and warn of one far from today."""
        if when is None:
            return
        try:
            instant = first_instant(when)
            if instant < self.context.now - LONG_AGO:
                self.warn(Slip.LONG_AGO, at)
            if instant > self.context.now + FAR_AHEAD:
                self.warn(Slip.FAR_AHEAD, at)
        except ImpossibleDateError as error:
            self.fault(Code.IMPOSSIBLE_DATE, at, str(error))

    def due_date(self, when: str | None, at: str) -> None:
        """Note a fault where the calendar has no such date, and warn where a due date written down today is over."""
        self.real_date(when, at)
        today = day_of(self.context.now).isoformat()
        if self.context.source is Source.API and is_over(when, today):
            self.warn(Slip.ALREADY_PAST, at)

    def past_date(self, when: str | None, at: str) -> None:
        """Note a fault where a date is impossible or lies in the future."""
        if when is None:
            return
        try:
            if first_instant(when) > self.context.now + CLOCK_LEEWAY:
                self.fault(Code.IN_THE_FUTURE, at, f"{when} lies in the future")
        except ImpossibleDateError as error:
            self.fault(Code.IMPOSSIBLE_DATE, at, str(error))

    def thing(self, kind: str, reference: UUID | Here | None, at: str) -> UUID | None:
        """The id of a thing by reference; a fault where no standing event began it."""
        if reference is None:
            return None
        self.find(kind, reference, at, *READS[kind])
        return self.id_of(reference, f"{kind}s")

    def things(self, kind: str, listed: tuple[UUID | Here, ...], at: str) -> tuple[UUID, ...]:
        """The ids of the things of a list."""
        things = (self.thing(kind, each, f"{at}/{index}") for index, each in enumerate(listed))
        return tuple(each for each in things if each is not None)

    def find(self, kind: str, reference: UUID | Here, at: str, *types: type[B]) -> tuple[KnownEvent, B] | None:
        """The first standing event of these types about a thing; a fault and None where there is none."""
        identity = self.id_of(reference, f"{kind}s")
        entry = self.facts.first(f"{kind}_id", identity, *types)
        if entry is None:
            self.no_such(kind, reference, at)
        return entry

    def no_such(self, kind: str, reference: UUID | Here, at: str) -> None:
        """Note the fault that a reference, an id or a place in another list of the command, leads to nothing."""
        detail = f"no {in_words(kind)} has the id {reference}"
        if isinstance(reference, Here):
            listed, count = f"{kind}s", self.counts.get(f"{kind}s", 0)
            detail = f"there are no {listed} in this request: give an id, or list one there"
            if count:
                items = "1 item" if count == 1 else f"{count} items"
                detail = f"{listed} has {items}, and the last is {count - 1}: counting begins at 0"
            if reference.here < count:
                detail = f"item {reference.here} of {listed} comes later, or is not recorded itself"
        self.fault(Code(f"unknown-{kind}"), at, detail)

    def meeting(self, reference: UUID | None) -> UUID | None:
        """The id of the contact at which something came up: the one being recorded, or an earlier one."""
        return self.interaction_id if reference is None else self.thing("interaction", reference, "interaction")

    def seats_on(self, when: str) -> list[MemberJoined]:
        """The accepted seats held at the end of the stated period; none where there is no such date."""
        try:
            return self.facts.accepted_seats_at(end_of_day(min(last_day(when), day_of(self.context.now))))
        except ImpossibleDateError:
            return []

    def seats_of(self, party: PartyAt, when: str) -> list[MemberJoined]:
        """The seats that a body, or one whose place it took, held at the end of the stated period."""
        predecessors = self.facts.passed_on_to(party.party_id)
        return [seat for seat in self.seats_on(when) if seat.party.party_id in predecessors]

    def spoken_for(self) -> set[UUID]:
        """The ids of the parties that the key speaks for: its own and those it was given."""
        return {self.context.actor.party.party_id, *self.context.actor.speaks_for}

    def sides_spoken_for(self) -> set[Side]:
        """The sides whose word the key may set down: its own, and those of seats held by parties that it speaks for."""
        seated = {seat.party.side for seat in self.facts.seats() if seat.party.party_id in self.spoken_for()}
        return {self.context.actor.party.side, *seated}

    def must_be_of(self, *bodies: PartyAt | None, at: str, detail: str) -> None:
        """Note a fault where the key is no steward's and speaks for none of these bodies."""
        party_ids = {each.party_id for each in bodies if each is not None}
        if not self.context.actor.steward and not party_ids & self.spoken_for():
            self.fault(Code.ONLY_WHO_RECORDED_IT, at, detail)

    def must_have_seat(self) -> None:
        """Note a fault where the key is no steward's and speaks for no body with a seat here."""
        if self.context.actor.steward or self.facts.partnership() is None:
            return
        if not self.facts.passed_on(seat.party.party_id for seat in self.facts.seats()) & self.spoken_for():
            self.fault(Code.NOT_A_MEMBER, "", "neither your organisation nor one it speaks for has a seat here")

    def speaker(self, reference: UUID | NamedParty, at: str) -> PartyAt:
        """A party whose own word this is; a fault where the key does not speak for it."""
        party = self.party(reference, at)
        if party is not NOBODY and not self.context.actor.may_speak_for(party.party_id):
            self.fault(Code.MAY_NOT_SPEAK_FOR, at, "your key does not speak for this organisation or group")
        return party

    def word_of(self, *parties: PartyAt) -> PartyAt:
        """The party whose word it is: the first of these that the key speaks for, else the key's own."""
        actor = self.context.actor
        return next((each for each in parties if actor.may_speak_for(each.party_id)), actor.party)

    def happened(self, when: str | None) -> str:
        """The claimed time: where none is claimed, that of the meeting it came up at, else today."""
        return when or self.at_meeting or day_of(self.context.now).isoformat()

    def record(
        self,
        body: EventBody,
        *,
        word: PartyAt | None = None,
        replacement: EventBody | None = None,
        partition_id: UUID | None = None,
        follows: KnownEvent | None = None,
        at: str = "happened",
        place: str = "",
        content: bytes | None = None,
    ) -> UUID:
        """Record an event, after the rules that bind every event: its time, and what it follows. Returns its id.

        It lives at its home, else in `partition_id`, else in the partnership of the context. It follows what its
        declaration says, unless `follows` names a later event. `at` is the field of the command to mend when the
        time is wrong; `place` the part of it that says all this. `content` is that of a document.
        """
        occurred_at = self._time(body, follows or self.facts.began(body), at)
        for span, detail in turned_round(replacement or body):
            if replacement is None:
                self.fault(span.code, span.end, detail)
            else:
                self.fault(Code.WRONG_REPLACEMENT, f"changes/{span.end}", detail)
        home = declaration_of(body).home
        partition_id = getattr(body, home) if home else partition_id or self.context.partnership
        event_id = uuid5(self.context.command_id, str(len(self.drafts)))
        speaker = word or self.context.actor.party
        draft = Draft(
            event_id=event_id,
            body=body,
            partition_id=partition_id,
            tags=frozenset(self._tags(body, partition_id)),
            word=speaker,
            occurred_at=occurred_at,
            replacement=replacement,
            pointer=self.faults.pointer(place),
            content=content,
        )
        self.drafts.append(draft)
        self.facts.add([StatedEvent(event_id, body, occurred_at, speaker, partition_id=partition_id)])
        if replacement is not None:
            corrected_at = self._time(replacement, self.facts.began(replacement), at)
            self.facts.put_right(getattr(body, "record_id"), replacement, corrected_at)  # noqa: B009 - a correction
        return event_id

    def _tags(self, body: EventBody, partition_id: UUID) -> set[str]:
        tags = stored_tags(body, partition_id)
        if declaration_of(body).about == "record_id":
            mended = self.facts.event(getattr(body, "record_id"))  # noqa: B009 - declared by `about`
            if mended is not None:
                tags |= mending_tags(mended.body, partition_id, mended.event_id)
        return tags

    def _time(self, body: EventBody, began: KnownEvent | None, at: str) -> datetime:
        """The first instant of the claimed period, or that of what it refers to where that is later."""
        try:
            occurred_at = first_instant(body.happened)
        except ImpossibleDateError as error:
            self.fault(Code.IMPOSSIBLE_DATE, at, str(error))
            return self.context.now
        if occurred_at > self.context.now + CLOCK_LEEWAY:
            self.fault(Code.IN_THE_FUTURE, at, f"{body.happened} lies in the future")
        if occurred_at < self.context.now - LONG_AGO:
            self.warn(Slip.LONG_AGO, at)
        if began is None:
            return occurred_at
        if last_day(body.happened) < day_of(began.occurred_at) or _is_earlier_that_day(body, began):
            detail = f"{body.happened} is before {day_of(began.occurred_at)}, when what it refers to happened"
            self.fault(Code.BEFORE_WHAT_IT_REFERS_TO, at, detail)
        return max(occurred_at, began.occurred_at)


def _is_earlier_that_day(body: EventBody, began: KnownEvent) -> bool:
    """Both events state a time of day, and the event that should come later states the earlier one."""
    return "T" in body.happened and "T" in began.body.happened and is_over(body.happened, began.body.happened)
