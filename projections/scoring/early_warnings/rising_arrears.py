"""Early warnings of what one body owes: promises overdue, and asks past their time, more of them than before."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from uuid import UUID

from msgspec import Struct

from domain.events.recorded import Effective
from domain.values import PartyAt, day_of, end_of_day
from projections.agreement.answerable import answerability
from projections.agreement.steps import step_at
from projections.history.causes import each_once
from projections.history.history import History
from projections.history.record_reach import record_reach
from projections.lifecycles.asks import Ask, asks
from projections.lifecycles.commitment_states import CommitmentState
from projections.lifecycles.commitments import commitments
from projections.scoring.early_warnings.warning_row import (
    EarlyWarningRow,
    EarlyWarningRule,
    EarlyWarningState,
    Watch,
    days_and_later,
    held_since,
)


class Arrear(Struct, frozen=True, kw_only=True):
    """A promise or an ask that one body owes past its day, from one day until before another (None: still).

    One that fell due after the record that began it ends is not counted: it may have been done.
    """

    thing_id: UUID
    party: PartyAt
    begins: date
    ends: date | None
    causes: tuple[UUID, ...]
    begun_by: Effective

    def is_owed_on(self, day: date) -> bool:
        """It is owed at the end of a day."""
        return self.begins <= day and (self.ends is None or day < self.ends)


def promises_overdue(watch: Watch) -> Iterator[EarlyWarningRow]:
    """Each body with several promises overdue, and more of them than before."""
    yield from _rising(watch, EarlyWarningRule.PROMISES_OVERDUE, _late_promises(watch))


def asks_unanswered(watch: Watch) -> Iterator[EarlyWarningRow]:
    """Each body that holds several asks past their time, and more of them than before."""
    yield from _rising(watch, EarlyWarningRule.ASKS_UNANSWERED, _late_asks(watch))


def _rising(watch: Watch, rule: EarlyWarningRule, arrears: Iterable[Arrear]) -> Iterator[EarlyWarningRow]:
    by_party: dict[UUID, list[Arrear]] = {}
    beyond_reach, reach = [], record_reach(watch.history)
    for arrear in arrears:
        if not reach.covers(arrear.begins, arrear.begun_by):
            beyond_reach.append(arrear)
        elif not arrear.party.office_holder:
            by_party.setdefault(arrear.party.party_id, []).append(arrear)
    rows = [row for party_id in sorted(by_party) if (row := _risen(watch, rule, by_party[party_id])) is not None]
    yield from rows
    if not rows and any(each.is_owed_on(watch.as_of) for each in beyond_reach):
        yield EarlyWarningRow(rule=rule, state=EarlyWarningState.NOT_RECORDED)


def _risen(watch: Watch, rule: EarlyWarningRule, arrears: Sequence[Arrear]) -> EarlyWarningRow | None:
    """The warning about one body, where it owes more than before."""
    apart = watch.rules.compared_after_days
    changes = [day for each in arrears for day in (each.begins, each.ends) if day is not None]
    since = held_since(days_and_later(changes, apart), watch.as_of, lambda day: _has_risen(watch, arrears, day))
    if since is None:
        return None
    compared_on = watch.as_of - timedelta(days=apart)
    owed = [each for each in arrears if each.is_owed_on(watch.as_of)]
    return EarlyWarningRow(
        rule=rule,
        state=EarlyWarningState.HOLDS,
        party_id=owed[-1].party.party_id,
        side=owed[-1].party.side,
        since_on=since,
        found=float(_count(arrears, watch.as_of)),
        threshold=float(watch.rules.fewest_overdue),
        before=float(_count(arrears, compared_on)),
        before_on=compared_on,
        causes=each_once(cause for each in owed for cause in each.causes),
    )


def _has_risen(watch: Watch, arrears: Sequence[Arrear], day: date) -> bool:
    now, before = _count(arrears, day), _count(arrears, day - timedelta(days=watch.rules.compared_after_days))
    return now >= watch.rules.fewest_overdue and now - before >= watch.rules.fewest_more


def _count(arrears: Iterable[Arrear], day: date) -> int:
    """Count the things owed at the end of a day, each once however many they are owed to."""
    return len({each.thing_id for each in arrears if each.is_owed_on(day)})


def _late_promises(watch: Watch) -> Iterator[Arrear]:
    for promise in commitments(watch.history, watch.method):
        for strand in promise.strands:
            for phase, following in pairwise([*strand.phases, None]):
                if phase is None or phase.state is not CommitmentState.OVERDUE:
                    continue
                begins = _bound_by(watch.history, phase.promiser, promise.commitment_id, phase.since)
                if begins is not None:
                    yield Arrear(
                        thing_id=promise.commitment_id,
                        party=phase.promiser,
                        begins=begins,
                        ends=None if following is None else day_of(following.since),
                        causes=phase.causes,
                        begun_by=promise.made,
                    )


def _late_asks(watch: Watch) -> Iterator[Arrear]:
    for ask in asks(watch.history, watch.method):
        days = sorted(set(_days_of_change(ask)))
        for day, following in pairwise([*days, None]):
            holder = None if day is None else _owing_on(ask, day)
            if day is None or holder is None:
                continue
            begins = _bound_by(watch.history, holder, ask.ask_id, end_of_day(day - timedelta(days=1)))
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
