"""Early warnings of what one body owes: promises overdue, and asks past their time, more of them than before."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from projections.history.causes import each_once
from projections.history.record_reach import record_reach
from projections.lifecycles.arrears import Arrear, late_asks, late_promises
from projections.scoring.early_warnings.warning_row import (
    EarlyWarningRow,
    EarlyWarningRule,
    EarlyWarningState,
    Watch,
    days_and_later,
    held_since,
)


def promises_overdue(watch: Watch) -> Iterator[EarlyWarningRow]:
    """Each body with several promises overdue, and more of them than before."""
    yield from _rising(watch, EarlyWarningRule.PROMISES_OVERDUE, late_promises(watch.history, watch.method))


def asks_unanswered(watch: Watch) -> Iterator[EarlyWarningRow]:
    """Each body that holds several asks past their time, and more of them than before."""
    yield from _rising(watch, EarlyWarningRule.ASKS_UNANSWERED, late_asks(watch.history, watch.method))


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
