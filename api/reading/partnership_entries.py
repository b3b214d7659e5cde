"""Partnerships as they are listed: as they stand now, by name, by a body at the table or by place, a page at a time."""

from collections.abc import Collection, Iterable, Sequence
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct

from api.http.operations import Call
from api.reading.access import tables_of
from api.reading.names_and_texts import NamesAndTexts
from api.reading.register import NamedPageQuery, Register, RegisterEntry, details_of, is_named
from domain.events import name_of
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import PartnershipClosed, PartnershipFormed, PartnershipPaused
from domain.events.recorded import Effective, resolve
from domain.events.registries import PlaceRegistered
from domain.events.selection import Selection, entry, on
from domain.log.find_records import find_records, with_corrections
from domain.log.recorder import LogRecorder
from domain.values import When
from domain.vocabulary import CodeList, PartyKind
from projections.history.attendance import is_together

_REGISTER: Final = Register("partnership", PartnershipFormed)
_LIFE: Final = (PartnershipFormed, PartnershipPaused, PartnershipClosed)


class PartnershipState(CodeList):
    """The state of a partnership: whether it is at work."""

    FORMED = "formed"
    PAUSED = "paused"
    CLOSED = "closed"


class PartnershipQuery(NamedPageQuery, frozen=True, kw_only=True):
    """Which page of the partnerships is asked for, and of which."""

    member: Annotated[UUID, Meta(description="Only those in which this body has a seat now")] | None = None
    place: Annotated[UUID, Meta(description="Only those formed for this place")] | None = None


class NamedPlace(Struct, frozen=True, kw_only=True):
    """A place by its id and its name now, and the name of the wider place that it is part of."""

    place_id: UUID
    name: str | None
    part_of: str | None


class PartnershipEntry(RegisterEntry, frozen=True, kw_only=True):
    """One partnership as it stands. It is paused from when that was recorded until somebody meets again."""

    partnership_id: UUID
    name: str
    kind: PartyKind
    place: Annotated[NamedPlace | None, Meta(description="What it was formed for; null where the record has none")]
    programme: str | None
    formed: Annotated[When, Meta(description="When it was formed")]
    state: PartnershipState


def partnerships_asked_for(
    call: Call, among: Collection[UUID] | None = None
) -> tuple[tuple[PartnershipEntry, ...], str | None]:
    """One page of the partnerships that are called so, seat that body and are of that place, and where to go on."""
    log, query = call.services.recorder, call.query
    sets = [] if among is None else [set(among)]
    if query.q is not None:
        sets.append(call.services.handler.lookalikes.called(query.q))
    if query.member is not None:
        sets.append(set(tables_of(log, {query.member})))
    if query.place is not None:
        sets.append(_at(log, query.place))
    only = set.intersection(*sets) if sets else None
    return _REGISTER.page(call, only, lambda ids: partnership_entries(call, ids, query.q))


class _Formation(Struct, frozen=True):
    """The fact that a partnership was formed, and what it says."""

    fact: Effective
    body: PartnershipFormed


def _formations(standing: Iterable[Effective]) -> list[_Formation]:
    return [_Formation(fact, fact.body) for fact in standing if isinstance(fact.body, PartnershipFormed)]


def _at(log: LogRecorder, place_id: UUID) -> set[UUID]:
    """The partnerships that were formed for a place, as corrected."""
    every = find_records(log, frozenset({Selection(frozenset({name_of(PartnershipFormed)}), frozenset())}))
    standing, _ = resolve(with_corrections(log, every))
    return {each.body.partnership_id for each in _formations(standing) if each.body.place_id == place_id}


def partnership_entries(call: Call, ids: Sequence[UUID], q: str | None = None) -> dict[UUID, PartnershipEntry]:
    """Partnerships as they stand, by their ids; those unknown or called otherwise are left out."""
    log = call.services.recorder
    records = with_corrections(log, find_records(log, frozenset(entry("partnership", each, *_LIFE) for each in ids)))
    standing, _ = resolve(records)
    formations = [each for each in _formations(standing) if is_named(each.body, q)]
    places = _places(call, {each.body.place_id for each in formations if each.body.place_id is not None})
    states = _states(log, standing)
    return {
        body.partnership_id: PartnershipEntry(
            event_id=fact.event_id,
            details=details_of(call, fact, records),
            partnership_id=body.partnership_id,
            name=body.name,
            kind=body.kind,
            place=places.get(body.place_id) if body.place_id else None,
            programme=body.programme,
            formed=body.happened,
            state=states.get(body.partnership_id, PartnershipState.FORMED),
        )
        for fact, body in ((each.fact, each.body) for each in formations)
    }


def _places(call: Call, place_ids: Collection[UUID]) -> dict[UUID, NamedPlace]:
    """Places with their names, and with those of the wider ones."""
    log = call.services.recorder
    registered = find_records(log, frozenset(on("place", each, PlaceRegistered) for each in place_ids))
    standing, _ = resolve(registered)
    wider = {
        fact.body.place_id: fact.body.part_of_place_id
        for fact in standing
        if isinstance(fact.body, PlaceRegistered) and fact.body.part_of_place_id is not None
    }
    names = NamesAndTexts(call.services, entitled=None).names({*place_ids, *wider.values()}, upto=log.head().position)
    return {
        place_id: NamedPlace(
            place_id=place_id,
            name=names.get(place_id),
            part_of=names.get(wider[place_id]) if place_id in wider else None,
        )
        for place_id in place_ids
    }


def _states(log: LogRecorder, standing: Sequence[Effective]) -> dict[UUID, PartnershipState]:
    """The partnerships that are closed, and those that rest and have not met since."""
    paused = {fact.partition_id: fact for fact in standing if isinstance(fact.body, PartnershipPaused)}
    records = find_records(log, frozenset(entry("partnership", each, InteractionRecorded) for each in paused))
    meetings, _ = resolve(with_corrections(log, records))
    at_work = {
        meeting.partition_id
        for meeting in meetings
        if isinstance(meeting.body, InteractionRecorded)
        and is_together(meeting.body)
        and meeting.occurred_at > paused[meeting.partition_id].occurred_at
    }
    closed = [fact.partition_id for fact in standing if isinstance(fact.body, PartnershipClosed)]
    return dict.fromkeys(paused.keys() - at_work, PartnershipState.PAUSED) | dict.fromkeys(
        closed, PartnershipState.CLOSED
    )
