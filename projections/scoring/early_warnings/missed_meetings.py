"""Early warnings of meetings: a run of them called off, and a side that used to come and stopped."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final

from msgspec import Struct

from domain.events.interactions import InteractionCancelled, InteractionPlanned, InteractionRecorded
from domain.events.recorded import Effective
from domain.values import day_of
from domain.vocabulary import Attendance, InteractionKind, Side
from projections.history.attendance import is_together
from projections.history.causes import causes_of
from projections.scoring.early_warnings.warning_row import (
    EarlyWarningRow,
    EarlyWarningRule,
    EarlyWarningState,
    Watch,
    held_since,
)

_THERE_OR_NOT: Final = frozenset({Attendance.ATTENDED, Attendance.APOLOGIES, Attendance.ABSENT})
_HALF: Final = 0.5


class CallOffOrMeeting(Struct, frozen=True):
    """A meeting that was called off or was held, and on which day."""

    on: date
    is_held: bool
    fact: Effective


class TurnoutOfSide(Struct, frozen=True):
    """A contact at which it was written down whether a side came, and whether anybody of it did."""

    on: date
    came: bool
    fact: Effective


def cancelled_meetings(watch: Watch) -> Iterator[EarlyWarningRow]:
    """The partnership, where several meetings in a row were called off and none was held since."""
    course = list(_course(watch))
    most = watch.rules.cancelled_in_a_row
    since = held_since((each.on for each in course), watch.as_of, lambda day: len(_called_off_by(course, day)) >= most)
    if since is not None:
        run = _called_off_by(course, watch.as_of)
        yield EarlyWarningRow(
            rule=EarlyWarningRule.CANCELLED_MEETINGS,
            state=EarlyWarningState.HOLDS,
            since_on=since,
            found=float(len(run)),
            threshold=float(most),
            causes=causes_of(each.fact for each in run),
        )


def _course(watch: Watch) -> Iterator[CallOffOrMeeting]:
    """Board meetings in the order in which they were called off or held."""
    kinds = {body.interaction_id: body.kind for _, body in watch.history.each(InteractionPlanned)}
    for fact in watch.history.of(InteractionCancelled, InteractionRecorded):
        match fact.body:
            case InteractionCancelled(interaction_id=identity) if kinds.get(identity) is InteractionKind.MEETING:
                yield CallOffOrMeeting(on=day_of(fact.occurred_at), is_held=False, fact=fact)
            case InteractionRecorded(kind=InteractionKind.MEETING):
                yield CallOffOrMeeting(on=day_of(fact.occurred_at), is_held=True, fact=fact)


def _called_off_by(course: Sequence[CallOffOrMeeting], day: date) -> list[CallOffOrMeeting]:
    """The meetings called off by the end of a day since the last that was held."""
    by_then = [each for each in course if each.on <= day]
    held_last = max((place for place, each in enumerate(by_then) if each.is_held), default=-1)
    return by_then[held_last + 1 :]


def sides_that_stopped_coming(watch: Watch) -> Iterator[EarlyWarningRow]:
    """Each side with a seat that came to most meetings, and to none of the last several."""
    for side in Side:
        turnouts = list(_turnouts(watch, side))
        if turnouts and (row := _stopped_coming(watch, side, turnouts)) is not None:
            yield row


def _stopped_coming(watch: Watch, side: Side, turnouts: Sequence[TurnoutOfSide]) -> EarlyWarningRow | None:
    seats = [seat for seat in watch.history.seats if seat.party.side is side]
    changes = [each.on for each in turnouts]
    changes += [day_of(at) for seat in seats for at in (seat.accepted_since, seat.until) if at is not None]
    since = held_since(changes, watch.as_of, lambda day: _has_stopped(watch, side, turnouts, day))
    if since is None:
        return None
    absences, before = _parted(turnouts, watch.as_of)
    return EarlyWarningRow(
        rule=EarlyWarningRule.SIDE_STOPPED_COMING,
        state=EarlyWarningState.HOLDS,
        side=side,
        since_on=since,
        found=float(len(absences)),
        threshold=float(watch.rules.missed_in_a_row),
        before=float(sum(each.came for each in before)),
        before_on=before[-1].on,
        of=len(before),
        causes=causes_of(each.fact for each in absences),
    )


def _turnouts(watch: Watch, side: Side) -> Iterator[TurnoutOfSide]:
    for fact, body in watch.history.each(InteractionRecorded):
        of_side = [each.attendance for each in body.participants if each.party.side is side]
        if is_together(body) and not _THERE_OR_NOT.isdisjoint(of_side):
            yield TurnoutOfSide(day_of(fact.occurred_at), Attendance.ATTENDED in of_side, fact)


def _has_stopped(watch: Watch, side: Side, turnouts: Sequence[TurnoutOfSide], day: date) -> bool:
    absences, before = _parted(turnouts, day)
    times_there = sum(each.came for each in before)
    return (
        len(absences) >= watch.rules.missed_in_a_row
        and times_there >= watch.rules.fewest_attended_before
        and times_there >= _HALF * len(before)
        and watch.has_seat(side, day)
    )


def _parted(
    turnouts: Sequence[TurnoutOfSide], day: date, window_days: int = 365
) -> tuple[list[TurnoutOfSide], list[TurnoutOfSide]]:
    """The contacts missed by the end of a day since the side last came, and those of the year up to when it did."""
    by_then = [each for each in turnouts if each.on <= day]
    came_last = max((place for place, each in enumerate(by_then) if each.came), default=-1)
    absences, before = by_then[came_last + 1 :], by_then[: came_last + 1]
    if not absences or not before:
        return absences, before
    start = before[-1].on - timedelta(days=window_days)
    return absences, [each for each in before if each.on > start]
