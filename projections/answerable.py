"""Which bodies can be held here to what others lay at their door: those that agreed to sit here, or spoke themselves.

Anybody may form a partnership and write down what another is to do, so a seat that another gave binds nobody until it
is accepted. Where nobody who looks after the record vouched for the partnership, neither does the lack of a seat.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from domain.events.commitments import FulfilmentDisputed
from domain.events.partnership import PartnershipFormed
from domain.events.recorded import Effective
from domain.events.records import DisputeResolved, RecordDisputed
from projections.history import History
from projections.once import once

ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
_DENYING: Final = (RecordDisputed, DisputeResolved, FulfilmentDisputed)
_Since = dict[int, datetime | None]


def answers_since(history: History, party_id: UUID) -> datetime | None:
    """From when a body can be held to what others lay at its door here; None: not by the day asked about."""
    seated, unseated = _answering(history)
    return seated.get(party_id.int, unseated)


def is_put_here(history: History, party_id: UUID) -> bool:
    """Whether a body is here by others' doing alone, so that only its own word and silence can bind it."""
    return answers_since(history, party_id) is not ALWAYS


def is_laid_at_door(history: History, party_id: UUID, facts: Iterable[Effective | None]) -> bool:
    """Whether a body neither agreed to sit here nor took up itself any of what is laid at its door.

    To dispute it is to speak, and is not to take it up: nobody has to bear silently what others write down.
    """
    if answers_since(history, party_id) is not None:
        return False
    taken_up = (fact for fact in facts if fact is not None and not isinstance(fact.body, _DENYING))
    return not any(_is_word_of(party_id, fact) for fact in taken_up)


def is_thing_laid_at_door(history: History, party_id: UUID, thing_id: UUID) -> bool:
    """Whether a promise, an ask or the like is laid at a body's door, by all that was said of it and of its records."""
    about = history.about(thing_id)
    said = (fact for each in about for fact in (each, *history.about(each.event_id)))
    return is_laid_at_door(history, party_id, said)


def sets_a_task(history: History, party_id: UUID, thing_id: UUID) -> bool:
    """Whether something can wait for a body: it answers here, took the thing up, or began to speak of it itself."""
    is_own = any(_is_word_of(party_id, fact) for fact in history.about(thing_id))
    return is_own or not is_thing_laid_at_door(history, party_id, thing_id)


def _is_word_of(party_id: UUID, fact: Effective) -> bool:
    word = fact.envelope.on_behalf_of
    return word is not None and word.party_id == party_id


@once
def _answering(history: History) -> tuple[_Since, datetime | None]:
    """From when each body that sits here answers, by the number of its id; and from when one that does not."""
    return _seated(history), _unseated(history)


def _seated(history: History) -> _Since:
    since: _Since = {}
    for seat in history.seats:
        number = seat.party.party_id.int
        accepted = seat.accepted_since if seat.was_given else ALWAYS
        known = [each for each in (since.get(number), accepted) if each is not None]
        since[number] = min(known, default=None)
    for _, formed in history.each(PartnershipFormed):
        since |= {party.party_id.int: ALWAYS for party in (formed.itself, formed.residents)}
    return since


def _unseated(history: History) -> datetime | None:
    is_unvouched = any(formed.unvouched for _, formed in history.each(PartnershipFormed))
    return None if is_unvouched else ALWAYS
