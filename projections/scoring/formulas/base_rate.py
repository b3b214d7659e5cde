"""Base rates: the trust expected of a body before it has a record with somebody, pooled inside one partnership.

A block is one side's experience of another side in one facet. It keeps, beside its own sum, the sums that base
rates leave out, so that no act is counted twice: acts a body is party to, and acts a truster was there for.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from domain.vocabulary import Facet
from projections.method.method import Method
from projections.scoring.formulas.belief_in_reports import Belief, Reporter
from projections.scoring.formulas.evidence import Evidence, TrustView
from projections.scoring.formulas.tally import Contribution, DecayInstant, Sums, Tally, contribution


def shrunk(r: float, s: float, towards: float, weight: float) -> float:
    """The share of good evidence, drawn towards a rate that weighs as much as `weight` acts."""
    return (r + weight * towards) / (r + s + weight)


class _Record:
    """The acts of one body within a block, parties named by the number of their id.

    `own`: its acts; `joint`: what it answers for with others, beyond its own part; by truster, what that one met,
    and by party, what that one was there for, as truster or answerable itself.
    """

    __slots__ = ("joint", "met_by", "own", "there")

    def __init__(self) -> None:
        self.own, self.joint = Tally(), Tally()
        self.met_by: defaultdict[int, Tally] = defaultdict(Tally)
        self.there: defaultdict[int, Tally] = defaultdict(Tally)


class BaseRateAct:
    """One act within a block: the evidence that stands for it, and what that adds to which sums."""

    __slots__ = ("parts", "rows")

    def __init__(self) -> None:
        self.parts: Sequence[tuple[Tally, Contribution]] = ()
        self.rows: list[Evidence] = []


class Block:
    """The sums over the evidence that stands in one block, as its views and base rates need them.

    Sums for single pairs are kept only where they are asked for. `reads` says how the evidence of an act is read here
    (None: as it stands); it may leave some out.
    """

    def __init__(
        self,
        facet: Facet,
        method: Method,
        *,
        for_pairs: bool = True,
        reads: Callable[[Sequence[Evidence]], Sequence[Evidence]] | None = None,
    ) -> None:
        self._facet, self._method, self._for_pairs, self._reads = facet, method, for_pairs, reads
        self._all = Tally()
        self._acts: dict[str, BaseRateAct] = {}
        self._records: defaultdict[int, _Record] = defaultdict(_Record)
        self._unsettled: dict[str, BaseRateAct] = {}
        self._beliefs: dict[Reporter, Belief] = {}
        self._moment: DecayInstant | None = None

    def stand(self, row: Evidence) -> None:
        """Let a piece of evidence stand, once the act it is of is settled."""
        self._act(row).rows.append(row)
        if row.believed is not None:
            self._beliefs[row.believed.reporter] = row.believed

    def fall(self, row: Evidence) -> None:
        """Let a piece of evidence stand no longer, once the act it is of is settled."""
        act = self._act(row)
        act.rows = [other for other in act.rows if other is not row]

    def renew(self, row: Evidence, renewed: Evidence) -> None:
        """Put one piece of evidence in place of another that adds the same to every sum, should it stand."""
        act = self._acts.get(row.act)
        if act is not None:
            act.rows = [renewed if other is row else other for other in act.rows]
        if renewed.believed is not None:
            self._beliefs[renewed.believed.reporter] = renewed.believed

    def settle(self) -> None:
        """Let the sums say what stands now of the acts that changed."""
        for name, act in self._unsettled.items():
            for tally, part in act.parts:
                tally.remove(part)
            act.parts = self._shares(act.rows if self._reads is None else self._reads(act.rows))
            for tally, part in act.parts:
                tally.add(part)
            if not act.rows:
                del self._acts[name]
        self._unsettled.clear()

    def standing(self, act: str) -> list[Evidence]:
        """The rows that stand for an act."""
        base_rate_act = self._acts.get(act)
        return [] if base_rate_act is None else list(base_rate_act.rows)

    def moment(self, at: datetime) -> DecayInstant:
        """An instant at which the sums are read."""
        if self._moment is None or self._moment.at != at:
            self._moment = DecayInstant(at, self._facet, self._method, self._beliefs)
        return self._moment

    def _act(self, row: Evidence) -> BaseRateAct:
        """Find the act that a piece of evidence is of, to be settled."""
        act = self._acts.get(row.act)
        if act is None:
            act = self._acts[row.act] = BaseRateAct()
        self._unsettled[row.act] = act
        return act

    def sums(self, view: TrustView, moment: DecayInstant) -> Sums:
        """The sufficient statistics of a view within the block."""
        if view.trustee is None:
            return self._all.sums(moment)
        record = self._records[view.trustee.int]
        return (record.own if view.truster is None else record.met_by[view.truster.int]).sums(moment)

    def base_rate(self, view: TrustView, moment: DecayInstant) -> float:
        """The base rate of a view: a whole block the facet's, a side's view the block's, a pair its own side's."""
        facet_rate = self._method.base_rate(view.facet)
        if view.trustee is None:
            return facet_rate
        trust, record = self._method.trust, self._records[view.trustee.int]
        r, s = self._all.for_and_against(moment, record.own, record.joint)
        block_rate = shrunk(r, s, facet_rate, trust.block_prior_weight)
        if view.truster is None:
            return block_rate
        r, s = record.own.for_and_against(moment, record.there[view.truster.int])
        return shrunk(r, s, block_rate, trust.pooling_weight)

    def _shares(self, rows: Sequence[Evidence]) -> Sequence[tuple[Tally, Contribution]]:
        """The sums that an act adds to, each with what it adds."""
        if not rows:
            return ()
        whole = contribution(rows, self._method)
        if len(rows) == 1 and not rows[0].joint and not self._for_pairs:
            return ((self._all, whole), (self._records[rows[0].trustee.party_id.int].own, whole))
        return [(self._all, whole), *self._shares_of_bodies(rows, whole)]

    def _shares_of_bodies(self, rows: Sequence[Evidence], whole: Contribution) -> Iterator[tuple[Tally, Contribution]]:
        by_trustee = _grouped(rows, lambda row: row.trustee.party_id)
        answerable = {party.int for row in rows for party in row.joint}.union(by_trustee)
        there = answerable.union(row.truster.party_id.int for row in rows)
        for trustee, own in by_trustee.items():
            record, part = self._records[trustee], self._part(rows, own, whole)
            yield record.own, part
            if part is not whole:
                yield from ((record.joint, whole), (record.joint, -part))
            if self._for_pairs:
                yield from ((record.there[party], part) for party in there)
                for truster, rows_met in _grouped(own, lambda row: row.truster.party_id).items():
                    yield record.met_by[truster], self._part(own, rows_met, part)
        for party in answerable - by_trustee.keys():
            yield self._records[party].joint, whole

    def _part(self, rows: Sequence[Evidence], own: Sequence[Evidence], whole: Contribution) -> Contribution:
        return whole if len(own) == len(rows) else contribution(own, self._method)


def _grouped(rows: Sequence[Evidence], key: Callable[[Evidence], UUID]) -> dict[int, list[Evidence]]:
    groups: dict[int, list[Evidence]] = {}
    for row in rows:
        groups.setdefault(key(row).int, []).append(row)
    return groups
