"""Acts that need nobody's agreement to count, and what a dispute about their record does to them.

A disputed record stays, at a lower weight, until the dispute ends; set aside by agreement, it is no evidence.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import msgspec

from domain.events.recorded import Effective
from domain.events.records import RecordDisputed
from domain.values import day_of, last_day, start_of_day
from projections.agreement import Between, agreement
from projections.history import History
from projections.scoring.facets.spells import Reading
from projections.scoring.method import Method


def done_at(fact: Effective, when: str | None = None) -> datetime:
    """Give the instant that an act fades from: the first of the latest day of a period stated imprecisely."""
    stated = when or fact.body.happened
    if when is None and last_day(stated) == day_of(fact.occurred_at):
        return fact.occurred_at
    return start_of_day(last_day(stated))


def standing_readings(
    history: History,
    method: Method,
    fact: Effective,
    value: float,
    parties: Between,
    *,
    because: Iterable[UUID] = (),
    instead: Reading | None = None,
) -> list[Reading]:
    """Read an act from when it happened, through any dispute about its record.

    `because` names events it also rests on; `instead` is how it reads once its record is set aside.
    """
    whole = Reading(
        since=fact.occurred_at,
        value=value,
        at=done_at(fact),
        position=fact.position,
        causes=tuple(dict.fromkeys((*because, *fact.causes))),
    )
    if not any(isinstance(each.body, RecordDisputed) for each in history.about(fact.event_id)):
        return [whole]
    return [
        _as_contested(whole, step.since, step.causes, method, instead, disputed=step.disputed, void=step.void)
        for step in agreement(history, method, fact, parties)
    ]


def _as_contested(
    whole: Reading,
    since: datetime,
    causes: tuple[UUID, ...],
    method: Method,
    instead: Reading | None,
    *,
    disputed: bool,
    void: bool,
) -> Reading:
    found = msgspec.structs.replace(whole, since=since, causes=tuple(dict.fromkeys((*whole.causes, *causes))))
    if void and instead is not None:
        return msgspec.structs.replace(instead, since=max(since, instead.since), causes=found.causes)
    if void:
        return msgspec.structs.replace(found, value=None)
    weight = whole.weight * method.trust.disputed_weight if disputed else whole.weight
    return msgspec.structs.replace(found, weight=weight, disputed=disputed)
