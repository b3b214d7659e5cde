"""Which figure is asked about: an aspect of trust between two, or a measure of a dimension of health."""

from collections.abc import Sequence
from typing import Annotated, Any, Final
from uuid import UUID

from msgspec import Meta

from api.http.operations import Call
from api.http.problems import Problem, ProblemFault
from api.reading.trust_of_sides import trust_of_sides
from domain.text import END
from domain.vocabulary import Facet, Side
from projections.engine.replay import KnownPartnership
from projections.scoring.behaviour import evidence
from projections.scoring.trust.trust_rows import TrustRow, pair_rows

WhichFacet = Annotated[Facet, Meta(description="The aspect of trust")]
WhichSide = Annotated[Side, Meta(description="The side whose experience it is")]
WhichTrustee = Annotated[UUID, Meta(description="The body judged")]
WhichTruster = Annotated[UUID, Meta(description="One body whose own experience is asked for; needs `trustee`")]
WhichDimension = Annotated[
    str, Meta(description="The dimension, by its id", pattern=rf"^H([1-9]|1[0-4]){END}", examples=["H1"])
]
NOTHING_MET: Final = "Nothing has been met from that body by that side in that aspect by then."


def rows_of_views(call: Call, partnership: KnownPartnership) -> Sequence[TrustRow]:
    """The rows of every side's trust, or of the one body's that is asked for. Raises Problem 400."""
    history, method, query = partnership.history, partnership.method, call.query
    if query.truster is None:
        return trust_of_sides(call, partnership)
    if query.trustee is None:
        fault = ProblemFault(code="missing", detail="say also whose trust in whom", parameter="trustee")
        raise Problem("invalid-query", "trustee: it must be given with truster.", [fault])
    return pair_rows(history, method, evidence(history, method), query.truster, query.trustee)


def is_asked_for(query: Any, row: TrustRow) -> bool:  # noqa: ANN401 - any query of trust
    """A row is of a figure that a query asks for."""
    return (
        query.facet in (None, row.facet)
        and query.truster_side in (None, row.truster_side)
        and query.trustee in (None, row.trustee_id)
    )
