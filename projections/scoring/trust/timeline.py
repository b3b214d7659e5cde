"""The trust timeline: a step on every day that brings an act or lets a deadline pass unmet, decay between.

A point stands at the end of its London day, which is where a figure asked for as of that day stands, so the two
are the same number. It keeps sufficient statistics only; opinions and intervals are computed when shown.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from domain.values import day_of, end_of_day
from domain.vocabulary import Facet, Side
from projections.history.causes import each_once
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.method.method import Method
from projections.scoring.formulas.base_rate import BaseRateAct, Block
from projections.scoring.formulas.belief_in_reports import Belief
from projections.scoring.formulas.evidence import BlockKey, Evidence, TrustView, ViewKind, views_of
from projections.scoring.formulas.opinion import TrustPoint
from projections.scoring.formulas.tally import DecayInstants


class EvidenceLedger:
    """Everything that stands at one moment, block by block: ask it for any view."""

    def __init__(self, method: Method, *, for_pairs: bool = True) -> None:
        self._method, self._for_pairs = method, for_pairs
        self._blocks: dict[BlockKey, Block] = {}

    def add(self, rows: Iterable[Evidence]) -> None:
        """Let some rows stand, all at once."""
        acts: dict[BaseRateAct, Block] = {}
        for row in rows:
            block = self.block(row.block)
            act = block.act(row.act)
            act.rows.append(row)
            acts[act] = block
        for act, block in acts.items():
            block.settle(act)

    def block(self, key: BlockKey) -> Block:
        """Find the block of a piece of evidence or of a view."""
        block = self._blocks.get(key)
        if block is None:
            block = self._blocks[key] = Block(self._method, for_pairs=self._for_pairs)
        return block


def point(block: Block, view: TrustView, moments: DecayInstants, causes: tuple[UUID, ...] = ()) -> TrustPoint:
    """The point at which a view of a block stands at an instant."""
    moment = moments.of(view.facet)
    sums = block.sums(view, moment)
    return TrustPoint(
        at=moment.at,
        r=sums.r,
        s=sums.s,
        a=block.base_rate(view, moment),
        n=sums.n,
        acts=sums.acts,
        tacit=sums.tacit,
        causes=causes,
    )


def points_at(
    evidence: Iterable[Evidence], views: Iterable[TrustView], at: datetime, method: Method
) -> dict[TrustView, TrustPoint]:
    """The point at which each view stands at a valid-time cut, base rates from the same cut."""
    views_asked = list(views)
    blocks = {view.block for view in views_asked}
    ledger = EvidenceLedger(method, for_pairs=any(view.kind is ViewKind.PAIR for view in views_asked))
    ledger.add(row for row in evidence if row.block in blocks and row.stands_at(at))
    moments = DecayInstants(at, method)
    return {view: point(ledger.block(view.block), view, moments) for view in views_asked}


class TrustLine(Struct, frozen=True, kw_only=True):
    """One view from its first evidence to a cut: its points, where it stands at the cut, and the evidence it has then.

    Causes of a point come in order, each once: first what ended without being replaced, then what began.
    """

    view: TrustView
    points: tuple[TrustPoint, ...]
    now: TrustPoint
    evidence: tuple[Evidence, ...]


def lines(
    evidence: Sequence[Evidence],
    until: datetime,
    method: Method,
    kinds: Collection[ViewKind],
) -> list[TrustLine]:
    """Follow every view that has evidence, given in order, before `until`: the valid-time cut, the end of a London day.

    The lines come in order of facet, sides and parties.
    """
    drawing = _Drawing(method, kinds)
    changes = _changes_by_day(evidence, until, drawing)
    for day in sorted(changes):
        drawing.take(day, changes[day])
    return drawing.finished(until)


def points_on(
    evidence: Iterable[Evidence], views: Iterable[TrustView], days: Sequence[date], method: Method
) -> dict[TrustView, list[TrustPoint]]:
    """The points at which each view stood at the end of some days, in order, from its first evidence on."""
    views_asked = list(views)
    if not days or not views_asked:
        return {}
    blocks, drawing = {view.block for view in views_asked}, _Drawing(method, {view.kind for view in views_asked})
    changes = _changes_by_day((row for row in evidence if row.block in blocks), end_of_day(days[-1]), drawing)
    points: dict[TrustView, list[TrustPoint]] = {view: [] for view in views_asked}
    for day in sorted({*changes, *days}):
        if day in changes:
            drawing.take(day, changes[day])
        if day in days:
            for view, point_then in drawing.standing(views_asked, end_of_day(day)):
                points[view].append(point_then)
    return points


@once_per_history
def lines_by_side(history: History, method: Method, evidence: Sequence[Evidence]) -> list[TrustLine]:
    """Follow what each side met from each body, in some of a history's evidence."""
    return lines(evidence, history.end, method, kinds={ViewKind.SIDE})


class _Open:
    """A line while it is drawn; `evidence` is what stands at the cut."""

    __slots__ = ("block", "evidence", "points", "view")

    def __init__(self, view: TrustView, block: Block) -> None:
        self.view, self.block = view, block
        self.points: list[TrustPoint] = []
        self.evidence: list[Evidence] = []


_Placed = tuple[Evidence, Block, BaseRateAct, tuple[_Open, ...]]
"""A piece of evidence with its block, its act and the lines that it belongs to."""


class _Change(Struct):
    """The evidence that began and ended on one day; what did both on that day is in neither."""

    beginning: list[_Placed]
    ending: list[_Placed]
    verdicts: list[tuple[Belief, tuple[UUID, ...]]]


class _Drawing:
    """Draws the lines of some kinds of view day by day.

    `_resting` counts what rests on a body's own word at the moment, line by line: those lines move when its word is
    found good or bad.
    """

    def __init__(self, method: Method, kinds: Collection[ViewKind]) -> None:
        self._method, self._kinds = method, kinds
        self._ledger = EvidenceLedger(method, for_pairs=ViewKind.PAIR in kinds)
        self._open: dict[TrustView, _Open] = {}
        self._met: dict[tuple[Facet, Side, Side, int, int], tuple[Block, tuple[_Open, ...]]] = {}
        self._resting: defaultdict[Belief, Counter[_Open]] = defaultdict(Counter)

    def place(self, row: Evidence) -> _Placed:
        """Find where a piece of evidence belongs."""
        truster, trustee = row.truster, row.trustee
        pair = (row.facet, truster.side, trustee.side, truster.party_id.int, trustee.party_id.int)
        placed = self._met.get(pair)
        if placed is None:
            block = self._ledger.block(row.block)
            views = [view for view in views_of(row) if view.kind in self._kinds]
            placed = block, tuple(self._open.setdefault(view, _Open(view, block)) for view in views)
            self._met[pair] = placed
        block, lines_of_pair = placed
        return row, block, block.act(row.act), lines_of_pair

    def take(self, day: date, change: _Change) -> None:
        """Let a day's changes have their effect, and add a point to each line that they moved."""
        acts: dict[BaseRateAct, Block] = {}
        causes_by_line: defaultdict[_Open, list[tuple[UUID, ...]]] = defaultdict(list)
        for row, block, act, its_lines in change.ending:
            act.rows = [standing_row for standing_row in act.rows if standing_row is not row]
            acts[act] = block
            self._rest(row, its_lines, -1)
            for line in its_lines:
                causes_by_line[line].append(row.ended_by)
        for row, block, act, its_lines in change.beginning:
            act.rows.append(row)
            acts[act] = block
            self._rest(row, its_lines, 1)
            for line in its_lines:
                causes_by_line[line].append(row.causes)
        for act, block in acts.items():
            block.settle(act)
        for belief, causes in change.verdicts:
            for line, count in self._resting[belief].items():
                if count:
                    causes_by_line[line].append(causes)
        moments = DecayInstants(end_of_day(day), self._method)
        for line, causes_of_each in causes_by_line.items():
            line.points.append(point(line.block, line.view, moments, _together(causes_of_each)))

    def _rest(self, row: Evidence, its: Iterable[_Open], times: int) -> None:
        if row.believed is not None and row.value:
            for line in its:
                self._resting[row.believed][line] += times

    def standing(self, views: Iterable[TrustView], at: datetime) -> Iterator[tuple[TrustView, TrustPoint]]:
        """The points at which those of some views that have evidence stand at a moment."""
        moments = DecayInstants(at, self._method)
        for view in views:
            line = self._open.get(view)
            if line is not None and line.points:
                yield view, point(line.block, view, moments)

    def finished(self, until: datetime) -> list[TrustLine]:
        """The lines as far as they go."""
        moments = DecayInstants(until, self._method)
        return [
            TrustLine(
                view=line.view,
                points=tuple(line.points),
                now=point(line.block, line.view, moments),
                evidence=tuple(line.evidence),
            )
            for line in sorted(self._open.values(), key=lambda line: _sort_key(line.view))
            if line.points
        ]


def _together(causes: Sequence[tuple[UUID, ...]]) -> tuple[UUID, ...]:
    return causes[0] if len(causes) == 1 else each_once(cause for some in causes for cause in some)


def _changes_by_day(rows: Iterable[Evidence], until: datetime, drawing: _Drawing) -> dict[date, _Change]:
    changes: dict[date, _Change] = defaultdict(lambda: _Change([], [], []))
    beliefs: dict[Belief, None] = {}
    for row in rows:
        if row.begins_at >= until:
            continue
        if row.believed is not None:
            beliefs[row.believed] = None
        begins = day_of(row.begins_at)
        ends = day_of(row.until) if row.until is not None and row.until < until else None
        if ends is not None and ends <= begins:
            continue
        placed = drawing.place(row)
        changes[begins].beginning.append(placed)
        if ends is not None:
            changes[ends].ending.append(placed)
            continue
        for line in placed[3]:
            line.evidence.append(row)
    for belief in beliefs:
        for verdict in belief.verdicts:
            if verdict.since < until:
                changes[day_of(verdict.since)].verdicts.append((belief, verdict.causes))
    return changes


def _sort_key(view: TrustView) -> tuple[str, str, str, str, str]:
    return (view.facet, view.truster_side, view.trustee_side, str(view.truster or ""), str(view.trustee or ""))
