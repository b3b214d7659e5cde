"""All that bodies did, as evidence. What people say of them is kept apart (`facets.expressed`)."""

from collections.abc import Sequence

from projections.answerable import is_laid_at_door
from projections.history import History
from projections.once import once
from projections.scoring.evidence import Evidence, ViewKind, in_order
from projections.scoring.facets import entrusted, flexibility, integrity, openness, reliability, responsiveness
from projections.scoring.method import Method
from projections.scoring.timeline import Line, lines

_FACETS = (reliability, responsiveness, openness, integrity, flexibility, entrusted)


@once
def evidence(history: History, method: Method) -> tuple[Evidence, ...]:
    """Gather the evidence of every facet of behaviour, in order, about the bodies that agreed to sit or spoke of it."""
    found = (row for facet in _FACETS for row in facet.evidence(history, method))
    return tuple(in_order(row for row in found if not _is_laid_at_door(history, row)))


def _is_laid_at_door(history: History, row: Evidence) -> bool:
    return is_laid_at_door(history, row.trustee.party_id, map(history.fact, row.causes))


@once
def lines_by_side(history: History, method: Method, found: Sequence[Evidence]) -> list[Line]:
    """Follow what each side met from each body, in some of a history's evidence."""
    return lines(found, history.end, method, kinds={ViewKind.SIDE})
