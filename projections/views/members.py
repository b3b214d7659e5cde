"""Members: who has held which seat, from when until when."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.partnerships import MemberJoined, MemberLeft, SeatAccepted
from domain.events.registries import PartySucceeded
from domain.values import day_of
from domain.vocabulary import PartyKind, Role, Side
from projections.declaration import ProjectionRow, projection
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING, Causes, names_a


class MemberRow(ProjectionRow, frozen=True, kw_only=True):
    """One body's time in one seat; a body that succeeds another sits on in the same seat."""

    member_id: Annotated[UUID, names_a("member", "The seat")]
    party_id: Annotated[UUID, names_a("party", "The organisation or group that held it")]
    side: Annotated[Side, Meta(description="The side it stood on")]
    kind: Annotated[PartyKind, Meta(description="What it was")]
    role: Annotated[Role, Meta(description="What it sat as")]
    is_voting: Annotated[bool, Meta(description="Whether the seat has a vote")]
    is_held_by_person: Annotated[bool, Meta(description="Whether the record knows a person in the seat")]
    since_on: Annotated[date, Meta(description="The day it was taken")]
    until_on: Annotated[date | None, Meta(description="The day it was given up")]
    is_taken: Annotated[bool, Meta(description="Whether it was still held at the end of the day asked about")]
    known_from: Annotated[datetime, Meta(description="From when the record knew of it")]
    is_accepted: Annotated[
        bool, Meta(description="Whether the body agreed to sit there; until then it neither votes nor is given notice")
    ]
    accepted_on: Annotated[date | None, Meta(description="The day it agreed to, or sat down by its own will")]
    causes: Causes


@projection(
    name="members",
    version=2,
    row=MemberRow,
    key=("member_id", "party_id", "since_on"),
    handles=(MemberJoined, SeatAccepted, MemberLeft, PartySucceeded, *MENDING),
    question="Who has held a seat, as what, with a vote or without, from when until when?",
    ignores_rest="Nothing else gives or takes a seat.",
)
def members(history: History, _method: Method) -> list[MemberRow]:
    """One row for each time a body held a seat, in order of joining."""
    return [
        MemberRow(
            member_id=seat.member_id,
            party_id=seat.party.party_id,
            side=seat.party.side,
            kind=seat.party.kind,
            role=seat.role,
            is_voting=seat.voting,
            is_held_by_person=seat.person_id is not None,
            since_on=day_of(seat.since),
            until_on=None if seat.until is None else day_of(seat.until),
            is_taken=seat.is_taken_at(history.end),
            known_from=seat.noticed_from,
            is_accepted=seat.accepted_since is not None,
            accepted_on=None if seat.accepted_since is None else day_of(seat.accepted_since),
            causes=seat.causes,
        )
        for seat in history.seats
    ]
