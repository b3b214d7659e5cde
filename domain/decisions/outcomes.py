"""Deciding about outcomes and what works: what was tried, what changed, what is said to have led to it, lessons."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from domain.decisions.case import Case
from domain.decisions.command import Command, command
from domain.decisions.references import (
    AwardRef,
    DecisionRef,
    InteractionRef,
    InterventionRef,
    OutcomeRef,
    PartyRef,
    PlaceRef,
)
from domain.decisions.refusals import Code
from domain.events.outcomes import (
    ContributionClaimed,
    InterventionEnded,
    InterventionStarted,
    LessonDrawn,
    NonNegative,
    OutcomeObserved,
)
from domain.values import Clear, Count, Label, Name, Plain, Url, When, day_of
from domain.vocabulary import Basis, ContributorKind, OutcomeDomain, Stance


@command
class StartIntervention(Command, frozen=True, kw_only=True):
    """Record that something was set going to change a place.

    Refuses nothing of its own: anyone at the table may try something.
    """

    name: Name
    led_by: PartyRef | None = None
    place: PlaceRef | None = None
    domains: Annotated[tuple[OutcomeDomain, ...], Meta(max_length=20)] = ()
    award: AwardRef | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the start."""
        led_by = None if self.led_by is None else case.party(self.led_by, "led_by")
        case.record(
            InterventionStarted(
                happened=case.happened(self.happened),
                intervention_id=case.identity("intervention"),
                name=self.name,
                led_by=led_by,
                place_id=case.thing("place", self.place, "place"),
                domains=self.domains,
                award_id=case.thing("award", self.award, "award"),
            ),
            word=None if led_by is None else case.word_of(led_by),
        )


@command
class EndIntervention(Command, frozen=True, kw_only=True):
    """Record that an intervention came to its end."""

    refuses: ClassVar = (Code.ALREADY_ENDED,)

    intervention: InterventionRef
    reasons: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the end."""
        if case.find("intervention", self.intervention, "intervention", InterventionStarted) is None:
            return
        if case.facts.about("intervention_id", self.intervention, InterventionEnded):
            case.fault(Code.ALREADY_ENDED, "intervention", "this intervention has ended")
        case.record(
            InterventionEnded(
                happened=case.happened(self.happened),
                intervention_id=self.intervention,
                reasons=case.text(self.reasons),
            ),
        )


@command
class ObserveOutcome(Command, frozen=True, kw_only=True):
    """Record a figure read for a place and a period, with or without a partnership there.

    Where no other day is given it happened on the last day of the period.
    """

    refuses: ClassVar = (Code.ENDS_BEFORE_IT_STARTS,)
    within_partnership: ClassVar[bool] = False

    place: PlaceRef
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
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the figure at the place."""
        case.thing("place", self.place, "place")
        if self.period_end_on > day_of(case.context.now):
            case.fault(Code.IN_THE_FUTURE, "period_end_on", "the period is not over")
        case.record(
            OutcomeObserved(
                happened=self.happened or self.period_end_on.isoformat(),
                outcome_id=case.identity("outcome"),
                place_id=self.place,
                indicator=self.indicator,
                domain=self.domain,
                period_start_on=self.period_start_on,
                period_end_on=self.period_end_on,
                value=self.value,
                unit=self.unit,
                n=self.n,
                standard_error=self.standard_error,
                source=self.source,
                document=self.document,
                boundary_vintage=self.boundary_vintage,
            ),
        )


@command
class ClaimContribution(Command, frozen=True, kw_only=True):
    """Record that a body says, or contests, that one thing helped to bring about an outcome."""

    refuses: ClassVar = (Code.EXACTLY_ONE,)

    outcome: OutcomeRef
    said_by: PartyRef
    intervention: InterventionRef | None = None
    decision: DecisionRef | None = None
    earlier_outcome: OutcomeRef | None = None
    stance: Stance = Stance.CLAIMS
    basis: Basis = Basis.EXPERIENCE
    reasons: Clear | None = None
    happened: When | None = None

    def decide(self, case: Case) -> None:
        """Record the claim."""
        said_by = case.party(self.said_by, "said_by")
        case.thing("outcome", self.outcome, "outcome")
        contributor = self._contributor(case)
        if contributor is None:
            return
        kind, identity = contributor
        case.record(
            ContributionClaimed(
                happened=case.happened(self.happened),
                claim_id=case.identity("claim"),
                contributor_kind=kind,
                contributor_id=identity,
                outcome_id=self.outcome,
                said_by=said_by,
                stance=self.stance,
                basis=self.basis,
                reasons=case.text(self.reasons),
            ),
            word=case.word_of(said_by),
        )

    def _contributor(self, case: Case) -> tuple[ContributorKind, UUID] | None:
        ids = {
            ContributorKind.INTERVENTION: case.thing("intervention", self.intervention, "intervention"),
            ContributorKind.DECISION: case.thing("decision", self.decision, "decision"),
            ContributorKind.OUTCOME: case.thing("outcome", self.earlier_outcome, "earlier_outcome"),
        }
        contributors = [(kind, identity) for kind, identity in ids.items() if identity is not None]
        if len(contributors) != 1:
            case.fault(Code.EXACTLY_ONE, "", "name one intervention, decision or earlier outcome that contributed")
            return None
        return contributors[0]


@command
class DrawLesson(Command, frozen=True, kw_only=True):
    """Record something learnt, which later decisions may cite.

    Refuses nothing of its own: whatever was learnt is worth writing down.
    """

    lesson: Clear
    drawn_by: PartyRef | None = None
    domain: OutcomeDomain | None = None
    happened: When | None = None
    interaction: InteractionRef | None = None

    def decide(self, case: Case) -> None:
        """Record the lesson."""
        drawn_by = None if self.drawn_by is None else case.party(self.drawn_by, "drawn_by")
        case.record(
            LessonDrawn(
                happened=case.happened(self.happened),
                lesson_id=case.identity("lesson"),
                lesson=Plain(self.lesson),
                drawn_by=drawn_by,
                domain=self.domain,
                interaction_id=case.meeting(self.interaction),
            ),
            word=None if drawn_by is None else case.word_of(drawn_by),
        )
