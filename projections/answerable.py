"""Which bodies can be held here to what others lay at their door: those that agreed to sit here, or spoke themselves.

Anybody may form a partnership and write down what another is to do, so a seat that another gave binds nobody until it
is accepted. Where nobody who looks after the record vouched for the partnership, neither does the lack of a seat.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from domain.events.partnership import PartnershipFormed
from domain.events.recorded import Effective
from projections.history import History
from projections.once import once

ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
_Since = dict[int, datetime | None]


def answers_since(history: History, party_id: UUID) -> datetime | None:
    """From when a body can be held to what others lay at its door here; None: not by the day asked about."""
    seated, unseated = _answering(history)
    return seated.get(party_id.int, unseated)


def is_put_here(history: History, party_id: UUID) -> bool:
    """Whether a body is here by others' doing alone, so that only its own word and silence can bind it."""
    return answers_since(history, party_id) is not ALWAYS


def is_laid_at_door(history: History, party_id: UUID, facts: Iterable[Effective | None]) -> bool:
    """Whether a body neither agreed to sit here nor said itself any of what is laid at its door."""
    if answers_since(history, party_id) is not None:
        return False
    words = (fact.envelope.on_behalf_of for fact in facts if fact is not None)
    return all(word is None or word.party_id != party_id for word in words)


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
