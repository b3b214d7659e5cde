"""Asks: who has each one, since when, and what became of it. An ask that nobody has is shown as such.

Referring an ask moves it only when the other body accepts; the asker's clock runs from the first asking, and
putting the answer off does not stop it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import pairwise
from operator import attrgetter
from uuid import UUID

from msgspec import Struct

from domain.events.asks import AskAnswered, AskDeferred, AskRaised, AskReferred, AskWithdrawn, ReferralAccepted
from domain.events.recorded import Effective
from domain.events.registries import PartySucceeded
from domain.values import PartyAt, end_of_day, last_day
from domain.vocabulary import Answer, CodeList
from projections.agreement.agreement import agreement, was_disputed
from projections.agreement.answerable import is_thing_laid_at_door
from projections.agreement.parties import parties_between
from projections.agreement.steps import Course, step_at
from projections.history.causes import each_once
from projections.history.history import History
from projections.history.memo import answers_about, once_per_history, once_per_thing
from projections.method.method import Method
from projections.method.working_days import working_days


class AskState(CodeList):
    """Where an ask stands on a day."""

    NOBODY_HAS_IT = "nobody-has-it"
    OPEN = "open"
    OVERDUE = "overdue"
    ADOPTED = "adopted"
    ADAPTED = "adapted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


_ANSWERED = {
    Answer.ADOPTED: AskState.ADOPTED,
    Answer.ADAPTED: AskState.ADAPTED,
    Answer.DECLINED: AskState.DECLINED,
}


class AskHolding(Struct, frozen=True, kw_only=True):
    """Who owed the answer to an ask, from one instant until another (None: still), and by which event."""

    holder: PartyAt
    since: datetime
    until: datetime | None
    because: Effective


class Ask(Struct, frozen=True, kw_only=True):
    """One ask at the end of the day asked about. Working days count from the day it was first made.

    `answer` is the first answer, unless its record was set aside by agreement; `first_answer` is it all the same, and
    `answer_disputes` the course of its record, empty where nobody disputed it.
    """

    ask_id: UUID
    raised: Effective
    body: AskRaised
    state: AskState
    raised_on: date
    due_on: date
    given_up_on: date
    holdings: tuple[AskHolding, ...]
    referred_to: PartyAt | None
    deferred_until: date | None
    answer: Effective | None
    first_answer: Effective | None
    answer_disputes: Course
    withdrawal: Effective | None
    answered_on: date | None
    working_days_taken: int | None
    disputed: bool
    causes: tuple[UUID, ...]

    @property
    def holder(self) -> PartyAt | None:
        """The body that owes the answer, or gave it."""
        return self.holdings[-1].holder if self.holdings else None

    @property
    def is_waiting(self) -> bool:
        """It still wants an answer."""
        return self.state in (AskState.NOBODY_HAS_IT, AskState.OPEN, AskState.OVERDUE)

    @property
    def hops(self) -> int:
        """Count the times it passed from one body to another."""
        return max(0, len(self.holdings) - 1)


def is_ask_laid_at_door(history: History, ask: Ask) -> bool:
    """An ask waits for a body that neither agreed to sit here nor took it up."""
    return ask.holder is not None and is_thing_laid_at_door(history, ask.holder.party_id, ask.ask_id)


@once_per_history
def asks(history: History, method: Method) -> Sequence[Ask]:
    """Follow every ask of a partnership, in the order in which they were raised."""
    return answers_about(history, method, ask_raised, history.keys_of_facts(AskRaised))


def _holdings(history: History, fact: Effective, ask: AskRaised) -> tuple[AskHolding, ...]:
    """Follow an ask from body to body: a referral moves it only when accepted, a successor body takes it over."""
    moves = [] if ask.addressee is None else [(fact.occurred_at, ask.addressee, fact)]
    referrals = (each for each in history.about(ask.ask_id) if isinstance(each.body, ReferralAccepted))
    successions = (each for each in history.of(PartySucceeded) if each.occurred_at >= fact.occurred_at)
    for change in sorted([*referrals, *successions], key=attrgetter("occurred_at", "position")):
        match change.body:
            case ReferralAccepted(accepted_by=taker):
                moves.append((change.occurred_at, taker, change))
            case PartySucceeded(predecessor=old, successor=new) if moves and old.party_id == moves[-1][1].party_id:
                moves.append((change.occurred_at, new, change))
    return tuple(
        AskHolding(holder=move[1], since=move[0], because=move[2], until=None if following is None else following[0])
        for move, following in pairwise([*moves, None])
        if move is not None
    )


def is_answer(fact: Effective) -> bool:
    """A fact answers an ask: a refusal does only with its reasons."""
    body = fact.body
    return isinstance(body, AskAnswered) and (body.answer is not Answer.DECLINED or body.reasons is not None)


@once_per_thing
def ask_raised(history: History, method: Method, raised_id: UUID) -> Ask:
    """Follow one ask, by the id of the event that raised it."""
    raised, body = history.recorded(AskRaised, raised_id)
    story, calendar = history.about(body.ask_id), working_days(method.bank_holidays)
    ask_holdings = _holdings(history, raised, body)
    raised_on = last_day(body.happened)
    standard = method.answers.standard_working_days
    due_on = calendar.after(raised_on, standard)
    answer = next((fact for fact in story if is_answer(fact)), None)
    course = _answer_course(history, method, answer, body)
    step = step_at(course, history.end)
    stands = answer if step is not None and not step.void else None
    answered_on = last_day(stands.body.happened) if stands else None
    withdrawal = next((fact for fact in story if isinstance(fact.body, AskWithdrawn)), None)
    return Ask(
        ask_id=body.ask_id,
        raised=raised,
        body=body,
        state=_state(history, story, due_on=due_on, is_held=bool(ask_holdings), answered=stands is not None),
        raised_on=raised_on,
        due_on=due_on,
        given_up_on=calendar.after(raised_on, round(standard * method.answers.limit_multiple)),
        holdings=ask_holdings,
        referred_to=_referred_to(story),
        deferred_until=_deferred_until(story),
        answer=stands,
        first_answer=answer,
        answer_disputes=course if answer is not None and was_disputed(history, answer) else (),
        withdrawal=withdrawal,
        answered_on=answered_on,
        working_days_taken=calendar.between(raised_on, answered_on) if answered_on else None,
        disputed=step is not None and step.disputed,
        causes=each_once(
            (
                *raised.causes,
                *(cause for each in ask_holdings for cause in each.because.causes),
                *(step.causes if step else ()),
                *(withdrawal.causes if withdrawal else ()),
            )
        ),
    )


def _answer_course(history: History, method: Method, answer: Effective | None, ask: AskRaised) -> Course:
    if answer is None or not isinstance(answer.body, AskAnswered):
        return ()
    return agreement(history, method, answer, parties_between([answer.body.answered_by], [ask.raised_by]))


def _state(history: History, story: list[Effective], *, due_on: date, is_held: bool, answered: bool) -> AskState:
    if answered:
        last = next(fact.body for fact in reversed(story) if is_answer(fact))
        assert isinstance(last, AskAnswered)  # noqa: S101 - an answer is one
        return _ANSWERED[last.answer]
    if any(isinstance(fact.body, AskWithdrawn) for fact in story):
        return AskState.WITHDRAWN
    if not is_held:
        return AskState.NOBODY_HAS_IT
    return AskState.OVERDUE if end_of_day(due_on) < history.end else AskState.OPEN


def _referred_to(story: list[Effective]) -> PartyAt | None:
    """The body it was passed to that has not taken it on yet."""
    waiting = None
    for fact in story:
        if isinstance(fact.body, AskReferred):
            waiting = fact.body.referred_to
        elif isinstance(fact.body, ReferralAccepted):
            waiting = None
    return waiting


def _deferred_until(story: list[Effective]) -> date | None:
    return next((last_day(fact.body.until) for fact in reversed(story) if isinstance(fact.body, AskDeferred)), None)
