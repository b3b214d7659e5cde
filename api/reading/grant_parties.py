"""Organisations that give and get grants, as the registers have them, and whether they are people."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.decisions.references import READS
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import resolve
from domain.events.registries import PartyAmended, PartyRegistered, PlaceBoundaryChanged, PlaceRegistered
from domain.events.selection import on
from domain.log.find_records import find_records
from domain.log.recorder import LogRecorder
from domain.values import OrgIdentifier
from domain.vocabulary import PartyKind
from domain.vocabulary.bodies import OFFICE_HOLDER_KINDS

_NO_BODY: Final = OFFICE_HOLDER_KINDS | {PartyKind.RESIDENTS_AT_LARGE}
"""Kinds that are one person, or people without a body of their own."""


class GrantParty(Struct, frozen=True, kw_only=True):
    """A body by its name and its identifiers in public registers, the first first."""

    party_id: UUID
    name: str
    is_person: bool
    identifiers: tuple[OrgIdentifier, ...] = ()

    @property
    def identifier(self) -> str | None:
        """The identifier by which it is known in public; None where it is in no register."""
        return self.identifiers[0] if self.identifiers else None

    def number_in(self, register: str) -> str | None:
        """Its number in a register such as `GB-CHC`; None where it is not in it."""
        numbers = (each.removeprefix(f"{register}-") for each in self.identifiers if each.startswith(f"{register}-"))
        return next(numbers, None)


def grant_parties(log: LogRecorder, party_ids: Iterable[UUID], *, upto: int) -> dict[UUID, GrantParty]:
    """Bodies as the register had them at a position, by their ids."""
    standing, _ = resolve(
        find_records(log, frozenset(on("party", each, *READS["party"]) for each in party_ids), upto=upto)
    )
    parties: dict[UUID, GrantParty] = {}
    for fact in standing:
        if isinstance(body := fact.body, PartyRegistered | PartyAmended):
            parties[body.party_id] = _party(body)
    return parties


def _party(body: PartyRegistered | PartyAmended) -> GrantParty:
    is_sole_trader = body.sole_trader_name is not None or body.sole_trader_person_id is not None
    return GrantParty(
        party_id=body.party_id,
        name=body.name or "",
        is_person=is_sole_trader or body.office_holder or body.kind in _NO_BODY,
        identifiers=body.identifiers,
    )


def partnership_itself(formed: PartnershipFormed) -> GrantParty:
    """A partnership as the body that it is itself."""
    return GrantParty(party_id=formed.itself.party_id, name=formed.name, is_person=False)


def residents_at_large(formed: PartnershipFormed) -> GrantParty:
    """The residents of a partnership, who are no body that could be given a grant."""
    return GrantParty(party_id=formed.residents.party_id, name="", is_person=True)


def named_places(log: LogRecorder, place_ids: Iterable[UUID], *, upto: int) -> dict[UUID, tuple[str, str | None]]:
    """Names and codes of places as the register had them at a position, by their ids."""
    standing, _ = resolve(
        find_records(log, frozenset(on("place", each, *READS["place"]) for each in place_ids), upto=upto)
    )
    return {
        body.place_id: (body.name, body.code)
        for fact in standing
        if isinstance(body := fact.body, PlaceRegistered | PlaceBoundaryChanged)
    }
