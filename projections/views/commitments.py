"""Commitments: who promised what to whom, by when, and what became of it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from domain.events.commitments import OF_COMMITMENTS, CommitmentMade, CommitmentProposed
from domain.values import PartyAt
from domain.vocabulary import Materiality, Side
from projections.agreement.agreement import AGREEING
from projections.agreement.answerable import is_thing_laid_at_door
from projections.agreement.steps import Agreed
from projections.declaration import ProjectionRow, projection
from projections.history.causes import causes_of
from projections.history.history import History
from projections.history.memo import answers_about, once_per_thing
from projections.lifecycles.commitment_states import OWED, CommitmentState
from projections.lifecycles.commitments import commitment
from projections.lifecycles.promise_outcomes import PromiseOutcome, outcome_of
from projections.method.method import Method
from projections.rows import MENDING, Causes, TextAt, names_a, text_at


class CommitmentRow(ProjectionRow, frozen=True, kw_only=True):
    """One promise. Made by several or to several, it stands as that strand of it which most needs attention."""

    unlisted: ClassVar[str] = "is_unaccepted"

    commitment_id: Annotated[UUID, names_a("commitment", "The promise")]
    state: Annotated[CommitmentState, Meta(description="What became of it by the end of the day asked about")]
    outcome: Annotated[
        PromiseOutcome | None, Meta(description="The same in the words people use; empty where nobody is bound by it")
    ]
    promiser_ids: Annotated[tuple[UUID, ...], names_a("party", "Who answers for it now")]
    promiser_sides: Annotated[tuple[Side, ...], Meta(description="The sides of those who answer for it, each once")]
    promisee_ids: Annotated[tuple[UUID, ...], names_a("party", "Who it was made to")]
    promisee_sides: Annotated[tuple[Side, ...], Meta(description="The sides of those it was made to, each once")]
    promised_on: Annotated[date, Meta(description="The last day on which it may have been made")]
    recorded_at: Annotated[datetime, Meta(description="When the log took it")]
    due_on: Annotated[
        date | None,
        Meta(description="The day it is due, as last agreed; of a month its last; empty where nobody named one"),
    ]
    first_due_on: Annotated[date | None, Meta(description="The day it was due when it was made, where it had one")]
    due_is_assumed: Annotated[bool, Meta(description="Whether nobody named a day, so that the usual term applies")]
    days_past_due: Annotated[int, Meta(description="While it is owed: whole days since the day it was due")]
    done_on: Annotated[date | None, Meta(description="The last day on which it may have been done, if it was")]
    days_late: Annotated[
        int | None, Meta(description="Days from due to done or settled, 0 when in time; empty when neither")
    ]
    fraction: Annotated[float | None, Meta(description="How much of it is done, of one that is not done whole")]
    agreed: Annotated[Agreed, Meta(description="How what became of it is agreed by the other side")]
    is_reported: Annotated[bool, Meta(description="Whether a report that it was done waits to be agreed")]
    is_disputed: Annotated[bool, Meta(description="Whether the record it rests on is in dispute")]
    has_unagreed_terms: Annotated[
        bool, Meta(description="Whether a correction of its terms waits for the other side; the text shows it already")
    ]
    materiality: Annotated[Materiality, Meta(description="How much it matters, as agreed by those it was made to")]
    times_renegotiated: Annotated[int, Meta(description="How often its terms were changed by agreement")]
    is_renegotiated_late: Annotated[bool, Meta(description="Whether that was ever asked for after it was due")]
    strands: Annotated[int, Meta(description="Pairs of one who promised and one it was promised to")]
    strands_kept: Annotated[int, Meta(description="How many of those pairs agree that the whole was done")]
    is_public: Annotated[bool, Meta(description="Whether it was made in public")]
    theme: Annotated[str | None, Meta(description="What it is about, in the partnership's own words")]
    plan_priority: Annotated[str | None, Meta(description="The priority of the partnership's plan that it serves")]
    text: Annotated[TextAt | None, Meta(description="Where its sealed words stand")]
    measure: Annotated[TextAt | None, Meta(description="Where the sealed measure of its being kept stands")]
    ask_id: Annotated[UUID | None, names_a("ask", "The ask it answers")]
    interaction_id: Annotated[UUID | None, names_a("interaction", "The contact at which it was made")]
    is_unaccepted: Annotated[
        bool,
        Meta(description="Whether it is laid at the door of a body that neither agreed to sit here nor spoke of it"),
    ]
    causes: Causes


@projection(
    name="commitments",
    version=4,
    row=CommitmentRow,
    key=("commitment_id",),
    handles=(*OF_COMMITMENTS, *AGREEING, *MENDING),
    question="Who promised what to whom, by when, and was it kept?",
    ignores_rest="Nothing else makes, moves, keeps or ends a promise, or agrees to what is said of one.",
    stored="Promises are listed across partnerships: by promiser, state and due date.",
)
def commitment_rows(history: History, method: Method) -> list[CommitmentRow]:
    """One row for each promise, in the order in which they were first written down."""
    rows = answers_about(history, method, _row, history.keys_of_things(CommitmentProposed, CommitmentMade))
    return [row for row in rows if row is not None]


@once_per_thing
def _row(history: History, method: Method, commitment_id: UUID) -> CommitmentRow | None:
    promise = commitment(history, method, commitment_id)
    phases = [phase for strand in promise.strands if (phase := strand.at(history.end)) is not None]
    pressing = promise.pressing(history.end)
    if pressing is None:
        return None
    body, final = promise.body, promise.made.body
    promisers = _each_once(phase.promiser for phase in phases)
    promisees = _each_once(phase.promisee for phase in phases)
    owed = pressing.state in OWED
    return CommitmentRow(
        commitment_id=promise.commitment_id,
        state=pressing.state,
        outcome=outcome_of(pressing, method.commitments),
        promiser_ids=tuple(each.party_id for each in promisers),
        promiser_sides=tuple(dict.fromkeys(each.side for each in promisers)),
        promisee_ids=tuple(each.party_id for each in promisees),
        promisee_sides=tuple(dict.fromkeys(each.side for each in promisees)),
        promised_on=promise.promised_on,
        recorded_at=promise.made.recorded_at,
        due_on=pressing.due_on,
        first_due_on=promise.first_due_on,
        due_is_assumed=pressing.due_is_assumed,
        days_past_due=max(0, (history.as_of - pressing.due_on).days) if owed and pressing.due_on else 0,
        done_on=pressing.done_on,
        days_late=pressing.days_late if pressing.done_on or pressing.state is CommitmentState.SETTLED else None,
        fraction=pressing.fraction,
        agreed=pressing.agreed,
        is_reported=any(phase.is_reported for phase in phases),
        is_disputed=any(phase.disputed for phase in phases),
        has_unagreed_terms=body != final,
        materiality=pressing.materiality,
        times_renegotiated=pressing.renegotiated,
        is_renegotiated_late=pressing.renegotiated_late,
        strands=len(phases),
        strands_kept=sum(phase.state is CommitmentState.FULFILLED for phase in phases),
        is_public=getattr(body, "public", True),
        theme=getattr(body, "theme", None),
        plan_priority=getattr(body, "plan_priority", None),
        text=text_at(promise.made, "text"),
        measure=text_at(promise.made, "measure"),
        ask_id=getattr(body, "ask_id", None),
        interaction_id=body.interaction_id,
        is_unaccepted=any(is_thing_laid_at_door(history, each.party_id, promise.commitment_id) for each in promisers),
        causes=causes_of(phases),
    )


def _each_once(parties: Iterable[PartyAt]) -> list[PartyAt]:
    return list({each.party_id: each for each in parties}.values())
