"""Early warnings: which declared rules hold on a day, about whom, since when, and what would end them."""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec.structs import replace

from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import PartnershipClosed, PartnershipPaused
from projections.declaration import projection
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.method.method import Method
from projections.scoring.behaviour import evidence
from projections.scoring.early_warnings.fallen_trust import trust_that_fell
from projections.scoring.early_warnings.long_silence import nothing_recorded, open_disagreements
from projections.scoring.early_warnings.missed_meetings import cancelled_meetings, sides_that_stopped_coming
from projections.scoring.early_warnings.passed_on_asks import asks_passed_on
from projections.scoring.early_warnings.rising_arrears import asks_unanswered, promises_overdue
from projections.scoring.early_warnings.shared_work import few_who_do_most
from projections.scoring.early_warnings.warning_row import (
    EarlyWarningRow,
    EarlyWarningRule,
    EarlyWarningState,
    Watch,
)
from projections.scoring.early_warnings.warning_words import end_in_words, rule_in_words
from projections.views.health import PARTNERSHIP_EVENTS

_RULES: Final[dict[EarlyWarningRule, Callable[[Watch], Iterator[EarlyWarningRow]]]] = {
    EarlyWarningRule.CANCELLED_MEETINGS: cancelled_meetings,
    EarlyWarningRule.SIDE_STOPPED_COMING: sides_that_stopped_coming,
    EarlyWarningRule.PROMISES_OVERDUE: promises_overdue,
    EarlyWarningRule.ASKS_UNANSWERED: asks_unanswered,
    EarlyWarningRule.ASKS_PASSED_ON: asks_passed_on,
    EarlyWarningRule.TRUST_FELL: trust_that_fell,
    EarlyWarningRule.FEW_DO_MOST: few_who_do_most,
    EarlyWarningRule.OPEN_DISAGREEMENT: open_disagreements,
    EarlyWarningRule.NOTHING_RECORDED: nothing_recorded,
}
_WHILE_MEETING: Final = frozenset(
    {
        EarlyWarningRule.CANCELLED_MEETINGS,
        EarlyWarningRule.SIDE_STOPPED_COMING,
        EarlyWarningRule.NOTHING_RECORDED,
    }
)
"""The rules that a pause, which was agreed, silences."""


@projection(
    name="early_warnings",
    version=1,
    row=EarlyWarningRow,
    key=("rule", "party_id", "side", "facet", "thing_id"),
    handles=PARTNERSHIP_EVENTS,
    question="Which early warnings hold, about whom, since when, and what would end them?",
    ignores_rest="Everything recorded in a partnership breaks its silence; the rest has a partition of its own.",
)
@once_per_history
def early_warnings(history: History, method: Method) -> list[EarlyWarningRow]:
    """A row for each warning that holds, and one for each rule that does not, in the order of the rules."""
    rules = method.warning_rules
    if rules is None or not history.facts:
        return []
    watch = Watch(history=history, method=method, rules=rules, evidence=evidence(history, method))
    silenced = _silenced(history)
    return [
        replace(row, rule_in_words=rule_in_words(rule, rules), ends_when=end_in_words(rule))
        for rule, find in _RULES.items()
        for row in ([] if rule in silenced else list(find(watch)))
        or [EarlyWarningRow(rule=rule, state=EarlyWarningState.DOES_NOT_HOLD)]
    ]


def _silenced(history: History) -> frozenset[EarlyWarningRule]:
    """The rules that hold of nobody whatever happened: all once it has closed, some while it rests."""
    if history.of(PartnershipClosed):
        return frozenset(EarlyWarningRule)
    pauses, meetings = history.of(PartnershipPaused), history.of(InteractionRecorded)
    is_paused = bool(pauses) and not any(fact.occurred_at > pauses[-1].occurred_at for fact in meetings)
    return _WHILE_MEETING if is_paused else frozenset()
