"""The cells of one partnership in two extracts compared: which changed, by how much, and because of which events."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from domain.events.recorded import Recorded
from domain.events.records import RecordCorrected, RecordWithdrawn
from domain.log.connections import READER
from domain.log.decoding import recorded
from domain.log.recorder import LogRecorder
from domain.values import day_of
from domain.vocabulary import CodeList
from projections.reviews.extract_tables import CellRow, PanelRow, ReviewGroup
from projections.reviews.partnership_part import PartnershipPart, PartTask, ReviewMonths, loaded, part_of
from projections.reviews.table_files import rounded

Key = tuple[date, str]


class PanelCell(Struct, frozen=True, kw_only=True):
    """What a cell says, rounded as files have it."""

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
    """What a worker is asked: one partnership in two extracts."""

    dsn: str
    partnership_id: UUID
    months: tuple[date, ...]
    one: ExtractStandpoint
    other: ExtractStandpoint

    def __repr__(self) -> str:
        """Leave out the connection string, which may hold a password."""
        return f"CompareTask({self.partnership_id})"


class ComparedCells(Struct, frozen=True, kw_only=True):
    """How many cells there were, those that changed, and the events recorded between the two positions."""

    cells: int
    changed: tuple[CellChange, ...]
    events: tuple[EventBetween, ...]


def compare_partnership(pair: CompareTask) -> ComparedCells:
    """Read a partnership from the log once and compare its cells."""
    upto = max(pair.one.position, pair.other.position)
    with LogRecorder(pair.dsn, role=READER, application_name="folkmoot-review", pool_size=1) as log:
        records = [recorded(event) for event in log.read_partition(pair.partnership_id, upto)]
    return compare_cells(records, pair)


def compare_cells(records: Sequence[Recorded], pair: CompareTask) -> ComparedCells:
    """Compare the cells that these events make in both. Pure."""
    made = _CellMaker(records, pair)
    one = made.seen(pair.one, pair.one) if pair.one.stored is None else _within(pair.one.stored, pair.months)
    other = made.seen(pair.other, pair.other) if pair.other.stored is None else _within(pair.other.stored, pair.months)
    keys = sorted(one.keys() | other.keys())
    changed = (made.change(key, one.get(key), other.get(key)) for key in keys if one.get(key) != other.get(key))
    return ComparedCells(cells=len(keys), changed=tuple(changed), events=tuple(made.events()))


def _within(stored: Mapping[Key, PanelCell], months: Sequence[date]) -> dict[Key, PanelCell]:
    wanted = set(months)
    return {key: cell for key, cell in stored.items() if key[0] in wanted}


class _CellMaker:
    """One partnership under each method at each position, each made once."""

    def __init__(self, records: Sequence[Recorded], pair: CompareTask) -> None:
        self._records, self._pair = records, pair
        self._parts: dict[tuple[bytes, int], _CellsWithCauses] = {}
        earlier, later = sorted((pair.one, pair.other), key=lambda side: side.position)
        self._known_on = day_of(earlier.recorded_at)
        self._between = [each for each in records if earlier.position < each.position <= later.position]

    def seen(self, method: ExtractStandpoint, position: ExtractStandpoint) -> dict[Key, PanelCell]:
        """Give the cells that the method of one side makes at the position of one side."""
        return self._part(method, position).cells

    def change(self, key: Key, one: PanelCell | None, other: PanelCell | None) -> CellChange:
        """Say how a cell changed, and what each cause did."""
        a, b = self._pair.one, self._pair.other
        aa, ab, ba, bb = (self.seen(m, p).get(key) for m, p in ((a, a), (a, b), (b, a), (b, b)))
        by_events, by_method = _half(aa, ab, ba, bb), _half(aa, ba, ab, bb)
        change = _minus(other, one)
        program = None if change is None or by_events is None or by_method is None else change - by_events - by_method
        found = {
            CellCause.EVENTS: aa != ab or ba != bb,
            CellCause.METHOD: aa != ba or ab != bb,
            CellCause.PROGRAM: one != aa or other != bb,
        }
        return CellChange(
            partnership_id=self._pair.partnership_id,
            as_of=key[0],
            measure=key[1],
            one=one,
            other=other,
            because=tuple(cause for cause, is_one in found.items() if is_one),
            change=_rounded(change),
            by_events=_rounded(by_events),
            by_method=_rounded(by_method),
            by_program=_rounded(program),
            events=tuple(self._events(key)) if found[CellCause.EVENTS] else (),
        )

    def _part(self, method: ExtractStandpoint, position: ExtractStandpoint) -> "_CellsWithCauses":
        wanted = (method.method, position.position)
        if wanted not in self._parts:
            task = PartTask(
                dsn="",
                partnership_id=self._pair.partnership_id,
                group=ReviewGroup.COHORT,
                position=position.position,
                recorded_at=position.recorded_at,
                months=ReviewMonths(ends=self._pair.months, window_start_on=date.min),
                method=method.method,
                outcomes=(),
            )
            known = [each for each in self._records if each.position <= position.position]
            self._parts[wanted] = _CellsWithCauses(part_of(known, task, loaded(method.method)))
        return self._parts[wanted]

    def events(self) -> Iterator[EventBetween]:
        """Give the events recorded between the two positions."""
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
        """Give the events between the positions that the cell came to rest on, or that took away what it rested on."""
        a, b = self._pair.one, self._pair.other
        aa, ab, ba, bb = (self._part(m, p).causes(key) for m, p in ((a, a), (a, b), (b, a), (b, b)))
        moved, everything = (aa ^ ab) | (ba ^ bb), aa | ab | ba | bb
        for record in self._between:
            mended = record.body.record_id if isinstance(record.body, RecordCorrected | RecordWithdrawn) else None
            if record.event_id in moved or mended in everything:
                yield record.event_id

    def _kind(self, record: Recorded) -> EventBetweenKind:
        match record.body:
            case RecordCorrected():
                return EventBetweenKind.CORRECTION
            case RecordWithdrawn():
                return EventBetweenKind.WITHDRAWAL
        return EventBetweenKind.LATE if day_of(record.occurred_at) <= self._known_on else EventBetweenKind.NEW


class _CellsWithCauses:
    """What was made from one standpoint of method and one of position, by cell."""

    def __init__(self, part: PartnershipPart) -> None:
        self.cells = {(row.as_of, row.measure): _seen(row) for row in part.panel}
        self._behind: dict[str, list[CellRow]] = {}
        for row in part.cells:
            self._behind.setdefault(row.measure, []).append(row)

    def causes(self, key: Key) -> set[UUID]:
        """Give the events behind a cell."""
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
    """Give the mean of two steps: from the first to the second, and from the third to the fourth."""
    steps = (_minus(ab, aa), _minus(bb, ba))
    return None if steps[0] is None or steps[1] is None else (steps[0] + steps[1]) / 2


def _minus(after: PanelCell | None, before: PanelCell | None) -> float | None:
    if after is None or before is None or after.value is None or before.value is None:
        return None
    return after.value - before.value


def _rounded(value: float | None) -> float | None:
    return None if value is None else rounded(value)
