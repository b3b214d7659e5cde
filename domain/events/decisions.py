"""Decisions: what was decided, who led it, at what level people took part, and the money that followed."""

from datetime import date
from uuid import UUID

from domain.events.declaration import EventBody, Voice, event
from domain.events.families import DECISIONS
from domain.values import Label, Money, PartyAt, Text
from domain.vocabulary import Level, Side


@event(
    family=DECISIONS,
    begins="decision_id",
    voices={"decided_by": Voice.SPEAKS, "led_by": Voice.ACTS},
    sentence="{decided_by} decided[, led by {led_by}]: {title}",
)
class DecisionTaken(EventBody, frozen=True, kw_only=True):
    """Something was decided; `led_by` is the seat whose proposal was adopted, where it is known."""

    decision_id: UUID
    title: Text
    decided_by: PartyAt
    met_by: tuple[Side, ...]
    led_by: PartyAt | None = None
    reasons: Text | None = None
    alternatives: Text | None = None
    level_promised: Level | None = None
    level_practised: Level | None = None
    answers_ask_ids: tuple[UUID, ...] = ()
    cites_lesson_ids: tuple[UUID, ...] = ()
    equality_assessment_on: date | None = None
    interaction_id: UUID | None = None


@event(
    family=DECISIONS,
    about="decision_id",
    voices={"attested_by": Voice.SPEAKS_ALONE, "led_by": Voice.ACTS},
    sentence="{attested_by} said [{led_by} led a decision|how a decision was made][ (level: {level_practised})]",
)
class DecisionAttested(EventBody, frozen=True, kw_only=True):
    """Another side than the leader's said who led and what level was practised."""

    decision_id: UUID
    attested_by: PartyAt
    led_by: PartyAt | None = None
    level_practised: Level | None = None


@event(
    family=DECISIONS,
    version=2,
    upcasts={1: dict},
    begins="spending_id",
    voices={"spent_by": Voice.ACTS},
    sentence="{spent_by} spent {amount}[: {purpose}]",
)
class SpendingRecorded(EventBody, frozen=True, kw_only=True):
    """Money was spent, traceable or not to an ask, a decision or an award.

    Since version 2 it may say on what sort of thing, in the words of whoever is owed an account, and for which
    intervention.
    """

    spending_id: UUID
    spent_by: PartyAt
    amount: Money
    purpose: Text | None = None
    theme: Label | None = None
    decision_id: UUID | None = None
    award_id: UUID | None = None
    ask_ids: tuple[UUID, ...] = ()
    category: Label | None = None
    intervention_id: UUID | None = None
