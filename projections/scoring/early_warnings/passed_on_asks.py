"""Early warning of asks that go from hand to hand: most of a year's asks were passed on, and then on again."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from domain.values import day_of, end_of_day
from projections.history.causes import causes_of
from projections.lifecycles.asks import Ask, asks
from projections.scoring.early_warnings.warning_row import (
    EarlyWarningRow,
    EarlyWarningRule,
    EarlyWarningState,
    Watch,
    days_and_later,
    held_since,
)

_TWICE: Final = 2


def asks_passed_on(watch: Watch) -> Iterator[EarlyWarningRow]:
    """The partnership, where most of the asks made in a year were passed on at least twice."""
    all_asks = asks(watch.history, watch.method)
    changes = days_and_later((day_of(ask.raised.occurred_at) for ask in all_asks), watch.method.health.window_days)
    changes += [day + timedelta(days=1) for day in changes]
    changes += [day_of(holding.since) for ask in all_asks for holding in ask.holdings]
    since = held_since(changes, watch.as_of, lambda day: _go_from_hand_to_hand(watch, all_asks, day))
    if since is not None:
        year = _of_year(watch, all_asks, watch.as_of)
        passed_on = [ask for ask in year if _is_passed_on(ask, watch.as_of)]
        yield EarlyWarningRow(
            rule=EarlyWarningRule.ASKS_PASSED_ON,
            state=EarlyWarningState.HOLDS,
            since_on=since,
            found=len(passed_on) / len(year),
            threshold=watch.rules.passed_on_share,
            of=len(year),
            causes=causes_of(passed_on),
        )


def _of_year(watch: Watch, all_asks: Sequence[Ask], day: date) -> list[Ask]:
    end = end_of_day(day)
    start = end - timedelta(days=watch.method.health.window_days)
    return [ask for ask in all_asks if start <= ask.raised.occurred_at < end]


def _is_passed_on(ask: Ask, day: date) -> bool:
    """It has passed from one body to another at least twice by the end of a day."""
    return sum(holding.since < end_of_day(day) for holding in ask.holdings) > _TWICE


def _go_from_hand_to_hand(watch: Watch, all_asks: Sequence[Ask], day: date) -> bool:
    year = _of_year(watch, all_asks, day)
    passed_on = sum(_is_passed_on(ask, day) for ask in year)
    return len(year) >= watch.rules.fewest_asks and passed_on >= watch.rules.passed_on_share * len(year)
