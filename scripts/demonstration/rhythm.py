"""The rhythm of a board: meetings put in the diary, moved, called off, held and written up; contacts in between."""

from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from domain.decisions.interactions import (
    Attendee,
    CancelInteraction,
    PlanInteraction,
    RecordInteraction,
    RescheduleInteraction,
    ShareNotes,
)
from domain.values import LONDON, end_of_day
from domain.vocabulary import Attendance, InteractionKind, Mode, Side, Support
from scripts.demonstration.agenda import made_by
from scripts.demonstration.scene import Meeting, Scene, worded
from scripts.demonstration.stories.habits import CastPart
from scripts.demonstration.words import NOTES

_MONTHLY: Final = 12
_CADENCES: Final = (6, 4, _MONTHLY, 4)
_CONTACTS_A_YEAR: Final = 4
_BETWEEN: Final = (
    InteractionKind.CALL,
    InteractionKind.WALKABOUT,
    InteractionKind.SITE_VISIT,
    InteractionKind.DROP_IN,
    InteractionKind.WORKSHOP,
    InteractionKind.MESSAGE,
)
_OFFICIALS: Final = (
    CastPart.DISTRICT,
    CastPart.COUNTY,
    CastPart.POLICE,
    CastPart.ICB,
    CastPart.JOBCENTRE,
    CastPart.HOUSING,
)
_SHARED_WITH: Final = (Side.RESIDENTS, Side.GOVERNMENT, Side.AGENCY, Side.COMMUNITY_SECTOR)


def cadence(scene: Scene) -> int:
    """The number of meetings a year that this board holds."""
    return _CADENCES[scene.cast.like % len(_CADENCES)]


def plan_meetings(scene: Scene) -> None:
    """Put every meeting in the diary; those that will be held wait for what comes up."""
    step = timedelta(days=365 / cadence(scene))
    first = datetime(scene.begins.year, scene.begins.month, scene.begins.day, tzinfo=LONDON)
    number = 0
    while (day := (first + timedelta(days=40) + number * step).date()) <= scene.ends:
        _plan(scene, number, _tuesday(day))
        number += 1


def _tuesday(day: date) -> date:
    return day + timedelta(days=(1 - day.weekday()) % 7)


def _plan(scene: Scene, number: int, day: date) -> None:
    """Draw what becomes of one meeting: one in twenty is called off, as many are moved by a week."""
    dice = scene.dice("meeting", number)
    fate, delay, hour = dice.random(), dice.random(), dice.random()
    name = f"meeting/{number}"
    moved_to = day + timedelta(days=7) if 0.05 <= fate < 0.1 else day
    interaction_id = _put_in_diary(scene, number, day, moved_to, is_called_off=fate < 0.05)
    if fate < 0.05 or moved_to > scene.ends:
        return
    held_at = datetime(moved_to.year, moved_to.month, moved_to.day, 18 if hour < 0.7 else 10, 30, tzinfo=LONDON)
    late = 16 + 4 * delay if dice.random() < 0.05 else 1 + 5 * delay
    written_at = scene.desk((held_at + timedelta(days=late)).date(), dice)
    meeting = Meeting(name, scene.identity(f"{name}/record"), held_at, written_at, planned=interaction_id)
    if scene.meetings and dice.random() < 0.92:
        meeting.add("minutes_approved", scene.meetings[-1].interaction_id)
    scene.meetings.append(meeting)


def _put_in_diary(scene: Scene, number: int, day: date, moved_to: date, *, is_called_off: bool) -> UUID | None:
    """Plan a meeting and what becomes of the plan; monthly boards just meet on their day."""
    if cadence(scene) == _MONTHLY:
        return None
    dice, name, key = scene.dice("diary", number), f"meeting/{number}", scene.cast.secretary
    plan = PlanInteraction(
        kind=InteractionKind.MEETING, planned_for=day.isoformat(), convened_by=_convenor(scene, number)
    )
    planned = scene.act(f"{name}/plan", scene.desk(day - timedelta(days=25), dice), key, plan)
    interaction_id = made_by(planned, "interaction")
    if is_called_off:
        reasons = dice.choice(("Too few could come.", "The hall was flooded."))
        command = CancelInteraction(
            interaction=interaction_id, cancelled_by=scene.body(CastPart.TRUST).id, reasons=reasons
        )
        scene.act(f"{name}/cancel", scene.desk(day - timedelta(days=4), dice), key, command)
    elif moved_to != day:
        rescheduling = RescheduleInteraction(interaction=interaction_id, planned_for=moved_to.isoformat())
        scene.act(f"{name}/move", scene.desk(day - timedelta(days=5), dice), key, rescheduling)
    return interaction_id


def _convenor(scene: Scene, number: int) -> UUID:
    part = (CastPart.TRUST, CastPart.DISTRICT, CastPart.TRUST, CastPart.FORUM, CastPart.TRUST, CastPart.DISTRICT)[
        number % 6
    ]
    return scene.body(part).id


def write_up(scene: Scene) -> None:
    """Record each meeting whole, with all that came up, and share its notes."""
    for number, meeting in enumerate(scene.meetings):
        dice = scene.dice("write-up", number)
        shared, wait = dice.random(), dice.random()
        if shared < 0.6:
            meeting.items["notes_shared_with"] = list(_SHARED_WITH)
        command = _record(scene, meeting, _convenor(scene, number), dice)
        scene.act(f"{meeting.name}/record", meeting.written_at, scene.cast.secretary, command)
        if 0.6 <= shared < 0.97:  # now and then nobody does
            days = 22 + 20 * wait if shared > 0.9 else 3 + 8 * wait
            at = scene.desk((meeting.held_at + timedelta(days=days)).date(), dice, after=meeting.written_at)
            notes = ShareNotes(interaction=meeting.interaction_id, shared_with=_SHARED_WITH)
            scene.act(f"{meeting.name}/notes", at, scene.cast.secretary, notes)


def _record(scene: Scene, meeting: Meeting, convenor: UUID, dice: Random) -> RecordInteraction:
    came_up: dict[str, Any] = {kind: tuple(items) for kind, items in meeting.items.items()}
    return RecordInteraction(
        kind=InteractionKind.MEETING,
        happened=meeting.held_at.isoformat(),
        planned=meeting.planned,
        participants=_who_came(scene, meeting.day, dice),
        convened_by=convenor,
        chaired_by=scene.body(CastPart.FORUM).id,
        mode=Mode.HYBRID if dice.random() < 0.3 else Mode.IN_PERSON,
        place=scene.cast.place_id,
        title=f"Board meeting, {meeting.day:%B %Y}",
        notes=worded(dice.choice(NOTES), dice),
        support=(Support.STEP_FREE, Support.CHILDCARE) if dice.random() < 0.4 else (),
        **came_up,
    )


def _who_came(scene: Scene, day: date, dice: Random) -> tuple[Attendee, ...]:
    came = []
    for index, seat in enumerate(scene.cast.seats):
        chance, word = dice.random(), dice.random()
        attended = chance < scene.story.turnout(index, seat.turnout)
        absent = Attendance.APOLOGIES if word < 0.7 else Attendance.ABSENT
        came.append(
            Attendee(
                party=seat.body.id,
                person=scene.sits(seat, day),
                role=seat.role,
                attendance=Attendance.ATTENDED if attended else absent,
            )
        )
    return tuple(came)


def keep_in_touch(scene: Scene) -> None:
    """Record the calls, walkabouts and workshops between meetings, each by the body that met residents."""
    years = (scene.ends - scene.begins).days / 365
    for number in range(int(_CONTACTS_A_YEAR * years)):
        dice = scene.dice("contact", number)
        day = scene.begins + timedelta(days=45 + int(365 / _CONTACTS_A_YEAR * (number + dice.random())))
        kind, part = dice.choice(_BETWEEN), dice.choice(_OFFICIALS)
        able = [index for index, seat in enumerate(scene.cast.seats) if seat.person]
        able = list(scene.story.contacts_by(able))
        who = [scene.cast.seats[index] for index in dice.sample(able, 2)]
        official = scene.body(part)
        command = RecordInteraction(
            kind=kind,
            happened=day.isoformat(),
            participants=(
                *(Attendee(party=seat.body.id, person=scene.sits(seat, day), role=seat.role) for seat in who),
                Attendee(party=official.id),
            ),
            convened_by=who[0].body.id if dice.random() < 0.4 else official.id,
            notes=worded(dice.choice(NOTES), dice),
        )
        slow = dice.random() < 0.06  # some are written down a month later
        written_on = day + timedelta(days=25 + dice.randrange(20) if slow else dice.randrange(6))
        recorded = scene.act(
            f"contact/{number}", scene.desk(written_on, dice, after=end_of_day(day)), official.key, command
        )
        if kind is InteractionKind.WORKSHOP and dice.random() < 0.8:
            notes = ShareNotes(interaction=made_by(recorded, "interaction"), shared_with=_SHARED_WITH)
            at = scene.desk(written_on + timedelta(days=4), dice, after=end_of_day(written_on))
            scene.act(f"contact/{number}/notes", at, official.key, notes)
