"""A row that the log refuses in the middle of a batch is named, and changes nothing of what the others say."""

from contextlib import suppress

import pytest

from domain.events.commitments import FulfilmentConfirmed
from domain.handling.bulk_recorder import BulkRecorder
from domain.imports.importer import Importer
from domain.imports.row_order import prepare_rows
from domain.imports.row_report import RowOutcome
from domain.imports.spreadsheets import recognise_spreadsheet
from domain.log.decode_events import decode_event
from domain.log.errors import EntryTooLarge, LogUnavailable, Malformed
from domain.vocabulary import Extent
from tests.support.small_mapping import NOW, import_files, mapping, outcomes, payment, promise, the_files

IMPORTED, REFUSED = RowOutcome.IMPORTED, RowOutcome.REFUSED
PAYMENTS = [
    payment("early", "p", paid="2019-10-01", amount="600"),
    payment("later", "p", paid="2020-10-01", amount="400"),
]


def log_refuses(handler, monkeypatch, year, error):
    """Let the log refuse every append of something that happened in a year."""
    append_all_in = handler.recorder.append_all_in

    def refuse(cursor, appends, condition=None):
        if any(event.occurred_at.year == year for each in appends for event in each.events):
            raise error
        return append_all_in(cursor, appends, condition)

    monkeypatch.setattr(handler.recorder, "append_all_in", refuse)


@pytest.mark.parametrize("error", [EntryTooLarge("too much"), Malformed("it breaks a rule")])
def test_what_the_log_refuses_alone_does_not_make_a_later_part_the_whole(handler, tmp_path, monkeypatch, error):
    log_refuses(handler, monkeypatch, 2019, error)
    files = the_files(tmp_path, [promise("p", made="2018-01-01")], PAYMENTS)

    entries = import_files(handler, mapping(), files)

    assert outcomes(entries) == {"p": IMPORTED, "early": REFUSED, "later": IMPORTED}
    bodies = [decode_event(event).body for event in handler.recorder.stream()]
    parts = [(body.extent, body.fraction) for body in bodies if isinstance(body, FulfilmentConfirmed)]
    assert parts == [(Extent.PART, 0.4)]


def test_every_row_that_is_recorded_is_accounted_for_though_the_log_goes_with_the_next(handler, tmp_path, monkeypatch):
    files = the_files(tmp_path, [promise("p", made="2018-01-01")], PAYMENTS)
    rows = prepare_rows(mapping(), [recognise_spreadsheet(mapping(), file) for file in files])
    importer, entries = Importer(mapping(), BulkRecorder(handler), now=NOW), []
    log_refuses(handler, monkeypatch, 2019, Malformed("it breaks a rule"))

    with suppress(LogUnavailable):
        for entry in importer.run(rows):
            entries.append(entry)
            log_refuses(handler, monkeypatch, 2020, LogUnavailable("gone"))

    assert outcomes(entries) == {"p": IMPORTED}
