"""Records in the order of their keys."""

import gc
import sys

from domain.imports.sorted_records import SortedRecords


def test_going_through_records_can_be_broken_off_and_forgotten(monkeypatch):
    complaints = []
    monkeypatch.setattr(sys, "unraisablehook", complaints.append)
    records = SortedRecords(1)
    for number in (2, 1, 3):
        records.add((number,), b"")
    circle = [iter(records)]
    assert next(circle[0]) == (1, b"")
    circle.append(circle)
    del records, circle

    gc.collect()

    assert complaints == []
