"""Contacts: what was planned, held, missed or called off, who came as what, and whether it was minuted and noted."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Annotated, TypeVar
from uuid import UUID

from msgspec import Meta

from domain.events.declaration import EventBody, Participant
from domain.events.interactions import (
    Crowd,
    InteractionCancelled,
    InteractionPlanned,
    InteractionRecorded,
    InteractionRescheduled,
    MinutesApproved,
    NotesShared,
)
from domain.events.recorded import Effective
from domain.values import last_day
from domain.vocabulary import (
    Attendance,
    Challenge,
    Confidence,
    InteractionKind,
    Level,
    Mode,
    Role,
    Sensitivity,
    Side,
    Support,
)
from projections.declaration import ProjectionRow, projection
from projections.history.attendance import is_together, people, present, taking_part
from projections.history.causes import causes_of
from projections.history.covering_sources import COVERING
from projections.history.history import History
from projections.history.recording_delay import days_until_recorded
from projections.lifecycles.interactions import Contact, InteractionState, contacts
from projections.method.method import Method
from projections.rows import MENDING, Causes, TextAt, names_a, text_at

E = TypeVar("E", bound=EventBody)


class InteractionRow(ProjectionRow, frozen=True, kw_only=True):
    """One contact, held or only planned. What nobody recorded is null, or counted as none."""

    interaction_id: Annotated[UUID, names_a("interaction", "The contact")]
    kind: Annotated[InteractionKind, Meta(description="What sort of contact")]
    state: Annotated[
        InteractionState, Meta(description="Planned, held, called off, or lapsed: its day passed unrecorded")
    ]
    planned_for_on: Annotated[date | None, Meta(description="The last day it was last planned for, if it was planned")]
    times_moved: Annotated[int, Meta(description="How often the plan was moved")]
    cancelled_by_side: Annotated[Side | None, Meta(description="The side that called it off, where stated")]
    happened: Annotated[str | None, Meta(description="When it took place, as precisely as was stated")]
    occurred_at: Annotated[datetime | None, Meta(description="The first instant of when it took place")]
    recorded_at: Annotated[datetime, Meta(description="When the log took its record, or else its plan")]
    days_late: Annotated[int | None, Meta(description="Days from taking place to being recorded")]
    convened_by_party_id: Annotated[UUID | None, names_a("party", "The organisation or group that called it")]
    convened_by_side: Annotated[Side | None, Meta(description="The side that called it")]
    mode: Annotated[Mode | None, Meta(description="How people came together")]
    place_id: Annotated[UUID | None, names_a("place", "Where it took place")]
    title: Annotated[TextAt | None, Meta(description="Where its sealed title stands")]
    notes: Annotated[TextAt | None, Meta(description="Where its sealed notes stand")]
    attended: Annotated[int, Meta(description="How many people came: members, visitors and those only counted")]
    members: Annotated[int, Meta(description="How many of them came for a member of the partnership")]
    visitors: Annotated[int, Meta(description="How many of them came for nobody with a seat")]
    crowd: Annotated[int, Meta(description="How many of them were counted by side only")]
    counted_apart: Annotated[
        int, Meta(description="How many signed, answered or wrote, where nobody comes: counted, and not attendance")
    ]
    apologies: Annotated[int, Meta(description="How many people sent apologies")]
    absent: Annotated[int, Meta(description="How many people were expected and did not come")]
    attended_by_side: Annotated[dict[Side, int], Meta(description="How many came from each side, crowds included")]
    attended_by_role: Annotated[dict[Role, int], Meta(description="How many came in each role, crowds left out")]
    minutes_approved_on: Annotated[date | None, Meta(description="The day its minutes were first approved")]
    minutes_sides: Annotated[tuple[Side, ...], Meta(description="Sides with a voting member there when approved")]
    notes_due_on: Annotated[date | None, Meta(description="The day by which notes should be shared, if any are due")]
    notes_shared_on: Annotated[date | None, Meta(description="The day its notes were first shared")]
    notes_shared_with: Annotated[tuple[Side, ...], Meta(description="Sides that its notes have reached")]
    themes: Annotated[tuple[str, ...], Meta(description="What it was about, in the partnership's own words")]
    challenges: Annotated[tuple[Challenge, ...], Meta(description="Shared challenges that were talked about")]
    support: Annotated[tuple[Support, ...], Meta(description="What was offered so that people could take part")]
    level_promised: Annotated[Level | None, Meta(description="Participation level promised")]
    level_practised: Annotated[Level | None, Meta(description="Participation level practised")]
    confidence: Annotated[Confidence | None, Meta(description="How the recorder knows")]
    sensitivity: Annotated[Sensitivity, Meta(description="Who may be told")]
    is_corrected: Annotated[bool, Meta(description="Whether its record was corrected")]
    causes: Causes


@projection(
    name="interactions",
    version=3,
    row=InteractionRow,
    key=("interaction_id",),
    handles=(
        InteractionPlanned,
        InteractionRescheduled,
        InteractionCancelled,
        MinutesApproved,
        *COVERING,
        *MENDING,
    ),
    question="Which contacts were planned and held, who came as what, and were they minuted and noted?",
    ignores_rest="What was asked, decided or promised at a contact has views of its own.",
)
def interactions(history: History, method: Method) -> list[InteractionRow]:
    """One row for each contact, in the order in which they were first planned or took place."""
    return [_row(history, contact) for contact in contacts(history, method)]


def _row(history: History, contact: Contact) -> InteractionRow:
    facts = history.about(contact.interaction_id)
    record = next((fact for fact in facts if fact.body is contact.held), None)
    first_fact = record or contact.first_fact
    body = contact.held or _nothing_yet(contact)
    came, crowds = present(body), body.crowds if is_together(body) else ()
    attended, members = people(came), people(each for each in came if each.member)
    crowd = sum(each.count for each in crowds)
    return InteractionRow(
        interaction_id=contact.interaction_id,
        kind=contact.kind,
        state=contact.state,
        planned_for_on=contact.planned_for,
        times_moved=contact.times_moved,
        cancelled_by_side=_cancelled_by(facts) if contact.state is InteractionState.CANCELLED else None,
        happened=body.happened if record else None,
        occurred_at=record.occurred_at if record else None,
        recorded_at=first_fact.recorded_at,
        days_late=days_until_recorded(body.happened, record.recorded_at) if record else None,
        convened_by_party_id=contact.convened_by.party_id if contact.convened_by else None,
        convened_by_side=contact.convened_by.side if contact.convened_by else None,
        mode=body.mode,
        place_id=body.place_id,
        title=text_at(record, "title") if record else None,
        notes=text_at(record, "notes") if record else None,
        attended=attended + crowd,
        members=members,
        visitors=attended - members,
        crowd=crowd,
        counted_apart=0 if is_together(body) else people(taking_part(body)) + sum(each.count for each in body.crowds),
        apologies=_kept_away(body, Attendance.APOLOGIES),
        absent=_kept_away(body, Attendance.ABSENT),
        attended_by_side=_by_side(came, crowds),
        attended_by_role=_by_role(came),
        minutes_approved_on=contact.minuted_on,
        minutes_sides=_in_order(side for each in _each(facts, MinutesApproved) for side in each.sides_present),
        notes_due_on=contact.notes_due_on,
        notes_shared_on=min((last_day(each.happened) for each in _each(facts, NotesShared)), default=None),
        notes_shared_with=_in_order(contact.notes_shared_with),
        themes=body.themes,
        challenges=body.challenges,
        support=body.support,
        level_promised=body.level_promised,
        level_practised=body.level_practised,
        confidence=body.confidence if record else None,
        sensitivity=body.sensitivity,
        is_corrected=bool(first_fact.corrected_by),
        causes=causes_of(facts),
    )


def _nothing_yet(contact: Contact) -> InteractionRecorded:
    """An empty record of a contact that was only planned: nobody came, and nothing was said."""
    return InteractionRecorded(
        happened=contact.first_fact.body.happened,
        interaction_id=contact.interaction_id,
        kind=contact.kind,
        participants=(),
    )


def _cancelled_by(facts: Iterable[Effective]) -> Side | None:
    who = [each.cancelled_by for each in _each(facts, InteractionCancelled)]
    return who[-1].side if who and who[-1] else None


def _kept_away(body: InteractionRecorded, attendance: Attendance) -> int:
    return people(each for each in body.participants if each.attendance is attendance)


def _by_side(came: Sequence[Participant], crowds: Iterable[Crowd]) -> dict[Side, int]:
    counts = {side: people(each for each in came if each.party.side is side) for side in Side}
    for crowd in crowds:
        counts[crowd.side] += crowd.count
    return {side: count for side, count in counts.items() if count}


def _by_role(came: Sequence[Participant]) -> dict[Role, int]:
    counts = {role: people(each for each in came if each.role is role) for role in Role}
    return {role: count for role, count in counts.items() if count}


def _each(facts: Iterable[Effective], body: type[E]) -> list[E]:
    return [fact.body for fact in facts if isinstance(fact.body, body)]


def _in_order(sides: Iterable[Side]) -> tuple[Side, ...]:
    side_set = set(sides)
    return tuple(side for side in Side if side in side_set)
