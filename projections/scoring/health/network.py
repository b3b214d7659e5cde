"""Network (H7), as context: who turns to whom, and whether contact crosses the line between residents and officials."""

from collections.abc import Iterator
from math import fsum
from typing import Final

from msgspec import Struct

from domain.events.asks import AskRaised
from domain.events.commitments import CommitmentMade
from domain.values import PartyAt
from domain.vocabulary import Side
from projections.history.attendance import bodies_present, bodies_taking_part
from projections.history.causes import causes_of
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.method.method import Dimension, Method
from projections.scoring.formulas.contact_graph import (
    centralisation,
    co_attendance,
    contact_graph,
    density,
    external_internal,
    reciprocity,
)
from projections.scoring.health.material import Material, camp
from projections.scoring.health.measure import Measure, Missing, counted, facts, share

H7: Final = Dimension.NETWORK
_SEVERAL: Final = 3
_ACROSS: Final = {"residents", "officials"}
_NOBODY: Final = 0


class BodiesMet(Struct, frozen=True):
    """The bodies that took part in contact, by the number of their id, and the measures of contact alone."""

    parties: dict[int, PartyAt]
    measures: tuple[Measure, ...]


def network(material: Material) -> list[Measure]:
    """Describe the network of bodies: ties from directed contact, asks and promises."""
    ties, bodies = list(_ties(material)), bodies_met(material.history, material.method)
    parties = {party.party_id.int: party for tie in ties for party in tie} | bodies.parties
    graph = contact_graph(parties, [(sender.party_id.int, receiver.party_id.int) for sender, receiver in ties])
    causes = causes_of([*facts(material.contacts), *material.recent(AskRaised, CommitmentMade)])
    missing = Missing.NOT_APPLICABLE if ties else Missing.NOTHING_HAPPENED
    shape = {
        "density": density(graph),
        "centralisation": centralisation(graph),
        "reciprocity": reciprocity(graph),
        "external-internal": external_internal(graph, lambda number: camp(parties[number])),
    }
    return [
        counted(H7, "bodies", len(parties), n=len(ties)),
        *(counted(H7, name, value, n=len(ties), causes=causes, missing=missing) for name, value in shape.items()),
        *bodies.measures,
    ]


def _ties(material: Material) -> Iterator[tuple[PartyAt, PartyAt]]:
    for _, body in material.contacts:
        if body.initiated_by is not None:
            yield from ((body.initiated_by, party) for party in bodies_taking_part(body))
    for fact in material.recent(AskRaised, CommitmentMade):
        match fact.body:
            case AskRaised(raised_by=asker, addressee=PartyAt() as asked):
                yield asker, asked
            case CommitmentMade(promisers=promisers, promisees=promisees):
                yield from ((promiser, promisee) for promiser in promisers for promisee in promisees)


@once_per_history
def bodies_met(history: History, method: Method) -> BodiesMet:
    """The bodies that took part in the contact of the window, and what is measured of contact alone."""
    material = Material(history=history, method=method)
    parties = {party.party_id.int: party for _, body in material.contacts for party in bodies_taking_part(body)}
    return BodiesMet(parties, (_together_across(material, parties), _convened_by_residents(material)))


def _together_across(material: Material, parties: dict[int, PartyAt]) -> Measure:
    """The share of time together that crosses the line; meetings of all members say nothing."""
    members = {seat.party.party_id.int for seat in material.history.members_at(material.end)} or {_NOBODY}
    weights = co_attendance(
        [[party.party_id.int for party in bodies_present(body)] for _, body in material.contacts], members
    )
    across = fsum(weight for pair, weight in weights.items() if {camp(parties[each]) for each in pair} == _ACROSS)
    total = fsum(weights.values())
    return counted(H7, "together-across-the-line", across / total if total else None, n=total)


def _convened_by_residents(material: Material) -> Measure:
    conveners = [
        body.convened_by
        for _, body in material.contacts
        if body.convened_by is not None and len(bodies_present(body)) >= _SEVERAL
    ]
    by_residents = sum(convener.side is Side.RESIDENTS for convener in conveners)
    return share(H7, "convened-by-residents", by_residents, len(conveners))
