"""Activity: how much was recorded of each month, how late, by which side's pen, and how much of it was mended."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta

from domain.events import declaration_of, declarations
from domain.events.declaration import EventBody
from domain.events.recorded import Recorded
from domain.values import first_day
from domain.vocabulary import CodeList, Side
from projections.declaration import ProjectionRow, projection
from projections.history.history import History
from projections.history.recording_delay import RecordingDelay
from projections.method.method import Method
from projections.rows import Causes

EVERYTHING: Final[tuple[type[EventBody], ...]] = tuple(each.body for each in declarations())

Key = tuple[str, str, Side]


class RecordStanding(CodeList):
    """How a record stands now: as it was made, corrected, withdrawn or set aside."""

    AS_RECORDED = "as-recorded"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    SET_ASIDE = "set-aside"


class ActivityRow(ProjectionRow, frozen=True, kw_only=True):
    """What one side recorded of one month in one family of events. Counts add up over rows."""

    month: Annotated[str, Meta(description="The month in which it happened, such as 2026-03, in London")]
    family: Annotated[str, Meta(description="The family of events")]
    recorded_by: Annotated[Side, Meta(description="The side whose pen recorded it")]
    events: Annotated[int, Meta(description="How many events")]
    late: Annotated[int, Meta(description="How many were recorded later than the method allows")]
    corrected: Annotated[int, Meta(description="How many stand corrected")]
    withdrawn: Annotated[int, Meta(description="How many were withdrawn")]
    set_aside: Annotated[int, Meta(description="How many are set aside because what they were about was withdrawn")]
    causes: Causes


@dataclass
class _Tally:
    late: int = 0
    standing: list[RecordStanding] = field(default_factory=list)
    causes: list[UUID] = field(default_factory=list)


@projection(
    name="activity",
    version=1,
    row=ActivityRow,
    key=("month", "family", "recorded_by"),
    handles=EVERYTHING,
    question="How much was recorded of each month, how late, by whose pen, and how much was mended?",
    ignores_rest="Nothing is left out.",
)
def activity(history: History, method: Method) -> list[ActivityRow]:
    """One row for each month, family and recording side, in that order."""
    lateness = RecordingDelay(history, method)
    tallies: dict[Key, _Tally] = {}
    for record, body, standing in _everything(history):
        month = first_day(body.happened).isoformat()[:7]
        key = (month, declaration_of(body).family.name, record.envelope.recorded_by)
        tally = tallies.setdefault(key, _Tally())
        tally.late += lateness.is_late(body, record.recorded_at)
        tally.standing.append(standing)
        tally.causes.append(record.event_id)
    return [_row(key, tallies[key]) for key in sorted(tallies)]


def _everything(history: History) -> Iterator[tuple[Recorded, EventBody, RecordStanding]]:
    """Every event that had happened by the end of the day, whatever became of it."""
    for fact in history.facts:
        standing = RecordStanding.CORRECTED if fact.corrected_by else RecordStanding.AS_RECORDED
        yield fact.recorded, fact.body, standing
    for fact in history.set_aside:
        yield fact.recorded, fact.body, RecordStanding.SET_ASIDE
    for records, standing in (
        (history.withdrawn, RecordStanding.WITHDRAWN),
        (history.amendments, RecordStanding.AS_RECORDED),
    ):
        for record in records:
            if record.occurred_at < history.end:
                yield record, record.body, standing


def _row(key: Key, tally: _Tally) -> ActivityRow:
    month, family, recorded_by = key
    return ActivityRow(
        month=month,
        family=family,
        recorded_by=recorded_by,
        events=len(tally.standing),
        late=tally.late,
        corrected=tally.standing.count(RecordStanding.CORRECTED),
        withdrawn=tally.standing.count(RecordStanding.WITHDRAWN),
        set_aside=tally.standing.count(RecordStanding.SET_ASIDE),
        causes=tuple(tally.causes),
    )
