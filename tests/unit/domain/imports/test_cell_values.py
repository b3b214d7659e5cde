"""Files are read as they were left, and cells as people write them."""

import gzip
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.imports.cell_text import UnreadableCell
from domain.imports.cell_values import read_cell, years_later
from domain.imports.csv_file import UnreadableSpreadsheet
from domain.imports.dates import read_date
from domain.imports.mapping_cells import ReadAs
from domain.imports.numbers import number
from domain.imports.row_order import prepare_rows
from domain.imports.spreadsheets import recognise_spreadsheet, sheet_lines
from tests.support.small_mapping import PROMISES, a_file, mapping, payment, promise, the_files

FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%Y-%m-%dT%H:%M:%S%z", "%B %Y", "%Y")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-03-27", "2019-03-27"),
        (" 27/03/2019 ", "2019-03-27"),
        ("March 2019", "2019-03"),
        ("2019", "2019"),
        ("2014-04-17T00:30:39+02:00", "2014-04-17"),
    ],
)
def test_dates_are_read_in_each_form_with_their_precision_on_the_files_own_calendar(text, expected):
    assert read_date(text, FORMATS) == expected


@pytest.mark.parametrize("text", ["31/02/2019", "27.3.2019", "soon", "2019-13-01"])
def test_what_is_no_date_in_any_form_is_refused(text):
    with pytest.raises(UnreadableCell, match="no date"):
        read_date(text, FORMATS)


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1)), st.integers(0, 50))
def test_years_later_is_a_real_day_of_that_year_in_that_month(day, years):
    later = date.fromisoformat(years_later(day.isoformat(), years))
    assert (later.year, later.month) == (day.year + years, day.month)
    assert later.day in {day.day, 28}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("£1,234.50", "1234.50"), ("(38.5)", "-38.5"), ("-650", "-650"), ("1 000", "1000"), ("0.00", "0.00")],
)
def test_numbers_are_read_as_people_write_them(text, expected):
    assert number(text) == Decimal(expected)


@pytest.mark.parametrize("text", ["ten", "nan", "Infinity", "1.2.3", "£"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(UnreadableCell, match="no number"):
        number(text)


def test_money_is_whole_pence():
    assert read_cell("£61,949.61", ReadAs.MONEY, dates=(), currency="GBP") == {
        "minor_units": 6194961,
        "currency": "GBP",
    }
    with pytest.raises(UnreadableCell, match="two decimals"):
        read_cell("0.001", ReadAs.MONEY, dates=(), currency="GBP")


@pytest.mark.parametrize(
    ("text", "read_as", "expected"),
    [
        ("Yes", ReadAs.YES_NO, True),
        ("n", ReadAs.YES_NO, False),
        ("12", ReadAs.WHOLE_NUMBER, 12),
        ("1.5", ReadAs.NUMBER, 1.5),
    ],
)
def test_other_readings(text, read_as, expected):
    assert read_cell(text, read_as, dates=(), currency="GBP") == expected


@pytest.mark.parametrize(
    ("text", "read_as"), [("maybe", ReadAs.YES_NO), ("1.5", ReadAs.WHOLE_NUMBER), ("x", ReadAs.INSTANT)]
)
def test_readings_that_do_not_fit_are_refused(text, read_as):
    with pytest.raises(UnreadableCell):
        read_cell(text, read_as, dates=FORMATS, currency="GBP")


def test_an_instant_without_a_zone_is_londons():
    assert read_cell("2019-07-01", ReadAs.INSTANT, dates=FORMATS, currency="GBP") == "2019-07-01T00:00:00+01:00"


def test_quoted_line_breaks_stay_in_their_cell_and_lines_are_those_of_the_file(tmp_path):
    path = tmp_path / "notes.csv"
    path.write_text('a,b\n1,"one\ntwo\nthree"\n\n2,x\n', encoding="utf-8")
    lines = list(sheet_lines(path, "utf-8"))
    assert [(each.line, each.cells["b"]) for each in lines] == [(2, "one\ntwo\nthree"), (6, "x")]


def test_a_gzipped_file_with_a_byte_order_mark_reads_the_same(tmp_path):
    plain, zipped = tmp_path / "a.csv", tmp_path / "b.csv.gz"
    content = "\ufeffa,b\r\n1,ü\r\n".encode()
    plain.write_bytes(content)
    zipped.write_bytes(gzip.compress(content))
    assert [each.cells for each in sheet_lines(plain, "utf-8-sig")] == [{"a": "1", "b": "ü"}]
    assert [each.cells for each in sheet_lines(zipped, "utf-8-sig")] == [{"a": "1", "b": "ü"}]


def test_a_row_with_too_many_or_too_few_cells_or_other_bytes_is_kept_with_its_fault(tmp_path):
    path = tmp_path / "ragged.csv"
    path.write_bytes(b"a,b\n1\n1,2,3\n\xff,2\n1,2\n")
    faults = [each.fault for each in sheet_lines(path, "utf-8")]
    assert faults[0] == "it has 1 cells where the heading has 2"
    assert faults[1] == "it has 3 cells where the heading has 2"
    assert "bytes" in faults[2]
    assert faults[3] is None


def test_a_file_is_known_by_its_heading_not_its_name(tmp_path):
    one, other = the_files(tmp_path, [promise("p")], [payment("m", "p")])
    assert recognise_spreadsheet(mapping(), one).kind.name == "promise"
    assert recognise_spreadsheet(mapping(), other).kind.name == "payment"


def test_a_file_that_fits_nothing_says_what_it_lacks(tmp_path):
    path = a_file(tmp_path, "promises.csv", PROMISES[:-1], [])
    with pytest.raises(UnreadableSpreadsheet, match="for promise it lacks purpose; for payment it lacks"):
        recognise_spreadsheet(mapping(), path)


@pytest.mark.parametrize(("content", "fault"), [(b"", "lacks"), (b"body,body\n", "same heading")])
def test_a_heading_that_is_none_is_refused(tmp_path, content, fault):
    path = tmp_path / "x.csv"
    path.write_bytes(content)
    with pytest.raises(UnreadableSpreadsheet, match=fault):
        recognise_spreadsheet(mapping(), path)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(UnreadableSpreadsheet, match="cannot be read"):
        recognise_spreadsheet(mapping(), tmp_path / "none.csv")


def test_shares_run_up_by_date_whatever_the_order_of_the_file_and_a_row_seen_twice_counts_once(tmp_path):
    rows = [
        payment("late", "p", paid="2020-03-01", amount="500"),
        payment("early", "p", paid="2019-03-28", amount="200"),
        payment("late", "p", paid="2020-03-01", amount="500"),
        payment("other", "q", paid="2019-06-01", amount="7"),
    ]
    sheets = [recognise_spreadsheet(mapping(), path) for path in the_files(tmp_path, [], rows)]
    totals = [(each.row.key[-1], each.totals.get(("kept", "amount"))) for each in prepare_rows(mapping(), sheets)]
    assert totals == [("early", 200), ("other", 7), ("late", 700), ("late", 700)]
