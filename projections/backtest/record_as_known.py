"""The history of one partition as known by the end of a day, for what is foretold from it."""

from collections.abc import Sequence
from datetime import date

from domain.events.recorded import Recorded
from domain.events.stewardship import TextRedacted
from domain.values import end_of_day
from projections.history.history import History, history


def history_as_known(records: Sequence[Recorded], as_of: date, upto: date) -> History | None:
    """The history by the end of a day, of what was known by the end of another; None where nothing was."""
    end = end_of_day(upto)
    known_records = [record for record in records if record.recorded_at < end]
    if not known_records:
        return None
    later = [record for record in records if isinstance(record.body, TextRedacted) and record.recorded_at >= end]
    last = known_records[-1]
    return history(known_records, as_of=as_of, position=last.position, recorded_at=last.recorded_at, later=later)
