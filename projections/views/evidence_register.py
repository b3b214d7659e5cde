"""Evidence register: who was heard by an inquiry or for a plan, when, how and on what."""

from collections import Counter
from datetime import date
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from domain.events.declaration import Participant
from domain.events.interactions import InteractionRecorded
from domain.events.recorded import Effective
from domain.values import last_day
from domain.vocabulary import Attendance, Challenge, InteractionKind, Mode, Role, Side
from projections.declaration import ProjectionRow, projection
from projections.history.history import History
from projections.method.method import Method
from projections.rows import MENDING, Causes, TextAt, names_a, text_at

HEARINGS: Final = frozenset(
    {
        InteractionKind.EVIDENCE_SESSION,
        InteractionKind.EVIDENCE_SUBMISSION,
        InteractionKind.SCRUTINY_HEARING,
        InteractionKind.WORKSHOP,
        InteractionKind.FOCUS_GROUP,
        InteractionKind.DROP_IN,
        InteractionKind.CONSULTATION,
        InteractionKind.SURVEY,
        InteractionKind.PETITION,
        InteractionKind.DEPUTATION,
        InteractionKind.QUESTION_TO_COUNCIL,
        InteractionKind.WALKABOUT,
        InteractionKind.PUBLIC_EVENT,
        InteractionKind.DOOR_KNOCKING,
    }
)
"""The kinds of contact at which people are heard; board meetings, calls and the like are told elsewhere."""


class EvidenceRow(ProjectionRow, frozen=True, kw_only=True):
    """Those of one body in one role who were heard at one contact; or people counted by side only."""

    interaction_id: Annotated[UUID, names_a("interaction", "The session, submission, workshop or the like")]
    kind: Annotated[InteractionKind, Meta(description="What it was")]
    heard_on: Annotated[date, Meta(description="The last day on which it may have been")]
    mode: Annotated[Mode | None, Meta(description="How people came together")]
    party_id: Annotated[UUID | None, names_a("party", "For whom they spoke; empty for people counted by side only")]
    side: Annotated[Side, Meta(description="The side they stood on")]
    role: Annotated[Role | None, Meta(description="In which role they were heard")]
    people: Annotated[int, Meta(description="How many were heard")]
    themes: Annotated[tuple[str, ...], Meta(description="On what, in the partnership's own words")]
    challenges: Annotated[tuple[Challenge, ...], Meta(description="On which shared challenges")]
    title: Annotated[TextAt | None, Meta(description="Where its sealed title stands")]
    document: Annotated[str | None, Meta(description="The address of the transcript or submission")]
    causes: Causes


@projection(
    name="evidence_register",
    version=1,
    row=EvidenceRow,
    key=("interaction_id", "party_id", "side", "role"),
    handles=(InteractionRecorded, *MENDING),
    question="Who was heard, when, how and on what: witnesses, submissions, workshops?",
    ignores_rest="Nobody is heard but at a recorded contact; what came of it is told where that is told.",
)
def evidence_register(history: History, _method: Method) -> list[EvidenceRow]:
    """One row for each body, side and role heard at a contact, in the order in which they took place."""
    hearings = [(fact, body) for fact, body in history.each(InteractionRecorded) if body.kind in HEARINGS]
    return [row for fact, body in hearings for row in _rows(fact, body)]


def _rows(fact: Effective, body: InteractionRecorded) -> list[EvidenceRow]:
    """Who was heard: whoever came and is no member of the partnership that listens, witnesses always."""
    counts: Counter[tuple[UUID | None, Side, Role | None]] = Counter()
    for participant in body.participants:
        if _is_heard(participant):
            counts[participant.party.party_id, participant.party.side, participant.role] += participant.count
    for crowd in body.crowds:
        counts[None, crowd.side, None] += crowd.count
    return [
        EvidenceRow(
            interaction_id=body.interaction_id,
            kind=body.kind,
            heard_on=last_day(body.happened),
            mode=body.mode,
            party_id=party_id,
            side=side,
            role=role,
            people=people,
            themes=body.themes,
            challenges=body.challenges,
            title=text_at(fact, "title"),
            document=body.document,
            causes=fact.causes,
        )
        for (party_id, side, role), people in counts.items()
    ]


def _is_heard(participant: Participant) -> bool:
    came = participant.attendance is Attendance.ATTENDED
    return came and (not participant.member or participant.role is Role.EXPERT_WITNESS)
