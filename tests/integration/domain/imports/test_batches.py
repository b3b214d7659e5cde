"""Rows are recorded in batches: one that is broken off or overtaken is taken up, and nothing is recorded twice."""

from typing import ClassVar

import pytest

from domain.decisions.command import Command
from domain.decisions.command_context import CommandContext
from domain.events.commitments import CommitmentMade, FulfilmentConfirmed
from domain.handling.bulk_recorder import BulkRecorder
from domain.imports.importer import Importer
from domain.imports.row_order import prepare_rows
from domain.imports.row_report import RowEntry, RowOutcome
from domain.imports.spreadsheets import recognise_spreadsheet
from tests.integration.domain.imports.test_importer import bodies
from tests.support.small_mapping import (
    NOW,
    import_files,
    mapping,
    payment,
    promise,
    the_files,
)

IMPORTED, THERE, *_ = RowOutcome


def test_an_import_that_stopped_in_the_middle_is_completed_by_the_next(handler, tmp_path, monkeypatch):
    monkeypatch.setattr("domain.imports.importer.AT_ONCE", 2)
    files = the_files(tmp_path, [promise(f"p{n}") for n in range(5)], [payment(f"m{n}", f"p{n}") for n in range(5)])

    class Stopped(Exception):
        pass

    class Stopping(BulkRecorder):
        """Stops after a few commands: batches before are durable, that of the last commands is not."""

        records_left = 7

        def record(self, command: Command, context: CommandContext, payload: bytes, **more: object):
            if not self.records_left:
                raise Stopped
            self.records_left -= 1
            return super().record(command, context, payload, **more)

    rows = prepare_rows(mapping(), [recognise_spreadsheet(mapping(), path) for path in files])
    with pytest.raises(Stopped):
        list(Importer(mapping(), Stopping(handler), now=NOW).run(rows))
    entries = import_files(handler, mapping(), files)
    assert {each.outcome for each in entries} == {IMPORTED, THERE}
    assert len(bodies(handler, CommitmentMade)) == len(bodies(handler, FulfilmentConfirmed)) == 5


def test_rows_that_another_import_records_meanwhile_are_recorded_once(handler, tmp_path, monkeypatch):
    monkeypatch.setattr("domain.imports.importer.AT_ONCE", 4)
    files = the_files(tmp_path, [promise(f"p{n}") for n in range(6)], [payment("m", "p1")])

    class Overtaken(BulkRecorder):
        """Before its first append all of the files are imported by another."""

        others: ClassVar[list[RowEntry]] = []

        def append(self):
            if not self.others:
                self.others.extend(import_files(handler, mapping(), files))
            return super().append()

    rows = prepare_rows(mapping(), [recognise_spreadsheet(mapping(), path) for path in files])
    entries = list(Importer(mapping(), Overtaken(handler), now=NOW).run(rows))
    assert {each.outcome for each in Overtaken.others} == {IMPORTED}
    assert [(each.key, each.outcome) for each in entries] == [(each.key, THERE) for each in Overtaken.others]
    assert not any(each.registered for each in entries)
    assert len(bodies(handler, CommitmentMade)) == 6
