"""Outcomes: what is said to have contributed to which outcome, on what basis, and who contests it."""

from collections import Counter
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.decisions import DecisionTaken
from domain.events.outcomes import ContributionClaimed, InterventionStarted
from domain.events.recorded import Effective
from domain.vocabulary import Basis, ContributorKind, Side, Stance
from projections.declaration import ProjectionRow, projection
from projections.history.anchoring import thing_of
from projections.history.causes import causes_of
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING, Causes, TextAt, names_a, text_at

Link = tuple[UUID, UUID]


class OutcomeRow(ProjectionRow, frozen=True, kw_only=True):
    """One body's word that one thing helped to bring about an outcome, or that it did not."""

    claim_id: Annotated[UUID, names_a("claim", "The claim, or its contest")]
    contributor_kind: Annotated[ContributorKind, Meta(description="What is said to have contributed")]
    contributor_id: Annotated[UUID, names_a("thing", "The intervention, decision or outcome said to have contributed")]
    is_contributor_recorded_here: Annotated[
        bool, Meta(description="Whether that intervention or decision stands in this partnership's record")
    ]
    outcome_id: Annotated[UUID, names_a("outcome", "The outcome, which is recorded at its place")]
    said_by_party_id: Annotated[UUID, names_a("party", "Who says so")]
    said_by_side: Annotated[Side, Meta(description="The side that says so")]
    stance: Annotated[Stance, Meta(description="Whether they claim or contest it")]
    basis: Annotated[Basis, Meta(description="On what they rest it")]
    said: Annotated[str, Meta(description="When they said so, as precisely as was stated")]
    reasons: Annotated[TextAt | None, Meta(description="Where their sealed reasons stand")]
    claims_of_link: Annotated[int, Meta(description="How many in all claim that the one led to the other")]
    contests_of_link: Annotated[int, Meta(description="How many in all contest it")]
    causes: Causes


@projection(
    name="outcomes",
    version=1,
    row=OutcomeRow,
    key=("claim_id",),
    handles=(ContributionClaimed, InterventionStarted, DecisionTaken, *MENDING),
    question="What is said to have contributed to which outcome, by whom, on what basis, and is it contested?",
    ignores_rest="Outcomes themselves are observed at places; nothing else claims or contests what led to them.",
)
def outcomes(history: History, _method: Method) -> list[OutcomeRow]:
    """One row for each claim and each contest, in the order in which they were made."""
    claims = history.each(ContributionClaimed)
    stances = Counter((_link(body), body.stance) for _, body in claims)
    things_here = {thing_of(fact.body) for fact in history.of(InterventionStarted, DecisionTaken)}
    return [_row(fact, body, stances, is_here=body.contributor_id in things_here) for fact, body in claims]


def _link(body: ContributionClaimed) -> Link:
    return body.contributor_id, body.outcome_id


def _row(
    fact: Effective, body: ContributionClaimed, stances: Counter[tuple[Link, Stance]], *, is_here: bool
) -> OutcomeRow:
    return OutcomeRow(
        claim_id=body.claim_id,
        contributor_kind=body.contributor_kind,
        contributor_id=body.contributor_id,
        is_contributor_recorded_here=is_here,
        outcome_id=body.outcome_id,
        said_by_party_id=body.said_by.party_id,
        said_by_side=body.said_by.side,
        stance=body.stance,
        basis=body.basis,
        said=body.happened,
        reasons=text_at(fact, "reasons"),
        claims_of_link=stances[_link(body), Stance.CLAIMS],
        contests_of_link=stances[_link(body), Stance.CONTESTS],
        causes=causes_of([fact]),
    )
