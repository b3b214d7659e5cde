"""The worklist: what waits for somebody, since when, and when it is or was due."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from functools import wraps
from typing import Final
from uuid import UUID

from domain.events import EventBody
from domain.events.asks import AskRaised
from domain.events.commitments import OF_COMMITMENTS, CommitmentMade, CommitmentProposed
from domain.events.consultations import ConsultationOpened
from domain.events.decisions import DecisionTaken
from domain.events.disputes import DisputeRaised, DisputeSettled
from domain.events.funding import FundingVariationDecided, FundingVariationRequested
from domain.events.interactions import (
    InteractionCancelled,
    InteractionPlanned,
    InteractionRecorded,
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
from projections.history.covering_sources import COVERING
from projections.history.history import History
from projections.history.memo import answers_about, once_per_history, once_per_thing
from projections.lifecycles.asks import ask_raised
from projections.lifecycles.consultations import ConsultationState, consultation
from projections.lifecycles.coverage_notices import coverage_notices
from projections.lifecycles.decisions import led_decision
from projections.lifecycles.interactions import contact
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
    version=4,
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
    work = (answers_about(history, method, question, keys) for question, keys in _questions(history))
    rows = [row for of_things in work for of_thing in of_things if of_thing for row in of_thing]
    rows += _waiting(history, _coverage(history, method))
    once = {(row.task, row.thing_id, row.party_id, row.side): row for row in reversed(rows)}
    return sorted(once.values(), key=_urgency)


WorkOf = Callable[[History, Method, UUID], tuple[WorkRow, ...]]


def _questions(history: History) -> Iterator[tuple[WorkOf, Sequence[tuple[UUID]]]]:
    """Everything that may wait for somebody: what is asked of it, and the ids of the things or of their events."""
    yield _promise, history.keys_of_things(CommitmentProposed, CommitmentMade)
    yield _ask, history.keys_of_facts(AskRaised)
    yield _feedback, history.keys_of_facts(ConsultationOpened)
    yield _notes, history.keys_of_facts(InteractionRecorded)
    yield _decision, history.keys_of_facts(DecisionTaken)
    yield _variation, history.keys_of_facts(FundingVariationRequested)
    yield _dispute, history.keys_of_facts(DisputeRaised)
    yield _disputed_record, _disputed_ids(history)


@once_per_history
def _disputed_ids(history: History) -> list[tuple[UUID]]:
    return [(each,) for each in dict.fromkeys(thing_of(fact.body) for fact in history.of(RecordDisputed))]


def _work(rows_of: Callable[[History, Method, UUID], Iterable[WorkRow]]) -> WorkOf:
    """A question about one thing: the rows of it that can wait for whom they name."""

    @once_per_thing
    @wraps(rows_of)
    def work(history: History, method: Method, thing_id: UUID) -> tuple[WorkRow, ...]:
        return tuple(_waiting(history, rows_of(history, method, thing_id)))

    return work


def _waiting(history: History, rows: Iterable[WorkRow]) -> Iterator[WorkRow]:
    """The rows that can wait for whom they name: others set no tasks to a body that neither sits here nor spoke."""
    return (row for row in rows if row.party_id is None or sets_a_task(history, row.party_id, row.thing_id))


def overdue_things(rows: Iterable[WorkRow], tasks: Collection[WorklistTask]) -> dict[UUID, list[WorkRow]]:
    """The things that wait past their day by some tasks, each once however many it waits for, with its rows."""
    things: dict[UUID, list[WorkRow]] = {}
    for row in rows:
        if row.is_overdue and row.task in tasks:
            things.setdefault(row.thing_id, []).append(row)
    return things


def _urgency(row: WorkRow) -> tuple[object, ...]:
    return row.due_on or date.max, row.since_on, row.task, row.thing_id, row.party_id or UUID(int=0), row.side or ""


@_work
def _promise(history: History, method: Method, commitment_id: UUID) -> Iterator[WorkRow]:
    return promise_work(history, method, commitment_id)


@_work
def _ask(history: History, method: Method, raised_id: UUID) -> Iterator[WorkRow]:
    ask = ask_raised(history, method, raised_id)
    if not ask.is_waiting:
        return
    yield work_row(
        history,
        WorklistTask.ANSWER_ASK if ask.holder else WorklistTask.TAKE_UP_ASK,
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


@_work
def _feedback(history: History, method: Method, opened_id: UUID) -> Iterator[WorkRow]:
    opened = consultation(history, method, opened_id)
    is_owed = opened.state in (ConsultationState.CLOSED, ConsultationState.OVERDUE)
    if is_owed and opened.closed_on and opened.feedback_due_on:
        yield work_row(
            history,
            WorklistTask.FEED_BACK,
            opened.consultation_id,
            who=opened.body.opened_by,
            since_on=opened.closed_on,
            due_on=opened.feedback_due_on,
            causes=opened.causes,
        )


@_work
def _notes(history: History, method: Method, recorded_id: UUID) -> Iterator[WorkRow]:
    _, meeting = history.recorded(InteractionRecorded, recorded_id)
    exchange = contact(history, method, meeting.interaction_id)
    if exchange.held is None or exchange.notes_due_on is None or exchange.convened_by is None:
        return
    sides_there = {body.side for body in bodies_taking_part(exchange.held)}
    if sides_there - exchange.notes_shared_with - {exchange.convened_by.side}:
        yield work_row(
            history,
            WorklistTask.SHARE_NOTES,
            exchange.interaction_id,
            who=exchange.convened_by,
            since_on=last_day(exchange.held.happened),
            due_on=exchange.notes_due_on,
            causes=exchange.causes,
        )


@_work
def _decision(history: History, method: Method, taken_id: UUID) -> Iterator[WorkRow]:
    """A decision whose lead nobody else has attested waits for each other side that met it."""
    led = led_decision(history, method, taken_id)
    step = None if led is None else step_at(led.course, history.end)
    if led is None or step is None or not step.awaits_answer:
        return
    for side in sorted(set(led.body.met_by) - {led.leader.side}):
        yield work_row(
            history,
            WorklistTask.ATTEST_DECISION,
            led.body.decision_id,
            who=side,
            since_on=last_day(led.body.happened),
            causes=step.causes,
        )


@_work
def _variation(history: History, _: Method, requested_id: UUID) -> Iterator[WorkRow]:
    fact, body = history.recorded(FundingVariationRequested, requested_id)
    decisions = (each.body for each in history.about(body.award_id) if isinstance(each.body, FundingVariationDecided))
    if not any(decision.variation_id == body.variation_id for decision in decisions):
        yield work_row(
            history,
            WorklistTask.DECIDE_VARIATION,
            body.variation_id,
            who=body.funder,
            since_on=last_day(body.happened),
            causes=fact.causes,
        )


@_work
def _dispute(history: History, _: Method, raised_id: UUID) -> Iterator[WorkRow]:
    fact, body = history.recorded(DisputeRaised, raised_id)
    if any(isinstance(each.body, DisputeSettled) for each in history.about(body.dispute_id)):
        return
    for party in (body.raised_by, *body.others):
        yield work_row(
            history,
            WorklistTask.SETTLE_DISPUTE,
            body.dispute_id,
            who=party,
            since_on=last_day(body.happened),
            causes=fact.causes,
        )


@_work
def _disputed_record(history: History, method: Method, record_id: UUID) -> Iterator[WorkRow]:
    record = history.fact(record_id)
    disputes = [each.body for each in history.about(record_id) if isinstance(each.body, RecordDisputed)]
    if record is None or not disputes:
        return
    disputer, word = disputes[-1].disputed_by, record.envelope.on_behalf_of
    asserting = () if word is None else (word,)
    step = step_at(agreement(history, method, record, parties_between(asserting, [disputer])), history.end)
    if step is None or not step.disputed:
        return
    for party in (disputer, *asserting):
        yield work_row(
            history,
            WorklistTask.SETTLE_DISPUTE,
            record_id,
            who=party,
            since_on=last_day(disputes[-1].happened),
            causes=step.causes,
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
