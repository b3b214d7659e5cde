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
    done: Counter[Hashable] = Counter()
    attended = [came for _, body in _gatherings(material) if (came := present(body))]
    for came in attended:
        done.update(map(_who, came))
    found = concentration(done.values())
    causes = causes_of(facts(_gatherings(material)))
    if found is None:
        return [absent(H4, HEADLINE, Missing.NOTHING_HAPPENED)]
    return [
        ranged(H4, HEADLINE, found.spread, _without_anyone(done, found.spread), n=len(attended), causes=causes),
        counted(H4, "people-active", found.active, n=found.active),
        counted(H4, "fewest-behind-half", found.bus_factor, n=found.active),
        counted(H4, "concentration", found.herfindahl, n=found.active),
        counted(H4, "effective-number", found.effective_number, n=found.active),
        *_attendance(material),
        *_circumstances(material),
    ]


def _gatherings(material: Material) -> list[tuple[Effective, InteractionRecorded]]:
    return [(fact, body) for fact, body in material.contacts if is_together(body)]


def _who(participant: Participant) -> Hashable:
    """Tell people apart: by person where one is named; otherwise a body in that role counts as one."""
    return participant.person_id or (participant.party.party_id, participant.role)


def _without_anyone(done: Counter[Hashable], whole: float) -> tuple[float, float]:
    """Give the least and the most that the headline becomes when any one of them is left out."""
    spreads = [whole]
    for amount in set(done.values()):
        rest = list(done.values())
        rest.remove(amount)
        found = concentration(rest)
        if found is not None:
            spreads.append(found.spread)
    return min(spreads), max(spreads)


def _attendance(material: Material) -> list[Measure]:
    came: Counter[Side] = Counter()
    expected: Counter[Side] = Counter()
    for _, body in _gatherings(material):
        for each in body.participants:
            if each.attendance in (Attendance.ATTENDED, Attendance.ABSENT):
                expected[each.party.side] += each.count
                came[each.party.side] += each.count * (each.attendance is Attendance.ATTENDED)
    return [share(H4, "attendance", came[side], expected[side], group=side) for side in Side if expected[side]]


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
