"""A table as a workbook: what went in comes out of another program's reader, marked, explained, without a formula."""

import io
import re
import zipfile
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from api.reading.workbook import TableAbout, workbook_of
from domain.vocabulary import Side

ABOUT = TableAbout(
    title="Promises: Mill Lane Board",
    question="What was promised?",
    as_of=date(2026, 3, 31),
    position=1234,
    log_id=UUID(int=7),
    method="folkmoot-2026-11-29",
    contact="data@council.example",
    meanings={"due_on": "The day it is due"},
)
HEADINGS = ["promise_id", "promiser_name", "due_on", "side", "count", "share", "is_late", "at", "causes"]
LINE = [
    UUID(int=1),
    "=HYPERLINK(1)",
    date(2026, 3, 31),
    Side.RESIDENTS,
    3,
    0.25,
    True,
    datetime(2026, 3, 1, 9, 30, tzinfo=UTC),
    (UUID(int=2), UUID(int=3)),
]


def opened(lines=(LINE,), headings=HEADINGS, about=ABOUT):
    return CalamineWorkbook.from_filelike(io.BytesIO(workbook_of(about, headings, list(lines))))


def part(workbook, name):
    with zipfile.ZipFile(io.BytesIO(workbook)) as file:
        return file.read(name).decode()


def data(book):
    """The rows of the table, below the lines above it."""
    rows = book.get_sheet_by_name("Data").to_python(skip_empty_area=False)
    return rows[4], rows[5:]


def test_every_value_comes_back_as_what_it_is():
    headings, (row,) = data(opened())
    assert headings == HEADINGS
    assert row[:7] == [str(UUID(int=1)), "=HYPERLINK(1)", date(2026, 3, 31), "residents", 3.0, 0.25, True]
    assert row[7] == datetime(2026, 3, 1, 9, 30)  # noqa: DTZ001 - a cell knows no zone; the notes say that it is UTC
    assert row[8] == f"{UUID(int=2)};{UUID(int=3)}"


def test_there_is_a_cover_contents_and_notes_before_the_data():
    book = opened()
    assert book.sheet_names == ["Cover", "Contents", "Notes", "Data"]
    cover = [row[0] for row in book.get_sheet_by_name("Cover").to_python()]
    assert cover[0] == ABOUT.title
    assert "As things stood on 31 March 2026." in cover
    assert any("position 1,234" in line and str(ABOUT.log_id) in line for line in cover)
    assert "Contact: data@council.example" in cover
    assert any(line.startswith("Licence:") for line in cover)
    notes = {row[0]: row[1] for row in book.get_sheet_by_name("Notes").to_python()[3:]}
    assert notes["Column due_on"] == "The day it is due"
    assert "Empty cells" in notes
    assert {f"Column {heading}" for heading in HEADINGS} <= notes.keys()
    assert [row[0] for row in book.get_sheet_by_name("Contents").to_python()[3:]] == book.sheet_names


def test_each_sheet_but_the_cover_has_one_marked_table_from_the_first_column_under_lines_that_say_so():
    workbook = workbook_of(ABOUT, HEADINGS, [LINE, LINE])
    tables = [part(workbook, f"xl/tables/table{number}.xml") for number in (1, 2, 3)]
    assert [re.search(r'displayName="(\w+)"', table)[1] for table in tables] == [
        "Contents_table",
        "Notes_table",
        "Data_table",
    ]
    assert all(re.search(r' ref="A\d', table) for table in tables)
    assert "autoFilter" not in "".join(tables)
    rows = opened().get_sheet_by_name("Data").to_python()
    assert [row[0] for row in rows[:3]] == [ABOUT.title, "This worksheet contains one table.", ABOUT.question]


def test_nothing_is_merged_hidden_frozen_coloured_or_a_formula():
    workbook = workbook_of(ABOUT, HEADINGS, [LINE])
    sheets = "".join(part(workbook, f"xl/worksheets/sheet{number}.xml") for number in (1, 2, 3, 4))
    for unwanted in (
        "mergeCell",
        "hidden",
        "pane",
        "<f>",
        "hyperlink",
        "conditionalFormatting",
        "drawing",
        "activeCell",
    ):
        assert unwanted not in sheets
    assert "fgColor" not in part(workbook, "xl/styles.xml")


def test_title_and_language_of_the_document_are_set():
    core = part(workbook_of(ABOUT, HEADINGS, [LINE]), "docProps/core.xml")
    assert "<dc:title>Promises: Mill Lane Board</dc:title>" in core
    assert "<dc:language>en-GB</dc:language>" in core


def test_the_same_table_is_the_same_bytes():
    assert workbook_of(ABOUT, HEADINGS, [LINE]) == workbook_of(ABOUT, HEADINGS, [LINE])
    created = re.search(
        r"<dcterms:created[^>]*>([^<]+)<", part(workbook_of(ABOUT, HEADINGS, [LINE]), "docProps/core.xml")
    )
    assert created[1].startswith("2026-03-31")


def test_a_table_without_rows_says_so():
    rows = opened(lines=()).get_sheet_by_name("Data").to_python(skip_empty_area=False)
    assert rows[1][0] == "This worksheet contains one table without rows."
    assert data(opened(lines=()))[0] == HEADINGS


def test_what_is_longer_than_a_cell_holds_is_cut_and_says_so():
    _, (row,) = data(opened([[*LINE[:8], tuple(UUID(int=each) for each in range(2_000))]]))
    assert len(row[8]) == 32_767
    assert row[8].endswith("[cut]")


def test_a_whole_number_that_a_sheet_would_round_is_a_text():
    _, (row,) = data(opened([[*LINE[:4], 2**63, *LINE[5:]]]))
    assert row[4] == str(2**63)


LETTERS = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=50)


@given(st.lists(st.tuples(LETTERS, LETTERS), min_size=1, max_size=4))
def test_any_text_comes_back_as_a_text(lines):
    _, rows = data(opened(lines, ["one", "two"]))
    assert [tuple(row) for row in rows] == lines
