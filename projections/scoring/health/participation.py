"""Participation (H4): how widely what is done is shared, and who could come."""

from collections import Counter
from collections.abc import Hashable
from typing import Final

from domain.events.declaration import Participant
from domain.events.interactions import InteractionRecorded
from domain.events.recorded import Effective
from domain.values import LONDON
from domain.vocabulary import Attendance, Mode, Side
from projections.history.attendance import is_together, present
from projections.history.causes import causes_of
from projections.method.method import Dimension
from projections.scoring.formulas.concentration import concentration
from projections.scoring.health.material import Material
from projections.scoring.health.measure import (
    HEADLINE,
    Measure,
    Missing,
    absent,
    counted,
    facts,
    ranged,
    share,
)

H4: Final = Dimension.PARTICIPATION
_OFFICE_OPENS, _OFFICE_CLOSES, _SATURDAY = 9, 17, 5


def participation(material: Material) -> list[Measure]:
    """Measure how much rests on few: the fewest people behind half of all attendance, over half of those active."""
    attendances: Counter[Hashable] = Counter()
    attended = [people_there for _, body in _gatherings(material) if (people_there := present(body))]
    for people_there in attended:
        attendances.update(map(_who, people_there))
    spread = concentration(attendances.values())
    causes = causes_of(facts(_gatherings(material)))
    if spread is None:
        return [absent(H4, HEADLINE, Missing.NOTHING_HAPPENED)]
    return [
        ranged(
            H4, HEADLINE, spread.spread, _without_anyone(attendances, spread.spread), n=len(attended), causes=causes
        ),
        counted(H4, "people-active", spread.active, n=spread.active),
        counted(H4, "fewest-behind-half", spread.bus_factor, n=spread.active),
        counted(H4, "concentration", spread.herfindahl, n=spread.active),
        counted(H4, "effective-number", spread.effective_number, n=spread.active),
        *_attendance(material),
        *_circumstances(material),
    ]


def _gatherings(material: Material) -> list[tuple[Effective, InteractionRecorded]]:
    return [(fact, body) for fact, body in material.contacts if is_together(body)]


def _who(participant: Participant) -> Hashable:
    """The person where one is named; otherwise a body in that role counts as one."""
    return participant.person_id or (participant.party.party_id, participant.role)


def _without_anyone(attendances: Counter[Hashable], whole: float) -> tuple[float, float]:
    """The least and the most that the headline becomes when any one of them is left out."""
    spreads = [whole]
    for amount in set(attendances.values()):
        rest = list(attendances.values())
        rest.remove(amount)
        spread = concentration(rest)
        if spread is not None:
            spreads.append(spread.spread)
    return min(spreads), max(spreads)


def _attendance(material: Material) -> list[Measure]:
    attended: Counter[Side] = Counter()
    expected: Counter[Side] = Counter()
    for _, body in _gatherings(material):
        for participant in body.participants:
            if participant.attendance in (Attendance.ATTENDED, Attendance.ABSENT):
                expected[participant.party.side] += participant.count
                attended[participant.party.side] += participant.count * (participant.attendance is Attendance.ATTENDED)
    return [share(H4, "attendance", attended[side], expected[side], group=side) for side in Side if expected[side]]


def _circumstances(material: Material) -> list[Measure]:
    contacts = _gatherings(material)
    supported = sum(bool(body.support) for _, body in contacts)
    modes = Counter(body.mode for _, body in contacts if body.mode is not None)
    timed = [fact for fact, _ in contacts if "T" in fact.body.happened]
    return [
        share(H4, "with-support-offered", supported, len(contacts)),
        share(H4, "outside-office-hours", sum(_is_out_of_hours(fact) for fact in timed), len(timed)),
        *(share(H4, "venue", modes[mode], modes.total(), group=mode) for mode in Mode if modes[mode]),
    ]


def _is_out_of_hours(fact: Effective) -> bool:
    local = fact.occurred_at.astimezone(LONDON)
    return local.weekday() >= _SATURDAY or not _OFFICE_OPENS <= local.hour < _OFFICE_CLOSES
