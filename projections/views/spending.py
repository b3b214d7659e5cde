"""Spending: what was spent by whom, and whether it can be traced to a decision, an award or what somebody asked for."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.asks import AskRaised
from domain.events.decisions import DecisionTaken, SpendingRecorded
from domain.values import last_day
from domain.vocabulary import Side
from projections.declaration import ProjectionRow, projection
from projections.history.causes import causes_of
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING, Causes, TextAt, names_a, text_at


class SpendingRow(ProjectionRow, frozen=True, kw_only=True):
    """One sum spent. It is traced to an ask directly, or through a decision that answers it."""

    spending_id: Annotated[UUID, names_a("spending", "The spending")]
    spent_on: Annotated[date, Meta(description="The last day on which it may have been spent")]
    spent_by_party_id: Annotated[UUID, names_a("party", "Who spent it")]
    spent_by_side: Annotated[Side, Meta(description="The side of who spent it")]
    amount_minor: Annotated[int, Meta(description="How much, in minor units such as pence")]
    currency: Annotated[str, Meta(description="The currency, by ISO 4217")]
    theme: Annotated[str | None, Meta(description="What it was for, in the partnership's own words")]
    purpose: Annotated[TextAt | None, Meta(description="Where its sealed purpose stands")]
    decision_id: Annotated[UUID | None, names_a("decision", "The decision it carries out")]
    award_id: Annotated[UUID | None, names_a("award", "The award it comes from")]
    category: Annotated[str | None, Meta(description="The sort of spending, as whoever is owed an account calls it")]
    intervention_id: Annotated[UUID | None, names_a("intervention", "The intervention it was spent on")]
    ask_ids: Annotated[tuple[UUID, ...], names_a("ask", "The asks it can be traced to")]
    asked_by_sides: Annotated[tuple[Side, ...], Meta(description="The sides that asked, each once")]
    causes: Causes


@projection(
    name="spending",
    version=2,
    row=SpendingRow,
    key=("spending_id",),
    handles=(SpendingRecorded, DecisionTaken, AskRaised, *MENDING),
    question="What was spent by whom, and can it be traced to what somebody asked for?",
    ignores_rest="Nothing else spends; money that comes in is told under funding.",
)
def spending_rows(history: History, _method: Method) -> list[SpendingRow]:
    """One row for each sum, in the order in which they were spent."""
    answered = {body.decision_id: body.answers_ask_ids for _, body in history.each(DecisionTaken)}
    asked_by = {body.ask_id: body.raised_by.side for _, body in history.each(AskRaised)}
    rows = []
    for fact, body in history.each(SpendingRecorded):
        through = answered.get(body.decision_id, ()) if body.decision_id else ()
        traced = tuple(dict.fromkeys((*body.ask_ids, *through)))
        rows.append(
            SpendingRow(
                spending_id=body.spending_id,
                spent_on=last_day(body.happened),
                spent_by_party_id=body.spent_by.party_id,
                spent_by_side=body.spent_by.side,
                amount_minor=body.amount.minor_units,
                currency=body.amount.currency,
                theme=body.theme,
                purpose=text_at(fact, "purpose"),
                decision_id=body.decision_id,
                award_id=body.award_id,
                category=body.category,
                intervention_id=body.intervention_id,
                ask_ids=traced,
                asked_by_sides=tuple(dict.fromkeys(asked_by[ask] for ask in traced if ask in asked_by)),
                causes=causes_of([fact]),
            )
        )
    return rows
