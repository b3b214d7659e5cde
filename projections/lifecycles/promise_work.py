"""The work that waits about promises: to keep, confirm, agree or date them, for whom and since when."""

from collections.abc import Iterator
from datetime import date
from uuid import UUID

from domain.events.commitments import FulfilmentClaimed
from domain.events.recorded import Effective
from domain.values import day_of, last_day
from projections.agreement.parties import parties_between
from projections.agreement.silence import silences
from projections.agreement.steps import step_at
from projections.history.history import History
from projections.lifecycles.commitment_states import OWED, UNENDED, CommitmentState
from projections.lifecycles.commitment_strand import Phase, Strand
from projections.lifecycles.commitments import Commitment, commitment
from projections.lifecycles.renegotiations import Renegotiation
from projections.lifecycles.terms import WaitingCorrection
from projections.lifecycles.work_rows import WorklistTask, WorkRow, work_row
from projections.method.method import Method


def promise_work(history: History, method: Method, commitment_id: UUID) -> Iterator[WorkRow]:
    """One row for each thing about a promise that waits for one of those it is between."""
    promise = commitment(history, method, commitment_id)
    return (row for strand in promise.strands for row in _work_of_strand(history, method, promise, strand))


def _work_of_strand(history: History, method: Method, promise: Commitment, strand: Strand) -> Iterator[WorkRow]:
    phase = strand.at(history.end)
    if phase is None:
        return
    if promise.waiting is not None and phase.state in UNENDED:
        yield _correction(history, promise, promise.waiting, phase)
    if phase.state is CommitmentState.MADE or (phase.state in OWED and not phase.is_reported):
        yield _own_part(history, promise, phase)
    if phase.state in OWED:
        yield from _reports(history, method, promise, strand, phase)
        yield from _new_terms(history, promise, phase)
        yield from _no_date(history, promise, phase)
        yield from _handovers(history, promise, strand, phase)
    if phase.settlement_waits and phase.ended_by is not None:
        yield _settlement(history, promise, phase, phase.ended_by)


def _correction(history: History, promise: Commitment, waiting: WaitingCorrection, phase: Phase) -> WorkRow:
    """A correction of the terms waits for the side that did not make it."""
    return work_row(
        history,
        WorklistTask.AGREE_CORRECTION,
        promise.commitment_id,
        who=phase.promisee if waiting.is_for_promisees else phase.promiser,
        since_on=day_of(waiting.amendment.recorded_at),
        silence_counts_on=day_of(waiting.silence_ends) if waiting.silence_ends else None,
        causes=(waiting.amendment.event_id, *promise.made.causes),
    )


def _own_part(history: History, promise: Commitment, phase: Phase) -> WorkRow:
    """A promise waits for whoever answers for it, to be acknowledged first and then to be kept."""
    is_made = phase.state is CommitmentState.MADE
    return work_row(
        history,
        WorklistTask.ACKNOWLEDGE_PROMISE if is_made else WorklistTask.KEEP_PROMISE,
        promise.commitment_id,
        who=phase.promiser,
        since_on=promise.promised_on,
        due_on=None if is_made else phase.due_on,
        causes=phase.causes,
    )


def _reports(history: History, method: Method, promise: Commitment, strand: Strand, phase: Phase) -> Iterator[WorkRow]:
    """A report that it was done waits for the promisee, until its silence agrees."""
    for course in strand.reports:
        step = step_at(course, history.end)
        report = history.fact(course[0].causes[0])
        waits = step is not None and step.awaits_answer
        if waits and report is not None and isinstance(report.body, FulfilmentClaimed):
            silence = silences(
                history,
                method,
                said_at=report.occurred_at,
                heard_at=report.recorded_at,
                parties=parties_between([phase.promiser], [phase.promisee]),
            )[-1].ends
            yield work_row(
                history,
                WorklistTask.CONFIRM_FULFILMENT,
                promise.commitment_id,
                who=phase.promisee,
                since_on=last_day(report.body.happened),
                silence_counts_on=day_of(silence) if silence else None,
                causes=phase.causes,
            )


def _new_terms(history: History, promise: Commitment, phase: Phase) -> Iterator[WorkRow]:
    """New terms wait for whichever of the two did not ask for them."""
    for change in promise.renegotiations:
        step = step_at(change.course, history.end)
        if step is not None and step.awaits_answer:
            is_promisees = change.body.asked_by.party_id == phase.promisee.party_id
            yield work_row(
                history,
                WorklistTask.AGREE_NEW_TERMS,
                promise.commitment_id,
                who=phase.promiser if is_promisees else phase.promisee,
                since_on=last_day(change.body.happened),
                silence_counts_on=_silence(change) if phase.due_on is None else None,
                causes=change.fact.causes,
            )


def _silence(change: Renegotiation) -> date | None:
    """The day on which silence agrees to a first date that whoever was promised names."""
    is_first_date = change.is_of_promisees and change.body.due is not None
    return day_of(change.silence_ends) if is_first_date and change.silence_ends else None


def _no_date(history: History, promise: Commitment, phase: Phase) -> Iterator[WorkRow]:
    """A promise without a date waits for both of those it is between, unless a date is on the table."""
    on_the_table = (each.course for each in promise.renegotiations if each.body.due is not None)
    steps = (step_at(course, history.end) for course in on_the_table)
    is_named = any(step is not None and step.awaits_answer for step in steps)
    if phase.due_on is not None or phase.is_reported or is_named or promise.waiting is not None:
        return
    for party in (phase.promiser, phase.promisee):
        yield work_row(
            history,
            WorklistTask.AGREE_DATE,
            promise.commitment_id,
            who=party,
            since_on=promise.promised_on,
            causes=phase.causes,
        )


def _settlement(history: History, promise: Commitment, phase: Phase, settlement: Effective) -> WorkRow:
    """An early settlement for a part waits for whoever promised, who may agree to be judged by the part."""
    return work_row(
        history,
        WorklistTask.AGREE_SETTLEMENT,
        promise.commitment_id,
        who=phase.promiser,
        since_on=last_day(settlement.body.happened),
        causes=(*settlement.causes, *phase.causes),
    )


def _handovers(history: History, promise: Commitment, strand: Strand, phase: Phase) -> Iterator[WorkRow]:
    """Let a promise that passed to another body wait for whom it was made to, who has to let the first one go."""
    for handover in strand.handovers:
        step = step_at(handover.letting_go, history.end)
        if step is not None and step.awaits_answer:
            yield work_row(
                history,
                WorklistTask.AGREE_HANDOVER,
                promise.commitment_id,
                who=phase.promisee,
                since_on=last_day(handover.fact.body.happened),
                causes=handover.fact.causes,
            )
