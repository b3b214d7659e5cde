"""Asks: what was asked of whom, who has it now, and what came of it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, ClassVar, Final
from uuid import UUID

from msgspec import Meta

from domain.events.asks import AskAnswered, AskDeferred, AskRaised, AskReferred, AskWithdrawn, ReferralAccepted
from domain.events.declaration import EventBody
from domain.vocabulary import Answer, AskKind, Challenge, Side
from projections.agreement.agreement import AGREEING
from projections.declaration import ProjectionRow, projection
from projections.history.history import History
from projections.history.memo import answers_about, once_per_thing
from projections.lifecycles.asks import AskState, ask_raised, is_ask_laid_at_door
from projections.method.method import Method
from projections.method.working_days import working_days
from projections.rows import MENDING, Causes, TextAt, names_a, text_at

OF_ASKS: Final[tuple[type[EventBody], ...]] = (
    AskRaised,
    AskAnswered,
    AskDeferred,
    AskReferred,
    ReferralAccepted,
    AskWithdrawn,
)
"""The events of an ask's own life."""


class AskRow(ProjectionRow, frozen=True, kw_only=True):
    """One ask. The days an answer took count from the first asking, however often it was passed on or put off."""

    unlisted: ClassVar[str] = "is_unaccepted"

    ask_id: Annotated[UUID, names_a("ask", "The ask")]
    kind: Annotated[AskKind, Meta(description="What sort of ask")]
    state: Annotated[AskState, Meta(description="What became of it by the end of the day asked about")]
    raised_by_party_id: Annotated[UUID, names_a("party", "Who asked")]
    raised_by_side: Annotated[Side, Meta(description="The side that asked")]
    raised_on: Annotated[date, Meta(description="The last day on which it may have been asked")]
    addressee_party_id: Annotated[UUID | None, names_a("party", "Who was asked first, if anybody")]
    holder_party_id: Annotated[UUID | None, names_a("party", "Who owes the answer, or gave it; empty: nobody has it")]
    holder_side: Annotated[Side | None, Meta(description="The side of who owes the answer")]
    hops: Annotated[int, Meta(description="How often it passed from one organisation or group to another")]
    referred_to_party_id: Annotated[UUID | None, names_a("party", "Who it was passed to and has not taken it on yet")]
    deferred_until_on: Annotated[date | None, Meta(description="The day to which the answer was last put off")]
    due_on: Annotated[date, Meta(description="The last day of the usual time for an answer")]
    working_days_waiting: Annotated[int, Meta(description="While it waits: working days since it was asked")]
    answer: Annotated[Answer | None, Meta(description="The first answer it had")]
    answered_by_party_id: Annotated[UUID | None, names_a("party", "Who gave that answer")]
    answered_on: Annotated[date | None, Meta(description="The last day on which it may have been answered")]
    working_days_taken: Annotated[int | None, Meta(description="Working days from the asking to that answer")]
    is_disputed: Annotated[bool, Meta(description="Whether the record of the answer is in dispute")]
    decision_id: Annotated[UUID | None, names_a("decision", "The decision that the answer names")]
    themes: Annotated[tuple[str, ...], Meta(description="What it is about, in the partnership's own words")]
    challenges: Annotated[tuple[Challenge, ...], Meta(description="Shared challenges it is about")]
    text: Annotated[TextAt | None, Meta(description="Where its sealed words stand")]
    reasons: Annotated[TextAt | None, Meta(description="Where the sealed reasons of the answer stand")]
    interaction_id: Annotated[UUID | None, names_a("interaction", "The contact at which it was asked")]
    consultation_id: Annotated[UUID | None, names_a("consultation", "The consultation in which it was asked")]
    is_unaccepted: Annotated[
        bool,
        Meta(description="Whether it is laid at the door of a body that neither agreed to sit here nor spoke of it"),
    ]
    causes: Causes


@projection(
    name="asks",
    version=3,
    row=AskRow,
    key=("ask_id",),
    handles=(*OF_ASKS, *AGREEING, *MENDING),
    question="What was asked of whom, who has it now, and what came of it, how soon?",
    ignores_rest="Nothing else raises, moves or answers an ask; putting one off also makes a promise, shown as such.",
    stored="What residents asked for is listed across partnerships, answered or not.",
)
def ask_rows(history: History, method: Method) -> Sequence[AskRow]:
    """One row for each ask, in the order in which they were raised."""
    return answers_about(history, method, _row, history.keys_of_facts(AskRaised))


@once_per_thing
def _row(history: History, method: Method, raised_id: UUID) -> AskRow:
    ask = ask_raised(history, method, raised_id)
    answer = ask.answer.body if ask.answer and isinstance(ask.answer.body, AskAnswered) else None
    waiting = working_days(method.bank_holidays).between(ask.raised_on, history.as_of) if ask.is_waiting else 0
    return AskRow(
        ask_id=ask.ask_id,
        kind=ask.body.kind,
        state=ask.state,
        raised_by_party_id=ask.body.raised_by.party_id,
        raised_by_side=ask.body.raised_by.side,
        raised_on=ask.raised_on,
        addressee_party_id=ask.body.addressee.party_id if ask.body.addressee else None,
        holder_party_id=ask.holder.party_id if ask.holder else None,
        holder_side=ask.holder.side if ask.holder else None,
        hops=ask.hops,
        referred_to_party_id=ask.referred_to.party_id if ask.referred_to else None,
        deferred_until_on=ask.deferred_until,
        due_on=ask.due_on,
        working_days_waiting=waiting,
        answer=answer.answer if answer else None,
        answered_by_party_id=answer.answered_by.party_id if answer else None,
        answered_on=ask.answered_on,
        working_days_taken=ask.working_days_taken,
        is_disputed=ask.disputed,
        decision_id=answer.decision_id if answer else None,
        themes=ask.body.themes,
        challenges=ask.body.challenges,
        text=text_at(ask.raised, "text"),
        reasons=text_at(ask.answer, "reasons") if ask.answer else None,
        interaction_id=ask.body.interaction_id,
        consultation_id=ask.body.consultation_id,
        is_unaccepted=is_ask_laid_at_door(history, ask),
        causes=ask.causes,
    )
