"""Learning (H13): whether the partnership looks at itself, and whether lessons come back in later decisions."""

from typing import Final

from domain.events.decisions import DecisionTaken
from domain.events.outcomes import LessonDrawn
from domain.vocabulary import InteractionKind
from projections.history.causes import causes_of
from projections.method.method import Dimension
from projections.scoring.health.material import Material
from projections.scoring.health.measure import HEADLINE, Measure, counted, facts, share
from projections.scoring.health.rhythm import plans

H13: Final = Dimension.LEARNING


def learning(material: Material) -> list[Measure]:
    """Measure partnership reviews held against those planned; beside it lessons that later decisions cite."""
    planned = [
        plan for plan in plans(material.history, material.method) if plan.kind is InteractionKind.PARTNERSHIP_REVIEW
    ]
    planned_ids = {plan.interaction_id for plan in planned}
    unplanned = [
        fact
        for fact, body in material.contacts
        if body.kind is InteractionKind.PARTNERSHIP_REVIEW and body.interaction_id not in planned_ids
    ]
    reviews_held = sum(plan.held for plan in planned) + len(unplanned)
    causes = causes_of((*planned, *unplanned))
    return [
        share(H13, HEADLINE, reviews_held, len(planned) + len(unplanned), causes=causes),
        *_lessons(material),
    ]


def _lessons(material: Material) -> list[Measure]:
    lessons = material.history.each(LessonDrawn)
    decisions = material.history.each(DecisionTaken)
    cited = {lesson for _, decision in decisions for lesson in decision.cites_lesson_ids}
    times_used = sum(lesson.lesson_id in cited for _, lesson in lessons)
    return [
        share(H13, "lessons-cited", times_used, len(lessons), causes=causes_of(facts(lessons))),
        counted(H13, "lessons-drawn", len(lessons)),
    ]
