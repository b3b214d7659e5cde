"""The worklist: what waits for somebody, since when, and when it is or was due."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from domain.events import EventBody
from domain.events.commitments import CommitmentReassigned, FulfilmentClaimed
from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.events.decisions import DecisionAttested, DecisionTaken
from domain.events.disputes import DisputeRaised, DisputeSettled
from domain.events.funding import FundingVariationDecided, FundingVariationRequested
from domain.events.interactions import (
    InteractionCancelled,
    InteractionPlanned,
    InteractionRescheduled,
    NotesShared,
)
from domain.events.records import RecordDisputed
from domain.values import PartyAt, day_of, last_day
from domain.vocabulary import Attendance, CodeList, Side
from projections.agreement.agreement import AGREEING, agreement
from projections.agreement.answerable import sets_a_task
from projections.agreement.parties import parties_between
from projections.agreement.silence import silences
from projections.agreement.steps import step_at
from projections.declaration import ProjectionRow, projection
from projections.history.causes import causes_of
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.lifecycles.asks import asks
from projections.lifecycles.commitment_states import OWED, UNENDED, CommitmentState
from projections.lifecycles.commitment_strand import Phase, Strand
from projections.lifecycles.commitments import Commitment, commitments
from projections.lifecycles.consultations import ConsultationState, consultations
from projections.lifecycles.decisions import decisions_led
from projections.lifecycles.interactions import contacts
from projections.lifecycles.terms import WaitingCorrection
from projections.method.method import Method
from projections.rows import MENDING, Causes, names_a
from projections.views.asks import OF_ASKS
from projections.views.commitments import OF_COMMITMENTS


class WorklistTask(CodeList):
    """What waits to be done."""

    KEEP_PROMISE = "keep-promise"
    ACKNOWLEDGE_PROMISE = "acknowledge-promise"
    CONFIRM_FULFILMENT = "confirm-fulfilment"
    AGREE_NEW_TERMS = "agree-new-terms"
    AGREE_CORRECTION = "agree-correction"
    AGREE_HANDOVER = "agree-handover"
    ANSWER_ASK = "answer-ask"
    TAKE_UP_ASK = "take-up-ask"
    ACCEPT_REFERRAL = "accept-referral"
    FEED_BACK = "feed-back"
    SHARE_NOTES = "share-notes"
    ATTEST_DECISION = "attest-decision"
    DECIDE_VARIATION = "decide-variation"
    SETTLE_DISPUTE = "settle-dispute"


class WorkRow(ProjectionRow, frozen=True, kw_only=True):
    """One thing that waits for one body, or for a whole side, or for anybody."""

    task: Annotated[WorklistTask, Meta(description="What is to be done")]
    thing_id: Annotated[
        UUID, names_a("thing", "The promise, ask, contact, consultation, decision or dispute it is about")
    ]
    party_id: Annotated[UUID | None, names_a("party", "Who it waits for; empty: a whole side, or anybody")]
    side: Annotated[Side | None, Meta(description="The side it waits for; empty: anybody")]
    since_on: Annotated[date, Meta(description="The day from which it has waited")]
    due_on: Annotated[date | None, Meta(description="The day it is due, where there is one")]
    silence_counts_on: Annotated[
        date | None, Meta(description="The day on which silence becomes agreement, where it does")
    ]
    is_overdue: Annotated[bool, Meta(description="Whether the day it is due has passed")]
    causes: Causes


PROMISES_TO_KEEP: Final = frozenset({WorklistTask.KEEP_PROMISE})
ASKS_TO_ANSWER: Final = frozenset({WorklistTask.ANSWER_ASK, WorklistTask.ACCEPT_REFERRAL, WorklistTask.TAKE_UP_ASK})
OF_WORK: Final[tuple[type[EventBody], ...]] = (
    *OF_COMMITMENTS,
    *OF_ASKS,
    *AGREEING,
    ConsultationOpened,
    ConsultationClosed,
    ConsultationFeedbackGiven,
    InteractionPlanned,
    InteractionRescheduled,
    InteractionCancelled,
    NotesShared,
    DecisionTaken,
    DecisionAttested,
    FundingVariationRequested,
    FundingVariationDecided,
    DisputeRaised,
    DisputeSettled,
    *MENDING,
)


@projection(
    name="worklist",
    version=2,
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
        *_promises(history, method),
        *_asks(history, method),
        *_sharing(history, method),
        *_decisions(history, method),
        *_variations(history),
        *_disputes(history, method),
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


def _row(
    history: History,
    task: WorklistTask,
    thing_id: UUID,
    *,
    who: PartyAt | Side | None,
    since_on: date,
    causes: tuple[UUID, ...],
    due_on: date | None = None,
    silence_counts_on: date | None = None,
) -> WorkRow:
    return WorkRow(
        task=task,
        thing_id=thing_id,
        party_id=who.party_id if isinstance(who, PartyAt) else None,
        side=who.side if isinstance(who, PartyAt) else who,
        since_on=since_on,
        due_on=due_on,
        silence_counts_on=silence_counts_on,
        is_overdue=due_on is not None and due_on < history.as_of,
        causes=causes,
    )


def _promises(history: History, method: Method) -> Iterator[WorkRow]:
    for promise in commitments(history, method):
        for strand in promise.strands:
            phase = strand.at(history.end)
            if phase is None:
                continue
            if promise.waiting is not None and phase.state in UNENDED:
                yield _correction(history, promise, promise.waiting, phase)
            if phase.state is CommitmentState.MADE or (phase.state in OWED and not phase.is_reported):
                yield _own_part(history, promise, phase)
            if phase.state in OWED:
                yield from _reports(history, method, promise, strand, phase)
                yield from _new_terms(history, promise, phase)
                yield from _handovers(history, method, promise, phase)


def _correction(history: History, promise: Commitment, waiting: WaitingCorrection, phase: Phase) -> WorkRow:
    """A correction of the terms waits for the side that did not make it."""
    return _row(
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
    return _row(
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
            yield _row(
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
            yield _row(
                history,
                WorklistTask.AGREE_NEW_TERMS,
                promise.commitment_id,
                who=phase.promiser if is_promisees else phase.promisee,
                since_on=last_day(change.body.happened),
                causes=change.fact.causes,
            )


def _handovers(history: History, method: Method, promise: Commitment, phase: Phase) -> Iterator[WorkRow]:
    """Let a promise that passed to another body wait for whom it was made to, who has to let the first one go."""
    for fact in history.about(promise.commitment_id):
        if isinstance(fact.body, CommitmentReassigned):
            parties = parties_between([fact.body.from_promiser], [phase.promisee], each_for_itself=True)
            step = step_at(agreement(history, method, fact, parties), history.end)
            if step is not None and step.awaits_answer:
                yield _row(
                    history,
                    WorklistTask.AGREE_HANDOVER,
                    promise.commitment_id,
                    who=phase.promisee,
                    since_on=last_day(fact.body.happened),
                    causes=fact.causes,
                )


def _asks(history: History, method: Method) -> Iterator[WorkRow]:
    for ask in asks(history, method):
        if not ask.is_waiting:
            continue
        task = WorklistTask.ANSWER_ASK if ask.holder else WorklistTask.TAKE_UP_ASK
        yield _row(
            history,
            task,
            ask.ask_id,
            who=ask.holder,
            since_on=ask.raised_on,
            due_on=ask.due_on if ask.holder else None,
            causes=ask.causes,
        )
        if ask.referred_to is not None:
            yield _row(
                history,
                WorklistTask.ACCEPT_REFERRAL,
                ask.ask_id,
                who=ask.referred_to,
                since_on=ask.raised_on,
                causes=ask.causes,
            )


def _sharing(history: History, method: Method) -> Iterator[WorkRow]:
    for consultation in consultations(history, method):
        if consultation.closed_on and consultation.state in (ConsultationState.CLOSED, ConsultationState.OVERDUE):
            yield _row(
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
        sides_there = {
            consultation.party.side
            for consultation in contact.held.participants
            if consultation.attendance is Attendance.ATTENDED
        }
        if sides_there - contact.notes_shared_with - {contact.convened_by.side}:
            yield _row(
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
            yield _row(
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
            yield _row(
                history,
                WorklistTask.DECIDE_VARIATION,
                body.variation_id,
                who=body.funder,
                since_on=since_on,
                causes=causes_of([fact]),
            )


def _disputes(history: History, method: Method) -> Iterator[WorkRow]:
    settled_ids = {body.dispute_id for _, body in history.each(DisputeSettled)}
    for fact, body in history.each(DisputeRaised):
        if body.dispute_id in settled_ids:
            continue
        for party in (body.raised_by, *body.others):
            yield _row(
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
            yield _row(
                history, WorklistTask.SETTLE_DISPUTE, record_id, who=party, since_on=since_on, causes=step.causes
            )
