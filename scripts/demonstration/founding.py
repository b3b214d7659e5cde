"""The founding of each partnership: its seats, its rules, whom it expects; and the seats that change hands."""

from datetime import timedelta

from domain.decisions.partnerships import (
    AddMember,
    AdoptRule,
    EndMembership,
    Expected,
    FirstSeat,
    FormPartnership,
    RecordDataSharing,
    SetExpectedBodies,
)
from domain.vocabulary import Level, PartyKind
from scripts.demonstration.agenda import PlannedAct, made_by
from scripts.demonstration.rhythm import cadence
from scripts.demonstration.scene import Scene
from scripts.demonstration.stories.habits import CastPart

_EXPECTED_KINDS = (PartyKind.POLICE_FORCE, PartyKind.ICB, PartyKind.REGISTERED_PROVIDER, PartyKind.JOBCENTRE_PLUS)

_NEVER_SHARED = 0.4


def found(scene: Scene) -> None:
    """Form the partnership and settle its rules, half a week apart."""
    dice, cast = scene.dice("founding"), scene.cast
    founding_day = scene.begins + timedelta(days=3)
    command = FormPartnership(
        name=f"{cast.name} Neighbourhood Board",
        kind=PartyKind.NEIGHBOURHOOD_BOARD,
        place=cast.place_id,
        programme="Ten Years Here",
        members=tuple(
            FirstSeat(party=seat.body.id, role=seat.role, voting=seat.voting, person=seat.person) for seat in cast.seats
        ),
    )
    scene.acts.append(
        PlannedAct(at=scene.desk(founding_day, dice), name=f"form/{cast.name}", key=cast.founder, command=command)
    )
    rules = AdoptRule(
        residents_voting_share_min=0.5,
        quorum=5,
        meetings_a_year=cadence(scene),
        level_promised=Level.COLLABORATE,
        resolver=scene.body(CastPart.BUSINESS).id,
    )
    later = founding_day + timedelta(days=4)
    scene.act("rules", scene.desk(later, dice), cast.secretary, rules)
    expected = SetExpectedBodies(
        bodies=(
            Expected(party=scene.body(CastPart.DISTRICT).id),
            Expected(party=scene.body(CastPart.COUNTY).id),
            *(Expected(kind=kind) for kind in _EXPECTED_KINDS),
        )
    )
    scene.act("expected", scene.desk(later, dice) + timedelta(minutes=30), cast.secretary, expected)


def share_data(scene: Scene) -> None:
    """Plan what members agree to tell each other and keep, in their second year, where they do."""
    dice = scene.dice("sharing of data", scene.cast.name)
    if dice.random() < _NEVER_SHARED:
        return
    agreed_on = scene.begins + timedelta(days=400 + dice.randrange(200))
    arrangement = RecordDataSharing(
        covers="Who sits where and speaks for whom, what was asked and promised, and notes of meetings.",
        whereabouts="With the clerk of the board.",
        review_due=str(agreed_on.year + 10),
        happened=agreed_on.isoformat(),
    )
    scene.act("data-sharing", scene.desk(agreed_on, dice), scene.cast.secretary, arrangement)


def change_seats(scene: Scene) -> None:
    """Plan the seats that pass from residents who leave half way to others."""
    for index, seat in enumerate(scene.cast.seats):
        if seat.followed_by is None:
            continue
        dice = scene.dice("seat", index)
        member = made_by(scene.cast.formed_by, f"members/{index}")
        leaving_hour = scene.desk(scene.half_way - timedelta(days=3), dice)
        scene.act(
            f"seat/{index}/leave",
            leaving_hour,
            scene.cast.secretary,
            EndMembership(member=member, reasons="Moved away."),
        )
        join = AddMember(party=seat.body.id, role=seat.role, voting=seat.voting, person=seat.followed_by)
        scene.act(f"seat/{index}/join", leaving_hour + timedelta(hours=1), scene.cast.founder, join)
