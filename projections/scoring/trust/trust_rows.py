"""The trust timeline as kept: what each side has met from each body, step by step, as sufficient statistics."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache, partial
from itertools import chain
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta, Struct
from msgspec.structs import replace

from domain.values import day_of
from domain.vocabulary import CodeList, Facet, Side
from projections.declaration import ProjectionRow
from projections.history.difference import shared_beginning
from projections.history.history import History
from projections.history.memo import answered_once, carried, once_per_history
from projections.method.method import Method
from projections.rows import names_a
from projections.scoring.formulas.base_rate import Block
from projections.scoring.formulas.evidence import (
    BlockKey,
    Counts,
    Evidence,
    TrustView,
    ViewKind,
    confirmed_only,
    disputed_in_full,
    undisputed_only,
)
from projections.scoring.formulas.opinion import TrustPoint
from projections.scoring.trust.block_timeline import TrustLine, point
from projections.scoring.trust.evidence_change import EvidenceChange, LastEvidenceChanges
from projections.scoring.trust.timeline import TrustTimelines, lines, lines_by_side, points_on

_TICK = timedelta(microseconds=1)


class TrustVariant(CodeList):
    """How the evidence is read: as it stands, or in one of the ways shown beside it."""

    AS_IT_STANDS = "as-it-stands"
    UNFADING = "unfading"
    CONFIRMED_ONLY = "confirmed-only"
    WITHOUT_DISPUTED = "without-disputed"
    DISPUTED_IN_FULL = "disputed-in-full"


class TrustRow(ProjectionRow, frozen=True, kw_only=True):
    """Where one side's trust in one body stood at the end of one day, in one facet.

    There is a row for each day that brought evidence or let a deadline pass, and one for the day asked about
    (`current`), which alone carries the plain counts and has variants beside it where they differ.
    """

    facet: Annotated[Facet, Meta(description="The aspect of trust")]
    truster_side: Annotated[Side, Meta(description="Whose experience")]
    truster_id: Annotated[UUID | None, names_a("party", "The one body whose experience it is; empty for the side")]
    trustee_side: Annotated[Side, Meta(description="The side of the body judged")]
    trustee_id: Annotated[UUID, names_a("party", "The body judged")]
    variant: Annotated[TrustVariant, Meta(description="The evidence as it stands, or another reading of it beside")]
    on: Annotated[date, Meta(description="The day at the end of which it stood so")]
    step: Annotated[bool, Meta(description="Whether the day brought evidence or let a deadline pass")]
    current: Annotated[bool, Meta(description="Whether it is the day asked about")]
    r: Annotated[float, Meta(description="Evidence for, decayed to the day")]
    s: Annotated[float, Meta(description="Evidence against, decayed to the day")]
    a: Annotated[float, Meta(description="The usual rate that it is drawn towards")]
    n: Annotated[float, Meta(description="Effective number of acts")]
    acts: Annotated[int, Meta(description="Number of acts that stand")]
    tacit: Annotated[float, Meta(description="Share of the weight that rests on silence after notice")]
    whole: Annotated[int, Meta(description="Acts done wholly and in time")] = 0
    partial: Annotated[int, Meta(description="Acts done late or in part")] = 0
    none: Annotated[int, Meta(description="Acts refused, failed or withdrawn")] = 0
    owed: Annotated[int, Meta(description="Duties still owed past their deadline")] = 0
    value_sum: Annotated[float, Meta(description="Sum of the values of the acts, undecayed")] = 0.0
    hindsight: Annotated[
        bool, Meta(description="Whether the usual rate was fitted to a later part of the log than was known")
    ] = False
    causes: Annotated[tuple[UUID, ...], names_a("record", "The events behind the step, in order")] = ()


_PLACES: Final = {variant: place for place, variant in enumerate(TrustVariant)}
KEY: Final = ("facet", "truster_side", "trustee_side", "trustee_id", "variant", "on")


def trust_rows(history: History, method: Method, evidence: Sequence[Evidence]) -> list[TrustRow]:
    """The timeline of every side's trust in every body that it has met, with where it stands at the cut."""
    trust_lines = lines_by_side(history, method, evidence)
    changes = carried(history, method, TrustTimelines).last_changes
    return carried(history, method, TrustRowsDrawn).rows(history, method, evidence, trust_lines, changes)


def pair_rows(
    history: History, method: Method, evidence: Sequence[Evidence], truster_id: UUID, trustee_id: UUID
) -> list[TrustRow]:
    """The timeline of one body's own experience of another, drawn towards what its side experienced."""
    trust_lines = lines(evidence, history.end, method, kinds={ViewKind.PAIR})
    rows = TrustRowsDrawn().rows(history, method, evidence, trust_lines, LastEvidenceChanges())
    return [row for row in rows if (row.truster_id, row.trustee_id) == (truster_id, trustee_id)]


def month_rows(
    history: History, method: Method, evidence: Sequence[Evidence], lines_drawn: Sequence[TrustRow]
) -> list[TrustRow]:
    """Where the lines of some rows stood at the end of each month before the day asked about; these are no steps."""
    views = tuple(dict.fromkeys(map(view_of, lines_drawn)))
    first = min((row.on for row in lines_drawn), default=history.as_of)

    def work() -> list[TrustRow]:
        points = points_on(evidence, views, _month_ends(first, history.as_of), method)
        hindsight = _in_hindsight(history, method)
        rows = (
            _row(view, trust_point, hindsight=view.facet in hindsight)
            for view, of_view in points.items()
            for trust_point in of_view
        )
        return [replace(row, step=False) for row in rows]

    return answered_once(history, ("month rows", views, first), method, work)


def view_of(row: TrustRow) -> TrustView:
    """The view that a row is a point of."""
    return TrustView(row.facet, row.truster_side, row.trustee_side, row.truster_id, row.trustee_id)


def in_line_order(row: TrustRow) -> tuple[object, ...]:
    """The key by which rows are in the order of `trust_rows`: line by line, its steps, and where it stands at last."""
    truster = -1 if row.truster_id is None else row.truster_id.int  # ids are in order of their numbers
    line = (row.facet, row.truster_side, row.trustee_side, truster, row.trustee_id.int)
    return (*line, row.current, _PLACES[row.variant], row.on)


def _month_ends(first: date, until: date) -> list[date]:
    """The last days of the months from that of the first day until the one before the last."""
    months = range(12 * first.year + first.month, 12 * until.year + until.month)
    return [date(month // 12, month % 12 + 1, 1) - timedelta(days=1) for month in months]


def _reads_as(variant: TrustVariant, method: Method) -> Callable[[Iterable[Evidence]], list[Evidence]] | None:
    """How evidence is read in a reading beside the usual one; None: as it stands."""
    match variant:
        case TrustVariant.CONFIRMED_ONLY:
            return confirmed_only
        case TrustVariant.WITHOUT_DISPUTED:
            return undisputed_only
        case TrustVariant.DISPUTED_IN_FULL:
            return partial(disputed_in_full, lowered=method.trust.disputed_weight)
    return None


def _variants(line: TrustLine) -> Iterator[TrustVariant]:
    """The readings beside the usual one in which a line may differ."""
    yield TrustVariant.UNFADING
    if line.counts.tacit:
        yield TrustVariant.CONFIRMED_ONLY
    if line.disputed:
        yield TrustVariant.WITHOUT_DISPUTED
        yield TrustVariant.DISPUTED_IN_FULL


class _ReadingsBeside:
    """The other readings of what stands in one block at the cut, each kept from when a line first wants it."""

    def __init__(self) -> None:
        self._standing: dict[int, Evidence] = {}
        self._blocks: dict[TrustVariant, Block] = {}

    def take(self, change: EvidenceChange, end: datetime) -> None:
        """Take in what is new."""
        for row in change.ended:
            self._fall(row)
        for row in change.begun:
            self._stand(row, end)
        for renewed in change.renewed:
            if id(renewed.before) in self._standing and renewed.now.stands_at(end):
                del self._standing[id(renewed.before)]
                self._standing[id(renewed.now)] = renewed.now
                for block in self._blocks.values():
                    block.renew(renewed.before, renewed.now)
            else:
                self._fall(renewed.before)
                self._stand(renewed.now, end)
        for block in self._blocks.values():
            block.settle()

    def point(self, variant: TrustVariant, view: TrustView, end: datetime, method: Method) -> TrustPoint:
        """The point at which a view stands at the cut, read otherwise."""
        block = self._blocks.get(variant)
        if block is None:
            is_unfading, is_pair = variant is TrustVariant.UNFADING, view.kind is ViewKind.PAIR
            variant_method = replace(method, trust=method.trust.fading_alike(None)) if is_unfading else method
            reads = _reads_as(variant, method)
            block = self._blocks[variant] = Block(view.facet, variant_method, for_pairs=is_pair, reads=reads)
            for row in self._standing.values():
                block.stand(row)
            block.settle()
        return point(block, view, end)

    def forget_others(self, variants: Collection[TrustVariant]) -> None:
        """Keep no reading that no line wants any longer."""
        self._blocks = {variant: block for variant, block in self._blocks.items() if variant in variants}

    def _stand(self, row: Evidence, end: datetime) -> None:
        if row.stands_at(end):
            self._standing[id(row)] = row
            for block in self._blocks.values():
                block.stand(row)

    def _fall(self, row: Evidence) -> None:
        if self._standing.pop(id(row), None) is not None:
            for block in self._blocks.values():
                block.fall(row)


class _RowsOfTrustLine(Struct):
    """The rows of one line: those of points that are steps, in order, and those of where it stands at the cut."""

    line: TrustLine
    points: tuple[TrustPoint, ...]
    steps: list[TrustRow]
    now: list[TrustRow]
    rows: list[TrustRow]


class TrustRowsDrawn:
    """The rows of some lines, kept so that only what is new is made again; all else stays the very same rows."""

    def __init__(self) -> None:
        self._evidence: Sequence[Evidence] = ()
        self._readings: defaultdict[BlockKey, _ReadingsBeside] = defaultdict(_ReadingsBeside)
        self._rows: dict[TrustView, _RowsOfTrustLine] = {}
        self._hindsight: frozenset[Facet] = frozenset()

    def rows(
        self,
        history: History,
        method: Method,
        evidence: Sequence[Evidence],
        lines_drawn: Sequence[TrustLine],
        last_changes: LastEvidenceChanges,
    ) -> list[TrustRow]:
        """The rows of the lines of some evidence; day asked about, method and kinds of view are those of before."""
        changes = last_changes.between(self._evidence, evidence)
        self._evidence = evidence
        for key, change in changes.items():
            self._readings[key].take(change, history.end)
        hindsight = _in_hindsight(history, method)
        anew = {line.view: line for line in lines_drawn if line.view.block in changes or self._is_new(line, hindsight)}
        wanted_variants: defaultdict[BlockKey, set[TrustVariant]] = defaultdict(set)
        for line in anew.values():
            wanted_variants[line.view.block].update(_variants(line))
        self._hindsight = hindsight
        self._rows = {
            line.view: self._drawn(line, history, method) if line.view in anew else self._rows[line.view]
            for line in lines_drawn
        }
        for key in changes:
            self._readings[key].forget_others(wanted_variants[key])
        return list(chain.from_iterable(line_rows.rows for line_rows in self._rows.values()))

    def _is_new(self, line: TrustLine, hindsight: frozenset[Facet]) -> bool:
        rows_before = self._rows.get(line.view)
        facet = line.view.facet
        return rows_before is None or rows_before.line is not line or (facet in hindsight) != (facet in self._hindsight)

    def _drawn(self, line: TrustLine, history: History, method: Method) -> _RowsOfTrustLine:
        """The rows of a line, each of them the one of before where it is the same."""
        before = self._rows.get(line.view)
        is_step_now = _day_before(line.points[-1].at) == history.as_of
        points = line.points[:-1] if is_step_now else line.points
        hindsight = line.view.facet in self._hindsight
        is_same_sight = before is not None and before.now[0].hindsight == hindsight
        same = shared_beginning(before.points, points) if before is not None and is_same_sight else 0
        causes = line.points[-1].causes if is_step_now else ()
        plain = _plainly(line.counts)
        readings = self._readings[line.view.block]
        now = [
            replace(
                _row(line.view, reading, hindsight=hindsight),
                variant=variant,
                step=is_step_now,
                current=True,
                causes=causes,
                **plain,
            )
            for variant, reading in (
                (TrustVariant.AS_IT_STANDS, line.now),
                *((each, readings.point(each, line.view, history.end, method)) for each in _variants(line)),
            )
        ]
        rows_now = {} if before is None else {row.variant: row for row in before.now}
        now = [
            row_before if (row_before := rows_now.get(row.variant)) is not None and row_before == row else row
            for row in now
        ]
        known_rows: dict[int, TrustRow] = {}
        steps: list[TrustRow] = []
        if before is not None and is_same_sight:
            known_rows = dict(zip(map(id, before.points[same:]), before.steps[same:], strict=True))
            steps = before.steps[:same]
        steps += [known_rows.get(id(each)) or _row(line.view, each, hindsight=hindsight) for each in points[same:]]
        return _RowsOfTrustLine(line=line, points=points, steps=steps, now=now, rows=[*steps, *now])


@once_per_history
def _in_hindsight(history: History, method: Method) -> frozenset[Facet]:
    """The aspects whose usual rate was fitted to a later part of the log than was known."""
    known_on = day_of(history.recorded_at)
    rates = method.known_base_rates.items()
    return frozenset(facet for facet, rate in rates if rate.is_hindsight(history.reached, known_on))


def _row(view: TrustView, point: TrustPoint, *, hindsight: bool) -> TrustRow:
    assert view.trustee is not None  # noqa: S101 - a block has no row here; tells the type checker
    return TrustRow(
        facet=view.facet,
        truster_side=view.truster_side,
        truster_id=view.truster,
        trustee_side=view.trustee_side,
        trustee_id=view.trustee,
        variant=TrustVariant.AS_IT_STANDS,
        on=_day_before(point.at),
        step=True,
        current=False,
        r=point.r,
        s=point.s,
        a=point.a,
        n=point.n,
        acts=point.acts,
        tacit=point.tacit,
        hindsight=hindsight,
        causes=point.causes,
    )


@lru_cache(maxsize=4_096)
def _day_before(instant: datetime) -> date:
    """The London day that is over at an instant."""
    return day_of(instant - _TICK)


def _plainly(plain: Counts) -> dict[str, float]:
    return {
        "whole": plain.whole,
        "partial": plain.partial,
        "none": plain.none,
        "owed": plain.owed,
        "value_sum": plain.value_sum,
    }
