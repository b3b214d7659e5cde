"""Deciding about the registries: places, organisations and groups, people; and what is found out about them."""

import re
from typing import Annotated, ClassVar, Final
from uuid import UUID

from msgspec import Meta

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.references import PartnershipRef, PartyRef, PersonRef, PlaceRef, RegisteredPartyRef
from domain.decisions.refusals import Code
from domain.decisions.warnings import Slip
from domain.events import EventBody, registries
from domain.values import Clear, Label, Name, OrgIdentifier, PartyAt, PlaceCode, Plain, When
from domain.vocabulary import OFFICE_HOLDER_KINDS, SIDE_OF_KIND, PartyKind, PlaceKind

_IDENTIFIER_FORMS: Final = {
    "GB-CHC": r"[0-9]{6,7}(-[0-9]{1,3})?",
    "GB-COH": r"[0-9]{8}|[A-Z]{2}[0-9]{6}|[A-Z][0-9]{7}|[A-Z]{2}[0-9]{5}[A-Z]",
    "GB-EDU": r"[0-9]{5,6}",
    "GB-GOR": r"[A-Z0-9.-]{1,10}",
    "GB-GOV": r"[A-Z0-9-]{1,20}",
    "GB-HESA": r"[0-9]{4}",
    "GB-LAE": r"[A-Z]{3}",
    "GB-LANI": r"[A-Z]{3}",
    "GB-LAS": r"[A-Z]{3}",
    "GB-LAW": r"[A-Z]{3}",
    "GB-MPR": r"[A-Z0-9]{3,10}",
    "GB-NHS": r"[A-Z0-9]{2,10}",
    "GB-NIC": r"(NIC)?[0-9]{6}",
    "GB-NIEDU": r"[0-9-]{6,8}",
    "GB-PLA": r"[A-Z]{3}",
    "GB-REV": r"[A-Z]{1,2}[0-9]{4,6}",
    "GB-SC": r"SC[0-9]{6}",
    "GB-SCOTEDU": r"[0-9]{5,7}",
    "GB-SHPE": r"[A-Z0-9]{4,6}",
    "GB-UKPRN": r"[0-9]{8}",
    "GB-WALEDU": r"[0-9]{6,7}",
}
"""The forms that registers of this country give identifiers of organisations, by org-id.guide list."""


def is_likely_identifier(identifier: str) -> bool:
    """An identifier has the form that its register gives; one of another country is taken as it is."""
    if not identifier.startswith("GB-"):
        return True
    country, list_code, number = identifier.split("-", 2)
    form = _IDENTIFIER_FORMS.get(f"{country}-{list_code}")
    return form is not None and re.fullmatch(form, number) is not None


Partnerships = Annotated[tuple[PartnershipRef, ...], Meta(min_length=1, max_length=500)]


@command
class RegisterPlace(Command, frozen=True, kw_only=True):
    """Give a place an identity of its own.

    Refuses nothing of its own: two places may share a name or a code, as boundaries change.
    """

    within_partnership: ClassVar[bool] = False

    name: Name
    kind: PlaceKind
    code: PlaceCode | None = None
    boundary_vintage: Label | None = None
    part_of: PlaceRef | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the place."""
        case.record(
            registries.PlaceRegistered(
                happened=case.happened(self.happened),
                place_id=case.identity("place"),
                name=self.name,
                kind=self.kind,
                code=self.code,
                boundary_vintage=self.boundary_vintage,
                part_of_place_id=case.thing("place", self.part_of, "part_of"),
            ),
        )


@command
class ChangePlaceBoundary(Command, frozen=True, kw_only=True):
    """Record that a place came to mean another area, or another code."""

    refuses: ClassVar = (Code.ONLY_WHO_RECORDED_IT,)
    within_partnership: ClassVar[bool] = False

    place: PlaceRef
    name: Name | None = None
    code: PlaceCode | None = None
    boundary_vintage: Label | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the change, by whoever registered the place; the name stays unless another is given."""
        entry = case.find("place", self.place, "place", registries.PlaceRegistered)
        if entry is None:
            return
        registered, place = entry
        case.must_be_of(registered.word, at="place", detail="another organisation registered this place")
        changes = case.facts.about("place_id", self.place, registries.PlaceBoundaryChanged)
        case.record(
            event := registries.PlaceBoundaryChanged(
                happened=case.happened(self.happened),
                place_id=self.place,
                name=self.name or (changes[-1][1].name if changes else place.name),
                code=self.code,
                boundary_vintage=self.boundary_vintage,
            ),
            follows=registered,
        )
        if says_the_same(event, changes[-1][1] if changes else place):
            case.warn(Slip.NO_CHANGE, "")


class _PartyDetails(Command, frozen=True, kw_only=True):
    """The details of a body. One that is a single person has that person's name, which is sealed."""

    within_partnership: ClassVar[bool] = False

    kind: PartyKind
    name: Name
    person: PersonRef | None = None
    contact: Clear | None = None
    identifiers: Annotated[tuple[OrgIdentifier, ...], Meta(max_length=20)] = ()
    office_holder: bool = False
    volunteer_run: bool = False
    part_of: PartyRef | None = None
    paid_by: Annotated[tuple[PartyRef, ...], Meta(max_length=50)] = ()
    happened: When | None = None

    def hear_details(
        self, case: Case, body: type[registries.PartyRegistered | registries.PartyAmended], party_id: UUID
    ) -> None:
        """Record the details; the kind decides the side."""
        if self.kind is PartyKind.RESIDENTS_AT_LARGE:
            detail = "residents at large come into being with their partnership"
            case.fault(Code.KIND_NOT_OF_SIDE, "kind", detail)
        if self.kind is PartyKind.RESIDENT_INDIVIDUAL and self.person is None:
            case.fault(Code.PERSON_REQUIRED, "person", "register the person first, and give their reference here")
        party = case.facts.party(party_id)
        if party is not None and party.is_person and self.person is None:
            case.fault(Code.PERSON_REQUIRED, "person", "this is one person's own business: give their reference")
        person_id = case.person(self.person, "person")
        part_of = None if self.part_of is None else case.party(self.part_of, "part_of")
        paid_by = case.parties(self.paid_by, "paid_by")
        if part_of is not None and part_of.party_id == party_id:
            case.fault(Code.SAME_PARTY, "part_of", "an organisation cannot be part of itself")
        if party_id in {each.party_id for each in paid_by}:
            case.fault(Code.SAME_PARTY, "paid_by", "an organisation cannot be paid by itself")
        registration = case.facts.first("party_id", party_id, registries.PartyRegistered)
        for index, identifier in enumerate(self.identifiers):
            if not is_likely_identifier(identifier):
                case.warn(Slip.UNLIKELY_IDENTIFIER, f"identifiers/{index}")
        earlier = case.facts.about("party_id", party_id, registries.PartyRegistered, registries.PartyAmended)
        case.record(
            event := body(
                happened=case.happened(self.happened),
                party_id=party_id,
                side=SIDE_OF_KIND[self.kind],
                kind=self.kind,
                name=self.name.strip() if self.person is None else None,
                sole_trader_name=None if self.person is None else Plain(self.name),
                contact=case.text(self.contact),
                identifiers=self.identifiers,
                office_holder=self.office_holder or self.kind in OFFICE_HOLDER_KINDS or person_id is not None,
                volunteer_run=self.volunteer_run,
                part_of_party_id=None if part_of is None else part_of.party_id,
                paid_by_party_ids=tuple(each.party_id for each in paid_by),
                sole_trader_person_id=person_id,
            ),
            follows=None if registration is None else registration[0],
        )
        if earlier and says_the_same(event, earlier[-1][1]):
            case.warn(Slip.NO_CHANGE, "")


def says_the_same(event: EventBody, before: EventBody) -> bool:
    """Two events say the same of a thing, whenever they say it; a sealed text is never the same as another."""
    names = set(event.__struct_fields__) - {"happened"}
    return all(getattr(event, name) == getattr(before, name, None) for name in names)


@command
class RegisterParty(_PartyDetails, frozen=True, kw_only=True):
    """Register an organisation, group or office; its kind decides its side.

    Without a person's reference the name stays readable: give an office its own name (Councillor for Eastmoor), never
    that of who holds it. With one the name is that person's, and is sealed.
    """

    refuses: ClassVar = (Code.KIND_NOT_OF_SIDE, Code.PERSON_REQUIRED)

    def decide(self, case: Case) -> None:
        """Record it under an identity of its own."""
        self.hear_details(case, registries.PartyRegistered, case.identity("party"))


@command
class AmendParty(_PartyDetails, frozen=True, kw_only=True):
    """Say anew all that is known of a body, as after it was named in passing. What is left out is no longer known."""

    refuses: ClassVar = (Code.KIND_NOT_OF_SIDE, Code.PERSON_REQUIRED, Code.SAME_PARTY, Code.ONLY_WHO_RECORDED_IT)

    party: RegisteredPartyRef

    def decide(self, case: Case) -> None:
        """Record the amendment, by whoever registered the body or speaks for it."""
        registered = case.find("party", self.party, "party", registries.PartyRegistered)
        if registered is not None and self.party not in case.spoken_for():
            detail = "another organisation registered this one, and your key does not speak for it"
            case.must_be_of(registered[0].word, at="party", detail=detail)
        self.hear_details(case, registries.PartyAmended, self.party)


def _two_parties(case: Case, one: PartyAt, other: PartyAt, at: str) -> None:
    if one == other:
        case.fault(Code.SAME_PARTY, at, "name two different organisations")


def _concerned(case: Case, listed: tuple[UUID, ...]) -> tuple[UUID, ...]:
    """The partnerships concerned, each once."""
    return tuple(dict.fromkeys(case.things("partnership", listed, "partnerships")))


@command
class SucceedParty(Command, frozen=True, kw_only=True):
    """Record that one body took another's place in these partnerships; what is open passes on."""

    refuses: ClassVar = (Code.SAME_PARTY,)
    within_partnership: ClassVar[bool] = False
    stewards_only: ClassVar[bool] = True

    predecessor: PartyRef
    successor: PartyRef
    partnerships: Partnerships
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record one copy in the affairs of each partnership, under one shared id."""
        predecessor = case.party(self.predecessor, "predecessor")
        successor = case.party(self.successor, "successor")
        _two_parties(case, predecessor, successor, "successor")
        succeeded = registries.PartySucceeded(
            happened=case.happened(self.happened),
            succession_id=case.identity("succession"),
            predecessor=predecessor,
            successor=successor,
        )
        for partnership_id in _concerned(case, self.partnerships):
            case.record(succeeded, partition_id=partnership_id)


@command
class FindPartiesSame(Command, frozen=True, kw_only=True):
    """Record that two registered bodies turned out to be one, in these partnerships."""

    refuses: ClassVar = (Code.SAME_PARTY,)
    within_partnership: ClassVar[bool] = False
    stewards_only: ClassVar[bool] = True

    kept: PartyRef
    duplicate: PartyRef
    partnerships: Partnerships
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record one copy in the affairs of each partnership, under one shared id."""
        kept_party = case.party(self.kept, "kept")
        duplicate = case.party(self.duplicate, "duplicate")
        _two_parties(case, kept_party, duplicate, "duplicate")
        finding = registries.PartiesFoundSame(
            happened=case.happened(self.happened),
            finding_id=case.identity("finding"),
            kept=kept_party,
            duplicate=duplicate,
        )
        for partnership_id in _concerned(case, self.partnerships):
            case.record(finding, partition_id=partnership_id)


@command
class RegisterPerson(Command, frozen=True, kw_only=True):
    """Register a person; the name and how to reach them are sealed, and can be forgotten.

    Refuses nothing of its own: whether two entries are one person is found out later.
    """

    within_partnership: ClassVar[bool] = False

    name: Name
    contact: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the person, as the subject of what is sealed."""
        person_id = case.identity("person")
        case.subjects.add(person_id)
        case.record(
            registries.PersonRegistered(
                happened=case.happened(self.happened),
                person_id=person_id,
                name=Plain(self.name),
                contact=case.text(self.contact),
            ),
        )


def kept_entry(case: Case, reference: str, at: str) -> UUID | None:
    """The entry of a person by their reference; a fault where it was found to be a duplicate."""
    person_id = case.entry_of(reference, at)
    if person_id is not None and person_id != case.context.person_of(reference):
        case.fault(Code.KEPT_ENTRY_ONLY, at, "name the entry that was kept, which stands for all of them")
    return person_id


@command
class FindPeopleSame(Command, frozen=True, kw_only=True):
    """Record that two entries turned out to be one person."""

    refuses: ClassVar = (Code.SAME_PERSON, Code.KEPT_ENTRY_ONLY)
    within_partnership: ClassVar[bool] = False
    stewards_only: ClassVar[bool] = True

    kept: PersonRef
    duplicate: PersonRef
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record it, also for the entries that were found to be the duplicate before: nothing is found in chains."""
        kept_id = kept_entry(case, self.kept, "kept")
        duplicate_id = kept_entry(case, self.duplicate, "duplicate")
        if kept_id is None or duplicate_id is None:
            return
        if kept_id == duplicate_id:
            case.fault(Code.SAME_PERSON, "duplicate", "name two different entries")
        earlier = case.facts.about("kept_person_id", duplicate_id, registries.PeopleFoundSame)
        for person_id in (duplicate_id, *(body.duplicate_person_id for _, body in earlier)):
            case.record(
                registries.PeopleFoundSame(
                    happened=case.happened(self.happened),
                    kept_person_id=kept_id,
                    duplicate_person_id=person_id,
                ),
            )
