"""What the sources of a partition's record cover: whether any would note that notes, reasons or feedback were shared.

What nobody would note cannot be known to be missing. A source is what stands behind a key, or the imports by one
mapping. What it covers was declared of it, or is stamped on what it recorded. Undeclared, a key covers everything
that was recorded with it or falls due once it is in use; and an import what it is seen to note: from the day on which
it recorded such a sharing by the same body, of what happened no earlier, as far as its records reach. This is known
at a position of the log, whatever day is asked about.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.events.consultations import ConsultationClosed, ConsultationFeedbackGiven, ConsultationOpened
from domain.events.covered_acts import EVERYTHING, CoveredActs
from domain.events.decisions import DecisionAttested, DecisionTaken
from domain.events.declaration import EventBody
from domain.events.envelope import Envelope
from domain.events.interactions import InteractionRecorded, NotesShared
from domain.events.recorded import Effective
from domain.events.stewardship import CoverageDeclared
from domain.values import PartyAt, day_of, end_of_day, last_day
from domain.vocabulary import SharingKind, Source
from projections.history.history import History
from projections.history.memo import once_per_history
from projections.method.method import Method

COVERING: Final[tuple[type[EventBody], ...]] = (
    InteractionRecorded,
    NotesShared,
    DecisionTaken,
    DecisionAttested,
    ConsultationOpened,
    ConsultationClosed,
    ConsultationFeedbackGiven,
    CoverageDeclared,
)
"""What makes a difference to what is covered: whoever records any of these is a source of the record."""

_REACHING: Final = (InteractionRecorded, DecisionTaken, ConsultationOpened, ConsultationClosed)
"""What shows how far a source's records reach; that something was shared does not, for that never tells against it."""

SourceName = tuple[bool, UUID | str]
"""Whether a source is the imports by a mapping, and the mapping's name or the id of the key."""


class SharedAct(Struct, frozen=True):
    """Something that a duty to share followed from: of which kind, owed by whom, on record where, due when."""

    kind: SharingKind
    owed_by: UUID
    fact: Effective
    due_on: date


class CoverageStatement(Struct, frozen=True, kw_only=True):
    """What a source covers from one place in the log until its next statement; None: nothing was declared of it."""

    fact: Effective
    covered: tuple[CoveredActs, ...] | None


class NotedSharing(Struct, frozen=True, kw_only=True):
    """A sharing that a source noted: of which kind, by whom, of an act of which day, and when that was recorded."""

    kind: SharingKind
    owed_by: UUID
    happened_on: date
    recorded_on: date


class FirstNoted(Struct, frozen=True):
    """The days on which a source first noted sharings of ever earlier acts, ascending, and the days of those acts."""

    recorded_on: list[date]
    happened_on: list[date]

    def note(self, sharing: NotedSharing) -> None:
        """Take in a sharing that was recorded no earlier than those before."""
        if not self.happened_on or sharing.happened_on < self.happened_on[-1]:
            self.recorded_on.append(sharing.recorded_on)
            self.happened_on.append(sharing.happened_on)

    def by(self, recorded_on: date, happened_on: date) -> bool:
        """Whether a sharing of an act no later than of a day was noted by another."""
        count = bisect_right(self.recorded_on, recorded_on)
        return count > 0 and self.happened_on[count - 1] <= happened_on


class RecordSource(Struct, frozen=True, kw_only=True):
    """One source of a partition's record: since when it is in use, how far it reaches, what it noted and covers."""

    name: SourceName
    in_use_from: date
    reaches_until: date
    noted: Mapping[tuple[SharingKind, UUID], FirstNoted]
    statements: tuple[CoverageStatement, ...]

    @property
    def is_import(self) -> bool:
        """Whether its records are imported."""
        return self.name[0]

    def covers(self, act: SharedAct) -> bool:
        """Whether it would note the sharing; covering less undoes no duty that was on record and due by then."""
        return any(
            self._covers_by(statement, act)
            and (following is None or _was_due_by(act, following.fact.position, following.fact.recorded_at))
            for statement, following in pairwise([*self.statements, None])
            if statement is not None
        )

    def narrowed_by(self, act: SharedAct) -> Effective | None:
        """The statement since which it no longer covers an act that it once covered."""
        return next(
            (
                following.fact
                for statement, following in reversed(list(pairwise(self.statements)))
                if self._covers_by(statement, act) and not self._covers_by(following, act)
            ),
            None,
        )

    def narrowings(self) -> Iterator[Effective]:
        """The statements by which it covers less than by the one before."""
        for statement, following in pairwise(self.statements):
            lines = self.lines(following)
            if not all(any(line.contains(each) for line in lines) for each in self.lines(statement)):
                yield following.fact

    def lines(self, statement: CoverageStatement) -> tuple[CoveredActs, ...]:
        """What it covers by a statement, line by line: undeclared, all, or of an import what it was seen to note."""
        if statement.covered is not None:
            return statement.covered
        if not self.is_import:
            return EVERYTHING
        return tuple(CoveredActs(kind, (owed_by,)) for kind, owed_by in self.noted)

    def _covers_by(self, statement: CoverageStatement, act: SharedAct) -> bool:
        if statement.covered is not None:
            return any(line.holds(act.kind, act.owed_by, act.due_on) for line in statement.covered)
        if not self.is_import:
            return source_name(act.fact.envelope) == self.name or self.in_use_from <= act.due_on
        noted = self.noted.get((act.kind, act.owed_by))
        return (
            noted is not None
            and act.due_on <= self.reaches_until
            and noted.by(day_of(act.fact.recorded_at), last_day(act.fact.body.happened))
        )


def _was_due_by(act: SharedAct, position: int, instant: datetime) -> bool:
    return act.fact.position < position and end_of_day(act.due_on) <= instant


def source_name(envelope: Envelope) -> SourceName:
    """The source of a record, by its envelope."""
    if envelope.source is Source.IMPORT:
        return True, (envelope.source_reference or "").partition("/")[0]
    return False, envelope.actor


@once_per_history
def record_sources(history: History) -> tuple[RecordSource, ...]:
    """Every source of a partition's record, in the order in which the log came to know of them."""
    facts = [fact for fact in history.claims if isinstance(fact.body, COVERING)]
    noted: defaultdict[SourceName, dict[tuple[SharingKind, UUID], FirstNoted]] = defaultdict(dict)
    for name, sharing in _noted(facts, history.same_bodies):
        noted[name].setdefault((sharing.kind, sharing.owed_by), FirstNoted([], [])).note(sharing)
    own: defaultdict[SourceName, list[Effective]] = defaultdict(list)
    statements: defaultdict[SourceName, list[CoverageStatement]] = defaultdict(list)
    declared: set[SourceName] = set()
    for fact in facts:
        if isinstance(fact.body, CoverageDeclared):
            name, covered = _declared_of(fact.body), _kept(fact.body.covered, history.same_bodies)
            declared.add(name)
        else:
            name, covered = source_name(fact.envelope), _kept(fact.envelope.covers, history.same_bodies)
            own[name].append(fact)
            if covered is None and name in declared:
                continue
        if not statements[name] or statements[name][-1].covered != covered:
            statements[name].append(CoverageStatement(fact=fact, covered=covered))
    return tuple(
        RecordSource(
            name=name,
            in_use_from=day_of((own[name] or [each.fact for each in stated])[0].recorded_at),
            reaches_until=max(_days_reached(own[name]), default=date.min),
            noted=noted[name],
            statements=tuple(stated),
        )
        for name, stated in statements.items()
    )


def gap_in_coverage(history: History, method: Method, act: SharedAct) -> tuple[UUID, ...] | None:
    """The events by which sources came to cover an act no longer; None where one covers it, or the method asks not."""
    if not method.openness.needs_coverage:
        return None
    sources = record_sources(history)
    if any(source.covers(act) for source in sources):
        return None
    narrowings = (source.narrowed_by(act) for source in sources)
    return tuple(fact.event_id for fact in narrowings if fact is not None)


def _noted(
    facts: Sequence[Effective], same_bodies: Mapping[UUID, PartyAt]
) -> Iterator[tuple[SourceName, NotedSharing]]:
    """The sharings on record, each with the source that noted it, in position order."""
    meetings = {fact.body.interaction_id: fact.body for fact in facts if isinstance(fact.body, InteractionRecorded)}
    closings = {fact.body.consultation_id: fact.body for fact in facts if isinstance(fact.body, ConsultationClosed)}
    leads = {
        fact.body.decision_id: fact.body.led_by
        for fact in reversed(facts)
        if isinstance(fact.body, DecisionAttested) and fact.body.led_by is not None
    }
    for fact in facts:
        act: EventBody | None = None
        match fact.body:
            case NotesShared(interaction_id=interaction_id) if (meeting := meetings.get(interaction_id)) is not None:
                kind, act, owed_by = SharingKind.NOTES, meeting, meeting.convened_by
            case ConsultationFeedbackGiven(consultation_id=thing) if (closing := closings.get(thing)) is not None:
                kind, act, owed_by = SharingKind.FEEDBACK, closing, closing.closed_by
            case DecisionTaken(reasons=reasons) as decision if reasons is not None:
                kind, act, owed_by = SharingKind.REASONS, decision, decision.led_by or leads.get(decision.decision_id)
        if act is not None and owed_by is not None:
            yield (
                source_name(fact.envelope),
                NotedSharing(
                    kind=kind,
                    owed_by=_kept_id(owed_by.party_id, same_bodies),
                    happened_on=last_day(act.happened),
                    recorded_on=day_of(fact.recorded_at),
                ),
            )


def coverage_narrowings(history: History, method: Method) -> tuple[Effective, ...]:
    """The statements by which a source came to cover less, in position order, where the method asks what is covered."""
    if not method.openness.needs_coverage:
        return ()
    narrowings = [fact for source in record_sources(history) for fact in source.narrowings()]
    return tuple(sorted(narrowings, key=lambda fact: fact.position))


def _days_reached(facts: Iterable[Effective]) -> Iterator[date]:
    return (last_day(fact.body.happened) for fact in facts if isinstance(fact.body, _REACHING))


def _declared_of(body: CoverageDeclared) -> SourceName:
    return (False, body.api_key_id) if body.api_key_id is not None else (True, body.mapping or "")


def _kept(
    covered: tuple[CoveredActs, ...] | None, same_bodies: Mapping[UUID, PartyAt]
) -> tuple[CoveredActs, ...] | None:
    """What is covered, with the kept entry of each body that was found to be the same as another."""
    if covered is None or not same_bodies:
        return covered
    return tuple(
        CoveredActs(
            line.kind,
            tuple(_kept_id(each, same_bodies) for each in line.party_ids),
            line.covered_from,
            line.covered_until,
        )
        for line in covered
    )


def _kept_id(party_id: UUID, same_bodies: Mapping[UUID, PartyAt]) -> UUID:
    return same_bodies[party_id].party_id if party_id in same_bodies else party_id
