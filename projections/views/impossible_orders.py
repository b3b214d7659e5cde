"""Which records claim an order that the world does not know? Whoever looks after the record asks which day is right."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events import declarations
from projections.declaration import ProjectionRow, projection
from projections.history.anchoring import thing_of
from projections.history.history import History
from projections.history.order_checks import ImpossibleOrder, impossible_orders
from projections.method.method import Method
from projections.rows import Causes, names_a


class ImpossibleOrderRow(ProjectionRow, frozen=True, kw_only=True):
    """One record that would have happened before another which it can only follow."""

    record_id: Annotated[UUID, names_a("record", "The record that names a day too early")]
    type: Annotated[str, Meta(description="What kind of event it is")]
    field: Annotated[str, Meta(description="The field that holds the day")]
    claimed: Annotated[str, Meta(description="The time it claims, as precisely as was stated")]
    follows_record_id: Annotated[UUID, names_a("record", "The record that it can only follow")]
    follows_type: Annotated[str, Meta(description="What kind of event that is")]
    follows_claimed: Annotated[str, Meta(description="The time that that claims")]
    thing_id: Annotated[UUID, names_a("thing", "The promise, ask, contact or other thing that it is about")]
    causes: Causes


@projection(
    name="impossible_orders",
    version=1,
    row=ImpossibleOrderRow,
    key=("record_id", "follows_record_id", "field"),
    handles=tuple(each.body for each in declarations() if not each.home),
    question="Which records of one thing claim an order that cannot be, so that one of their days is a slip?",
    ignores_rest="What is recorded of bodies, people and places has no order to keep here.",
)
def impossible_order_rows(history: History, _method: Method) -> list[ImpossibleOrderRow]:
    """One row for each pair of records out of order, in the order in which the later ones claim to have happened."""
    return [_row(each) for each in impossible_orders(history)]


def _row(order: ImpossibleOrder) -> ImpossibleOrderRow:
    fact, earlier = order.fact, order.earlier
    return ImpossibleOrderRow(
        record_id=fact.event_id,
        type=fact.name,
        field=order.field,
        claimed=getattr(fact.body, order.field),
        follows_record_id=earlier.event_id,
        follows_type=earlier.name,
        follows_claimed=earlier.body.happened,
        thing_id=thing_of(fact.body),
        causes=(*fact.causes, *earlier.causes),
    )
