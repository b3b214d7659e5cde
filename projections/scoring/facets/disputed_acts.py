"""Acts that need nobody's agreement to count, and what a dispute about their record does to them.

A disputed record stays, at a lower weight, until the dispute ends; set aside by agreement, it is no evidence.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from msgspec.structs import replace

from domain.events.recorded import Effective
from domain.values import PartyAt, day_of, last_day, start_of_day
from domain.vocabulary import Side
from projections.agreement.steps import Course
from projections.history.causes import each_once
from projections.method.method import Method
from projections.scoring.facets.evidence_periods import ActReading


def done_at(fact: Effective, when: str | None = None) -> datetime:
    """The instant that an act fades from: the first of the latest day of a period stated imprecisely."""
    period = when or fact.body.happened
    if when is None and last_day(period) == day_of(fact.occurred_at):
        return fact.occurred_at
    return start_of_day(last_day(period))


def lowered_weight(method: Method, trustee: PartyAt, disputed_by: Iterable[Side]) -> float:
    """The weight left to a record that these sides dispute: lowered, unless only the side it is about does.

    Nobody raises a figure about itself by its own dispute; both ways are shown all the same.
    """
    return method.trust.disputed_weight if any(side is not trustee.side for side in disputed_by) else 1.0


def readings_through_disputes(
    fact: Effective,
    value: float,
    doer: PartyAt,
    disputes: Course,
    method: Method,
    *,
    because: Iterable[UUID] = (),
    instead: ActReading | None = None,
) -> list[ActReading]:
    """Read an act from when it happened, through the course of any dispute about its record.

    `because` names events it also rests on; `instead` is how it reads once its record is set aside.
    """
    whole = ActReading(
        since=fact.occurred_at,
        value=value,
        at=done_at(fact),
        position=fact.position,
        causes=each_once((*because, *fact.causes)),
    )
    if not disputes:
        return [whole]
    readings = []
    for step in disputes:
        causes = each_once((*whole.causes, *step.causes))
        now = replace(whole, since=step.since, causes=causes)
        if step.void and instead is not None:
            now = replace(instead, since=max(step.since, instead.since), causes=causes)
        elif step.void:
            now = replace(now, value=None)
        elif step.disputed:
            now = replace(now, weight=lowered_weight(method, doer, step.disputed_by), disputed=True)
        readings.append(now)
    return readings
