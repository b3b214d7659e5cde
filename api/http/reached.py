"""Reach of a call: refused where its partnership, record, review or place is out of the asker's reach."""

from typing import Final
from uuid import UUID

from api.access.sight import kind_at_home
from api.access.user_roles import Right
from api.http.auth import require
from api.http.operations import Call
from api.http.problems import Problem
from domain.log.decode_events import decode_event
from domain.log.event import LogEvent

_PARTNERSHIP: Final = "partnership_id"
_RECORD: Final = "record"
_PLACE: Final = "place"
_REVIEW: Final = "review"
AT_A_PLACE: Final = frozenset({"read-observations", "observe-outcome"})
"""The operations on what was observed at a place; the places themselves are open to all who read."""


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
        if _REVIEW in call.path:
            _require_review(call, call.id_in_path(_REVIEW))
        if call.operation.name in AT_A_PLACE:
            _require_at_place(call, call.id_in_path(_PLACE))


def require_for_record(call: Call, right: Right, record_id: UUID) -> None:
    """Refuse who has not a right where a record is. Raises Problem 403, or 404 where they may not know of it."""
    if call.asker.may_everywhere(right):
        return
    event, sight = call.services.recorder.find(record_id), call.sight
    if event is None or not (sight is None or sight.lists(event) or _is_own_word(call, event)):
        raise Problem("not-found", "There is no record with this id.")
    require(call.asker, right, partnership_of(event))


def partnership_of(event: LogEvent) -> UUID | None:
    """The partnership in whose affairs a record is; None for a register's."""
    return None if kind_at_home(event.type, event.partition_id, event.tags) else event.partition_id


def _is_own_word(call: Call, event: LogEvent) -> bool:
    """The record is the word of a body of the asker's: entries on people are for those who made them."""
    word = decode_event(event).word
    return word is not None and word.party_id in call.asker.speaks_for


def _require_review(call: Call, review_id: UUID) -> None:
    """Refuse a review of more than is within reach. Raises Problem 404."""
    if call.sight is not None and not call.sight.sees_review(review_id):
        raise no_review(review_id)


def no_review(review_id: UUID) -> Problem:
    """The refusal of a review that is not there, or of which the asker may know nothing."""
    return Problem("not-found", f"No review {review_id} was registered.")


def _require_at_place(call: Call, place_id: UUID) -> None:
    """Refuse what was observed at a place to who reads in no partnership there. Raises Problem 403."""
    sight = call.sight
    if sight is not None and not sight.sees_place(place_id):
        detail = "Nothing that you hold reaches this place: no partnership within your reach is there."
        raise Problem("not-allowed", detail)
