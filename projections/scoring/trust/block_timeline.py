"""The timeline of one block: a step on every day that brings an act or lets a deadline pass unmet, decay between.

A block's sums stand at its last day. What is new is taken in from the first day that it changes on: the sums are taken
back to before that day, and the days from there on are gone through again. Sums are exact, so it comes to the very
figures that a walk from the beginning comes to; that walk is the same, from before the first day of all.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, datetime
from operator import attrgetter
from typing import Final
from uuid import UUID

from msgspec import Struct, field

from domain.values import day_of, end_of_day, start_of_day
from domain.vocabulary import Facet
from projections.history.causes import each_once
from projections.method.method import Method
from projections.scoring.formulas.base_rate import Block
from projections.scoring.formulas.belief_in_reports import Belief, Reporter, Verdict
from projections.scoring.formulas.evidence import Counts, Evidence, TrustView, ViewKind, order_of, views_of
from projections.scoring.formulas.opinion import TrustPoint
from projections.scoring.formulas.tally import counts_of_acts
from projections.scoring.trust.evidence_change import EvidenceChange, RenewedEvidence

_AT: Final = attrgetter("at")


class TrustLine(Struct, frozen=True, kw_only=True):
    """One view from its first evidence to a cut: its points, where it stands at the cut, and plain counts of then.

    Causes of a point come in order, each once: first what ended without being replaced, then what began. `disputed`:
    some of what stands at the cut is.
    """

    view: TrustView
    points: tuple[TrustPoint, ...]
    now: TrustPoint
    counts: Counts
    disputed: bool


def point(block: Block, view: TrustView, at: datetime, causes: tuple[UUID, ...] = ()) -> TrustPoint:
    """The point at which a view of a block stands at an instant."""
    moment = block.moment(at)
    sums = block.sums(view, moment)
    return TrustPoint(
        at=at,
        r=sums.r,
        s=sums.s,
        a=block.base_rate(view, moment),
        n=sums.n,
        acts=sums.acts,
        tacit=sums.tacit,
        causes=causes,
    )


class _OpenLine:
    """A line while it is drawn; `standing` is what stands at the cut, by act."""

    __slots__ = ("_counts", "_is_disputed", "_line", "_withdrawn", "points", "standing", "view")

    def __init__(self, view: TrustView) -> None:
        self.view = view
        self.points: list[TrustPoint] = []
        self.standing: dict[str, list[Evidence]] = {}
        self._withdrawn: dict[datetime, TrustPoint] = {}
        self._counts: Counts | None = None
        self._is_disputed = False
        self._line: TrustLine | None = None

    def stand(self, row: Evidence) -> None:
        """Let evidence stand at the cut."""
        self.standing.setdefault(row.act, []).append(row)
        self._counts = None

    def fall(self, row: Evidence) -> None:
        """Let evidence stand at the cut no longer."""
        rows = self.standing[row.act] = [other for other in self.standing[row.act] if other is not row]
        if not rows:
            del self.standing[row.act]
        self._counts = None

    def renew(self, row: Evidence, renewed: Evidence) -> None:
        """Put evidence in place of other that counts the same."""
        rows = self.standing[row.act]
        self.standing[row.act] = [renewed if other is row else other for other in rows]

    def withdraw(self, since: datetime) -> None:
        """Take away the points from an instant on, and remember them: one that comes back the same is the same."""
        first = bisect_left(self.points, since, key=_AT)
        self._withdrawn = {each.at: each for each in self.points[first:]}
        del self.points[first:]

    def add(self, new_point: TrustPoint) -> None:
        """Add a point."""
        before = self._withdrawn.get(new_point.at)
        self.points.append(before if before is not None and before == new_point else new_point)

    def finished(self, now: TrustPoint) -> TrustLine:
        """The line as far as it goes; the very line of before where nothing of it changed."""
        if self._counts is None:
            self._counts = counts_of_acts(self.standing.values())
            self._is_disputed = any(row.disputed for rows in self.standing.values() for row in rows)
        line = TrustLine(
            view=self.view,
            points=tuple(self.points),
            now=now,
            counts=self._counts,
            disputed=self._is_disputed,
        )
        self._withdrawn = {}
        if self._line is None or self._line != line:
            self._line = line
        else:
            self.points = list(self._line.points)
        return self._line


class _PlacedEvidence(Struct, eq=False):
    """A piece of evidence with the lines that it belongs to, and the days on which it begins and ends."""

    row: Evidence
    lines: tuple[_OpenLine, ...]
    begins: date
    ends: date | None


class _BlockDay(Struct):
    """The evidence that began and ended on one day, and the verdicts on reports; what did both is in neither."""

    beginning: list[_PlacedEvidence] = field(default_factory=list)
    ending: list[_PlacedEvidence] = field(default_factory=list)
    verdicts: list[tuple[Reporter, tuple[UUID, ...]]] = field(default_factory=list)


class BlockTimeline:
    """The lines of one block by some kinds of view, until a valid-time cut that is the end of a London day.

    `_resting` counts what rests on a reporter's own word at the moment, line by line: those lines move when its word is
    found good or bad.
    """

    def __init__(self, facet: Facet, method: Method, until: datetime, kinds: Collection[ViewKind]) -> None:
        self._until, self._kinds = until, kinds
        self._block = Block(facet, method, for_pairs=ViewKind.PAIR in kinds)
        self._placed: dict[int, _PlacedEvidence] = {}
        self._days: defaultdict[date, _BlockDay] = defaultdict(_BlockDay)
        self._dates: list[date] = []
        self._open: dict[TrustView, _OpenLine] = {}
        self._met: dict[tuple[int, int], tuple[_OpenLine, ...]] = {}
        self._resting: defaultdict[Reporter, Counter[_OpenLine]] = defaultdict(Counter)
        self._beliefs: dict[Reporter, Belief] = {}

    def take(self, change: EvidenceChange) -> None:
        """Take in what is new, and go through the days from the first that it changes."""
        first = self._edit(change)
        if first is not None:
            for day in self._dates[bisect_left(self._dates, first) :]:
                self._go_through(day)

    def lines(self) -> list[TrustLine]:
        """The lines of the views that have evidence, in order of parties."""
        return [
            line.finished(point(self._block, line.view, self._until))
            for line in sorted(self._open.values(), key=_by_parties)
            if line.points
        ]

    def points_on(
        self, evidence: list[Evidence], views: Collection[TrustView], days: Collection[date]
    ) -> Iterator[tuple[TrustView, TrustPoint]]:
        """The points of some views at the end of some days, day by day; nothing was taken in before."""
        self._edit(EvidenceChange(begun=evidence))
        for day in sorted({*self._dates, *days}):
            if day in self._days:
                self._go_through(day)
            if day in days:
                for view in views:
                    line = self._open.get(view)
                    if line is not None and line.points:
                        yield view, point(self._block, view, end_of_day(day))

    def _edit(self, change: EvidenceChange) -> date | None:
        """Put what is new in its days, the sums standing before the first of them; None: no day changes."""
        ended_evidence = [placed for row in change.ended if (placed := self._placed.pop(id(row), None)) is not None]
        new_evidence = [placed for row in change.begun if (placed := self._place(row)) is not None]
        ending_anew: list[tuple[_PlacedEvidence, date | None]] = []
        for renewed in change.renewed:
            self._renew(renewed, ended_evidence, new_evidence, ending_anew)
        rows = (*change.begun, *(each.now for each in change.renewed))
        beliefs = [row.believed for row in rows if row.believed is not None]
        days: set[date | None] = {
            day for placed in (*ended_evidence, *new_evidence) for day in (placed.begins, placed.ends)
        }
        days.update(day for placed, ends in ending_anew for day in (placed.ends, ends))
        days.update(day for belief in beliefs for day in self._hear(belief))
        changed_days = [day for day in days if day is not None]
        if not changed_days:
            return None
        first = min(changed_days)
        self._take_back(first)
        for placed, _ in ending_anew:
            self._remove(placed)
        for placed in ended_evidence:
            self._remove(placed)
        for placed, ends in ending_anew:
            placed.ends = ends
            self._insert(placed)
        for placed in new_evidence:
            self._insert(placed)
        self._date(changed_days)
        return first

    def _date(self, changed_days: Iterable[date]) -> None:
        """Let the days on which anything begins, ends or is heard be all days."""
        for day in changed_days:
            change, place = self._days.get(day), bisect_left(self._dates, day)
            is_there = self._dates[place : place + 1] == [day]
            if change is not None and (change.beginning or change.ending or change.verdicts):
                if not is_there:
                    self._dates.insert(place, day)
            elif change is not None:
                del self._days[day]
                if is_there:
                    del self._dates[place]

    def _place(self, row: Evidence) -> _PlacedEvidence | None:
        """Find where a piece of evidence belongs; None: it never stands at the end of a day before the cut."""
        if row.begins_at >= self._until:
            return None
        begins = day_of(row.begins_at)
        ends = day_of(row.until) if row.until is not None and row.until < self._until else None
        if ends is not None and ends <= begins:
            return None
        pair = (row.truster.party_id.int, row.trustee.party_id.int)
        its_lines = self._met.get(pair)
        if its_lines is None:
            views = [view for view in views_of(row) if view.kind in self._kinds]
            its_lines = self._met[pair] = tuple(self._open.setdefault(view, _OpenLine(view)) for view in views)
        placed = self._placed[id(row)] = _PlacedEvidence(row, its_lines, begins, ends)
        return placed

    def _renew(
        self,
        renewed: RenewedEvidence,
        ended_evidence: list[_PlacedEvidence],
        new_evidence: list[_PlacedEvidence],
        ending_anew: list[tuple[_PlacedEvidence, date | None]],
    ) -> None:
        """Put evidence in place of other that adds the same, and note where it stands for other days than that did."""
        before, now = self._placed.pop(id(renewed.before), None), self._place(renewed.now)
        if before is None or now is None:
            ended_evidence += [before] if before is not None else []
            new_evidence += [now] if now is not None else []
            return
        self._placed[id(renewed.now)] = before
        self._block.renew(renewed.before, renewed.now)
        if before.ends is None:
            for line in before.lines:
                line.renew(renewed.before, renewed.now)
        before.row = renewed.now
        if renewed.ends_anew:
            ending_anew.append((before, now.ends))

    def _insert(self, placed: _PlacedEvidence) -> None:
        self._days[placed.begins].beginning.append(placed)
        if placed.ends is not None:
            self._days[placed.ends].ending.append(placed)
            return
        for line in placed.lines:
            line.stand(placed.row)

    def _remove(self, placed: _PlacedEvidence) -> None:
        self._days[placed.begins].beginning.remove(placed)
        if placed.ends is not None:
            self._days[placed.ends].ending.remove(placed)
            return
        for line in placed.lines:
            line.fall(placed.row)

    def _hear(self, belief: Belief) -> set[date]:
        """Put the verdicts of a belief in their days; the days of verdicts from the first that is not what it was."""
        before = self._beliefs.get(belief.reporter)
        if before is belief:
            return set()
        self._beliefs[belief.reporter] = belief
        since = belief.differs_since(before)
        if since is None or since >= self._until:
            return set()
        old, new = (self._verdicts_from(day_of(since), each) for each in (before, belief))
        days = {day_of(each.since) for each in old}
        for day in days:
            change = self._days[day]
            change.verdicts = [each for each in change.verdicts if each[0] != belief.reporter]
        for verdict in new:
            self._days[day_of(verdict.since)].verdicts.append((belief.reporter, verdict.causes))
        return days.union(day_of(each.since) for each in new)

    def _verdicts_from(self, first: date, belief: Belief | None) -> Sequence[Verdict]:
        """The verdicts of a belief from a day on, before the cut."""
        verdicts = () if belief is None else belief.verdicts
        return verdicts[bisect_left(verdicts, (start_of_day(first),)) : bisect_left(verdicts, (self._until,))]

    def _take_back(self, first: date) -> None:
        """Let the sums stand as they did before a day, and take away the points from then on."""
        since = end_of_day(first)
        for line in self._open.values():
            line.withdraw(since)
        for day in reversed(self._dates[bisect_left(self._dates, first) :]):
            change = self._days[day]
            for placed in change.beginning:
                self._fall(placed)
            for placed in change.ending:
                self._stand(placed)
        self._block.settle()

    def _stand(self, placed: _PlacedEvidence) -> None:
        self._block.stand(placed.row)
        self._rest(placed, 1)

    def _fall(self, placed: _PlacedEvidence) -> None:
        self._block.fall(placed.row)
        self._rest(placed, -1)

    def _rest(self, placed: _PlacedEvidence, times: int) -> None:
        row = placed.row
        if row.believed is not None and row.value:
            for line in placed.lines:
                self._resting[row.believed.reporter][line] += times

    def _go_through(self, day: date) -> None:
        """Let a day's changes have their effect, and add a point to each line that they moved."""
        change = self._days[day]
        causes_by_line: defaultdict[_OpenLine, list[tuple[UUID, ...]]] = defaultdict(list)
        for placed in _in_order(change.ending):
            self._fall(placed)
            for line in placed.lines:
                causes_by_line[line].append(placed.row.ended_by)
        for placed in _in_order(change.beginning):
            self._stand(placed)
            for line in placed.lines:
                causes_by_line[line].append(placed.row.causes)
        self._block.settle()
        for line, verdicts in self._heard_of(change).items():
            causes_by_line[line] += verdicts
        at = end_of_day(day)
        for line, causes_of_each in causes_by_line.items():
            line.add(point(self._block, line.view, at, _together(causes_of_each)))

    def _heard_of(self, change: _BlockDay) -> dict[_OpenLine, list[tuple[UUID, ...]]]:
        """The causes of the verdicts of a day by the line that rests on them, in order.

        Of several reporters whose word a line rests on, the one that evidence rested on first comes first.
        """
        verdict_causes: defaultdict[_OpenLine, dict[Reporter, list[tuple[UUID, ...]]]] = defaultdict(dict)
        for reporter, causes in change.verdicts:
            for line, count in self._resting[reporter].items():
                if count:
                    verdict_causes[line].setdefault(reporter, []).append(causes)
        return {
            line: [causes for reporter in self._first_met(by_reporter) for causes in by_reporter[reporter]]
            for line, by_reporter in verdict_causes.items()
        }

    def _first_met(self, reporters: Collection[Reporter]) -> Collection[Reporter]:
        if len(reporters) == 1:
            return reporters
        rows = [placed.row for placed in self._placed.values() if placed.row.believed is not None]
        rows.sort(key=order_of)
        reporters_in_order = dict.fromkeys(row.believed.reporter for row in rows if row.believed is not None)
        return [reporter for reporter in reporters_in_order if reporter in reporters]


def _in_order(placed: list[_PlacedEvidence]) -> list[_PlacedEvidence]:
    return sorted(placed, key=lambda piece: order_of(piece.row)) if placed[1:] else placed


def _together(causes: Sequence[tuple[UUID, ...]]) -> tuple[UUID, ...]:
    return causes[0] if len(causes) == 1 else each_once(cause for some in causes for cause in some)


def _by_parties(line: _OpenLine) -> tuple[str, str]:
    return str(line.view.truster or ""), str(line.view.trustee or "")
