"""Promises: made at meetings, then kept, moved, broken or settled as whoever made them behaves."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from msgspec import Struct

from domain.decisions.command_context import Actor
from domain.decisions.commitment_endings import (
    DisputeFulfilment,
    FailCommitment,
    ReleaseCommitment,
    WithdrawCommitment,
)
from domain.decisions.commitments import (
    AcknowledgeCommitment,
    ConfirmFulfilment,
    MakeCommitment,
    RenegotiateCommitment,
    ReportFulfilment,
)
from domain.values import day_of
from domain.vocabulary import Extent, Materiality
from scripts.demonstration.rhythm import cadence
from scripts.demonstration.scene import Meeting, Scene, worded
from scripts.demonstration.stories.habits import CastPart
from scripts.demonstration.words import EXCUSES, MEASURES, PROMISES

_A_YEAR: Final = {
    CastPart.DISTRICT: 4.6,
    CastPart.POLICE: 4.6,
    CastPart.COUNTY: 1.6,
    CastPart.HOUSING: 1.1,
    CastPart.ICB: 0.9,
    CastPart.FORUM: 1.2,
    CastPart.JOBCENTRE: 0.6,
    CastPart.PARISH: 0.6,
}


class Promise(Struct, frozen=True, kw_only=True):
    """One promise on its way. `fate` are chances drawn once, so that a story changes what they mean and no others."""

    id: UUID
    name: str
    part: CastPart
    made: Meeting
    due: date
    promisee: UUID
    fate: tuple[float, ...]

    @property
    def by_residents(self) -> bool:
        """Whether residents made it, to the council."""
        return self.part is CastPart.FORUM


def make_promises(scene: Scene) -> None:
    """Plan promises at every meeting, and each to its end."""
    for number, meeting in enumerate(scene.meetings):
        for part, a_year in _A_YEAR.items():
            if part not in scene.cast.bodies:
                continue
            dice = scene.dice("promises", part, number)
            expected = a_year / cadence(scene)
            count = int(expected) + (dice.random() < expected % 1)
            for nth in range(count):
                _follow(scene, _promise(scene, part, meeting, f"promise/{number}/{part}/{nth}"))


def _promise(scene: Scene, part: CastPart, meeting: Meeting, name: str) -> Promise:
    dice = scene.dice(name)
    text, challenge = dice.choice(PROMISES)
    due = meeting.day + timedelta(days=70 + dice.randrange(110))
    to_council = part is CastPart.FORUM
    promisee = scene.body(CastPart.DISTRICT).id if to_council else _promised_residents(scene, dice)
    command = MakeCommitment(
        promisers=(scene.body(part).id,),
        promisees=(promisee,),
        text=f"We will {worded(text, dice)}",
        measure=dice.choice(MEASURES) if dice.random() < 0.6 else None,
        due=due.isoformat() if dice.random() < 0.8 else due.isoformat()[:7],
        materiality=dice.choices(list(Materiality), (2, 6, 2))[0],
        theme=challenge.value,
    )
    promise_act = meeting.add("commitments", command)
    if dice.random() < 0.3 and not to_council:
        meeting.add(
            "acknowledgements",
            AcknowledgeCommitment(commitment=promise_act, acknowledged_by=scene.body(CastPart.FORUM).id),
        )
    return Promise(
        id=promise_act,
        name=name,
        part=part,
        made=meeting,
        due=due,
        promisee=promisee,
        fate=tuple(dice.random() for _ in range(8)),
    )


def _promised_residents(scene: Scene, dice: Random) -> UUID:
    return scene.cast.residents if dice.random() < 0.7 else scene.body(CastPart.FORUM).id


def _follow(scene: Scene, promise: Promise) -> None:
    """Plan what becomes of a promise, by the promiser's conduct on the day it falls due."""
    conduct = scene.conduct(promise.part, promise.due)
    keeping, manner, moment, *_ = promise.fate
    length = (promise.due - promise.made.day).days
    if keeping < conduct.keeps:
        in_time = manner < conduct.on_time
        wait = length * (0.25 + 0.5 * moment) if in_time else length + 5 + 45 * moment
        _deliver(scene, promise, promise.made.day + timedelta(days=int(wait)))
    elif manner < conduct.owns_up:
        _own_up(scene, promise, withdraws=moment < 0.3)
    else:
        _leave_open(scene, promise, conduct.makes_good)


def _deliver(scene: Scene, promise: Promise, done_on: date, *, stage: str = "") -> None:
    """Report the promise done, by the promiser's own key or at the next meeting, and let the other side answer."""
    *_, by_key, part_only, answer, _, _ = promise.fate
    dice = scene.dice(promise.name, "deliver", stage)
    partly = part_only < 0.06
    extent, fraction = (Extent.PART, 0.5) if partly else (Extent.WHOLE, None)
    reported = scene.desk(done_on + timedelta(days=2 + dice.randrange(8)), dice, after=promise.made.written_at)
    report = ReportFulfilment(
        commitment=promise.id,
        claimed_by=scene.body(promise.part).id,
        done=done_on.isoformat(),
        extent=extent,
        fraction=fraction,
        evidence="Photographs were handed round." if dice.random() < 0.2 else None,
    )
    if by_key < scene.conduct(promise.part, done_on).reports:
        scene.act(f"{promise.name}/report{stage}", reported, _pen(scene, promise), report)
    else:
        meeting = scene.meeting_after(reported)
        if meeting is None:
            return
        meeting.add("fulfilments", report)
        reported = meeting.written_at
    if answer < 0.78:
        _confirm(scene, promise, reported, done_on, fraction)
    elif answer < 0.82 and not stage:
        _dispute(scene, promise, reported)


def _pen(scene: Scene, promise: Promise) -> Actor:
    return scene.cast.secretary if promise.by_residents else scene.body(promise.part).key


def _confirm(scene: Scene, promise: Promise, reported: datetime, done_on: date, fraction: float | None) -> None:
    """Plan the other side's confirmation: the council's at its desk, the residents' at their next meeting."""
    extent = Extent.WHOLE if fraction is None else Extent.PART
    other = scene.body(CastPart.DISTRICT if promise.by_residents else CastPart.FORUM)
    command = ConfirmFulfilment(
        commitment=promise.id, confirmed_by=other.id, done=done_on.isoformat(), extent=extent, fraction=fraction
    )
    if promise.by_residents:
        dice = scene.dice(promise.name, "confirm")
        at = scene.desk(day_of(reported) + timedelta(days=9), dice, after=reported)
        scene.act(f"{promise.name}/confirm", at, other.key, command)
    elif (meeting := scene.meeting_after(reported)) is not None:
        meeting.add("confirmations", command)


def _dispute(scene: Scene, promise: Promise, reported: datetime) -> None:
    """Plan the residents' dispute of a promise, and the promiser's proper fulfilment."""
    meeting = scene.meeting_after(reported)
    if meeting is None or promise.by_residents:
        return
    forum = scene.body(CastPart.FORUM).id
    reasons = "Half of it is still as it was."
    meeting.add("fulfilment_disputes", DisputeFulfilment(commitment=promise.id, disputed_by=forum, reasons=reasons))
    _deliver(scene, promise, day_of(meeting.written_at) + timedelta(days=25), stage="/again")


def _own_up(scene: Scene, promise: Promise, *, withdraws: bool) -> None:
    """Plan a failure announced in time, or a withdrawal."""
    dice = scene.dice(promise.name, "own-up")
    at = scene.desk(promise.due - timedelta(days=6), dice, after=promise.made.written_at)
    who, reasons = scene.body(promise.part).id, dice.choice(EXCUSES)
    command = (
        WithdrawCommitment(commitment=promise.id, withdrawn_by=who, reasons=reasons)
        if withdraws
        else FailCommitment(commitment=promise.id, said_by=who, reasons=reasons)
    )
    scene.act(f"{promise.name}/own-up", at, _pen(scene, promise), command)


def _leave_open(scene: Scene, promise: Promise, makes_good: float) -> None:
    """Ask for more time, or let the day pass: then do it late, be let off, or leave it at that."""
    _, _, _, _, _, answer, ending, length = promise.fate
    if ending >= makes_good:
        return
    meeting = scene.meeting_between(promise.made.written_at, promise.due)
    if meeting is not None and answer < 0.35 and not promise.by_residents:
        due = promise.due + timedelta(days=60)
        forum, who = scene.body(CastPart.FORUM).id, scene.body(promise.part).id
        command = RenegotiateCommitment(commitment=promise.id, asked_by=who, due=due.isoformat(), agreed_by=(forum,))
        meeting.add("renegotiations", command)
        _deliver(scene, promise, max(due - timedelta(days=10), day_of(meeting.written_at)), stage="/moved")
    elif ending < makes_good * 0.6 or promise.by_residents:
        _deliver(scene, promise, promise.due + timedelta(days=60 + int(120 * length)), stage="/late")
    else:
        at = scene.desk(promise.due + timedelta(days=130), scene.dice(promise.name, "release"))
        release = ReleaseCommitment(commitment=promise.id, released_by=scene.body(CastPart.FORUM).id)
        scene.act(f"{promise.name}/release", at, scene.cast.secretary, release)
