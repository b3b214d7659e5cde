"""One partition's evidence as it came to be known, day by day: only what a new record bears on is worked out again.

Each promise, ask, meeting, consultation and decision is read from a small history of its own: its own records, what
all rest on (seats, rules, successions), and the meetings at which it was made or its minutes approved. It is read as of
the last day asked about and cut at the day in question: a figure asked about a day is the point of the timeline there.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import chain
from operator import attrgetter
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from domain.events.declaration import EventBody
from domain.events.partnerships import MemberJoined, MemberLeft, PartnershipFormed, RuleAdopted, SeatAccepted
from domain.events.recorded import Recorded, corrected_body
from domain.events.records import RecordCorrected
from domain.events.registries import PartiesFoundSame, PartySucceeded
from domain.events.stewardship import TextRedacted
from domain.values import end_of_day
from projections.history.anchoring import thing_of
from projections.history.history import history
from projections.lifecycles.conduct import PartnershipConduct, conduct
from projections.method.method import Method
from projections.scoring.behaviour import held, since_held
from projections.scoring.facets import OF_DUTIES, REPORTS
from projections.scoring.facets.own_word import Report, belief
from projections.scoring.formulas.belief_in_reports import Belief, Reporter
from projections.scoring.formulas.evidence import Evidence
from projections.views.trust import TRUST_EVENTS

_SHARED: Final = (
    PartnershipFormed,
    MemberJoined,
    SeatAccepted,
    MemberLeft,
    RuleAdopted,
    PartySucceeded,
    PartiesFoundSame,
)
_EVERYTHING: Final = UUID(int=0)
"""Stands for the thing that events which bear on all others are about."""

_MEETINGS: Final = ("interaction_id", "approving_interaction_id")
_BEARING: Final[tuple[type[EventBody], ...]] = (*TRUST_EVENTS, TextRedacted)


def evidence_as_known(
    records: Sequence[Recorded], days: Iterable[date], method: Method
) -> Iterator[tuple[date, list[Evidence]]]:
    """The evidence of duties that stood at the end of each day, in order; no day before anything was known."""
    days_asked = sorted(set(days))
    if not days_asked:
        return
    evidence = _KnownEvidence(records, method, days_asked[-1])
    for day in days_asked:
        end = end_of_day(day)
        if evidence.learn(end):
            yield day, evidence.standing(end)


class _KnownEvidence:
    """The evidence of a partition's duties by what is known so far, thing by thing."""

    def __init__(self, records: Sequence[Recorded], method: Method, horizon: date) -> None:
        self._method, self._horizon = method, horizon
        self._coming = list(reversed(records))
        self._things = _things_of(records)
        self._known: defaultdict[UUID, list[Recorded]] = defaultdict(list)
        self._meetings: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._at_meeting: defaultdict[UUID, set[UUID]] = defaultdict(set)
        self._rows: dict[UUID, list[Evidence]] = {}
        self._reports: dict[UUID, list[Report]] = {}
        self._beliefs: dict[Reporter, Belief] = {}
        self._last: Recorded | None = None

    def learn(self, end: datetime) -> bool:
        """Take in what came to be known before an instant; False where nothing was known by then."""
        changed = set()
        while self._coming and self._coming[-1].recorded_at < end:
            record = self._last = self._coming.pop()
            if isinstance(record.body, _BEARING):
                changed.add(self._place(record))
        if changed:
            self._work_out(self._bearing_on(changed))
        return self._last is not None

    def standing(self, end: datetime) -> list[Evidence]:
        """The evidence that stands at an instant."""
        return [row for rows in self._rows.values() for row in rows if row.stands_at(end)]

    def _place(self, record: Recorded) -> UUID:
        thing = self._things[record.event_id]
        self._known[thing].append(record)
        body = corrected_body(record.body) if isinstance(record.body, RecordCorrected) else record.body
        for name in _MEETINGS:
            meeting = getattr(body, name, None)
            if meeting is not None and meeting != thing:
                self._meetings[thing].add(meeting)
                self._at_meeting[meeting].add(thing)
        return thing

    def _bearing_on(self, changed: set[UUID]) -> set[UUID]:
        """The things that changes bear on: also what was agreed at a meeting, or by the minutes approved there."""
        things = changed.union(*(self._at_meeting[each] for each in changed))
        things = things.union(*(self._at_meeting[each] for each in things))
        return set(self._known) if _EVERYTHING in things else things

    def _work_out(self, things: set[UUID]) -> None:
        """Read some things anew."""
        sources = things | {_EVERYTHING}
        for _ in _MEETINGS:
            sources = sources.union(*(self._meetings[each] for each in sources))
        records = sorted(chain.from_iterable(self._known[each] for each in sources), key=attrgetter("position"))
        assert self._last is not None  # noqa: S101 - something was learnt
        past = history(
            records,
            as_of=self._horizon,
            position=records[-1].position,
            recorded_at=self._last.recorded_at,
            later=[record for record in self._coming if isinstance(record.body, TextRedacted)],
        )
        acts = conduct(past, self._method)
        self._hear(things, acts)
        rows = chain.from_iterable(
            part.evidence(thing, self._method, acts.end) for part in OF_DUTIES for thing in part.acts(acts)
        )
        self._rows |= {thing: [] for thing in things}
        for row in held(rows, lambda row: since_held(past, self._method, row.trustee.party_id, row.causes)):
            thing = UUID(row.act.rpartition(" ")[2])
            if thing in things:
                self._rows[thing].append(self._believed(row))

    def _hear(self, things: set[UUID], acts: PartnershipConduct) -> None:
        """Take in what was reported anew, and let all that rests on a body's word rest on how far it is now taken."""
        new_reports: dict[UUID, list[Report]] = {thing: [] for thing in things}
        for part in REPORTS:
            for deed in part.things(acts):
                new_reports.get(thing_of(part.fact(deed).body), []).extend(part.reports(deed))
        reporters = {each.reporter for thing in things for each in (*new_reports[thing], *self._reports.get(thing, ()))}
        self._reports |= new_reports
        reports = [each for own in self._reports.values() for each in own if each.reporter in reporters]
        changed = set()
        for reporter in reporters:
            now = belief(reporter, (each.verdicts for each in reports if each.reporter == reporter))
            if now != self._beliefs.get(reporter):
                self._beliefs[reporter] = now
                changed.add(reporter)
        if changed:
            for rows in self._rows.values():
                rows[:] = [
                    self._believed(row) if row.believed is not None and row.believed.reporter in changed else row
                    for row in rows
                ]

    def _believed(self, row: Evidence) -> Evidence:
        """A piece of evidence with how far its doer is believed now."""
        belief_now = None if row.believed is None else self._beliefs.get(row.believed.reporter)
        return row if belief_now is None else replace(row, believed=belief_now)


def _things_of(records: Sequence[Recorded]) -> dict[UUID, UUID]:
    """The thing that each record is about, by its id; what is about a record is about that record's thing."""
    things: dict[UUID, UUID] = {}
    for record in records:
        thing = thing_of(record.body)
        things[record.event_id] = _EVERYTHING if isinstance(record.body, _SHARED) else things.get(thing, thing)
    return things
