"""Publications: what a partnership decided that anybody may read, and which of these decisions is in force."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.partnerships import PublicationDecided
from domain.values import first_day, last_day
from domain.vocabulary import PublicReport
from projections.declaration import ProjectionRow, projection
from projections.history.history import History
from projections.lifecycles.publications import decision_in_force
from projections.method.method import Method
from projections.rows import MENDING, Causes, names_a


class PublicationRow(ProjectionRow, frozen=True, kw_only=True):
    """One decision on what anybody may read."""

    publication_id: Annotated[UUID, names_a("publication", "The decision on what anybody may read")]
    decided_on: Annotated[date, Meta(description="The last day on which it may have been taken")]
    reports: Annotated[tuple[PublicReport, ...], Meta(description="The reports that it opens; none: it closes all")]
    opens_on: Annotated[date | None, Meta(description="The day from which anybody may read them")]
    decision_id: Annotated[UUID | None, names_a("decision", "The decision of the partnership that it carries out")]
    is_in_force: Annotated[bool, Meta(description="Whether no later one took its place")]
    causes: Causes


@projection(
    name="publications",
    version=1,
    row=PublicationRow,
    key=("publication_id",),
    handles=(PublicationDecided, *MENDING),
    question="What did the partnership decide that anybody may read, and from when?",
    ignores_rest="Nothing else opens a report to anybody, or closes it.",
)
def publication_rows(history: History, _method: Method) -> list[PublicationRow]:
    """One row for each decision, in the order in which they were taken."""
    in_force = decision_in_force(history.of(PublicationDecided), history.as_of)
    return [
        PublicationRow(
            publication_id=body.publication_id,
            decided_on=last_day(body.happened),
            reports=body.reports,
            opens_on=None if body.opens is None else first_day(body.opens),
            decision_id=body.decision_id,
            is_in_force=fact is in_force,
            causes=fact.causes,
        )
        for fact, body in history.each(PublicationDecided)
    ]
