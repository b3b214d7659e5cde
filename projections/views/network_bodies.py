"""The network's bodies: who was there or turned to within the method's window, tied to anybody or not."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from domain.events.asks import AskRaised
from domain.events.commitments import CommitmentMade
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import MemberJoined, MemberLeft, SeatAccepted
from domain.events.recorded import Effective
from domain.events.registries import PartySucceeded
from domain.values import PartyAt
from domain.vocabulary import PartyKind, Side
from projections.declaration import ProjectionRow, projection
from projections.history.attendance import bodies_present, bodies_taking_part
from projections.history.causes import causes_of
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING, Causes, names_a

SEVERAL: Final = 3
"""From how many bodies on a contact is one of several."""


class NetworkBodyRow(ProjectionRow, frozen=True, kw_only=True):
    """One body that took part in anything."""

    party_id: Annotated[UUID, names_a("party", "The organisation or group")]
    side: Annotated[Side, Meta(description="The side it stood on, last")]
    kind: Annotated[PartyKind, Meta(description="What it was, last")]
    is_member: Annotated[bool, Meta(description="Whether it held a seat at the end of the day asked about")]
    contacts_attended: Annotated[int, Meta(description="How many contacts it came to")]
    contacts_convened: Annotated[int, Meta(description="How many contacts it called")]
    contacts_of_several_convened: Annotated[
        int, Meta(description="How many of the contacts it called were of three or more organisations and groups")
    ]
    causes: Causes


@projection(
    name="network_bodies",
    version=2,
    row=NetworkBodyRow,
    key=("party_id",),
    handles=(
        InteractionRecorded,
        AskRaised,
        CommitmentMade,
        MemberJoined,
        SeatAccepted,
        MemberLeft,
        PartySucceeded,
        *MENDING,
    ),
    question="Which bodies took part in anything of late, and who called people together?",
    ignores_rest="Answers and fulfilments come from bodies that asks and promises have named already.",
)
def network_bodies(history: History, method: Method) -> list[NetworkBodyRow]:
    """One row for each body, in the order in which they were first met."""
    start = history.end - timedelta(days=method.health.window_days)
    members = {seat.party.party_id for seat in history.members_at(history.end)}
    appearances: dict[UUID, list[tuple[Effective, PartyAt]]] = {}
    for fact in history.of(InteractionRecorded, AskRaised, CommitmentMade):
        if fact.occurred_at >= start:
            for party in _named(fact):
                appearances.setdefault(party.party_id, []).append((fact, party))
    return [
        _row(appearances_of_body, is_member=party_id in members)
        for party_id, appearances_of_body in appearances.items()
    ]


def _named(fact: Effective) -> Iterator[PartyAt]:
    match fact.body:
        case InteractionRecorded() as body:
            yield from bodies_taking_part(body)
            yield from (party for party in (body.initiated_by, body.convened_by) if party is not None)
        case AskRaised(raised_by=asker, addressee=PartyAt() as asked):
            yield from (asker, asked)
        case CommitmentMade(promisers=promisers, promisees=promisees):
            yield from (*promisers, *promisees)


def _row(appearances: list[tuple[Effective, PartyAt]], *, is_member: bool) -> NetworkBodyRow:
    party = appearances[-1][1]
    facts = {fact.event_id: fact for fact, _ in appearances}.values()
    bodies = [fact.body for fact in facts if isinstance(fact.body, InteractionRecorded)]
    convened = [body for body in bodies if body.convened_by and body.convened_by.party_id == party.party_id]
    return NetworkBodyRow(
        party_id=party.party_id,
        side=party.side,
        kind=party.kind,
        is_member=is_member,
        contacts_attended=sum(party.party_id in {each.party_id for each in bodies_present(body)} for body in bodies),
        contacts_convened=len(convened),
        contacts_of_several_convened=sum(len(bodies_present(body)) >= SEVERAL for body in convened),
        causes=causes_of(facts),
    )
