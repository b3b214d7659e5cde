"""Decisions: who led one and at what level people took part, as far as another side than the leader's says so."""

from datetime import datetime
from operator import attrgetter
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.decisions import DecisionAttested, DecisionTaken
from domain.events.partnerships import RuleAdopted
from domain.events.recorded import Effective
from domain.values import PartyAt, last_day
from domain.vocabulary import Level, SharingKind, Side
from projections.agreement.agreement import agreement
from projections.agreement.parties import parties_between
from projections.agreement.steps import Course, step_after, step_at
from projections.history.covering_sources import ActCoverage, ActToShare, act_coverage
from projections.history.history import History
from projections.history.memo import answers_about, once_per_history, once_per_thing
from projections.history.rules_in_force import in_force
from projections.method.method import Method

_NO_LEADER: Final = frozenset({Side.PARTNERSHIP})
"""A board as such leads nothing: the seat whose proposal was adopted does."""


class AgreedLead(Struct, frozen=True, kw_only=True):
    """Who led a decision and at what level, as far as it is agreed; None: not stated, or not agreed."""

    led_by: PartyAt | None
    practised: Level | None


class LedDecision(Struct, frozen=True, kw_only=True):
    """A decision with its stated leader, how far it was agreed over time, and the attestations with how they stood.

    `promised`: the level promised for it, or by the rule that bound when it was taken. `reasons_coverage` says
    since when some source of the record would note reasons.
    """

    fact: Effective
    body: DecisionTaken
    leader: PartyAt
    promised: Level | None
    attested: tuple[Effective, ...]
    attestations: tuple[Course, ...]
    course: Course
    reasons_coverage: ActCoverage

    def practised_at(self, instant: datetime) -> Level | None:
        """The level practised: as last attested by then, else as stated with the decision."""
        level = self.body.level_practised
        for attestation, course in zip(self.attested, self.attestations, strict=True):
            step = step_after(course, instant)
            if step is not None and not step.void:
                level = _attestation(attestation).level_practised or level
        return level


@once_per_history
def decisions_led(history: History, method: Method) -> list[LedDecision]:
    """List the decisions that have a stated leader, in order."""
    decisions = answers_about(history, method, led_decision, history.keys_of_facts(DecisionTaken))
    return [decision for decision in decisions if decision is not None]


def agreed_lead(led: LedDecision | None, cut: datetime) -> AgreedLead:
    """The lead and level of a decision, if anybody is stated to have led it, as far as they are agreed at a cut."""
    step = None if led is None else step_at(led.course, cut)
    if led is None or step is None or not step.stands:
        return AgreedLead(led_by=None, practised=None)
    return AgreedLead(led_by=led.leader, practised=led.practised_at(step.since))


def _promised_level(history: History, fact: Effective, body: DecisionTaken) -> Level | None:
    if body.level_promised is not None:
        return body.level_promised
    rule = in_force(history, RuleAdopted, attrgetter("level_promised"), fact.occurred_at)
    return None if rule is None else rule.body.level_promised


@once_per_thing
def led_decision(history: History, method: Method, taken_id: UUID) -> LedDecision | None:
    """Follow one decision, by the id of the event that took it; None where nobody is stated to have led it."""
    fact, body = history.recorded(DecisionTaken, taken_id)
    attestations = [each for each in history.about(body.decision_id) if isinstance(each.body, DecisionAttested)]
    leader = body.led_by or next((who for each in attestations if (who := _attestation(each).led_by) is not None), None)
    if leader is None or leader.side in _NO_LEADER:
        return None
    agreeing = tuple(each for each in attestations if _agrees(_attestation(each), leader))
    parties = parties_between((leader,), set(Side) - _NO_LEADER - {leader.side})
    course = agreement(history, method, fact, parties, further_acts=agreeing)
    courses_of_attestations = tuple(
        agreement(history, method, attested, parties_between((_attestation(attested).attested_by,), (leader,)))
        for attested in agreeing
    )
    return LedDecision(
        fact=fact,
        body=body,
        leader=leader,
        promised=_promised_level(history, fact, body),
        attested=agreeing,
        attestations=courses_of_attestations,
        course=course,
        reasons_coverage=act_coverage(
            history, method, ActToShare(SharingKind.REASONS, leader.party_id, fact, last_day(body.happened))
        ),
    )


def _agrees(attestation: DecisionAttested, leader: PartyAt) -> bool:
    """Another side than the leader's says that this body led, or at what level."""
    if attestation.attested_by.side is leader.side:
        return False
    return attestation.led_by is None or attestation.led_by.party_id == leader.party_id


def _attestation(fact: Effective) -> DecisionAttested:
    assert isinstance(fact.body, DecisionAttested)  # noqa: S101 - tells the type checker
    return fact.body
