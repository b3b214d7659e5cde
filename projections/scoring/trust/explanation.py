"""Why a figure of trust is not what it was: two readings of the record compared, cause by cause.

The two may differ in the day asked about, in what was known, or in both.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from projections.history.history import History
from projections.method.method import Method
from projections.scoring.evidence import Evidence, View
from projections.scoring.facets.behaviour import evidence
from projections.scoring.trust.change_shares import Cause, CauseKind, Explanation, State, explain
from projections.scoring.trust.timeline import figures


class Reading(Struct, frozen=True):
    """A day asked about, and the log position that it was known at."""

    as_of: date
    known_at: int


class Explained(Struct, frozen=True, kw_only=True):
    """The whole change of one figure and its causes, which add up to it. `by_kind` sums them by kind."""

    view: View
    earlier: Reading
    later: Reading
    before: float
    after: float
    change: float
    causes: tuple[Cause, ...]
    by_kind: dict[CauseKind, float]


def explained(earlier: History, later: History, view: View, method: Method) -> Explained:
    """Share the change of a view's trust among acts that came, faded, were done at last or were put right.

    What others experienced stands as one cause, without events of its own. The histories are of one partnership.
    """
    found: Explanation = explain(_state(earlier, view, method), _state(later, view, method), method)
    return Explained(
        view=view,
        earlier=Reading(earlier.as_of, earlier.position),
        later=Reading(later.as_of, later.position),
        before=found.before,
        after=found.after,
        change=found.after - found.before,
        causes=found.causes,
        by_kind=found.by_kind(),
    )


def _state(history: History, view: View, method: Method) -> State:
    rows: Sequence[Evidence] = evidence(history, method)
    point = figures(rows, [view], history.end, method)[view]
    return State(evidence=[row for row in rows if view.holds(row)], at=history.end, a=point.a)
