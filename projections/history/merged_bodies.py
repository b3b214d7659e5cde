"""Bodies found to be the same: one throughout the record, whatever the day, because that is a fact of the register."""

from collections.abc import Iterable, Mapping
from typing import TypeVar
from uuid import UUID

from msgspec.structs import replace

from domain.events.declaration import EventBody, Participant
from domain.events.recorded import Effective, Recorded
from domain.events.registries import PartiesFoundSame
from domain.values import PartyAt

V = TypeVar("V")


def same_bodies_in(facts: Iterable[Effective]) -> dict[UUID, PartyAt]:
    """The body that each duplicate was found to be in the end, by the duplicate's id."""
    same_bodies: dict[UUID, PartyAt] = {}
    for fact in facts:
        if isinstance(fact.body, PartiesFoundSame):
            finding = {fact.body.duplicate.party_id: fact.body.kept}
            same_bodies = {duplicate: _same(party, finding) for duplicate, party in same_bodies.items()}
            same_bodies[fact.body.duplicate.party_id] = _same(fact.body.kept, same_bodies)
    return same_bodies


def as_one(fact: Effective, same_bodies: Mapping[UUID, PartyAt]) -> Effective:
    """Put the kept body wherever its duplicate is named in a fact, and where the fact is its word."""
    if not same_bodies:
        return fact
    body, recorded = folded(fact.body, same_bodies), penned(fact.recorded, same_bodies)
    if body is fact.body and recorded is fact.recorded:
        return fact
    return replace(fact, body=body, recorded=recorded)


def penned(record: Recorded, same_bodies: Mapping[UUID, PartyAt]) -> Recorded:
    """Put the kept body where a record is the word of its duplicate."""
    word = record.envelope.on_behalf_of if same_bodies else None
    if word is None or word.party_id not in same_bodies:
        return record
    envelope = replace(record.envelope, on_behalf_of=same_bodies[word.party_id])
    return replace(record, envelope=envelope)


def folded(body: EventBody, same_bodies: Mapping[UUID, PartyAt]) -> EventBody:
    """Put the kept body wherever its duplicate is named, except where the two were found to be the same."""
    if not same_bodies or isinstance(body, PartiesFoundSame):
        return body
    changed = {
        name: now
        for name in body.__struct_fields__
        if (now := _same(value := getattr(body, name), same_bodies)) is not value
    }
    return replace(body, **changed) if changed else body


def _same(value: V, same_bodies: Mapping[UUID, PartyAt]) -> V:
    """The value itself unless a duplicate stands in it."""
    replaced: object = value
    match value:
        case PartyAt():
            replaced = same_bodies.get(value.party_id, value)
        case Participant():
            party = _same(value.party, same_bodies)
            replaced = value if party is value.party else replace(value, party=party)
        case tuple():
            folded = tuple(_same(each, same_bodies) for each in value)
            replaced = value if all(a is b for a, b in zip(folded, value, strict=True)) else folded
    return replaced  # type: ignore[return-value] # a value is only replaced by one of its own type
