"""All that bodies did, as evidence. What people say of them is kept apart (`health/experience`)."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from projections.agreement.answerable import Answerability
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.lifecycles.conduct import conduct
from projections.method.method import Method
from projections.scoring.facets import FACETS
from projections.scoring.formulas.evidence import Evidence, in_order


@once_per_history
def evidence(history: History, method: Method) -> tuple[Evidence, ...]:
    """Gather the evidence of every facet of behaviour, in order, from when each body is held to it."""
    acts = conduct(history, method)
    rows = [row for facet in FACETS for row in facet.evidence(acts, method)]
    return tuple(in_order(held(rows, acts.answerability, history)))


def held(rows: Iterable[Evidence], answerability: Answerability, history: History) -> Iterator[Evidence]:
    """Let what is laid at a body's door be evidence from when the body agreed to sit here or took it up."""
    return (held_row for row in rows if (held_row := _held(row, answerability, history)) is not None)


def _held(row: Evidence, answerability: Answerability, history: History) -> Evidence | None:
    since = answerability.held_since(row.trustee.party_id, map(history.fact, row.causes))
    if since is None or (row.until is not None and row.until <= since):
        return None
    return row if since <= row.begins_at else replace(row, since=since)
