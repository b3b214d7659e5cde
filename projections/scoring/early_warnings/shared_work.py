"""Early warning of work that rests on very few people of one side. Nobody is named: people are counted."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from msgspec import Struct

from domain.events.interactions import InteractionRecorded
from domain.events.recorded import Effective
from domain.values import day_of, end_of_day
from domain.vocabulary import Side
from projections.history.attendance import present
from projections.history.causes import causes_of
from projections.scoring.early_warnings.warning_row import (
    EarlyWarningRow,
    EarlyWarningRule,
    EarlyWarningState,
    Watch,
    days_and_later,
    held_since,
)


class PeopleThere(Struct, frozen=True):
    """The people of one side at one contact: those named, and how many more."""

    fact: Effective
    named: tuple[UUID, ...]
    unnamed: int


class WorkShared(Struct, frozen=True):
    """The parts of a year's attendance made by the person, and by the two, who came most, and how many came."""

    by_one: float
    by_two: float
    active: int


def few_who_do_most(watch: Watch) -> Iterator[EarlyWarningRow]:
    """Each side of which very few people make half of all attendance in a year."""
    for side in Side:
        gatherings = list(_gatherings(watch, side))
        if gatherings and (row := _few_of(watch, side, gatherings)) is not None:
            yield row


def _few_of(watch: Watch, side: Side, gatherings: Sequence[PeopleThere]) -> EarlyWarningRow | None:
    days = days_and_later((day_of(each.fact.occurred_at) for each in gatherings), watch.method.health.window_days)
    days += [day + timedelta(days=1) for day in days]
    since = held_since(days, watch.as_of, lambda day: _rests_on_few(watch, gatherings, day))
    if since is None:
        return None
    year = _year_before(watch, gatherings, watch.as_of)
    work, is_one = work_shared(year), _rests_on_one(watch, work_shared(year))
    return EarlyWarningRow(
        rule=EarlyWarningRule.FEW_DO_MOST,
        state=EarlyWarningState.HOLDS,
        side=side,
        since_on=since,
        found=work.by_one if is_one else work.by_two,
        threshold=watch.rules.share_by_one if is_one else watch.rules.share_by_two,
        people=1 if is_one else 2,
        of=work.active,
        causes=causes_of(each.fact for each in year),
    )


def _gatherings(watch: Watch, side: Side) -> Iterator[PeopleThere]:
    for fact, body in watch.history.each(InteractionRecorded):
        people = [each for each in present(body) if each.party.side is side]
        person_ids = tuple({each.person_id for each in people if each.person_id is not None})
        unnamed = sum(each.count for each in people if each.person_id is None)
        if people:
            yield PeopleThere(fact, person_ids, unnamed)


def _year_before(watch: Watch, gatherings: Sequence[PeopleThere], day: date) -> Sequence[PeopleThere]:
    end = end_of_day(day)
    start = end - timedelta(days=watch.method.health.window_days)
    first, after = (
        bisect_left(gatherings, at, key=lambda gathering: gathering.fact.occurred_at) for at in (start, end)
    )
    return gatherings[first:after]


def _rests_on_few(watch: Watch, gatherings: Sequence[PeopleThere], day: date) -> bool:
    work = work_shared(_year_before(watch, gatherings, day))
    is_few = work.by_two >= watch.rules.share_by_two or _rests_on_one(watch, work)
    return is_few and work.active >= watch.rules.fewest_active


def _rests_on_one(watch: Watch, work: WorkShared) -> bool:
    return work.by_one >= watch.rules.share_by_one


def work_shared(gatherings: Sequence[PeopleThere]) -> WorkShared:
    """How attendance was shared. Whoever is not named is somebody else each time, so that nothing rests on a guess."""
    attendances = Counter(person for each in gatherings for person in each.named)
    total = attendances.total() + sum(each.unnamed for each in gatherings)
    most = [times for _, times in attendances.most_common(2)]
    active = len(attendances) + max((each.unnamed for each in gatherings), default=0)
    if not most:
        return WorkShared(0.0, 0.0, active)
    return WorkShared(most[0] / total, sum(most) / total, active)
