"""Rhythm (H8): whether meetings that were planned are held, and how evenly they come."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from operator import attrgetter
from statistics import fmean, pstdev
from typing import Final, cast
from uuid import UUID

from msgspec import Struct

from domain.events.interactions import (
    InteractionCancelled,
    InteractionPlanned,
    InteractionRecorded,
    InteractionRescheduled,
)
from domain.events.partnerships import RuleAdopted
from domain.events.recorded import Effective
from domain.values import day_of, end_of_day, first_instant, last_day
from domain.vocabulary import InteractionKind, Side
from projections.history.causes import causes_of, each_once
from projections.history.history import History
from projections.history.memo import answers_about, once_per_history, once_per_thing
from projections.history.rules_in_force import settlements
from projections.method.method import Dimension, Method
from projections.scoring.health.material import Material, window_start
from projections.scoring.health.measure import HEADLINE, Measure, Missing, counted, share

H8: Final = Dimension.RHYTHM
_DAY: Final = timedelta(days=1)
_YEAR_DAYS: Final = 365.25


class PlannedContact(Struct, frozen=True, kw_only=True):
    """A contact that was planned: for when (its last stated day), how long ahead, and what became of it."""

    interaction_id: UUID
    kind: InteractionKind
    planned_for: datetime
    recorded_ahead: timedelta
    held: bool
    cancelled: Effective | None
    causes: tuple[UUID, ...]


@once_per_history
def plans(history: History, method: Method) -> list[PlannedContact]:
    """List the plans whose day lies in the window and is over, as last rescheduled."""
    start = window_start(history, method)
    all_plans = answers_about(history, method, _plan, history.keys_of_facts(InteractionPlanned))
    over = (plan for plan in all_plans if plan.held or plan.cancelled is not None or plan.planned_for < history.end)
    return [plan for plan in over if start <= plan.planned_for]


@once_per_thing
def _plan(history: History, _method: Method, event_id: UUID) -> PlannedContact:
    fact, body = history.recorded(InteractionPlanned, event_id)
    later = history.about(body.interaction_id)
    moves = [change for change in later if isinstance(change.body, InteractionRescheduled)]
    planned_for = body.planned_for
    for change in later:
        if isinstance(change.body, InteractionRescheduled):
            planned_for = change.body.planned_for
    calls_off = [change for change in later if isinstance(change.body, InteractionCancelled)]
    meetings = [change for change in later if isinstance(change.body, InteractionRecorded)]
    return PlannedContact(
        interaction_id=body.interaction_id,
        kind=body.kind,
        planned_for=end_of_day(last_day(planned_for)),
        recorded_ahead=first_instant(body.planned_for) - fact.recorded_at,
        held=bool(meetings),
        cancelled=calls_off[-1] if calls_off and not meetings else None,
        causes=causes_of([fact, *moves, *calls_off, *meetings]),
    )


def rhythm(material: Material) -> list[Measure]:
    """Measure meetings held against those planned ahead or due by the adopted cadence, whichever is more."""
    ahead = timedelta(days=material.method.health.planned_ahead_days)
    planned = [plan for plan in plans(material.history, material.method) if plan.recorded_ahead >= ahead]
    meetings = [fact for fact, body in material.contacts if body.kind is InteractionKind.MEETING]
    due = _due_by_cadence(material)
    if due > len(planned):
        meetings_counted, of = min(float(len(meetings)), due), due
    else:
        meetings_counted, of = float(sum(plan.held for plan in planned)), float(len(planned))
    causes = causes_of((*planned, *meetings))
    missing = Missing.NOT_RECORDED if meetings else Missing.NOTHING_HAPPENED
    return [
        share(H8, HEADLINE, meetings_counted, of, causes=causes, missing=missing),
        counted(H8, "meetings-held", len(meetings)),
        counted(H8, "planned-ahead", len(planned)),
        counted(H8, "due-by-cadence", due),
        *_gaps(meetings, material),
        *_called_off(planned),
    ]


def _due_by_cadence(material: Material) -> float:
    """Count the meetings that the rules in force called for, each rule from when it came to bind."""
    rules = settlements(material.history, RuleAdopted, attrgetter("meetings_a_year"))
    due = 0.0
    ends = [*(rule.since for rule in rules), material.end][1:]
    for rule, until in zip(rules, ends, strict=True):
        days = (min(until, material.end) - max(rule.since, material.start)) / _DAY
        due += max(0.0, days) / _YEAR_DAYS * (rule.body.meetings_a_year or 0.0)
    return float(int(due + _ALMOST))


def _gaps(meetings: Iterable[Effective], material: Material) -> list[Measure]:
    days = sorted({day_of(fact.occurred_at) for fact in meetings})
    gaps = [(later - earlier).days for earlier, later in pairwise(days)]
    regularity = 1 / (1 + (pstdev(gaps) / fmean(gaps)) ** 2) if len(gaps) > 1 else None
    missing = Missing.NOT_YET_DUE if days else Missing.NOTHING_HAPPENED
    since_last = (material.history.as_of - days[-1]).days if days else None
    return [
        counted(H8, "regularity", regularity, n=len(gaps), missing=missing),
        counted(H8, "days-since-last", since_last, n=len(days)),
    ]


def _called_off(planned: Iterable[PlannedContact]) -> list[Measure]:
    by_side: dict[str, list[float]] = {}
    causes: dict[str, list[UUID]] = {}
    for plan in planned:
        if plan.cancelled is not None:
            who = cast("InteractionCancelled", plan.cancelled.body).cancelled_by
            side = "not-stated" if who is None else who.side.value
            notice = (plan.planned_for - _DAY - plan.cancelled.occurred_at) / _DAY
            by_side.setdefault(side, []).append(max(0.0, notice))
            causes.setdefault(side, []).extend(plan.causes)
    sides = [side for side in [*Side, "not-stated"] if side in by_side]
    return [
        measure
        for side in sides
        for measure in (
            counted(H8, "cancelled", len(by_side[side]), group=side, causes=each_once(causes[side])),
            counted(H8, "notice-days", fmean(by_side[side]), n=len(by_side[side]), group=side),
        )
    ]


_ALMOST: Final = 1e-6
"""A year of four meetings a year is four."""
