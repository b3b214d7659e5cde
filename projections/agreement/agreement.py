"""Whose word a statement rests on: the side that gains alone, or the other side too, and since when.

The other side agrees by saying so, by approving minutes with a voting member present, or by staying silent
after notice. A dispute suspends a statement until both sides, or the resolver both accepted, end it.

What is worked out here is a course: how the statement stood at every moment in the world, as known at one
position, so that one reading serves any day asked about and every step of a timeline.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from operator import attrgetter
from typing import Final
from uuid import UUID

from domain.events.commitments import FulfilmentClaimed, FulfilmentConfirmed, FulfilmentDisputed
from domain.events.declaration import EventBody
from domain.events.interactions import InteractionRecorded, MinutesApproved
from domain.events.partnerships import MemberJoined, MemberLeft, PartnershipFormed, RuleAdopted, SeatAccepted
from domain.events.recorded import Effective
from domain.events.records import DisputeResolved, RecordConfirmed, RecordDisputed
from domain.events.registries import PartySucceeded
from domain.values import PartyAt
from domain.vocabulary import Extent, ResolutionOutcome, Side
from projections.agreement.acts import StatementAct, agrees_by_itself, restatement, speakers, statement_acts
from projections.agreement.parties import Parties, parties_between
from projections.agreement.silence import Notice, silences, with_silence
from projections.agreement.steps import Agreed, AgreementStep, Course, step_after
from projections.history.attendance import taking_part
from projections.history.history import History
from projections.history.memo import once_per_thing
from projections.history.rules_in_force import settlements
from projections.method.method import Method

AGREEING: Final[tuple[type[EventBody], ...]] = (
    RecordConfirmed,
    RecordDisputed,
    DisputeResolved,
    MinutesApproved,
    InteractionRecorded,
    RuleAdopted,
    PartnershipFormed,
    MemberJoined,
    SeatAccepted,
    MemberLeft,
    PartySucceeded,
)
"""What any statement's agreement may turn on, beside what is said of the thing itself."""


def agreement(
    history: History,
    method: Method,
    statement: Effective,
    parties: Parties,
    *,
    notice: Notice = Notice.ORDINARY,
    further_acts: Sequence[Effective] = (),
) -> Course:
    """Follow one statement from its making: reported, agreed and how, disputed, set aside.

    `further_acts` are facts beyond those about the record itself that count once it was made: words of
    agreement, such as an acknowledgement, or disputes, such as that a promise reported done was not. What was
    agreed before those who gain put the statement otherwise does not agree to it as it now reads.
    """
    correction = restatement(history, statement, parties)
    acts = statement_acts(history, statement, further_acts, correction)
    if acts:
        since = statement.position if correction is None else correction.position
        walk = _Walk(history, method, statement, parties, since=since)
        for act in acts:
            walk.take(act)
        steps, warned = walk.steps, walk.warned
    else:
        agreed = Agreed.CONFIRMED if agrees_by_itself(statement, parties) else Agreed.REPORTED
        steps = [AgreementStep(since=statement.occurred_at, agreed=agreed, causes=statement.causes)]
        warned = [None]
    if Agreed.REPORTED not in [step.agreed for step in steps]:
        return tuple(steps)
    silence = silences(
        history,
        method,
        said_at=statement.occurred_at,
        heard_at=statement.recorded_at if correction is None else correction.recorded_at,
        parties=parties,
        notice=notice,
    )
    return tuple(with_silence(steps, warned, silence, history))


def course_if_disputed(
    history: History, method: Method, statement: Effective, doer: PartyAt, other: PartyAt | Side
) -> Course:
    """The course of the record of an act that counts without agreement; empty where nobody ever disputed it."""
    if was_disputed(history, statement):
        return agreement(history, method, statement, parties_between([doer], [other]))
    return ()


def was_disputed(history: History, statement: Effective) -> bool:
    """Anybody ever disputed the record of a statement."""
    return any(isinstance(fact.body, RecordDisputed) for fact in history.about(statement.event_id))


_NOBODY: Final[frozenset[Side]] = frozenset()


class _Contest:
    """The disputes about one record: open while a disputer has neither agreed since nor settled."""

    def __init__(self, history: History, method: Method, parties: Parties) -> None:
        self._history, self._method, self._parties = history, method, parties
        self._disputers: dict[UUID, PartyAt] = {}
        self._endings: dict[str, ResolutionOutcome] = {}
        self.outcome: ResolutionOutcome | None = None

    @property
    def sides(self) -> frozenset[Side]:
        """The sides whose dispute is open."""
        return frozenset(each.side for each in self._disputers.values()) if self._disputers else _NOBODY

    def dispute(self, disputer: PartyAt) -> None:
        """Open it, or open it again; what was set aside by agreement nobody brings back by disputing it once more."""
        if self.outcome is ResolutionOutcome.SET_ASIDE:
            return
        self._disputers[disputer.party_id] = disputer
        self._endings.clear()
        self.outcome = None

    def settle_with(self, parties: Iterable[PartyAt]) -> None:
        for party in parties:
            self._disputers.pop(party.party_id, None)

    def resolve(self, act: Effective, body: DisputeResolved) -> None:
        """Both sides saying the same end it, or the resolver that both accepted, who may not be the one to gain."""
        if not self._disputers:
            return
        if body.as_resolver:
            ends = not self._parties.gains(body.agreed_by) and self._is_resolver(body.agreed_by, act)
        else:
            self._endings[self._part_of(body.agreed_by)] = body.outcome
            ends = self._endings.get("disputing") == self._endings.get("asserting") == body.outcome
        if ends:
            self._disputers.clear()
            self._endings.clear()
            self.outcome = body.outcome

    def _part_of(self, party: PartyAt) -> str:
        """The part that a body speaks for; where only those who gain dispute, the others have to agree with them."""
        others = {each.side for each in self._disputers.values() if not self._parties.gains(each)}
        if self._parties.gains(party):
            return "asserting" if others else "disputing"
        if others:
            return "disputing" if party.side in others else "neither"
        return "asserting" if self._parties.agrees(party) else "neither"

    def _is_resolver(self, party: PartyAt, act: Effective) -> bool:
        """The rule in force named the body resolver; it was adopted before the act, whenever it was recorded.

        Those who gain do not name it by themselves: the others have to have agreed to a rule of theirs.
        """
        known_at = max(act.occurred_at, act.recorded_at)
        rules = [
            rule
            for rule in settlements(self._history, RuleAdopted, attrgetter("resolver"))
            if rule.fact.occurred_at <= act.occurred_at and rule.since <= known_at
        ]
        resolver = rules[-1].body.resolver if rules else None
        if resolver is None or resolver.party_id != party.party_id:
            return False
        rule, behalf = rules[-1].fact, rules[-1].fact.envelope.on_behalf_of
        if behalf is None or not self._parties.gains(behalf):
            return True
        step = step_after(agreement(self._history, self._method, rule, self._parties), act.occurred_at)
        return step is not None and step.stands


@once_per_thing
def voters_at(history: History, _: Method, interaction_id: UUID) -> list[PartyAt] | None:
    """List the bodies that came to a meeting with a vote; None where no such meeting stands."""
    meetings = [fact.body for fact in history.about(interaction_id) if isinstance(fact.body, InteractionRecorded)]
    voting = dict.fromkeys(each.party for body in meetings for each in taking_part(body) if each.voting)
    return list(voting) if meetings else None


def _says_all_is_done(body: EventBody) -> bool:
    return isinstance(body, FulfilmentClaimed) and body.extent is Extent.WHOLE


class _Walk:
    """Follows one statement act by act; `warned` keeps, for each step, when the record first knew of a dispute.

    Words of agreement count from the position `since` which the statement reads as it does.
    """

    def __init__(self, history: History, method: Method, statement: Effective, parties: Parties, *, since: int) -> None:
        self._history, self._method, self._parties, self._since = history, method, parties, since
        self._own: _Contest | None = None
        self._contests: dict[int, _Contest] = {}
        self._grounds: dict[int, Agreed] = {}
        if agrees_by_itself(statement, parties):
            self._grounds[statement.position] = Agreed.CONFIRMED
        self._is_of_whole = method.commitments.progress_is_no_end and _says_all_is_done(statement.body)
        self._causes = statement.causes
        self._warned_at: datetime | None = None
        self.steps: list[AgreementStep] = []
        self.warned: list[datetime | None] = []
        self._note(statement.occurred_at)

    def take(self, act: StatementAct) -> None:
        """Let one act have its effect."""
        counts = self._take_direct(act.fact) if act.on is None else self._take_contest(act.fact, act.on)
        if counts:
            self._causes += act.fact.causes
            self._note(act.when)

    def _take_contest(self, fact: Effective, on: int) -> bool:
        """Let a dispute about what agreed to the statement suspend that agreement only."""
        if on not in self._grounds:
            return False
        contest = self._contests.setdefault(on, self._contest())
        if isinstance(fact.body, DisputeResolved):
            contest.resolve(fact, fact.body)
        elif isinstance(fact.body, RecordDisputed):
            contest.dispute(fact.body.disputed_by)
        return True

    def _take_direct(self, fact: Effective) -> bool:
        match fact.body:
            case DisputeResolved():
                if self._own is None:  # nothing was in dispute: a later dispute is none of its business
                    return False
                self._resolve(self._own, fact, fact.body)
            case MinutesApproved():
                if not self._is_present(fact.body):
                    return False
                self._agree(fact, Agreed.MINUTES)
            case RecordDisputed(disputed_by=disputer) | FulfilmentDisputed(disputed_by=disputer):
                self._contested_by(disputer, fact)
            case FulfilmentConfirmed(extent=Extent.PART, confirmed_by=disputer) if self._is_of_whole:
                self._contested_by(disputer, fact)  # whoever says that a part is done denies that all of it is
            case _:
                saying = [each for each in speakers(fact, self._parties) if self._parties.agrees(each)]
                if not saying:
                    return False
                if self._own is not None:
                    self._own.settle_with(saying)
                self._agree(fact, Agreed.CONFIRMED)
        return True

    def _contested_by(self, disputer: PartyAt, act: Effective) -> None:
        self._own = self._own or self._contest()
        self._own.dispute(disputer)
        self._warned_at = self._warned_at or act.recorded_at

    def _contest(self) -> _Contest:
        return _Contest(self._history, self._method, self._parties)

    def _agree(self, act: Effective, how: Agreed) -> None:
        if act.position > self._since:
            self._grounds[act.position] = how

    def _resolve(self, contest: _Contest, act: Effective, body: DisputeResolved) -> None:
        contest.resolve(act, body)
        if contest.outcome is ResolutionOutcome.STANDS:
            self._agree(act, Agreed.CONFIRMED)

    def _is_present(self, body: MinutesApproved) -> bool:
        """A voting member of those who have to agree was there, by the approving meeting as it now reads."""
        voters = voters_at(self._history, self._method, body.approving_interaction_id)
        if voters is not None:
            return any(map(self._parties.notices, voters))
        withdrawn_meetings = (
            record.body for record in self._history.withdrawn if isinstance(record.body, InteractionRecorded)
        )
        is_withdrawn = any(each.interaction_id == body.approving_interaction_id for each in withdrawn_meetings)
        return not is_withdrawn and not self._parties.agreeing_sides.isdisjoint(body.sides_present)

    def _note(self, since: datetime) -> None:
        agreed, own = self._agreed(), self._own
        if own is None:
            step = AgreementStep(since=since, agreed=agreed, causes=self._causes)
        else:
            void = own.outcome is ResolutionOutcome.SET_ASIDE
            step = AgreementStep(since=since, agreed=agreed, disputed_by=own.sides, void=void, causes=self._causes)
        if self.steps and self.steps[-1].since == since:
            self.steps.pop()
            self.warned.pop()
        self.steps.append(step)
        self.warned.append(self._warned_at if step.disputed_by else None)

    def _agreed(self) -> Agreed:
        """The strongest way in which it is agreed, of those that nobody contests."""
        standing: Collection[Agreed] = self._grounds.values()
        if self._contests:
            standing = [how for act, how in self._grounds.items() if not self._is_suspended(act)]
        if Agreed.CONFIRMED in standing:
            return Agreed.CONFIRMED
        return Agreed.MINUTES if standing else Agreed.REPORTED

    def _is_suspended(self, act: int) -> bool:
        contest = self._contests.get(act)
        return contest is not None and (bool(contest.sides) or contest.outcome is ResolutionOutcome.SET_ASIDE)
