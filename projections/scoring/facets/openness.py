"""Openness: notes shared, decisions with reasons, consultations fed back, each in the time it may take."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.events.declaration import EventBody
from domain.events.interactions import InteractionRecorded, NotesShared
from domain.events.recorded import Effective
from domain.values import PartyAt, end_of_day, last_day
from domain.vocabulary import Facet, Level, Side
from projections.history.attendance import bodies_taking_part
from projections.history.history import History
from projections.lifecycles.decisions import LedDecision
from projections.lifecycles.interactions import notes_due_on
from projections.method.method import Method
from projections.scoring.evidence import Evidence
from projections.scoring.facets.decision_evidence import led_evidence
from projections.scoring.facets.disputed_acts import readings_through_disputes
from projections.scoring.facets.evidence_periods import ActReading, body_of, evidence_rows, is_scored, whole_side
from projections.scoring.formulas.act_value import sharing_value

NOTES: Final = "notes"
REASONS: Final = "reasons"
FEEDBACK: Final = "feedback"


class Duty(Struct, frozen=True, kw_only=True):
    """Something one body owed a side by a day, and the record of its being done, if it was."""

    act: str
    owed_by: PartyAt
    owed_to: Side
    because: Effective
    due_on: date
    done: Effective | None


def evidence(history: History, method: Method) -> list[Evidence]:
    """Gather the three parts, each once from each side that met it."""
    duties = [*_notes(history, method), *_feedback(history, method)]
    return [
        *(row for duty in duties if is_scored(duty.owed_by) for row in _rows(duty, history, method)),
        *_reasons(history, method),
    ]


def _rows(duty: Duty, history: History, method: Method) -> list[Evidence]:
    overdue_from = end_of_day(duty.due_on)
    owed = ActReading(
        since=overdue_from, value=0.0, at=None, position=duty.because.position, causes=duty.because.causes
    )
    if duty.done is None:
        readings = [owed]
    else:
        value = sharing_value(last_day(duty.done.body.happened), duty.due_on, method.openness)
        sharing = readings_through_disputes(
            history, method, duty.done, value, duty.owed_by, duty.owed_to, because=duty.because.causes, instead=owed
        )
        readings = [owed, *sharing] if overdue_from < sharing[0].since else sharing
    return evidence_rows(
        duty.act,
        Facet.OPENNESS,
        whole_side(duty.owed_to),
        body_of(duty.owed_by),
        readings,
        end=history.end,
    )


def _notes(history: History, method: Method) -> Iterator[Duty]:
    for fact, body in history.each(InteractionRecorded):
        due_on = notes_due_on(body, method)
        if due_on is None or body.convened_by is None:
            continue
        later = history.about(body.interaction_id)
        sides = {each.side for each in bodies_taking_part(body)}
        for side in _others(sides, body.convened_by):
            sharing = next((each for each in later if _is_shared_with(side, each.body)), None)
            yield Duty(
                act=f"{NOTES} {body.interaction_id}",
                owed_by=body.convened_by,
                owed_to=side,
                because=fact,
                due_on=due_on,
                done=sharing,
            )


def _is_shared_with(side: Side, body: EventBody) -> bool:
    return isinstance(body, NotesShared) and side in body.shared_with


def _feedback(history: History, method: Method) -> Iterator[Duty]:
    consulted = {body.consultation_id: body.consulted for _, body in history.each(ConsultationOpened)}
    for fact, body in history.each(ConsultationClosed):
        story = history.about(body.consultation_id)
        feedback = next((each for each in story if isinstance(each.body, ConsultationFeedbackGiven)), None)
        for side in _others(consulted.get(body.consultation_id, ()), body.closed_by):
            yield Duty(
                act=f"{FEEDBACK} {body.consultation_id}",
                owed_by=body.closed_by,
                owed_to=side,
                because=fact,
                due_on=last_day(body.happened) + timedelta(days=method.openness.feedback_days),
                done=feedback,
            )


def _reasons(history: History, method: Method) -> Iterator[Evidence]:
    """Reasons are due with the decision; without them they stay owed."""

    def worth(led: LedDecision, _practised: Level | None) -> tuple[float, bool]:
        has_reasons = led.body.reasons is not None
        return float(has_reasons), has_reasons

    return led_evidence(history, method, facet=Facet.OPENNESS, act=REASONS, worth=worth)


def _others(sides: Iterable[Side], than: PartyAt) -> list[Side]:
    return sorted(set(sides) - {than.side})
