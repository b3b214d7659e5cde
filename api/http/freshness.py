"""Freshness of answers: a position that one must hold, and how long its reader would wait for that (RFC 7240)."""

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
    """A query whose answer can be asked to hold a position at least."""

    min_position: MinPosition | None = field(default=None, name="min-position")


class NotYet(Problem):
    """A problem that may be over soon: whoever asks can wait for the answer."""


def behind(position: int, last_position: int) -> NotYet:
    """The problem of a list that has not reached the position that it must hold."""
    detail = f"It has reached position {last_position} of the record, and you asked for {position}."
    return NotYet("behind", detail, headers={"Retry-After": "1"})


def not_built(reason: str) -> NotYet:
    """The problem of a list that was never built; `reason` names the command that builds it."""
    return NotYet("not-built", f"{reason}.", headers={"Retry-After": "60"})


def wait_s(headers: Headers) -> int:
    """The seconds that the reader would wait, up to the longest that is granted; 0 where the header says nothing."""
    for preference in ",".join(headers.getlist(HEADER)).split(","):
        if (match := _WAIT.fullmatch(preference)) is not None:
            return min(int(match[1]), LONGEST_WAIT_S)
    return 0


def refuse_position_beyond_head(log: LogRecorder, position: int | None) -> None:
    """Refuse a position that the log itself has not reached. Raises Problem 400."""
    if position and position > (head := log.head().position):
        fault = ProblemFault(
            code="out-of-bounds", detail=f"the record reaches position {head}", parameter="min-position"
        )
        raise Problem("invalid-query", f"min-position: {fault.detail}.", [fault])
