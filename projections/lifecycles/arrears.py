"""Arrears: what one body owes past its day, promises and asks alike, from when until when, and by which events."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from msgspec import Struct

from domain.events.recorded import Effective
from domain.values import PartyAt, day_of, end_of_day
from projections.agreement.answerable import answerability
from projections.agreement.steps import step_at
from projections.history.history import History
from projections.lifecycles.asks import Ask, asks
from projections.lifecycles.commitment_states import CommitmentState
from projections.lifecycles.commitments import commitments
from projections.method.method import Method


class Arrear(Struct, frozen=True, kw_only=True):
    """A promise or an ask that one body owes past its day, from one day until before another (None: still)."""

    thing_id: UUID
    party: PartyAt
    begins: date
    ends: date | None
    causes: tuple[UUID, ...]
    begun_by: Effective

    def is_owed_on(self, day: date) -> bool:
        """It is owed at the end of a day."""
        return self.begins <= day and (self.ends is None or day < self.ends)


def late_promises(history: History, method: Method) -> Iterator[Arrear]:
    """Every promise that was overdue, for as long as each body that answers for it owed it so."""
    for promise in commitments(history, method):
        for strand in promise.strands:
            for phase, following in pairwise([*strand.phases, None]):
                if phase is None or phase.state is not CommitmentState.OVERDUE:
                    continue
                begins = _bound_by(history, phase.promiser, promise.commitment_id, phase.since)
                if begins is not None:
                    yield Arrear(
                        thing_id=promise.commitment_id,
                        party=phase.promiser,
                        begins=begins,
                        ends=None if following is None else day_of(following.since),
                        causes=phase.causes,
                        begun_by=promise.made,
                    )


def late_asks(history: History, method: Method) -> Iterator[Arrear]:
    """Every ask that went past its time, for as long as each body that held it owed the answer."""
    for ask in asks(history, method):
        days = sorted(set(_days_of_change(ask)))
        for day, following in pairwise([*days, None]):
            holder = None if day is None else _owing_on(ask, day)
            if day is None or holder is None:
                continue
            begins = _bound_by(history, holder, ask.ask_id, end_of_day(day - timedelta(days=1)))
            if begins is not None and (following is None or begins < following):
                yield Arrear(
                    thing_id=ask.ask_id,
                    party=holder,
                    begins=begins,
                    ends=following,
                    causes=ask.raised.causes,
                    begun_by=ask.raised,
                )


def _days_of_change(ask: Ask) -> Iterator[date]:
    """The days at whose end somebody may begin or cease to owe the answer."""
    yield ask.due_on + timedelta(days=1)
    for fact in (ask.first_answer, ask.withdrawal):
        if fact is not None:
            yield day_of(fact.occurred_at)
    yield from (day_of(step.since) for step in ask.answer_disputes)
    yield from (day_of(holding.since) for holding in ask.holdings)


def _owing_on(ask: Ask, day: date) -> PartyAt | None:
    """The body that owes the answer at the end of a day on which that is past its time."""
    cut = end_of_day(day)
    if day <= ask.due_on or (ask.withdrawal is not None and ask.withdrawal.occurred_at < cut):
        return None
    if ask.first_answer is not None and ask.first_answer.occurred_at < cut:
        step = step_at(ask.answer_disputes, cut)
        if step is None or not step.void:
            return None
    holders = [holding.holder for holding in ask.holdings if holding.since < cut]
    return holders[-1] if holders else None


def _bound_by(history: History, party: PartyAt, thing_id: UUID, since: datetime) -> date | None:
    """From which day a body owes something here that stood against it from an instant: not before it is held to it."""
    facts = [fact for each in history.about(thing_id) for fact in (each, *history.about(each.event_id))]
    held_from = answerability(history).held_since(party.party_id, facts)
    return None if held_from is None else day_of(max(held_from, since))
