"""Cells that a spreadsheet would run are written as text wherever they begin; and every reader finds the same rows."""

import csv
import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.reading.formats import csv_of
from domain.csv_writer import CsvWriter, inert
from projections.reviews.extract_tables import TableRow
from projections.reviews.table_files import cell

SIGNS = ["=", "+", "-", "@", *map(chr, (0xFF1D, 0xFF0B, 0xFF0D, 0xFF20, 0xFE62, 0xFE63, 0xFE66, 0xFE6B, 0x2212))]
BEFORE = [
    "",
    " ",
    "\n",
    "\r\n",
    "\t",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "\u2028",
    "\u202e",
    "\x00",
    "\x0b",
    "\u3000",
    "\u3164",
]


@pytest.mark.parametrize("sign", SIGNS)
@pytest.mark.parametrize("before", BEFORE)
def test_a_formula_is_written_as_text_whatever_stands_unseen_before_it(sign, before):
    text = f"{before}{sign}1+1"
    assert inert(text) == f"'{text}"
    assert inert(inert(text)) == inert(text)
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "a=1", "Mill Lane", "'=1", "1-2", " plain", "£5", "é", "#1"])
def test_other_texts_stay_as_they_are(text):
    assert inert(text) == text


@given(st.text())
def test_no_text_begins_with_what_a_spreadsheet_would_run(text):
    signs = "".join(each for each in inert(text) if unicodedata.category(each)[0] not in "CZ")
    assert unicodedata.normalize("NFKC", signs)[:1] not in {"=", "+", "-", "@"}


class Themed(TableRow, frozen=True, kw_only=True):
    """A theme and a number."""

    theme: str
    number: int


def test_lists_and_extracts_write_texts_inert_and_numbers_as_they_are():
    table = csv_of(("theme", "number"), [Themed(theme="\n=1+1", number=-5)], {}, {}).decode()
    assert list(csv.reader(io.StringIO(table, newline=""))) == [["theme", "number"], ["'\n=1+1", "-5"]]
    assert cell(-5) == "-5"


@given(st.lists(st.lists(st.text(), min_size=2, max_size=3), max_size=3))
def test_readers_find_the_cells_that_were_written_whatever_line_breaks_they_hold(rows):
    out = io.StringIO(newline="")
    writer = CsvWriter(out)
    for row in rows:
        writer.write(row)
    assert list(csv.reader(io.StringIO(out.getvalue(), newline=""), strict=True)) == rows
