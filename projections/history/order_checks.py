"""Order checks: records of one partition that claim an order which the world does not know."""

from collections.abc import Iterable
from operator import attrgetter
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.declaration import EventBody
from domain.events.impossible_order import can_come_too_early, wrong_orders
from domain.events.recorded import Effective
from projections.history.history import History
from projections.history.memo import answers_about, once_per_history, once_per_thing

_POSITION: Final = attrgetter("position")
_IN_ORDER: Final = attrgetter("fact.occurred_at", "fact.recorded.position")


class ImpossibleOrder(Struct, frozen=True, kw_only=True):
    """A record one of whose fields names a day before that of another, which it can only follow."""

    fact: Effective
    field: str
    earlier: Effective


@once_per_history
def impossible_orders(history: History) -> tuple[ImpossibleOrder, ...]:
    """The records that stand out of order by the day asked about, in order."""
    return impossible_orders_among(history, history.facts)


def impossible_orders_among(history: History, facts: Iterable[Effective]) -> tuple[ImpossibleOrder, ...]:
    """Those of some records that stand out of order, in order."""
    following = sorted((fact for fact in facts if can_come_too_early(type(fact.body))), key=_POSITION)
    orders = answers_about(history, None, _orders_claimed, [(fact.event_id,) for fact in following])
    return tuple(sorted((order for claimed in orders for order in claimed), key=_IN_ORDER))


@once_per_thing
def _orders_claimed(history: History, _method: None, event_id: UUID) -> tuple[ImpossibleOrder, ...]:
    def find(thing_id: UUID, types: tuple[type[EventBody], ...]) -> list[tuple[UUID, EventBody]]:
        return [(fact.event_id, fact.body) for fact in history.about(thing_id) if isinstance(fact.body, types)]

    fact = history.fact(event_id)
    return tuple(
        ImpossibleOrder(fact=fact, field=wrong.field, earlier=earlier)
        for wrong in (() if fact is None else wrong_orders(fact.body, find))
        if fact is not None and (earlier := history.fact(wrong.before)) is not None
    )
