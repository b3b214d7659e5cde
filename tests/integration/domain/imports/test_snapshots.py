"""Successive snapshots of one tracker: what moved on since is recorded, and the counts come out as from the last alone.

The tracker holds 60 promises of a council to residents, due on 1 June 2024: at the end 38 were kept in time, 5 late and
17 not done, however much of those had been done on the way.
"""

from collections import Counter
from datetime import date

import pytest

from domain.events.commitments import CommitmentMade
from domain.imports.row_report import RowOutcome
from domain.log.decode_events import decode_event
from projections.history.history import history
from projections.method.document import default_method
from projections.method.method import Dimension
from projections.scoring.health.profile import health_rows
from tests.support.small_mapping import a_file, faults_of, import_files, mapping

TRACKER = """
id = "%(id)s"
title = "A tracker of promises"
since = "2020"
[partnership]
name = "The board"
kind = "joint-working-group"
members = ["council"]
[parties.council]
name = "Exshire Council"
kind = "unitary"
[[rows]]
kind = "promise"
identified_by = ["ref"]
happened = { column = "made", as = "date" }
[[rows.record]]
name = "promise"
command = "make-commitment"
word = "council"
[rows.record.fields]
promisers = [{ party = "council" }]
promisees = [{ party = "residents" }]
text = { text = "Promise {ref}" }
due = { column = "due", as = "date" }
[[rows]]
kind = "state"
in_rows_of = "promise"
identified_by = ["ref", "status", "share"]
happened = { column = "changed", as = "date" }
parents.promise = ["ref"]
[[rows.record]]
name = "state"
command = "confirm-fulfilment"
when = { column = "status", is = ["begun", "done"] }
[rows.record.fields]
commitment = { made = "promise.promise" }
confirmed_by = { party = "residents" }
done = { column = "changed", as = "date" }
extent = { column = "status", table = "extent" }
fraction = { column = "share", table = "fraction", as = "number" }
[tables.extent]
begun = "part"
done = "whole"
[tables.fraction]
"1" = ""
"""
COLUMNS = ("ref", "made", "due", "status", "share", "changed")


def row(ref, status="open", share="", changed=""):
    return {"ref": ref, "made": "2024-01-01", "due": "2024-06-01", "status": status, "share": share, "changed": changed}


def autumn():
    """The tracker in the autumn: 38 done by 10 June, within the days of grace, 5 on 1 August, and 17 at most begun."""
    in_time = [row(f"in time {n}", "done", "1", "2024-05-20" if n % 2 else "2024-06-10") for n in range(38)]
    late = [row(f"late {n}", "done", "1", "2024-08-01") for n in range(5)]
    open_rows = [row(f"not done {n}", "begun", "0.9", "2024-07-01") for n in range(10)]
    return [*in_time, *late, *open_rows, *(row(f"not done {n}") for n in range(10, 17))]


def spring():
    """The same tracker in the spring, when every other promise was begun and few were done."""
    open_rows = [
        row(promise["ref"], "begun", "0.1", "2024-03-01") if n % 2 else row(promise["ref"])
        for n, promise in enumerate(autumn())
    ]
    return [row("in time 0", "done", "1", "2024-06-10"), *open_rows[1:]]


def imported(handler, folder, name, rows):
    entries = import_files(handler, mapping(source=TRACKER), [a_file(folder, f"{name}.csv", COLUMNS, rows)])
    return Counter((entry.kind, entry.outcome) for entry in entries)


def past(handler):
    """The history of the one partnership, as of the end of 2024."""
    records = [decode_event(event) for event in handler.recorder.stream()]
    (partition_id,) = {each.partition_id for each in records if isinstance(each.body, CommitmentMade)}
    own = [each for each in records if each.partition_id == partition_id]
    return history(own, as_of=date(2024, 12, 31), position=own[-1].position, recorded_at=own[-1].recorded_at)


def counts(handler):
    names = ("kept-in-time", "kept-late", "overdue", "in-part", "overdue-with-a-part-done")
    rows = health_rows(past(handler), default_method())
    values = {row.name: row.value for row in rows if row.dimension is Dimension.RELIABILITY}
    return tuple(values[name] for name in names)


@pytest.fixture
def given_both(handler, tmp_path):
    """Both snapshots, the earlier first; how their rows were accounted for."""
    return imported(handler, tmp_path, "spring", spring()), imported(handler, tmp_path, "autumn", autumn())


def test_the_counts_come_out_of_the_last_snapshot_alone(handler, tmp_path):
    imported(handler, tmp_path, "autumn", autumn())
    assert counts(handler) == (38, 5, 17, 0, 10)


def test_and_the_same_counts_out_of_successive_snapshots(handler, given_both):
    assert given_both
    assert counts(handler) == (38, 5, 17, 0, 14)


def test_each_state_is_recorded_once_and_none_is_refused(handler, tmp_path, given_both):
    first, second = given_both
    assert first == {("promise", RowOutcome.IMPORTED): 60, ("state", RowOutcome.IMPORTED): 31}
    assert second == {
        ("promise", RowOutcome.ALREADY_THERE): 60,
        ("state", RowOutcome.IMPORTED): 52,
        ("state", RowOutcome.ALREADY_THERE): 1,
    }
    again = imported(handler, tmp_path, "again", autumn())
    assert again == {("promise", RowOutcome.ALREADY_THERE): 60, ("state", RowOutcome.ALREADY_THERE): 53}


def test_a_kind_is_read_only_out_of_rows_that_have_files_of_their_own():
    for wrong in ("state", "nothing"):
        faults = faults_of(TRACKER.replace('in_rows_of = "promise"', f'in_rows_of = "{wrong}"') % {"id": "tracker"})
        assert faults == ("rows state: in_rows_of must name another kind of row that has files of its own",)
