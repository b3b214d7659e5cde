"""Consultations: who was asked what they think, how many answered, and whether they heard back in time."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.values import last_day
from domain.vocabulary import Challenge, Level, Side
from projections.declaration import ProjectionRow, projection
from projections.history.covering_sources import COVERING
from projections.history.history import History
from projections.lifecycles.consultations import Consultation, ConsultationState, consultations
from projections.method.method import Method
from projections.rows import MENDING, Causes, TextAt, names_a, text_at


class ConsultationRow(ProjectionRow, frozen=True, kw_only=True):
    """One consultation."""

    consultation_id: Annotated[UUID, names_a("consultation", "The consultation")]
    state: Annotated[ConsultationState, Meta(description="Open, closed, overdue for feedback, or fed back")]
    opened_by_party_id: Annotated[UUID, names_a("party", "Who opened it")]
    opened_by_side: Annotated[Side, Meta(description="The side of who opened it")]
    opened_on: Annotated[date, Meta(description="The last day on which it may have been opened")]
    closes_on: Annotated[date | None, Meta(description="The day on which it was to close")]
    closed_on: Annotated[date | None, Meta(description="The last day on which it may have closed")]
    consulted: Annotated[tuple[Side, ...], Meta(description="The sides that were consulted")]
    level_promised: Annotated[Level | None, Meta(description="The participation level promised")]
    responses: Annotated[int | None, Meta(description="How many answered; empty until it closed")]
    feedback_due_on: Annotated[date | None, Meta(description="The day by which those who answered should hear back")]
    fed_back_on: Annotated[date | None, Meta(description="The day on which they first did")]
    responses_covered: Annotated[int, Meta(description="How many of the answers the feedback covered")]
    themes: Annotated[tuple[str, ...], Meta(description="What it is about, in the partnership's own words")]
    challenges: Annotated[tuple[Challenge, ...], Meta(description="Shared challenges it is about")]
    subject: Annotated[TextAt | None, Meta(description="Where its sealed subject stands")]
    causes: Causes


@projection(
    name="consultations",
    version=2,
    row=ConsultationRow,
    key=("consultation_id",),
    handles=(*COVERING, *MENDING),
    question="Who was consulted on what, how many answered, and did they hear back in time?",
    ignores_rest="Asks raised in a consultation are told under asks; nothing else opens, closes or feeds one back.",
)
def consultation_rows(history: History, method: Method) -> list[ConsultationRow]:
    """One row for each consultation, in the order in which they were opened."""
    return [_row(each) for each in consultations(history, method)]


def _row(consultation: Consultation) -> ConsultationRow:
    body = consultation.body
    return ConsultationRow(
        consultation_id=consultation.consultation_id,
        state=consultation.state,
        opened_by_party_id=body.opened_by.party_id,
        opened_by_side=body.opened_by.side,
        opened_on=last_day(body.happened),
        closes_on=last_day(body.closes) if body.closes else None,
        closed_on=consultation.closed_on,
        consulted=body.consulted,
        level_promised=body.level_promised,
        responses=consultation.responses,
        feedback_due_on=consultation.feedback_due_on,
        fed_back_on=consultation.fed_back_on,
        responses_covered=consultation.responses_covered,
        themes=body.themes,
        challenges=body.challenges,
        subject=text_at(consultation.opened, "subject"),
        causes=consultation.causes,
    )
