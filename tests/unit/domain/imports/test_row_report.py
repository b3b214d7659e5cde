"""The account of an import: the summary names every file, the report has its lines in the order of the files."""

import csv

import pytest

from domain.imports.row_report import ImportTally, RowEntry, RowOutcome, RowReport
from tests.support.small_mapping import a_file, mapping


def entry(file, line, **more):
    return RowEntry(
        **{"file": file, "line": line, "kind": "promise", "key": ("k",), "outcome": RowOutcome.IMPORTED, **more}
    )


@pytest.fixture
def tally():
    return ImportTally(mapping(), rehearsed=False)


def test_files_of_nothing_are_named_in_the_summary(tmp_path):
    path = a_file(tmp_path, "none.csv", ("a",), [])
    assert list(ImportTally(mapping(), rehearsed=False, files=[path.name]).summary().files) == ["none.csv"]


def test_reasons_are_counted_by_kind_the_most_frequent_first(tally):
    for reason in ("odd", "status 'gone': unknown", "status 'lost': unknown"):
        tally.add(entry("a.csv", 2, outcome=RowOutcome.REFUSED, reasons=(reason,)))
    assert list(tally.summary().reasons.items()) == [("status …: unknown", 2), ("odd", 1)]


def test_a_finished_report_has_the_order_of_files_and_lines_and_until_then_that_of_the_work(tmp_path):
    path = tmp_path / "report.csv"
    report = RowReport(path)
    for file, line in (("b.csv", 10), ("b.csv", 9), ("a.csv", 200)):
        report.add(entry(file, line, reasons=('a "reason"\nof two lines',)))
    assert [row[:2] for row in rows(path)] == [["b.csv", "10"], ["b.csv", "9"], ["a.csv", "200"]]
    before = path.read_bytes().splitlines()
    report.finish()
    assert [row[:2] for row in rows(path)] == [["a.csv", "200"], ["b.csv", "9"], ["b.csv", "10"]]
    assert sorted(path.read_bytes().splitlines()) == sorted(before)
    assert list(tmp_path.iterdir()) == [path]


def rows(path):
    return list(csv.reader(path.read_text().splitlines(keepends=True)))[1:]
