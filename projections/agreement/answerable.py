"""Which bodies can be held here to what others lay at their door: those that agreed to sit here, or spoke themselves.

Anybody may form a partnership and write down what another is to do, so a seat that another gave binds nobody until it
is accepted. Where nobody who looks after the record vouched for the partnership, neither does the lack of a seat.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.commitments import FulfilmentDisputed
from domain.events.partnerships import PartnershipFormed
from domain.events.recorded import Effective
from domain.events.records import DisputeResolved, RecordDisputed
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.history.seats import Seat

ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
_DENYING: Final = (RecordDisputed, DisputeResolved, FulfilmentDisputed)


class _Standing(Struct):
    """From when a body sits here by its own will, from when by others', and from when it agreed to that."""

    own: datetime | None = None
    given: datetime | None = None
    accepted: datetime | None = None


_NO_SEAT: Final = _Standing()


class Answerability(Struct, frozen=True):
    """How each body sits here, by the number of its id, and who answers here without a seat.

    `founders`: the two bodies that every partnership begins with. `is_unvouched`: nobody who looks after the record
    vouched for the partnership.
    """

    seated: Mapping[int, _Standing]
    is_unvouched: bool
    founders: frozenset[int]

    def answers_since(self, party_id: UUID, laid_at: datetime) -> datetime | None:
        """From when a body can be held to what others laid at its door at an instant; None: not by the day asked about.

        To be given a seat changes nothing about what stood against a body before.
        """
        seat = self.seated.get(party_id.int, _NO_SEAT)
        is_free_of_seats = not self.is_unvouched and (seat.given is None or laid_at < seat.given)
        if is_free_of_seats or party_id.int in self.founders:
            return ALWAYS
        return _earlier(seat.own, seat.accepted)

    def answers_always(self, party_id: UUID) -> bool:
        """A body can be held to what others laid at its door whenever they did."""
        if party_id.int in self.founders:
            return True
        return not self.is_unvouched and self.seated.get(party_id.int, _NO_SEAT).given is None

    def held_since(self, party_id: UUID, facts: Iterable[Effective | None]) -> datetime | None:
        """From when a body is held to what is laid at its door: from agreeing to sit here, or to any of that itself.

        None: not by the day asked about. To dispute it is to speak, and is not to take it up: nobody has to bear
        silently what others write down.
        """
        if self.answers_always(party_id):
            return ALWAYS  # the usual case, without looking at the facts
        known_facts = [fact for fact in facts if fact is not None]
        laid_at = min((fact.occurred_at for fact in known_facts), default=ALWAYS)
        taken_up = (fact for fact in known_facts if not isinstance(fact.body, _DENYING) and _is_word_of(party_id, fact))
        since = [self.answers_since(party_id, laid_at), *(fact.occurred_at for fact in taken_up)]
        return min((each for each in since if each is not None), default=None)


@once_per_history
def answerability(history: History) -> Answerability:
    """Read how each body sits in a partnership."""
    formed = [body for _, body in history.each(PartnershipFormed)]
    withdrawn_foundings = [each.body for each in history.withdrawn if isinstance(each.body, PartnershipFormed)]
    return Answerability(
        seated=_seated(history),
        is_unvouched=any(each.unvouched for each in formed or withdrawn_foundings),
        founders=frozenset(party.party_id.int for each in formed for party in (each.itself, each.residents)),
    )


def is_put_here(history: History, party_id: UUID, laid_at: datetime) -> bool:
    """A body was here by others' doing alone at an instant, so that only its own word and silence bind it."""
    since = answerability(history).answers_since(party_id, laid_at)
    return since is None or since > laid_at


def is_thing_laid_at_door(history: History, party_id: UUID, thing_id: UUID) -> bool:
    """A promise, an ask or the like is laid at a body's door, by all that was said of it and of its records."""
    facts = (fact for each in history.about(thing_id) for fact in (each, *history.about(each.event_id)))
    return answerability(history).held_since(party_id, facts) is None


def sets_a_task(history: History, party_id: UUID, thing_id: UUID) -> bool:
    """Something can wait for a body: it answers here, took the thing up, or began to speak of it itself."""
    is_own = any(_is_word_of(party_id, fact) for fact in history.about(thing_id))
    return is_own or not is_thing_laid_at_door(history, party_id, thing_id)


def _is_word_of(party_id: UUID, fact: Effective) -> bool:
    word = fact.envelope.on_behalf_of
    return word is not None and word.party_id.int == party_id.int


def _seated(history: History) -> dict[int, _Standing]:
    """Read every seat from its beginning: a body that took another's place sits on as that one did."""
    began: dict[UUID, Seat] = {}
    seats: dict[int, _Standing] = {}
    for seat in history.seats:
        first = began.setdefault(seat.member_id, seat)
        standing = seats.setdefault(seat.party.party_id.int, _Standing())
        if seat.was_given:
            standing.given = _earlier(standing.given, first.since)
            standing.accepted = _earlier(standing.accepted, first.accepted_since)
        else:
            standing.own = _earlier(standing.own, first.since)
    return seats


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)
