"""The record of one partition as known by an instant: by its own clock, or by the one that its sources claim."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Final

from domain.events.recorded import Recorded
from domain.events.stewardship import TextRedacted
from domain.values import end_of_day
from domain.vocabulary import CodeList
from projections.history.history import History, history


class KnownBy(CodeList):
    """Whose clock says what was known: the record's, or the one that each source claims to have recorded by."""

    RECORD = "record"
    SOURCE = "source"


def _claimed_at(record: Recorded) -> datetime:
    claimed = record.envelope.source_recorded_at
    return record.recorded_at if claimed is None else min(claimed, record.recorded_at)


def _recorded_at(record: Recorded) -> datetime:
    return record.recorded_at


CLOCKS: Final[dict[KnownBy, Callable[[Recorded], datetime]]] = {
    KnownBy.RECORD: _recorded_at,
    KnownBy.SOURCE: _claimed_at,
}
"""The instant at which a record came to be known, by each clock."""


def history_as_known(records: Sequence[Recorded], as_of: date, known_by: KnownBy, upto: date) -> History | None:
    """The history by the end of a day, of what was known by the end of another; None where nothing was."""
    clock, end = CLOCKS[known_by], end_of_day(upto)
    known_records = [record for record in records if clock(record) < end]
    if not known_records:
        return None
    later = [record for record in records if isinstance(record.body, TextRedacted) and clock(record) >= end]
    return history(
        known_records,
        as_of=as_of,
        position=known_records[-1].position,
        recorded_at=max(map(clock, known_records)),
        later=later,
    )
