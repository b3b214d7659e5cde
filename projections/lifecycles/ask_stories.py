"""The stories of asks: each from the asking, by answer and decision, to a promise or money.

People who ask for something hear of it in pieces, at different tables; told together, the pieces say what came of it.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from operator import itemgetter
from uuid import UUID

from msgspec import Struct

from domain.events.asks import AskAnswered, AskDeferred, AskReferred, ReferralAccepted
from domain.events.commitments import CommitmentMade
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.events.recorded import Effective
from domain.values import day_of, last_day
from domain.vocabulary import Answer, CodeList
from projections.history.history import History
from projections.lifecycles.asks import Ask, asks
from projections.lifecycles.commitment_states import BY_URGENCY, UNENDED
from projections.lifecycles.commitment_strand import Phase
from projections.lifecycles.commitments import Commitment, commitment
from projections.lifecycles.promise_outcomes import PromiseOutcome, outcome_of
from projections.method.method import Method


class LatestWord(CodeList):
    """The latest that is known of an ask."""

    NOBODY_HAS_IT = "nobody-has-it"
    NO_ANSWER_YET = "no-answer-yet"
    PASSED_ON = "passed-on"
    PUT_OFF = "put-off"
    TAKEN_BACK = "taken-back"
    AGREED = "agreed"
    AGREED_IN_PART = "agreed-in-part"
    DECLINED = "declined"
    DECIDED = "decided"
    PROMISED = "promised"
    PROMISE_DONE = "promise-done"
    PROMISE_DONE_IN_PART = "promise-done-in-part"
    PROMISE_NOT_KEPT = "promise-not-kept"
    PROMISE_ENDED = "promise-ended"
    SPENT = "spent"


class PromiseInStory(Struct, frozen=True, kw_only=True):
    """A promise that an ask led to: how it stands, and what came of it."""

    promise: Commitment
    phase: Phase
    outcome: PromiseOutcome | None


class SpendingInStory(Struct, frozen=True):
    """Money that can be traced to an ask, directly or through a decision about it."""

    fact: Effective
    body: SpendingRecorded


class DecisionInStory(Struct, frozen=True):
    """A decision that answers an ask, by its own account or by that of the answer."""

    fact: Effective
    body: DecisionTaken


class AskStory(Struct, frozen=True, kw_only=True):
    """One ask with what followed from it, each in the order in which it happened."""

    ask: Ask
    decisions: tuple[DecisionInStory, ...]
    promises: tuple[PromiseInStory, ...]
    spending: tuple[SpendingInStory, ...]
    latest: LatestWord
    latest_on: date

    @property
    def answer(self) -> AskAnswered | None:
        """The body of the answer; None where no answer stands."""
        body = self.ask.answer.body if self.ask.answer else None
        return body if isinstance(body, AskAnswered) else None

    @property
    def theme(self) -> str:
        """The theme of the ask: the partnership's own, else its first shared challenge; empty for neither."""
        body = self.ask.body
        return next(iter(body.themes), "") or next((each.value for each in body.challenges), "")

    @property
    def pressing_promise(self) -> PromiseInStory | None:
        """The promise that most needs attention."""
        return min(self.promises, key=lambda promise: BY_URGENCY.index(promise.phase.state), default=None)


def ask_stories(history: History, method: Method, *, in_public: bool = False) -> Sequence[AskStory]:
    """The story of every ask, in the order in which they were raised; `in_public`: without promises made in private."""
    decisions: dict[UUID, list[DecisionInStory]] = {}
    for fact, body in history.each(DecisionTaken):
        for ask_id in body.answers_ask_ids:
            decisions.setdefault(ask_id, []).append(DecisionInStory(fact, body))
    by_id = {body.decision_id: DecisionInStory(fact, body) for fact, body in history.each(DecisionTaken)}
    spending = [SpendingInStory(fact, body) for fact, body in history.each(SpendingRecorded)]
    promises = _promises(history, method, in_public=in_public)
    stories = []
    for ask in asks(history, method):
        decision_id = ask.answer.body.decision_id if ask.answer and isinstance(ask.answer.body, AskAnswered) else None
        own = {each.body.decision_id: each for each in decisions.get(ask.ask_id, ())}
        own |= {decision_id: by_id[decision_id]} if decision_id in by_id else {}
        payments = [each for each in spending if ask.ask_id in each.body.ask_ids or each.body.decision_id in own]
        stories.append(_story(history, ask, list(own.values()), promises.get(ask.ask_id, []), payments))
    return stories


def _promises(history: History, method: Method, *, in_public: bool) -> dict[UUID, list[PromiseInStory]]:
    """The promises that asks led to, by ask; one to answer by a day is no more than the answer put off."""
    to_answer = {body.commitment_id for _, body in history.each(AskDeferred)}
    promises: dict[UUID, list[PromiseInStory]] = {}
    for _, body in history.each(CommitmentMade):
        if body.ask_id is None or body.commitment_id in to_answer or (in_public and not body.public):
            continue
        promise = commitment(history, method, body.commitment_id)
        phase = promise.pressing(history.end)
        if phase is not None:
            in_story = PromiseInStory(promise=promise, phase=phase, outcome=outcome_of(phase, method.commitments))
            promises.setdefault(body.ask_id, []).append(in_story)
    return promises


def _story(
    history: History,
    ask: Ask,
    decisions: list[DecisionInStory],
    promises: list[PromiseInStory],
    spending: list[SpendingInStory],
) -> AskStory:
    waiting = LatestWord.NO_ANSWER_YET if ask.holdings else LatestWord.NOBODY_HAS_IT
    raised = ask.raised.occurred_at, ask.raised_on, waiting
    happenings = [raised, *_happenings(history, ask, decisions, promises, spending)]
    *_, (_, on, latest) = sorted(happenings, key=itemgetter(0))  # of two at one instant the one told later
    return AskStory(
        ask=ask,
        decisions=tuple(decisions),
        promises=tuple(promises),
        spending=tuple(spending),
        latest=latest,
        latest_on=on,
    )


_ANSWERS = {
    Answer.ADOPTED: LatestWord.AGREED,
    Answer.ADAPTED: LatestWord.AGREED_IN_PART,
    Answer.DECLINED: LatestWord.DECLINED,
}
_OUTCOMES = {
    None: LatestWord.PROMISE_ENDED,
    PromiseOutcome.KEPT_IN_TIME: LatestWord.PROMISE_DONE,
    PromiseOutcome.KEPT_LATE: LatestWord.PROMISE_DONE,
    PromiseOutcome.DONE_WITHOUT_DATE: LatestWord.PROMISE_DONE,
    PromiseOutcome.IN_PART: LatestWord.PROMISE_DONE_IN_PART,
    PromiseOutcome.SETTLED: LatestWord.PROMISE_DONE_IN_PART,
    PromiseOutcome.LET_OFF: LatestWord.PROMISE_ENDED,
    PromiseOutcome.NOT_KEPT: LatestWord.PROMISE_NOT_KEPT,
}
"""What is said last of a promise that is done or ended, by its outcome."""


def _happenings(
    history: History,
    ask: Ask,
    decisions: Sequence[DecisionInStory],
    promises: Sequence[PromiseInStory],
    spending: Sequence[SpendingInStory],
) -> Iterator[tuple[datetime, date, LatestWord]]:
    """The turns of an ask since it was raised: the instant of each, its day as people say it, and its word."""
    for fact in history.about(ask.ask_id):
        if isinstance(fact.body, AskDeferred):
            yield _at(fact, LatestWord.PUT_OFF)
        elif isinstance(fact.body, AskReferred | ReferralAccepted):
            yield _at(fact, LatestWord.PASSED_ON)
    if ask.withdrawal is not None:
        yield _at(ask.withdrawal, LatestWord.TAKEN_BACK)
    if ask.answer is not None and isinstance(ask.answer.body, AskAnswered):
        yield _at(ask.answer, _ANSWERS[ask.answer.body.answer])
    for decision in decisions:
        yield _at(decision.fact, LatestWord.DECIDED)
    for promise in promises:
        yield _at(promise.promise.made, LatestWord.PROMISED)
        phase = promise.phase
        if phase.state not in UNENDED or promise.outcome is PromiseOutcome.IN_PART:
            yield phase.since, phase.done_on or day_of(phase.since), _OUTCOMES[promise.outcome]
    for payment in spending:
        yield _at(payment.fact, LatestWord.SPENT)


def _at(fact: Effective, word: LatestWord) -> tuple[datetime, date, LatestWord]:
    return fact.occurred_at, last_day(fact.body.happened), word
