"""The summary of an import names every file, also one without a row."""

from domain.imports.row_report import summarise
from tests.support.small_mapping import (
    a_file,
    mapping,
)


def test_files_of_nothing_are_named_in_the_summary(tmp_path):
    path = a_file(tmp_path, "none.csv", ("a",), [])
    assert list(summarise(mapping(), [], rehearsed=False, files=[path.name]).files) == ["none.csv"]
