"""Observations: the figures read for a place, whoever is said to have brought them about.

They are recorded at the place, so this is asked of a place and not of a partnership.
"""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.outcomes import OutcomeObserved
from domain.vocabulary import OutcomeDomain
from projections.declaration import ProjectionRow, projection
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING, Causes, names_a


class ObservationRow(ProjectionRow, frozen=True, kw_only=True):
    """One figure for a place and period."""

    outcome_id: Annotated[UUID, names_a("outcome", "The observed outcome")]
    place_id: Annotated[UUID, names_a("place", "The place")]
    indicator: Annotated[str, Meta(description="What was measured")]
    domain: Annotated[OutcomeDomain, Meta(description="What it is about")]
    period_start_on: Annotated[date, Meta(description="First day of the period measured")]
    period_end_on: Annotated[date, Meta(description="Last day of the period measured")]
    value: Annotated[float, Meta(description="The figure")]
    unit: Annotated[str, Meta(description="The unit of the figure")]
    n: Annotated[int | None, Meta(description="How many it rests on")]
    standard_error: Annotated[float | None, Meta(description="Its standard error, in the same unit")]
    source: Annotated[str | None, Meta(description="Where it was read")]
    document: Annotated[str | None, Meta(description="The address of its source")]
    boundary_vintage: Annotated[str | None, Meta(description="Which issue of boundaries the place was drawn on")]
    observed: Annotated[str, Meta(description="When it was read, as precisely as was stated")]
    recorded_at: Annotated[datetime, Meta(description="When the log took it")]
    causes: Causes


@projection(
    name="observations",
    version=1,
    row=ObservationRow,
    key=("outcome_id",),
    handles=(OutcomeObserved, *MENDING),
    question="Which outcomes were observed at this place, for which periods, and how certain are they?",
    ignores_rest="A place's own details change no figure that was read for it.",
)
def observations(history: History, _method: Method) -> list[ObservationRow]:
    """One row for each observed outcome, in the order in which they were read."""
    return [
        ObservationRow(
            outcome_id=body.outcome_id,
            place_id=body.place_id,
            indicator=body.indicator,
            domain=body.domain,
            period_start_on=body.period_start_on,
            period_end_on=body.period_end_on,
            value=body.value,
            unit=body.unit,
            n=body.n,
            standard_error=body.standard_error,
            source=body.source,
            document=body.document,
            boundary_vintage=body.boundary_vintage,
            observed=body.happened,
            recorded_at=fact.recorded_at,
            causes=fact.causes,
        )
        for fact, body in history.each(OutcomeObserved)
    ]
