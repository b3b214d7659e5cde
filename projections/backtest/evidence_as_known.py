"""One partition's evidence as it was known on each of some days: by what had been recorded by then, and no more."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Final

from domain.events.recorded import Recorded
from domain.events.stewardship import TextRedacted
from domain.values import end_of_day
from domain.vocabulary import CodeList
from projections.history.history import History, history
from projections.method.method import Method
from projections.scoring.behaviour import evidence
from projections.scoring.formulas.evidence import Evidence


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


def evidence_as_known(
    records: Sequence[Recorded], days: Iterable[date], method: Method, known_by: KnownBy
) -> Iterator[tuple[date, Sequence[Evidence]]]:
    """The evidence of each day on which anything was known, in order; cut it at the end of that day.

    Days between which nothing was recorded share one reading of the record, as of the last of them: a figure asked
    about an earlier day is the point of the timeline there.
    """
    instants = sorted(map(CLOCKS[known_by], records))

    def count_known(day: date) -> int:
        return sum(instant < end_of_day(day) for instant in instants)

    for count, same_days in groupby(sorted(set(days)), key=count_known):
        days_alike = list(same_days)
        past = history_as_known(records, days_alike[-1], known_by, days_alike[-1]) if count else None
        if past is not None:
            rows = evidence(past, method)
            yield from ((day, rows) for day in days_alike)
