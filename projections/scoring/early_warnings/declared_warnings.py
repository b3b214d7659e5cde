"""The early warnings there are, each declared once: what holds of whom, in which words, and what would end it."""

from collections.abc import Callable, Iterator
from typing import Final

from msgspec import UNSET, Struct

from projections.method.method import EarlyWarningRules
from projections.scoring.early_warnings.fallen_trust import trust_that_fell
from projections.scoring.early_warnings.long_silence import nothing_recorded, open_disagreements
from projections.scoring.early_warnings.missed_meetings import cancelled_meetings, sides_that_stopped_coming
from projections.scoring.early_warnings.passed_on_asks import asks_passed_on
from projections.scoring.early_warnings.rising_arrears import asks_unanswered, promises_overdue
from projections.scoring.early_warnings.shared_work import few_who_do_most
from projections.scoring.early_warnings.warning_row import EarlyWarningRow, EarlyWarningRule, Watch


class DeclaredWarning(Struct, frozen=True, kw_only=True):
    """A rule of early warnings: its name for people, what it holds of, itself in words, and the end of a warning.

    `in_words` takes a method's thresholds; without the one named in `needs`, which came later than the first rules, a
    method does not have the rule. A pause, which was agreed, silences those that hold `while_meeting` alone.
    """

    rule: EarlyWarningRule
    title: str
    find: Callable[[Watch], Iterator[EarlyWarningRow]]
    in_words: Callable[[EarlyWarningRules], str]
    ends_when: str
    while_meeting: bool = False
    needs: str = ""


def _quarter(back: int) -> str:
    return "at the end of the last quarter" if back == 1 else f"{back} quarters back, at the end of a quarter"


def _in_100(share: float) -> str:
    return f"{round(100 * share)} in 100"


WARNINGS: Final = (
    DeclaredWarning(
        rule=EarlyWarningRule.CANCELLED_MEETINGS,
        title="Meetings called off",
        find=cancelled_meetings,
        in_words=lambda rules: (
            f"{rules.cancelled_in_a_row} or more meetings in a row were called off, and none was held in between."
        ),
        ends_when="A meeting is held.",
        while_meeting=True,
    ),
    DeclaredWarning(
        rule=EarlyWarningRule.SIDE_STOPPED_COMING,
        title="A side that stopped coming",
        find=sides_that_stopped_coming,
        in_words=lambda rules: (
            f"A side that came to at least {rules.fewest_attended_before} meetings in a year, and to at least half of "
            "those at which it was written down whether it came, has come to none of the last "
            f"{rules.missed_in_a_row}. Sending apologies is not coming. Where nobody wrote down who was missing, the "
            "rule says nothing."
        ),
        ends_when="Somebody of that side comes to a meeting, or its last seat ends.",
        while_meeting=True,
    ),
    DeclaredWarning(
        rule=EarlyWarningRule.PROMISES_OVERDUE,
        title="More promises overdue",
        find=promises_overdue,
        in_words=lambda rules: (
            f"One organisation or group has {rules.fewest_overdue} or more promises overdue, at least "
            f"{rules.fewest_more} more than {rules.compared_after_days} days before."
        ),
        ends_when=(
            "Enough of them are done, settled or let off by agreement; or no more are overdue than were before."
        ),
    ),
    DeclaredWarning(
        rule=EarlyWarningRule.ASKS_UNANSWERED,
        title="More asks past their time",
        find=asks_unanswered,
        in_words=lambda rules: (
            f"One organisation or group has {rules.fewest_overdue} or more asks past their time, at least "
            f"{rules.fewest_more} more than {rules.compared_after_days} days before."
        ),
        ends_when=(
            "Enough of them are answered, taken back or taken over; or no more are past their time than were before."
        ),
    ),
    DeclaredWarning(
        rule=EarlyWarningRule.ASKS_PASSED_ON,
        title="Asks passed from hand to hand",
        find=asks_passed_on,
        in_words=lambda rules: (
            f"At least {rules.fewest_asks} asks were made in a year, and {_in_100(rules.passed_on_share)} or more of "
            "them were passed on from one organisation or group to another, and then on again."
        ),
        ends_when="More asks are answered by whoever holds them, or passed on once at most.",
    ),
    DeclaredWarning(
        rule=EarlyWarningRule.TRUST_FELL,
        title="Trust that fell",
        find=trust_that_fell,
        in_words=lambda rules: (
            "One side’s trust in one organisation or group, in one aspect, is below the whole of the likely range that "
            f"it had {_quarter(rules.trust_compared_quarters)}, and something that was done or fell due since "
            "then pulled it down. A figure that is less certain, or that only fades, is no warning."
        ),
        ends_when="The figure is back within that range, or a new quarter begins without another fall.",
    ),
    DeclaredWarning(
        rule=EarlyWarningRule.FEW_DO_MOST,
        title="Work that rests on few",
        find=few_who_do_most,
        in_words=lambda rules: (
            f"One person of a side makes {_in_100(rules.share_by_one)} or more of its attendance in a year, or two "
            f"people make {_in_100(rules.share_by_two)}, though at least {rules.fewest_active} came. People are "
            "counted and never named; somebody whose name is not on record counts as somebody else each time."
        ),
        ends_when="Others of that side come more often, so that the share of the few falls below that.",
    ),
    DeclaredWarning(
        rule=EarlyWarningRule.OPEN_DISAGREEMENT,
        title="A disagreement that stays open",
        find=open_disagreements,
        in_words=lambda rules: (
            "A disagreement, or the dispute of a record, has been open for more than "
            f"{rules.open_disagreement_days} days."
        ),
        ends_when="Both sides settle it.",
    ),
    DeclaredWarning(
        rule=EarlyWarningRule.NOTHING_RECORDED,
        title="Nothing recorded",
        find=nothing_recorded,
        in_words=lambda rules: (
            f"For more than {rules.silent_days} days nothing is on record that happened, and nothing was recorded."
        ),
        ends_when="Something is recorded.",
        while_meeting=True,
    ),
)
_BY_RULE: Final = {warning.rule: warning for warning in WARNINGS}


def warnings_of(rules: EarlyWarningRules) -> list[DeclaredWarning]:
    """The rules that a method has, in the order in which `EarlyWarningRule` lists them."""
    warnings = [_BY_RULE[rule] for rule in EarlyWarningRule]
    return [each for each in warnings if not each.needs or getattr(rules, each.needs) is not UNSET]
