"""Responsiveness: whether asks are answered by whoever owes the answer, and how soon after they were first made."""

from collections.abc import Iterator
from datetime import datetime
from operator import attrgetter
from uuid import UUID

import msgspec

from domain.events.asks import AskAnswered
from domain.values import end_of_day, last_day
from domain.vocabulary import Facet
from projections.history.causes import each_once
from projections.lifecycles.asks import Ask, AskHolding
from projections.method.method import Method
from projections.method.working_days import working_days
from projections.scoring.facets.act_value import answer_value
from projections.scoring.facets.disputed_acts import readings_through_disputes
from projections.scoring.facets.evidence_periods import ActReading, body_of, evidence_rows, is_scored
from projections.scoring.formulas.evidence import Evidence


def evidence(ask: Ask, method: Method, end: datetime) -> Iterator[Evidence]:
    """The evidence of one ask, for each body that owes, or owed, the answer."""
    raiser = ask.body.raised_by
    for holding in ask.holdings:
        if is_scored(holding.holder) and holding.holder.party_id != raiser.party_id:
            yield from evidence_rows(
                f"ask {ask.ask_id}",
                Facet.RESPONSIVENESS,
                body_of(raiser),
                body_of(holding.holder),
                _readings(ask, holding, method),
                end=end,
            )


def _readings(ask: Ask, holding: AskHolding, method: Method) -> list[ActReading]:
    """Read the duty of one holder: owed once the time is up, until it is answered, taken back or passed on."""
    calendar, rules = working_days(method.bank_holidays), method.answers
    overdue_from = end_of_day(ask.due_on)
    owed = ActReading(
        since=max(overdue_from, holding.since),
        value=0.0,
        at=None,
        position=ask.raised.position,
        causes=each_once((*ask.raised.causes, *holding.because.causes)),
    )
    closings = [fact for fact in (ask.first_answer, ask.withdrawal) if fact is not None]
    closing = min(closings, key=attrgetter("occurred_at", "position"), default=None)
    if closing is None or (holding.until is not None and holding.until <= closing.occurred_at):
        return [owed] if holding.until is None else _until(owed, holding.until, ())
    if closing.occurred_at < holding.since:
        return []
    closing_body = closing.body
    if not isinstance(closing_body, AskAnswered) or closing_body.answered_by.party_id != holding.holder.party_id:
        return _until(owed, closing.occurred_at, closing.causes)
    value = answer_value(calendar.between(ask.raised_on, last_day(closing_body.happened)), rules)
    answered = readings_through_disputes(
        closing, value, holding.holder, ask.answer_disputes, method, because=owed.causes, instead=owed
    )
    return [owed, *answered] if owed.since < closing.occurred_at else answered


def _until(owed: ActReading, instant: datetime, causes: tuple[UUID, ...]) -> list[ActReading]:
    """Let a duty end without evidence."""
    if owed.since >= instant:
        return []
    nothing = msgspec.structs.replace(owed, since=instant, value=None, causes=causes or owed.causes)
    return [owed, nothing]
