"""Endings of promises: which were done, late or in part, let off or not kept, and on which day."""

from datetime import date
from typing import Annotated, ClassVar
from uuid import UUID

from msgspec import Meta

from domain.events.commitments import OF_COMMITMENTS
from domain.values import day_of
from projections.agreement.agreement import AGREEING
from projections.agreement.answerable import is_thing_laid_at_door
from projections.declaration import ProjectionRow, projection
from projections.history.causes import causes_of
from projections.history.history import History
from projections.lifecycles.commitment_states import UNENDED
from projections.lifecycles.commitments import commitments
from projections.lifecycles.promise_outcomes import PromiseOutcome, outcome_of
from projections.method.method import Method
from projections.rows import MENDING, Causes, TextAt, names_a, text_at


class PromiseEndingRow(ProjectionRow, frozen=True, kw_only=True):
    """One promise, as that strand of it which most needs attention; what is still owed has not ended."""

    unlisted: ClassVar[str] = "is_unaccepted"

    commitment_id: Annotated[UUID, names_a("commitment", "The promise")]
    outcome: Annotated[PromiseOutcome | None, Meta(description="What became of it; empty: nobody is bound by it")]
    ended_on: Annotated[date | None, Meta(description="The day it was done or ended; empty while it is owed")]
    due_on: Annotated[date | None, Meta(description="The day it was due")]
    promiser_ids: Annotated[tuple[UUID, ...], names_a("party", "Who answered for it")]
    text: Annotated[TextAt | None, Meta(description="Where its sealed words stand")]
    is_unaccepted: Annotated[
        bool,
        Meta(description="Whether who is said to owe it neither agreed to sit here nor spoke of it"),
    ]
    causes: Causes


@projection(
    name="promise_endings",
    version=1,
    row=PromiseEndingRow,
    key=("commitment_id",),
    handles=(*OF_COMMITMENTS, *AGREEING, *MENDING),
    question="Which promises were kept, kept late or in part, let off or not kept, and when?",
    ignores_rest="Nothing else keeps or ends a promise, or agrees to what is said of one.",
)
def promise_endings(history: History, method: Method) -> list[PromiseEndingRow]:
    """One row for each promise, in the order in which they were first written down."""
    rows = []
    for promise in commitments(history, method):
        phase = promise.pressing(history.end)
        if phase is None:
            continue
        promisers = promise.body.promisers
        rows.append(
            PromiseEndingRow(
                commitment_id=promise.commitment_id,
                outcome=outcome_of(phase, method.commitments),
                ended_on=None if phase.state in UNENDED else phase.done_on or day_of(phase.since),
                due_on=phase.due_on,
                promiser_ids=tuple(dict.fromkeys(each.party_id for each in promisers)),
                text=text_at(promise.made, "text"),
                is_unaccepted=any(
                    is_thing_laid_at_door(history, promiser.party_id, promise.commitment_id) for promiser in promisers
                ),
                causes=causes_of([phase]),
            )
        )
    return rows
