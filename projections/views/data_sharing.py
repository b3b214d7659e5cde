"""Data sharing: what bodies agreed to tell each other and keep, and whether such an arrangement stands."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.partnerships import DataSharingRecorded
from domain.values import last_day
from projections.declaration import ProjectionRow, projection
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING, Causes, TextAt, names_a, text_at


class DataSharingRow(ProjectionRow, frozen=True, kw_only=True):
    """One arrangement."""

    arrangement_id: Annotated[UUID, names_a("arrangement", "The arrangement")]
    agreed: Annotated[str, Meta(description="When it was agreed, as precisely as was stated")]
    agreed_on: Annotated[date, Meta(description="The last day on which it may have been agreed")]
    between_party_ids: Annotated[tuple[UUID, ...], names_a("party", "Who agreed to it; empty where all members did")]
    covers: Annotated[TextAt, Meta(description="Where the sealed words of what it covers stand")]
    whereabouts: Annotated[TextAt | None, Meta(description="Where the sealed words of where it lies stand")]
    review_on: Annotated[date | None, Meta(description="The last day on which it is to be looked at again")]
    is_in_force: Annotated[bool, Meta(description="Whether no later arrangement took its place")]
    causes: Causes


@projection(
    name="data_sharing",
    version=1,
    row=DataSharingRow,
    key=("arrangement_id",),
    handles=(DataSharingRecorded, *MENDING),
    question="What did bodies agree to tell each other and keep, and is it to be looked at again?",
    ignores_rest="An arrangement stands until another takes its place.",
)
def data_sharing(history: History, _method: Method) -> list[DataSharingRow]:
    """One row for each arrangement, in the order in which they were agreed; the last is in force."""
    arrangements = history.each(DataSharingRecorded)
    return [
        DataSharingRow(
            arrangement_id=body.arrangement_id,
            agreed=body.happened,
            agreed_on=last_day(body.happened),
            between_party_ids=tuple(each.party_id for each in body.between),
            covers=TextAt(fact.event_id, "covers"),
            whereabouts=text_at(fact, "whereabouts"),
            review_on=last_day(body.review_due) if body.review_due else None,
            is_in_force=fact is arrangements[-1][0],
            causes=fact.causes,
        )
        for fact, body in arrangements
    ]
