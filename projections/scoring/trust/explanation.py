"""Why a figure of trust is not what it was: two readings of the record compared, cause by cause.

The two may differ in the day asked about, in what was known, or in both.
"""

from collections.abc import Sequence
from datetime import date

from msgspec import Struct

from projections.history.history import History
from projections.method.method import Method
from projections.scoring.evidence import Evidence, TrustView
from projections.scoring.facets.behaviour import evidence
from projections.scoring.trust.change_shares import CauseKind, ChangeCause, ChangeShares, ViewState, share_change
from projections.scoring.trust.timeline import points_at


class ReadingPoint(Struct, frozen=True):
    """A day asked about, and the log position that it was known at."""

    as_of: date
    known_at: int


class ExplainedChange(Struct, frozen=True, kw_only=True):
    """The whole change of one figure and its causes, which add up to it. `by_kind` sums them by kind."""

    view: TrustView
    earlier: ReadingPoint
    later: ReadingPoint
    before: float
    after: float
    change: float
    causes: tuple[ChangeCause, ...]
    by_kind: dict[CauseKind, float]


def explain_change(earlier: History, later: History, view: TrustView, method: Method) -> ExplainedChange:
    """Share the change of a view's trust among acts that came, faded, were done at last or were put right.

    What others experienced stands as one cause, without events of its own. The histories are of one partnership.
    """
    found: ChangeShares = share_change(_state(earlier, view, method), _state(later, view, method), method)
    return ExplainedChange(
        view=view,
        earlier=ReadingPoint(earlier.as_of, earlier.position),
        later=ReadingPoint(later.as_of, later.position),
        before=found.before,
        after=found.after,
        change=found.after - found.before,
        causes=found.causes,
        by_kind=found.by_kind(),
    )


def _state(history: History, view: TrustView, method: Method) -> ViewState:
    rows: Sequence[Evidence] = evidence(history, method)
    point = points_at(rows, [view], history.end, method)[view]
    return ViewState(evidence=[row for row in rows if view.holds(row)], at=history.end, a=point.a)
