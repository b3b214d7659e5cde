"""The trust timeline: a step on every day that brings an act or lets a deadline pass unmet, decay between.

A point stands at the end of its London day, which is where a figure asked for as of that day stands, so the two
are the same number. It keeps sufficient statistics only; opinions and intervals are computed when shown.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.values import day_of, end_of_day
from domain.vocabulary import Facet, Side
from projections.scoring.baserate import Block
from projections.scoring.evidence import Evidence, View, ViewKind, in_order, views_of
from projections.scoring.method import Method
from projections.scoring.reported import Belief

ALL_KINDS: Final = frozenset(ViewKind)


class Point(Struct, frozen=True, kw_only=True):
    """Where a view stands at an instant, and what brought it there.

    `r`, `s`: decayed evidence for and against; `a`: base rate; `n`: effective number of acts; `acts`: their plain
    number; `tacit`: share of the weight that rests on silence; `causes`: the events behind this step.
    """

    at: datetime
    r: float
    s: float
    a: float
    n: float
    acts: int
    tacit: float
    causes: tuple[UUID, ...] = ()


class Ledger:
    """Everything that stands at one moment, block by block: ask it for any view."""

    def __init__(self, method: Method, *, for_pairs: bool = True) -> None:
        self._method, self._for_pairs = method, for_pairs
        self._blocks: dict[tuple[Facet, Side, Side], Block] = {}

    def replace(self, ending: Iterable[Evidence], beginning: Iterable[Evidence]) -> None:
        """Let some rows end and others begin, all at once."""
        gone: dict[tuple[Block, str], set[int]] = defaultdict(set)
        come: dict[tuple[Block, str], list[Evidence]] = defaultdict(list)
        for row in ending:
            gone[self._block(views_of(row)[2]), row.act].add(id(row))
        for row in beginning:
            come[self._block(views_of(row)[2]), row.act].append(row)
        for block, act in {**gone, **come}:
            left = tuple(row for row in block.rows_of(act) if id(row) not in gone.get((block, act), ()))
            block.replace(act, left + tuple(come.get((block, act), ())))

    def point(self, view: View, at: datetime, causes: tuple[UUID, ...] = ()) -> Point:
        """Give where a view stands at an instant."""
        block = self._block(view)
        sums = block.sums(view, at)
        return Point(
            at=at,
            r=sums.r,
            s=sums.s,
            a=block.base_rate(view, at),
            n=sums.n,
            acts=sums.acts,
            tacit=sums.tacit,
            causes=causes,
        )

    def _block(self, view: View) -> Block:
        key = (view.facet, view.truster_side, view.trustee_side)
        if key not in self._blocks:
            self._blocks[key] = Block(self._method, for_pairs=self._for_pairs)
        return self._blocks[key]


def figures(evidence: Iterable[Evidence], views: Iterable[View], at: datetime, method: Method) -> dict[View, Point]:
    """Give where each view stands at a valid-time cut, base rates from the same cut."""
    asked = list(views)
    ledger = Ledger(method, for_pairs=any(view.kind is ViewKind.PAIR for view in asked))
    ledger.replace((), (row for row in evidence if row.stands_at(at)))
    return {view: ledger.point(view, at) for view in asked}


def timelines(
    evidence: Iterable[Evidence],
    until: datetime,
    method: Method,
    kinds: Collection[ViewKind] = ALL_KINDS,
) -> dict[View, list[Point]]:
    """Give the points of every view that has evidence before `until`, oldest first.

    `until` is the valid-time cut, the end of a London day. Causes come in order, each once: first what ended
    without being replaced, then what began.
    """
    rows = in_order(row for row in evidence if row.begins_at < until)
    changes = _changes_by_day(rows, until)
    ledger, resting = Ledger(method, for_pairs=ViewKind.PAIR in kinds), _Resting()
    points: dict[View, list[Point]] = {}
    for day in sorted(changes):
        change = changes[day]
        ledger.replace(change.ending, change.beginning)
        resting.replace(change.ending, change.beginning)
        causes_by_view = _causes(change, kinds)
        resting.add_causes(change.verdicts, kinds, causes_by_view)
        for view, causes in causes_by_view.items():
            points.setdefault(view, []).append(ledger.point(view, end_of_day(day), tuple(causes)))
    return dict(sorted(points.items(), key=lambda item: _sort_key(item[0])))


class _Change(Struct):
    """What began and what ended on one day; what did both on that day is in neither."""

    beginning: list[Evidence]
    ending: list[Evidence]
    verdicts: list[tuple[Belief, tuple[UUID, ...]]]


class _Resting:
    """Which views rest on a body's own word at the moment, so that they move when its word is found good or bad."""

    def __init__(self) -> None:
        self._rows: dict[Belief, Counter[View]] = defaultdict(Counter)

    def replace(self, ending: Iterable[Evidence], beginning: Iterable[Evidence]) -> None:
        """Let some rows end and others begin."""
        for rows, times in ((ending, -1), (beginning, 1)):
            for row in rows:
                if row.believed is not None and row.value:
                    for view in views_of(row):
                        self._rows[row.believed][view] += times

    def add_causes(
        self,
        verdicts: Iterable[tuple[Belief, tuple[UUID, ...]]],
        kinds: Collection[ViewKind],
        causes: dict[View, dict[UUID, None]],
    ) -> None:
        """Add the events of verdicts to the causes of every view that rests on them."""
        for belief, events in verdicts:
            for view, count in self._rows[belief].items():
                if count and view.kind in kinds:
                    causes.setdefault(view, {}).update(dict.fromkeys(events))


def _changes_by_day(rows: Sequence[Evidence], until: datetime) -> dict[date, _Change]:
    changes: dict[date, _Change] = defaultdict(lambda: _Change([], [], []))
    for row in rows:
        begins = day_of(row.begins_at)
        ends = day_of(row.until) if row.until is not None and row.until < until else None
        if ends is not None and ends <= begins:
            continue
        changes[begins].beginning.append(row)
        if ends is not None:
            changes[ends].ending.append(row)
    for belief in dict.fromkeys(row.believed for row in rows if row.believed is not None):
        for verdict in belief.verdicts:
            if verdict.since < until:
                changes[day_of(verdict.since)].verdicts.append((belief, verdict.causes))
    return changes


def _causes(change: _Change, kinds: Collection[ViewKind]) -> dict[View, dict[UUID, None]]:
    causes: dict[View, dict[UUID, None]] = {}
    for rows, attribute in ((change.ending, "ended_by"), (change.beginning, "causes")):
        for row in rows:
            for view in views_of(row):
                if view.kind in kinds:
                    causes.setdefault(view, {}).update(dict.fromkeys(getattr(row, attribute)))
    return causes


def _sort_key(view: View) -> tuple[str, str, str, str, str]:
    return (view.facet, view.truster_side, view.trustee_side, str(view.truster or ""), str(view.trustee or ""))
