"""How far the record of a partition reaches: until when it can be told from it that nothing was done.

Whoever records with a key goes on doing so, as far as is known. What was imported ends where its last record does: what
is not in it afterwards may have happened all the same. Known at a position of the log, whatever day is asked about.
"""

from datetime import date

from msgspec import Struct

from domain.events.declaration import declaration_of
from domain.events.families import PARTNERSHIP, RECORDS
from domain.events.recorded import Effective
from domain.values import day_of, last_day
from domain.vocabulary import Source
from projections.history.history import History
from projections.history.memo import once_per_history


class RecordReach(Struct, frozen=True):
    """From when somebody records what goes on here with a key (None: nobody does), and until when imports reach."""

    recorded_from: date | None
    imported_until: date

    def covers(self, day: date, begun_by: Effective | None = None) -> bool:
        """An act about something by the end of a day would be on record; `begun_by` is what began the thing."""
        if begun_by is not None and begun_by.envelope.source is not Source.IMPORT:
            return True
        return (self.recorded_from is not None and self.recorded_from <= day) or day <= self.imported_until


@once_per_history
def record_reach(history: History) -> RecordReach:
    """Find how far a record reaches; to form a partnership and seat its members is not yet to record what goes on."""
    by_key, imported = [], []
    for fact in history.claims:
        if fact.envelope.source is Source.IMPORT:
            imported.append(last_day(fact.body.happened))
        elif declaration_of(type(fact.body)).family not in (PARTNERSHIP, RECORDS):
            by_key.append(day_of(fact.recorded_at))
    return RecordReach(min(by_key, default=None), max(imported, default=date.min))
