"""Lessons: what was learnt, and which later decisions cite it."""

from datetime import date
from typing import Annotated
from uuid import UUID

from msgspec import Meta

from domain.events.decisions import DecisionTaken
from domain.events.outcomes import LessonDrawn
from domain.events.recorded import Effective
from domain.values import day_of
from domain.vocabulary import OutcomeDomain, Side
from projections.declaration import ProjectionRow, projection
from projections.history.causes import causes_of
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING, Causes, TextAt, names_a


class LessonRow(ProjectionRow, frozen=True, kw_only=True):
    """One lesson."""

    lesson_id: Annotated[UUID, names_a("lesson", "The lesson")]
    lesson: Annotated[TextAt, Meta(description="Where the sealed words of the lesson stand")]
    drawn: Annotated[str, Meta(description="When it was drawn, as precisely as was stated")]
    drawn_by_party_id: Annotated[UUID | None, names_a("party", "Who drew it, where stated")]
    drawn_by_side: Annotated[Side | None, Meta(description="The side that drew it")]
    domain: Annotated[OutcomeDomain | None, Meta(description="What it is about")]
    interaction_id: Annotated[UUID | None, names_a("interaction", "The contact at which it was drawn")]
    cited_by_decision_ids: Annotated[tuple[UUID, ...], names_a("decision", "The decisions that cite it, in order")]
    first_cited_on: Annotated[date | None, Meta(description="The day of the first such decision")]
    causes: Causes


@projection(
    name="lessons",
    version=1,
    row=LessonRow,
    key=("lesson_id",),
    handles=(LessonDrawn, DecisionTaken, *MENDING),
    question="What was learnt, by whom, and did later decisions draw on it?",
    ignores_rest="Only a decision can cite a lesson.",
)
def lessons(history: History, _method: Method) -> list[LessonRow]:
    """One row for each lesson, in the order in which they were drawn."""
    cited: dict[UUID, list[tuple[Effective, DecisionTaken]]] = {}
    for fact, decision in history.each(DecisionTaken):
        for lesson_id in dict.fromkeys(decision.cites_lesson_ids):
            cited.setdefault(lesson_id, []).append((fact, decision))
    return [_row(fact, lesson, cited.get(lesson.lesson_id, [])) for fact, lesson in history.each(LessonDrawn)]


def _row(fact: Effective, lesson: LessonDrawn, citing: list[tuple[Effective, DecisionTaken]]) -> LessonRow:
    return LessonRow(
        lesson_id=lesson.lesson_id,
        lesson=TextAt(fact.event_id, "lesson"),
        drawn=lesson.happened,
        drawn_by_party_id=lesson.drawn_by.party_id if lesson.drawn_by else None,
        drawn_by_side=lesson.drawn_by.side if lesson.drawn_by else None,
        domain=lesson.domain,
        interaction_id=lesson.interaction_id,
        cited_by_decision_ids=tuple(decision.decision_id for _, decision in citing),
        first_cited_on=day_of(citing[0][0].occurred_at) if citing else None,
        causes=causes_of([fact, *(each for each, _ in citing)]),
    )
