"""Consultations: opened, closed, and whether those who answered heard back in time."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct

from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.events.recorded import Effective
from domain.values import end_of_day, last_day
from domain.vocabulary import CodeList, SharingKind
from projections.history.covering_sources import ActToShare, covered_day
from projections.history.history import History
from projections.history.memo import answers_about, once_per_history, once_per_thing
from projections.method.method import Method


class ConsultationState(CodeList):
    """Where a consultation stands on a day."""

    OPEN = "open"
    CLOSED = "closed"
    OVERDUE = "overdue"
    FED_BACK = "fed-back"


class Consultation(Struct, frozen=True, kw_only=True):
    """One consultation at the end of the day asked about.

    Feedback is due some weeks after it closed, where some source of the record would note that it was given.
    """

    consultation_id: UUID
    opened: Effective
    body: ConsultationOpened
    state: ConsultationState
    closed_on: date | None
    responses: int | None
    feedback_due_on: date | None
    fed_back_on: date | None
    responses_covered: int
    causes: tuple[UUID, ...]


@once_per_history
def consultations(history: History, method: Method) -> Sequence[Consultation]:
    """Follow every consultation of a partnership, in the order in which they were opened."""
    return answers_about(history, method, consultation, history.keys_of_facts(ConsultationOpened))


@once_per_thing
def consultation(history: History, method: Method, opened_id: UUID) -> Consultation:
    """Follow one consultation, by the id of the event that opened it."""
    opened, body = history.recorded(ConsultationOpened, opened_id)
    story = history.about(body.consultation_id)
    record, closed = next(
        ((each, each.body) for each in story if isinstance(each.body, ConsultationClosed)), (None, None)
    )
    feedback = [each.body for each in story if isinstance(each.body, ConsultationFeedbackGiven)]
    closed_on = last_day(closed.happened) if closed else None
    due_on = _feedback_owed_on(history, method, record, closed) if record and closed else None
    if feedback:
        state = ConsultationState.FED_BACK
    elif closed is None:
        state = ConsultationState.OPEN
    else:
        overdue = due_on is not None and end_of_day(due_on) < history.end
        state = ConsultationState.OVERDUE if overdue else ConsultationState.CLOSED
    return Consultation(
        consultation_id=body.consultation_id,
        opened=opened,
        body=body,
        state=state,
        closed_on=closed_on,
        responses=closed.responses if closed else None,
        feedback_due_on=due_on,
        fed_back_on=last_day(feedback[0].happened) if feedback else None,
        responses_covered=max((each.responses_covered for each in feedback), default=0),
        causes=tuple(cause for each in story for cause in each.causes),
    )


def feedback_due_on(body: ConsultationClosed, method: Method) -> date:
    """The day by which those who answered should hear back."""
    return last_day(body.happened) + timedelta(days=method.openness.feedback_days)


def _feedback_owed_on(history: History, method: Method, record: Effective, body: ConsultationClosed) -> date | None:
    act = ActToShare(SharingKind.FEEDBACK, body.closed_by.party_id, record, feedback_due_on(body, method))
    return covered_day(history, method, act)
