"""The generated pages of the reference: up to date, complete, and whole as Markdown."""

import re

import pytest

from domain.events import declarations
from domain.events.glossary import GLOSSARY
from domain.vocabulary import CodeList
from scripts.cli import main
from scripts.commands import reference
from scripts.commands.reference import FOLDER, PAGES, stale_pages
from scripts.documentation.events import data_dictionary_page, events_page, vocabulary_page

each_page = pytest.mark.parametrize("name", PAGES)


@pytest.fixture(scope="module")
def pages():
    return {name: page() for name, page in PAGES.items()}


def headings(page):
    return re.findall(r"^#+ (.+)$", page, re.MULTILINE)


def anchors(page):
    return {heading.lower().replace(" ", "-") for heading in headings(page)}


def test_every_page_is_up_to_date():
    assert stale_pages(FOLDER) == []


def test_a_page_that_differs_or_is_missing_is_out_of_date(tmp_path):
    (tmp_path / "events.md").write_text(events_page())
    (tmp_path / "vocabulary.md").write_text("# Vocabulary\n")
    assert stale_pages(tmp_path) == [name for name in PAGES if name != "events.md"]


@pytest.mark.parametrize("declared_event", declarations(), ids=lambda event: event.name)
def test_every_event_is_described_with_its_fields_and_sentence(declared_event):
    section = events_page().partition(f"### {declared_event.name}\n")[2].partition("\n#")[0]
    assert declared_event.question in section
    assert f"`{declared_event.sentence}`" in section
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(declared_event.fields)
    for field in declared_event.sealed:
        assert re.search(rf"^\| `{field}` \| sealed text \|", section, re.MULTILINE)


def test_every_family_says_why_and_how_long_it_is_kept():
    page = events_page()
    for family in {each.family for each in declarations()}:
        assert f"Kept {family.purpose}. Lawful basis: {family.lawful_basis}. Retention: {family.retention}." in page


def test_every_code_is_listed():
    page = vocabulary_page()
    missing = [
        code
        for codes in CodeList.__subclasses__()
        if codes.__module__.startswith("domain.vocabulary.")
        for code in codes
        if f"| `{code}` |" not in page
    ]
    assert missing == []


def test_every_field_name_has_its_row():
    inside_a_seal = {"box", "key_id"}
    rows = re.findall(r"^\| `(\w+)` \|", data_dictionary_page(), re.MULTILINE)
    assert rows == sorted(set(GLOSSARY) - inside_a_seal)


@each_page
def test_every_link_leads_to_a_heading(pages, name):
    links = set(re.findall(r"\]\(([\w-]+\.md)#([\w-]+)\)", pages[name]))
    there = {(page, anchor) for page in {page for page, _ in links} for anchor in anchors(pages[page])}
    assert links <= there


@each_page
def test_every_row_of_a_table_has_as_many_cells_as_its_head(pages, name):
    for table in re.findall(r"(?:^\|.*\n)+", pages[name], re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", row)) for row in table.splitlines()}
        assert len(widths) == 1


@each_page
def test_no_heading_stands_twice(pages, name):
    titles = headings(pages[name])
    assert sorted(set(titles)) == sorted(titles)


def test_the_command_writes_what_is_out_of_date_and_checks_without_writing(tmp_path, monkeypatch):
    monkeypatch.setattr(reference, "FOLDER", tmp_path / "reference")
    assert main(["reference", "--check"]) == 1
    assert not (tmp_path / "reference").exists()
    assert main(["reference"]) == 0
    assert main(["reference", "--check"]) == 0
