"""Outcomes and what works: what was tried, what changed, who says one led to the other, what was learnt."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.declaration import EventBody, Voice, event
from domain.events.families import OUTCOMES
from domain.values import Count, Label, Name, PartyAt, Text, Url
from domain.vocabulary import Basis, ContributorKind, OutcomeDomain, Stance

NonNegative = Annotated[float, Meta(ge=0)]


@event(
    family=OUTCOMES,
    begins="intervention_id",
    voices={"led_by": Voice.ACTS},
    sentence="{name} started[, led by {led_by}]",
)
class InterventionStarted(EventBody, frozen=True, kw_only=True):
    """Something was set going to change a place."""

    intervention_id: UUID
    name: Name
    led_by: PartyAt | None = None
    place_id: UUID | None = None
    domains: tuple[OutcomeDomain, ...] = ()
    award_id: UUID | None = None


@event(family=OUTCOMES, about="intervention_id", sentence="Something set going came to its end[: {reasons}]")
class InterventionEnded(EventBody, frozen=True, kw_only=True):
    """It came to its end."""

    intervention_id: UUID
    reasons: Text | None = None


@event(
    family=OUTCOMES,
    home="place_id",
    begins="outcome_id",
    sentence="{indicator} was {value} {unit} from {period_start_on} to {period_end_on}",
)
class OutcomeObserved(EventBody, frozen=True, kw_only=True):
    """A figure was read for a place and period, with or without a partnership there."""

    outcome_id: UUID
    place_id: UUID
    indicator: Label
    domain: OutcomeDomain
    period_start_on: date
    period_end_on: date
    value: float
    unit: Label
    n: Count | None = None
    standard_error: NonNegative | None = None
    source: Label | None = None
    document: Url | None = None
    boundary_vintage: Label | None = None


@event(
    family=OUTCOMES,
    begins="claim_id",
    voices={"said_by": Voice.SPEAKS_ALONE},
    sentence="{said_by} {stance} that {contributor_kind:a} contributed to an outcome[: {reasons}]",
)
class ContributionClaimed(EventBody, frozen=True, kw_only=True):
    """A body said, or contested, that one thing helped to bring about another."""

    claim_id: UUID
    contributor_kind: ContributorKind
    contributor_id: UUID
    outcome_id: UUID
    said_by: PartyAt
    stance: Stance = Stance.CLAIMS
    basis: Basis = Basis.EXPERIENCE
    reasons: Text | None = None


@event(
    family=OUTCOMES,
    begins="lesson_id",
    voices={"drawn_by": Voice.SPEAKS},
    sentence="[{drawn_by} drew a lesson|A lesson was drawn]: {lesson}",
)
class LessonDrawn(EventBody, frozen=True, kw_only=True):
    """Something was learnt that later decisions may cite."""

    lesson_id: UUID
    lesson: Text
    drawn_by: PartyAt | None = None
    domain: OutcomeDomain | None = None
    interaction_id: UUID | None = None
