"""The rules of early warnings in words, with a method's thresholds, and what would end each."""

from collections.abc import Callable, Mapping
from typing import Final

from projections.method.method import EarlyWarningRules
from projections.scoring.early_warnings.warning_row import EarlyWarningRule


def _quarter(back: int) -> str:
    return "at the end of the last quarter" if back == 1 else f"{back} quarters back, at the end of a quarter"


def _in_100(share: float) -> str:
    return f"{round(100 * share)} in 100"


_RULES: Final[Mapping[EarlyWarningRule, Callable[[EarlyWarningRules], str]]] = {
    EarlyWarningRule.CANCELLED_MEETINGS: lambda rules: (
        f"{rules.cancelled_in_a_row} or more meetings in a row were called off, and none was held in between."
    ),
    EarlyWarningRule.SIDE_STOPPED_COMING: lambda rules: (
        f"A side that came to at least {rules.fewest_attended_before} meetings in a year, and to at least half of "
        f"those at which it was written down whether it came, has come to none of the last {rules.missed_in_a_row}. "
        "Sending apologies is not coming. Where nobody wrote down who was missing, the rule says nothing."
    ),
    EarlyWarningRule.PROMISES_OVERDUE: lambda rules: (
        f"One organisation or group has {rules.fewest_overdue} or more promises overdue, at least "
        f"{rules.fewest_more} more than {rules.compared_after_days} days before."
    ),
    EarlyWarningRule.ASKS_UNANSWERED: lambda rules: (
        f"One organisation or group has {rules.fewest_overdue} or more asks past their time, at least "
        f"{rules.fewest_more} more than {rules.compared_after_days} days before."
    ),
    EarlyWarningRule.TRUST_FELL: lambda rules: (
        "One side’s trust in one organisation or group, in one aspect, is below the whole of the likely range that it "
        f"had {_quarter(rules.trust_compared_quarters)}, and something that was done or fell due since "
        "then pulled it down. A figure that is less certain, or that only fades, is no warning."
    ),
    EarlyWarningRule.ASKS_PASSED_ON: lambda rules: (
        f"At least {rules.fewest_asks} asks were made in a year, and {_in_100(rules.passed_on_share)} or more of them "
        "were passed on from one organisation or group to another, and then on again."
    ),
    EarlyWarningRule.FEW_DO_MOST: lambda rules: (
        f"One person of a side makes {_in_100(rules.share_by_one)} or more of its attendance in a year, or two people "
        f"make {_in_100(rules.share_by_two)}, though at least {rules.fewest_active} came. People are counted and "
        "never named; somebody whose name is not on record counts as somebody else each time."
    ),
    EarlyWarningRule.OPEN_DISAGREEMENT: lambda rules: (
        f"A disagreement, or the dispute of a record, has been open for more than {rules.open_disagreement_days} days."
    ),
    EarlyWarningRule.NOTHING_RECORDED: lambda rules: (
        f"For more than {rules.silent_days} days nothing is on record that happened, and nothing was recorded."
    ),
}

_ENDS: Final[Mapping[EarlyWarningRule, str]] = {
    EarlyWarningRule.CANCELLED_MEETINGS: "A meeting is held.",
    EarlyWarningRule.SIDE_STOPPED_COMING: "Somebody of that side comes to a meeting, or its last seat ends.",
    EarlyWarningRule.PROMISES_OVERDUE: (
        "Enough of them are done, settled or let off by agreement; or no more are overdue than were before."
    ),
    EarlyWarningRule.ASKS_UNANSWERED: (
        "Enough of them are answered, taken back or taken over; or no more are past their time than were before."
    ),
    EarlyWarningRule.TRUST_FELL: "The figure is back within that range, or a new quarter begins without another fall.",
    EarlyWarningRule.ASKS_PASSED_ON: "More asks are answered by whoever holds them, or passed on once at most.",
    EarlyWarningRule.FEW_DO_MOST: "Others of that side come more often, so that the share of the few falls below that.",
    EarlyWarningRule.OPEN_DISAGREEMENT: "Both sides settle it.",
    EarlyWarningRule.NOTHING_RECORDED: "Something is recorded.",
}


def rule_in_words(rule: EarlyWarningRule, rules: EarlyWarningRules) -> str:
    """A rule as people read it, with the thresholds it is held to."""
    return _RULES[rule](rules)


def end_in_words(rule: EarlyWarningRule) -> str:
    """The end of a warning: what would have to happen."""
    return _ENDS[rule]
