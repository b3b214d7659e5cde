"""Composition: whether a partnership's seats keep to the rules that it settled for itself."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.partnerships import MemberJoined, MemberLeft, RuleAdopted, SeatAccepted
from domain.events.registries import PartySucceeded
from domain.values import day_of
from domain.vocabulary import CodeList, Side
from projections.declaration import ProjectionRow, projection
from projections.history.causes import each_once
from projections.history.history import History
from projections.history.rules_in_force import rule_in_force
from projections.history.seats import Seat
from projections.method.method import Method
from projections.rows import MENDING, Causes


class Requirement(CodeList):
    """What a rule can ask of the seats."""

    MEMBERS = "members"
    RESIDENTS_VOTING_SHARE = "residents-voting-share"


class CompositionRow(ProjectionRow, frozen=True, kw_only=True):
    """One requirement, and how the seats stood against it at the end of the day asked about."""

    requirement: Annotated[Requirement, Meta(description="What is asked of the seats")]
    required: Annotated[float | None, Meta(description="The least that the rule in force asks; null without a rule")]
    rule_since_on: Annotated[date | None, Meta(description="The day from which the rule has been in force")]
    is_rule_as_claimed: Annotated[
        bool,
        Meta(description="Whether it has been in force since then because the source it came from says so"),
    ]
    actual: Annotated[float | None, Meta(description="How it stood; null where no seat was there to count")]
    seats: Annotated[int, Meta(description="How many seats were counted")]
    is_met: Annotated[bool | None, Meta(description="Whether the rule was kept; null without a rule or seats")]
    causes: Causes


@projection(
    name="composition",
    version=2,
    row=CompositionRow,
    key=("requirement",),
    handles=(RuleAdopted, MemberJoined, SeatAccepted, MemberLeft, PartySucceeded, *MENDING),
    question="Do the seats keep to the partnership's own rules on members and on residents' votes?",
    ignores_rest="Only seats and rules about seats bear on it.",
)
def composition(history: History, _method: Method) -> list[CompositionRow]:
    """One row for each requirement, with a rule or without."""
    seats = history.members_at(history.end)
    voting = [seat for seat in seats if seat.voting]
    residents = sum(seat.party.side is Side.RESIDENTS for seat in voting)
    return [
        _row(history, Requirement.MEMBERS, "members_min", float(len(seats)), seats),
        _row(
            history,
            Requirement.RESIDENTS_VOTING_SHARE,
            "residents_voting_share_min",
            residents / len(voting) if voting else None,
            voting,
        ),
    ]


def _row(
    history: History, requirement: Requirement, rule_name: str, actual: float | None, seats: Sequence[Seat]
) -> CompositionRow:
    rule = rule_in_force(history, rule_name)
    causes: list[UUID] = [cause for seat in seats for cause in seat.causes]
    if rule is None:
        required, since_on, claimed = None, None, False
    else:
        settlement, required = rule
        since_on, claimed = day_of(settlement.since), settlement.is_claimed
        causes = [*settlement.fact.causes, *causes]
    return CompositionRow(
        requirement=requirement,
        required=required,
        rule_since_on=since_on,
        is_rule_as_claimed=claimed,
        actual=actual,
        seats=len(seats),
        is_met=None if required is None or actual is None else actual >= required,
        causes=each_once(causes),
    )
