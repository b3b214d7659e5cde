"""One partnership's part of an extract: its events read and decoded once, then looked at month by month.

This is the unit of work of a worker, which gets ids and the address of the log, never data.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import pairwise
from operator import attrgetter
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.partnerships import PartnershipClosed, PartnershipFormed
from domain.events.recorded import Recorded
from domain.log.connections import READER
from domain.log.decode_events import decode_event
from domain.log.recorder import LogRecorder
from domain.values import day_of, end_of_day, start_of_day
from projections.history.history import History, history
from projections.history.recording_delay import RecordingDelay, days_until_recorded
from projections.lifecycles.sharing_coverage import sharing_coverage
from projections.method.document import load_method
from projections.method.method import Method
from projections.reviews.extract_tables import (
    CellRow,
    EventRow,
    LeftOutRow,
    PanelRow,
    PartnershipRow,
    ReadingRow,
    ReviewGroup,
    ReviewPeriod,
)
from projections.reviews.partnership_measures import ActCounts, key_of, measured
from projections.scoring.health.measure import Measure
from projections.scoring.health.shown_profile import ShownMeasure, shown_measures
from projections.scoring.surveys.expressed_rows import KEY as READING_KEY
from projections.scoring.surveys.expressed_rows import ExpressedRow, expressed_rows

_OF_READING: Final = tuple(name for name in ReadingRow.__struct_fields__ if name in ExpressedRow.__struct_fields__)


class ReviewMonths(Struct, frozen=True, kw_only=True):
    """The month ends looked at, in order, and the first day of the window."""

    ends: tuple[date, ...]
    window_start_on: date

    def period(self, end: date) -> ReviewPeriod:
        """The period that a month belongs to; the month that the window begins in belongs to the window."""
        return ReviewPeriod.WINDOW if end >= self.window_start_on else ReviewPeriod.BEFORE


class PartTask(Struct, frozen=True, kw_only=True):
    """The task of a worker: one partnership, up to a position recorded at `recorded_at`, by a method's document."""

    dsn: str
    partnership_id: UUID
    group: ReviewGroup
    position: int
    recorded_at: datetime
    months: ReviewMonths
    method: bytes
    outcomes: tuple[str, ...]

    def __repr__(self) -> str:
        """Leave out the connection string, which may hold a password."""
        return f"PartTask({self.partnership_id})"


class PartnershipPart(Struct, frozen=True, kw_only=True):
    """One partnership's rows, each table in the order of its key; none where nothing was formed by the last month."""

    panel: tuple[PanelRow, ...] = ()
    cells: tuple[CellRow, ...] = ()
    events: tuple[EventRow, ...] = ()
    partnerships: tuple[PartnershipRow, ...] = ()
    readings: tuple[ReadingRow, ...] = ()
    left_out: tuple[LeftOutRow, ...] = ()


def partnership_part(task: PartTask) -> PartnershipPart:
    """A partnership's part of the extract, read from the log. Raises what reading and decoding raise."""
    with LogRecorder(task.dsn, role=READER, application_name="folkmoot-review", pool_size=1) as log:
        records = [decode_event(event) for event in log.read_partition(task.partnership_id, task.position)]
    return part_of(records, task, loaded(task.method))


def part_of(records: Sequence[Recorded], task: PartTask, method: Method) -> PartnershipPart:
    """The part of the extract that events make. Pure."""
    if not records:
        return PartnershipPart()
    latest = _past_at(records, task, task.months.ends[-1])
    formed = latest.of(PartnershipFormed)
    if not formed:
        return PartnershipPart()
    ends = [end for end in task.months.ends if formed[0].occurred_at < end_of_day(end)]  # it has no cells before
    measured_months = [_month(records, _past_at(records, task, end), method, task) for end in ends]
    ordered = [sorted(month.measures, key=lambda pair: key_of(pair[0])) for month in measured_months]
    # One call for all months: ranges are worked out for many points at once.
    figures = iter(shown_measures([measure for month in ordered for measure, _ in month], method))
    panel = [
        _panel_row(task, month, next(figures), key_of(measure), acts)
        for month, measures in zip(measured_months, ordered, strict=True)
        for measure, acts in measures
    ]
    cells = list(_cells(task, measured_months))
    return PartnershipPart(
        panel=tuple(panel),
        cells=tuple(cells),
        events=tuple(_events(task, records, latest, method, {each.event_id for each in cells})),
        partnerships=(_partnership(task, records, latest),),
        readings=tuple(_readings(task, latest, method)),
        left_out=tuple(row for month in measured_months for row in month.left_out),
    )


class _MeasuredMonth(Struct, frozen=True, kw_only=True):
    """One month with its measures, and how many events happened, were recorded and were late in it."""

    end: date
    measures: list[tuple[Measure, ActCounts]]
    happened: int
    recorded: int
    late: int
    left_out: list[LeftOutRow]


def _past_at(records: Sequence[Recorded], task: PartTask, as_of: date) -> History:
    return history(records, as_of=as_of, position=task.position, recorded_at=records[-1].recorded_at)


def _month(records: Sequence[Recorded], past: History, method: Method, task: PartTask) -> _MeasuredMonth:
    start, lateness = start_of_day(past.as_of.replace(day=1)), RecordingDelay(past, method)
    happened = [fact for fact in past.facts if fact.occurred_at >= start]
    return _MeasuredMonth(
        end=past.as_of,
        measures=list(measured(past, method)),
        happened=len(happened),
        recorded=sum(start <= record.recorded_at < past.end for record in records),
        late=sum(lateness.is_late(fact.body, fact.recorded_at) for fact in happened),
        left_out=list(_left_out(task, past, method)),
    )


def _left_out(task: PartTask, past: History, method: Method) -> Iterator[LeftOutRow]:
    """Rows of the duties to share that no source covers by the end of a month, in the order of the table's key."""
    for sharing in sorted(
        sharing_coverage(past, method),
        key=lambda coverage: (coverage.kind, coverage.owed_to, coverage.owed_by.party_id),
    ):
        yield LeftOutRow(
            partnership_id=task.partnership_id,
            group=task.group,
            as_of=past.as_of,
            kind=sharing.kind,
            owed_to=sharing.owed_to,
            owed_by_id=sharing.owed_by.party_id,
            left_out=sharing.uncovered,
            of=sharing.duties,
        )


def _readings(task: PartTask, past: History, method: Method) -> Iterator[ReadingRow]:
    """Every reading by the end of the last month, in the order of the table's key."""
    rules = method.survey_rules
    rows = [] if rules is None else expressed_rows(past, method, rules)
    for row in sorted(rows, key=lambda row: tuple(getattr(row, name) for name in READING_KEY)):
        yield ReadingRow(
            partnership_id=task.partnership_id,
            group=task.group,
            **{name: getattr(row, name) for name in _OF_READING},
        )


def _panel_row(task: PartTask, month: _MeasuredMonth, figure: ShownMeasure, key: str, acts: ActCounts) -> PanelRow:
    return PanelRow(
        partnership_id=task.partnership_id,
        group=task.group,
        as_of=month.end,
        period=task.months.period(month.end),
        measure=key,
        registered=key in task.outcomes,
        basis=figure.basis,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        n=figure.n,
        status=figure.status,
        missing=figure.missing,
        acts=acts.acts,
        value_sum=acts.value_sum,
        confirmed_acts=acts.confirmed_acts,
        confirmed_value_sum=acts.confirmed_value_sum,
        events_happened=month.happened,
        events_recorded=month.recorded,
        events_late=month.late,
    )


def _cells(task: PartTask, months: Sequence[_MeasuredMonth]) -> Iterator[CellRow]:
    """The stretches of months, by measure and event, in which the one rested on the other.

    What stands beside a headline as a plain count often names no events of its own: its dimension's are behind it.
    """
    months_behind: dict[tuple[str, UUID], list[int]] = {}
    for index, month in enumerate(months):
        of_dimension: dict[str, dict[UUID, None]] = {}
        for measure, _ in month.measures:
            of_dimension.setdefault(measure.dimension, {}).update(dict.fromkeys(measure.causes))
        for measure, _ in month.measures:
            for event_id in measure.causes or of_dimension[measure.dimension]:
                months_behind.setdefault((key_of(measure), event_id), []).append(index)
    for (key, event_id), indices in sorted(months_behind.items()):
        for first, last in _stretches(indices):
            yield CellRow(
                partnership_id=task.partnership_id,
                measure=key,
                event_id=event_id,
                from_as_of=months[first].end,
                to_as_of=months[last].end,
            )


def _stretches(indices: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and last of each run of consecutive numbers."""
    first = indices[0]
    for one, other in pairwise(indices):
        if other != one + 1:
            yield first, one
            first = other
    yield first, indices[-1]


def _events(
    task: PartTask, records: Sequence[Recorded], past: History, method: Method, event_ids: set[UUID]
) -> Iterator[EventRow]:
    recorded_at = {record.event_id: record.recorded_at for record in records}
    facts = {fact.event_id: fact for fact in past.facts}
    lateness = RecordingDelay(past, method)
    for record in sorted((each for each in records if each.event_id in event_ids), key=attrgetter("event_id")):
        fact = facts.get(record.event_id)
        body = record.body if fact is None else fact.body
        corrections = () if fact is None else fact.corrected_by
        yield EventRow(
            event_id=record.event_id,
            partnership_id=task.partnership_id,
            position=record.position,
            type=record.name,
            happened=body.happened,
            recorded_at=record.recorded_at,
            corrected_at=max((recorded_at[each] for each in corrections), default=None),
            days_late=days_until_recorded(body.happened, record.recorded_at),
            late=lateness.is_late(body, record.recorded_at),
            recorded_by=record.envelope.recorded_by,
        )


def _partnership(task: PartTask, records: Sequence[Recorded], past: History) -> PartnershipRow:
    fact, formed = past.each(PartnershipFormed)[0]
    closed = past.of(PartnershipClosed)
    return PartnershipRow(
        partnership_id=task.partnership_id,
        group=task.group,
        name=formed.name,
        kind=formed.kind,
        place_id=formed.place_id,
        formed_on=day_of(fact.occurred_at),
        closed_on=day_of(closed[0].occurred_at) if closed else None,
        events=len(records),
        events_corrected=sum(bool(each.corrected_by) for each in past.facts),
        events_withdrawn=len(past.withdrawn),
    )


@lru_cache(maxsize=4)
def loaded(document: bytes) -> Method:
    """The method of a document, read once in each worker."""
    return load_method(document)
