"""If-Match: the state that a command adds to must be the one that its sender read last."""

from uuid import UUID

from api.http.conditional import must_match
from api.http.operations import Call
from domain.decisions.command import Command
from domain.decisions.references import READS
from domain.events.selection import Selections, all_about, on
from domain.handling.handler import StateRead
from domain.log.find_records import last_position


def seen_state(call: Call, command: Command, partnership_id: UUID | None) -> StateRead | None:
    """The state that If-Match names, which must be the present one; None without that header. Raises Problem 412."""
    if "If-Match" not in call.headers:
        return None
    selections = _affected(call, command, partnership_id)
    position = last_position(call.services.recorder, selections)
    must_match(call.headers, position or _position_of_record(call, command))
    if call.sight is not None:  # the state goes by what its reader sees; what is recorded next, by all of the log
        position = last_position(call.services.handler.recorder, selections)
    return StateRead(selections, position)


def record_concerned(command: Command) -> UUID | None:
    """The record that a command is about; None where it is about none."""
    return getattr(command, "record", None)


def about_record(record_id: UUID) -> Selections:
    """Everything recorded about one record."""
    return frozenset({all_about("record", record_id)})


def affairs_of(partnership_id: UUID) -> Selections:
    """Everything recorded in the affairs of a partnership."""
    return frozenset({all_about("partnership", partnership_id)})


def _affected(call: Call, command: Command, partnership_id: UUID | None) -> Selections:
    """Everything recorded about the thing a command adds to: a record, a partnership or a register's entry."""
    record_id = record_concerned(command)
    if record_id is not None:
        return about_record(record_id)
    if partnership_id is not None:
        return affairs_of(partnership_id)
    kinds = (name for name in call.operation.path_parameters if name in READS)
    return frozenset(on(kind, call.id_in_path(kind), *READS[kind]) for kind in kinds)


def _position_of_record(call: Call, command: Command) -> int:
    """The position of the record itself, which is its state until something is recorded about it; 0 without one."""
    record_id = record_concerned(command)
    event = None if record_id is None else call.services.recorder.find(record_id)
    return 0 if event is None else event.position or 0
