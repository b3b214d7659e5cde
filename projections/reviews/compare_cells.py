"""The comparison of one partnership's cells in two extracts: which changed, by how much, because of which events."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from domain.events.recorded import Recorded
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.log.connections import READER
from domain.log.decode_events import decode_event
from domain.log.recorder import LogRecorder
from domain.values import day_of
from domain.vocabulary import CodeList
from projections.reviews.extract_tables import CellRow, PanelRow, ReviewGroup
from projections.reviews.partnership_part import PartnershipPart, PartTask, ReviewMonths, loaded, part_of
from projections.reviews.table_files import rounded
from projections.scoring.formulas.composite import comparable

Key = tuple[date, str]


class PanelCell(Struct, frozen=True, kw_only=True):
    """The content of a cell, rounded as files have it."""

    value: float | None
    low: float | None
    high: float | None
    status: str
    missing: str | None


class CellCause(CodeList):
    """Why a cell is not the same."""

    EVENTS = "events"
    METHOD = "method"
    PROGRAM = "program"


class EventBetweenKind(CodeList):
    """How an event recorded between the two positions comes to change a cell."""

    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"
    LATE = "late"
    NEW = "new"


class EventBetween(Struct, frozen=True, kw_only=True):
    """An event recorded between the two positions; `late`: it had happened when the earlier one was recorded."""

    event_id: UUID
    partnership_id: UUID
    type: str
    kind: EventBetweenKind
    position: int
    happened: str
    recorded_at: datetime


class CellChange(Struct, frozen=True, kw_only=True):
    """A cell that is not the same. The parts of the change add up; they are None where one of the figures is missing.

    `events` are those recorded between the positions that the cell came to rest on, or that took away what it rested
    on. Where there are none though events changed it, it moved with what is usual or with how much was recorded: any
    event of the partnership in between can be behind it.
    """

    partnership_id: UUID
    as_of: date
    measure: str
    one: PanelCell | None
    other: PanelCell | None
    because: tuple[CellCause, ...]
    change: float | None
    by_events: float | None
    by_method: float | None
    by_program: float | None
    events: tuple[UUID, ...]


class ExtractStandpoint(Struct, frozen=True, kw_only=True):
    """One of two extracts, for one partnership: position, method document, and its own cells where they are at hand."""

    position: int
    recorded_at: datetime
    method: bytes
    stored: Mapping[Key, PanelCell] | None


class CompareTask(Struct, frozen=True, kw_only=True):
    """The task of a worker: one partnership in two extracts."""

    dsn: str
    partnership_id: UUID
    months: tuple[date, ...]
    one: ExtractStandpoint
    other: ExtractStandpoint

    def __repr__(self) -> str:
        """Leave out the connection string, which may hold a password."""
        return f"CompareTask({self.partnership_id})"


class ComparedCells(Struct, frozen=True, kw_only=True):
    """The number of cells, those that changed, and the events recorded between the two positions.

    `in_one_alone` have a figure in one of the two extracts only, so that how far they moved is not said.
    """

    cells: int
    in_one_alone: int
    changed: tuple[CellChange, ...]
    events: tuple[EventBetween, ...]


def compare_partnership(task: CompareTask) -> ComparedCells:
    """Read a partnership from the log once and compare its cells."""
    upto = max(task.one.position, task.other.position)
    with LogRecorder(task.dsn, role=READER, application_name="folkmoot-review", pool_size=1) as log:
        records = [decode_event(event) for event in log.read_partition(task.partnership_id, upto)]
    return compare_cells(records, task)


def compare_cells(records: Sequence[Recorded], task: CompareTask) -> ComparedCells:
    """Compare the cells that these events make in both. Pure."""
    maker = _CellMaker(records, task)
    one, other = maker.own_cells(task.one), maker.own_cells(task.other)
    keys = sorted(one.keys() | other.keys())
    changed = (maker.change(key, one.get(key), other.get(key)) for key in keys if one.get(key) != other.get(key))
    values = [{key: cell.value for key, cell in side.items() if cell.value is not None} for side in (one, other)]
    return ComparedCells(
        cells=len(keys),
        in_one_alone=len(values[0].keys() | values[1].keys()) - len(comparable(*values)),
        changed=tuple(changed),
        events=tuple(maker.events()),
    )


class _CellMaker:
    """Makes the cells of one partnership by each method at each position, each once."""

    def __init__(self, records: Sequence[Recorded], task: CompareTask) -> None:
        self._records, self._task = records, task
        self._parts: dict[tuple[bytes, int], _CellsWithCauses] = {}
        earlier, later = sorted((task.one, task.other), key=lambda side: side.position)
        self._known_on = day_of(earlier.recorded_at)
        self._between = [each for each in records if earlier.position < each.position <= later.position]

    def own_cells(self, side: ExtractStandpoint) -> Mapping[Key, PanelCell]:
        """The cells of one of the extracts: its own where they are at hand, else those made again."""
        if side.stored is None:
            return self.cells(side, side)
        months = set(self._task.months)
        return {key: cell for key, cell in side.stored.items() if key[0] in months}

    def cells(self, method: ExtractStandpoint, position: ExtractStandpoint) -> dict[Key, PanelCell]:
        """The cells that the method of one side makes at the position of one side."""
        return self._part(method, position).cells

    def change(self, key: Key, one: PanelCell | None, other: PanelCell | None) -> CellChange:
        """The change of a cell, with the part of each cause."""
        a, b = self._task.one, self._task.other
        aa, ab, ba, bb = (self.cells(m, p).get(key) for m, p in ((a, a), (a, b), (b, a), (b, b)))
        by_events, by_method = _half(aa, ab, ba, bb), _half(aa, ba, ab, bb)
        change = _minus(other, one)
        program = None if change is None or by_events is None or by_method is None else change - by_events - by_method
        causes = {
            CellCause.EVENTS: aa != ab or ba != bb,
            CellCause.METHOD: aa != ba or ab != bb,
            CellCause.PROGRAM: one != aa or other != bb,
        }
        return CellChange(
            partnership_id=self._task.partnership_id,
            as_of=key[0],
            measure=key[1],
            one=one,
            other=other,
            because=tuple(cause for cause, is_one in causes.items() if is_one),
            change=_rounded(change),
            by_events=_rounded(by_events),
            by_method=_rounded(by_method),
            by_program=_rounded(program),
            events=tuple(self._events(key)) if causes[CellCause.EVENTS] else (),
        )

    def _part(self, method: ExtractStandpoint, position: ExtractStandpoint) -> "_CellsWithCauses":
        key = (method.method, position.position)
        if key not in self._parts:
            task = PartTask(
                dsn="",
                partnership_id=self._task.partnership_id,
                group=ReviewGroup.COHORT,
                position=position.position,
                recorded_at=position.recorded_at,
                months=ReviewMonths(ends=self._task.months, window_start_on=date.min),
                method=method.method,
                outcomes=(),
            )
            records = [each for each in self._records if each.position <= position.position]
            self._parts[key] = _CellsWithCauses(part_of(records, task, loaded(method.method)))
        return self._parts[key]

    def events(self) -> Iterator[EventBetween]:
        """The events recorded between the two positions."""
        for record in self._between:
            yield EventBetween(
                event_id=record.event_id,
                partnership_id=record.partition_id,
                type=record.name,
                kind=self._kind(record),
                position=record.position,
                happened=record.body.happened,
                recorded_at=record.recorded_at,
            )

    def _events(self, key: Key) -> Iterator[UUID]:
        """The events between the positions that the cell came to rest on, or that took away what it rested on."""
        a, b = self._task.one, self._task.other
        aa, ab, ba, bb = (self._part(m, p).causes(key) for m, p in ((a, a), (a, b), (b, a), (b, b)))
        moved_bits, everything = (aa ^ ab) | (ba ^ bb), aa | ab | ba | bb
        for record in self._between:
            mended = record.body.record_id if isinstance(record.body, RecordCorrected | RecordWithdrawn) else None
            if record.event_id in moved_bits or mended in everything:
                yield record.event_id

    def _kind(self, record: Recorded) -> EventBetweenKind:
        match record.body:
            case RecordCorrected():
                return EventBetweenKind.CORRECTION
            case RecordWithdrawn():
                return EventBetweenKind.WITHDRAWAL
        return EventBetweenKind.LATE if day_of(record.occurred_at) <= self._known_on else EventBetweenKind.NEW


class _CellsWithCauses:
    """The cells made by one side's method at one side's position, with the events behind each."""

    def __init__(self, part: PartnershipPart) -> None:
        self.cells = {(row.as_of, row.measure): _seen(row) for row in part.panel}
        self._behind: dict[str, list[CellRow]] = {}
        for row in part.cells:
            self._behind.setdefault(row.measure, []).append(row)

    def causes(self, key: Key) -> set[UUID]:
        """The events behind a cell."""
        as_of, measure = key
        return {each.event_id for each in self._behind.get(measure, ()) if each.from_as_of <= as_of <= each.to_as_of}


def _seen(row: PanelRow) -> PanelCell:
    return PanelCell(
        value=_rounded(row.value),
        low=_rounded(row.low),
        high=_rounded(row.high),
        status=str(row.status),
        missing=None if row.missing is None else str(row.missing),
    )


def _half(aa: PanelCell | None, ab: PanelCell | None, ba: PanelCell | None, bb: PanelCell | None) -> float | None:
    """The mean of two steps: from the first to the second, and from the third to the fourth."""
    steps = (_minus(ab, aa), _minus(bb, ba))
    return None if steps[0] is None or steps[1] is None else (steps[0] + steps[1]) / 2


def _minus(after: PanelCell | None, before: PanelCell | None) -> float | None:
    if after is None or before is None or after.value is None or before.value is None:
        return None
    return after.value - before.value


def _rounded(value: float | None) -> float | None:
    return None if value is None else rounded(value)
