"""Evidence: what one party did, as another met it, and for how long that is what the record says."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable
from datetime import datetime
from enum import StrEnum
from itertools import chain
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.vocabulary import Facet, Side
from projections.history.covering_sources import END_OF_TIME
from projections.scoring.formulas.belief_in_reports import Belief

BlockKey = tuple[Facet, Side, Side]
"""A facet, the truster's side and the trustee's: what base rates are pooled over."""


class BodyOnSide(Struct, frozen=True, gc=False, order=True, cache_hash=True):
    """A party with the side it stood on when it did or met the act."""

    party_id: UUID
    side: Side


class Evidence(Struct, frozen=True, gc=False, kw_only=True):
    """One act by a trustee as met by a truster, from the moment this became its state until another state replaced it.

    `act` is one promise, answer, decision or award, however many pairs it touches. `at` is the instant it fades
    from; with `open_zero` it is a duty still owed, which does not fade. `value` lies in [0, 1]. It stands from
    `since` (by default `at`) until `until`. `tacit`: rests on silence after notice. `disputed`: the record of it is
    contested, and `weight` is lowered already. `joint` names every party answerable for the same act. `causes` are
    the events that made it so, each once, `ended_by` those that ended it. Where it rests on a body's own word,
    `value` is what that word says and `believed` how far it is taken.
    """

    act: str
    truster: BodyOnSide
    trustee: BodyOnSide
    facet: Facet
    at: datetime
    position: int
    value: float
    weight: float = 1.0
    since: datetime | None = None
    until: datetime | None = None
    open_zero: bool = False
    tacit: bool = False
    believed: Belief | None = None
    disputed: bool = False
    joint: tuple[UUID, ...] = ()
    causes: tuple[UUID, ...] = ()
    ended_by: tuple[UUID, ...] = ()

    @property
    def block(self) -> BlockKey:
        """The facet and the two sides it is about."""
        return self.facet, self.truster.side, self.trustee.side

    @property
    def begins_at(self) -> datetime:
        """The instant from which it is evidence."""
        return self.at if self.since is None else self.since

    def stands_at(self, instant: datetime) -> bool:
        """It is the state of the act at a valid-time cut: what happened before the cut counts."""
        begins_at = self.at if self.since is None else self.since
        return begins_at < instant and (self.until is None or instant <= self.until)


def in_order(evidence: Iterable[Evidence]) -> list[Evidence]:
    """Sort by time and position, ties by act and pair, so that nothing depends on how the rows were gathered."""
    return sorted(evidence, key=order_of)


def order_of(row: Evidence) -> tuple[object, ...]:
    """The place of a piece of evidence among others; of one act and pair at one instant, the one that ends first."""
    begins_at = row.at if row.since is None else row.since
    until = END_OF_TIME if row.until is None else row.until
    return begins_at, row.position, row.act, row.truster, row.trustee, until, row.at, row.value, row.causes


class EvidenceInOrder:
    """Evidence that stays in order while some of it goes and other comes."""

    def __init__(self) -> None:
        self.rows: list[Evidence] = []
        self._places: list[tuple[object, ...]] = []

    def exchange(self, ended_evidence: Collection[Evidence], new_evidence: Collection[Evidence]) -> None:
        """Take some evidence out, and put other in its place among the rest."""
        for row in ended_evidence:
            at = self._at(row)
            del self.rows[at], self._places[at]
        if len(new_evidence) > len(self.rows):
            self.rows = in_order(chain(self.rows, new_evidence))
            self._places = list(map(order_of, self.rows))
            return
        for row in new_evidence:
            place = order_of(row)
            at = bisect_right(self._places, place)
            self.rows.insert(at, row)
            self._places.insert(at, place)

    def renew(self, row: Evidence, renewed: Evidence) -> None:
        """Put evidence in the very place of other that has the same among the rest."""
        self.rows[self._at(row)] = renewed

    def _at(self, row: Evidence) -> int:
        at = bisect_left(self._places, order_of(row))
        while self.rows[at] is not row:
            at += 1
        return at


def confirmed_only(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The evidence that does not rest on silence."""
    return [row for row in evidence if not row.tacit]


def undisputed_only(evidence: Iterable[Evidence]) -> list[Evidence]:
    """The evidence that no side contests."""
    return [row for row in evidence if not row.disputed]


def disputed_in_full(evidence: Iterable[Evidence], lowered: float) -> list[Evidence]:
    """The evidence with what sides contest at its full weight, which they had lowered to a part."""
    return [replace(row, weight=row.weight / lowered) if row.disputed and lowered else row for row in evidence]


class ViewKind(StrEnum):
    """How much a view gathers."""

    PAIR = "pair"
    SIDE = "side"
    BLOCK = "block"


class TrustView(Struct, frozen=True, order=True, cache_hash=True):
    """Whose trust in whom, in one facet; a party left out means every party of that side.

    Both parties: a pair. Truster left out: a side's view of one body. Both left out: side to side, a block.
    """

    facet: Facet
    truster_side: Side
    trustee_side: Side
    truster: UUID | None = None
    trustee: UUID | None = None

    @property
    def block(self) -> BlockKey:
        """The facet and the two sides it is about."""
        return self.facet, self.truster_side, self.trustee_side

    @property
    def kind(self) -> ViewKind:
        """A pair, a side's view of one body, or a block."""
        if self.trustee is None:
            return ViewKind.BLOCK
        return ViewKind.SIDE if self.truster is None else ViewKind.PAIR

    def holds(self, row: Evidence) -> bool:
        """A piece of evidence is part of this view."""
        return (
            row.facet == self.facet
            and row.truster.side == self.truster_side
            and row.trustee.side == self.trustee_side
            and self.truster in (None, row.truster.party_id)
            and self.trustee in (None, row.trustee.party_id)
        )


def views_of(row: Evidence) -> tuple[TrustView, TrustView, TrustView]:
    """The pair, the side's view and the block that a piece of evidence belongs to."""
    facet, truster, trustee = row.facet, row.truster, row.trustee
    return (
        TrustView(facet, truster.side, trustee.side, truster.party_id, trustee.party_id),
        TrustView(facet, truster.side, trustee.side, None, trustee.party_id),
        TrustView(facet, truster.side, trustee.side),
    )


class Counts(Struct, frozen=True, kw_only=True):
    """Plain counts of acts, undecayed, unpooled and unsmoothed: what an evaluator asks for first.

    `whole`, `partial` and `none` split the closed acts by value 1, between, 0; `owed` are open past their deadline.
    """

    acts: int
    value_sum: float
    whole: int
    partial: int
    none: int
    owed: int
    tacit: int
