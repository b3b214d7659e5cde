"""At a glance: promises kept quarter by quarter, and what is overdue now, for partnerships beside one another."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from operator import is_, itemgetter
from typing import Annotated, Final
from uuid import UUID

from msgspec import Meta
from msgspec.structs import replace

from domain.events.declaration import EventBody
from domain.values import end_of_day, last_day
from domain.vocabulary import OFFICIALS, Facet
from projections.declaration import ProjectionRow, projection
from projections.history.causes import causes_of, each_once
from projections.history.history import History
from projections.history.memo import carried, once_per_history
from projections.lifecycles.interactions import contacts
from projections.method.method import Method
from projections.rows import Causes, names_a
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.belief_in_reports import Belief, Beliefs, Reporter
from projections.scoring.formulas.evidence import BlockKey, Evidence, EvidenceInOrder
from projections.scoring.formulas.quarters import quarter_ends
from projections.scoring.formulas.tally import Contribution, DecayInstant, Tally, beliefs_in, contribution
from projections.scoring.health.material import RESIDENT_SIDE
from projections.scoring.trust.evidence_change import EvidenceChange, LastEvidenceChanges, RenewedEvidence
from projections.scoring.trust.timeline import TrustTimelines
from projections.views.trust import TRUST_EVENTS
from projections.views.worklist import ASKS_TO_ANSWER, OF_WORK, PROMISES_TO_KEEP, overdue_things, worklist

QUARTERS: Final = 20
"""Five years: further back a line this small shows nothing."""


class GlanceRow(ProjectionRow, frozen=True, kw_only=True):
    """How officials had kept their promises to residents at the end of a quarter, or of the day asked about.

    The row of the day asked about (`current`) alone says what is overdue and when anybody last met. A row names the
    events that count since the row before; with those of earlier rows they are all that it rests on.
    """

    on: Annotated[date, Meta(description="The day at the end of which it stood so")]
    current: Annotated[bool, Meta(description="Whether it is the day asked about, and not the end of a quarter")]
    r: Annotated[float, Meta(description="Evidence for, decayed to the day")]
    s: Annotated[float, Meta(description="Evidence against, decayed to the day")]
    a: Annotated[float, Meta(description="The usual rate before any evidence")]
    n: Annotated[float, Meta(description="Effective number of promises")]
    acts: Annotated[int, Meta(description="Number of promises that count")]
    overdue_promises: Annotated[int | None, Meta(description="Promises that wait to be kept, past their day")] = None
    asks_past_time: Annotated[int | None, Meta(description="Asks that wait past the usual time")] = None
    last_contact_on: Annotated[date | None, Meta(description="The last day of the latest contact that was held")] = None
    last_contact_id: Annotated[UUID | None, names_a("interaction", "That contact")] = None
    causes: Causes


_HANDLES: Final[tuple[type[EventBody], ...]] = tuple(dict.fromkeys((*TRUST_EVENTS, *OF_WORK)))


@projection(
    name="glance",
    version=2,
    row=GlanceRow,
    key=("on", "current"),
    handles=_HANDLES,
    question="How were promises to residents kept by quarter, what is overdue, and when was the last contact?",
    ignores_rest="Nothing else makes, keeps or ends a promise, raises or answers an ask, or is contact.",
    stored="All partnerships are shown beside one another.",
)
@once_per_history
def glance(history: History, method: Method) -> list[GlanceRow]:
    """One row for each quarter that was over after the first promise counted, and one for the day asked about."""
    *quarters, figures = promises_by_quarter(history, method)
    return [*(row for row in quarters if row.acts), _now(history, method, figures)]


@once_per_history
def promises_by_quarter(history: History, method: Method) -> list[GlanceRow]:
    """How officials had kept promises to residents at the end of each quarter, and of the day asked about."""
    days = [*quarter_ends(history.as_of, QUARTERS), history.as_of]
    changes = carried(history, method, TrustTimelines).last_changes
    return carried(history, method, PromisesByQuarter).rows(evidence(history, method), days, method, changes)


class _Quarter:
    """A quarter by its last instant: the sums of what stands then, and the evidence that began in it."""

    def __init__(self, on: date) -> None:
        self.end, self.is_stale = end_of_day(on), True
        self.tally = Tally()
        self._begun = EvidenceInOrder()
        self._row = GlanceRow(on=on, current=False, r=0.0, s=0.0, a=0.0, n=0.0, acts=0, causes=())

    def exchange(self, ended_evidence: Collection[Evidence], new_evidence: Collection[Evidence]) -> None:
        """Put evidence that began in it in place of other."""
        self._begun.exchange(ended_evidence, new_evidence)
        self._row = replace(self._row, causes=causes_of(self._begun.rows))
        self.is_stale = True

    def renew(self, renewed: RenewedEvidence) -> None:
        """Put evidence that began in it in place of other that adds the same to every sum."""
        self._begun.renew(renewed.before, renewed.now)

    def row(self, method: Method, beliefs: Beliefs) -> GlanceRow:
        """How promises stood at its end."""
        if self.is_stale:
            statistics = self.tally.sums(DecayInstant(self.end, Facet.RELIABILITY, method, beliefs))
            self._row = replace(
                self._row,
                r=statistics.r,
                s=statistics.s,
                a=method.base_rate(Facet.RELIABILITY),
                n=statistics.n,
                acts=statistics.acts,
            )
            self.is_stale = False
        return self._row


class PromisesByQuarter:
    """The sums of officials' promises to residents at the end of some days, kept while a history grows.

    A promise that changed is taken out of the quarters at whose end it stood, and put into those at whose end it does.
    """

    def __init__(self) -> None:
        self._evidence: Sequence[Evidence] = ()
        self._quarters: list[_Quarter] = []
        self._ends: list[datetime] = []
        self._rows: list[GlanceRow] = []
        self._promises: defaultdict[str, dict[int, Evidence]] = defaultdict(dict)
        self._parts: dict[str, dict[int, Contribution]] = {}
        self._beliefs: dict[Reporter, Belief] = {}

    def rows(
        self, evidence_now: Sequence[Evidence], days: Sequence[date], method: Method, last_changes: LastEvidenceChanges
    ) -> list[GlanceRow]:
        """The rows of the days, in order, each the very row of before where it is the same.

        The days and the method are those of every other time.
        """
        if not self._quarters:
            self._quarters = [_Quarter(day) for day in days]
            self._ends = [quarter.end for quarter in self._quarters]
        changes = last_changes.between(self._evidence, evidence_now)
        self._evidence = evidence_now
        for block, change in changes.items():
            if _is_counted(block):
                self._take(change, method)
        rows = [quarter.row(method, self._beliefs) for quarter in self._quarters]
        before = self._rows or rows
        self._rows = [last if last == now else now for last, now in zip(before, rows, strict=True)]
        return self._rows

    def _take(self, change: EvidenceChange, method: Method) -> None:
        """Take in what is new of the evidence of one block."""
        ended_evidence, new_evidence = change.ended[:], change.begun[:]
        for renewed in change.renewed:
            if renewed.ends_anew:
                ended_evidence.append(renewed.before)
                new_evidence.append(renewed.now)
            else:
                self._promises[renewed.now.act][id(renewed.now)] = renewed.now
                del self._promises[renewed.now.act][id(renewed.before)]
                self._quarters[self._begins_in(renewed.now)].renew(renewed)
        for row in ended_evidence:
            del self._promises[row.act][id(row)]
        for row in new_evidence:
            self._promises[row.act][id(row)] = row
        for place in {self._begins_in(row) for row in (*ended_evidence, *new_evidence)}:
            of_quarter = (
                [row for row in rows if self._begins_in(row) == place] for rows in (ended_evidence, new_evidence)
            )
            self._quarters[place].exchange(*of_quarter)
        for belief in beliefs_in((*new_evidence, *(renewed.now for renewed in change.renewed))).values():
            self._hear(belief)
        for promise in dict.fromkeys(row.act for row in (*ended_evidence, *new_evidence)):
            self._settle(promise, method)

    def _begins_in(self, row: Evidence) -> int:
        """The place of the quarter in which evidence began."""
        return bisect_right(self._ends, row.begins_at)

    def _hear(self, belief: Belief) -> None:
        """Read the quarters anew from which on a reporter is believed otherwise."""
        since = belief.differs_since(self._beliefs.get(belief.reporter))
        self._beliefs[belief.reporter] = belief
        if since is not None:
            for quarter in self._quarters[bisect_right(self._ends, since) :]:
                quarter.is_stale = True

    def _settle(self, promise: str, method: Method) -> None:
        """Let the sums of each quarter say what the evidence of a promise now says."""
        before, rows = self._parts.pop(promise, {}), list(self._promises[promise].values())
        now = dict(self._shares(rows, method))
        for place in before.keys() | now.keys():
            quarter, old, new = self._quarters[place], before.get(place), now.get(place)
            if old != new:
                if old is not None:
                    quarter.tally.remove(old)
                if new is not None:
                    quarter.tally.add(new)
                quarter.is_stale = True
        if rows:
            self._parts[promise] = now
        else:
            del self._promises[promise]

    def _shares(self, rows: Sequence[Evidence], method: Method) -> Iterator[tuple[int, Contribution]]:
        """The places of the quarters at whose end a promise counts, each with what it adds."""
        before: list[Evidence] = []
        part: Contribution | None = None
        for place in range(min(map(self._begins_in, rows), default=len(self._ends)), len(self._ends)):
            standing = [row for row in rows if row.stands_at(self._ends[place])]
            if len(standing) != len(before) or not all(map(is_, standing, before)):
                before, part = standing, contribution(standing, method) if standing else None
            if part is not None:
                yield place, part


def _is_counted(block: BlockKey) -> bool:
    facet, truster_side, trustee_side = block
    return facet is Facet.RELIABILITY and truster_side in RESIDENT_SIDE and trustee_side in OFFICIALS


@once_per_history
def _now(history: History, method: Method, figures: GlanceRow) -> GlanceRow:
    last_on, last_id, causes_of_last = _last_contact(history, method)
    work = worklist(history, method)
    promises_overdue, asks_waiting = (overdue_things(work, each) for each in (PROMISES_TO_KEEP, ASKS_TO_ANSWER))
    tasks = (row for things in (promises_overdue, asks_waiting) for rows in things.values() for row in rows)
    return replace(
        figures,
        current=True,
        overdue_promises=len(promises_overdue),
        asks_past_time=len(asks_waiting),
        last_contact_on=last_on,
        last_contact_id=last_id,
        causes=each_once((*causes_of([figures, *tasks]), *causes_of_last)),
    )


@once_per_history
def _last_contact(history: History, method: Method) -> tuple[date | None, UUID | None, tuple[UUID, ...]]:
    """The last day of the latest contact that was held, which it was, and the events that it rests on."""
    meetings = [
        (min(last_day(contact.held.happened), history.as_of), contact.interaction_id, contact.causes)
        for contact in contacts(history, method)
        if contact.held
    ]
    return max(meetings, key=itemgetter(0, 1), default=(None, None, ()))
