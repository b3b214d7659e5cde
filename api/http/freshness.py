"""How fresh an answer must be: a position it must hold, and how long who asks would wait for that (RFC 7240)."""

import re
from typing import Annotated, Final

from msgspec import Meta, Struct, field
from starlette.datastructures import Headers

from api.http.problems import Problem, ProblemFault
from domain.log.recorder import LogRecorder

HEADER: Final = "Prefer"
APPLIED: Final = "Preference-Applied"
LONGEST_WAIT_S: Final = 30
_LARGEST: Final = 10**18 - 1  # what the database's whole numbers hold
_WAIT: Final = re.compile(r'\s*wait\s*=\s*"?([0-9]{1,9})"?\s*(;.*)?', re.IGNORECASE)

MinPosition = Annotated[
    int,
    Meta(
        ge=0,
        le=_LARGEST,
        description="A position that the answer must hold: that of what you recorded, to read your own writes",
    ),
]


class FreshnessQuery(Struct, frozen=True, kw_only=True):
    """A reading that can be asked to hold a position at least."""

    min_position: MinPosition | None = field(default=None, name="min-position")


class NotYet(Problem):
    """What was asked for cannot be answered yet, and may be soon: who asks can wait for it."""


def behind(wanted: int, reached: int) -> NotYet:
    """Say that a list has not come as far as the position that it must hold."""
    detail = f"It has reached position {reached} of the record, and you asked for {wanted}."
    return NotYet("behind", detail, headers={"Retry-After": "1"})


def not_built(reason: str) -> NotYet:
    """Say that there is no list, and which command makes it."""
    return NotYet("not-built", f"{reason}.", headers={"Retry-After": "60"})


def wait_s(headers: Headers) -> int:
    """Say how many seconds who asks would wait, up to the longest that is granted; 0 where nothing is said."""
    for each in ",".join(headers.getlist(HEADER)).split(","):
        if (found := _WAIT.fullmatch(each)) is not None:
            return min(int(found[1]), LONGEST_WAIT_S)
    return 0


def must_be_recorded(log: LogRecorder, wanted: int | None) -> None:
    """Refuse a position that the record itself has not reached. Raises Problem 400."""
    if wanted and wanted > (head := log.head().position):
        fault = ProblemFault(
            code="out-of-bounds", detail=f"the record reaches position {head}", parameter="min-position"
        )
        raise Problem("invalid-query", f"min-position: {fault.detail}.", [fault])
