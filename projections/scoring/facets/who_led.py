"""Who led a decision and at what level people took part: evidence once another side than the leader's says so."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.decisions import DecisionAttested, DecisionTaken
from domain.events.partnership import RuleAdopted
from domain.events.recorded import Effective
from domain.values import PartyAt
from domain.vocabulary import Facet, Level, Side
from projections.agreement.agreement import agreement
from projections.agreement.parties import parties_between
from projections.agreement.steps import Agreed, Course, step_after, step_at
from projections.history.causes import each_once
from projections.history.history import History
from projections.history.rules_in_force import in_force
from projections.method.method import Method
from projections.scoring.evidence import Evidence
from projections.scoring.facets.disputed_acts import done_at, lowered_weight
from projections.scoring.facets.evidence_periods import ActReading, body_of, evidence_rows, is_scored, whole_side
from projections.scoring.facets.own_word import belief

_NO_LEADER: Final = frozenset({Side.PARTNERSHIP})
"""A board as such leads nothing: the seat whose proposal was adopted does."""


class AgreedLead(Struct, frozen=True, kw_only=True):
    """Who led a decision and at what level, as far as it is agreed; None: not stated, or not agreed."""

    led_by: PartyAt | None
    practised: Level | None


class LedDecision(Struct, frozen=True, kw_only=True):
    """A decision with its stated leader, how far it was agreed over time, and the attestations with how they stood."""

    fact: Effective
    body: DecisionTaken
    leader: PartyAt
    attested: tuple[Effective, ...]
    attestations: tuple[Course, ...]
    course: Course

    def practised_at(self, instant: datetime) -> Level | None:
        """Give the level practised: as last attested by then, else as stated with the decision."""
        level = self.body.level_practised
        for each, course in zip(self.attested, self.attestations, strict=True):
            step = step_after(course, instant)
            if step is not None and not step.void:
                level = _attestation(each).level_practised or level
        return level


def decisions_led(history: History, method: Method) -> list[LedDecision]:
    """List the decisions that have a stated leader, in order."""
    return [led for fact, body in history.each(DecisionTaken) if (led := _led(history, method, fact, body)) is not None]


def lead_at(history: History, method: Method, fact: Effective, body: DecisionTaken) -> AgreedLead:
    """Give what is agreed of a decision's lead and level at the cut."""
    led = _led(history, method, fact, body)
    step = None if led is None else step_at(led.course, history.end)
    if led is None or step is None or not step.stands:
        return AgreedLead(led_by=None, practised=None)
    return AgreedLead(led_by=led.leader, practised=led.practised_at(step.since))


def promised_level(history: History, led: LedDecision) -> Level | None:
    """Give the level promised for a decision: its own, else that of the rule that bound when it was taken."""
    if led.body.level_promised is not None:
        return led.body.level_promised
    rule = in_force(history, RuleAdopted, attrgetter("level_promised"), led.fact.occurred_at)
    return None if rule is None else rule.body.level_promised


def led_evidence(
    history: History,
    method: Method,
    *,
    facet: Facet,
    act: str,
    worth: Callable[[LedDecision, Level | None], tuple[float, bool] | None],
) -> Iterator[Evidence]:
    """Give the evidence of decisions led, once from each other side that met them.

    `worth` gives the value of a decision at a level practised, and whether it is done (else it is owed, and does
    not fade); None: no evidence.
    """
    led = [each for each in decisions_led(history, method) if is_scored(each.leader)]
    for _, own in groupby(sorted(led, key=_leader_first), key=lambda each: each.leader.party_id):
        decisions = list(own)
        believed = belief((each.course,) for each in decisions)
        for each in decisions:
            readings = _readings(each, method, worth)
            for side in sorted(set(each.body.met_by) - {each.leader.side}):
                yield from evidence_rows(
                    f"{act} {each.body.decision_id}",
                    facet,
                    whole_side(side),
                    body_of(each.leader),
                    readings,
                    end=history.end,
                    believed=believed,
                )


def _leader_first(led: LedDecision) -> tuple[UUID, int]:
    return led.leader.party_id, led.fact.position


def _readings(
    led: LedDecision, method: Method, worth: Callable[[LedDecision, Level | None], tuple[float, bool] | None]
) -> list[ActReading]:
    moments = {step.since for step in led.course} | {
        each.occurred_at for each in led.attested if each.occurred_at > led.fact.occurred_at
    }
    found = []
    for moment in sorted(moments):
        step = next(step for step in reversed(led.course) if step.since <= moment)
        value = worth(led, led.practised_at(moment))
        agreed = step.agreed is not Agreed.REPORTED and not step.void
        found.append(
            ActReading(
                since=moment,
                value=value[0] if value is not None and agreed else None,
                at=done_at(led.fact) if value is None or value[1] else None,
                position=led.fact.position,
                weight=lowered_weight(method, led.leader, step.disputed_by) if step.disputed else 1.0,
                tacit=step.agreed is Agreed.TACIT,
                disputed=step.disputed,
                causes=_causes(led, step.causes, moment),
            )
        )
    return found


def _causes(led: LedDecision, causes: Iterable[UUID], moment: datetime) -> tuple[UUID, ...]:
    heard = (each for each in led.attested if each.occurred_at <= moment)
    return each_once((*causes, *(cause for each in heard for cause in each.causes)))


def _led(history: History, method: Method, fact: Effective, body: DecisionTaken) -> LedDecision | None:
    said = [each for each in history.about(body.decision_id) if isinstance(each.body, DecisionAttested)]
    leader = body.led_by or next((who for each in said if (who := _attestation(each).led_by) is not None), None)
    if leader is None or leader.side in _NO_LEADER:
        return None
    agreeing = tuple(each for each in said if _agrees(_attestation(each), leader))
    parties = parties_between((leader,), set(Side) - _NO_LEADER - {leader.side})
    course = agreement(history, method, fact, parties, bearing=agreeing)
    said_of = tuple(
        agreement(history, method, each, parties_between((_attestation(each).attested_by,), (leader,)))
        for each in agreeing
    )
    return LedDecision(fact=fact, body=body, leader=leader, attested=agreeing, attestations=said_of, course=course)


def _agrees(said: DecisionAttested, leader: PartyAt) -> bool:
    """Whether another side than the leader's says that this body led, or at what level."""
    if said.attested_by.side is leader.side:
        return False
    return said.led_by is None or said.led_by.party_id == leader.party_id


def _attestation(fact: Effective) -> DecisionAttested:
    assert isinstance(fact.body, DecisionAttested)  # noqa: S101 - tells the type checker
    return fact.body
