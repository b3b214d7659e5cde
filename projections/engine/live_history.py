"""The history of one partnership as events come in: grown by them where that can be, else made again."""

from collections.abc import Sequence
from datetime import date

from domain.events.recorded import Recorded
from projections.history.growing_history import GrowingHistory
from projections.history.history import History, history


class LiveHistory:
    """The history of one partnership up to its last event, on one day after another.

    `remade` is the reason why it was last made from all events, empty where it has grown. Where others are placed
    otherwise by an event, all are resolved again, but only what stands otherwise counts as changed.
    """

    def __init__(self) -> None:
        self.remade = ""
        self._history: GrowingHistory | None = None
        self._event_count = 0

    def known(self, records: Sequence[Recorded], as_of: date) -> History:
        """The history of all events of the partition, in position order, of which more may have come since."""
        new_records, self._event_count = records[self._event_count :], len(records)
        live = self._history
        if live is None or live.memo.is_broken or live.as_of != as_of:
            reason = "first" if live is None else "a fault" if live.memo.is_broken else "new day"
            return self._anew(records, as_of, reason)
        self.remade = ""
        if not new_records or live.add(new_records) or live.renew(whole_history(records, as_of), records):
            return live
        return self._anew(records, as_of, "bodies found to be the same")

    def _anew(self, records: Sequence[Recorded], as_of: date, reason: str) -> History:
        self.remade = reason
        self._history = GrowingHistory(whole_history(records, as_of), records)
        return self._history


def whole_history(records: Sequence[Recorded], as_of: date) -> History:
    """The history of all events of a partition, in position order, made from nothing."""
    last = records[-1]
    return history(records, as_of=as_of, position=last.position, recorded_at=last.recorded_at)
