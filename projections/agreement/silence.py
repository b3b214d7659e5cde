"""When silence after notice becomes agreement: on the record's clock, while there is somebody to notice.

Nobody can object to what is not yet recorded, nor through a seat that nobody holds or that its holder never agreed
to, so the days run from the recording and only while a body that may answer sits in the partnership.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from domain.values import day_of
from domain.vocabulary import CodeList
from projections.agreement.parties import Parties
from projections.agreement.steps import Agreed, AgreementStep
from projections.history.history import History
from projections.history.memo import once_per_thing
from projections.history.seats import Seat
from projections.method.method import Method
from projections.method.working_days import working_days


class Notice(CodeList):
    """How long a side has to object: to a statement in days, to a promise laid at its door in working days."""

    ORDINARY = "ordinary"
    PROMISE = "promise"


class Silence(Struct, frozen=True):
    """From an instant in the world on: when silence becomes agreement on the record's clock; None: never."""

    since: datetime
    ends: datetime | None


_Span = tuple[datetime, datetime | None]


def silences(
    history: History,
    method: Method,
    *,
    said_at: datetime,
    heard_at: datetime,
    parties: Parties,
    notice: Notice = Notice.ORDINARY,
) -> tuple[Silence, ...]:
    """The instants at which silence becomes agreement to a statement made at `said_at` and recorded at `heard_at`.

    The answer changes with each body that joins or leaves, because a day asked about knows only the seats
    taken by then; hence several, in order, the first from `said_at`.
    """
    clock = _Clock(method, notice)
    seats = _noticed_seats(history, method, parties)
    usual = clock.after(heard_at, clock.full)
    for seat in seats:
        if _sits_throughout(seat, said_at, heard_at, usual):
            return (Silence(said_at, usual),)
    turns = {turn for seat in seats for turn in (seat.since, seat.until) if turn is not None and turn > said_at}
    return tuple(
        Silence(turn, clock.run(heard_at, [_span(seat, turn) for seat in seats if seat.since <= turn]))
        for turn in sorted({said_at, *turns})
    )


def with_silence(
    walked: Sequence[AgreementStep], warned_at: Sequence[datetime | None], silence: Sequence[Silence], history: History
) -> Iterator[AgreementStep]:
    """Lay the silences over the steps: what is merely reported becomes tacitly agreed once its notice has run.

    Silence counts up to the record's clock at the position asked about, or the day asked about if later. A
    dispute that the record knew before the notice had run breaks the silence; `warned_at` says since when.
    """
    turns = {each.since for each in silence[1:]}
    endings = [each.ends for each in silence if each.ends is not None]
    turns.update([ends for ends in endings if ends < history.end and not history.clock_has_reached(ends)])
    last = len(walked) - 1
    for place, (step, warned) in enumerate(zip(walked, warned_at, strict=True)):
        if step.agreed is not Agreed.REPORTED:
            yield step
            continue
        begins = [step.since]
        if turns:
            next_at = walked[place + 1].since if place < last else None
            begins += sorted(turn for turn in turns if step.since < turn and (next_at is None or turn < next_at))
        for since in begins:
            ends = _ending(silence, since)
            is_heard_out = ends is not None and (warned is None or ends <= warned)
            if ends is not None and is_heard_out and (ends <= since or history.clock_has_reached(ends)):
                yield replace(step, since=since, agreed=Agreed.TACIT)
            else:
                yield step if since == step.since else replace(step, since=since)


def _ending(silence: Sequence[Silence], since: datetime) -> datetime | None:
    """The instant at which silence becomes agreement, as seen at one in the world; the first holds from the start."""
    for silence_step in silence[:0:-1]:
        if silence_step.since <= since:
            return silence_step.ends
    return silence[0].ends


@once_per_thing
def _noticed_seats(history: History, _: Method, parties: Parties) -> list[Seat]:
    noticed = (seat for seat in history.seats if parties.notices(seat.party))
    return [_as_accepted(seat, seat.accepted_since) for seat in noticed if seat.accepted_since is not None]


def _as_accepted(seat: Seat, accepted_since: datetime) -> Seat:
    """Let a seat begin when whoever sits there agreed to: before that its silence says nothing."""
    return seat if accepted_since == seat.since else replace(seat, since=accepted_since)


def _sits_throughout(seat: Seat, said_at: datetime, heard_at: datetime, ends: datetime) -> bool:
    is_heard = seat.since <= said_at and seat.noticed_from <= heard_at
    return is_heard and (seat.until is None or seat.until >= ends)


def _span(seat: Seat, turn: datetime) -> _Span:
    return seat.noticed_from, seat.until if seat.until is not None and seat.until <= turn else None


_DAY: Final = timedelta(days=1)


class _Clock:
    """Counts the days of one kind of notice."""

    def __init__(self, method: Method, notice: Notice) -> None:
        is_promise = notice is Notice.PROMISE
        self._working = working_days(method.bank_holidays) if is_promise else None
        self.full = method.notice.promise_notice_working_days if is_promise else method.notice.notice_days

    def after(self, start: datetime, days: int) -> datetime:
        """The instant that is so many days after another, at the same time of day."""
        if self._working is None:
            return start + days * _DAY
        day = day_of(start)
        return start + (self._working.after(day, days) - day)

    def _between(self, start: datetime, stop: datetime) -> int:
        if self._working is None:
            return (stop - start) // _DAY
        return self._working.between(day_of(start), day_of(stop))

    def run(self, heard_at: datetime, spans: Iterable[_Span]) -> datetime | None:
        """The instant at which all days have run, counting only whole days within the spans in which somebody sat."""
        days_left = self.full
        for start, stop in _merged(heard_at, spans):
            ends = self.after(start, days_left)
            if stop is None or ends <= stop:
                return ends
            days_left -= self._between(start, stop)
        return None


def _merged(heard_at: datetime, spans: Iterable[_Span]) -> list[_Span]:
    """Join spans that touch, leaving out what lies before the notice."""
    merged: list[_Span] = []
    for start, stop in sorted(spans, key=lambda span: span[0]):
        begins = max(start, heard_at)
        if stop is not None and stop <= begins:
            continue
        if merged and (merged[-1][1] is None or merged[-1][1] >= begins):
            first, last = merged[-1]
            merged[-1] = (first, None if last is None or stop is None else max(last, stop))
        else:
            merged.append((begins, stop))
    return merged
