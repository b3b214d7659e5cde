"""The coverage of a partition's sources: whether any would note that notes, reasons or feedback were shared.

What nobody would note cannot be known to be missing. A source is what stands behind a key, or the imports by one
mapping. What it covers was declared of it, or is stamped on what it recorded. Undeclared, a key covers everything
that was recorded with it or falls due once it is in use; and an import what it is seen to note: what it recorded since
the day on which it recorded such a sharing by the same body, of an act no later, as far as its records reach. What was
declared holds whatever day is asked about; what is seen, from when that had happened.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import pairwise
from operator import attrgetter
from typing import Final, NamedTuple
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
from projections.history.difference import shared_beginning
from projections.history.history import History
from projections.history.memo import carried, once_per_history
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
"""Events that make a difference to what is covered: whoever records any of these is a source of the record."""

_REACHING: Final = (InteractionRecorded, DecisionTaken, ConsultationOpened, ConsultationClosed)
"""Events that show how far a source's records reach; a sharing does not, for that never tells against it."""

ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
END_OF_TIME: Final = datetime.max.replace(tzinfo=UTC)
SourceName = tuple[bool, UUID | str]
"""Whether a source is the imports by a mapping, and the mapping's name or the id of the key."""


class ActToShare(Struct, frozen=True):
    """Something to be shared, such as the notes of a meeting: of which kind, by whom, on record where, due when."""

    kind: SharingKind
    owed_by: UUID
    fact: Effective
    due_on: date


class CoverageStatement(Struct, frozen=True, kw_only=True):
    """The coverage of a source from one place in the log until its next statement; None: nothing was declared of it."""

    fact: Effective
    covered: tuple[CoveredActs, ...] | None


class NotedSharing(Struct, frozen=True, kw_only=True):
    """A sharing that a source noted: of which kind, by whom, of an act of which day, when, and when it was recorded."""

    kind: SharingKind
    owed_by: UUID
    act_on: date
    recorded_on: date
    at: datetime


class CoverageTurn(NamedTuple):
    """A day, and the instant that holds from it, or up to it."""

    day: date
    instant: datetime


_DAY: Final = attrgetter("day")


class RecordSource(Struct, frozen=True, kw_only=True):
    """One source of a partition's record, and what it covers; of an import, also what it noted and how far it reaches.

    `first_uses`: the days of recording, rising, on which it first recorded anything that happened as early, and when
    that was. `reaches`: see the function of that name.
    """

    name: SourceName
    noted: Mapping[tuple[SharingKind, UUID], Sequence[NotedSharing]]
    statements: tuple[CoverageStatement, ...]
    first_uses: tuple[CoverageTurn, ...]
    reaches: tuple[CoverageTurn, ...]

    @property
    def is_import(self) -> bool:
        """Its records are imported."""
        return self.name[0]

    def covered_since(self, act: ActToShare) -> datetime | None:
        """The instant since which it would note the sharing; None: never.

        What was declared holds for all time. Covering less undoes no duty that was on record and due by then.
        """
        if len(self.statements) == 1:  # as nearly always
            return self._since_by(self.statements[0], act)
        return min(
            (
                since
                for statement, following in pairwise([*self.statements, None])
                if statement is not None
                and (following is None or _was_due_by(act, following.fact.position, following.fact.recorded_at))
                and (since := self._since_by(statement, act)) is not None
            ),
            default=None,
        )

    def narrowed_by(self, act: ActToShare) -> Effective | None:
        """The statement since which it no longer covers an act that it once covered."""
        return next(
            (
                following.fact
                for statement, following in reversed(list(pairwise(self.statements)))
                if self._since_by(statement, act) is not None and self._since_by(following, act) is None
            ),
            None,
        )

    def narrowings(self) -> Iterator[Effective]:
        """The statements by which it covers less than by the one before."""
        for statement, following in pairwise(self.statements):
            lines = self.lines(following, END_OF_TIME)
            if not all(any(line.contains(each) for line in lines) for each in self.lines(statement, END_OF_TIME)):
                yield following.fact

    def lines(self, statement: CoverageStatement, end: datetime) -> tuple[CoveredActs, ...]:
        """The coverage by a statement, line by line: undeclared, all, or what an import noted before an instant."""
        if statement.covered is not None:
            return statement.covered
        if not self.is_import:
            return EVERYTHING
        return tuple(
            CoveredActs(kind, (owed_by,))
            for (kind, owed_by), noted in self.noted.items()
            if any(each.at < end for each in noted)
        )

    def _since_by(self, statement: CoverageStatement, act: ActToShare) -> datetime | None:
        if statement.covered is not None:
            return ALWAYS if any(line.holds(act.kind, act.owed_by, act.due_on) for line in statement.covered) else None
        if not self.is_import:
            return act.fact.occurred_at if self._is_key_of(act.fact.envelope) else self._first_by(act.due_on)
        act_on, recorded_on = last_day(act.fact.body.happened), day_of(act.fact.recorded_at)
        noted = (
            note.at
            for note in self.noted.get((act.kind, act.owed_by), ())
            if note.act_on <= act_on and note.recorded_on <= recorded_on
        )
        since, reach = min(noted, default=None), self._reached(act.due_on)
        return None if since is None or reach is None else max(since, reach)

    def _is_key_of(self, envelope: Envelope) -> bool:
        """It is the key that something was recorded with."""
        return envelope.source is not Source.IMPORT and envelope.actor.int == getattr(self.name[1], "int", None)

    def _first_by(self, day: date) -> datetime | None:
        """The first instant of which it had recorded anything by the end of a day of recording."""
        for use in reversed(self.first_uses):  # hardly ever more than two
            if use.day <= day:
                return use.instant
        return None

    def _reached(self, day: date) -> datetime | None:
        """The first instant of anything by which its records reach a day."""
        place = bisect_left(self.reaches, day, key=_DAY)
        return self.reaches[place].instant if place < len(self.reaches) else None


def reaches(facts: Iterable[Effective]) -> tuple[CoverageTurn, ...]:
    """The days, rising, up to which a source's records reach, each with the first instant of anything that reaches it.

    A record reaches the day on which it says something happened; later days are reached by fewer, and so later.
    """
    of_acts = (fact for fact in facts if isinstance(fact.body, _REACHING))
    turns: list[CoverageTurn] = []
    for day, instant in sorted(((last_day(fact.body.happened), fact.occurred_at) for fact in of_acts), reverse=True):
        if not turns or instant < turns[-1].instant:
            turns.append(CoverageTurn(day, instant))
    return tuple(reversed(turns))


def _was_due_by(act: ActToShare, position: int, instant: datetime) -> bool:
    return act.fact.position < position and end_of_day(act.due_on) <= instant


def source_name(envelope: Envelope) -> SourceName:
    """The source of a record, by its envelope."""
    if envelope.source is Source.IMPORT:
        return True, (envelope.source_reference or "").partition("/")[0]
    return False, envelope.actor


@once_per_history
def record_sources(history: History) -> tuple[RecordSource, ...]:
    """Every source of a partition's record, in the order in which the log came to know of them."""
    return carried(history, None, _SourcesSoFar).of(history.claimed(*COVERING), history.same_bodies)


class _SourceSoFar:
    """One source of a record: its facts, and the statements of its coverage, so far."""

    def __init__(self) -> None:
        self.first_uses: list[CoverageTurn] = []
        self.statements: list[CoverageStatement] = []
        self.facts: list[Effective] = []
        self.is_declared = False

    def record(self, fact: Effective) -> None:
        """Note that it recorded something."""
        self.facts.append(fact)
        if not self.first_uses or fact.occurred_at < self.first_uses[-1].instant:
            self.first_uses.append(CoverageTurn(day_of(fact.recorded_at), fact.occurred_at))

    def state(self, fact: Effective, covered: tuple[CoveredActs, ...] | None) -> None:
        """Note what was said of its coverage: who says nothing of it undoes nothing."""
        if covered is None and self.is_declared:
            return
        self.is_declared |= covered is not None
        if not self.statements or self.statements[-1].covered != covered:
            self.statements.append(CoverageStatement(fact=fact, covered=covered))


class _SourcesSoFar:
    """The sources of a record, from the facts read so far; further ones are read on from there."""

    def __init__(self) -> None:
        self._facts: Sequence[Effective] = ()
        self._sources: dict[SourceName, _SourceSoFar] = {}

    def of(self, facts: Sequence[Effective], same_bodies: Mapping[UUID, PartyAt]) -> tuple[RecordSource, ...]:
        """Every source of some facts, in position order."""
        if shared_beginning(facts, self._facts) < len(self._facts) or len(facts) < len(self._facts):
            self._facts, self._sources = (), {}
        for fact in facts[len(self._facts) :]:
            self._read(fact, same_bodies)
        self._facts = facts
        noted = _noted_by_imports(facts, same_bodies) if any(is_import for is_import, _ in self._sources) else {}
        return tuple(
            RecordSource(
                name=name,
                noted=noted.get(name, {}),
                statements=tuple(source.statements),
                first_uses=tuple(source.first_uses),
                reaches=reaches(source.facts) if name[0] else (),
            )
            for name, source in self._sources.items()
        )

    def _read(self, fact: Effective, same_bodies: Mapping[UUID, PartyAt]) -> None:
        if isinstance(fact.body, CoverageDeclared):
            source = self._sources.setdefault(_declared_of(fact.body), _SourceSoFar())
            source.state(fact, _kept(fact.body.covered, same_bodies))
        else:
            source = self._sources.setdefault(source_name(fact.envelope), _SourceSoFar())
            source.record(fact)
            source.state(fact, _kept(fact.envelope.covers, same_bodies))


def _noted_by_imports(
    facts: Sequence[Effective], same_bodies: Mapping[UUID, PartyAt]
) -> dict[SourceName, dict[tuple[SharingKind, UUID], list[NotedSharing]]]:
    noted: dict[SourceName, dict[tuple[SharingKind, UUID], list[NotedSharing]]] = {}
    for name, sharing in _noted(facts, same_bodies):
        if name[0]:
            noted.setdefault(name, {}).setdefault((sharing.kind, sharing.owed_by), []).append(sharing)
    return noted


class ActCoverage(Struct, frozen=True):
    """Since when some source would note that an act was shared; `narrowed_by`: how sources came not to, if none does.

    None: no source would, by the day asked about.
    """

    since: datetime | None
    narrowed_by: tuple[UUID, ...] = ()

    @property
    def is_given(self) -> bool:
        """Some source would note it."""
        return self.since is not None


COVERED: Final = ActCoverage(ALWAYS)
"""The coverage of every act by a method that does not ask whether it would be noted."""


def act_coverage(history: History, method: Method, act: ActToShare) -> ActCoverage:
    """Since when, by the day asked about, some source of the record would note that an act was shared."""
    if not method.openness.needs_coverage:
        return COVERED
    sources, first = record_sources(history), None
    for source in sources:
        since = source.covered_since(act)
        if since is not None and (first is None or since < first):
            first = since
    if first is not None and first < history.end:
        return ActCoverage(first)
    narrowings = (source.narrowed_by(act) for source in sources)
    return ActCoverage(None, tuple(fact.event_id for fact in narrowings if fact is not None))


def covered_day(history: History, method: Method, act: ActToShare) -> date | None:
    """The day by which it should be shared; None where no source of the record would note that it was."""
    return act.due_on if act_coverage(history, method, act).is_given else None


def first_record(history: History, source: RecordSource) -> Effective | None:
    """The first record of a source, by position, that happened by the day asked about."""
    facts = (fact for fact in history.claimed(*COVERING) if not isinstance(fact.body, CoverageDeclared))
    own = (fact for fact in facts if source_name(fact.envelope) == source.name)
    return next((fact for fact in own if fact.occurred_at < history.end), None)


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
                    act_on=last_day(act.happened),
                    recorded_on=day_of(fact.recorded_at),
                    at=fact.occurred_at,
                ),
            )


def coverage_narrowings(history: History, method: Method) -> tuple[Effective, ...]:
    """The statements by which a source came to cover less, in position order, where the method asks what is covered."""
    if not method.openness.needs_coverage:
        return ()
    narrowings = [fact for source in record_sources(history) for fact in source.narrowings()]
    return tuple(sorted(narrowings, key=lambda fact: fact.position))


def _declared_of(body: CoverageDeclared) -> SourceName:
    return (False, body.api_key_id) if body.api_key_id is not None else (True, body.mapping or "")


def _kept(
    covered: tuple[CoveredActs, ...] | None, same_bodies: Mapping[UUID, PartyAt]
) -> tuple[CoveredActs, ...] | None:
    """The coverage, with the kept entry of each body that was found to be the same as another."""
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
