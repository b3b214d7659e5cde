"""The network's ties: which bodies turned to which, and which sat together, within the method's window."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from math import fsum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from domain.events.asks import AskRaised
from domain.events.commitments import CommitmentMade
from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import MemberJoined, MemberLeft, SeatAccepted
from domain.events.recorded import Effective
from domain.events.registries import PartySucceeded
from domain.values import PartyAt, day_of
from domain.vocabulary import CodeList, Side
from projections.declaration import ProjectionRow, projection
from projections.history.attendance import bodies_present, bodies_taking_part
from projections.history.causes import causes_of
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING, Causes, names_a
from projections.scoring.formulas.contact_graph import co_attendance


class Tie(CodeList):
    """By what two bodies are tied; all but being at the same meetings have a direction."""

    CONTACT = "contact"
    ASK = "ask"
    PROMISE = "promise"
    CO_ATTENDANCE = "co-attendance"


class NetworkRow(ProjectionRow, frozen=True, kw_only=True):
    """One tie between two bodies. Being at the same meetings has no direction: the smaller id comes first."""

    tie: Annotated[Tie, Meta(description="By what they are tied")]
    from_party_id: Annotated[UUID, names_a("party", "Who turned to the other, asked or promised")]
    from_side: Annotated[Side, Meta(description="The side it stood on, last")]
    to_party_id: Annotated[UUID, names_a("party", "Who was turned to, asked or promised")]
    to_side: Annotated[Side, Meta(description="The side it stood on, last")]
    weight: Annotated[
        float,
        Meta(description="How often; being one of n at a meeting counts 1/(n - 1), a meeting of all members nothing"),
    ]
    times: Annotated[int, Meta(description="How many contacts, asks, promises or meetings")]
    first_on: Annotated[date, Meta(description="The day of the first")]
    last_on: Annotated[date, Meta(description="The day of the last")]
    causes: Causes


class TieOccasion(Struct, frozen=True):
    """One occasion on which two bodies were tied."""

    tie: Tie
    sender: PartyAt
    receiver: PartyAt
    weight: float
    fact: Effective


@projection(
    name="network",
    version=2,
    row=NetworkRow,
    key=("tie", "from_party_id", "to_party_id"),
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
    question="Which bodies turned to which of late, and which sat together?",
    ignores_rest="Answers and fulfilments follow ties that asks and promises have made already.",
)
def network(history: History, method: Method) -> list[NetworkRow]:
    """One row for each kind of tie between two bodies, in the order in which they were first tied."""
    start = history.end - timedelta(days=method.health.window_days)
    occasions: dict[tuple[Tie, UUID, UUID], list[TieOccasion]] = {}
    for occasion in _strands(history, start):
        if occasion.sender.party_id != occasion.receiver.party_id:
            occasions.setdefault((occasion.tie, occasion.sender.party_id, occasion.receiver.party_id), []).append(
                occasion
            )
    return [_row(strands) for strands in occasions.values()]


def _strands(history: History, start: datetime) -> Iterator[TieOccasion]:
    members = {seat.party.party_id for seat in history.members_at(history.end)}
    for fact in history.of(InteractionRecorded, AskRaised, CommitmentMade):
        if fact.occurred_at < start:
            continue
        match fact.body:
            case InteractionRecorded() as body:
                yield from _turned_to(fact, body)
                yield from _together(fact, body, members)
            case AskRaised(raised_by=asker, addressee=PartyAt() as asked):
                yield TieOccasion(Tie.ASK, asker, asked, 1.0, fact)
            case CommitmentMade(promisers=promisers, promisees=promisees):
                for promiser in promisers:
                    yield from (TieOccasion(Tie.PROMISE, promiser, promisee, 1.0, fact) for promisee in promisees)


def _turned_to(fact: Effective, body: InteractionRecorded) -> Iterator[TieOccasion]:
    if body.initiated_by is not None:
        for party in bodies_taking_part(body):
            yield TieOccasion(Tie.CONTACT, body.initiated_by, party, 1.0, fact)


def _together(fact: Effective, body: InteractionRecorded, members: set[UUID]) -> Iterator[TieOccasion]:
    there = {party.party_id: party for party in bodies_present(body)}
    if not members:
        return
    for pair, weight in sorted((sorted(pair), weight) for pair, weight in co_attendance([there], members).items()):
        first, second = pair
        yield TieOccasion(Tie.CO_ATTENDANCE, there[first], there[second], weight, fact)


def _row(occasions: list[TieOccasion]) -> NetworkRow:
    last = occasions[-1]
    return NetworkRow(
        tie=last.tie,
        from_party_id=last.sender.party_id,
        from_side=last.sender.side,
        to_party_id=last.receiver.party_id,
        to_side=last.receiver.side,
        weight=fsum(occasion.weight for occasion in occasions),
        times=len(occasions),
        first_on=day_of(occasions[0].fact.occurred_at),
        last_on=day_of(last.fact.occurred_at),
        causes=causes_of(occasion.fact for occasion in occasions),
    )
