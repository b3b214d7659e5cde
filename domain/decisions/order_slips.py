"""Likely slips in the order of things: what is recorded, or corrected, to a day before what it must follow."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from uuid import UUID

from domain.decisions.case import Draft
from domain.decisions.facts import Facts
from domain.decisions.references import READS
from domain.decisions.warnings import Slip
from domain.events import EventBody
from domain.events.declaration import declaration_of
from domain.events.envelope import Warned
from domain.events.impossible_order import FindEvents, comes_after, wrong_orders
from domain.events.records import RecordCorrected

_READ: Final = frozenset(body for bodies in READS.values() for body in bodies)
"""Events that decisions read of the things that they are about; of anything else they do not know."""


def order_slips(drafts: Iterable[Draft], facts: Facts) -> Iterator[Warned]:
    """The warnings of events that claim to come before what they follow, and of what a correction leaves behind."""
    find = _finder(facts)
    for draft in drafts:
        body = draft.replacement
        if body is None or not isinstance(draft.body, RecordCorrected):
            for wrong in wrong_orders(draft.body, find):
                yield Warned(Slip.IMPOSSIBLE_ORDER, f"{draft.pointer}/{wrong.field}", (wrong.before,))
        else:
            about = declaration_of(body).thing
            own = list(wrong_orders(body, _finder(facts, only=getattr(body, about))))
            later = [] if own else _left_behind(draft.body.record_id, body, facts)
            ids = (*(wrong.before for wrong in own), *later)
            if ids:
                yield Warned(Slip.IMPOSSIBLE_ORDER, f"{draft.pointer}/changes", ids)


def _left_behind(record_id: UUID, body: EventBody, facts: Facts) -> Iterator[UUID]:
    """The events that would now have happened before the corrected one, which they follow."""
    find = _finder(facts)
    thing = declaration_of(body).thing
    for record, later in facts.of(*(each for each in comes_after(body) if each in _READ)):
        if getattr(later, thing, None) == getattr(body, thing) and any(
            wrong.before == record_id for wrong in wrong_orders(later, find)
        ):
            yield record.event_id


def _finder(facts: Facts, *, only: UUID | None = None) -> FindEvents:
    """Finds events among the facts; `only` those about one thing, all of which decisions about it read."""

    def find(thing_id: UUID, types: tuple[type[EventBody], ...]) -> Sequence[tuple[UUID, EventBody]]:
        if only not in (None, thing_id):
            return ()
        return [
            (record.event_id, body)
            for event_type in types
            if event_type in _READ
            for record, body in facts.about(declaration_of(event_type).thing, thing_id, event_type)
        ]

    return find
