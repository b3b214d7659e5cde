"""Only what changed: lists kept to what was recorded after a position, or an instant, that the asker holds."""

from datetime import datetime
from typing import Annotated, Final

from msgspec import Meta

from api.http.operations import Call
from api.http.problems import Problem, ProblemFault
from api.reading.as_of import INSTANT
from domain.log.errors import BeyondHead
from domain.text import END

CHANGED_SINCE: Final = "changed-since"
ChangedSince = Annotated[
    str,
    Meta(
        description="Only what changed after this: a position of the record, such as the `position` of the first page"
        " read last time, or an instant. What changes only because days pass does not count. Of lists across"
        " partnerships the first page names all that changed in `row_sets`: rows of theirs that are not there any more"
        " are gone; ask again for one that was in `stale` once it is not",
        examples=["1234", "2026-03-27T19:00:00Z"],
        pattern=rf"^([0-9]{{1,18}}|{INSTANT}){END}",
    ),
]


def position_held(call: Call) -> int | None:
    """The position after which changes are asked for; None where all is. Raises Problem 400."""
    text, log = call.query.changed_since, call.services.recorder
    if text is None:
        return None
    head = log.head().position
    if not text.isdecimal():
        try:
            return log.position_at(datetime.fromisoformat(text))
        except BeyondHead:  # later than the last event: nothing came after it yet
            return head
        except ValueError:
            raise _unusable("the calendar has no such instant") from None
    if int(text) > head:
        raise _unusable(f"the record reaches position {head}")
    return int(text)


def _unusable(detail: str) -> Problem:
    fault = ProblemFault(code="out-of-bounds", detail=detail, parameter=CHANGED_SINCE)
    return Problem("invalid-query", f"{CHANGED_SINCE}: {detail}.", [fault])
