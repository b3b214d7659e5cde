"""The tables of an extract are described whole: each column with its meaning, an example and its codes."""

import csv
import io
from enum import Enum
from typing import Annotated

import msgspec
import pytest
from msgspec import Meta

from projections.reviews.comparison_tables import COMPARISON_TABLES
from projections.reviews.data_package import dictionary
from projections.reviews.extract_tables import TABLES, ExtractTable, TableRow
from projections.reviews.table_files import cell

COLUMNS = [(table, column) for table in (*TABLES, *COMPARISON_TABLES) for column in table.columns]
each_column = pytest.mark.parametrize(
    ("table", "column"), [pytest.param(*each, id=f"{each[0].name}-{each[1].name}") for each in COLUMNS]
)


@each_column
def test_every_column_is_described_with_an_example_of_its_type(table, column):
    assert column.description[0].isupper(), table
    assert not column.description.endswith(".")
    assert cell(msgspec.convert(column.example, column.type, strict=False)) or issubclass(column.type, Enum)


@pytest.mark.parametrize(
    ("table", "beside"),
    [pytest.param(each, group, id=each.name) for group in (TABLES, COMPARISON_TABLES) for each in group],
)
def test_keys_and_links_name_columns_that_are_there(table, beside):
    names = {column.name for column in table.columns}
    tables = {each.name: each for each in beside}
    assert set(table.key) <= names
    for link in table.links:
        assert set(link.columns) <= names
        assert link.theirs == tables[link.table].key


def test_a_column_without_a_description_or_an_example_is_refused():
    class Bare(TableRow, frozen=True, kw_only=True):
        """One thing."""

        count: int

    class Halfway(TableRow, frozen=True, kw_only=True):
        """One thing."""

        count: Annotated[int, Meta(description="How many")]

    for row in (Bare, Halfway):
        with pytest.raises(TypeError, match="count of things"):
            _ = ExtractTable(name="things", row=row, key=("count",)).columns


def test_the_dictionary_has_a_line_for_every_column():
    both = (*TABLES, *COMPARISON_TABLES)
    lines = list(csv.DictReader(io.StringIO(dictionary(both).decode())))
    assert [(line["table"], line["column"]) for line in lines] == [(table.name, each.name) for table, each in COLUMNS]
    assert all(line["description"] and line["type"] and line["example"] for line in lines)
