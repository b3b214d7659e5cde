"""Decisions: what was decided, who led it, at what level people took part, why, and what it cost."""

from collections import Counter
from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.decisions import DecisionAttested, DecisionTaken, SpendingRecorded
from domain.events.recorded import Effective
from domain.values import last_day
from domain.vocabulary import Level, Side
from projections.agreement.agreement import AGREEING, agreement
from projections.agreement.parties import parties_between
from projections.agreement.steps import Agreed, step_at
from projections.declaration import ProjectionRow, projection
from projections.history.causes import causes_of
from projections.history.history import History
from projections.lifecycles.decisions import LedDecision, decisions_led
from projections.method.method import Method
from projections.rows import MENDING, Causes, TextAt, names_a, text_at


class DecisionRow(ProjectionRow, frozen=True, kw_only=True):
    """One decision. Who led it and at what level counts as agreed only once another side than the leader's says so."""

    decision_id: Annotated[UUID, names_a("decision", "The decision")]
    decided_on: Annotated[date, Meta(description="The last day on which it may have been taken")]
    decided_by_party_id: Annotated[UUID, names_a("party", "Who took it")]
    decided_by_side: Annotated[Side, Meta(description="The side of who took it")]
    led_by_party_id: Annotated[UUID | None, names_a("party", "The seat whose proposal was adopted, where stated")]
    led_by_side: Annotated[Side | None, Meta(description="The side of that seat")]
    agreed: Annotated[
        Agreed | None, Meta(description="How another side agrees who led and at what level; empty: no lead")
    ]
    is_disputed: Annotated[bool, Meta(description="Whether the record of it is in dispute")]
    met_by: Annotated[tuple[Side, ...], Meta(description="The sides that met it")]
    level_promised: Annotated[Level | None, Meta(description="The participation level promised for it")]
    level_practised: Annotated[Level | None, Meta(description="The level practised, as recorded with it")]
    level_agreed: Annotated[Level | None, Meta(description="The level practised, as far as another side agrees")]
    title: Annotated[TextAt | None, Meta(description="Where its sealed title stands")]
    reasons: Annotated[TextAt | None, Meta(description="Where its sealed reasons stand; empty: it has none")]
    alternatives: Annotated[TextAt | None, Meta(description="Where the sealed alternatives considered stand")]
    answers_ask_ids: Annotated[tuple[UUID, ...], names_a("ask", "The asks it answers")]
    cites_lesson_ids: Annotated[tuple[UUID, ...], names_a("lesson", "The lessons it cites")]
    equality_assessment_on: Annotated[date | None, Meta(description="The day of its equality assessment")]
    spent_minor: Annotated[dict[str, int], Meta(description="Spending traced to it, in minor units by currency")]
    interaction_id: Annotated[UUID | None, names_a("interaction", "The contact at which it was taken")]
    causes: Causes


@projection(
    name="decisions",
    version=1,
    row=DecisionRow,
    key=("decision_id",),
    handles=(DecisionTaken, DecisionAttested, SpendingRecorded, *AGREEING, *MENDING),
    question="What was decided, who led it, at what level did people take part, and on what grounds?",
    ignores_rest="What a decision answers, promises or pays for is told where that is told.",
)
def decision_rows(history: History, method: Method) -> list[DecisionRow]:
    """One row for each decision, in the order in which they were taken."""
    led = {each.body.decision_id: each for each in decisions_led(history, method)}
    spending_of: dict[UUID, Counter[str]] = {}
    for _, spending in history.each(SpendingRecorded):
        if spending.decision_id is not None:
            spending_of.setdefault(spending.decision_id, Counter())[spending.amount.currency] += (
                spending.amount.minor_units
            )
    return [
        _row(history, method, fact, body, led.get(body.decision_id), spending_of.get(body.decision_id, Counter()))
        for fact, body in history.each(DecisionTaken)
    ]


def _row(
    history: History,
    method: Method,
    fact: Effective,
    body: DecisionTaken,
    led: LedDecision | None,
    spending: Counter[str],
) -> DecisionRow:
    others = [side for side in body.met_by if side is not body.decided_by.side]
    course = led.course if led else agreement(history, method, fact, parties_between([body.decided_by], others))
    step = step_at(course, history.end)
    agreed = led is not None and step is not None and step.stands
    return DecisionRow(
        decision_id=body.decision_id,
        decided_on=last_day(body.happened),
        decided_by_party_id=body.decided_by.party_id,
        decided_by_side=body.decided_by.side,
        led_by_party_id=body.led_by.party_id if body.led_by else None,
        led_by_side=body.led_by.side if body.led_by else None,
        agreed=step.agreed if led and step else None,
        is_disputed=step is not None and step.disputed,
        met_by=body.met_by,
        level_promised=body.level_promised,
        level_practised=body.level_practised,
        level_agreed=led.practised_at(history.end) if led and agreed else None,
        title=text_at(fact, "title"),
        reasons=text_at(fact, "reasons"),
        alternatives=text_at(fact, "alternatives"),
        answers_ask_ids=body.answers_ask_ids,
        cites_lesson_ids=body.cites_lesson_ids,
        equality_assessment_on=body.equality_assessment_on,
        spent_minor=dict(sorted(spending.items())),
        interaction_id=body.interaction_id,
        causes=causes_of((*history.about(body.decision_id), *([step] if step else ()))),
    )
