"""The made-up register of fines: as long as asked for, of many small partnerships, the same from the same seed."""

import csv
from collections import Counter
from itertools import islice

from domain.imports.mapping_document import find_mapping
from domain.imports.row_order import prepare_rows
from domain.imports.spreadsheets import recognise_spreadsheet
from scripts.benchmarks.fines import fines_rows, write_fines


def test_a_register_has_as_many_rows_as_asked_for_and_every_file_fits_its_mapping(tmp_path):
    register = write_fines(tmp_path, rows=3_000, seed=1)
    mapping = find_mapping(str(register.mapping))
    rows = list(prepare_rows(mapping, [recognise_spreadsheet(mapping, each) for each in register.sheets]))
    assert len(rows) == 3_000
    assert 0 < sum(bool(each.row.faults) for each in rows) < 60


def test_partnerships_are_many_and_small(tmp_path):
    register = write_fines(tmp_path, rows=3_000, seed=1)
    texts = (each.read_text().splitlines() for each in register.sheets)
    lengths = Counter(row["partnership"] for text in texts for row in csv.DictReader(text))
    assert 3.5 < 3_000 / len(lengths) < 4
    assert max(lengths.values()) < 12


def test_a_seed_gives_the_same_register_and_another_seed_another():
    one, same, other = (list(islice(fines_rows(seed), 200)) for seed in (1, 1, 2))
    assert one == same
    assert one != other
