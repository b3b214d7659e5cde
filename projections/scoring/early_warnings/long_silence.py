"""Early warnings of what lasts too long: a disagreement that nobody settles, a record in which nothing happens."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from domain.events.disputes import DisputeRaised, DisputeSettled
from domain.events.records import RecordDisputed
from domain.values import day_of
from projections.agreement.agreement import agreement
from projections.agreement.parties import parties_between
from projections.history.causes import causes_of
from projections.history.record_reach import record_reach
from projections.scoring.early_warnings.warning_row import (
    EarlyWarningRow,
    EarlyWarningRule,
    EarlyWarningState,
    Watch,
)

_A_DAY: Final = timedelta(days=1)


def open_disagreements(watch: Watch) -> Iterator[EarlyWarningRow]:
    """Each disagreement, and each record in dispute, that has been open for longer than the rule allows."""
    longest = watch.rules.open_disagreement_days
    for thing_id, opened_on, causes in (*_unsettled(watch), *_in_dispute(watch)):
        days_open = (watch.as_of - opened_on).days
        if days_open > longest:
            yield EarlyWarningRow(
                rule=EarlyWarningRule.OPEN_DISAGREEMENT,
                state=EarlyWarningState.HOLDS,
                thing_id=thing_id,
                since_on=opened_on + timedelta(days=longest) + _A_DAY,
                found=float(days_open),
                threshold=float(longest),
                causes=causes,
            )


def _unsettled(watch: Watch) -> Iterator[tuple[UUID, date, tuple[UUID, ...]]]:
    settled_ids = {body.dispute_id for _, body in watch.history.each(DisputeSettled)}
    for fact, body in watch.history.each(DisputeRaised):
        if body.dispute_id not in settled_ids:
            yield body.dispute_id, day_of(fact.occurred_at), fact.causes


def _in_dispute(watch: Watch) -> Iterator[tuple[UUID, date, tuple[UUID, ...]]]:
    """The records whose dispute is open, each since the first day of its unbroken being so."""
    latest = {body.record_id: body.disputed_by for _, body in watch.history.each(RecordDisputed)}
    for record_id, disputer in latest.items():
        record = watch.history.fact(record_id)
        if record is None:
            continue
        word = record.envelope.on_behalf_of
        asserting = () if word is None else (word,)
        course = agreement(watch.history, watch.method, record, parties_between(asserting, [disputer]))
        steps = [step for step in course if step.since < watch.history.end]
        closed_last = max((place for place, step in enumerate(steps) if not step.disputed), default=-1)
        open_steps = steps[closed_last + 1 :]
        if open_steps:
            yield record_id, day_of(open_steps[0].since), open_steps[-1].causes


def nothing_recorded(watch: Watch) -> Iterator[EarlyWarningRow]:
    """The partnership, where nothing is on record that happened, or was recorded, for longer than the rule allows."""
    longest = watch.rules.silent_days
    last_on, last = date.min, None
    for fact in watch.history.facts:
        recorded_on = day_of(fact.recorded_at)
        seen_on = max(day_of(fact.occurred_at), recorded_on if recorded_on <= watch.as_of else date.min)
        if seen_on >= last_on:
            last_on, last = seen_on, fact
    if last is None or (watch.as_of - last_on).days <= longest:
        return
    if not record_reach(watch.history).covers(watch.as_of):
        yield EarlyWarningRow(rule=EarlyWarningRule.NOTHING_RECORDED, state=EarlyWarningState.NOT_RECORDED)
    else:
        yield EarlyWarningRow(
            rule=EarlyWarningRule.NOTHING_RECORDED,
            state=EarlyWarningState.HOLDS,
            since_on=last_on + timedelta(days=longest) + _A_DAY,
            found=float((watch.as_of - last_on).days),
            threshold=float(longest),
            before_on=last_on,
            causes=causes_of([last]),
        )
