"""Reach: the partnerships in which a role holds, named one by one, by their places, or all of them."""

from collections.abc import Iterable, Iterator
from typing import Final, TypeVar
from uuid import UUID

from msgspec import Struct

from api.access.whereabouts import whereabouts
from domain.events import name_of
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import resolve
from domain.events.registries import PartyRegistered, PlaceRegistered
from domain.events.selection import Selection
from domain.log.find_records import find_records, with_corrections
from domain.log.recorder import LogRecorder
from domain.vocabulary import CodeList

B = TypeVar("B", PartnershipFormed, PartyRegistered, PlaceRegistered)


class ReachKind(CodeList):
    """The way in which a reach is told: every partnership, some by their ids, or those formed for some places."""

    ALL = "all"
    PARTNERSHIPS = "partnerships"
    PLACES = "places"


class Reach(Struct, frozen=True, kw_only=True):
    """The partnerships in which a role holds: all, those with these ids, or those of places with these ids."""

    kind: ReachKind
    ids: frozenset[UUID] = frozenset()


EVERYWHERE: Final = Reach(kind=ReachKind.ALL)


def partnerships_within(log: LogRecorder, reach: Reach) -> frozenset[UUID] | None:
    """The ids of the partnerships in reach as the register stands now; None for all of them."""
    match reach.kind:
        case ReachKind.ALL:
            return None
        case ReachKind.PARTNERSHIPS:
            return reach.ids
        case ReachKind.PLACES:
            known = whereabouts(log)
            return known.partnerships_at(known.places_within(reach.ids))


def covers(log: LogRecorder, wider: Reach, narrower: Reach) -> bool:
    """Nothing is in the narrower reach, now or later, that is not in the wider one."""
    if ReachKind.ALL in {wider.kind, narrower.kind}:
        return wider.kind is ReachKind.ALL
    if narrower.kind is ReachKind.PLACES:
        return wider.kind is ReachKind.PLACES and narrower.ids <= places_within(log, wider.ids)
    return narrower.ids <= (partnerships_within(log, wider) or frozenset())


def places_within(log: LogRecorder, place_ids: Iterable[UUID]) -> frozenset[UUID]:
    """These places and every place that is part of them, at whatever depth."""
    return whereabouts(log).places_within(place_ids)


def known_partnerships(log: LogRecorder) -> dict[UUID, str]:
    """The name of every partnership, by its id."""
    return {body.partnership_id: body.name for body in _standing(log, PartnershipFormed)}


def known_places(log: LogRecorder) -> dict[UUID, str]:
    """The name of every place, by its id."""
    return {body.place_id: body.name for body in _standing(log, PlaceRegistered)}


def known_bodies(log: LogRecorder) -> dict[UUID, str]:
    """The name of every organisation and group that is no single person, by its id, as it was registered."""
    return {body.party_id: body.name for body in _standing(log, PartyRegistered) if isinstance(body.name, str)}


def _standing(log: LogRecorder, type_: type[B]) -> Iterator[B]:
    """The bodies of every event of a type that stands, corrected."""
    selections = frozenset({Selection(frozenset({name_of(type_)}), frozenset())})
    standing, _ = resolve(with_corrections(log, find_records(log, selections)))
    yield from (fact.body for fact in standing if isinstance(fact.body, type_))
