"""Moved places: what a place is part of decides how far roles reach, so that only who reaches all puts it right."""

from typing import Final

from api.access.user_roles import Right
from api.access.whereabouts import whereabouts
from api.http.operations import Call
from api.http.problems import Problem
from domain.decisions.command import Command
from domain.decisions.records import CorrectRecord, WithdrawRecord
from domain.events import name_of
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.events.registries import PlaceRegistered
from domain.log.decode_events import decode_event
from domain.log.event import LogEvent
from domain.log.recorder import LogRecorder

_PLACE: Final = name_of(PlaceRegistered)
_PART_OF: Final = "part_of_place_id"
_REFUSED: Final = (
    "What this place is part of decides how far roles reach: ask somebody whose role reaches all to put it right."
)


def refuse_moving_places(call: Call, command: Command) -> None:
    """Refuse to change what a place is part of to who reaches less than all: their own role might reach further then.

    Raises Problem 403.
    """
    if call.asker.may_everywhere(Right.RECORD) or call.asker.may_everywhere(Right.LOOK_AFTER):
        return
    match command:
        case CorrectRecord(record=record_id, changes=changes) if _PART_OF in changes:
            event = call.services.recorder.find(record_id)
        case WithdrawRecord(record=record_id):
            event = _concerned(call.services.recorder, call.services.recorder.find(record_id))
        case _:
            return
    if event is not None and event.type == _PLACE:
        raise Problem("not-allowed", _REFUSED)


def _concerned(log: LogRecorder, event: LogEvent | None) -> LogEvent | None:
    """The record that is put back where a correction or withdrawal is withdrawn, or one of a place within another."""
    is_mending = False
    while event is not None and isinstance(body := decode_event(event).body, RecordCorrected | RecordWithdrawn):
        is_mending, event = True, log.find(body.record_id)
    if event is None or is_mending:
        return event
    return event if len(whereabouts(log).places_around([event.partition_id])) > 1 else None
