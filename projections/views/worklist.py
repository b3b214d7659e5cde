"""The worklist: what waits for somebody, since when, and when it is or was due."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Final
from uuid import UUID

from domain.events import EventBody
from domain.events.commitments import OF_COMMITMENTS
from domain.events.disputes import DisputeRaised, DisputeSettled
from domain.events.funding import FundingVariationDecided, FundingVariationRequested
from domain.events.interactions import (
    InteractionCancelled,
    InteractionPlanned,
    InteractionRescheduled,
)
from domain.events.records import RecordDisputed
from domain.values import last_day
from projections.agreement.agreement import AGREEING, agreement
from projections.agreement.answerable import sets_a_task
from projections.agreement.parties import parties_between
from projections.agreement.steps import step_at
from projections.declaration import projection
from projections.history.anchoring import thing_of
from projections.history.attendance import bodies_taking_part
from projections.history.causes import causes_of
from projections.history.covering_sources import COVERING
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.lifecycles.asks import asks
from projections.lifecycles.consultations import ConsultationState, consultations
from projections.lifecycles.coverage_notices import coverage_notices
from projections.lifecycles.decisions import decisions_led
from projections.lifecycles.interactions import contacts
from projections.lifecycles.promise_work import promise_work
from projections.lifecycles.work_rows import WorklistTask, WorkRow, work_row
from projections.method.method import Method
from projections.rows import MENDING
from projections.views.asks import OF_ASKS

PROMISES_TO_KEEP: Final = frozenset({WorklistTask.KEEP_PROMISE})
ASKS_TO_ANSWER: Final = frozenset({WorklistTask.ANSWER_ASK, WorklistTask.ACCEPT_REFERRAL, WorklistTask.TAKE_UP_ASK})
OF_WORK: Final[tuple[type[EventBody], ...]] = (
    *OF_COMMITMENTS,
    *OF_ASKS,
    *AGREEING,
    InteractionPlanned,
    InteractionRescheduled,
    InteractionCancelled,
    *(body for body in COVERING if body not in AGREEING),
    FundingVariationRequested,
    FundingVariationDecided,
    DisputeRaised,
    DisputeSettled,
    *MENDING,
)


@projection(
    name="worklist",
    version=3,
    row=WorkRow,
    key=("task", "thing_id", "party_id", "side"),
    handles=OF_WORK,
    question="What is due, unanswered or unconfirmed, whom does it wait for, and what does nobody have?",
    ignores_rest="Nothing else leaves anybody with something to do.",
    stored="A body sees what is due and unanswered in all of its partnerships at once.",
)
@once_per_history
def worklist(history: History, method: Method) -> list[WorkRow]:
    """One row for each thing that waits for somebody, the longest overdue first."""
    rows = [
        *promise_work(history, method),
        *_asks(history, method),
        *_sharing(history, method),
        *_decisions(history, method),
        *_variations(history),
        *_disputes(history, method),
        *_coverage(history, method),
    ]
    once = {(row.task, row.thing_id, row.party_id, row.side): row for row in reversed(rows)}
    return sorted((row for row in once.values() if _waits(history, row)), key=_urgency)


def overdue_things(rows: Iterable[WorkRow], tasks: Collection[WorklistTask]) -> dict[UUID, list[WorkRow]]:
    """The things that wait past their day by some tasks, each once however many it waits for, with its rows."""
    things: dict[UUID, list[WorkRow]] = {}
    for row in rows:
        if row.is_overdue and row.task in tasks:
            things.setdefault(row.thing_id, []).append(row)
    return things


def _waits(history: History, row: WorkRow) -> bool:
    """A row can wait for whom it names: others set no tasks to a body that neither sits here nor spoke of it."""
    return row.party_id is None or sets_a_task(history, row.party_id, row.thing_id)


def _urgency(row: WorkRow) -> tuple[object, ...]:
    return row.due_on or date.max, row.since_on, row.task, row.thing_id, row.party_id or UUID(int=0), row.side or ""


def _asks(history: History, method: Method) -> Iterator[WorkRow]:
    for ask in asks(history, method):
        if not ask.is_waiting:
            continue
        task = WorklistTask.ANSWER_ASK if ask.holder else WorklistTask.TAKE_UP_ASK
        yield work_row(
            history,
            task,
            ask.ask_id,
            who=ask.holder,
            since_on=ask.raised_on,
            due_on=ask.due_on if ask.holder else None,
            causes=ask.causes,
        )
        if ask.referred_to is not None:
            yield work_row(
                history,
                WorklistTask.ACCEPT_REFERRAL,
                ask.ask_id,
                who=ask.referred_to,
                since_on=ask.raised_on,
                causes=ask.causes,
            )


def _sharing(history: History, method: Method) -> Iterator[WorkRow]:
    for consultation in consultations(history, method):
        is_owed = consultation.state in (ConsultationState.CLOSED, ConsultationState.OVERDUE)
        if is_owed and consultation.closed_on and consultation.feedback_due_on:
            yield work_row(
                history,
                WorklistTask.FEED_BACK,
                consultation.consultation_id,
                who=consultation.body.opened_by,
                since_on=consultation.closed_on,
                due_on=consultation.feedback_due_on,
                causes=consultation.causes,
            )
    for contact in contacts(history, method):
        if contact.held is None or contact.notes_due_on is None or contact.convened_by is None:
            continue
        sides_there = {body.side for body in bodies_taking_part(contact.held)}
        if sides_there - contact.notes_shared_with - {contact.convened_by.side}:
            yield work_row(
                history,
                WorklistTask.SHARE_NOTES,
                contact.interaction_id,
                who=contact.convened_by,
                since_on=last_day(contact.held.happened),
                due_on=contact.notes_due_on,
                causes=contact.causes,
            )


def _decisions(history: History, method: Method) -> Iterator[WorkRow]:
    """Let a decision whose lead nobody else has attested wait for each other side that met it."""
    for led in decisions_led(history, method):
        step = step_at(led.course, history.end)
        if step is None or not step.awaits_answer:
            continue
        for side in sorted(set(led.body.met_by) - {led.leader.side}):
            yield work_row(
                history,
                WorklistTask.ATTEST_DECISION,
                led.body.decision_id,
                who=side,
                since_on=last_day(led.body.happened),
                causes=step.causes,
            )


def _variations(history: History) -> Iterator[WorkRow]:
    decided_ids = {body.variation_id for _, body in history.each(FundingVariationDecided)}
    for fact, body in history.each(FundingVariationRequested):
        if body.variation_id not in decided_ids:
            since_on = last_day(body.happened)
            yield work_row(
                history,
                WorklistTask.DECIDE_VARIATION,
                body.variation_id,
                who=body.funder,
                since_on=since_on,
                causes=causes_of([fact]),
            )


def _coverage(history: History, method: Method) -> Iterator[WorkRow]:
    """Let every other side hear of it where a source came to cover less."""
    for notice in coverage_notices(history, method):
        yield work_row(
            history,
            WorklistTask.NOTE_COVERAGE,
            thing_of(notice.fact.body),
            who=notice.side,
            since_on=notice.heard_on,
            causes=notice.fact.causes,
        )


def _disputes(history: History, method: Method) -> Iterator[WorkRow]:
    settled_ids = {body.dispute_id for _, body in history.each(DisputeSettled)}
    for fact, body in history.each(DisputeRaised):
        if body.dispute_id in settled_ids:
            continue
        for party in (body.raised_by, *body.others):
            yield work_row(
                history,
                WorklistTask.SETTLE_DISPUTE,
                body.dispute_id,
                who=party,
                since_on=last_day(body.happened),
                causes=causes_of([fact]),
            )
    latest = {body.record_id: (fact, body.disputed_by) for fact, body in history.each(RecordDisputed)}
    for record_id, (dispute, disputer) in latest.items():
        record = history.fact(record_id)
        if record is None:
            continue
        word = record.envelope.on_behalf_of
        asserting = () if word is None else (word,)
        step = step_at(agreement(history, method, record, parties_between(asserting, [disputer])), history.end)
        if step is None or not step.disputed:
            continue
        for party in (disputer, *asserting):
            since_on = last_day(dispute.body.happened)
            yield work_row(
                history, WorklistTask.SETTLE_DISPUTE, record_id, who=party, since_on=since_on, causes=step.causes
            )
