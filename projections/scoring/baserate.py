"""What is expected of a body before it has a record with somebody: partial pooling inside one partnership.

A block is one side's experience of another side in one facet. It keeps, beside its own sum, the sums that base
rates leave out, so that no act is counted twice: acts a body is party to, and acts a truster was there for.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from projections.scoring.evidence import Evidence, View
from projections.scoring.method import Method
from projections.scoring.tally import Contribution, Sums, Tally, contribution

Pair = tuple[UUID, UUID]


def shrunk(r: float, s: float, towards: float, weight: float) -> float:
    """Give the share of good evidence, drawn towards a rate that weighs as much as `weight` acts."""
    return (r + weight * towards) / (r + s + weight)


class Block:
    """The evidence of one block, act by act, and the sums that its views and base rates need.

    Sums for single pairs are kept only where they are asked for.
    """

    def __init__(self, method: Method, *, for_pairs: bool = True) -> None:
        self._method, self._for_pairs = method, for_pairs
        self._rows: dict[str, tuple[Evidence, ...]] = {}
        self._all = Tally()
        self._answerable: dict[UUID, Tally] = defaultdict(Tally)
        self._of_body: dict[UUID, Tally] = defaultdict(Tally)
        self._of_pair: dict[Pair, Tally] = defaultdict(Tally)
        self._met_by: dict[Pair, Tally] = defaultdict(Tally)

    def replace(self, act: str, rows: tuple[Evidence, ...]) -> None:
        """Make `rows` the whole of what the block says about an act; none takes the act away."""
        if act in self._rows:
            self._count(self._rows.pop(act), -1)
        if rows:
            self._rows[act] = rows
            self._count(rows, 1)

    def rows_of(self, act: str) -> tuple[Evidence, ...]:
        """Give the rows that stand for an act."""
        return self._rows.get(act, ())

    def sums(self, view: View, at: datetime) -> Sums:
        """Give the sufficient statistics of a view within the block."""
        found: Tally | None
        if view.trustee is None:
            found = self._all
        elif view.truster is None:
            found = self._of_body.get(view.trustee)
        else:
            found = self._of_pair.get((view.truster, view.trustee))
        return found.sums(at, self._method) if found else Sums()

    def base_rate(self, view: View, at: datetime) -> float:
        """Give the base rate of a view: a whole block the facet's, a side's view the block's, a pair its own side's."""
        facet_rate = self._method.base_rate(view.facet)
        if view.trustee is None:
            return facet_rate
        trust = self._method.trust
        others = self._all.without(self._answerable.get(view.trustee))
        r, s = others.for_and_against(at, self._method)
        block_rate = shrunk(r, s, facet_rate, trust.block_prior_weight)
        if view.truster is None:
            return block_rate
        body = self._of_body.get(view.trustee, Tally())
        elsewhere = body.without(self._met_by.get((view.truster, view.trustee)))
        r, s = elsewhere.for_and_against(at, self._method)
        return shrunk(r, s, block_rate, trust.pooling_weight)

    def _count(self, rows: tuple[Evidence, ...], times: int) -> None:
        answerable = {row.trustee.party_id for row in rows}.union(*(row.joint for row in rows))
        there = answerable | {row.truster.party_id for row in rows} if self._for_pairs else ()
        whole = contribution(rows, self._method)
        self._all.add(whole, times)
        for body in answerable:
            self._answerable[body].add(whole, times)
        for trustee, own in _grouped(rows, lambda row: row.trustee.party_id):
            part = self._part(rows, own, whole)
            self._of_body[trustee].add(part, times)
            for party in there:
                self._met_by[party, trustee].add(part, times)
            if not self._for_pairs:
                continue
            for truster, met in _grouped(own, lambda row: row.truster.party_id):
                self._of_pair[truster, trustee].add(self._part(own, met, part), times)

    def _part(self, rows: tuple[Evidence, ...], own: tuple[Evidence, ...], whole: Contribution) -> Contribution:
        return whole if len(own) == len(rows) else contribution(own, self._method)


def _grouped(rows: tuple[Evidence, ...], key: Callable[[Evidence], UUID]) -> list[tuple[UUID, tuple[Evidence, ...]]]:
    groups: dict[UUID, list[Evidence]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return [(party, tuple(group)) for party, group in groups.items()]
