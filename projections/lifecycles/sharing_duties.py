"""Duties to share: the notes of a meeting, and feedback on a consultation, owed to each side by a day."""

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from msgspec import Struct

from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.events.declaration import EventBody
from domain.events.interactions import InteractionRecorded, NotesShared
from domain.events.recorded import Effective
from domain.values import PartyAt
from domain.vocabulary import SharingKind, Side
from projections.agreement.agreement import course_if_disputed
from projections.agreement.steps import Course
from projections.history.anchoring import thing_of
from projections.history.attendance import bodies_taking_part
from projections.history.covering_sources import ActCoverage, ActToShare, act_coverage
from projections.history.history import History
from projections.history.memo import answers_about, once_per_history, once_per_thing
from projections.lifecycles.consultations import feedback_due_on
from projections.lifecycles.interactions import notes_due_on
from projections.method.method import Method


class SharingDuty(Struct, frozen=True, kw_only=True):
    """Something one body owed a side by a day, and the record of its being done, if it was.

    `disputes`: the course of that record, empty where nobody disputed it. Where no source covers it, it cannot be known
    to be missing.
    """

    act: str
    kind: SharingKind
    owed_by: PartyAt
    owed_to: Side
    because: Effective
    due_on: date
    done: Effective | None
    disputes: Course
    coverage: ActCoverage


@once_per_history
def sharing_duties(history: History, method: Method) -> list[SharingDuty]:
    """List the duties to share notes, then those to feed back, each once for each side that met it."""
    duties = answers_about(history, method, duties_after, _acts_to_share(history))
    return [duty for of_act in duties for duty in of_act]


@once_per_history
def _acts_to_share(history: History) -> list[tuple[UUID]]:
    return [(fact.event_id,) for body in (InteractionRecorded, ConsultationClosed) for fact in history.of(body)]


@once_per_thing
def duties_after(history: History, method: Method, event_id: UUID) -> tuple[SharingDuty, ...]:
    """The duties to share that follow from a meeting held or a consultation closed, one for each side that met it."""
    because = history.fact(event_id)
    duties: Iterable[_Duty] = ()
    match because:
        case Effective(body=InteractionRecorded() as meeting):
            duties = _notes(history, method, meeting)
        case Effective(body=ConsultationClosed() as closing):
            duties = _feedback(history, method, closing)
    return tuple(
        SharingDuty(
            act=f"{kind} {thing_of(because.body)}",
            kind=kind,
            owed_by=owed_by,
            owed_to=side,
            because=because,
            due_on=due_on,
            done=sharing,
            disputes=() if sharing is None else course_if_disputed(history, method, sharing, owed_by, side),
            coverage=act_coverage(history, method, ActToShare(kind, owed_by.party_id, because, due_on)),
        )
        for kind, owed_by, side, due_on, sharing in duties
        if because is not None
    )


_Duty = tuple[SharingKind, PartyAt, Side, date, Effective | None]


def _notes(history: History, method: Method, body: InteractionRecorded) -> Iterator[_Duty]:
    due_on = notes_due_on(body, method)
    if due_on is None or body.convened_by is None:
        return
    later = history.about(body.interaction_id)
    for side in _others({each.side for each in bodies_taking_part(body)}, body.convened_by):
        sharing = next((each for each in later if _is_shared_with(side, each.body)), None)
        yield SharingKind.NOTES, body.convened_by, side, due_on, sharing


def _is_shared_with(side: Side, body: EventBody) -> bool:
    return isinstance(body, NotesShared) and side in body.shared_with


def _feedback(history: History, method: Method, body: ConsultationClosed) -> Iterator[_Duty]:
    story = history.about(body.consultation_id)
    consulted = [side for each in story if isinstance(each.body, ConsultationOpened) for side in each.body.consulted]
    feedback = next((each for each in story if isinstance(each.body, ConsultationFeedbackGiven)), None)
    for side in _others(consulted, body.closed_by):
        yield SharingKind.FEEDBACK, body.closed_by, side, feedback_due_on(body, method), feedback


def _others(sides: Iterable[Side], than: PartyAt) -> list[Side]:
    return sorted(set(sides) - {than.side})
