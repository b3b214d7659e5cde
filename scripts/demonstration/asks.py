"""Asks: raised at meetings, then answered, put off, passed on or forgotten."""

from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from domain.decisions.asks import AcceptReferral, AnswerAsk, DeferAsk, RaiseAsk, ReferAsk, WithdrawAsk
from domain.decisions.commitments import ConfirmFulfilment
from domain.values import day_of
from domain.vocabulary import Answer, AskKind
from scripts.demonstration.agenda import made_by
from scripts.demonstration.rhythm import cadence
from scripts.demonstration.scene import Meeting, Scene, worded
from scripts.demonstration.stories.habits import CastPart
from scripts.demonstration.words import ASKS, DECLINED

_A_YEAR: Final = 4.0
_ADDRESSED: Final = {CastPart.DISTRICT: 9, CastPart.COUNTY: 5, CastPart.POLICE: 3, CastPart.ICB: 2, CastPart.HOUSING: 1}
_HANDS: Final = (
    CastPart.DISTRICT,
    CastPart.COUNTY,
    CastPart.ICB,
    CastPart.POLICE,
    CastPart.HOUSING,
    CastPart.JOBCENTRE,
)
_USUALLY_PASSED_ON: Final = 0.06
_MOST_HOPS: Final = 5


def raise_asks(scene: Scene) -> None:
    """Plan the residents' asks at every meeting, and each to its end."""
    for number, meeting in enumerate(scene.meetings):
        dice = scene.dice("asks", number)
        expected = _A_YEAR / cadence(scene)
        for nth in range(int(expected) + (dice.random() < expected % 1)):
            _raise(scene, meeting, f"ask/{number}/{nth}")


def _raise(scene: Scene, meeting: Meeting, name: str) -> None:
    dice = scene.dice(name)
    text, challenge = dice.choice(ASKS)
    part = dice.choices(list(_ADDRESSED), list(_ADDRESSED.values()))[0]
    nobody = dice.random() < 0.08  # some are put to nobody in particular
    asker = scene.body(CastPart.FORUM).id if dice.random() < 0.5 else scene.cast.residents
    command = RaiseAsk(
        kind=dice.choices(list(AskKind), (3, 5, 2, 0))[0],
        raised_by=asker,
        text=worded(text, dice),
        addressee=None if nobody else scene.body(part).id,
        challenges=(challenge,),
    )
    ask = meeting.add("asks", command)
    scene.asks[ask] = meeting.day
    given_up = dice.random()
    if not nobody and asker != scene.cast.residents and given_up < 0.02:
        _take_back(scene, ask, meeting.written_at, name)
    elif not nobody:
        _handle(scene, ask, part, meeting.written_at, name)
    elif given_up < 0.5:  # and some of those are picked up later
        _answer(scene, ask, CastPart.DISTRICT, meeting.written_at + timedelta(days=90), name, dice)


def _handle(scene: Scene, ask: UUID, part: CastPart, since: datetime, name: str, hops: int = 0) -> None:
    """Plan what the holder of an ask does: refer it, defer it, answer it, or nothing at all."""
    dice = scene.dice(name, "hop", hops)
    passes, fate, wait, where = (dice.random() for _ in range(4))
    if passes < scene.story.passes_on(_USUALLY_PASSED_ON) and hops < _MOST_HOPS:
        _pass_on(scene, ask, part, since, name, hops)
        return
    conduct = scene.conduct(part, day_of(since))
    if fate >= conduct.answers:
        return
    days = 6 + 16 * wait if fate < conduct.answers * conduct.prompt else 35 + 50 * wait
    if where < 0.06:
        _put_off(scene, ask, part, since, name)
    else:
        _answer(scene, ask, part, since + timedelta(days=days), name, dice)


def _answer(scene: Scene, ask: UUID, part: CastPart, moment: datetime, name: str, dice: Random) -> None:
    answer = dice.choices(list(Answer), (45, 32, 23))[0]
    command = AnswerAsk(
        ask=ask,
        answered_by=scene.body(part).id,
        answer=answer,
        reasons=dice.choice(DECLINED) if answer is Answer.DECLINED else None,
    )
    scene.act(f"{name}/answer", scene.desk(moment.date(), dice), scene.body(part).key, command)


def _pass_on(scene: Scene, ask: UUID, part: CastPart, since: datetime, name: str, hops: int) -> None:
    """Refer the ask to the next body; most take it on a few weeks later."""
    dice = scene.dice(name, "pass", hops)
    here = scene.body(part)
    start = _HANDS.index(part) + 1 if part in _HANDS else 0
    ring = (*_HANDS[start:], *_HANDS[:start])
    taker = next(each for each in ring if scene.body(each).id != here.id)
    at = scene.desk((since + timedelta(days=8 + dice.randrange(12))).date(), dice, after=since)
    refer = ReferAsk(
        ask=ask, referred_by=here.id, referred_to=scene.body(taker).id, reasons="It is not ours to decide."
    )
    scene.act(f"{name}/refer/{hops}", at, here.key, refer)
    if dice.random() < 0.1:  # and there it rests
        return
    desk_hour = scene.desk((at + timedelta(days=7 + dice.randrange(14))).date(), dice, after=at)
    body = scene.body(taker)
    scene.act(f"{name}/accept/{hops}", desk_hour, body.key, AcceptReferral(ask=ask, accepted_by=body.id))
    _handle(scene, ask, taker, desk_hour, name, hops + 1)


def _put_off(scene: Scene, ask: UUID, part: CastPart, since: datetime, name: str) -> None:
    """Plan a day for the answer, and the answer then: the promise that this made is kept."""
    dice = scene.dice(name, "put-off")
    body = scene.body(part)
    until = day_of(since) + timedelta(days=70)
    at = scene.desk(day_of(since) + timedelta(days=10), dice, after=since)
    deferred = scene.act(f"{name}/defer", at, body.key, DeferAsk(ask=ask, deferred_by=body.id, until=until.isoformat()))
    answered = scene.desk(until - timedelta(days=4), dice)
    _answer(scene, ask, part, answered, name, dice)
    meeting = scene.meeting_after(answered)
    if meeting is not None:
        promise = made_by(deferred, "deferral")
        meeting.add("confirmations", ConfirmFulfilment(commitment=promise, confirmed_by=scene.body(CastPart.FORUM).id))


def _take_back(scene: Scene, ask: UUID, since: datetime, name: str) -> None:
    """Plan the forum's withdrawal of what it asked."""
    dice = scene.dice(name, "take-back")
    at = scene.desk(day_of(since) + timedelta(days=9), dice, after=since)
    command = WithdrawAsk(ask=ask, withdrawn_by=scene.body(CastPart.FORUM).id, reasons="We found another way.")
    scene.act(f"{name}/take-back", at, scene.cast.secretary, command)
