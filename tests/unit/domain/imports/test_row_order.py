"""Rows come in their order however many there are: they wait for their turn in a file, and not in memory."""

import tracemalloc
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from domain.imports.mapping_document import find_mapping
from domain.imports.row_order import prepare_rows
from domain.imports.sorted_records import SortedRecords, text_key
from domain.imports.spreadsheets import recognise_spreadsheet
from scripts.benchmarks.fines import write_fines
from tests.support.small_mapping import mapping, payment, promise, the_files

texts = st.text(st.sampled_from("\0\1 aAé\uffff\U0001f600") | st.characters(exclude_categories=["Cs"]))
cells = st.text(st.sampled_from("\0\1 aAé\uffff\U0001f600\udc80") | st.characters())


@given(st.lists(st.tuples(st.integers(-9, 9), texts, st.binary(), cells)))
def test_records_come_in_the_order_of_their_keys_and_equal_ones_as_they_were_added(keys):
    records = SortedRecords(4)
    for number, (count, text, octets, more) in enumerate(keys):
        records.add((count, text, octets, text_key((more,))), str(number).encode())
    by_code_points = sorted(range(len(keys)), key=lambda number: keys[number])
    assert [int(value) for *_, value in records] == by_code_points
    assert len(records) == len(keys)


@given(*[st.lists(cells, min_size=3, max_size=3).map(tuple)] * 2)
def test_texts_make_a_key_that_compares_as_they_do(one, other):
    assert (text_key(one) < text_key(other)) == (one < other)
    assert (text_key(one) == text_key(other)) == (one == other)


def prepared(files, of=None):
    of = of or mapping()
    return prepare_rows(of, [recognise_spreadsheet(of, path) for path in files])


def test_rows_can_be_gone_through_again_and_are_counted_before(tmp_path):
    rows = prepared(the_files(tmp_path, [promise("b"), promise("a", made="soon")], [payment("m", "b")]))
    assert len(rows) == 3
    assert list(rows) == list(rows)
    assert [each.row.key[-1] for each in rows] == ["a", "b", "m"]
    assert [bool(each.row.faults) for each in rows] == [True, False, False]


def test_rows_of_one_identity_are_twins_whatever_they_say_and_only_the_first_is_added_up(tmp_path):
    payments = [
        payment("m", "p", amount="2"),
        payment("n", "p", amount="3"),
        payment("m", "p", amount="2", paid="2020"),
    ]
    rows = prepared(the_files(tmp_path, [promise("p")], payments))
    assert [(each.row.key[-1], each.has_twin) for each in rows] == [
        ("p", False),
        ("m", True),
        ("n", False),
        ("m", True),
    ]
    totals = [each.totals["kept", "amount"] for each in rows if each.totals]
    assert totals == [Decimal(2), Decimal(5), Decimal(5)]


def test_prepared_rows_take_little_memory_however_many_they_are(tmp_path):
    register = write_fines(tmp_path, rows=30_000, seed=1)
    tracemalloc.start()
    try:
        rows = prepared(register.sheets, find_mapping(str(register.mapping)))
        assert sum(1 for _ in rows) == 30_000
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most / 30_000 < 400
