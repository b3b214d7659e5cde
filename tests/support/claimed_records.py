"""Records as an import leaves them: taken long after they were first written down, in an order of its own."""

from collections.abc import Callable, Sequence
from datetime import timedelta

from msgspec.structs import replace

from domain.events.declaration import declaration_of
from domain.events.recorded import Recorded
from projections.history.history import thing_of


def claiming(record: Recorded) -> Recorded:
    """The record, whose source claims to have recorded it when it was."""
    return replace(record, envelope=replace(record.envelope, source_recorded_at=record.recorded_at))


def imported(records: Sequence[Recorded], pick: Callable[[int], int]) -> list[Recorded]:
    """The same events, all recorded later, each with its claim, in any order that a log could have taken them in.

    `pick` chooses among so many that may come next: those whose thing, or record, is there.
    """
    last = records[-1].recorded_at
    left, taken = [claiming(record) for record in records], []
    known: set[object] = set()
    while left:
        ready = [record for record in left if _needs(record) <= known] if taken else left[:1]
        record = ready[pick(len(ready))]
        left.remove(record)
        known |= {("record_id", record.event_id), (declaration_of(record.body).begins, thing_of(record.body))}
        taken.append(record)
    return [
        replace(record, position=number, recorded_at=last + timedelta(days=100, seconds=number))
        for number, record in enumerate(taken, start=1)
    ]


def _needs(record: Recorded) -> set[object]:
    about = declaration_of(record.body).about
    return {(about, thing_of(record.body))} if about else set()
