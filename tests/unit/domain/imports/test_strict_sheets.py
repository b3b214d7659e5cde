"""A sheet is read strictly: what breaks its form is refused with its line, and no other row is lost by it."""

import csv
import gzip
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.imports import csv_reader
from domain.imports.csv_file import UnreadableSpreadsheet
from domain.imports.csv_reader import csv_rows
from domain.imports.spreadsheets import recognise_spreadsheet, sheet_lines
from tests.support.small_mapping import PROMISES, mapping

HEADING = "a,b,c"


def read(text):
    return list(csv_rows(io.StringIO(text, newline="")))


def told(tmp_path, content, encoding="utf-8-sig"):
    path = tmp_path / "sheet.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return [(each.line, each.fault, each.cells) for each in sheet_lines(path, encoding)]


@given(
    rows=st.lists(st.lists(st.text(st.characters(exclude_characters="\0")), min_size=2, max_size=4), max_size=5),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL]),
)
def test_what_is_written_by_the_rules_is_read_as_it_was(rows, end, quoting):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, quoting=quoting).writerows(rows)
    lines = read(out.getvalue())
    assert [list(each.cells) for each in lines] == rows
    assert not any(each.fault for each in lines)


@given(st.text(alphabet='a,"\n\r ;\0', max_size=40))
def test_every_line_is_part_of_one_row_or_refused_and_numbers_rise(text):
    lines = read(text)
    starts = [each.line for each in lines]
    assert starts == sorted(set(starts))
    whole = [each for each in lines if each.fault is None]
    assert all('"' not in "".join(each.cells) for each in whole if '"' not in text)
    again = io.StringIO(newline="")
    csv.writer(again).writerows(each.cells for each in whole)
    assert [each.cells for each in read(again.getvalue())] == [each.cells for each in whole if each.cells != ("",)]


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ('2,"six foot,x', "never closed"),
        ('2,six" foot,x', "in its middle"),
        ('2,"six" foot,x', "in its middle"),
        ('2,"a "quoted" word",x', "in its middle"),
        ("2,x", "2 cells where the heading has 3"),
        ("2,x,y,z", "4 cells where the heading has 3"),
        ("2,x\0,y", "NUL"),
    ],
)
@pytest.mark.parametrize("after", ["3,y,z\n4,y,z\n", '3,"y\nfolded",z\n4,y,z\n'])
def test_a_row_that_breaks_the_rules_costs_itself_alone(tmp_path, bad, reason, after):
    rows = told(tmp_path, f"{HEADING}\n1,x,y\n{bad}\n{after}")
    assert [(line, cells["a"]) for line, fault, cells in rows if fault is None][:1] == [(2, "1")]
    assert {cells["a"] for _, fault, cells in rows if fault is None} == {"1", "3", "4"}
    ((line, fault, cells),) = [each for each in rows if each[1] is not None]
    assert (line, cells["a"]) == (3, "2")
    assert reason in fault


def test_blanks_around_quotation_marks_are_outside_of_the_cell(tmp_path):
    rows = told(tmp_path, 'a, b, c\n1, "x, y" , z\n')
    assert rows == [(2, None, {"a": "1", "b": "x, y", "c": " z"})]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_one_way(tmp_path, end):
    rows = told(tmp_path, end.join([HEADING, "1,x,y", "2,x,y", ""]))
    assert [(line, fault) for line, fault, _ in rows] == [(2, None), (3, None)]


def test_feeds_with_and_without_returns_are_one_way_and_a_lone_return_is_another(tmp_path):
    rows = told(tmp_path, f'{HEADING}\r\n1,x,y\n2,x,y\r3,x,y\n4,x,y\n5,"x\ry",z\n')
    assert [(line, fault is None) for line, fault, _ in rows] == [
        (2, True),
        (3, False),
        (4, False),
        (5, True),
        (6, True),
    ]
    assert "carriage return" in rows[1][1]


def test_columns_without_a_heading_are_left_out_where_they_are_empty(tmp_path):
    rows = told(tmp_path, f"{HEADING},,,\n1,x,y,,,\n2,x,y\n3,x,y,, ,\n4,x,y,,7,\n")
    assert [fault for _, fault, _ in rows[:3]] == [None, None, None]
    assert set(rows[0][2]) == {"a", "b", "c"}
    assert rows[3][1] == "it has '7' in column 5, which has no heading: name the column, or clear the cell"


def test_bytes_that_are_not_in_the_encoding_are_refused_in_any_column_and_can_be_shown(tmp_path):
    rows = told(tmp_path, b"a,b,c\n\x931\x94,x,y\n2,x,\xa3y\n3,x,y\n")
    assert [fault is None for _, fault, _ in rows] == [False, False, True]
    assert "in a" in rows[0][1]
    assert rows[0][2]["a"] == "\ufffd1\ufffd"


def test_a_row_that_is_longer_than_any_is_refused_and_the_next_is_read(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_reader, "LONGEST_ROW", 1000)
    for long in ("1," + "x" * 5000 + ",y\n", '1,"' + "x\n" * 600 + '",y\n', '1,"' + "x" * 5000 + "\n"):
        rows = told(tmp_path, f"{HEADING}\n{long}2,x,y\n")
        assert rows[0][:2][0] == 2
        assert rows[0][1] is not None
        assert rows[-1][1:] == (None, {"a": "2", "b": "x", "c": "y"})


def test_a_small_archive_that_unpacks_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_reader, "LARGEST_FILE", 100_000)
    path = tmp_path / "bomb.csv.gz"
    for content in (b"a,b,c\n" + b"1,x,y\n" * 100_000, b"a,b,c\n" + b"\0" * 10_000_000):
        path.write_bytes(gzip.compress(content))
        with pytest.raises(UnreadableSpreadsheet, match="split it"):
            list(sheet_lines(path, "utf-8"))


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<x/>")
    return out.getvalue()


WHOLE = gzip.compress((",".join(PROMISES) + "\nx,1,2019-01-01,,1,p\n" * 500).encode())
NO_SHEETS = {
    "cut.csv.gz": (WHOLE[:-20], "cut short"),
    "begun.csv.gz": (WHOLE[:5], "cut short"),
    "none.csv.gz": (b"a,b\n", "is no gzip"),
    "empty.csv.gz": (b"", "is no gzip"),
    "trailing.csv.gz": (WHOLE + b"garbage", "more stands after its end"),
    "damaged.csv.gz": (WHOLE[:40] + bytes(20) + WHOLE[60:], "cannot be unpacked"),
    "book.xlsx": (zipped(), "Excel workbook"),
    "book.csv": (zipped(), "Excel workbook"),
    "old.xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel workbook"),
    "wide.csv": ("a,b\n1,2\n".encode("utf-16"), "encoded as utf-16"),
    "wider.csv": ("a,b\n1,2\n".encode("utf-32"), "encoded as utf-32"),
    "empty.csv": (b"", "the file is empty"),
    "title.csv": (f"Promises 2019,,,\n\n{','.join(PROMISES)}\n".encode(), "line 3 has the columns: delete what stands"),
    "semicolons.csv": (";".join(PROMISES).encode(), "separated by semicolons"),
    "tabs.csv": ("\t".join(PROMISES).encode(), "separated by tabs"),
    "twice.csv": (f"{','.join(PROMISES)},body\n".encode(), "columns 1 and 7 have the same heading, body"),
    "other.csv": (b"body,vow,made\n", "read as the heading, in 3 columns: 'body', 'vow', 'made'"),
    "open.csv": (f'"{",".join(PROMISES)}\n1,2\n'.encode(), "never closed"),
}


@pytest.mark.parametrize("name", NO_SHEETS)
def test_what_is_no_sheet_is_refused_with_what_was_read_or_what_it_is(tmp_path, name):
    content, reason = NO_SHEETS[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableSpreadsheet, match=reason):
        list(sheet_lines(recognise_spreadsheet(mapping(), path).path, "utf-8-sig"))


def test_a_folder_is_no_sheet(tmp_path):
    with pytest.raises(UnreadableSpreadsheet, match="folder"):
        recognise_spreadsheet(mapping(), tmp_path)


def test_a_gzip_is_known_by_what_it_is_and_not_by_its_name(tmp_path):
    path = tmp_path / "packed.csv"
    path.write_bytes(WHOLE)
    assert recognise_spreadsheet(mapping(), path).kind.name == "promise"
