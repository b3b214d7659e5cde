"""A strand of a promise followed from instant to instant.

Every phase rests only on what had happened by its own beginning, so that a day asked about and a step of a
timeline agree.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from domain.events.commitments import (
    CommitmentAcknowledged,
    CommitmentFailed,
    CommitmentReleased,
    CommitmentSuperseded,
    CommitmentWithdrawn,
    FulfilmentClaimed,
    PartSettled,
)
from domain.events.declaration import EventBody
from domain.events.recorded import Effective
from domain.values import PartyAt, last_day
from domain.vocabulary import Extent, Materiality
from projections.agreement.acts import agrees_by_itself
from projections.agreement.steps import Agreed, AgreementStep, step_after
from projections.history.causes import each_once
from projections.lifecycles.commitment_states import OWED, CommitmentState
from projections.lifecycles.commitment_strand import (
    ADVERSE,
    FULFILLING,
    CommitmentAct,
    CommitmentStory,
    Phase,
    Strand,
    StrandEvidence,
)
from projections.lifecycles.handovers import holder
from projections.lifecycles.late_promises import days_late, overdue_at, state_while_open
from projections.lifecycles.renegotiations import CommitmentTerms, stays_undated, terms_at

_STATES: Final[dict[type[EventBody], CommitmentState]] = {
    CommitmentWithdrawn: CommitmentState.WITHDRAWN,
    CommitmentFailed: CommitmentState.FAILED,
    CommitmentReleased: CommitmentState.RELEASED,
    CommitmentSuperseded: CommitmentState.SUPERSEDED,
    PartSettled: CommitmentState.SETTLED,
}


def follow_strand(story: CommitmentStory, promiser: PartyAt, promisee: PartyAt) -> Strand:
    """Follow one strand through its whole life, as far as the history goes."""
    follower = _StrandFollower(story, promiser, promisee)
    phases: list[Phase] = []
    for when in follower.turns():
        phase = follower.phase(when)
        if phase is not None and (not phases or _differs(phases[-1], phase)):
            phases.append(phase)
    fulfilments = follower.strand_evidence.fulfilments
    reports = [act.course for act in fulfilments if isinstance(act.fact.body, FulfilmentClaimed)]
    return Strand(
        promiser=promiser,
        promisee=promisee,
        phases=tuple(phases),
        reports=tuple(reports),
        handovers=tuple(follower.strand_evidence.handovers),
    )


def _differs(before: Phase, after: Phase) -> bool:
    if before.state is not after.state or before.causes != after.causes:
        return True
    return replace(after, since=before.since) != before


class _StrandFollower:
    """One strand at any instant."""

    def __init__(self, story: CommitmentStory, promiser: PartyAt, promisee: PartyAt) -> None:
        self._story, self._promiser, self._promisee = story, promiser, promisee
        self.strand_evidence = StrandEvidence(story, promiser, promisee)
        self._rules = story.method.commitments
        self._fixed: CommitmentTerms | None = None
        if len(story.wordings) == 1 and not self.strand_evidence.renegotiations:
            self._fixed = self._terms(story.promise.occurred_at)
        first = story.wordings[0].body.promisees
        self._was_owed = self._is_among(first)
        self._weighings = self._find_weighings() if story.acknowledgements else []

    def _is_among(self, promisees: Sequence[PartyAt]) -> bool:
        return self._promisee in promisees or any(each.party_id == self._promisee.party_id for each in promisees)

    def _find_weighings(self) -> list[tuple[datetime, Materiality]]:
        """List what the promisee said of how much it matters, the last first."""
        acknowledgements = [
            (fact, fact.body.materiality)
            for fact in reversed(self._story.acknowledgements)
            if isinstance(fact.body, CommitmentAcknowledged)
        ]
        return [
            (fact.occurred_at, materiality)
            for fact, materiality in acknowledgements
            if materiality is not None and agrees_by_itself(fact, self.strand_evidence.owed)
        ]

    def turns(self) -> list[datetime]:
        """List the instants at which anything may change, deadlines included."""
        begins_at, end = self.strand_evidence.bound[0].since, self._story.history.end
        turns = {step.since for course in self.strand_evidence.courses() for step in course}
        turns.update([each.since for each in self._story.wordings])
        turns.update([each.when for each in self.strand_evidence.handovers])
        turns.update([fact.occurred_at for fact in self._story.acknowledgements])
        dues = {self._terms(turn).due.on for turn in ([begins_at] if self._fixed else turns) if turn >= begins_at}
        turns.update([overdue_at(due, self._rules) for due in dues if due is not None])
        return sorted([turn for turn in turns if begins_at <= turn < end])

    def _terms(self, when: datetime) -> CommitmentTerms:
        if self._fixed is not None:
            return self._fixed
        wording = [each for each in self._story.wordings if each.since <= when][-1]
        return terms_at(
            when, wording, self.strand_evidence.renegotiations, self._rules, self._is_open, self._is_settled
        )

    def _is_settled(self, when: datetime) -> bool:
        return any(isinstance(act.fact.body, PartSettled) and _holds(act, when) for act in self.strand_evidence.endings)

    def _is_open(self, when: datetime) -> bool:
        return self._settled(when) is None and not self._waiting(when)

    def phase(self, when: datetime) -> Phase | None:
        """Work out how the strand stood just after an instant; None while it was promised to others only."""
        terms, bound = self._terms(when), step_after(self.strand_evidence.bound, when)
        is_owed = self._was_owed if self._fixed is not None else self._is_among(terms.promisees)
        if bound is None or not (is_owed or self._was_owed):
            return None
        ending: CommitmentAct | None = None
        waiting: Sequence[CommitmentAct] | None = None
        if not is_owed:
            state = CommitmentState.RELEASED
        elif not self._story.is_binding:
            state = CommitmentState.PROPOSED
        elif bound.void:
            state = CommitmentState.SET_ASIDE
        elif bound.agreed is Agreed.REPORTED:
            state = CommitmentState.MADE
        elif (ending := self._settled(when)) is not None:
            is_let_off = isinstance(ending.fact.body, PartSettled) and not self._settles(ending, when, terms.due.on)
            state, waiting = CommitmentState.RELEASED if is_let_off else _state_of(ending.fact), ()
        else:
            waiting = self._waiting(when)
            reports = [max(act.fact.occurred_at, act.fact.recorded_at) for act in waiting]
            state = state_while_open(when, terms.due.on, self._rules, reported_at=min(reports, default=None))
        if waiting is None:
            waiting = self._waiting(when)
        return self._as_phase(when, state, terms, bound, ending, waiting)

    def _settled(self, when: datetime) -> CommitmentAct | None:
        """The last act that ended the promise and still holds; what is settled for a part no later work reopens."""
        endings, settling = self.strand_evidence.endings, self.strand_evidence.early_agreements
        if settling:
            settlement = next((act for act in endings if act.fact.position in settling and _holds(act, when)), None)
            if settlement is not None and not self._was_done(when, settlement.fact.occurred_at):
                return settlement
            endings = [act for act in endings if act.fact.position not in settling]
        return next((act for act in reversed(endings) if _holds(act, when)), None)

    def _was_done(self, when: datetime, earlier: datetime) -> bool:
        """It was agreed at an earlier instant, and is still, that all was done: there was nothing left to settle."""
        reports = (act for act in self.strand_evidence.completions if act.fact.occurred_at < earlier)
        agreed = (act for act in reports if getattr(act.fact.body, "extent", None) is Extent.WHOLE)
        return any(_holds(act, earlier) and _holds(act, when) for act in agreed)

    def _settles(self, settlement: CommitmentAct, when: datetime, due_on: date | None) -> bool:
        """A settlement for a part counts as such once the promise was overdue, or if whoever promised agrees to it."""
        fact = settlement.fact
        if due_on is not None and fact.occurred_at >= overdue_at(due_on, self._rules):
            return True
        step = step_after(self.strand_evidence.early_agreements[fact.position], when)
        return step is not None and step.stands and step.agreed.is_express

    def _waiting(self, when: datetime) -> Sequence[CommitmentAct]:
        """List the reports of fulfilment that nobody has answered yet; that a part is done holds no lateness back."""
        steps = [(act, step_after(act.course, when)) for act in self.strand_evidence.completions]
        return [act for act, step in steps if step is not None and step.awaits_answer]

    def _part(self, when: datetime) -> CommitmentAct | None:
        """The latest statement, agreed by the other side, of how much is done of a promise that is still owed."""
        for act in reversed(self.strand_evidence.progress):
            step = step_after(act.course, when)
            if step is not None and step.stands:
                return act
        return None

    def _as_phase(
        self,
        when: datetime,
        state: CommitmentState,
        terms: CommitmentTerms,
        bound: AgreementStep,
        ending: CommitmentAct | None,
        waiting: Sequence[CommitmentAct],
    ) -> Phase:
        ending_step = step_after(ending.course, when) if ending else None
        last = min(when, ending.fact.occurred_at) if ending else when
        promiser, promisee = self._promiser, self._promisee
        causes = [*bound.causes, *terms.causes]
        if self.strand_evidence.handovers:
            promiser, promiser_causes = holder(self.strand_evidence.handovers, promiser, last)
            promisee, promisee_causes = holder(self.strand_evidence.handovers, promisee, last)
            causes += [*promiser_causes, *promisee_causes]
        causes += ending_step.causes if ending_step else [cause for act in waiting for cause in act.fact.causes]
        part = self._part(when) if state in OWED else None
        causes += part.fact.causes if part else ()
        causes += self.strand_evidence.past_disputes(when)
        done_on, done_causes = self._done(ending) if ending else (None, ())
        due_on = None if stays_undated(terms.due, done_on, self._rules) else terms.due.on
        is_settlement = ending is not None and isinstance(ending.fact.body, PartSettled)
        counted_on = last_day(ending.fact.body.happened) if ending and state is CommitmentState.SETTLED else done_on
        act = ending or part
        return Phase(
            since=when,
            state=state,
            promiser=promiser,
            promisee=promisee,
            due_on=due_on,
            due_is_assumed=terms.due.is_assumed,
            agreed=(ending_step or bound).agreed,
            disputed_by=bound.disputed_by | ending_step.disputed_by if ending_step else bound.disputed_by,
            is_reported=bool(waiting),
            materiality=self._materiality(when),
            renegotiated=terms.renegotiated,
            renegotiated_late=terms.renegotiated_late,
            done_on=done_on,
            days_late=days_late(counted_on, due_on),
            fraction=getattr(act.fact.body, "fraction", None) if act else None,
            ended_by=ending.fact if ending else None,
            settlement_waits=is_settlement and self._awaits_promiser(ending, state, when),
            causes=each_once([*causes, *done_causes]),
        )

    def _awaits_promiser(self, settlement: CommitmentAct | None, state: CommitmentState, when: datetime) -> bool:
        """An early settlement lets off whoever promised, until they agree to be judged by the part."""
        if settlement is None or state is not CommitmentState.RELEASED:
            return False
        step = step_after(self.strand_evidence.early_agreements[settlement.fact.position], when)
        return step is not None and not step.agreed.is_express and not step.disputed and not step.void

    def _materiality(self, when: datetime) -> Materiality:
        """The materiality, as far as the promisee has agreed to it."""
        for said_at, materiality in self._weighings:
            if said_at <= when:
                return materiality
        weighed = step_after(self.strand_evidence.weighed, when)
        if weighed is None or weighed.agreed is Agreed.REPORTED:
            return Materiality.ORDINARY
        return self._story.wordings[-1].body.materiality

    def _done(self, ending: CommitmentAct) -> tuple[date | None, tuple[UUID, ...]]:
        """The last day on which it may have been done, and the report that says so if another was confirmed."""
        body = ending.fact.body
        if not isinstance(body, FULFILLING):
            return None, ()
        if body.done is not None or isinstance(body, FulfilmentClaimed):
            return last_day(body.done or body.happened), ()
        for act in reversed(self.strand_evidence.fulfilments):
            if act.fact.position > ending.fact.position:
                continue  # what was not yet said cannot have been confirmed
            claim = act.fact.body
            step = step_after(act.course, ending.fact.occurred_at)
            if isinstance(claim, FulfilmentClaimed) and step is not None and not step.disputed and not step.void:
                return last_day(claim.done or claim.happened), act.fact.causes
        return last_day(body.happened), ()


def _holds(act: CommitmentAct, when: datetime) -> bool:
    """An act ends the promise; one against its author's interest does so even while disputed."""
    step = step_after(act.course, when)
    if step is None:
        return False
    if isinstance(act.fact.body, ADVERSE):
        return step.is_agreed
    return step.stands


def _state_of(fact: Effective) -> CommitmentState:
    body = fact.body
    if isinstance(body, FULFILLING):
        return CommitmentState.FULFILLED if body.extent is Extent.WHOLE else CommitmentState.PARTLY_FULFILLED
    return _STATES[type(body)]
