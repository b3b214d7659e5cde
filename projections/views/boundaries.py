"""Boundaries: what a place meant since when, told of the place, whoever works there."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.registries import PlaceBoundaryChanged, PlaceRegistered
from domain.values import last_day
from projections.declaration import ProjectionRow, projection
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING, Causes, names_a


class BoundaryRow(ProjectionRow, frozen=True, kw_only=True):
    """One boundary of a place, from its registration or from a change."""

    place_id: Annotated[UUID, names_a("place", "The place")]
    since_on: Annotated[date, Meta(description="The last day on which it may have come into force")]
    name: Annotated[str, Meta(description="What the place was called from then on")]
    code: Annotated[str | None, Meta(description="Its code of the Office for National Statistics, where stated")]
    boundary_vintage: Annotated[str | None, Meta(description="The edition of boundaries it was drawn on")]
    is_change: Annotated[bool, Meta(description="Whether it changed an earlier one")]
    causes: Causes


@projection(
    name="boundaries",
    version=1,
    row=BoundaryRow,
    key=("place_id", "since_on", "name"),
    handles=(PlaceRegistered, PlaceBoundaryChanged, *MENDING),
    question="Which boundaries did this place have, and since when?",
    ignores_rest="Nothing else changes what a place is.",
)
def boundary_rows(history: History, _method: Method) -> list[BoundaryRow]:
    """One row for each boundary, in the order in which they came into force."""
    return [
        BoundaryRow(
            place_id=body.place_id,
            since_on=last_day(body.happened),
            name=body.name,
            code=body.code,
            boundary_vintage=body.boundary_vintage,
            is_change=isinstance(body, PlaceBoundaryChanged),
            causes=fact.causes,
        )
        for fact in history.of(PlaceRegistered, PlaceBoundaryChanged)
        if isinstance(body := fact.body, PlaceRegistered | PlaceBoundaryChanged)
    ]
