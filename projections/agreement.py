"""Whose word a statement rests on: the side that gains alone, or the other side too, and since when.

The other side agrees by saying so, by approving minutes with a voting member present, or by staying silent
after notice. A dispute suspends a statement until both sides, or the resolver both accepted, end it.

What is worked out here is a course: how the statement stood at every moment in the world, as known at one
position, so that one reading serves any day asked about and every step of a timeline.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import cache
from operator import itemgetter
from typing import Final, NamedTuple
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from domain.events.commitments import CommitmentMade, CommitmentProposed, FulfilmentDisputed
from domain.events.declaration import EventBody, declaration_of
from domain.events.interactions import InteractionRecorded, MinutesApproved
from domain.events.partnership import MemberJoined, MemberLeft, RuleAdopted
from domain.events.recorded import Effective, Recorded
from domain.events.records import DisputeResolved, RecordConfirmed, RecordDisputed
from domain.events.registries import PartySucceeded
from domain.values import PartyAt
from domain.vocabulary import Attendance, CodeList, ResolutionOutcome, Side
from projections.between import Between, between
from projections.history import History
from projections.notice import Notice, Silence, silences
from projections.scoring.method import Method

__all__ = [
    "AGREEING",
    "Agreed",
    "Between",
    "Course",
    "Step",
    "agreement",
    "between",
    "said_so",
    "speakers",
    "step_after",
    "step_at",
]


class Agreed(CodeList):
    """How a statement is agreed; `reported`: not at all, only the side that gains asserts it."""

    REPORTED = "reported"
    TACIT = "tacit"
    MINUTES = "minutes"
    CONFIRMED = "confirmed"

    @property
    def is_express(self) -> bool:
        """Whether the other side agreed in words or by minutes, and not by silence."""
        return self in (Agreed.MINUTES, Agreed.CONFIRMED)


class Step(Struct, frozen=True, kw_only=True):
    """How a statement stood after an instant, until the next step.

    `disputed_by`: the sides whose dispute of it is open. `void`: a dispute ended with the statement set aside.
    `causes`: the statement itself, and what bears on it.
    """

    since: datetime
    agreed: Agreed
    disputed_by: frozenset[Side] = frozenset()
    void: bool = False
    causes: tuple[UUID, ...]

    @property
    def disputed(self) -> bool:
        """Whether anybody's dispute of it is open."""
        return bool(self.disputed_by)

    @property
    def stands(self) -> bool:
        """Whether the statement is agreed and neither disputed nor set aside."""
        return self.agreed is not Agreed.REPORTED and not self.disputed and not self.void


Course = tuple[Step, ...]


def step_at(course: Course, cut: datetime) -> Step | None:
    """Give the step in force at a cut: what happened before it counts. None: the statement was not yet made."""
    for step in reversed(course):
        if step.since < cut:
            return step
    return None


def step_after(course: Course, when: datetime) -> Step | None:
    """Give the step in force just after an instant, what happened at it included."""
    for step in reversed(course):
        if step.since <= when:
            return step
    return None


AGREEING: Final[tuple[type[EventBody], ...]] = (
    RecordConfirmed,
    RecordDisputed,
    DisputeResolved,
    MinutesApproved,
    InteractionRecorded,
    RuleAdopted,
    MemberJoined,
    MemberLeft,
    PartySucceeded,
)
"""What any statement's agreement may turn on, beside what is said of the thing itself."""

_NOT_SAYING: Final = frozenset(
    {"claimed_by", "led_by", "convened_by", "initiated_by", "chaired_by", "outcomes_set_by", "spent_by"}
)
"""Who did something, not whose word it is: that somebody reported it done is the word of whoever wrote that down."""


@cache
def _speaking_fields(body: type[EventBody]) -> tuple[str, ...]:
    return tuple(name for name in body.__struct_fields__ if name.endswith("_by") and name not in _NOT_SAYING)


def speakers(fact: Effective, parties: Between) -> tuple[PartyAt, ...]:
    """Give the bodies whose word a fact is: on whose behalf it was recorded, and who is said in it to have spoken.

    What those who gain write down of the others' words is their own word still.
    """
    behalf = fact.envelope.on_behalf_of
    if behalf is not None and parties.gains(behalf):
        return (behalf,)
    said: list[PartyAt] = [] if behalf is None else [behalf]
    for name in _speaking_fields(type(fact.body)):
        value = getattr(fact.body, name)
        said.extend((value,) if isinstance(value, PartyAt) else value or ())
    return tuple(said)


def said_so(fact: Effective, parties: Between) -> bool:
    """Whether a fact is, by itself, the word of somebody who may agree."""
    return any(parties.agrees(each) for each in speakers(fact, parties))


def agreement(
    history: History,
    method: Method,
    statement: Effective,
    parties: Between,
    *,
    notice: Notice = Notice.ORDINARY,
    bearing: Sequence[Effective] = (),
) -> Course:
    """Follow one statement from its making: reported, agreed and how, disputed, set aside.

    `bearing` are facts beyond those about the record itself that bear on it once it was made: words of
    agreement, such as an acknowledgement, or disputes, such as that a promise reported done was not. What was
    agreed before those who gain put the statement otherwise does not agree to it as it now reads.
    """
    restated = _restated(history, statement, parties)
    acts = _acts(history, statement, bearing, restated)
    if acts:
        since = statement.position if restated is None else restated.position
        walk = _Walk(history, method, statement, parties, since=since)
        for act in acts:
            walk.take(act)
        steps, warned = walk.steps, walk.warned
    else:
        agreed = Agreed.CONFIRMED if said_so(statement, parties) else Agreed.REPORTED
        steps = [Step(since=statement.occurred_at, agreed=agreed, causes=statement.causes)]
        warned = [None]
    if all(step.agreed is not Agreed.REPORTED for step in steps):
        return tuple(steps)
    silence = silences(
        history,
        method,
        said_at=statement.occurred_at,
        heard_at=statement.recorded_at if restated is None else restated.recorded_at,
        parties=parties,
        notice=notice,
    )
    return tuple(_with_silence(steps, warned, silence, history))


class _Act(NamedTuple):
    """Something that bears on a statement, or on an earlier act that does (`on`), and when it takes effect."""

    when: datetime
    position: int
    fact: Effective
    on: UUID | None = None


def _restated(history: History, statement: Effective, parties: Between) -> Recorded | None:
    """Give the last correction by which those who gain made a statement say something else.

    What becomes of the terms of a promise once it was acknowledged is told by its wordings instead.
    """
    found = None
    if statement.corrected_by and not isinstance(statement.body, CommitmentMade | CommitmentProposed):
        before = _substance(statement.recorded.body)
        for correction, body in history.corrections_of(statement):
            behalf, now = correction.envelope.on_behalf_of, _substance(body)
            if now != before and behalf is not None and parties.gains(behalf):
                found = correction
            before = now
    return found


def _substance(body: EventBody) -> dict[str, object]:
    """Give what a body says but for the wording of its texts: of those, whether they are there."""
    sealed = declaration_of(body).sealed
    values = ((name, getattr(body, name)) for name in body.__struct_fields__)
    return {name: value is None if name in sealed else value for name, value in values}


def _acts(
    history: History, statement: Effective, bearing: Sequence[Effective], restated: Recorded | None
) -> list[_Act]:
    """Give what bears on a statement in order; nothing takes effect before the statement itself."""
    said_at = statement.occurred_at
    made = (said_at, statement.position)
    direct = {act.event_id: act for act in bearing if (act.occurred_at, act.position) > made}
    for act in (*history.about(statement.event_id), *_minutes(history, statement)):
        direct[act.event_id] = act
    if restated is not None:
        confirmed = (act for act in history.about(restated.event_id) if isinstance(act.body, RecordConfirmed))
        direct |= {act.event_id: act for act in confirmed}
    if not direct:
        return []
    acts = [_Act(max(act.occurred_at, said_at), act.position, act) for act in direct.values()]
    acts += [
        _Act(max(about.occurred_at, said_at), about.position, about, event_id)
        for event_id in direct
        for about in history.about(event_id)
        if about.event_id not in direct and isinstance(about.body, RecordDisputed | DisputeResolved)
    ]
    return sorted(acts, key=itemgetter(0, 1))


def _minutes(history: History, statement: Effective) -> Iterator[Effective]:
    """Give the minutes of the meeting at which the statement was made; they agree every item recorded by then."""
    meeting = getattr(statement.body, "interaction_id", None)
    if meeting is not None and not isinstance(statement.body, MinutesApproved):
        minutes = (act for act in history.about(meeting) if isinstance(act.body, MinutesApproved))
        yield from (act for act in minutes if act.position > statement.position)


class _Contest:
    """The disputes about one record: open while a disputer has neither agreed since nor settled."""

    def __init__(self, history: History, method: Method, parties: Between) -> None:
        self._history, self._method, self._parties = history, method, parties
        self._disputers: dict[UUID, PartyAt] = {}
        self._endings: dict[str, ResolutionOutcome] = {}
        self.outcome: ResolutionOutcome | None = None

    @property
    def sides(self) -> frozenset[Side]:
        """Give the sides whose dispute is open."""
        return frozenset(each.side for each in self._disputers.values())

    def dispute(self, disputer: PartyAt) -> None:
        self._disputers[disputer.party_id] = disputer
        self._endings.clear()
        self.outcome = None

    def settle_with(self, party: PartyAt) -> None:
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
        """Say for which part a body speaks; where only those who gain dispute, the others have to agree with them."""
        others = {each.side for each in self._disputers.values() if not self._parties.gains(each)}
        if self._parties.gains(party):
            return "asserting" if others else "disputing"
        if others:
            return "disputing" if party.side in others else "neither"
        return "asserting" if self._parties.agrees(party) else "neither"

    def _is_resolver(self, party: PartyAt, act: Effective) -> bool:
        """Whether the rules in force named the body resolver; rules bind from adoption or recording, the later.

        Those who gain do not name it by themselves: the others have to have agreed to a rule of theirs.
        """
        named = [
            (fact, rule.resolver)
            for fact, rule in self._history.each(RuleAdopted)
            if rule.resolver is not None
            and fact.occurred_at <= act.occurred_at
            and max(fact.occurred_at, fact.recorded_at) <= max(act.occurred_at, act.recorded_at)
        ]
        if not named or named[-1][1].party_id != party.party_id:
            return False
        rule, behalf = named[-1][0], named[-1][0].envelope.on_behalf_of
        if behalf is None or not self._parties.gains(behalf):
            return True
        step = step_after(agreement(self._history, self._method, rule, self._parties), act.occurred_at)
        return step is not None and step.stands


class _Walk:
    """Follows one statement act by act; `warned` keeps, for each step, when the record first knew of a dispute.

    Words of agreement count from the position `since` which the statement reads as it does.
    """

    def __init__(self, history: History, method: Method, statement: Effective, parties: Between, *, since: int) -> None:
        self._history, self._method, self._parties, self._since = history, method, parties, since
        self._own = _Contest(history, method, parties)
        self._contests: dict[UUID, _Contest] = {}
        self._grounds: dict[UUID, Agreed] = {}
        if said_so(statement, parties):
            self._grounds[statement.event_id] = Agreed.CONFIRMED
        self._causes = statement.causes
        self._warned_at: datetime | None = None
        self.steps: list[Step] = []
        self.warned: list[datetime | None] = []
        self._note(statement.occurred_at)

    def take(self, act: _Act) -> None:
        """Let one act have its effect."""
        counts = self._take_direct(act.fact) if act.on is None else self._take_contest(act.fact, act.on)
        if counts:
            self._causes += act.fact.causes
            self._note(act.when)

    def _take_contest(self, fact: Effective, on: UUID) -> bool:
        """Let a dispute about what agreed to the statement suspend that agreement only."""
        if on not in self._grounds:
            return False
        contest = self._contests.setdefault(on, _Contest(self._history, self._method, self._parties))
        if isinstance(fact.body, DisputeResolved):
            contest.resolve(fact, fact.body)
        elif isinstance(fact.body, RecordDisputed):
            contest.dispute(fact.body.disputed_by)
        return True

    def _take_direct(self, fact: Effective) -> bool:
        match fact.body:
            case DisputeResolved():
                self._resolve(fact, fact.body)
            case MinutesApproved():
                if not self._is_present(fact.body):
                    return False
                self._agree(fact, Agreed.MINUTES)
            case RecordDisputed(disputed_by=disputer) | FulfilmentDisputed(disputed_by=disputer):
                self._own.dispute(disputer)
                self._warned_at = self._warned_at or fact.recorded_at
            case _:
                saying = [each for each in speakers(fact, self._parties) if self._parties.agrees(each)]
                for each in saying:
                    self._own.settle_with(each)
                if saying:
                    self._agree(fact, Agreed.CONFIRMED)
                return bool(saying)
        return True

    def _agree(self, act: Effective, how: Agreed) -> None:
        if act.position > self._since:
            self._grounds[act.event_id] = how

    def _resolve(self, act: Effective, body: DisputeResolved) -> None:
        self._own.resolve(act, body)
        if self._own.outcome is ResolutionOutcome.STANDS:
            self._agree(act, Agreed.CONFIRMED)

    def _is_present(self, body: MinutesApproved) -> bool:
        """Whether a voting member of those who have to agree was there, by the approving meeting as it now reads."""
        approving = body.approving_interaction_id
        held = (each.body for each in self._history.about(approving))
        met = [each for each in held if isinstance(each, InteractionRecorded)]
        if not met:
            gone = (each.body for each in self._history.withdrawn)
            is_gone = any(isinstance(each, InteractionRecorded) and each.interaction_id == approving for each in gone)
            return not is_gone and not self._parties.agreeing_sides.isdisjoint(body.sides_present)
        return any(
            seen.voting and seen.attendance is Attendance.ATTENDED and self._parties.notices(seen.party)
            for meeting in met
            for seen in meeting.participants
        )

    def _note(self, since: datetime) -> None:
        standing = [how for act, how in self._grounds.items() if not self._is_suspended(act)]
        agreed = max(standing, key=list(Agreed).index, default=Agreed.REPORTED)
        void = self._own.outcome is ResolutionOutcome.SET_ASIDE
        step = Step(since=since, agreed=agreed, disputed_by=self._own.sides, void=void, causes=self._causes)
        if self.steps and self.steps[-1].since == since:
            self.steps.pop()
            self.warned.pop()
        self.steps.append(step)
        self.warned.append(self._warned_at if step.disputed else None)

    def _is_suspended(self, act: UUID) -> bool:
        contest = self._contests.get(act)
        return contest is not None and (bool(contest.sides) or contest.outcome is ResolutionOutcome.SET_ASIDE)


def _with_silence(
    walked: Sequence[Step], warned_at: Sequence[datetime | None], silence: Sequence[Silence], history: History
) -> Iterator[Step]:
    """Lay the silences over the steps: what is merely reported becomes tacitly agreed once its notice has run.

    Silence counts up to the record's clock at the position asked about, or the day asked about if later. A
    dispute that the record knew before the notice had run breaks the silence; `warned_at` says since when.
    """
    known_at = history.recorded_at
    changes = {step.since for step in walked} | {each.since for each in silence}
    changes |= {each.ends for each in silence if each.ends is not None and known_at < each.ends < history.end}
    step, warned, ends = walked[0], warned_at[0], silence[0].ends
    steps = {each.since: (each, warning) for each, warning in zip(walked, warned_at, strict=True)}
    turns = {each.since: each.ends for each in silence}
    for since in sorted(changes):
        step, warned = steps.get(since, (step, warned))
        ends = turns.get(since, ends)
        heard = ends is not None and ends <= max(since, known_at) and (warned is None or ends <= warned)
        agreed = Agreed.TACIT if step.agreed is Agreed.REPORTED and heard else step.agreed
        yield step if since == step.since and agreed is step.agreed else replace(step, since=since, agreed=agreed)
