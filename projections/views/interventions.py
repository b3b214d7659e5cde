"""Interventions: what was set going to change a place, and how many say that it did."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.outcomes import ContributionClaimed, InterventionEnded, InterventionStarted
from domain.vocabulary import ContributorKind, OutcomeDomain, Side, Stance
from projections.declaration import ProjectionRow, projection
from projections.history.causes import causes_of
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING, Causes, TextAt, names_a, text_at


class InterventionRow(ProjectionRow, frozen=True, kw_only=True):
    """One thing that was set going."""

    intervention_id: Annotated[UUID, names_a("intervention", "The intervention")]
    name: Annotated[str, Meta(description="What it is called")]
    led_by_party_id: Annotated[UUID | None, names_a("party", "Who leads it, where stated")]
    led_by_side: Annotated[Side | None, Meta(description="The side that leads it")]
    place_id: Annotated[UUID | None, names_a("place", "The place it is meant to change")]
    domains: Annotated[tuple[OutcomeDomain, ...], Meta(description="What it is meant to change")]
    award_id: Annotated[UUID | None, names_a("award", "The award that pays for it")]
    started: Annotated[str, Meta(description="When it started, as precisely as was stated")]
    ended: Annotated[str | None, Meta(description="When it ended; null while it goes on")]
    end_reasons: Annotated[TextAt | None, Meta(description="Where the sealed reasons for its end stand")]
    claims: Annotated[int, Meta(description="How many times it was said to have contributed to an outcome")]
    contests: Annotated[int, Meta(description="How many times that was contested")]
    causes: Causes


@projection(
    name="interventions",
    version=1,
    row=InterventionRow,
    key=("intervention_id",),
    handles=(InterventionStarted, InterventionEnded, ContributionClaimed, *MENDING),
    question="What was set going, by whom, from when until when, and is it said to have helped?",
    ignores_rest="Outcomes are observed at places, whoever is said to have brought them about.",
)
def interventions(history: History, _method: Method) -> list[InterventionRow]:
    """One row for each intervention, in the order in which they started."""
    return [_row(history, body) for _, body in history.each(InterventionStarted)]


def _row(history: History, body: InterventionStarted) -> InterventionRow:
    facts = history.about(body.intervention_id)
    ends = [fact for fact in facts if isinstance(fact.body, InterventionEnded)]
    claims = [
        (fact, claim.stance)
        for fact, claim in history.each(ContributionClaimed)
        if claim.contributor_kind is ContributorKind.INTERVENTION and claim.contributor_id == body.intervention_id
    ]
    stances = [stance for _, stance in claims]
    return InterventionRow(
        intervention_id=body.intervention_id,
        name=body.name,
        led_by_party_id=body.led_by.party_id if body.led_by else None,
        led_by_side=body.led_by.side if body.led_by else None,
        place_id=body.place_id,
        domains=body.domains,
        award_id=body.award_id,
        started=body.happened,
        ended=ends[-1].body.happened if ends else None,
        end_reasons=text_at(ends[-1], "reasons") if ends else None,
        claims=stances.count(Stance.CLAIMS),
        contests=stances.count(Stance.CONTESTS),
        causes=causes_of([*facts, *(fact for fact, _ in claims)]),
    )
