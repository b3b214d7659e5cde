"""Order checks: records of one partition that claim an order which the world does not know."""

from uuid import UUID

from msgspec import Struct

from domain.events.declaration import EventBody
from domain.events.impossible_order import wrong_orders
from domain.events.recorded import Effective
from projections.history.history import History
from projections.history.memo import once_per_history


class ImpossibleOrder(Struct, frozen=True, kw_only=True):
    """A record one of whose fields names a day before that of another, which it can only follow."""

    fact: Effective
    field: str
    earlier: Effective


@once_per_history
def impossible_orders(history: History) -> tuple[ImpossibleOrder, ...]:
    """The records that stand out of order by the day asked about, in order."""

    def find(thing_id: UUID, types: tuple[type[EventBody], ...]) -> list[tuple[UUID, EventBody]]:
        return [(fact.event_id, fact.body) for fact in history.about(thing_id) if isinstance(fact.body, types)]

    return tuple(
        ImpossibleOrder(fact=fact, field=wrong.field, earlier=earlier)
        for fact in history.facts
        for wrong in wrong_orders(fact.body, find)
        if (earlier := history.fact(wrong.before)) is not None
    )
