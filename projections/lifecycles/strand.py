"""One strand of a promise, one promiser towards one promisee, followed from instant to instant.

Every phase rests only on what had happened by its own beginning, so that a day asked about and a step of a
timeline agree.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.events.commitments import (
    CommitmentAcknowledged,
    CommitmentFailed,
    CommitmentReassigned,
    CommitmentReleased,
    CommitmentSuperseded,
    CommitmentWithdrawn,
    FulfilmentClaimed,
    FulfilmentConfirmed,
    FulfilmentDisputed,
)
from domain.events.declaration import EventBody
from domain.events.recorded import Effective
from domain.events.records import DisputeResolved, RecordDisputed
from domain.events.registries import PartySucceeded
from domain.values import PartyAt, end_of_day, last_day
from domain.vocabulary import Extent, Materiality, Side
from projections.agreement import Agreed, Between, Course, agreement, between, said_so, step_after
from projections.history import History
from projections.lifecycles.terms import Terms, Wording, renegotiations, terms_at
from projections.notice import Notice
from projections.scoring.act_value import CommitmentState
from projections.scoring.method import Method


class Phase(Struct, frozen=True, kw_only=True):
    """How a strand stood after an instant, until the next phase.

    `agreed`: how the governing statement is agreed (of an open promise, the promise itself). `is_reported`: a
    report of fulfilment waits for the other side. `disputed_by`: the sides that contest the record it rests on.
    `settled_by` is the fact that ended it. `days_late` counts from the due day, for what is done.
    """

    since: datetime
    state: CommitmentState
    promiser: PartyAt
    promisee: PartyAt
    due_on: date
    due_is_assumed: bool
    agreed: Agreed
    disputed_by: frozenset[Side] = frozenset()
    is_reported: bool = False
    materiality: Materiality = Materiality.ORDINARY
    renegotiated: int = 0
    renegotiated_late: bool = False
    done_on: date | None = None
    days_late: int = 0
    fraction: float | None = None
    settled_by: Effective | None = None
    causes: tuple[UUID, ...] = ()

    @property
    def disputed(self) -> bool:
        """Whether the record it rests on is contested."""
        return bool(self.disputed_by)


class Strand(Struct, frozen=True, kw_only=True):
    """One promiser (as promised) towards one promisee, its phases, and the courses of the reports made of it."""

    promiser: PartyAt
    promisee: PartyAt
    phases: tuple[Phase, ...]
    reports: tuple[Course, ...]

    def at(self, cut: datetime) -> Phase | None:
        """Give the phase in force at a cut; None before the promise."""
        return next((phase for phase in reversed(self.phases) if phase.since < cut), None)


@dataclass(frozen=True, kw_only=True)
class Story:
    """All that one promise is made of: the fact that began it, what followed, and its wordings."""

    history: History
    method: Method
    made: Effective
    is_binding: bool
    facts: Sequence[Effective]
    wordings: Sequence[Wording]

    @cached_property
    def promisees(self) -> frozenset[UUID]:
        """Everybody it was ever promised to, by its wordings."""
        return frozenset(each.party_id for wording in self.wordings for each in wording.body.promisees)

    @cached_property
    def acknowledgements(self) -> list[Effective]:
        """The facts by which either side said: yes, that was promised."""
        return [fact for fact in self.facts if isinstance(fact.body, CommitmentAcknowledged)]

    @cached_property
    def contests(self) -> list[Effective]:
        """All that confirms or disputes that it was done, whichever report it names."""
        about_reports = [
            about
            for fact in self.facts
            if isinstance(fact.body, FulfilmentClaimed | FulfilmentConfirmed)
            for about in self.history.about(fact.event_id)
            if isinstance(about.body, RecordDisputed | DisputeResolved)
        ]
        own = [fact for fact in self.facts if isinstance(fact.body, FulfilmentConfirmed | FulfilmentDisputed)]
        return own + about_reports


class _Act(Struct, frozen=True):
    """Something that may end or answer the promise, and how it stood."""

    fact: Effective
    course: Course


class _Pass(Struct, frozen=True):
    """A promise passing to somebody else, and on whose agreement."""

    when: datetime
    gone: PartyAt
    come: PartyAt
    courses: tuple[Course, ...]
    causes: tuple[UUID, ...]


_ADVERSE = (CommitmentWithdrawn, CommitmentFailed)
_STATES: Final[dict[type[EventBody], CommitmentState]] = {
    CommitmentWithdrawn: CommitmentState.WITHDRAWN,
    CommitmentFailed: CommitmentState.FAILED,
    CommitmentReleased: CommitmentState.RELEASED,
    CommitmentSuperseded: CommitmentState.SUPERSEDED,
}


def follow(story: Story, promiser: PartyAt, promisee: PartyAt) -> Strand:
    """Follow one strand through its whole life, as far as the history goes."""
    strand = _Following(story, promiser, promisee)
    phases: list[Phase] = []
    for when in strand.turns():
        phase = strand.phase(when)
        if phase is not None and (not phases or _differs(phases[-1], phase)):
            phases.append(phase)
    reports = tuple(act.course for act in strand.fulfilments if isinstance(act.fact.body, FulfilmentClaimed))
    return Strand(promiser=promiser, promisee=promisee, phases=tuple(phases), reports=reports)


def _differs(before: Phase, after: Phase) -> bool:
    return replace(after, since=before.since) != before


class _Following:
    """What is worked out once for a strand, and its phase at any instant."""

    def __init__(self, story: Story, promiser: PartyAt, promisee: PartyAt) -> None:
        self._story, self._promiser, self._promisee = story, promiser, promisee
        history, method = story.history, story.method
        self._passes = self._find_passes()
        holders = self._ever(promiser)
        self._owed = between(holders, self._ever(promisee), each_for_itself=True)
        self._owing = between(self._ever(promisee), holders, each_for_itself=True)
        bound = between(self._ever(promisee), [promiser], each_for_itself=True) if holders[1:] else self._owing
        self._bound = agreement(
            history, method, story.made, bound, notice=Notice.PROMISE, bearing=story.acknowledgements
        )
        self._renegotiations = renegotiations(history, method, story.facts, promiser, promisee)
        self._fixed: Terms | None = None
        if len(story.wordings) == 1 and not self._renegotiations:
            self._fixed = self._terms(story.made.occurred_at)
        self.fulfilments = self._find_fulfilments()
        self._endings = self._find_endings()
        self._weighed = self._find_weighed()

    # What bears on this strand

    def _course(self, fact: Effective, parties: Between, bearing: Sequence[Effective] = ()) -> Course:
        return agreement(self._story.history, self._story.method, fact, parties, bearing=bearing)

    def _find_passes(self) -> list[_Pass]:
        found = []
        for fact in self._story.facts:
            if isinstance(fact.body, CommitmentReassigned):
                gone, come = fact.body.from_promiser, fact.body.to_promiser
                taken = between([gone], [come], each_for_itself=True)
                let_go = between([gone], [self._promisee], each_for_itself=True)
                courses = (self._course(fact, taken), self._course(fact, let_go))
                found.append(_Pass(fact.occurred_at, gone, come, courses, fact.causes))
        for fact, body in self._story.history.each(PartySucceeded):
            found.append(_Pass(fact.occurred_at, body.predecessor, body.successor, (), fact.causes))
        return sorted(found, key=lambda each: each.when)

    def _ever(self, party: PartyAt) -> list[PartyAt]:
        """List the party and everybody its part may have passed to."""
        found = [party]
        for each in self._passes:
            if any(each.gone.party_id == one.party_id for one in found):
                found.append(each.come)
        return found

    def _is_ours(self, fact: Effective) -> bool:
        """Whether a word about fulfilment concerns this strand: another promisee speaks for itself."""
        speaker = getattr(fact.body, "confirmed_by", None) or getattr(fact.body, "disputed_by", None)
        others = self._story.promisees - self._owed.agreeing
        return speaker is None or speaker.party_id not in others

    def _find_fulfilments(self) -> list[_Act]:
        bearing = [fact for fact in self._story.contests if self._is_ours(fact)]
        return [
            _Act(fact, self._course(fact, self._owed, bearing))
            for fact in self._story.facts
            if isinstance(fact.body, FulfilmentClaimed | FulfilmentConfirmed) and self._is_ours(fact)
        ]

    def _find_endings(self) -> list[_Act]:
        found = list(self.fulfilments)
        for fact in self._story.facts:
            if self._ends(fact):
                parties = self._owing if isinstance(fact.body, _ADVERSE) else self._owed
                found.append(_Act(fact, self._course(fact, parties)))
        return sorted(found, key=lambda act: (act.fact.occurred_at, act.fact.position))

    def _ends(self, fact: Effective) -> bool:
        match fact.body:
            case CommitmentWithdrawn(withdrawn_by=party):
                others = {each.party_id for each in self._story.wordings[-1].body.promisers} - self._owed.gaining
                return party.party_id not in others
            case CommitmentReleased(released_by=party, promisers=let_off):
                ours = any(each.party_id in self._owed.gaining for each in let_off)
                return ours and party.party_id not in self._story.promisees - self._owed.agreeing
            case CommitmentFailed() | CommitmentSuperseded():
                return True
            case _:
                return False

    def _find_weighed(self) -> Course:
        """Follow the promisee's agreement to the materiality stated, where one was stated."""
        if self._story.wordings[-1].body.materiality is Materiality.ORDINARY:
            return ()
        return self._course(self._story.made, self._owed, self._story.acknowledgements)

    # The strand at an instant

    def turns(self) -> list[datetime]:
        """List the instants at which anything may change, deadlines included."""
        courses = (
            self._bound,
            self._weighed,
            *(act.course for act in self._endings),
            *(each.course for each in self._renegotiations),
            *(course for each in self._passes for course in each.courses),
        )
        turns = {step.since for course in courses for step in course}
        turns |= {each.since for each in self._story.wordings} | {each.when for each in self._passes}
        turns |= {fact.occurred_at for fact in self._story.acknowledgements}
        begun = self._bound[0].since
        dues = {self._terms(turn).due.on for turn in ([begun] if self._fixed else turns) if turn >= begun}
        turns |= {self._overdue_at(due) for due in dues}
        return sorted(turn for turn in turns if begun <= turn < self._story.history.end)

    def _overdue_at(self, due: date) -> datetime:
        return end_of_day(due + timedelta(days=self._story.method.commitments.grace_days))

    def _terms(self, when: datetime) -> Terms:
        if self._fixed is not None:
            return self._fixed
        wording = [each for each in self._story.wordings if each.since <= when][-1]
        return terms_at(when, wording, self._renegotiations, self._story.method.commitments)

    def phase(self, when: datetime) -> Phase | None:
        """Work out how the strand stood just after an instant; None while it was promised to others only."""
        terms, bound = self._terms(when), step_after(self._bound, when)
        is_owed = any(each.party_id == self._promisee.party_id for each in terms.promisees)
        if bound is None or not (is_owed or self._was_owed()):
            return None
        settled = None
        if not is_owed:
            state = CommitmentState.RELEASED
        elif not self._story.is_binding:
            state = CommitmentState.PROPOSED
        elif bound.void:
            state = CommitmentState.SET_ASIDE
        elif bound.agreed is Agreed.REPORTED:
            state = CommitmentState.MADE
        else:
            settled = self._settled(when)
            state = self._open_state(when, terms) if settled is None else _state_of(settled.fact)
        return self._as_phase(when, state, terms, settled)

    def _was_owed(self) -> bool:
        first = self._story.wordings[0].body.promisees
        return any(each.party_id == self._promisee.party_id for each in first)

    def _settled(self, when: datetime) -> _Act | None:
        """Give the last act that ended the promise and still holds."""
        return next((act for act in reversed(self._endings) if _holds(act, when)), None)

    def _waiting(self, when: datetime) -> list[_Act]:
        """List the reports of fulfilment that nobody has answered yet."""
        steps = [(act, step_after(act.course, when)) for act in self.fulfilments]
        return [
            act
            for act, step in steps
            if step is not None and step.agreed is Agreed.REPORTED and not step.disputed and not step.void
        ]

    def _open_state(self, when: datetime, terms: Terms) -> CommitmentState:
        overdue_at = self._overdue_at(terms.due.on)
        if any(max(act.fact.occurred_at, act.fact.recorded_at) < overdue_at for act in self._waiting(when)):
            return CommitmentState.REPORTED
        return CommitmentState.OVERDUE if when >= overdue_at else CommitmentState.OPEN

    def _as_phase(self, when: datetime, state: CommitmentState, terms: Terms, settled: _Act | None) -> Phase:
        bound = step_after(self._bound, when)
        ended = step_after(settled.course, when) if settled else None
        assert bound is not None  # noqa: S101 - the caller looked
        last = min(when, settled.fact.occurred_at) if settled else when
        promiser, promiser_causes = self._holder(self._promiser, last)
        promisee, promisee_causes = self._holder(self._promisee, last)
        waiting = self._waiting(when) if settled is None else []
        causes = [*bound.causes, *terms.causes, *promiser_causes, *promisee_causes]
        causes += ended.causes if ended else [cause for act in waiting for cause in act.fact.causes]
        done_on, done_causes = self._done(settled) if settled else (None, ())
        return Phase(
            since=when,
            state=state,
            promiser=promiser,
            promisee=promisee,
            due_on=terms.due.on,
            due_is_assumed=terms.due.is_assumed,
            agreed=(ended or bound).agreed,
            disputed_by=bound.disputed_by | (ended.disputed_by if ended else frozenset()),
            is_reported=bool(waiting),
            materiality=self._materiality(when),
            renegotiated=terms.renegotiated,
            renegotiated_late=terms.renegotiated_late,
            done_on=done_on,
            days_late=max(0, (done_on - terms.due.on).days) if done_on else 0,
            fraction=getattr(settled.fact.body, "fraction", None) if settled else None,
            settled_by=settled.fact if settled else None,
            causes=tuple(dict.fromkeys((*causes, *done_causes))),
        )

    def _holder(self, party: PartyAt, when: datetime) -> tuple[PartyAt, tuple[UUID, ...]]:
        """Give who stood in a party's place at an instant, and by which events."""
        causes: tuple[UUID, ...] = ()
        for each in self._passes:
            if each.when <= when and each.gone.party_id == party.party_id and _all_stand(each.courses, when):
                party, causes = each.come, causes + each.causes
        return party, causes

    def _materiality(self, when: datetime) -> Materiality:
        """Give how much it matters, as far as the promisee has agreed."""
        for fact in reversed(self._story.acknowledgements):
            said = fact.body.materiality if isinstance(fact.body, CommitmentAcknowledged) else None
            if said is not None and fact.occurred_at <= when and said_so(fact, self._owed):
                return said
        weighed = step_after(self._weighed, when)
        if weighed is None or weighed.agreed is Agreed.REPORTED:
            return Materiality.ORDINARY
        return self._story.wordings[-1].body.materiality

    def _done(self, settled: _Act) -> tuple[date | None, tuple[UUID, ...]]:
        """Give the last day on which it may have been done, and the report that says so if another was confirmed."""
        body = settled.fact.body
        if not isinstance(body, FulfilmentClaimed | FulfilmentConfirmed):
            return None, ()
        if body.done is not None or isinstance(body, FulfilmentClaimed):
            return last_day(body.done or body.happened), ()
        for act in reversed(self.fulfilments):
            if act.fact.position > settled.fact.position:
                continue  # what was not yet said cannot have been confirmed
            said = act.fact.body
            step = step_after(act.course, settled.fact.occurred_at)
            if isinstance(said, FulfilmentClaimed) and step is not None and not step.disputed and not step.void:
                return last_day(said.done or said.happened), act.fact.causes
        return last_day(body.happened), ()


def _holds(act: _Act, when: datetime) -> bool:
    """Whether an act ends the promise: what is against its author's interest does so even while disputed."""
    step = step_after(act.course, when)
    if step is None:
        return False
    if isinstance(act.fact.body, _ADVERSE):
        return step.agreed is not Agreed.REPORTED and not step.void
    return step.stands


def _all_stand(courses: Iterable[Course], when: datetime) -> bool:
    steps = (step_after(course, when) for course in courses)
    return all(step is not None and step.stands for step in steps)


def _state_of(fact: Effective) -> CommitmentState:
    body = fact.body
    if isinstance(body, FulfilmentClaimed | FulfilmentConfirmed):
        return CommitmentState.FULFILLED if body.extent is Extent.WHOLE else CommitmentState.PARTLY_FULFILLED
    return _STATES[type(body)]
