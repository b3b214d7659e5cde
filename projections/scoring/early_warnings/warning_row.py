"""The row of an early warning: which rule, about whom, what was counted against which threshold, and since when."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from domain.values import end_of_day
from domain.vocabulary import CodeList, Facet, Side
from projections.declaration import ProjectionRow
from projections.history.history import History
from projections.method.method import EarlyWarningRules, Method
from projections.rows import Causes, names_a
from projections.scoring.formulas.evidence import Evidence


class EarlyWarningRule(CodeList):
    """The rules of early warnings, in the order in which they are listed."""

    CANCELLED_MEETINGS = "cancelled-meetings"
    SIDE_STOPPED_COMING = "side-stopped-coming"
    PROMISES_OVERDUE = "promises-overdue"
    ASKS_UNANSWERED = "asks-unanswered"
    ASKS_PASSED_ON = "asks-passed-on"
    TRUST_FELL = "trust-fell"
    FEW_DO_MOST = "few-do-most"
    OPEN_DISAGREEMENT = "open-disagreement"
    NOTHING_RECORDED = "nothing-recorded"


class EarlyWarningState(CodeList):
    """The state of a rule on the day asked about; not recorded: the record does not hold what it looks at."""

    HOLDS = "holds"
    DOES_NOT_HOLD = "does-not-hold"
    NOT_RECORDED = "not-recorded"


class EarlyWarningRow(ProjectionRow, frozen=True, kw_only=True):
    """One rule as it holds about somebody or something, or one row for a rule that holds about nobody."""

    rule: Annotated[EarlyWarningRule, Meta(description="The rule")]
    state: Annotated[EarlyWarningState, Meta(description="Whether it holds on the day asked about")]
    party_id: Annotated[UUID | None, names_a("party", "The organisation or group it is about, if it is about one")] = (
        None
    )
    side: Annotated[Side | None, Meta(description="The side it is about, or whose experience it is")] = None
    facet: Annotated[Facet | None, Meta(description="The aspect of trust it is about")] = None
    thing_id: Annotated[UUID | None, names_a("thing", "The disagreement or disputed record it is about")] = None
    since_on: Annotated[date | None, Meta(description="The day since which it has held without a break")] = None
    found: Annotated[float | None, Meta(description="What was counted on the day asked about, or the figure then")] = (
        None
    )
    found_low: Annotated[float | None, Meta(description="Of a figure: from where it is likely to be")] = None
    found_high: Annotated[float | None, Meta(description="Of a figure: up to where it is likely to be")] = None
    threshold: Annotated[float | None, Meta(description="What that is held against, where it is one number")] = None
    before: Annotated[float | None, Meta(description="The same on the day compared with")] = None
    before_low: Annotated[float | None, Meta(description="Of a figure: from where it was likely to be then")] = None
    before_high: Annotated[float | None, Meta(description="Of a figure: up to where it was likely to be then")] = None
    before_on: Annotated[date | None, Meta(description="The day compared with, where there is one")] = None
    people: Annotated[int | None, Meta(description="Of shared work: how many people make that share of it")] = None
    of: Annotated[int | None, Meta(description="How many acts, people or meetings that was counted among")] = None
    rule_in_words: Annotated[str, Meta(description="The rule, with its thresholds")] = ""
    ends_when: Annotated[str, Meta(description="What would end it")] = ""
    causes: Causes = ()


class Watch(Struct, frozen=True, kw_only=True):
    """A partnership under watch: its history by the end of a day, the thresholds, and the evidence of its figures."""

    history: History
    method: Method
    rules: EarlyWarningRules
    evidence: Sequence[Evidence]

    @property
    def as_of(self) -> date:
        """The day asked about."""
        return self.history.as_of

    def has_seat(self, side: Side, day: date) -> bool:
        """Somebody of a side sits in the partnership at the end of a day."""
        return any(seat.party.side is side for seat in self.history.members_at(end_of_day(day)))


def held_since(days: Iterable[date], as_of: date, holds: Callable[[date], bool]) -> date | None:
    """The first day of the unbroken stretch up to a day through which something holds; None where it does not.

    `days` are all those at whose end it may change.
    """
    if not holds(as_of):
        return None
    since = as_of
    for day in sorted({day for day in days if day <= as_of}, reverse=True):
        if not holds(day):
            break
        since = day
    return since


def days_and_later(days: Iterable[date], later: int) -> list[date]:
    """The days, and for each the day so many days later."""
    return [each + timedelta(days=more) for each in days for more in (0, later)]
