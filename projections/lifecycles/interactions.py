"""Contact: planned, moved, held or called off; its minutes, and the notes that those who met should have had."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct

from domain.events.interactions import (
    InteractionCancelled,
    InteractionPlanned,
    InteractionRecorded,
    InteractionRescheduled,
    MinutesApproved,
    NotesShared,
)
from domain.events.recorded import Effective
from domain.values import PartyAt, end_of_day, last_day
from domain.vocabulary import NOTED_KINDS, CodeList, InteractionKind, SharingKind, Side
from projections.history.covering_sources import ActToShare, covered_day
from projections.history.history import History
from projections.history.memo import answers_about, once_per_history, once_per_thing
from projections.method.method import Method
from projections.method.working_days import working_days


class InteractionState(CodeList):
    """Where contact stands on a day; lapsed: the day planned has passed and nothing was recorded."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


class Contact(Struct, frozen=True, kw_only=True):
    """One contact at the end of the day asked about; `held` is what was recorded of it, once it took place.

    Notes are due of it where some source of the record would note that they were shared.
    """

    interaction_id: UUID
    state: InteractionState
    kind: InteractionKind
    first_fact: Effective
    held: InteractionRecorded | None
    planned_for: date | None
    convened_by: PartyAt | None
    times_moved: int
    minuted_on: date | None
    notes_due_on: date | None
    notes_shared_with: frozenset[Side]
    causes: tuple[UUID, ...]


@once_per_history
def contacts(history: History, method: Method) -> Sequence[Contact]:
    """Follow every contact of a partnership, in the order in which they were first written down."""
    return answers_about(history, method, contact, history.keys_of_things(InteractionPlanned, InteractionRecorded))


def notes_due_on(body: InteractionRecorded, method: Method) -> date | None:
    """The day by which notes should be shared; None where nobody convened it, or none are expected."""
    if body.convened_by is None or body.kind not in NOTED_KINDS:
        return None
    held_on = last_day(body.ended or body.happened)
    if body.convened_by.volunteer_run:
        return held_on + timedelta(days=method.openness.volunteer_notes_days)
    return working_days(method.bank_holidays).after(held_on, method.openness.notes_working_days)


def _notes_owed_on(history: History, method: Method, record: Effective, body: InteractionRecorded) -> date | None:
    due_on = notes_due_on(body, method)
    if due_on is None or body.convened_by is None:
        return None
    return covered_day(history, method, ActToShare(SharingKind.NOTES, body.convened_by.party_id, record, due_on))


@once_per_thing
def contact(history: History, method: Method, interaction_id: UUID) -> Contact:
    """Follow one contact."""
    story = history.about(interaction_id)
    first_fact = next(fact for fact in story if isinstance(fact.body, InteractionPlanned | InteractionRecorded))
    record, meeting = next(
        ((fact, fact.body) for fact in story if isinstance(fact.body, InteractionRecorded)), (None, None)
    )
    plans = [fact.body for fact in story if isinstance(fact.body, InteractionPlanned | InteractionRescheduled)]
    planned_for = last_day(plans[-1].planned_for) if plans else None
    first = first_fact.body
    assert isinstance(first, InteractionPlanned | InteractionRecorded)  # noqa: S101 - found by type
    minuted = next((fact.body for fact in story if isinstance(fact.body, MinutesApproved)), None)
    shared = [side for fact in story if isinstance(fact.body, NotesShared) for side in fact.body.shared_with]
    return Contact(
        interaction_id=interaction_id,
        state=_state(history, story, planned_for, meeting),
        kind=meeting.kind if meeting else first.kind,
        first_fact=first_fact,
        held=meeting,
        planned_for=planned_for,
        convened_by=meeting.convened_by if meeting else first.convened_by,
        times_moved=sum(isinstance(plan, InteractionRescheduled) for plan in plans),
        minuted_on=last_day(minuted.happened) if minuted else None,
        notes_due_on=_notes_owed_on(history, method, record, meeting) if record and meeting else None,
        notes_shared_with=frozenset(shared),
        causes=tuple(cause for fact in story for cause in fact.causes),
    )


def _state(
    history: History, story: list[Effective], planned_for: date | None, meeting: InteractionRecorded | None
) -> InteractionState:
    if meeting is not None:
        return InteractionState.HELD
    if any(isinstance(fact.body, InteractionCancelled) for fact in story):
        return InteractionState.CANCELLED
    is_past = planned_for is not None and end_of_day(planned_for) < history.end
    return InteractionState.LAPSED if is_past else InteractionState.PLANNED
