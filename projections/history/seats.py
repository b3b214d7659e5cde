"""Seats: which body sat in a partnership from when until when, and whether it agreed to."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.events.partnerships import MemberJoined, MemberLeft, SeatAccepted
from domain.events.recorded import Effective
from domain.events.registries import PartySucceeded
from domain.values import PartyAt
from domain.vocabulary import Role
from projections.history.causes import causes_of


class Seat(Struct, frozen=True, kw_only=True):
    """One body's place in the partnership from one instant until another (None: still).

    `accepted_since` is when the body agreed to sit there (None: not yet); until then it is given no notice and has no
    vote. `noticed_from` is when the record first knew of an accepted seat: nobody can be given notice before that.
    `was_given` says that another gave it, so that nothing stands against the body before it accepts.
    """

    member_id: UUID
    party: PartyAt
    role: Role
    voting: bool
    person_id: UUID | None
    since: datetime
    until: datetime | None
    noticed_from: datetime
    causes: tuple[UUID, ...]
    accepted_since: datetime | None
    was_given: bool = False

    def is_taken_at(self, instant: datetime) -> bool:
        """Somebody sits there at the instant."""
        return self.since <= instant and (self.until is None or instant < self.until)

    def is_accepted_at(self, instant: datetime) -> bool:
        """Somebody sits there at the instant and has agreed to."""
        accepted = self.accepted_since
        return accepted is not None and accepted <= instant and self.is_taken_at(instant)


def seats_taken(
    *,
    joinings: Sequence[tuple[Effective, MemberJoined]],
    acceptances: Sequence[tuple[Effective, SeatAccepted]],
    departures: Sequence[tuple[Effective, MemberLeft]],
    successions: Sequence[tuple[Effective, PartySucceeded]],
) -> tuple[Seat, ...]:
    """Every seat ever taken, in order of joining; a successor body sits on in its predecessor's seat."""
    first_departures = {body.member_id: fact for fact, body in reversed(departures)}
    first_acceptances = {body.member_id: fact for fact, body in reversed(acceptances)}
    seats: list[Seat] = []
    for fact, body in joinings:
        agreeing = first_acceptances.get(body.member_id) if body.awaits_acceptance else fact
        seats.extend(_sittings(_seat(fact, body, agreeing, first_departures), successions))
    return tuple(seats)


def _seat(
    fact: Effective, body: MemberJoined, acceptance: Effective | None, departures: Mapping[UUID, Effective]
) -> Seat:
    latest_fact, departure = acceptance or fact, departures.get(body.member_id)
    return Seat(
        member_id=body.member_id,
        party=body.party,
        role=body.role,
        voting=body.voting,
        person_id=body.person_id,
        since=fact.occurred_at,
        until=None if departure is None else departure.occurred_at,
        noticed_from=max(latest_fact.occurred_at, latest_fact.recorded_at),
        causes=causes_of(event for event in (fact, latest_fact, departure) if event is not None),
        accepted_since=None if acceptance is None else acceptance.occurred_at,
        was_given=body.awaits_acceptance,
    )


def _sittings(seat: Seat, successions: Sequence[tuple[Effective, PartySucceeded]]) -> Iterator[Seat]:
    for fact, succession in successions:
        if seat.party.party_id == succession.predecessor.party_id and seat.is_taken_at(fact.occurred_at):
            yield replace(seat, until=fact.occurred_at, causes=(*seat.causes, *fact.causes))
            seat = replace(
                seat,
                party=succession.successor,
                since=fact.occurred_at,
                accepted_since=seat.accepted_since and max(seat.accepted_since, fact.occurred_at),
                causes=(*seat.causes, *fact.causes),
            )
    yield seat
