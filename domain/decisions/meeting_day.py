"""Records that took their day from a meeting move with it when that is put right, unless others have agreed to them."""

from collections.abc import Iterator, Sequence
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from domain.decisions.boundary import around
from domain.decisions.case import Case
from domain.decisions.correction_rights import is_agreed_by_others, objection_to_mending
from domain.decisions.facts import KnownEvent
from domain.events import EventBody, declarations
from domain.events.decisions import DecisionAttested, DecisionTaken
from domain.events.declaration import declaration_of
from domain.events.interactions import (
    InteractionCancelled,
    InteractionPlanned,
    InteractionRecorded,
    InteractionRescheduled,
    MinutesApproved,
)
from domain.events.recorded import Recorded
from domain.events.records import RecordCorrected
from domain.events.selection import Selections, on
from domain.values import Plain, day_of, last_day

_THE_MEETING: Final = (InteractionPlanned, InteractionRescheduled, InteractionCancelled, InteractionRecorded)
_ITEMS: Final = tuple(
    declaration.body
    for declaration in declarations()
    if "interaction_id" in declaration.fields and not declaration.home and declaration.body not in _THE_MEETING
)


def items_of(records: Sequence[Recorded], record_id: UUID) -> Selections:
    """The boundary of all that came up at a recorded meeting; nothing for other records."""
    meeting = next((each for each in records if each.event_id == record_id), None)
    if meeting is None or not isinstance(meeting.body, InteractionRecorded):
        return frozenset()
    meeting_id = meeting.body.interaction_id
    items = [each for each in records if _meeting_of(each.body) == meeting_id]
    decision_ids = {each.body.decision_id for each in items if isinstance(each.body, DecisionTaken)}
    items += [r for r in records if isinstance(r.body, DecisionAttested) and r.body.decision_id in decision_ids]
    return around(items) | {on("interaction", meeting_id, *_ITEMS, within=meeting.partition_id)}


def move_with_meeting(case: Case, meeting: InteractionRecorded, happened: str, reasons: str) -> tuple[UUID, ...]:
    """Correct the day of all that took it from a meeting; give the records that keep theirs.

    Those are what another side agreed to as it reads, what is another's to mend, and what would then come before the
    thing it is about.
    """
    exceptions: list[UUID] = []
    for record in list(_dated_by(case, meeting)):
        body = replace(record.body, happened=happened)
        began = case.facts.began(body)
        is_early = began is not None and last_day(happened) < day_of(began.occurred_at)
        if is_early or objection_to_mending(case, record) or is_agreed_by_others(case, record):
            exceptions.append(record.event_id)
            continue
        case.inherit(record)
        declaration = declaration_of(body)
        case.record(
            RecordCorrected(
                happened=case.happened(None),
                record_id=record.event_id,
                replacement_name=declaration.name,
                replacement_version=declaration.version,
                replacement=b"",
                reasons=Plain(reasons),
            ),
            replacement=body,
            at="changes/happened",
        )
    return tuple(exceptions)


def _dated_by(case: Case, meeting: InteractionRecorded) -> Iterator[KnownEvent]:
    """The records that came up at a meeting and say of its time just what the meeting did, attested decisions too."""
    decisions = case.facts.about("interaction_id", meeting.interaction_id, DecisionTaken)
    decision_ids = {body.decision_id for _, body in decisions}
    for record, body in case.facts.of(*_ITEMS, DecisionAttested):
        is_item = _meeting_of(body) == meeting.interaction_id
        is_attested = isinstance(body, DecisionAttested) and body.decision_id in decision_ids
        if (is_item or is_attested) and body.happened == meeting.happened:
            yield record


def _meeting_of(body: EventBody) -> UUID | None:
    """The meeting that something came up at: minutes, that which approved them."""
    if isinstance(body, _THE_MEETING):
        return None
    if isinstance(body, MinutesApproved):
        return body.approving_interaction_id
    meeting: UUID | None = getattr(body, "interaction_id", None)
    return meeting
