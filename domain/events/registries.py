"""Registries: the places, bodies and people that records refer to."""

from uuid import UUID

from domain.events.declaration import EventBody, event
from domain.events.families import REGISTRIES
from domain.values import Name, OrgIdentifier, PartyAt, PlaceCode, Text, Vintage
from domain.vocabulary import PartyKind, PlaceKind, Side


@event(family=REGISTRIES, home="place_id", begins="place_id", sentence="{name} was registered as a place")
class PlaceRegistered(EventBody, frozen=True, kw_only=True):
    """A place was given an identity of its own."""

    place_id: UUID
    name: Name
    kind: PlaceKind
    code: PlaceCode | None = None
    boundary_vintage: Vintage | None = None
    part_of_place_id: UUID | None = None


@event(family=REGISTRIES, home="place_id", begins="place_id", sentence="The boundary of {name} changed")
class PlaceBoundaryChanged(EventBody, frozen=True, kw_only=True):
    """A place came to mean another area, or another code."""

    place_id: UUID
    name: Name
    code: PlaceCode | None = None
    boundary_vintage: Vintage | None = None


@event(
    family=REGISTRIES,
    home="party_id",
    begins="party_id",
    sentence="[{name}|{sole_trader_name}|An organisation or group] was registered",
)
class PartyRegistered(EventBody, frozen=True, kw_only=True):
    """A body, group or office became known; a sole trader's name is a person's name and is sealed."""

    party_id: UUID
    side: Side
    kind: PartyKind
    name: Name | None = None
    sole_trader_name: Text | None = None
    contact: Text | None = None
    identifiers: tuple[OrgIdentifier, ...] = ()
    office_holder: bool = False
    volunteer_run: bool = False
    part_of_party_id: UUID | None = None
    paid_by_party_ids: tuple[UUID, ...] = ()
    sole_trader_person_id: UUID | None = None


@event(
    family=REGISTRIES,
    home="party_id",
    begins="party_id",
    sentence="Details of [{name}|{sole_trader_name}|an organisation or group] were amended",
)
class PartyAmended(EventBody, frozen=True, kw_only=True):
    """What is known of a body changed, or was tidied after being named in passing; replaces all of it."""

    party_id: UUID
    side: Side
    kind: PartyKind
    name: Name | None = None
    sole_trader_name: Text | None = None
    contact: Text | None = None
    identifiers: tuple[OrgIdentifier, ...] = ()
    office_holder: bool = False
    volunteer_run: bool = False
    part_of_party_id: UUID | None = None
    paid_by_party_ids: tuple[UUID, ...] = ()
    sole_trader_person_id: UUID | None = None


@event(family=REGISTRIES, begins="succession_id", sentence="{predecessor} was succeeded by {successor}")
class PartySucceeded(EventBody, frozen=True, kw_only=True):
    """A body took another's place; what is open passes on. Copied into every partnership it concerns."""

    succession_id: UUID
    predecessor: PartyAt
    successor: PartyAt


@event(
    family=REGISTRIES,
    begins="finding_id",
    sentence="{kept} and {duplicate} were found to be the same organisation or group",
)
class PartiesFoundSame(EventBody, frozen=True, kw_only=True):
    """Two registered bodies turned out to be one. Copied into every partnership it concerns."""

    finding_id: UUID
    kept: PartyAt
    duplicate: PartyAt


@event(family=REGISTRIES, home="person_id", begins="person_id", sentence="A person was registered")
class PersonRegistered(EventBody, frozen=True, kw_only=True):
    """A person became known; the name is sealed and can be forgotten."""

    person_id: UUID
    name: Text
    contact: Text | None = None


@event(
    family=REGISTRIES,
    home="kept_person_id",
    begins="kept_person_id",
    sentence="Two entries were found to be the same person",
)
class PeopleFoundSame(EventBody, frozen=True, kw_only=True):
    """Two entries turned out to be one person."""

    kept_person_id: UUID
    duplicate_person_id: UUID
