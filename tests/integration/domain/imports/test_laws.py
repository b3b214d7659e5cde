"""Whatever the rows: each is accounted for once, a second import adds nothing, and their order makes no difference."""

from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.handling.bulk_recorder import BulkRecorder
from domain.imports.importer import Importer
from domain.imports.row_order import prepare_rows
from domain.imports.row_report import RowOutcome
from domain.imports.spreadsheets import recognise_spreadsheet
from tests.support.small_mapping import NOW, import_files, mapping, payment, promise, summarised, the_files

NEW = {RowOutcome.IMPORTED, RowOutcome.CORRECTED}

dates = st.sampled_from(["2019-03-27", "01/06/2019", "2020-02", "2021-01-01", "", "1900-01-01", "2917-10-24", "soon"])
amounts = st.sampled_from(["1000", "250.50", "0", "", "-12", "£1,000", "much"])
keys = st.sampled_from(["a", "a", "b", ""])
organisations = st.sampled_from(["code:EAS", "code:eas-old", "Wold", ""])
promises = st.builds(promise, keys, body=organisations, made=dates, entered=dates, amount=amounts)
payments = st.builds(
    payment,
    keys,
    keys,
    body=organisations,
    status=st.sampled_from(["received", "RECD.", "due", "lost", "gone", ""]),
    paid=dates,
    amount=amounts,
)
files = st.tuples(st.lists(promises, max_size=8), st.lists(payments, max_size=8))
some = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


@some
@given(rows=files)
def test_every_row_is_accounted_for_once_and_importing_again_adds_nothing(handler, rows):
    of = mapping(f"law-{uuid4()}")
    with TemporaryDirectory() as folder:
        sheets = the_files(Path(folder), *rows)
        before = handler.recorder.head().position
        first = import_files(handler, of, sheets)
        head = handler.recorder.head().position
        again = import_files(handler, of, sheets)
    for entries in (first, again):
        summary = summarised(of, entries)
        assert summary.rows == sum(summary.outcomes.values()) == len(rows[0]) + len(rows[1])
        assert len({(each.file, each.line) for each in entries}) == summary.rows
        assert all(each.reasons for each in entries if each.outcome in {RowOutcome.REFUSED, RowOutcome.CHANGED})
    assert handler.recorder.head().position == head
    assert not {each.outcome for each in again} & NEW
    assert head - before >= sum(len(each.event_ids) for each in first if each.outcome in NEW)


@some
@given(rows=files, shuffled=st.data())
def test_the_order_of_rows_makes_no_difference(handler, rows, shuffled):
    of = mapping("order")
    other = tuple(shuffled.draw(st.permutations(each)) for each in rows)
    assert _rehearsed(handler, of, rows, reverse=False) == _rehearsed(handler, of, other, reverse=True)


@some
@given(rows=files, at_once=st.integers(1, 5))
def test_small_batches_of_which_nothing_is_held_afterwards_record_the_same(handler, rows, at_once):
    run = uuid4()
    usual = _imported(handler, mapping(f"usual-{run}"), rows)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("domain.imports.importer.AT_ONCE", at_once)
        patched.setattr("domain.handling.bulk_recorder.MOST_HELD", 0)
        assert _imported(handler, mapping(f"small-{run}"), rows) == usual


def _imported(handler, of, rows):
    """The account of each row, and of its events how many they are: their ids differ from mapping to mapping."""
    with TemporaryDirectory() as folder:
        entries = import_files(handler, of, the_files(Path(folder), *rows))
    return [
        (each.kind, each.line, each.outcome, each.reasons, len(each.event_ids), len(each.registered))
        for each in entries
    ]


def _rehearsed(handler, of, rows, *, reverse):
    """The outcomes of the rows, whatever their lines, and every body that would be recorded."""
    store = BulkRecorder(handler, rehearsal=True)
    with TemporaryDirectory() as folder:
        sheets = [recognise_spreadsheet(of, path) for path in the_files(Path(folder), *rows)]
        entries = list(Importer(of, store, now=NOW).run(prepare_rows(of, sheets[::-1] if reverse else sheets)))
    recorded = {
        event.event_id: event.body for entry in entries for event in store.events(of.identity(entry.kind, *entry.key))
    }
    outcomes = [
        (entry.kind, entry.key, entry.outcome, [reason for reason in entry.reasons if "line" not in reason])
        for entry in entries
    ]
    return sorted(outcomes), recorded
