"""Deciding about decisions: taking them, attesting who led and at what level, and the money that followed."""

from datetime import date
from typing import Annotated, ClassVar

from msgspec import Meta

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.references import (
    AskRef,
    AwardRef,
    DecisionRef,
    InteractionRef,
    InterventionRef,
    LessonRef,
    PartyRef,
)
from domain.decisions.refusals import Code
from domain.events.decisions import DecisionAttested, DecisionTaken, SpendingRecorded
from domain.values import Clear, Label, Money, PartyAt, Plain, When
from domain.vocabulary import Level, Side

Asks = Annotated[tuple[AskRef, ...], Meta(max_length=200)]


@command
class TakeDecision(Command, frozen=True, kw_only=True):
    """Record what was decided, by whom, and whose proposal it was where that is known.

    Refuses nothing of its own: what a decision says is for others to attest or dispute.
    """

    title: Clear
    decided_by: PartyRef
    led_by: PartyRef | None = None
    reasons: Clear | None = None
    alternatives: Clear | None = None
    level_promised: Level | None = None
    level_practised: Level | None = None
    answers: Asks = ()
    cites: Annotated[tuple[LessonRef, ...], Meta(max_length=50)] = ()
    equality_assessment_on: date | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the decision and the sides that met it."""
        decided_by = case.party(self.decided_by, "decided_by")
        led_by = None if self.led_by is None else case.party(self.led_by, "led_by")
        happened = case.happened(self.happened)
        case.record(
            DecisionTaken(
                happened=happened,
                decision_id=case.identity("decision"),
                title=Plain(self.title),
                decided_by=decided_by,
                met_by=_met_by(case, happened, led_by or decided_by),
                led_by=led_by,
                reasons=case.text(self.reasons),
                alternatives=case.text(self.alternatives),
                level_promised=self.level_promised,
                level_practised=self.level_practised,
                answers_ask_ids=case.things("ask", self.answers, "answers"),
                cites_lesson_ids=case.things("lesson", self.cites, "cites"),
                equality_assessment_on=self.equality_assessment_on,
                interaction_id=case.meeting(self.interaction),
            ),
            word=case.word_of(decided_by),
        )


def _met_by(case: Case, happened: str, leader: PartyAt) -> tuple[Side, ...]:
    """The sides that met the decision: residents and every side with a vote then, but for the leader's own."""
    sides = {seat.party.side for seat in case.seats_on(happened) if seat.voting} | {Side.RESIDENTS}
    met_by = sides - {leader.side} or {Side.RESIDENTS}
    return tuple(side for side in Side if side in met_by)


@command
class AttestDecision(Command, frozen=True, kw_only=True):
    """Say, as another side than the leader's, who led a decision and what level of participation was practised."""

    refuses: ClassVar = (Code.NOTHING_TO_RECORD, Code.ONLY_ANOTHER_SIDE, Code.MAY_NOT_SPEAK_FOR)

    decision: DecisionRef
    attested_by: PartyRef
    led_by: PartyRef | None = None
    level_practised: Level | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the other side's own word."""
        attested_by = case.speaker(self.attested_by, "attested_by")
        led_by = None if self.led_by is None else case.party(self.led_by, "led_by")
        if led_by is None and self.level_practised is None:
            case.fault(Code.NOTHING_TO_RECORD, "", "say who led, at what level people took part, or both")
        entry = case.find("decision", self.decision, "decision", DecisionTaken)
        if entry is None:
            return
        decision = entry[1]
        if attested_by.side is (decision.led_by or decision.decided_by).side:
            case.fault(Code.ONLY_ANOTHER_SIDE, "attested_by", "this decision was led by the same side")
        if led_by is not None and attested_by.side is led_by.side:
            case.fault(Code.ONLY_ANOTHER_SIDE, "led_by", "a side cannot attest that it led")
        case.record(
            DecisionAttested(
                happened=case.happened(self.happened),
                decision_id=decision.decision_id,
                attested_by=attested_by,
                led_by=led_by,
                level_practised=self.level_practised,
            ),
            word=attested_by,
        )


@command
class RecordSpending(Command, frozen=True, kw_only=True):
    """Record money spent, and what it can be traced to.

    Refuses nothing of its own: money that traces to nothing is worth recording too.
    """

    spent_by: PartyRef
    amount: Money
    purpose: Clear | None = None
    theme: Label | None = None
    decision: DecisionRef | None = None
    award: AwardRef | None = None
    asks: Asks = ()
    category: Label | None = None
    intervention: InterventionRef | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the spending."""
        spent_by = case.party(self.spent_by, "spent_by")
        case.record(
            SpendingRecorded(
                happened=case.happened(self.happened),
                spending_id=case.identity("spending"),
                spent_by=spent_by,
                amount=self.amount,
                purpose=case.text(self.purpose),
                theme=self.theme,
                decision_id=case.thing("decision", self.decision, "decision"),
                award_id=case.thing("award", self.award, "award"),
                ask_ids=case.things("ask", self.asks, "asks"),
                category=self.category,
                intervention_id=case.thing("intervention", self.intervention, "intervention"),
            ),
            word=case.word_of(spent_by),
        )
