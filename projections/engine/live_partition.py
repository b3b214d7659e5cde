"""One partnership that grows as events come in: its rows are made by difference, and equal to those from nothing."""

from collections.abc import Iterable, Iterator
from datetime import date

from domain.events.recorded import Recorded
from projections.declaration import Projection
from projections.engine.live_history import LiveHistory
from projections.engine.parking import ParkedFault
from projections.engine.row_sets import Projected, project_rows
from projections.method.method import Method


class LivePartition:
    """A partition whose history grows; `made_whole` says why its rows were last made from nothing, if they were.

    After a fault nothing that was remembered is trusted any more.
    """

    def __init__(self, records: Iterable[Recorded]) -> None:
        self.records = list(records)
        self._history = LiveHistory()

    @property
    def made_whole(self) -> str:
        """The reason why the rows asked for last were made from nothing; empty where they were not."""
        return self._history.remade

    def take(self, records: Iterable[Recorded]) -> None:
        """Take in the next events."""
        self.records.extend(records)

    def rows(self, as_of: date, method: Method, projections: Iterable[Projection]) -> Iterator[Projected]:
        """Its rows by each projection, or the fault of one that fails; unchanged rows are the same objects."""
        rows_by_projection = project_rows(
            self.records[-1], lambda: self._history.known(self.records, as_of), method, projections
        )
        for projection, rows in rows_by_projection:
            if isinstance(rows, ParkedFault):
                self._history = LiveHistory()
            yield projection, rows
