"""Early warning of trust that fell: below the whole of its likely range at the end of an earlier quarter."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from functools import cache
from typing import Final, NamedTuple

from domain.values import day_of, end_of_day
from projections.history.causes import each_once
from projections.history.record_reach import record_reach
from projections.scoring.early_warnings.warning_row import (
    EarlyWarningRow,
    EarlyWarningRule,
    EarlyWarningState,
    Watch,
    held_since,
)
from projections.scoring.formulas.evidence import Evidence, TrustView
from projections.scoring.formulas.opinion import EvidenceStatus, Opinion, TrustPoint, opinions
from projections.scoring.formulas.quarters import quarter_end_before, quarter_ends
from projections.scoring.trust.block_timeline import TrustLine
from projections.scoring.trust.timeline import lines_by_side, points_on

_Standing = tuple[TrustPoint, Opinion]
_LONGEST_QUARTER: Final = 92
_SHOWN: Final = frozenset({EvidenceStatus.ENOUGH, EvidenceStatus.SOME})


class _Fall(NamedTuple):
    """A figure at the end of a quarter and on a later day, and what was done since then that was worth less."""

    compared_on: date
    then: _Standing
    now: _Standing
    acts: list[Evidence]


def trust_that_fell(watch: Watch) -> Iterator[EarlyWarningRow]:
    """Each body that one side trusts less, in one aspect, than its likely range at an earlier quarter's end allows.

    The earlier figure had enough behind it by itself, and the later is shown, if only with a wide range: whatever falls
    towards the middle grows less certain. One that is merely less certain warns of nothing. Something must have been
    done, or fallen due, since then that was worth less than the figure was: fading alone is no fall.
    """
    compared_on = _compared_on(watch, watch.as_of)
    lines = lines_by_side(watch.history, watch.method, watch.evidence)
    lines_shown = [
        line
        for line, opinion in zip(lines, opinions([line.now for line in lines], watch.method), strict=True)
        if opinion.status in _SHOWN and line.points[-1].at > end_of_day(compared_on)
    ]
    figures = _figures(watch, [line.view for line in lines_shown], [compared_on, watch.as_of])
    for line in lines_shown:
        if _has_fallen(*(figures[line.view].get(day) for day in (compared_on, watch.as_of))):
            row = _fallen(watch, line)
            if row is not None:
                yield row


def _fallen(watch: Watch, line: TrustLine) -> EarlyWarningRow | None:
    reach = record_reach(watch.history)
    rows = [
        row
        for row in watch.evidence
        if line.view.holds(row) and (not row.open_zero or reach.covers(day_of(row.begins_at)))
    ]

    @cache
    def standing(quarter_end: date) -> dict[date, _Standing]:
        days = (quarter_end + timedelta(days=number) for number in range(1, _LONGEST_QUARTER + 1))
        compared_on = _compared_on(watch, quarter_end + timedelta(days=1))
        return _figures(watch, [line.view], [compared_on, *(day for day in days if day <= watch.as_of)])[line.view]

    def fall_on(day: date) -> _Fall | None:
        compared_on, figures = _compared_on(watch, day), standing(quarter_end_before(day))
        then, now = figures.get(compared_on), figures.get(day)
        if then is None or now is None or not _has_fallen(then, now):
            return None
        acts = _worse_acts(rows, compared_on, day, then[1])
        return _Fall(compared_on, then, now, acts) if acts else None

    first_on = day_of(line.points[0].at) - timedelta(days=1)
    days = [first_on + timedelta(days=number) for number in range((watch.as_of - first_on).days + 1)]
    since, fall = held_since(days, watch.as_of, lambda day: fall_on(day) is not None), fall_on(watch.as_of)
    return None if since is None or fall is None else _row(line.view, fall, since)


def _compared_on(watch: Watch, day: date) -> date:
    return quarter_ends(day, watch.rules.trust_compared_quarters)[0]


def _figures(watch: Watch, views: Sequence[TrustView], days: Sequence[date]) -> dict[TrustView, dict[date, _Standing]]:
    """The figure of each view at the end of each day, from its first evidence on."""
    standing = {}
    for view, points in points_on(watch.evidence, views, days, watch.method).items():
        by_end = {end_of_day(day): day for day in days}
        standing[view] = {
            by_end[point.at]: (point, opinion)
            for point, opinion in zip(points, opinions(points, watch.method), strict=True)
        }
    return {view: standing.get(view, {}) for view in views}


def _has_fallen(then: _Standing | None, now: _Standing | None) -> bool:
    if then is None or now is None:
        return False
    (_, before), (_, after) = then, now
    return before.status is EvidenceStatus.ENOUGH and after.status in _SHOWN and after.trust < before.low


def _worse_acts(rows: Sequence[Evidence], after: date, until: date, then: Opinion) -> list[Evidence]:
    """The acts of some days that stand at the end of the last and are worth less than a figure was."""
    begins, ends = end_of_day(after), end_of_day(until)
    return [row for row in rows if row.begins_at >= begins and row.stands_at(ends) and row.value < then.trust]


def _row(view: TrustView, fall: _Fall, since: date) -> EarlyWarningRow:
    (point, now), (_, then) = fall.now, fall.then
    return EarlyWarningRow(
        rule=EarlyWarningRule.TRUST_FELL,
        state=EarlyWarningState.HOLDS,
        party_id=view.trustee,
        side=view.truster_side,
        facet=view.facet,
        since_on=since,
        found=now.trust,
        found_low=now.low,
        found_high=now.high,
        threshold=then.low,
        before=then.trust,
        before_low=then.low,
        before_high=then.high,
        before_on=fall.compared_on,
        of=point.acts,
        causes=each_once(cause for row in fall.acts for cause in row.causes),
    )
