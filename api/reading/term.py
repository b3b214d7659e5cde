"""Terms: until when a role or a key is good, given as a day or as an instant."""

from datetime import datetime
from typing import Annotated, Final

from msgspec import UnsetType

from api.http.problems import ProblemFault
from domain.decisions.refusals import Code
from domain.values import ImpossibleDateError, coded, end_of_day, first_instant, last_day

_CLOCK: Final = r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
Until = Annotated[
    str,
    coded(
        rf"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(T{_CLOCK}(Z|[+-][0-9]{{2}}:[0-9]{{2}}))?",
        *("2027-03-31", "2027-03-31T17:00:00Z"),
        description="The last day on which it is good, or the instant at which it ends",
    ),
]


def end_of(until: str | UnsetType) -> tuple[datetime | None, list[ProblemFault]]:
    """The instant at which a term ends, None for never; and the fault of one that the calendar does not have."""
    if isinstance(until, UnsetType):
        return None, []
    try:
        return (first_instant(until) if "T" in until else end_of_day(last_day(until))), []
    except ImpossibleDateError as error:
        return None, [ProblemFault(code=Code.IMPOSSIBLE_DATE, detail=str(error), pointer="#/until")]
