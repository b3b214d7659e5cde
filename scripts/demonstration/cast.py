"""Who lives and works in the county: its places and bodies, the keys they record with, and who sits where."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.decisions.command import Command
from domain.decisions.command_context import Actor
from domain.decisions.registries import RegisterParty, RegisterPerson, RegisterPlace
from domain.values import PartyAt
from domain.vocabulary import OFFICE_HOLDER_KINDS, SIDE_OF_KIND, PartyKind, PlaceKind, Role
from scripts.demonstration.agenda import PlannedAct, SeededChance, days, made_by
from scripts.demonstration.stories.habits import CastPart
from scripts.demonstration.words import COUNTY, DISTRICTS, FIRST_NAMES, LAST_NAMES, NEIGHBOURHOODS, UNITARY

RESIDENTS_A_BOARD: Final = 6
_OBSERVATORY: Final = f"{COUNTY} Voluntary Action"
_COUNTY_WIDE: Final = (
    (CastPart.COUNTY, PartyKind.COUNTY, f"{COUNTY} County Council"),
    (CastPart.POLICE, PartyKind.POLICE_FORCE, f"{COUNTY} Police"),
    (CastPart.ICB, PartyKind.ICB, f"{COUNTY} Integrated Care Board"),
    (CastPart.JOBCENTRE, PartyKind.JOBCENTRE_PLUS, f"{COUNTY} Jobcentres"),
    (CastPart.COMBINED, PartyKind.COMBINED_AUTHORITY, "Averil and Vale Combined Authority"),
    (CastPart.DEPARTMENT, PartyKind.CENTRAL_DEPARTMENT, "Department for Neighbourhoods"),
    (CastPart.LOTTERY, PartyKind.LOTTERY, "Commons Lottery Fund"),
)


class CastBody(Struct, frozen=True):
    """A registered body and the key it records with."""

    name: str
    at: PartyAt
    key: Actor

    @property
    def id(self) -> UUID:
        """Its id."""
        return self.at.party_id


class CastSeat(Struct, frozen=True):
    """A seat on a board: a body, perhaps in the person of a resident who is `followed_by` another half way through.

    `turnout` is how likely they are to come.
    """

    body: CastBody
    role: Role
    voting: bool
    turnout: float
    person: str | None = None
    followed_by: str | None = None


class CastNeighbourhood(Struct, frozen=True, kw_only=True):
    """One neighbourhood's cast: its place, who plays which part, the board's seats (residents first) and standing ids.

    `like` is its own index, or that of the neighbourhood it is alike with in everything but its story.
    """

    name: str
    like: int
    place_id: UUID
    bodies: dict[CastPart, CastBody]
    seats: tuple[CastSeat, ...]
    secretary: Actor
    formed_by: UUID

    @property
    def founder(self) -> Actor:
        """The secretary's key while the board is set up: it looks after the record, and vouches for each seat."""
        return replace(self.secretary, steward=True)

    @property
    def partnership_id(self) -> UUID:
        """The id of its partnership."""
        return made_by(self.formed_by, "partnership")

    @property
    def board(self) -> UUID:
        """The partnership's own party."""
        return made_by(self.formed_by, "itself")

    @property
    def residents(self) -> UUID:
        """The party of residents at large."""
        return made_by(self.formed_by, "residents")


class CountyRegisters:
    """The county's registers, and the acts that fill them."""

    def __init__(self, seed: SeededChance, begins_at: datetime, alike: Sequence[int]) -> None:
        """Register everything at the beginning; `alike` says for each neighbourhood which one it is like."""
        self._seed, self._at = seed, begins_at
        self.acts: list[PlannedAct] = []
        office = _at(self._party_id(_OBSERVATORY), PartyKind.CVS_INFRASTRUCTURE)
        self.steward = Actor(actor_id=seed.identity("key/steward"), party=office, steward=True)
        self.observatory = self.register(PartyKind.CVS_INFRASTRUCTURE, _OBSERVATORY)
        county_place = self._place(COUNTY, PlaceKind.COUNTY, None)
        self.shared = {part: self.register(kind, name) for part, kind, name in _COUNTY_WIDE}
        self._areas = [self._area(name, county_place) for name in (*DISTRICTS, UNITARY)]
        self.neighbourhoods = [
            self._neighbourhood(name, like) for name, like in zip(NEIGHBOURHOODS, alike, strict=False)
        ]

    def register(
        self,
        kind: PartyKind,
        name: str,
        *,
        office_holder: bool = False,
        volunteer_run: bool = False,
        speaks_for: Iterable[CastBody] = (),
        part_of: CastBody | None = None,
    ) -> CastBody:
        """Register a body, and give it a key."""
        is_office = office_holder or kind in OFFICE_HOLDER_KINDS
        command = RegisterParty(
            kind=kind,
            name=name,
            office_holder=is_office,
            volunteer_run=volunteer_run,
            part_of=part_of.id if part_of else None,
            happened=str(self._at.year),
        )
        self._act(f"party/{name}", command)
        at = _at(self._party_id(name), kind, office_holder=is_office, volunteer_run=volunteer_run)
        key = Actor(
            actor_id=self._seed.identity(f"key/{name}"),
            party=at,
            speaks_for=frozenset(each.id for each in speaks_for),
            part_of=part_of.id if part_of else None,
        )
        return CastBody(name, at, key)

    def person(self, name: str) -> str:
        """Register a person; the plan refers to them by their id."""
        dice = self._seed.dice("person", name)
        full_name = f"{dice.choice(FIRST_NAMES)} {dice.choice(LAST_NAMES)}"
        contact = f"{full_name.split(maxsplit=1)[0].lower()}{dice.randrange(10, 100)}@example.org"
        return str(made_by(self._act(f"person/{name}", RegisterPerson(name=full_name, contact=contact)), "person"))

    def _act(self, name: str, command: Command) -> UUID:
        self._at += days(1 / 1440)
        self.acts.append(PlannedAct(at=self._at, name=name, key=self.steward, command=command))
        return self._seed.identity(name)

    def _party_id(self, name: str) -> UUID:
        return made_by(self._seed.identity(f"party/{name}"), "party")

    def _place(self, name: str, kind: PlaceKind, part_of: UUID | None) -> UUID:
        command = RegisterPlace(name=name, kind=kind, part_of=part_of, boundary_vintage="2016")
        return made_by(self._act(f"place/{name}", command), "place")

    def _area(self, name: str, county_place: UUID) -> tuple[UUID, dict[CastPart, CastBody]]:
        """Register a council area: two tiers, or one council for both."""
        place_id = self._place(name, PlaceKind.DISTRICT, county_place)
        kind = PartyKind.UNITARY if name == UNITARY else PartyKind.DISTRICT_BOROUGH
        council = self.register(kind, f"{name} Council")
        bodies = {
            **self.shared,
            CastPart.DISTRICT: council,
            CastPart.HOUSING: self.register(PartyKind.REGISTERED_PROVIDER, f"{name} Homes"),
            CastPart.MP: self.register(PartyKind.UK_PARLIAMENT, f"Member of Parliament for {name}", office_holder=True),
        }
        if kind is PartyKind.UNITARY:
            bodies[CastPart.COUNTY] = council
        return place_id, bodies

    def _neighbourhood(self, name: str, like: int) -> CastNeighbourhood:
        area_place, shared = self._areas[like % len(self._areas)]
        bodies = {**shared, **dict(self._own_bodies(name, has_parish=like % 3 == 0))}
        return CastNeighbourhood(
            name=name,
            like=like,
            place_id=self._place(name, PlaceKind.NEIGHBOURHOOD, area_place),
            bodies=bodies,
            seats=self._seats(name, bodies),
            secretary=bodies[CastPart.TRUST].key,
            formed_by=self._seed.identity(f"form/{name}"),
        )

    def _own_bodies(self, name: str, *, has_parish: bool) -> Iterator[tuple[CastPart, CastBody]]:
        forum = self.register(PartyKind.NEIGHBOURHOOD_FORUM, f"{name} Residents' Forum", volunteer_run=True)
        tenants = self.register(PartyKind.TENANTS_RESIDENTS_ASSOCIATION, f"{name} Tenants", volunteer_run=True)
        yield CastPart.FORUM, forum
        yield CastPart.TENANTS, tenants
        kind = PartyKind.LOCALLY_TRUSTED_ORGANISATION
        yield CastPart.TRUST, self.register(kind, f"{name} Neighbours' Trust", speaks_for=(forum, tenants))
        yield CastPart.BUSINESS, self.register(PartyKind.LOCAL_BUSINESS, f"{name} Traders")
        yield (
            CastPart.COUNCILLOR,
            self.register(PartyKind.WARD_COUNCILLOR, f"Councillor for {name}", office_holder=True),
        )
        if has_parish:
            yield CastPart.PARISH, self.register(PartyKind.PARISH_TOWN_COUNCIL, f"{name} Parish Council")

    def _seats(self, name: str, bodies: dict[CastPart, CastBody]) -> tuple[CastSeat, ...]:
        """Seat the residents first, the chair at their head, then everybody else who has a part here."""
        roles = (Role.CHAIR, Role.TREASURER, *(Role.RESIDENT_MEMBER,) * (RESIDENTS_A_BOARD - 2))
        residents = [
            CastSeat(
                body=bodies[CastPart.FORUM if index < RESIDENTS_A_BOARD - 2 else CastPart.TENANTS],
                role=role,
                voting=True,
                turnout=0.88,
                person=self.person(f"{name}/{index}"),
                followed_by=self.person(f"{name}/{index}/next") if index == RESIDENTS_A_BOARD - 1 else None,
            )
            for index, role in enumerate(roles)
        ]
        others = [
            CastSeat(body, _ROLES.get(part, Role.OFFICER), part in _VOTING, _TURNOUT.get(part, 0.7))
            for part, body in bodies.items()
            if part not in (CastPart.FORUM, CastPart.TENANTS, CastPart.MP)
        ]
        return (*residents, *{seat.body.id: seat for seat in others}.values())


_VOTING: Final = frozenset(
    {CastPart.DISTRICT, CastPart.COUNTY, CastPart.COUNCILLOR, CastPart.PARISH, CastPart.BUSINESS}
)
_ROLES: Final = {
    CastPart.COUNCILLOR: Role.COUNCILLOR,
    CastPart.TRUST: Role.PAID_WORKER,
    CastPart.BUSINESS: Role.MEMBER,
    CastPart.LOTTERY: Role.OBSERVER,
    CastPart.COMBINED: Role.OBSERVER,
    CastPart.DEPARTMENT: Role.OBSERVER,
}
_TURNOUT: Final = {
    CastPart.DISTRICT: 0.9,
    CastPart.TRUST: 0.98,
    CastPart.POLICE: 0.75,
    CastPart.LOTTERY: 0.2,
    CastPart.COMBINED: 0.2,
    CastPart.DEPARTMENT: 0.1,
}


def _at(party_id: UUID, kind: PartyKind, *, office_holder: bool = False, volunteer_run: bool = False) -> PartyAt:
    return PartyAt(party_id, SIDE_OF_KIND[kind], kind, office_holder, volunteer_run)
