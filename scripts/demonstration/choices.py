"""Decisions: whose proposal was adopted and at what level, who attests it, and the money spent on it."""

from datetime import datetime, timedelta
from random import Random
from typing import Final
from uuid import UUID

from domain.decisions.consultations import CloseConsultation, GiveConsultationFeedback, OpenConsultation
from domain.decisions.decisions import AttestDecision, RecordSpending, TakeDecision
from domain.decisions.disputes import RaiseDispute, SettleDispute
from domain.values import Money
from domain.vocabulary import Challenge, Level
from scripts.demonstration.agenda import made_by
from scripts.demonstration.rhythm import cadence
from scripts.demonstration.scene import Meeting, Scene, worded
from scripts.demonstration.stories.habits import CastPart
from scripts.demonstration.words import CONSULTED_ON, DECISIONS, REASONS

_A_YEAR: Final = 2.5
_LEVELS: Final = tuple(Level)


def take_decisions(scene: Scene) -> None:
    """Plan the board's decisions, a few times a year, and what was spent on them."""
    for number, meeting in enumerate(scene.meetings):
        dice = scene.dice("decisions", number)
        expected = _A_YEAR / cadence(scene)
        for nth in range(int(expected) + (dice.random() < expected % 1)):
            _decide(scene, meeting, f"decision/{number}/{nth}")


def _decide(scene: Scene, meeting: Meeting, name: str) -> None:
    dice = scene.dice(name)
    leader = dice.choices((CastPart.FORUM, CastPart.DISTRICT, CastPart.TRUST, CastPart.POLICE), (4, 3, 2, 1))[0]
    promised = dice.choice((Level.INVOLVE, Level.COLLABORATE, Level.COLLABORATE))
    practised = _LEVELS[max(0, promised.rank - (dice.random() < 0.3))]
    recent = [ask for ask, day in scene.asks.items() if timedelta(0) < meeting.day - day < timedelta(days=300)]
    answers = (dice.choice(recent),) if recent and dice.random() < 0.5 else ()
    command = TakeDecision(
        title=worded(dice.choice(DECISIONS), dice),
        decided_by=scene.cast.board,
        led_by=scene.body(leader).id,
        reasons=dice.choice(REASONS) if dice.random() < 0.9 else None,
        alternatives="Leave it for another year." if dice.random() < 0.4 else None,
        level_promised=promised,
        level_practised=practised,
        answers=answers,
    )
    decision = meeting.add("decisions", command)
    attests = dice.random()
    if leader is CastPart.FORUM:
        if attests < 0.6:
            council = scene.body(CastPart.DISTRICT)
            attestation = AttestDecision(decision=decision, attested_by=council.id, level_practised=practised)
            at = scene.desk(meeting.written_at.date() + timedelta(days=5), dice, after=meeting.written_at)
            scene.act(f"{name}/attest", at, council.key, attestation)
    elif attests < 0.7 and (later := scene.meeting_after(meeting.written_at)):
        forum = scene.body(CastPart.FORUM).id
        later.add("attestations", AttestDecision(decision=decision, attested_by=forum, level_practised=practised))
    _spend(scene, meeting.written_at, name, decision, dice)


def _spend(scene: Scene, since: datetime, name: str, decision: UUID, dice: Random) -> None:
    for nth in range(1 + (dice.random() < 0.5)):
        part = CastPart.TRUST if dice.random() < 0.7 else CastPart.DISTRICT
        body = scene.body(part)
        command = RecordSpending(
            spent_by=body.id,
            amount=Money(minor_units=dice.randrange(20_000, 1_500_000, 500)),
            purpose="As decided by the board.",
            theme=dice.choice(list(Challenge)).value,
            decision=decision if dice.random() < 0.8 else None,
        )
        at = scene.desk((since + timedelta(days=15 + dice.randrange(60))).date(), dice)
        scene.act(f"{name}/spend/{nth}", at, body.key, command)


def consult(scene: Scene) -> None:
    """Plan the council's consultations, once in most years, and what people hear of the outcome."""
    for year in range(scene.begins.year + 1, scene.ends.year + 1):
        dice = scene.dice("consultation", year)
        part = dice.choices((CastPart.DISTRICT, CastPart.COUNTY, CastPart.POLICE), (3, 1, 1))[0]
        body, name = scene.body(part), f"consultation/{year}"
        opened_on = scene.begins.replace(year=year) + timedelta(days=dice.randrange(200))
        closes = opened_on + timedelta(days=42)
        responses, back = 20 + dice.randrange(400), dice.random()
        opened = scene.act(
            f"{name}/open",
            scene.desk(opened_on, dice),
            body.key,
            OpenConsultation(
                opened_by=body.id,
                subject=worded(dice.choice(CONSULTED_ON), dice),
                closes=closes.isoformat(),
                level_promised=Level.CONSULT,
            ),
        )
        consultation = made_by(opened, "consultation")
        close = CloseConsultation(consultation=consultation, closed_by=body.id, responses=responses)
        scene.act(f"{name}/close", scene.desk(closes, dice), body.key, close)
        if back < 0.85:
            wait = 30 + dice.randrange(45) if back < 0.7 else 100 + dice.randrange(60)
            feedback = GiveConsultationFeedback(
                consultation=consultation,
                given_by=body.id,
                responses_covered=int(responses * (0.6 + 0.4 * dice.random())),
                reasons=dice.choice(REASONS),
            )
            scene.act(f"{name}/feedback", scene.desk(closes + timedelta(days=wait), dice), body.key, feedback)


def fall_out(scene: Scene) -> None:
    """Plan the conflicts between bodies, every few years, mostly settled."""
    for year in range(scene.begins.year + 1, scene.ends.year + 1, 3):
        dice = scene.dice("dispute", year)
        day = scene.begins.replace(year=year) + timedelta(days=dice.randrange(300))
        forum, council, key = scene.body(CastPart.FORUM).id, scene.body(CastPart.DISTRICT).id, scene.cast.secretary
        about = worded("Who may book the room at {street}", dice)
        raised = scene.act(
            f"dispute/{year}", scene.desk(day, dice), key, RaiseDispute(raised_by=forum, others=(council,), about=about)
        )
        if dice.random() < 0.75:
            settlement = SettleDispute(
                dispute=made_by(raised, "dispute"), agreed_by=(forum, council), terms="Turn and turn about."
            )
            scene.act(f"dispute/{year}/settle", scene.desk(day + timedelta(days=50), dice), key, settlement)
