"""Responsiveness: whether asks are answered by whoever owes the answer, and how soon after they were first made."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from domain.events.asks import AskAnswered, AskRaised, AskWithdrawn
from domain.events.recorded import Effective
from domain.values import end_of_day, last_day
from domain.vocabulary import Facet
from projections.history.causes import each_once
from projections.history.history import History
from projections.lifecycles.asks import AskHolding, holdings, is_answer
from projections.method.method import Method
from projections.method.working_days import working_days
from projections.scoring.evidence import Evidence
from projections.scoring.facets.disputed_acts import readings_through_disputes
from projections.scoring.facets.evidence_periods import ActReading, body_of, evidence_rows, is_scored
from projections.scoring.formulas.act_value import answer_value


def evidence(history: History, method: Method) -> list[Evidence]:
    """Gather asks that some body owes, or owed, an answer."""
    return [row for fact, ask in history.each(AskRaised) for row in _rows(history, method, fact, ask)]


class _Case(Struct, frozen=True, kw_only=True):
    """An ask, the day it was first made, and its answer and its withdrawal, where there are any."""

    asked: Effective
    ask: AskRaised
    asked_on: date
    closings: tuple[Effective | None, Effective | None]


def _rows(history: History, method: Method, fact: Effective, ask: AskRaised) -> Iterator[Evidence]:
    later = history.about(ask.ask_id)
    answered = next((each for each in later if is_answer(each)), None)
    taken_back = next((each for each in later if isinstance(each.body, AskWithdrawn)), None)
    case = _Case(asked=fact, ask=ask, asked_on=last_day(ask.happened), closings=(answered, taken_back))
    for holding in holdings(history, fact, ask):
        if is_scored(holding.holder) and holding.holder.party_id != ask.raised_by.party_id:
            yield from evidence_rows(
                f"ask {ask.ask_id}",
                Facet.RESPONSIVENESS,
                body_of(ask.raised_by),
                body_of(holding.holder),
                _readings(case, holding, history, method),
                end=history.end,
            )


def _readings(case: "_Case", holding: AskHolding, history: History, method: Method) -> list[ActReading]:
    """Read the duty of one holder: owed once the time is up, until it is answered, taken back or passed on."""
    calendar, rules = working_days(method.bank_holidays), method.answers
    overdue_from = end_of_day(calendar.after(case.asked_on, rules.standard_working_days))
    owed = ActReading(
        since=max(overdue_from, holding.since),
        value=0.0,
        at=None,
        position=case.asked.position,
        causes=each_once((*case.asked.causes, *holding.because.causes)),
    )
    closing = min((each for each in case.closings if each is not None), key=_order, default=None)
    if closing is None or (holding.until is not None and holding.until <= closing.occurred_at):
        return [owed] if holding.until is None else _until(owed, holding.until, ())
    if closing.occurred_at < holding.since:
        return []
    closing_body = closing.body
    if not isinstance(closing_body, AskAnswered) or closing_body.answered_by.party_id != holding.holder.party_id:
        return _until(owed, closing.occurred_at, closing.causes)
    value = answer_value(calendar.between(case.asked_on, last_day(closing_body.happened)), rules)
    answered = readings_through_disputes(
        history, method, closing, value, holding.holder, case.ask.raised_by, because=owed.causes, instead=owed
    )
    return [owed, *answered] if owed.since < closing.occurred_at else answered


def _order(fact: Effective) -> tuple[datetime, int]:
    return fact.occurred_at, fact.position


def _until(owed: ActReading, instant: datetime, causes: tuple[UUID, ...]) -> list[ActReading]:
    """Let a duty end without evidence."""
    if owed.since >= instant:
        return []
    nothing = msgspec.structs.replace(owed, since=instant, value=None, causes=causes or owed.causes)
    return [owed, nothing]
