"""One strand of a promise, one promiser towards one promisee: its phases, and all that bears on it.

What bears on a strand is worked out once; how the strand stood at each instant follows from it (`phases`).
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.events.commitments import (
    CommitmentAcknowledged,
    CommitmentFailed,
    CommitmentMade,
    CommitmentProposed,
    CommitmentReleased,
    CommitmentSuperseded,
    CommitmentWithdrawn,
    FulfilmentClaimed,
    FulfilmentConfirmed,
    FulfilmentDisputed,
    PartSettled,
)
from domain.events.recorded import Effective
from domain.events.records import RecordDisputed
from domain.values import PartyAt
from domain.vocabulary import Extent, Materiality, Side
from projections.agreement.agreement import agreement
from projections.agreement.answerable import is_put_here
from projections.agreement.parties import Parties, parties_between
from projections.agreement.silence import Notice
from projections.agreement.steps import Agreed, Course
from projections.history.history import History
from projections.lifecycles.commitment_states import CommitmentState
from projections.lifecycles.handovers import CommitmentHandover, handovers
from projections.lifecycles.renegotiations import renegotiations
from projections.lifecycles.terms import Wording
from projections.method.method import Method

ADVERSE: Final = (CommitmentWithdrawn, CommitmentFailed)
FULFILLING: Final = (FulfilmentClaimed, FulfilmentConfirmed)


def _is_of_part(fact: Effective) -> bool:
    """A report or confirmation speaks of a part only."""
    return isinstance(fact.body, FULFILLING) and fact.body.extent is Extent.PART


class Phase(Struct, frozen=True, kw_only=True):
    """How a strand stood after an instant, until the next phase.

    `agreed`: how the governing statement is agreed (of an open promise, the promise itself). `is_reported`: a
    report of fulfilment waits for the other side. `disputed_by`: the sides that contest the record it rests on.
    `ended_by` is the fact that ended it. `days_late` counts from the due day, for what is done or settled for a part.
    `due_on` is None where nobody named a day. `fraction`: how much of it was done, of what is not done whole.
    `settlement_waits`: an early settlement that whoever promised has not agreed to.
    """

    since: datetime
    state: CommitmentState
    promiser: PartyAt
    promisee: PartyAt
    due_on: date | None
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
    ended_by: Effective | None = None
    settlement_waits: bool = False
    causes: tuple[UUID, ...] = ()

    @property
    def disputed(self) -> bool:
        """The record it rests on is contested."""
        return bool(self.disputed_by)


class Strand(Struct, frozen=True, kw_only=True):
    """One promiser (as promised) towards one promisee: phases, courses of the reports made of it, and handovers."""

    promiser: PartyAt
    promisee: PartyAt
    phases: tuple[Phase, ...]
    reports: tuple[Course, ...]
    handovers: tuple[CommitmentHandover, ...] = ()

    def at(self, cut: datetime) -> Phase | None:
        """The phase in force at a cut; None before the promise."""
        return next((phase for phase in reversed(self.phases) if phase.since < cut), None)


class CommitmentStory:
    """All that one promise is made of: the fact that began it, what followed, and its wordings.

    `promisees`: the numbers of the ids of everybody it was ever promised to, by its wordings. `acknowledgements`:
    the facts by which either side said: yes, that was promised. `fulfilments`: what reports or confirms that it
    was done. `contests`: all that confirms or disputes that, whichever report it names.
    """

    def __init__(
        self,
        history: History,
        method: Method,
        *,
        promise: Effective,
        is_binding: bool,
        facts: Sequence[Effective],
        wordings: Sequence[Wording],
    ) -> None:
        self.history, self.method = history, method
        self.promise, self.is_binding, self.wordings = promise, is_binding, wordings
        self.promisees = frozenset([each.party_id.int for wording in wordings for each in wording.body.promisees])
        self.acknowledgements: list[Effective] = []
        self.fulfilments: list[Effective] = []
        self.contests: list[Effective] = []
        self.rest: list[Effective] = []
        for fact in facts:
            self._place(fact)
        for fact in self.fulfilments:
            self.contests += history.contests_of(fact.event_id)

    def _place(self, fact: Effective) -> None:
        match fact.body:
            case CommitmentMade() | CommitmentProposed():
                pass
            case CommitmentAcknowledged():
                self.acknowledgements.append(fact)
            case FulfilmentClaimed():
                self.fulfilments.append(fact)
            case FulfilmentConfirmed():
                self.fulfilments.append(fact)
                self.contests.append(fact)
            case FulfilmentDisputed():
                self.contests.append(fact)
            case _:
                self.rest.append(fact)


class CommitmentAct(Struct, frozen=True):
    """Something that may end or answer the promise, and how it stood."""

    fact: Effective
    course: Course


class StrandEvidence:
    """The facts that decide how one strand stands: who it passed to, who agreed, what kept, moved or ended it."""

    def __init__(self, story: CommitmentStory, promiser: PartyAt, promisee: PartyAt) -> None:
        self._story, self._promisee = story, promisee
        history, method = story.history, story.method
        self.handovers = handovers(history, method, story.rest, story.wordings[-1].body.promisers, promisee)
        holders, beneficiaries = self._ever(promiser), self._ever(promisee)
        self.owed = parties_between(holders, beneficiaries, each_for_itself=True)
        self._owing = parties_between(beneficiaries, holders, each_for_itself=True)
        self._others = story.promisees - self.owed.agreeing
        bound = parties_between(beneficiaries, [promiser], each_for_itself=True) if holders[1:] else self._owing
        if is_put_here(history, promiser.party_id, story.promise.occurred_at):
            bound = replace(bound, agreeing_sides=frozenset())
        self.bound = agreement(
            history, method, story.promise, bound, notice=Notice.PROMISE, further_acts=story.acknowledgements
        )
        self.renegotiations = renegotiations(history, method, story.rest, promiser, promisee)
        self.fulfilments = self._find_fulfilments()
        is_no_end = method.commitments.progress_is_no_end
        self.progress = [act for act in self.fulfilments if is_no_end and _is_of_part(act.fact)]
        self.completions = [act for act in self.fulfilments if not (is_no_end and _is_of_part(act.fact))]
        self.endings = self._find_endings()
        self.early_agreements = self._find_early_agreements()
        self.weighed = self._find_weighed()
        self._disputes = self._find_disputes()

    def courses(self) -> list[Course]:
        """List every course that the strand may turn on."""
        return [
            self.bound,
            self.weighed,
            *(act.course for act in (*self.endings, *self.progress)),
            *self.early_agreements.values(),
            *(each.course for each in self.renegotiations),
            *(course for each in self.handovers for course in each.courses),
        ]

    def _course(self, fact: Effective, parties: Parties, further_acts: Sequence[Effective] = ()) -> Course:
        return agreement(self._story.history, self._story.method, fact, parties, further_acts=further_acts)

    def _ever(self, party: PartyAt) -> list[PartyAt]:
        """List the party and everybody its part may have passed to."""
        holders = [party]
        for handover in self.handovers:
            if any(handover.former.party_id == one.party_id for one in holders):
                holders.append(handover.successor)
        return holders

    def _is_ours(self, fact: Effective) -> bool:
        """A word about fulfilment concerns this strand: another promisee speaks for itself."""
        if not self._others:
            return True
        speaker = getattr(fact.body, "confirmed_by", None) or getattr(fact.body, "disputed_by", None)
        return speaker is None or speaker.party_id.int not in self._others

    def _find_fulfilments(self) -> list[CommitmentAct]:
        contests = [fact for fact in self._story.contests if self._is_ours(fact)]
        return [
            CommitmentAct(fact, self._course(fact, self.owed, contests))
            for fact in self._story.fulfilments
            if self._is_ours(fact)
        ]

    def _find_endings(self) -> list[CommitmentAct]:
        endings = list(self.completions)
        for fact in self._story.rest:
            if self._ends(fact):
                parties = self._owing if isinstance(fact.body, ADVERSE) else self.owed
                endings.append(CommitmentAct(fact, self._course(fact, parties)))
        return sorted(endings, key=lambda act: (act.fact.occurred_at, act.fact.position)) if endings[1:] else endings

    def _ends(self, fact: Effective) -> bool:
        match fact.body:
            case CommitmentWithdrawn(withdrawn_by=party):
                others = {each.party_id.int for each in self._story.wordings[-1].body.promisers} - self.owed.gaining
                return party.party_id.int not in others
            case CommitmentReleased(released_by=party, promisers=let_off):
                ours = any(each.party_id.int in self.owed.gaining for each in let_off)
                return ours and party.party_id.int not in self._others
            case PartSettled(settled_by=party):
                return party.party_id.int not in self._others
            case CommitmentFailed() | CommitmentSuperseded():
                return True
            case _:
                return False

    def _find_early_agreements(self) -> dict[int, Course]:
        """How whoever promised stands to each settlement for a part, by its position."""
        settlements = (act.fact for act in self.endings if isinstance(act.fact.body, PartSettled))
        return {fact.position: self._course(fact, self._owing) for fact in settlements}

    def past_disputes(self, when: datetime) -> tuple[UUID, ...]:
        """The disputes by an instant of what was said of its being done, those that have ended included."""
        if not self._disputes:
            return ()
        return tuple(cause for fact in self._disputes if fact.occurred_at <= when for cause in fact.causes)

    def _find_disputes(self) -> list[Effective]:
        """List what denies that it was done, where that is kept once it has ended."""
        if not self._story.method.commitments.keeps_past_disputes:
            return []
        disputes = (FulfilmentDisputed, RecordDisputed)
        return [fact for fact in self._story.contests if isinstance(fact.body, disputes) and self._is_ours(fact)]

    def _find_weighed(self) -> Course:
        """Follow the promisee's agreement to the materiality stated, where one was stated."""
        if self._story.wordings[-1].body.materiality is Materiality.ORDINARY:
            return ()
        return self._course(self._story.promise, self.owed, self._story.acknowledgements)
