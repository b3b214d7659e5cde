"""What is in reach: whether the asker may make a call about the partnership or the record that its address names."""

from typing import Final
from uuid import UUID

from api.access.user_roles import Right
from api.http.auth import require
from api.http.operations import Call
from api.http.problems import Problem
from domain.events import declaration_of
from domain.events.recorded import Recorded
from domain.log.decode_events import decode_event

_PARTNERSHIP: Final = "partnership_id"
_RECORD: Final = "record"


def refuse_out_of_reach(call: Call) -> None:
    """Refuse a call about what is out of the asker's reach, the same whether or not there is such a thing.

    Raises Problem 403, or 404 where the asker may not know of it.
    """
    right = call.operation.right
    if right is None:
        return
    if _PARTNERSHIP in call.path:
        require(call.asker, right, call.id_in_path(_PARTNERSHIP))
    elif _RECORD in call.path:
        require_for_record(call, right, call.id_in_path(_RECORD))
    else:
        require(call.asker, right)


def require_for_record(call: Call, right: Right, record_id: UUID) -> None:
    """Refuse who has not a right where a record is. Raises Problem 403, or 404 where they may not know of it."""
    if call.asker.may_everywhere(right):
        return
    event = call.services.recorder.find(record_id)
    partnership_id = None if event is None else partnership_of(decode_event(event))
    if event is None or (partnership_id is not None and not call.asker.may(Right.READ_FIGURES, partnership_id)):
        raise Problem("not-found", "There is no record with this id.")
    require(call.asker, right, partnership_id)


def partnership_of(record: Recorded) -> UUID | None:
    """The partnership in whose affairs a record is; None for a register's."""
    return None if declaration_of(record.body).home else record.partition_id
