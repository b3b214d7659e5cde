"""All that bodies did, as evidence. What people say of them is kept apart (`facets.expressed`)."""

from projections.history import History
from projections.scoring.evidence import Evidence, in_order
from projections.scoring.facets import entrusted, flexibility, integrity, openness, reliability, responsiveness
from projections.scoring.method import Method
from projections.scoring.remembered import remembered

_FACETS = (reliability, responsiveness, openness, integrity, flexibility, entrusted)


@remembered
def evidence(history: History, method: Method) -> tuple[Evidence, ...]:
    """Gather the evidence of every facet of behaviour, in order."""
    return tuple(in_order(row for facet in _FACETS for row in facet.evidence(history, method)))
