"""Why the headline of a dimension of health is not what it was: its change between two days, cause by cause.

A headline that is trust in a block is a quotient of sums, so its change is shared out exactly, in no order. Any other
is followed from day to day and from event to event: what each event moved at the end of its day, and what time did.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.recorded import Effective
from domain.values import day_of, end_of_day
from domain.vocabulary import OFFICIALS, CodeList, Facet
from projections.history.history import History
from projections.method.method import Dimension, Method
from projections.scoring.behaviour import evidence
from projections.scoring.health import DIMENSIONS, MeasureMaker
from projections.scoring.health.material import RESIDENT_SIDE, Material
from projections.scoring.health.measure import HEADLINE, Measure
from projections.scoring.health.shown_profile import ShownMeasure, estimate, shown_measures
from projections.scoring.trust.explanation import CauseKind, ChangeCause, ViewState, share_change

_IN_BLOCKS: Final[Mapping[Dimension, Facet]] = {
    Dimension.RELIABILITY: Facet.RELIABILITY,
    Dimension.RESPONSIVENESS: Facet.RESPONSIVENESS,
    Dimension.OPENNESS: Facet.OPENNESS,
}


class ChangeSharing(CodeList):
    """How a change is shared among its causes."""

    EXACTLY = "exactly"
    IN_ORDER = "in-order"


class HeadlineChange(Struct, frozen=True, kw_only=True):
    """A headline on two days, and what moved it; the causes add up to what it came to, enough to say it or not.

    `change` is None where there is not enough to say on either day.
    """

    before: ShownMeasure
    after: ShownMeasure
    sharing: ChangeSharing
    change: float | None
    causes: tuple[ChangeCause, ...]


def explain_headline(earlier: History, later: History, dimension: Dimension, method: Method) -> HeadlineChange | None:
    """Explain the change of a headline between two days of one partnership; None for a dimension without one."""
    rows = [_headline(history, dimension, method) for history in (earlier, later)]
    before_row, after_row = rows
    if before_row is None or after_row is None:
        return None
    before, after = shown_measures([before_row, after_row], method)
    is_block = dimension in _IN_BLOCKS
    causes = (
        _shared(earlier, later, _IN_BLOCKS[dimension], method)
        if is_block
        else tuple(_in_order(earlier, later, dimension, method))
    )
    return HeadlineChange(
        before=before,
        after=after,
        sharing=ChangeSharing.EXACTLY if is_block else ChangeSharing.IN_ORDER,
        change=None if before.value is None or after.value is None else after.value - before.value,
        causes=causes,
    )


def _headline(history: History, dimension: Dimension, method: Method) -> Measure | None:
    """The headline as kept."""
    measures = _MAKERS[dimension](Material(history=history, method=method))
    return next((each for each in measures if (each.dimension, each.name) == (dimension, HEADLINE)), None)


def _shared(earlier: History, later: History, facet: Facet, method: Method) -> tuple[ChangeCause, ...]:
    before, after = (
        ViewState(
            evidence=[
                row
                for row in evidence(history, method)
                if row.facet is facet and row.truster.side in RESIDENT_SIDE and row.trustee.side in OFFICIALS
            ],
            at=history.end,
            a=method.base_rate(facet),
        )
        for history in (earlier, later)
    )
    return share_change(before, after, method).causes


def _in_order(earlier: History, later: History, dimension: Dimension, method: Method) -> Iterator[ChangeCause]:
    """The moves as days pass and events happen on them; the days together are one cause, the last.

    What has no value in between is one cause with what gives it one.
    """
    value, time_alone = _value(earlier, dimension, method), 0.0
    waiting: list[UUID] = []
    for cause, history in _moments(earlier, later):
        waiting.extend(() if cause is None else cause.causes)
        now = _value(history, dimension, method)
        if now is None:
            continue
        change = 0.0 if value is None else now - value
        if waiting and change:
            yield ChangeCause(kind=CauseKind.EVENT, act="", events=tuple(waiting), change=change)
        elif not waiting:
            time_alone += change
        value, waiting = now, []
    if time_alone:
        yield ChangeCause(kind=CauseKind.PASSAGE_OF_TIME, act="", events=(), change=time_alone)


def _moments(earlier: History, later: History) -> Iterator[tuple[Effective | None, History]]:
    """The history from moment to moment: at the end of each day with events, without them and then with one by one."""
    day, by_then = earlier.as_of, sum(fact.occurred_at < earlier.end for fact in later.facts)
    for index in range(by_then, len(later.facts)):
        fact = later.facts[index]
        if (on := day_of(fact.occurred_at)) > day:
            day = on
            yield None, _until(later, day, index)
        yield fact, _until(later, day, index + 1)
    yield None, later


def _until(history: History, day: date, facts: int) -> History:
    """The history with its first facts alone, at the end of a day."""
    return replace(history, as_of=day, end=end_of_day(day), facts=history.facts[:facts])


def _value(history: History, dimension: Dimension, method: Method) -> float | None:
    row = _headline(history, dimension, method)
    return None if row is None else estimate(row, method)


_MAKERS: Final[Mapping[Dimension, MeasureMaker]] = dict(zip(Dimension, DIMENSIONS, strict=False))
"""The maker of the measures of each dimension: both come in the order of the profile."""
