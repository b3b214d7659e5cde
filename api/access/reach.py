"""Reach: the partnerships in which a role holds, named one by one, by their places, or all of them."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events import name_of
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import resolve
from domain.events.registries import PlaceRegistered
from domain.events.selection import Selection
from domain.log.find_records import find_records, with_corrections
from domain.log.read_once import once_a_page
from domain.log.recorder import LogRecorder
from domain.vocabulary import CodeList


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
            places = places_within(log, reach.ids)
            return frozenset(id_ for id_, place_id in _places_of_partnerships(log).items() if place_id in places)


def covers(log: LogRecorder, wider: Reach, narrower: Reach) -> bool:
    """Nothing is in the narrower reach, now or later, that is not in the wider one."""
    if ReachKind.ALL in {wider.kind, narrower.kind}:
        return wider.kind is ReachKind.ALL
    if narrower.kind is ReachKind.PLACES:
        return wider.kind is ReachKind.PLACES and narrower.ids <= places_within(log, wider.ids)
    return narrower.ids <= (partnerships_within(log, wider) or frozenset())


def places_within(log: LogRecorder, place_ids: Iterable[UUID]) -> frozenset[UUID]:
    """These places and every place that is part of them, at whatever depth."""
    parts = once_a_page(log, "parts of places", lambda: _parts(log))
    within: set[UUID] = set()
    ahead = list(place_ids)
    while ahead:
        place_id = ahead.pop()
        if place_id not in within:
            within.add(place_id)
            ahead.extend(parts.get(place_id, ()))
    return frozenset(within)


def _parts(log: LogRecorder) -> dict[UUID, list[UUID]]:
    parts: dict[UUID, list[UUID]] = {}
    standing, _ = resolve(with_corrections(log, find_records(log, _every(PlaceRegistered))))
    for fact in standing:
        if isinstance(fact.body, PlaceRegistered) and fact.body.part_of_place_id is not None:
            parts.setdefault(fact.body.part_of_place_id, []).append(fact.body.place_id)
    return parts


def _places_of_partnerships(log: LogRecorder) -> dict[UUID, UUID | None]:
    standing, _ = resolve(with_corrections(log, find_records(log, _every(PartnershipFormed))))
    return {
        fact.body.partnership_id: fact.body.place_id for fact in standing if isinstance(fact.body, PartnershipFormed)
    }


def _every(type_: type[PartnershipFormed | PlaceRegistered]) -> frozenset[Selection]:
    return frozenset({Selection(frozenset({name_of(type_)}), frozenset())})
