"""The trust timelines of a partnership: every view followed through the days, as evidence came, ended and was heard.

A point stands at the end of its London day, which is where a figure asked for as of that day stands, so the two
are the same number. It keeps sufficient statistics only; opinions and intervals are computed when shown.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime

from domain.values import end_of_day
from projections.history.history import History
from projections.history.memo import carried, once_per_history
from projections.method.method import Method
from projections.scoring.formulas.base_rate import Block
from projections.scoring.formulas.evidence import BlockKey, Evidence, TrustView, ViewKind
from projections.scoring.formulas.opinion import TrustPoint
from projections.scoring.trust.block_timeline import BlockTimeline, TrustLine, point
from projections.scoring.trust.evidence_change import LastEvidenceChanges


class EvidenceLedger:
    """Everything that stands at one moment, block by block: ask it for any view."""

    def __init__(self, method: Method, *, for_pairs: bool = True) -> None:
        self._method, self._for_pairs = method, for_pairs
        self._blocks: dict[BlockKey, Block] = {}

    def change(self, risen: Iterable[Evidence], fallen: Iterable[Evidence] = ()) -> None:
        """Let some rows stand and others stand no longer, all at once."""
        for row in fallen:
            self.block(row.block).fall(row)
        for row in risen:
            self.block(row.block).stand(row)
        for block in self._blocks.values():
            block.settle()

    def block(self, key: BlockKey) -> Block:
        """Find the block of a piece of evidence or of a view."""
        block = self._blocks.get(key)
        if block is None:
            block = self._blocks[key] = Block(key[0], self._method, for_pairs=self._for_pairs)
        return block


def points_at(
    evidence: Iterable[Evidence], views: Iterable[TrustView], at: datetime, method: Method
) -> dict[TrustView, TrustPoint]:
    """The point at which each view stands at a valid-time cut, base rates from the same cut."""
    views_asked = list(views)
    blocks = {view.block for view in views_asked}
    ledger = EvidenceLedger(method, for_pairs=any(view.kind is ViewKind.PAIR for view in views_asked))
    ledger.change(row for row in evidence if row.block in blocks and row.stands_at(at))
    return {view: point(ledger.block(view.block), view, at) for view in views_asked}


class TrustTimelines:
    """The lines of some evidence, kept so that other evidence is taken in by what is new of it."""

    def __init__(self) -> None:
        self.last_changes = LastEvidenceChanges()
        self._evidence: Sequence[Evidence] = ()
        self._blocks: dict[BlockKey, BlockTimeline] = {}
        self._of_block: dict[BlockKey, list[TrustLine]] = {}
        self._lines: list[TrustLine] = []

    def lines(
        self, evidence: Sequence[Evidence], until: datetime, method: Method, kinds: Collection[ViewKind]
    ) -> list[TrustLine]:
        """The lines of evidence given in order: the very list of before where nothing is new, and its very lines.

        The cut, the method and the kinds of view are those of every other time.
        """
        changes = self.last_changes.between(self._evidence, evidence)
        self._evidence = evidence
        for key, change in changes.items():
            block = self._blocks.get(key)
            if block is None:
                block = self._blocks[key] = BlockTimeline(key[0], method, until, kinds)
            block.take(change)
            self._of_block[key] = block.lines()
        if changes:
            self._lines = [line for key in sorted(self._of_block) for line in self._of_block[key]]
        return self._lines


def lines(
    evidence: Sequence[Evidence], until: datetime, method: Method, kinds: Collection[ViewKind]
) -> list[TrustLine]:
    """Follow every view that has evidence, given in order, before `until`: the valid-time cut, the end of a London day.

    The lines come in order of facet, sides and parties.
    """
    return TrustTimelines().lines(evidence, until, method, kinds)


def points_on(
    evidence: Iterable[Evidence], views: Iterable[TrustView], days: Sequence[date], method: Method
) -> dict[TrustView, list[TrustPoint]]:
    """The points at which each view stood at the end of some days, in order, from its first evidence on."""
    points: dict[TrustView, list[TrustPoint]] = {view: [] for view in views}
    if not days or not points:
        return {}
    rows: dict[BlockKey, list[Evidence]] = {view.block: [] for view in points}
    for row in evidence:
        if row.block in rows:
            rows[row.block].append(row)
    until, kinds = end_of_day(days[-1]), {view.kind for view in points}
    for key, of_block in rows.items():
        timeline = BlockTimeline(key[0], method, until, kinds)
        views_of_block = [view for view in points if view.block == key]
        for view, trust_point in timeline.points_on(of_block, views_of_block, days):
            points[view].append(trust_point)
    return points


@once_per_history
def lines_by_side(history: History, method: Method, evidence: Sequence[Evidence]) -> list[TrustLine]:
    """Follow what each side met from each body, in some of a history's evidence."""
    return carried(history, method, TrustTimelines).lines(evidence, history.end, method, {ViewKind.SIDE})
