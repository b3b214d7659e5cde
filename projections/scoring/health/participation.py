"""Participation (H4): how widely what is done is shared, and who could come."""

from collections import Counter
from collections.abc import Hashable
from typing import Final, NamedTuple
from uuid import UUID

from domain.events.declaration import Participant
from domain.events.interactions import InteractionRecorded
from domain.events.recorded import Effective
from domain.values import LONDON
from domain.vocabulary import Attendance, Mode, Side
from projections.history.attendance import is_together, present
from projections.history.causes import causes_of
from projections.method.method import Dimension
from projections.scoring.formulas.concentration import concentration
from projections.scoring.health.deeds import deeds
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
    """Measure how much rests on few: the fewest people behind half of what is done, over half of those active."""
    shared = _deeds_shared(material) if material.method.health.counts_deeds else _attendance_shared(material)
    spread = concentration(shared.times.values())
    if spread is None:
        return [absent(H4, HEADLINE, Missing.NOTHING_HAPPENED)]
    around = _without_anyone(shared.times, spread.spread)
    return [
        ranged(H4, HEADLINE, spread.spread, around, n=shared.acts, causes=shared.causes),
        counted(H4, "people-active", spread.active, n=spread.active),
        counted(H4, "fewest-behind-half", spread.bus_factor, n=spread.active),
        counted(H4, "concentration", spread.herfindahl, n=spread.active),
        counted(H4, "effective-number", spread.effective_number, n=spread.active),
        *_attendance(material),
        *_circumstances(material),
    ]


class _Shared(NamedTuple):
    """How often each person or body did something, in how many acts, and the events behind them."""

    times: Counter[Hashable]
    acts: int
    causes: tuple[UUID, ...]


def _attendance_shared(material: Material) -> _Shared:
    attended = [people_there for _, body in _gatherings(material) if (people_there := present(body))]
    times: Counter[Hashable] = Counter(_who(each) for people_there in attended for each in people_there)
    return _Shared(times, len(attended), causes_of(facts(_gatherings(material))))


def _deeds_shared(material: Material) -> _Shared:
    recent_deeds = list(deeds(material))
    times: Counter[Hashable] = Counter(doer for deed in recent_deeds for doer in deed.doers)
    return _Shared(times, len(recent_deeds), causes_of(deed.fact for deed in recent_deeds))


def _gatherings(material: Material) -> list[tuple[Effective, InteractionRecorded]]:
    return [(fact, body) for fact, body in material.contacts if is_together(body)]


def _who(participant: Participant) -> Hashable:
    """The person where one is named; otherwise a body in that role counts as one."""
    return participant.person_id or (participant.party.party_id, participant.role)


def _without_anyone(times: Counter[Hashable], whole: float) -> tuple[float, float]:
    """The least and the most that the headline becomes when any one of them is left out."""
    spreads = [whole]
    for amount in set(times.values()):
        rest = list(times.values())
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
