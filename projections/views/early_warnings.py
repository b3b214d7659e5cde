"""Early warnings: which declared rules hold on a day, about whom, since when, and what would end them."""

from msgspec.structs import replace

from domain.events.interactions import InteractionRecorded
from domain.events.partnerships import PartnershipClosed, PartnershipPaused
from projections.declaration import projection
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.method.method import Method
from projections.scoring.behaviour import evidence
from projections.scoring.early_warnings.declared_warnings import WARNINGS, warnings_of
from projections.scoring.early_warnings.warning_row import (
    EarlyWarningRow,
    EarlyWarningRule,
    EarlyWarningState,
    Watch,
)
from projections.views.health import PARTNERSHIP_EVENTS


@projection(
    name="early_warnings",
    version=2,
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
        replace(row, rule_in_words=warning.in_words(rules), ends_when=warning.ends_when)
        for warning in warnings_of(rules)
        for row in ([] if warning.rule in silenced else list(warning.find(watch)))
        or [EarlyWarningRow(rule=warning.rule, state=EarlyWarningState.DOES_NOT_HOLD)]
    ]


def _silenced(history: History) -> frozenset[EarlyWarningRule]:
    """The rules that hold of nobody whatever happened: all once it has closed, some while it rests."""
    if history.of(PartnershipClosed):
        return frozenset(EarlyWarningRule)
    pauses, meetings = history.of(PartnershipPaused), history.of(InteractionRecorded)
    is_paused = bool(pauses) and not any(fact.occurred_at > pauses[-1].occurred_at for fact in meetings)
    return frozenset(each.rule for each in WARNINGS if each.while_meeting and is_paused)
