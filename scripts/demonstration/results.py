"""The results: things tried, figures read at the place, claims of what helped, lessons, and what people say."""

from datetime import date, timedelta
from random import Random
from typing import Final
from uuid import UUID

from domain.decisions.experience import GiveFeedback, RecordProfile, RecordPulse
from domain.decisions.interactions import Attendee, RecordInteraction
from domain.decisions.outcomes import (
    ClaimContribution,
    DrawLesson,
    EndIntervention,
    ObserveOutcome,
    StartIntervention,
)
from domain.events.experience import FiveCounts, Group
from domain.vocabulary import Basis, InteractionKind, OutcomeDomain, Side, Stance
from scripts.demonstration.agenda import PlannedAct, made_by
from scripts.demonstration.cast import CastBody
from scripts.demonstration.scene import Scene, worded
from scripts.demonstration.stories.habits import CastPart
from scripts.demonstration.words import COMMENTS, GROUPS, INTERVENTIONS, LESSONS

# Indicator, domain, unit, the usual first value, and how it moves in a year.
_INDICATORS: Final = (
    ("Proud to live here", OutcomeDomain.PRIDE_IN_PLACE, "percent", 47.0, 1.4),
    ("Feel safe after dark", OutcomeDomain.SAFETY, "percent", 52.0, 0.8),
)
_SPREAD: Final = 2.2


def read_outcomes(scene: Scene, observatory: CastBody) -> dict[int, UUID]:
    """Read each indicator for every year; gives the first indicator's figure by year."""
    ids: dict[int, UUID] = {}
    for year in range(scene.begins.year, scene.ends.year):
        for nth, (indicator, domain, unit, first, slope) in enumerate(_INDICATORS):
            dice = scene.dice("outcome", nth, year)
            value = first + slope * (year - scene.begins.year) + dice.gauss(0, _SPREAD)
            command = ObserveOutcome(
                place=scene.cast.place_id,
                indicator=indicator,
                domain=domain,
                period_start_on=date(year, 1, 1),
                period_end_on=date(year, 12, 31),
                value=round(value, 1),
                unit=unit,
                n=180 + dice.randrange(200),
                standard_error=round(_SPREAD, 1),
                source=f"Residents' survey {year}",
                boundary_vintage="2016",
            )
            name = f"outcome/{nth}/{year}"
            at = scene.desk(date(year + 1, 2, 1) + timedelta(days=dice.randrange(40)), dice)
            if at.date() <= scene.ends:
                act = PlannedAct(at=at, name=f"{scene.cast.name}/{name}", key=observatory.key, command=command)
                scene.acts.append(act)
                if nth == 0:
                    ids[year] = made_by(scene.identity(name), "outcome")
    return ids


def try_things(scene: Scene, outcomes: dict[int, UUID]) -> None:
    """Start something every other year, end it, and say what it did."""
    for year in range(scene.begins.year + 1, scene.ends.year, 2):
        dice = scene.dice("intervention", year)
        name, key, trust = f"intervention/{year}", scene.cast.secretary, scene.body(CastPart.TRUST)
        command = StartIntervention(
            name=dice.choice(INTERVENTIONS).format(place=scene.cast.name),
            led_by=scene.body(CastPart.FORUM).id if dice.random() < 0.6 else trust.id,
            place=scene.cast.place_id,
            domains=(OutcomeDomain.PRIDE_IN_PLACE,),
        )
        started_on = date(year, 1, 20) + timedelta(days=dice.randrange(60))
        intervention = made_by(scene.act(f"{name}/start", scene.desk(started_on, dice), key, command), "intervention")
        if dice.random() < 0.6:
            ending = EndIntervention(intervention=intervention, reasons="The money for it ended.")
            scene.act(f"{name}/end", scene.desk(started_on + timedelta(days=500), dice), key, ending)
        if year in outcomes:
            _claim(scene, name, intervention, outcomes[year], date(year + 1, 4, 10), dice)


def _claim(scene: Scene, name: str, intervention: UUID, outcome: UUID, day: date, dice: Random) -> None:
    claim = ClaimContribution(
        outcome=outcome,
        said_by=scene.body(CastPart.FORUM).id,
        intervention=intervention,
        basis=dice.choice((Basis.EXPERIENCE, Basis.BEFORE_AND_AFTER)),
        reasons="People stopped us in the street to say so.",
    )
    scene.act(f"{name}/claim", scene.desk(day, dice), scene.cast.secretary, claim)
    if dice.random() < 0.25:
        council = scene.body(CastPart.DISTRICT)
        contested = ClaimContribution(
            outcome=outcome,
            said_by=council.id,
            intervention=intervention,
            stance=Stance.CONTESTS,
            reasons="The rise came before it.",
        )
        scene.act(f"{name}/contest", scene.desk(day + timedelta(days=30), dice), council.key, contested)


def look_back(scene: Scene) -> None:
    """Hold a review most years, draw a lesson from it, and ask people how it has been."""
    for year in range(scene.begins.year + 1, scene.ends.year + 1):
        dice = scene.dice("review", year)
        day, key = date(year, 9, 12) + timedelta(days=dice.randrange(20)), scene.cast.secretary
        if dice.random() < 0.8:
            review = RecordInteraction(
                kind=InteractionKind.PARTNERSHIP_REVIEW,
                happened=day.isoformat(),
                participants=tuple(
                    Attendee(party=seat.body.id, person=scene.sits(seat, day), role=seat.role)
                    for index, seat in enumerate(scene.cast.seats)
                    if dice.random() < scene.story.turnout(index, seat.turnout)
                )
                or (Attendee(party=scene.body(CastPart.TRUST).id),),
                convened_by=scene.body(CastPart.TRUST).id,
            )
            scene.act(f"review/{year}", scene.desk(day, dice, after=scene.desk(day, dice)), key, review)
            lesson = DrawLesson(lesson=dice.choice(LESSONS), drawn_by=scene.body(CastPart.FORUM).id)
            scene.act(f"review/{year}/lesson", scene.desk(day + timedelta(days=3), dice), key, lesson)
        _ask_people(scene, year, day, dice)


def _counts(usual: FiveCounts, dice: Random) -> FiveCounts:
    one, two, three, four, five = (count + dice.randrange(4) for count in usual)
    return one, two, three, four, five


def _ask_people(scene: Scene, year: int, day: date, dice: Random) -> None:
    """Ask residents about the council every year, and every other year the other way about and who took part."""
    key, council, forum = scene.cast.secretary, scene.body(CastPart.DISTRICT), scene.body(CastPart.FORUM)
    pulse = RecordPulse(about=council.id, rater_side=Side.RESIDENTS, counts=_counts((1, 2, 4, 5, 3), dice))
    scene.act(f"pulse/{year}", scene.desk(day + timedelta(days=6), dice), key, pulse)
    if (scene.ends.year - year) % 2:
        return
    back = RecordPulse(about=forum.id, rater_side=Side.GOVERNMENT, counts=_counts((0, 1, 2, 4, 2), dice))
    scene.act(f"pulse/{year}/back", scene.desk(day + timedelta(days=7), dice), council.key, back)
    chair = scene.cast.seats[0].person
    if chair is not None:
        rating = GiveFeedback(
            about=council.id,
            rater=chair,
            rater_side=Side.RESIDENTS,
            score=dice.choices((1, 2, 3, 4, 5), (1, 2, 4, 4, 2))[0],
            comment=worded(dice.choice(COMMENTS), dice),
        )
        scene.act(f"feedback/{year}", scene.desk(day + timedelta(days=8), dice), key, rating)
    groups = tuple(
        Group(name=name, present=5 + int(80 * share * dice.random()), area_share=share) for name, share in GROUPS
    )
    scene.act(f"profile/{year}", scene.desk(day + timedelta(days=9), dice), key, RecordProfile(groups=groups))
