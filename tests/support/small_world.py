"""The small world in which decisions are tested: a place, its bodies, a board, people and the keys they hold."""

from datetime import UTC, datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.decisions.command_context import Actor
from domain.events.partnerships import MemberJoined, PartnershipFormed
from domain.events.registries import PartyRegistered, PersonRegistered, PlaceRegistered
from domain.events.stewardship import SubjectErased
from domain.values import PartyAt, Sealed
from domain.vocabulary import SIDE_OF_KIND, PartyKind, PlaceKind, Role

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = "2026-11-23"
FORMED = "2025-01-01"


def an_id(name: str) -> UUID:
    return uuid5(NAMESPACE_URL, name)


def a_party(name: str, kind: PartyKind) -> PartyAt:
    return PartyAt(an_id(name), SIDE_OF_KIND[kind], kind)


def registered(party: PartyAt, name: str, **details: object) -> PartyRegistered:
    body = {"party_id": party.party_id, "side": party.side, "kind": party.kind, "name": name, **details}
    return PartyRegistered(happened="2020", **body)


COUNCIL = a_party("Eastmoor Council", PartyKind.UNITARY)
TENANTS = a_party("Ewan Road Tenants", PartyKind.TENANTS_RESIDENTS_ASSOCIATION)
YOUTH = a_party("Eastmoor Youth Forum", PartyKind.YOUTH_FORUM)
POLICE = a_party("Eastmoor Police", PartyKind.POLICE_FORCE)
TRUST = a_party("Eastmoor Trust", PartyKind.LOCALLY_TRUSTED_ORGANISATION)
LOTTERY = a_party("The Lottery", PartyKind.LOTTERY)
DEVELOPER = a_party("Moor Homes", PartyKind.DEVELOPER)
EVALUATOR = a_party("An Observatory", PartyKind.OTHER_BODY)
BOARD = a_party("Eastmoor Board", PartyKind.NEIGHBOURHOOD_BOARD)
AT_LARGE = a_party("Residents of Eastmoor", PartyKind.RESIDENTS_AT_LARGE)
NOBODY_KNOWS = an_id("nobody knows this id")

PLACE_ID = an_id("Eastmoor")
BOARD_ID = an_id("the partnership of Eastmoor")
OTHER_BOARD_ID = an_id("the partnership of Westmoor")
COUNCIL_SEAT_ID = an_id("the council's seat")
SEALED = Sealed(an_id("a key"), b"a box")

AMINA, BEN, GONE, STRANGER = "person-amina", "person-ben", "person-gone", "a stranger's reference"


def person_of(reference: str) -> UUID | None:
    return an_id(reference) if reference.startswith("person-") else None


def seated(party: PartyAt, member_id: UUID | None = None, **details: object) -> MemberJoined:
    return MemberJoined(
        happened=FORMED, member_id=member_id or an_id(f"seat of {party.party_id}"), party=party, **details
    )


PLACE = PlaceRegistered(happened="2020", place_id=PLACE_ID, name="Eastmoor", kind=PlaceKind.NEIGHBOURHOOD)
BOARD_FORMED = PartnershipFormed(
    happened=FORMED,
    partnership_id=BOARD_ID,
    name="Eastmoor Board",
    kind=BOARD.kind,
    itself=BOARD,
    residents=AT_LARGE,
    place_id=PLACE_ID,
)
WORLD = (
    PLACE,
    registered(COUNCIL, "Eastmoor Council"),
    registered(TENANTS, "Ewan Road Tenants"),
    registered(YOUTH, "Eastmoor Youth Forum", paid_by_party_ids=(COUNCIL.party_id,)),
    registered(POLICE, "Eastmoor Police"),
    registered(TRUST, "Eastmoor Trust"),
    registered(LOTTERY, "The Lottery"),
    registered(DEVELOPER, "Moor Homes"),
    registered(EVALUATOR, "An Observatory"),
    *(PersonRegistered(happened="2020", person_id=an_id(each), name=SEALED) for each in (AMINA, BEN, GONE)),
    SubjectErased(happened="2024", subject_id=an_id(GONE)),
    BOARD_FORMED,
    seated(COUNCIL, COUNCIL_SEAT_ID, voting=True),
    seated(TENANTS, voting=True, role=Role.RESIDENT_MEMBER),
    seated(YOUTH, voting=True, role=Role.RESIDENT_MEMBER),
    seated(POLICE),
    seated(TRUST),
    seated(LOTTERY),
)


def a_key(name: str, party: PartyAt, **rights: object) -> Actor:
    return Actor(actor_id=an_id(name), party=party, **rights)


OFFICER = a_key("an officer of the council", COUNCIL)
RESIDENT = a_key("a tenant with a vote", TENANTS, speaks_for=frozenset({AT_LARGE.party_id}))
YOUTH_WORKER = a_key("a worker whom the council pays", YOUTH, paid_by=frozenset({COUNCIL.party_id}))
SERGEANT = a_key("a sergeant", POLICE)
WORKER = a_key("a worker of the trust", TRUST)
GRANT_OFFICER = a_key("a grant officer", LOTTERY)
BUILDER = a_key("a builder without a seat", DEVELOPER)
OBSERVER = a_key("an observer without a seat", EVALUATOR)
STEWARD = a_key("who looks after the record", EVALUATOR, steward=True)
