"""Places: the names and codes of neighbourhoods, wards and towns, and when they came to mean another area."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from api.http.conditional import etag
from api.http.operations import Call, Operation, OperationAnswer
from api.http.paging import link
from api.http.problems import Problem
from api.reading.as_of import PastQuery, position_of, settled
from api.reading.register import (
    NamedPageQuery,
    Register,
    RegisterEntry,
    details_of,
    is_named,
)
from api.recording.command_route import command_route
from domain.decisions.registries import ChangePlaceBoundary, RegisterPlace
from domain.events import name_of
from domain.events.recorded import Effective, Recorded, resolve
from domain.events.registries import PlaceBoundaryChanged, PlaceRegistered
from domain.events.selection import Selection, on
from domain.log.find_records import find_records, with_corrections
from domain.log.recorder import LogRecorder
from domain.values import PlaceCode, When, end_of_day
from projections.history.claimed_record import KnownByClaims, SourceDay, known_as_claimed

_TAG: Final = "Places"
_PLACE: Final = "/v1/places/{place}"
_TYPES: Final = (PlaceRegistered, PlaceBoundaryChanged)
_REGISTER: Final = Register("place", PlaceRegistered, PlaceBoundaryChanged)


class PlaceQuery(NamedPageQuery, frozen=True, kw_only=True):
    """Which page of the places is asked for, and of which name, that they have or had once, or code."""

    code: Annotated[PlaceCode, Meta(description="Only places that have this code, or had it once")] | None = None


class PlacePeriod(Struct, frozen=True, kw_only=True):
    """A name and code of a place, from when until when; `until` is null while it still is."""

    name: str
    code: str | None
    boundary_vintage: str | None
    since: When
    until: When | None


class PlaceEntry(RegisterEntry, frozen=True, kw_only=True):
    """A place as it stood on the day asked about, and every period of it by then, oldest first."""

    periods: tuple[PlacePeriod, ...]
    known_by: KnownByClaims = None


class PlacePage(Struct, frozen=True, kw_only=True):
    """Some places, oldest entries first, and where to go on."""

    data: tuple[PlaceEntry, ...]
    next: str | None


def _read(call: Call) -> OperationAnswer:
    place_id, (_, known_at, as_of) = call.id_in_path("place"), settled(call)
    on_place = frozenset({on("place", place_id, *_TYPES)})
    records = find_records(call.services.recorder, on_place, upto=position_of(known_at))
    days = [as_of] if call.query.as_of else []
    if isinstance(known_at, SourceDay):
        records, _ = known_as_claimed([each for each in records if each.partition_id == place_id], known_at.day)
        days.append(known_at.day)
    of_place = _by_place(_standing(records)).get(place_id, ())  # without those of places that are part of it
    facts = [fact for fact in of_place if fact.occurred_at < end_of_day(as_of)]
    if not facts:
        raise Problem("not-found", f"Nothing was recorded by then about a place {place_id}.")
    entry = replace(_entry(call, facts, records), known_by=call.query.known_by)
    headers = {"ETag": etag(max(record.position for record in records), *days)}
    return OperationAnswer(content=entry, headers=headers, personal=True)


def _list(call: Call) -> OperationAnswer:
    query = call.query
    sets = [] if query.code is None else [_coded(call.services.recorder, query.code)]
    if query.q is not None:
        sets.append(call.services.handler.lookalikes.called(query.q, places=True))
    only = set.intersection(*sets) if sets else None
    entries, address = _REGISTER.page(call, only, lambda ids: _entries(call, ids))
    return OperationAnswer(content=PlacePage(data=entries, next=address), headers=link(address), personal=True)


def _entries(call: Call, ids: Sequence[UUID]) -> dict[UUID, PlaceEntry]:
    """Places as they stand, by their ids; those withdrawn or called otherwise are left out."""
    records = find_records(call.services.recorder, frozenset(on("place", each, *_TYPES) for each in ids))
    periods = _by_place(_standing(records))
    return {
        place_id: _entry(call, facts, records)
        for place_id, facts in periods.items()
        if any(is_named(fact.body, call.query.q) for fact in facts)
    }


def _coded(log: LogRecorder, code: str) -> set[UUID]:
    """The places that have a code, or had it once, as corrected."""
    records = find_records(log, frozenset({Selection(frozenset(name_of(each) for each in _TYPES), frozenset())}))
    places = _by_place(_standing(with_corrections(log, records)))
    return {place_id for place_id, facts in places.items() if code in {_code(fact) for fact in facts}}


def _standing(records: Sequence[Recorded]) -> list[Effective]:
    """The facts about places that stand, in the order in which they came to be so."""
    standing, _ = resolve(records)
    return sorted(
        (fact for fact in standing if isinstance(fact.body, _TYPES)), key=lambda fact: (fact.occurred_at, fact.position)
    )


def _by_place(facts: Iterable[Effective]) -> dict[UUID, list[Effective]]:
    facts_by_place: dict[UUID, list[Effective]] = {}
    for fact in facts:
        if isinstance(fact.body, _TYPES):
            facts_by_place.setdefault(fact.body.place_id, []).append(fact)
    return facts_by_place


def _code(fact: Effective) -> str | None:
    return fact.body.code if isinstance(fact.body, _TYPES) else None


def _entry(call: Call, facts: Sequence[Effective], records: Sequence[Recorded]) -> PlaceEntry:
    last = facts[-1]
    return PlaceEntry(event_id=last.event_id, details=details_of(call, last, records), periods=tuple(_periods(facts)))


def _periods(facts: Sequence[Effective]) -> Iterator[PlacePeriod]:
    for fact, following in pairwise([*facts, None]):
        if fact is not None and isinstance(fact.body, _TYPES):
            yield PlacePeriod(
                name=fact.body.name,
                code=fact.body.code,
                boundary_vintage=fact.body.boundary_vintage,
                since=fact.body.happened,
                until=None if following is None else following.body.happened,
            )


OPERATIONS = (
    command_route("/v1/places", RegisterPlace, tag=_TAG, at=_PLACE),
    command_route(f"{_PLACE}/boundary-changes", ChangePlaceBoundary, tag=_TAG),
    Operation(
        method="GET",
        path="/v1/places",
        name="list-places",
        summary="List places, oldest entries first, or those that have or had a name or a code.",
        tag=_TAG,
        handle=_list,
        query=PlaceQuery,
        answers={200: PlacePage},
    ),
    Operation(
        method="GET",
        path=_PLACE,
        name="read-place",
        summary="Read one place as it stood on a day, with every name and code that it had by then.",
        tag=_TAG,
        handle=_read,
        query=PastQuery,
        answers={200: PlaceEntry},
        conditional=True,
    ),
)
