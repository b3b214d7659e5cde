"""The import of rows in batches: each is recorded in one transaction, or not at all."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from domain.decisions.command_context import Actor
from domain.handling.bulk_recorder import BulkRecorder
from domain.imports.mapping import Mapping
from domain.imports.registrations import IMPORTER
from domain.imports.row_importer import RowImporter, reasons_against
from domain.imports.row_order import PreparedRow, PreparedRows
from domain.imports.row_report import RowEntry
from domain.log.errors import BoundaryConflict, EntryTooLarge, Malformed
from domain.vault import SubjectForgotten

AT_ONCE: Final = 500
"""Rows that are recorded in one transaction."""

ATTEMPTS: Final = 5
"""How often a batch is decided anew when others record inside its boundaries, before it is halved."""


class Importer:
    """Takes the rows of one mapping into the record, one after the other."""

    def __init__(
        self, mapping: Mapping, store: BulkRecorder, *, now: datetime, actor: Actor = IMPORTER, correct: bool = False
    ) -> None:
        self._store = store
        self._rows = RowImporter(mapping, store, now=now, actor=actor, correct=correct)

    def run(self, rows: PreparedRows) -> Iterator[RowEntry]:
        """Record the rows in the order given, and account for each once it is recorded."""
        remaining_rows = iter(rows)
        while batch := list(islice(remaining_rows, AT_ONCE)):
            yield from self._batch(batch)

    def _batch(self, rows: Sequence[PreparedRow]) -> Iterator[RowEntry]:
        """Record rows in one transaction: all as they are accounted for, or none, and then again, or in halves."""
        for _ in range(ATTEMPTS):
            try:
                self._rows.foresee(rows)
                entries = [self._rows.account(row) for row in rows]
                self._store.append()
            except (BoundaryConflict, SubjectForgotten):
                self._rows.drop()
            except (EntryTooLarge, Malformed) as refused:
                self._rows.drop()
                if len(rows) == 1:
                    entry = self._rows.refuse(rows[0], reasons_against(refused))
                    self._rows.settle()
                    yield entry
                    return
                break
            else:
                self._rows.settle()
                yield from entries
                return
        else:
            if len(rows) == 1:
                raise BoundaryConflict("others keep recording what this import rests on: import again")
        half = len(rows) // 2
        yield from self._batch(rows[:half])
        yield from self._batch(rows[half:])
